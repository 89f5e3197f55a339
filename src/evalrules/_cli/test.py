"""``evalrules test``: the cases of editions and the laws that every edition is held to."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager

import click
from attrs import frozen
from rich.console import Console
from rich.progress import Progress

from evalrules._cases import CaseResult, case_results
from evalrules._catalogue.editions import Library
from evalrules._cli.plugins_in_use import load_with_plugins, plugins_in_use, plugins_option
from evalrules._cli.speech import in_words, language_option, said, tell
from evalrules._engine import LoadedCatalogue
from evalrules._laws.breaches import Breach
from evalrules._laws.subjects import Subject
from evalrules._laws.verdicts import Search, Verdict, families, family_verdicts, grade_verdicts
from evalrules._problems import CatalogueError, Problem
from evalrules._wording import Language

Advance = Callable[[], None]
FormSearch = Callable[[LoadedCatalogue], Breach | None]


@click.command(
    help=said(
        "运行指标体系的算例，并用每一处分界上下的数据检验评分定律；不写时检验找得到的全部指标体系。"
        "装有 hypothesis 时另用随机数据检验。\n\n"
        "退出码：0 全部通过；1 有算例或定律不成立。",
        "Run the cases of editions and hold them to the scoring laws, on inputs at and beside every edge; all editions "
        "that are found where none is named. With hypothesis installed on random inputs as well.\n\n"
        "Exit status: 0 all hold; 1 some case fails or some law does not hold.",
    )
)
@click.argument("editions", nargs=-1, metavar=said("[指标体系…]", "[EDITION…]"))
@plugins_option
@language_option
def test(editions: tuple[str, ...], language: Language) -> None:
    """Test each edition by itself: failures on standard error, one line and its waivers on standard output."""
    library = Library.standard(of_plugins=plugins_in_use().catalogue_folders)
    wrong = 0
    for edition in editions or [str(found.path) for found in library.editions()]:
        try:
            tested = _tested(load_with_plugins(edition))
        except CatalogueError as refused:
            tell(refused.problems, language)
            click.echo(f"{edition}{in_words(language, '：有错误，没有检验', ': has errors and was not tested')}")
            wrong += 1
            continue
        tell(tested.failures, language)
        click.echo(tested.summary(language))
        wrong += bool(tested.failures)
    sys.exit(1 if wrong else 0)


@frozen
class _Tested:
    """What testing one edition gave."""

    name: str
    cases: tuple[CaseResult, ...]
    verdicts: tuple[Verdict, ...]
    form: Breach | None = None

    @property
    def failures(self) -> tuple[Problem, ...]:
        """The cases that fail and the laws that do not hold."""
        cases = (found for case in self.cases for found in case.problems)
        laws = (verdict.problem for verdict in self.verdicts if verdict.outcome == "broken")
        forms = () if self.form is None else (self.form.problem,)
        return (*cases, *(found for found in laws if found is not None), *forms)

    def summary(self, language: Language) -> str:
        """Give one line with the counts, and one for each waiver and each law that could not be tried."""
        held = sum(verdict.outcome == "holds" for verdict in self.verdicts)
        passed = sum(not case.problems for case in self.cases)
        line = in_words(
            language,
            f"{self.name}：算例 {len(self.cases)} 个，通过 {passed} 个；定律 {len(self.verdicts)} 条，成立 {held} 条",
            f"{self.name}: {passed} of {len(self.cases)} cases pass, {held} of {len(self.verdicts)} laws hold",
        )
        noted = (verdict.problem for verdict in self.verdicts if verdict.outcome in ("waived", "untested"))
        notes = (f"  {found.in_language(language).message}" for found in noted if found is not None)
        return "\n".join((line, *notes))


def _tested(catalogue: LoadedCatalogue) -> _Tested:
    search, search_forms = _random_searches()
    subjects = families(catalogue.ruleset)
    with _progress(catalogue.name, len(subjects) + 2) as advance:
        cases = tuple(case_results(catalogue.ruleset))
        advance()
        verdicts = tuple(_verdicts(subjects, search, advance))
        form = search_forms(catalogue) if search_forms is not None and catalogue.parts else None
        advance()
    return _Tested(catalogue.name, cases, (*verdicts, *grade_verdicts(catalogue.ruleset)), form)


def _verdicts(subjects: Iterable[Sequence[Subject]], search: Search | None, advance: Advance) -> Iterator[Verdict]:
    for family in subjects:
        yield from family_verdicts(family, search)
        advance()


def _random_searches() -> tuple[Search | None, FormSearch | None]:
    """Give what tries random inputs where the extra ``testing`` is installed; edges are tried without it."""
    try:
        from evalrules.testing.laws import broken_form, random_search  # noqa: PLC0415 - an optional extra
    except ImportError:
        return None, None
    return random_search(), broken_form


@contextmanager
def _progress(name: str, steps: int) -> Iterator[Advance]:
    """Show a bar on a terminal, nothing in a pipe."""
    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task(name, total=steps)
        yield lambda: progress.advance(task)
