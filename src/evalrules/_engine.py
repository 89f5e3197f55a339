"""The three functions that most callers need: load an edition, load a submission, evaluate one by the other."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

import attrs
from attrs import field, frozen

from evalrules._audit import audit
from evalrules._catalogue.check import check
from evalrules._catalogue.editions import Library
from evalrules._catalogue.model import Catalogue
from evalrules._catalogue.read import read_edition
from evalrules._evaluation import Evaluation
from evalrules._formula.scope import Functions
from evalrules._problems import CatalogueError, SubmissionError
from evalrules._ruleset import Ruleset, compile_ruleset
from evalrules._scoring.score import score_form
from evalrules._submission import Submission
from evalrules._submission_reading import read_submission
from evalrules._wording import chosen_language


@frozen
class LoadedCatalogue(Catalogue):
    """An edition without errors, ready for `evaluate`: immutable, safe to share between threads, cheap to use often."""

    functions: Functions = field(factory=dict, eq=False, repr=False)

    @cached_property
    def ruleset(self) -> Ruleset:
        """The edition compiled; compiled anew after unpickling."""
        return compile_ruleset(self, self.functions)

    def __reduce__(self) -> tuple[Any, ...]:
        values = {part.name: getattr(self, part.name) for part in attrs.fields(type(self))}
        return _again, (values,)


def _again(values: dict[str, Any]) -> LoadedCatalogue:
    return LoadedCatalogue(**values)


def load_catalogue(
    edition: str | Path | Mapping[str, object],
    *,
    fiscal_year: int | None = None,
    path: Iterable[str | Path] = (),
    lang: str | None = None,
) -> LoadedCatalogue:
    """Find, read, check and compile an edition.

    ``edition`` is a name (``"suining-department@2024"``), an id together with ``fiscal_year``, the path of a file or
    folder, or a mapping of the same shape. Folders in ``path`` are searched first, then those of ``EVALRULES_PATH``,
    then the editions that come with the package. Raises `CatalogueError` with all problems, worded in ``lang``.

    >>> catalogue = load_catalogue("suining-department", fiscal_year=2024)
    >>> catalogue.name, len(catalogue.grades)
    ('suining-department@2024', 4)
    """
    catalogue, problems = read_edition(edition, library=Library.standard(path), fiscal_year=fiscal_year)
    if catalogue is not None:
        problems = (*problems, *check(catalogue))
    errors = [found for found in problems if found.severity == "error"]
    if catalogue is None or errors:
        raise CatalogueError(errors, chosen_language(lang))
    loaded = LoadedCatalogue(**{part.name: getattr(catalogue, part.name) for part in attrs.fields(Catalogue)})
    _ = loaded.ruleset
    return loaded


def load_submission(source: str | Path | Mapping[str, object], *, lang: str | None = None) -> Submission:
    """Read a submission from a file or from a mapping of the same shape.

    Raises `SubmissionError` with all problems, worded in ``lang``, each with its place.

    >>> submission = load_submission({"catalogue": "a@1", "organisation": "某单位", "fiscal_year": 2024})
    >>> submission.organisation, len(submission.entries)
    ('某单位', 0)
    """
    try:
        return read_submission(source)
    except SubmissionError as error:
        raise SubmissionError(error.problems, chosen_language(lang)) from None


def evaluate(catalogue: LoadedCatalogue, submission: Submission) -> Evaluation:
    """Score a submission by an edition, with a reason for every point lost.

    Pure: no clock, no file, no randomness; the same inputs give the same result. An indicator whose formulas fail on
    the data is ``unscored`` with its problem and the score is None. Raises `SubmissionError` where the submission does
    not fit the edition: an unknown indicator or figure, points that do not add up, a text where a number belongs.
    """
    return Evaluation(score_form(catalogue.ruleset, submission), audit=audit)
