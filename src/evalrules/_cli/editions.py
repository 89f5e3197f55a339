"""The commands about one edition: ``check``, ``test``, ``prove``, ``explain``, ``new``, ``release``, ``schema``."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
import simplejson
from rich.console import Console
from rich.progress import Progress

from evalrules._assisting import mended_file
from evalrules._cases import CaseResult, Unexpected, case_results, with_outcomes
from evalrules._cli.speech import (
    given,
    in_words,
    language_option,
    load_with_plugins,
    machine_text,
    plugins_in_use,
    plugins_option,
    put,
    put_page,
    said,
    say,
    shape_of,
    sign,
    tell,
    tell_once,
)
from evalrules._cli.usage import CELL, PATH, FiniteNumber, command
from evalrules._documents import Problems, is_file, is_folder, write_file
from evalrules._editing import check as check_edition
from evalrules._editing import release as release_edition
from evalrules._edition.find import (
    FOLDER_FILE,
    EditionFile,
    Library,
    as_seen,
    folder_of,
    is_edition_name,
    is_installed,
    library_of,
    named_folders,
    path_problems,
)
from evalrules._edition.read import read_edition
from evalrules._edition.release import RELEASES, Succession
from evalrules._edition.schema import SUBJECTS, json_schema
from evalrules._edition.schema import Subject as Described
from evalrules._engine import LoadedCatalogue, load_draft
from evalrules._explain.explanation import KINDS
from evalrules._explain.explanation import explain as explained
from evalrules._explain.lookup import GivenInputs
from evalrules._laws.law import Search, Verdict, families, family_verdicts, form_verdicts, waiver_of
from evalrules._laws.subjects import Subject
from evalrules._laws.trials import Breach
from evalrules._problems import CatalogueError, Language, Location, Problem, problem, visible
from evalrules._report.explanation import explanation_document
from evalrules._report.formats import PAGES, suffixes
from evalrules._values import frozen

# ``evalrules check``: everything an edition can get wrong, all at once, each with its place.


@command(help=said("check"))
@click.argument("editions", nargs=-1, metavar=said("meta-editions-any"))
@click.option("--fix", is_flag=True, help=said("check-fix"))
@plugins_option
@language_option
def check(editions: tuple[str, ...], language: Language, *, fix: bool) -> None:
    """Check each edition by itself; warnings do not change the exit status, which is that after mending."""
    plugins = plugins_in_use()
    tell_once(plugins.problems)
    library = Library.standard(of_plugins=plugins.catalogue_folders)
    wrong = 0
    if fix and "-" in editions:
        raise click.BadParameter(said("check-fix-input"), param_hint="--fix")
    for edition in editions or [str(found.path) for found in library.editions()]:
        if fix:
            _mend(edition, library, language)
        problems = check_edition(given(edition), plugins=plugins, lang=language)
        errors = sum(found.severity == "error" for found in problems)
        tell(problems, language)
        say(f"{edition}{sign(language, 'colon')}{_verdict(errors, len(problems) - errors, language)}")
        wrong += errors > 0
    sys.exit(1 if wrong or _path_is_wrong(editions) else 0)


def _path_is_wrong(editions: Sequence[str]) -> bool:
    """Tell whether all editions were asked for while ``EVALRULES_PATH`` leads nowhere: then not all were seen."""
    return not editions and bool(path_problems())


def _mend(edition: str, library: Library, language: Language) -> None:
    """Put right in the edition's files what can only mean one thing, and tell every line that was changed."""
    for file in _files_of(edition, library):
        found = mended_file(file)
        if found is None or found.is_unchanged:
            continue
        write_file(file, found.text)
        if found.encoding:
            say(in_words(language, "mended-encoding", file=as_seen(file), encoding=found.encoding))
        for mend in found.mends:
            place = f"{as_seen(file)}:{mend.line}"
            say(
                visible(in_words(language, "mended", place=place, before=mend.before.strip(), after=mend.after.strip()))
            )


def _files_of(edition: str, library: Library) -> Iterator[Path]:
    """Give the files of an edition: the one, or those of its folder."""
    named = (found.path for found in library.editions() if edition in (found.name, found.id))
    for path in [given(edition)] if is_file(edition) or is_folder(edition) else named:
        file = Path(path) / FOLDER_FILE if is_folder(path) else Path(path)
        yield from sorted(file.parent.glob("*.yaml")) if file.name == FOLDER_FILE else (file,)


