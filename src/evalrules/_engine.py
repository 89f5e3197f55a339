"""The functions that most callers need: load an edition, load submissions, evaluate one by the other."""

from __future__ import annotations

import copyreg
import hashlib
import pickle
import warnings
import weakref
import zlib
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import cached_property, partial
from numbers import Integral
from operator import attrgetter, methodcaller
from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs
from attrs import field

from evalrules._audit import audit
from evalrules._callers import each_of, hold, hold_language
from evalrules._check import OF_NEW_POINTS, check
from evalrules._documents import is_folder
from evalrules._edition.digest import meaning_text
from evalrules._edition.find import Library
from evalrules._edition.model import Catalogue
from evalrules._edition.read import read_edition
from evalrules._edition.release import released_problems
from evalrules._evaluation import Evaluation
from evalrules._formula.scope import Functions
from evalrules._handed_in import handed_in, is_filled_form
from evalrules._plugins import NONE, Plugins, PluginWarning
from evalrules._plugins.departments import Departments, contributions_of, read_with_stand_ins, with_plain_files
from evalrules._plugins.load import installed_plugins, load_plugins
from evalrules._problems import CatalogueError, Location, Problem, SubmissionError, chosen_language, listed, problem
from evalrules._review import load_review, reviewed
from evalrules._rollup import with_results
from evalrules._score.bind import home_of
from evalrules._score.compiling import compile_ruleset
from evalrules._score.ruleset import Ruleset
from evalrules._score.score import score_form
from evalrules._submission import Review, Submission
from evalrules._submission_reading import read_submission
from evalrules._values import frozen, once_for_each

if TYPE_CHECKING:
    from evalrules._forms.filled import EditionOf


@frozen
class LoadedCatalogue(Catalogue):
    """An edition without errors, ready for `evaluate`: immutable, safe to share between threads, cheap to use often."""

    functions: Functions = field(factory=dict, eq=False, repr=False)
    plugins: Plugins = field(default=NONE, eq=False, repr=False)
    absent: tuple[Problem, ...] = field(default=(), eq=False, repr=False)
    """The functions that have only stand-ins, since no plug-in in use brings them."""

    @cached_property
    def ruleset(self) -> Ruleset:
        """The edition compiled; compiled anew after unpickling."""
        return compile_ruleset(self, self.functions)

    @cached_property
    def departments(self) -> Departments:
        """The edition with what plug-ins contribute to it, by the name of the department."""
        values = {part.name: getattr(self, part.name) for part in attrs.fields(Catalogue)}
        return Departments(Catalogue(**values), self.functions, self.plugins)

    @property
    def load_problems(self) -> tuple[Problem, ...]:
        """What of plug-ins was refused when they were loaded."""
        return (*self.plugins.problems, *self.absent, *contributions_of(self.plugins).problems)

    @property
    def plugin_problems(self) -> tuple[Problem, ...]:
        """Everything that was refused of plug-ins; joins the contributions of all departments to find it."""
        return (*self.load_problems, *self.departments.problems)

    def ruleset_for(self, organisation: str) -> Ruleset:
        """Give the edition compiled as this organisation has it."""
        name = organisation.strip()
        department = self.departments.get(organisation)
        if department is None:
            return self.ruleset
        department.ruleset.once(_OF_DEPARTMENT, lambda: (weakref.ref(self), name))
        return department.ruleset

    def problems_for(self, organisation: str) -> tuple[Problem, ...]:
        """Give what was refused of plug-ins as far as it matters to an organisation."""
        department, astray = self.departments.get(organisation), self.departments.astray(organisation)
        own = () if department is None else department.problems
        return (*self.load_problems, *astray, *own)

    def __reduce__(self) -> tuple[Any, ...]:
        identity = _identity(self)
        _held.setdefault(identity, self)
        return _arrived, (identity, _packed(self))


# An edition on the way to another process. Pickled, it is what it was made from, packed once; where it arrives it is
# made, and compiled, only if that process does not hold it yet. Every pickle can be read by itself.


