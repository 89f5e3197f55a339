"""The calls of those who write editions: `check`, what is wrong with one, `explain`, what it means, and `release`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial
from pathlib import Path

from evalrules._callers import each_of, hold, hold_language
from evalrules._cases import case_problems
from evalrules._check import apart_from
from evalrules._check import check as check_edition
from evalrules._documents import scalar_text
from evalrules._edition.find import Library
from evalrules._edition.read import read_edition
from evalrules._edition.release import record, released_problems
from evalrules._engine import LoadedCatalogue, plugins_named
from evalrules._explain.explanation import KINDS, Explanation, Kind
from evalrules._explain.explanation import explain as explained
from evalrules._explain.lookup import GivenInputs
from evalrules._plugins import Plugins
from evalrules._plugins.departments import Departments, contributions_of, read_with_stand_ins, with_plain_files
from evalrules._problems import Location, Problem, chosen_language, problem


def check(
    source: str | Path | Mapping[str, object],
    *,
    file: str | Path | None = None,
    path: str | Path | Iterable[str | Path] = (),
    plugins: Plugins | Iterable[str] | None = None,
    lang: str | None = None,
) -> tuple[Problem, ...]:
    r"""Tell everything that is wrong with an edition, warnings included, by place; empty where nothing is.

    ``source`` is what `load_catalogue` takes, or the text itself, which has line breaks and need not be saved: ``file``
    then says where it belongs, for the places of problems and for the editions, parts and cases beside it. Never
    raises for what an edition says; a source of another type is a `TypeError`. ``path``, ``plugins`` and ``lang`` are
    those of `load_catalogue`; contributions to the edition, of plug-ins and beside its file, are checked with it.

    >>> found = check("evalrules: 1\nid: a\nedition: '1'\ntitle: 甲\npoint: 100\n")
    >>> [(problem.code, problem.location.line, problem.hint) for problem in found]
    [('unknown-key', 5, '是否应为 `points`')]
    """
    hold("check", "the name, path, text or mapping of an edition", source, str, Path, Mapping)
    hold("check", "a path as file", file, str, Path, type(None))
    hold_language(lang)
    in_use = plugins_named(plugins, lang)
    library = Library.standard(each_of("check", "folders as its path", path, str, Path), in_use.catalogue_folders)
    reading = partial(read_edition, source, library=library, file=None if file is None else Path(file), incomplete=True)
    catalogue, problems, functions = read_with_stand_ins(lambda known: reading(functions=known), in_use)
    lost = [found for found in problems if found.severity == "error"]
    if catalogue is not None and not catalogue.digest:
        problems = (*problems, *apart_from(lost, check_edition(catalogue, functions=functions, deep=False)))
    elif catalogue is not None:
        brought = with_plain_files(in_use, catalogue)
        unread = contributions_of(brought).problems if brought is not in_use else ()
        contributed = (*unread, *Departments(catalogue, functions, brought).problems)
        own = check_edition(catalogue, partial(case_problems, functions=functions), functions)
        own = apart_from(lost, own) if lost else own
        problems = (*problems, *own, *contributed, *released_problems(catalogue))
    ordered = sorted(problems, key=lambda found: (found.location or Location(""), found.code))
    language = chosen_language(lang)
    return tuple(found.in_language(language) for found in ordered)


def explain(
    catalogue: LoadedCatalogue,
    name: str | None = None,
    *,
    kind: Kind | None = None,
    actual: object = None,
    target: object = None,
    figures: Mapping[str, object] | None = None,
    lang: str | None = None,
) -> Explanation:
    """Tell in words what an edition says: of all of it, or of what ``name`` names in it.

    A name is the path or title of an indicator or a section, a method, a figure, grid or table, a grade, or a cap (by
    its section, or 总分上限, 等级上限); ``kind`` says which, where things of several kinds are called alike: without it
    the indicator goes before the section, then method, figure, grade, cap. A rule comes with examples at and on both
    sides of every edge; with an ``actual``, a ``target`` or ``figures`` by name, each as it would stand in a cell, it
    is tried, and tells what these score and why. Wording is that of ``lang``.

    Raises `CatalogueError` where nothing is called so, several parts are, or what is to be tried does not fit, and
    `TypeError` for what is no loaded catalogue.

    >>> import evalrules
    >>> catalogue = evalrules.load_catalogue("hunan-department@2017")
    >>> asked = explain(catalogue, "在职人员控制率", actual="105%")
    >>> asked.kind, asked.title, asked.rules[0].tried.outcome.score
    ('indicator', '投入/预算配置/在职人员控制率', '2.50')
    >>> [f"{actual:%} {score}" for actual, score in asked.curve()][3:6]
    ['100% 5.00', '100.01% 5.00', '100.99% 5.00']
    >>> explain(catalogue).standards[0].rule[-1]
    '完成值 > 100% 时，扣 0.5 × 步数 分'
    """
    hold("explain", "what load_catalogue gives", catalogue, LoadedCatalogue)
    hold("explain", "the name of a part of the edition", name, str, type(None))
    hold("explain", "a kind of part", kind, str, type(None))
    if kind is not None and kind not in KINDS:
        raise ValueError(f"explain knows the kinds {', '.join(KINDS)}, not {kind!r:.50}")
    hold("explain", "figures by their names", figures, Mapping, type(None))
    each_of("explain", "figures by their names", () if figures is None else figures, str)
    hold_language(lang)
    tried, wanted = (None if given is None else _cell(given) for given in (actual, target))
    question = GivenInputs(tried, wanted, {name: _cell(value) for name, value in (figures or {}).items()})
    return explained(catalogue.ruleset, name, question, chosen_language(lang), kind)


def release(catalogue: LoadedCatalogue, folder: Path) -> tuple[Problem, ...]:
    """Give what keeps an edition from being released; record its digest in the folder of editions where nothing does.

    Cases that fail keep it, and a record of another meaning. Raises `OutputError` where the record cannot be written.
    """
    failing = tuple(case_problems(catalogue, catalogue.functions))
    if failing:
        return (*failing, problem("release-with-errors", catalogue.location, name=catalogue.name))
    return record(catalogue, folder)


def _cell(value: object) -> str:
    """Give a value as it would stand in a cell, as a mapping's values are read."""
    text = value if isinstance(value, str) else scalar_text(value)
    if text is None:
        raise TypeError(f"explain takes numbers, dates and texts as they would stand in a cell, not {value!r:.50}")
    return text
