"""The contract of a plug-in, for its own tests: ``check_plugin(my_plugin)`` tells everything that is wrong with it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

from attrs import evolve

from evalrules._cases import case_problems
from evalrules._edition.find import Library
from evalrules._engine import LoadedCatalogue, evaluate, load_catalogue, load_submission, problems_of
from evalrules._formula.functions import call_function
from evalrules._formula.scope import Function
from evalrules._formula.tree import Fault
from evalrules._laws.law import family_verdicts
from evalrules._laws.subjects import subjects
from evalrules._plugins import Plugins
from evalrules._plugins.departments import contributions_of, with_own_methods
from evalrules._plugins.evaluate import DATA_HOOK, with_figures
from evalrules._plugins.load import load_plugins
from evalrules._problems import CatalogueError, Location, Problem, chosen_language, render_problem
from evalrules._score.compiling import compile_ruleset
from evalrules._submission import Submission

_NUMBERS = tuple(map(Fraction, ("0", "1", "2", "3", "0.5", "0.95", "65", "100", "1537")))
_CALLS = 64


def check_plugin(
    plugin: object,
    *,
    organisation: str = "某单位",
    fiscal_year: int = 2024,
    submissions: Iterable[str | Path | Mapping[str, object]] = (),
    lang: str | None = None,
) -> None:
    """Hold a plug-in to the contract; raises `AssertionError` with everything that is wrong.

    ``plugin`` is its module or object, or the name of an installed one. Tried are: that it loads, with known hooks and
    vetted functions; that its editions and its contributions are sound, and its contributed indicators keep the laws;
    that its functions give the same for the same numbers; that its figures for ``organisation`` and ``fiscal_year`` fit
    the editions that it contributes to and those that come with evalrules, and are the same when asked twice; that
    ``submissions`` evaluate to the same twice, without a fault of the plug-in.

    >>> import types, evalrules
    >>> empty = types.SimpleNamespace(__name__="empty", evalrules_catalogue=lambda: [])
    >>> check_plugin(empty, lang="en")
    Traceback (most recent call last):
    AssertionError: error: `evalrules_catalogue` of the plug-in `empty` is no hook of evalrules [plugin-hook-unknown]
      hint: did you mean `evalrules_catalogues`?
    """
    language = chosen_language(lang)
    plugins = _loaded(plugin)
    wrong = [render_problem(found, language) for found in problems_of(plugins, _editions(plugins))]
    if plugins.loaded:
        wrong += [*_unsteady_functions(plugins)]
        wrong += [render_problem(found, language) for found in _unlawful(plugins)]
        wrong += _unsteady_figures(plugins, organisation, fiscal_year)
        wrong += [fault for source in submissions for fault in _unsteady_evaluation(plugins, source)]
    if wrong:
        raise AssertionError("\n".join(dict.fromkeys(wrong)))


def _loaded(plugin: object) -> Plugins:
    return load_plugins([plugin]) if isinstance(plugin, str) else load_plugins([], objects=[plugin])


def _editions(plugins: Plugins) -> list[str]:
    """Give the editions that the plug-in brings or contributes to."""
    brought = [edition.name for edition in Library(plugins.catalogue_folders).editions()]
    return list(dict.fromkeys((*brought, *contributions_of(plugins).editions)))


def _loadable(names: Iterable[str], plugins: Plugins) -> Iterator[LoadedCatalogue]:
    for name in names:
        try:
            yield load_catalogue(name, plugins=plugins)
        except CatalogueError:
            continue  # told as problems of the edition


# ---- laws and cases -------------------------------------------------------------------------------------------------


def _unlawful(plugins: Plugins) -> Iterator[Problem]:
    """Hold what is contributed to the laws and to the cases beside it."""
    files = {str(source.path) for source in plugins.contribution_files}
    for catalogue in _loadable(_editions(plugins), plugins):
        for department in catalogue.departments.values():
            whole = with_own_methods(department.catalogue, catalogue)
            own = [
                one for one in subjects(compile_ruleset(whole, department.functions)) if _file(one.location) in files
            ]
            for subject in own:
                told = (verdict for verdict in family_verdicts((subject,)) if not verdict.stands)
                yield from (verdict.problem for verdict in told if verdict.problem is not None)
            cases = case_problems(whole, department.functions)
            yield from (found for found in cases if _file(found.location) in files)


def _file(place: Location | None) -> str:
    return "" if place is None else place.file


# ---- the same for the same ------------------------------------------------------------------------------------------


def _unsteady_functions(plugins: Plugins) -> Iterator[str]:
    for function in plugins.functions.values():
        for arguments in _arguments(function):
            first, second = _outcome(function, arguments), _outcome(function, arguments)
            if first != second:
                shown = ", ".join(str(argument) for argument in arguments)
                yield f"{function.name}({shown}): {first} ≠ {second}"


def _arguments(function: Function) -> Iterator[tuple[Fraction, ...]]:
    count = len(function.arguments) + function.repeating
    for number in range(_CALLS):
        yield tuple(_NUMBERS[(number * step + step * step) % len(_NUMBERS)] for step in range(1, count + 1))


def _outcome(function: Function, arguments: tuple[Fraction, ...]) -> Any:
    """Give what a call comes to; having no value for some numbers is no fault of a function."""
    try:
        return call_function(function, arguments)
    except Fault as fault:
        return fault.kind, fault.detail


def _unsteady_figures(plugins: Plugins, organisation: str, fiscal_year: int) -> list[str]:
    if not plugins.implementing(DATA_HOOK):
        return []
    shipped = [edition.name for edition in Library.standard().editions()]
    wrong = []
    for catalogue in _loadable(dict.fromkeys((*_editions(plugins), *shipped)), plugins):
        blank = _blank(catalogue, organisation, fiscal_year)
        first, second = (with_figures(plugins, catalogue, blank) for _ in range(2))
        wrong += [
            f"{catalogue.name}: {found.message} [{found.code}]" for found in first[1] if found.severity == "error"
        ]
        if first != second:
            wrong.append(f"{catalogue.name}: {DATA_HOOK}({organisation!r}, {fiscal_year}) ≠")
    return wrong


def _blank(catalogue: LoadedCatalogue, organisation: str, fiscal_year: int) -> Submission:
    empty = load_submission({"organisation": organisation, "fiscal_year": fiscal_year})
    return evolve(empty, catalogue=catalogue.name)


def _unsteady_evaluation(plugins: Plugins, source: str | Path | Mapping[str, object]) -> Iterator[str]:
    submission = load_submission(source)
    catalogue = load_catalogue(submission.catalogue or "", fiscal_year=submission.fiscal_year, plugins=plugins)
    first, second = (evaluate(catalogue, submission) for _ in range(2))
    if first.to_json() != second.to_json():
        yield f"{submission.catalogue} {submission.organisation}: ≠"
    for found in first.findings:
        if found.code in ("plugin-data-failed", "plugin-findings-failed", "plugin-finding-refused"):
            yield f"{found.message} [{found.code}]"
    yield from (f"{found.message} [{found.code}]" for found in first.problems if found.code == "unscored-function")