_OF_DEPARTMENT = "of-department"
_alive: weakref.WeakValueDictionary[int, LoadedCatalogue] = weakref.WeakValueDictionary()
"""The editions that this process loaded, by their identity among living objects."""
_held: weakref.WeakValueDictionary[str, LoadedCatalogue] = weakref.WeakValueDictionary()
"""The editions of which somebody has asked what they are, by that."""
_recent: deque[LoadedCatalogue] = deque(maxlen=4)
"""Editions that arrived: they live on a while, for the result that brought one may be gone before the next comes."""


@once_for_each
def _identity(catalogue: LoadedCatalogue) -> str:
    """Name all that a result can show of an edition: its meaning, where its parts stand, and who brings functions."""
    parts = (catalogue, *catalogue.walk(), *catalogue.methods.values(), *catalogue.checks, *catalogue.grades)
    places = (str(part.location) for part in parts)
    functions = (f"{function} {function.origin}" for function in catalogue.functions.values())
    used = (f"{used.id}@{used.edition} {used.digest}" for used in catalogue.used)
    contributed = (
        f"{brought.source.path} {meaning_text(brought.contribution)}"
        for brought in contributions_of(catalogue.plugins).all
    )
    text = "\n".join((catalogue.digest, *used, *places, *functions, *contributed, str(catalogue.absent)))
    plugins = pickle.dumps(catalogue.plugins) if catalogue.plugins.loaded else b""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass") + plugins).hexdigest()


@once_for_each
def _packed(catalogue: LoadedCatalogue) -> bytes:
    values = {part.name: getattr(catalogue, part.name) for part in attrs.fields(LoadedCatalogue)}
    brought = catalogue.plugins.functions
    values["functions"] = {name: own for name, own in catalogue.functions.items() if brought.get(name) is not own}
    return zlib.compress(pickle.dumps(values, pickle.HIGHEST_PROTOCOL))


def _arrived(identity: str, packed: bytes) -> LoadedCatalogue:
    """Give the edition that this process holds already, else make it; functions of plug-ins are loaded with them."""
    known = _held.get(identity) or _alive_as(identity)
    if known is None:
        values = pickle.loads(zlib.decompress(packed))  # noqa: S301 - within a pickle that is being read already
        functions = {**values["plugins"].functions, **values["functions"]}
        known = _held.setdefault(identity, LoadedCatalogue(**{**values, "functions": functions}))
        _recent.append(known)
    return known


def _alive_as(identity: str) -> LoadedCatalogue | None:
    """Ask the editions that were loaded here what they are, all of them where one arrives that nobody knows."""
    for loaded in list(_alive.values()):
        with suppress(pickle.PicklingError, AttributeError, TypeError):  # such plug-ins cannot have come here
            _held.setdefault(_identity(loaded), loaded)
    return _held.get(identity)


def _reduced(ruleset: Ruleset) -> tuple[Any, ...]:
    """Pickle a compiled edition as the edition: compiled rules are code, which is made again."""
    if isinstance(ruleset.catalogue, LoadedCatalogue):
        return attrgetter("ruleset"), (ruleset.catalogue,)
    edition, department = ruleset.once(_OF_DEPARTMENT, _of_nobody)
    loaded = edition()
    if loaded is not None:
        return methodcaller("ruleset_for", department), (loaded,)
    return compile_ruleset, (ruleset.catalogue, ruleset.functions)


def _of_nobody() -> tuple[Callable[[], LoadedCatalogue | None], str]:
    return lambda: None, ""


copyreg.pickle(Ruleset, _reduced)