def _verdict(errors: int, others: int, language: Language) -> str:
    if not errors + others:
        return in_words(language, "clean")
    return in_words(language, "counts", errors=errors, others=others)


# ``evalrules test``: the cases of editions and the laws that every edition is held to.


Advance = Callable[[], None]
FormSearch = Callable[[LoadedCatalogue], Breach | None]


@command(help=said("test"))
@click.argument("editions", nargs=-1, metavar=said("meta-editions-any"))
@click.option("--confirm", is_flag=True, help=said("test-confirm"))
@plugins_option
@language_option
def test(editions: tuple[str, ...], language: Language, *, confirm: bool) -> None:
    """Test each edition by itself: failures on standard error, one line and its waivers on standard output."""
    library = Library.standard(of_plugins=plugins_in_use().catalogue_folders)
    wrong = 0
    for edition in editions or [str(found.path) for found in library.editions()]:
        catalogue, errors = load_draft(given(edition), plugins_in_use())
        tell(errors, language)
        if catalogue is None:
            say(f"{edition}{in_words(language, 'not-tested')}")
            wrong += 1
            continue
        tell_once(catalogue.load_problems)
        if confirm and _cases_confirmed(catalogue, language, forms=not errors):
            catalogue = load_draft(given(edition), plugins_in_use())[0] or catalogue
        tested = _tested(catalogue, forms=not errors)
        tell(tested.failures, language)
        say(tested.summary(language))
        wrong += bool(errors or tested.failures)
    sys.exit(1 if wrong or _path_is_wrong(editions) else 0)


def _cases_confirmed(catalogue: LoadedCatalogue, language: Language, *, forms: bool) -> bool:
    """Ask of each case that fails whether it shall expect what the rules give now, and write what was confirmed."""
    confirmed: dict[str, list[Unexpected]] = {}
    for case in case_results(catalogue.ruleset, forms=forms):
        tell(case.problems if case.outcomes else (), language)
        for outcome in case.outcomes:
            title = outcome.title or case.name
            question = in_words(language, "case-confirm", title=title, old=outcome.expected, new=outcome.found)
            if outcome.found and outcome.location and click.confirm(visible(question), err=True):
                confirmed.setdefault(outcome.location.file, []).append(outcome)
    for name, outcomes in confirmed.items():
        file = Path(name)
        write_file(file, with_outcomes(file.read_text("utf-8"), name, outcomes))
    return bool(confirmed)


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
        laws = (verdict.problem for verdict in self.verdicts if not verdict.stands)
        forms = () if self.form is None else (self.form.problem,)
        return (*cases, *(found for found in laws if found is not None), *forms)

    def summary(self, language: Language) -> str:
        """Give one line with the counts, and one for each waiver and each law that could not be tried."""
        held = sum(verdict.outcome == "holds" and verdict.waived is None for verdict in self.verdicts)
        passed = sum(not case.problems for case in self.cases)
        line = in_words(
            language, "tested", name=self.name, cases=len(self.cases), passed=passed, laws=len(self.verdicts), held=held
        )
        return "\n".join((line, *_remarks(self.verdicts, language)))


def _tested(catalogue: LoadedCatalogue, *, forms: bool) -> _Tested:
    """Test an edition; ``forms`` are run and drawn only where its points add up, else none has a total."""
    search, search_forms = _random_searches()
    subjects = families(catalogue.ruleset)
    with _law_progress(catalogue.name, len(subjects) + 2) as advance:
        cases = tuple(case_results(catalogue.ruleset, forms=forms))
        advance()
        verdicts = tuple(_verdicts(subjects, search, advance))
        form = search_forms(catalogue) if forms and search_forms is not None and catalogue.parts else None
        advance()
    return _Tested(catalogue.name, cases, (*verdicts, *form_verdicts(catalogue.ruleset)), form)


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
def _law_progress(name: str, steps: int) -> Iterator[Advance]:
    """Show a bar on a terminal, nothing in a pipe."""
    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task(name, total=steps)
        yield lambda: progress.advance(task)


# ``evalrules prove``: the scoring laws over all inputs, by a solver.


Prove = Callable[[LoadedCatalogue, float], Sequence[Verdict]]


