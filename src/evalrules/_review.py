"""A review in a file of its own: a reviewer's changes read, and put to the rows of the form that they are of."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from attrs import evolve

from evalrules._callers import hold, hold_language
from evalrules._documents import Mapping as Document
from evalrules._documents import Node, Problems, Scalar, as_list, closest, document_from, read_document, read_file
from evalrules._edition.keys import KINDS
from evalrules._edition.reading import is_another_document
from evalrules._handed_in import is_filled_form
from evalrules._problems import Problem, SubmissionError, chosen_language, problem
from evalrules._submission import Entry, Review, Reviewed, Submission
from evalrules._submission_reading import digest, opened, owner_of, read_adjustment, read_project, section_named

Source = Path | str | Mapping[str, object]


def load_review(source: Source, *, lang: str | None = None) -> Review:
    r"""Read a review from a file, a mapping of the shape that YAML has, or its text (a str of more than one line).

    A file is YAML or a reviewer's sheet, Word or Excel, as ``evalrules form EDITION --review FORM`` writes it.

    What is wrong with one of its rows is among its ``problems``, and that row changes nothing. Raises
    `SubmissionError`, worded in ``lang``, where it cannot be read at all or does not say what it is a review of.

    >>> review = load_review({
    ...     "review_of": {"organisation": "某单位"}, "by": "李四",
    ...     "entries": [{"indicator": "甲", "adjust": {"cut": "30%", "clause": "无佐证资料", "because": "没有台账"}}],
    ... })
    >>> review.organisation, review.entries[0].adjust.cut, review.problems
    ('某单位', Fraction(3, 10), ())
    """
    hold("load_review", "the path, text or mapping of a review", source, str, Path, Mapping)
    hold_language(lang)
    problems = Problems()
    document = _document(source, problems)
    if document is None or is_another_document(document, KINDS["review"], problems):
        raise SubmissionError(problems, chosen_language(lang))
    read = opened(document, "review", problems)
    of, before = read.nodes.get("review_of"), len(problems)
    named = opened(of, "review_of", problems) if isinstance(of, Document) else None
    organisation = None if named is None else named.text("organisation")
    project = None if named is None else named.read("project", read_project)
    stated = of.text.strip() if isinstance(of, Scalar) else None
    if not stated and not organisation:
        problems.report("review-of-nothing", of or document)
    if len(problems) > before:  # whose it is, is not known: it could be put to a form that it is not of
        raise SubmissionError(problems, chosen_language(lang))
    return Review(
        of=stated or None,
        organisation=organisation,
        project=project,
        by=read.text("by"),
        date=read.text("date"),
        entries=tuple(_entries(read.get("entries"), problems)),
        digest=digest(document),
        problems=tuple(problems),
        location=document.location,
    )


def _document(source: Source, problems: Problems) -> Document | None:
    if isinstance(source, Mapping):
        return document_from(source, problems, "review")
    if isinstance(source, str) and "\n" in source:
        return read_document(source, "review", problems)
    if not is_filled_form(Path(source)):
        return read_file(source, problems)
    from evalrules._forms.review_sheet import read_review_sheet  # noqa: PLC0415 - of use to those alone who have sheets

    found = read_review_sheet(Path(source), problems)
    return None if found is None else document_from(found[0], problems, Path(source).name, found[1])


def _entries(node: Node | None, problems: Problems) -> Iterator[Reviewed]:
    """Give the rows that can be read; one with a problem is told and left out."""
    for number, item in enumerate(as_list(node, problems) if node is not None else ()):
        before = len(problems)
        row = opened(item, "review_entry", problems)
        adjust = row.read("adjust", read_adjustment)
        if len(problems) == before:
            path = f"entries[{number}]"
            yield Reviewed(row.text("indicator") or "", section_named(row), adjust, path, row.location)


def is_of(review: Review, submission: Submission) -> bool:
    """Tell whether a review is of this form: by its digest, else by whose it is and its project, if it names one."""
    if review.of is not None:
        return review.of == submission.digest
    (unit, name, code), (form_unit, form_name, form_code) = owner_of(review), owner_of(submission)
    is_project = code == form_code if code and form_code else name in (None, form_name)
    return unit == form_unit and is_project


Home = tuple[tuple[str, ...], bool]
"""The path of a row in the form, and whether the edition fixes it."""
Homes = Callable[[str | None, str], Home | None]
"""Where a section and a name, as people write them, belong in the form; None for nowhere."""


def reviewed(submission: Submission, review: Review, home_of: Homes) -> Submission:
    """Put a review to a form; what fits no row, or several, is among the problems of what it gives.

    A row is meant by its place in the form, however form and review call its section and itself. An indicator that the
    edition fixes has a row even where the form has no entry for it.

    The form's digest stays what it was. A review of another form changes nothing, and is told.
    """
    if not is_of(review, submission):
        told = problem("review-of-another", review.location, organisation=submission.organisation)
        return evolve(submission, problems=(*submission.problems, *map(_of_review, (*review.problems, told))))
    entries, problems = list(submission.entries), [*submission.problems, *map(_of_review, review.problems)]
    homes = [home_of(entry.section, entry.indicator) for entry in entries]
    for change in review.entries:
        home = home_of(change.section, change.indicator)
        found = _found(entries, homes, change, home)
        wrong = _wrong(entries, found, change, is_fixed=home is not None and home[1])
        if wrong is not None:
            problems.append(_of_review(wrong))
            continue
        place = found[0] if found else len(entries)
        entries[place : place + 1] = [_changed(entries[place] if found else None, change, f"entries[{place}]")]
        homes[place : place + 1] = [home]
    return evolve(submission, entries=tuple(entries), problems=tuple(problems), review=review)


def _found(entries: list[Entry], homes: list[Home | None], change: Reviewed, home: Home | None) -> list[int]:
    """Give the rows that a change is of; one that names no section can be of any row of that name."""
    if home is not None:
        return [place for place, each in enumerate(homes) if each == home]
    named = [place for place, entry in enumerate(entries) if _plain(entry.indicator) == _plain(change.indicator)]
    if change.section is None:
        return named
    lost = [place for place in named if homes[place] is None]
    return [place for place in lost if _ends_alike(entries[place].section or "", change.section)]


def _ends_alike(stated: str, named: str) -> bool:
    ends, wanted = _plain(stated).split("/"), _plain(named).split("/")
    return ends[-len(wanted) :] == wanted or wanted[-len(ends) :] == ends


def _plain(text: str) -> str:
    return "".join(text.split())


def _wrong(entries: list[Entry], found: list[int], change: Reviewed, *, is_fixed: bool) -> Problem | None:
    """Tell what keeps a change from being made."""
    if not found and not is_fixed:
        rows = sorted({entry.indicator for entry in entries})
        suggestion = closest(change.indicator, rows)
        return problem("review-entry-unknown", change.location, name=change.indicator, suggestion=suggestion)
    if len(found) > 1:
        return problem("review-entry-several", change.location, name=change.indicator)
    if found and entries[found[0]].adjust is not None:
        return problem("review-entry-twice", change.location, name=change.indicator)
    return None


def _changed(entry: Entry | None, change: Reviewed, path: str) -> Entry:
    """Give the row with the change, which stands in the review's file and is of the form's row at ``path``."""
    at = change.location
    if entry is None:
        at = None if at is None else evolve(at, path=path)
        return Entry(change.indicator, change.section, adjust=change.adjust, path=path, location=at)
    places = {**entry.places, **({} if at is None else {"adjust": evolve(at, path=f"{entry.path}.adjust")})}
    return evolve(entry, adjust=change.adjust, places=places)


def _of_review(told: Problem) -> Problem:
    """Tell a problem of the review as such: the same path in the form is another row."""
    at = told.location
    return told if at is None else evolve(told, location=evolve(at, path=f"review.{at.path}".rstrip(".")))