def load_catalogue(
    edition: str | Path | Mapping[str, object],
    *,
    fiscal_year: int | None = None,
    path: str | Path | Iterable[str | Path] = (),
    plugins: Plugins | Iterable[str] | None = None,
    contributions: str | Path | Iterable[str | Path] = (),
    lang: str | None = None,
) -> LoadedCatalogue:
    """Find, read, check and compile an edition.

    ``edition`` is a name (``"suining-department@2024"``), an id together with ``fiscal_year``, the path of a file or
    folder, or a mapping of the same shape. Folders in ``path`` are searched first, then those of ``EVALRULES_PATH``,
    then those of plug-ins, then the editions that come with the package. ``plugins`` are those of `load_plugins`, names
    of installed ones, or None for all that are installed; then a `PluginWarning` tells what was refused of them.
    ``contributions`` are files of departments' own indicators, beside those in ``<edition>.contributions/``.
    Raises `CatalogueError` with all problems, worded in ``lang``; a released edition whose meaning has changed since is
    refused, so that nothing is scored in its name by other rules.

    >>> catalogue = load_catalogue("suining-department", fiscal_year=2024)
    >>> catalogue.name, len(catalogue.grades)
    ('suining-department@2024', 4)
    """
    hold("load_catalogue", "the name, path, text or mapping of an edition", edition, str, Path, Mapping)
    hold("load_catalogue", "a fiscal year as a whole number", fiscal_year, int, str, Integral, type(None))
    hold_language(lang)
    folders = each_of("load_catalogue", "folders as its path", path, str, Path)
    files = each_of("load_catalogue", "files as contributions", contributions, str, Path)
    in_use = plugins_named(plugins, lang)
    loaded, errors = _loaded_from(edition, fiscal_year, folders, in_use, files)
    if loaded is None or errors:
        raise CatalogueError(errors, chosen_language(lang))
    _ = loaded.ruleset
    _alive[id(loaded)] = loaded
    if plugins is None and loaded.load_problems:
        told = (str(found.in_language(chosen_language(lang))) for found in loaded.load_problems)
        warnings.warn("\n".join(told), PluginWarning, stacklevel=2)
    return loaded


def load_draft(
    edition: str | Path, plugins: Plugins, *, file: Path | None = None, path: Iterable[str | Path] = ()
) -> tuple[LoadedCatalogue | None, list[Problem]]:
    """Give an edition whose points do not add up yet, for its cases and laws, and its errors; no form is scored by it.

    There is none where anything else is wrong. A text that need not be saved is one too; it belongs at ``file``.
    """
    loaded, errors = _loaded_from(edition, None, path, plugins, (), file)
    return (None if any(found.code not in OF_NEW_POINTS for found in errors) else loaded), errors


def _loaded_from(
    edition: str | Path | Mapping[str, object],
    fiscal_year: int | None,
    path: Iterable[str | Path],
    in_use: Plugins,
    contributions: Iterable[str | Path],
    file: Path | None = None,
) -> tuple[LoadedCatalogue | None, list[Problem]]:
    library = Library.standard(path, in_use.catalogue_folders)
    reading = partial(read_edition, edition, library=library, file=file, fiscal_year=fiscal_year)
    catalogue, problems, functions = read_with_stand_ins(lambda known: reading(functions=known), in_use)
    loaded = None
    if catalogue is not None:
        loaded = _loaded(catalogue, functions, with_plain_files(in_use, catalogue, contributions), problems)
    if loaded is not None:  # what is checked is what is compiled: both ask it for the same scopes and programs
        problems = (*problems, *check(loaded, functions=functions), *released_problems(loaded))
    return loaded, [found for found in problems if found.severity == "error"]


def problems_of(plugins: Plugins, editions: Iterable[str]) -> Iterator[Problem]:
    """Tell what is wrong with plug-ins by themselves, with what they contribute, and with ``editions`` joined by it."""
    yield from plugins.problems
    yield from contributions_of(plugins).problems
    for edition in editions:
        try:
            catalogue = load_catalogue(edition, plugins=plugins)
        except CatalogueError as error:
            yield from error.problems
        else:
            yield from catalogue.departments.problems


def plugins_named(plugins: Plugins | Iterable[str] | None, lang: str | None) -> Plugins:
    """Give the plug-ins that a caller names; None are all that are installed."""
    if plugins is None:
        return installed_plugins()
    if isinstance(plugins, Plugins):
        return plugins
    return load_plugins(each_of("plugins", "names of plug-ins", plugins, str), lang=lang)