@command(help=said("prove"))
@click.argument("editions", nargs=-1, metavar=said("meta-editions-any"))
@click.option(
    "--seconds",
    type=FiniteNumber(min=0.01),
    default=2.0,
    show_default=True,
    help=said("prove-seconds"),
)
@click.option("--strict", is_flag=True, help=said("prove-strict"))
@plugins_option
@language_option
def prove(editions: tuple[str, ...], seconds: float, language: Language, *, strict: bool) -> None:
    """Prove each edition by itself: counterexamples on standard error, counts and remarks on standard output."""
    proving = _installed(language)
    library = Library.standard(of_plugins=plugins_in_use().catalogue_folders)
    wrong = 0
    for edition in editions or [str(found.path) for found in library.editions()]:
        try:
            catalogue = load_with_plugins(given(edition))
        except CatalogueError as refused:
            tell(refused.problems, language)
            say(f"{edition}{in_words(language, 'not-proved')}")
            wrong += 1
            continue
        proofs = proving(catalogue, seconds)
        tell((proof.problem for proof in proofs if not proof.stands and proof.problem is not None), language)
        say("\n".join(_lines(catalogue.name, proofs, language)))
        wrong += any(not proof.stands or (strict and _is_open(proof)) for proof in proofs)
    sys.exit(1 if wrong or _path_is_wrong(editions) else 0)


def _installed(language: Language) -> Prove:
    """Give the prover; without the extra, say how to install it."""
    try:
        from evalrules.prove import prove as proofs_of  # noqa: PLC0415 - an optional extra
    except ImportError:
        tell([problem("proof-extra-missing")], language)
        sys.exit(1)

    def proving(catalogue: LoadedCatalogue, seconds: float) -> Sequence[Verdict]:
        with _proof_progress(catalogue.name) as told:
            return proofs_of(catalogue, seconds=seconds, progress=told)

    return proving


@contextmanager
def _proof_progress(name: str) -> Iterator[Callable[[int, int], None]]:
    """Show a bar on a terminal, nothing in a pipe."""
    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task(name, total=None)
        yield lambda done, of: progress.update(task, completed=done, total=of)


def _is_open(proof: Verdict) -> bool:
    return proof.outcome == "undecided" and proof.waived is None


def _lines(name: str, proofs: Sequence[Verdict], language: Language) -> Iterator[str]:
    """Give one line with the counts, and one for each law that is waived, undecided or says nothing."""
    counts = Counter("waived" if proof.waived is not None else proof.outcome for proof in proofs)
    words = {
        "proved": in_words(language, "proved"),
        "refuted": in_words(language, "counterexamples"),
        "undecided": in_words(language, "undecided"),
        "vacuous": in_words(language, "vacuous"),
        "waived": in_words(language, "waived"),
    }
    told = sign(language, "comma").join(f"{words[sort]} {counts[sort]}" for sort in words if counts[sort])
    count = in_words(language, "laws", count=len(proofs))
    yield f"{name}{count}{sign(language, 'comma')}{told}"
    yield from _remarks(proofs, language)


def _remarks(verdicts: Iterable[Verdict], language: Language) -> Iterator[str]:
    """Tell each waiver with what would be true without it, and each law that is undecided or says nothing."""
    for verdict in verdicts:
        told = verdict.problem
        if verdict.waived is not None:
            yield f"  {waiver_of(verdict).in_language(language).message}"
            if told is not None:
                yield f"    {told.in_language(language).message}"
        elif verdict.outcome in ("undecided", "vacuous") and told is not None:
            yield f"  {told.in_language(language).message}"


# ``evalrules explain``: a rule in words, with examples at every edge, and what a given input would score.


REFUSED = 1


@command(help=said("explain"))
@click.argument("edition", metavar=said("meta-edition"))
@click.argument("name", required=False, metavar=said("meta-name-any"))
@click.option("--kind", type=click.Choice(KINDS), help=said("explain-kind"))
@click.option("--actual", type=CELL, metavar=said("meta-actual"), help=said("explain-actual"))
@click.option("--target", type=CELL, metavar=said("meta-target"), help=said("explain-target"))
@click.option(
    "--set",
    "inputs",
    multiple=True,
    metavar=said("meta-name-value"),
    help=said("explain-set"),
)
@click.option("--format", "shape", type=click.Choice(tuple(PAGES)), help=said("format"))
@click.option("-o", "--output", type=PATH, help=said("output"))
@plugins_option
@language_option
def explain(
    edition: str, name: str | None, shape: str | None, output: Path | None, language: Language, **asked: Any
) -> None:
    """Explain an edition or one part of it, on standard output or in a file of any format of reports."""
    chosen = shape_of(output, shape, suffixes(), "text")
    try:
        question = GivenInputs(asked["actual"], asked["target"], _pairs(asked["inputs"]))
        ruleset = load_with_plugins(given(edition)).ruleset
        explanation = explained(ruleset, name, question, language, asked["kind"])
    except CatalogueError as refused:
        tell(refused.problems, language)
        raise SystemExit(REFUSED) from None
    put_page(explanation_document(explanation, language), chosen, output, (edition,))


def _pairs(inputs: tuple[str, ...]) -> Mapping[str, str]:
    """Read ``name=value``; a full-width sign serves as well."""
    wrong = [text for text in inputs if "=" not in text.replace("＝", "=")]
    if wrong:
        raise CatalogueError([problem("explain-set-form", Location("--set"), text=text) for text in wrong])
    parts = (text.replace("＝", "=").partition("=") for text in inputs)
    return {name.strip(): value.strip() for name, _, value in parts}


# ``evalrules new``: a new edition from an old one, written where the old one lies, never into the installed package.


@command(help=said("new"))
@click.argument("name", metavar=said("meta-new-edition"))
@click.option("--from", "old", required=True, metavar=said("meta-old"), help=said("new-from"))
@click.option("-o", "--output", type=PATH, metavar=said("meta-folder"), help=said("new-output"))
@language_option
def new(name: str, old: str, output: Path | None, language: Language) -> None:
    """Write a new edition, its parts and its cases; nothing that is there is written over."""
    problems = Problems()
    succession = _succession(name, old, problems)
    home = None if succession is None else output or _home_of_new(succession.old)
    if succession is not None and home is None:
        problems.report("new-without-library", Location(str(succession.old.path)))
    files = {} if succession is None or home is None else succession.files(home, problems)
    for file in files:
        if is_file(file):
            problems.report("new-exists", Location(as_seen(file)), file=as_seen(file))
    if problems:
        tell(problems, language)
        sys.exit(1)
    for file, text in files.items():
        write_file(file, text)
        say(as_seen(file))
    say(in_words(language, "new-next", file=as_seen(next(iter(files))), old=old))


def _succession(name: str, old: str, problems: Problems) -> Succession | None:
    """Read both names; the old edition may be a file or folder as well."""
    if "@" not in name or not is_edition_name(name):
        problems.report("new-name", None, name=name)
        return None
    catalogue, found = read_edition(given(old))
    place = None if catalogue is None else catalogue.location
    if catalogue is None or place is None:
        problems.extend(found)
        return None
    file = EditionFile(catalogue.id, catalogue.edition, Path(place.file), folder_of(Path(place.file)))
    return Succession(file, *name.split("@"))


def _home_of_new(old: EditionFile) -> Path | None:
    """Give the library of the old edition, else the first of ``EVALRULES_PATH``; an installed package is none."""
    return next((folder for folder in (old.folder, *named_folders()) if not is_installed(folder)), None)


# ``evalrules release``: records the digest of a finished edition, which from then on may not change in meaning.


@command(help=said("release"))
@click.argument("edition", metavar=said("meta-edition"))
@plugins_option
@language_option
def release(edition: str, language: Language) -> None:
    """Check an edition and record its digest."""
    try:
        catalogue = load_with_plugins(given(edition))
    except CatalogueError as refused:
        tell((*refused.problems, problem("release-with-errors", None, name=edition)), language)
        sys.exit(1)
    folder = _library(catalogue)
    if folder is None:
        tell([problem("release-without-library", catalogue.location, name=catalogue.name)], language)
        sys.exit(1)
    problems = release_edition(catalogue, folder)
    if problems:
        tell(problems, language)
        sys.exit(1)
    where = as_seen(folder / RELEASES)
    done = f"{catalogue.name} {catalogue.digest}"
    say(in_words(language, "released", done=done, where=where))


def _library(catalogue: LoadedCatalogue) -> Path | None:
    """Give the folder of editions that the edition's file lies in; None for one from a mapping or in another place."""
    place = catalogue.location
    return None if place is None or not place.line else library_of(Path(place.file), catalogue.name)


# ``evalrules schema``: JSON Schema of the documents, so that an editor completes and explains their keys.


@command(help=said("schema"))
@click.argument("subject", type=click.Choice(SUBJECTS), default="edition")
def schema(subject: Described) -> None:
    """Write one schema to standard output."""
    put(machine_text(f"{simplejson.dumps(json_schema(subject), ensure_ascii=False, indent=2)}\n"))