def _loaded(
    catalogue: Catalogue, functions: Functions, plugins: Plugins, problems: tuple[Problem, ...]
) -> LoadedCatalogue:
    return LoadedCatalogue(
        **{part.name: getattr(catalogue, part.name) for part in attrs.fields(Catalogue)},
        functions=functions,
        plugins=plugins,
        absent=tuple(found for found in problems if found.code == "function-absent"),
    )


def load_submission(
    source: str | Path | Mapping[str, object],
    *,
    catalogue: LoadedCatalogue | str | Path | None = None,
    places: Mapping[str, str] | None = None,
    lang: str | None = None,
) -> Submission:
    """Read a submission from a file of any kind, or from a mapping of the shape that YAML has.

    YAML, JSON, Word, Excel, WPS and separated values are told apart by their content. The figures of a Word or Excel
    form are named by its edition: what a blank form of ours says of itself, else ``catalogue``; without either there
    are rows, head and claims, and figures under the words of the form.

    Everything that is wrong with a cell or row is among its ``problems``, each with ``path`` and place, and what
    depends on it will be unscored; so is, as information, what was guessed, and as a warning what was not understood.
    ``places`` say where a person finds what stands at a path of a mapping
    (``{"entries[11].target": "自评表.docx 表2 第14行"}``; see `read_submission`). Raises `SubmissionError`, worded in
    ``lang``, only for what cannot be read at all: no such file, not UTF-8, not YAML, too large, no form in it, or
    several, which `load_submissions` reads.

    >>> form = {"organisation": "某单位", "fiscal_year": 2024, "entries": [{"indicator": "甲", "分": 1}]}
    >>> submission = load_submission(form, places={"entries[0]": "自评表.docx 表2 第4行"})
    >>> submission.organisation, len(submission.entries)
    ('某单位', 1)
    >>> [(problem.code, problem.path, str(problem.location)) for problem in submission.problems]
    [('unknown-key', 'entries[0].分', '自评表.docx 表2 第4行')]
    """
    _hold_form("load_submission", source, lang, Mapping)
    _hold_edition("load_submission", catalogue)
    hold("load_submission", "places by their paths", places, Mapping, type(None))
    if places:
        each_of("load_submission", "places by their paths", places, str)
    is_text = isinstance(source, str) and "\n" in source
    if is_text or not isinstance(source, str | Path) or is_folder(source) or not is_filled_form(Path(source)):
        return read_submission(source, places=places, lang=lang)
    forms = tuple(handed_in(Path(source), _edition_by(catalogue)))
    told = forms[0].problems
    if len(forms) > 1:
        names = listed(form.name.removeprefix(str(source)).strip() for form in forms)
        told = (problem("form-several", Location(Path(source).name), count=len(forms), names=names),)
    if told or forms[0].submission is None:
        raise SubmissionError(told, chosen_language(lang))
    return forms[0].submission


@frozen
class Submissions(Sequence[Submission]):
    """The submissions of a file or folder, in order; ``problems`` tell of the files that could not be read."""

    read: tuple[Submission, ...]
    problems: tuple[Problem, ...] = ()

    def __getitem__(self, index: Any) -> Any:
        return self.read[index]

    def __len__(self) -> int:
        return len(self.read)


def load_submissions(
    source: str | Path, *, catalogue: LoadedCatalogue | str | Path | None = None, lang: str | None = None
) -> Submissions:
    """Read every form of a file, or of a folder and the folders in it: YAML, JSON, Word, Excel and what else there is.

    As `load_submission` reads one. A file that cannot be read does not keep the others from being read: it is told in
    ``problems`` of the result, worded in ``lang``. Lock files of office programs and our own reports are passed over.

    >>> forms = load_submissions("examples/cases")
    >>> len(forms), forms[0].fiscal_year, forms.problems
    (7, 2022, ())
    """
    _hold_form("load_submissions", source, lang)
    _hold_edition("load_submissions", catalogue)
    found = tuple(handed_in(Path(source), _edition_by(catalogue)))
    language = chosen_language(lang)
    told = (one.in_language(language) for form in found for one in form.problems)
    return Submissions(tuple(form.submission for form in found if form.submission is not None), tuple(told))


def _hold_form(function: str, source: object, lang: object, *kinds: type[Any]) -> None:
    hold(function, f"the path of a form{', or a mapping' if kinds else ' or folder'}", source, str, Path, *kinds)
    hold_language(lang)
    if not source and isinstance(source, str):  # as a setting leaves it that nobody made; it is no name of a folder
        raise SubmissionError([problem("file-missing", None, file="")], chosen_language(str(lang or "")))


def _hold_edition(function: str, catalogue: object) -> None:
    hold(function, "a catalogue, or its name or path", catalogue, LoadedCatalogue, str, Path, type(None))


def _edition_by(catalogue: LoadedCatalogue | str | Path | None) -> EditionOf:
    """Give what finds the edition of a form: what the form says, else what the caller names, loaded once."""
    loaded: dict[tuple[object, int | None], LoadedCatalogue] = {}

    def edition(said: str | None, year: int | None) -> LoadedCatalogue | None:
        if isinstance(catalogue, LoadedCatalogue) and said in (None, catalogue.name):
            return catalogue
        wanted = said or catalogue
        if wanted is None or isinstance(wanted, LoadedCatalogue):
            return wanted
        if (wanted, year) not in loaded:
            loaded[wanted, year] = load_catalogue(wanted, fiscal_year=year)
        return loaded[wanted, year]

    return edition


def evaluate(
    catalogue: LoadedCatalogue,
    submission: Submission,
    review: Review | Mapping[str, object] | None = None,
    results: Iterable[Evaluation | None] = (),
) -> Evaluation:
    """Score a submission by an edition, with a reason for every point lost.

    Pure: no clock, no file, no randomness; the same inputs give the same result. Only plug-ins that give figures are
    asked for them first. Nothing in a submission is refused: what could not be read or does not fit the edition (an
    unknown section, points that do not add up, a text where a number belongs) is among the ``problems``, what depends
    on it is ``unscored`` and everything else is scored. While anything that counts is unscored the total is None.
    A ``review`` is what `load_review` gives, or a mapping of that shape: its changes are put to the rows, each row
    keeps what the rules give (``rule_score``), and the form its digest. A review that does not fit is among the
    ``problems``. ``results`` are evaluations of other forms, for tables that the edition makes from results; None
    stands for a form that could not be read. Arguments that are no catalogue and no submission, or stand in the wrong
    order, are a `TypeError`.
    """
    given: tuple[object, object] = (catalogue, submission)
    if not (isinstance(given[0], LoadedCatalogue) and isinstance(given[1], Submission)):
        raise TypeError(
            "evaluate takes what load_catalogue and load_submission give, in this order, not "
            f"{type(catalogue).__name__} and {type(submission).__name__}"
        )
    if review is not None:
        hold("evaluate", "what load_review gives, or a mapping of that shape, as review", review, Review, Mapping)
        read = review if isinstance(review, Review) else load_review(review)
        submission = reviewed(submission, read, partial(home_of, catalogue.ruleset_for(submission.organisation)))
    if results != ():  # nearly nobody gives any
        results = each_of("evaluate", "evaluations as results", results, Evaluation, type(None))
    submission = with_results(catalogue, submission, results)
    plugins = catalogue.plugins
    if not plugins.loaded and not plugins.contribution_files:
        return Evaluation(score_form(catalogue.ruleset, submission), audit=audit)
    from evalrules._plugins.evaluate import evaluate_with  # noqa: PLC0415 - most have no plug-ins

    organisation = submission.organisation
    return evaluate_with(plugins, catalogue.ruleset_for(organisation), submission, catalogue.problems_for(organisation))
