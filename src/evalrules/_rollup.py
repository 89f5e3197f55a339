"""A form whose tables are made from the results of other forms: their rows, put where the form would have them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Final

from attrs import evolve

from evalrules._edition.model import Catalogue, Table
from evalrules._evaluation import Evaluation
from evalrules._problems import problem
from evalrules._quantities import BLANK, Cell, Quantity, Text
from evalrules._submission import Figure, ResultOf, Submission

Rows = tuple[Mapping[str, Figure], ...]
_BLANK: Final = Figure(BLANK)


def with_results(catalogue: Catalogue, submission: Submission, results: Iterable[Evaluation | None]) -> Submission:
    """Put results into the tables that are made from them; what a form itself writes there never counts.

    A table takes the results of its edition, ordered by unit, project and digest, whatever order they are given in; the
    form itself is never among them. A form without a total is a row without score and grade, one that could not be read
    (None) a row of blanks: what reads such a row is unscored. Without any result the table is blank. Of several results
    of one form that were reviewed counts, of several reviews the last. What no table takes is told.
    """
    tables = [table for table in catalogue.tables.values() if table.results is not None]
    if not tables:
        return submission
    given = list(results)
    unread = [each for each in given if each is None]
    others = [each for each in given if each is not None and each.submission.digest != submission.digest]
    once = {(each.catalogue.name, each.submission.digest): each for each in sorted(others, key=_reviewed)}
    ordered = [once[key] for key in sorted(once, key=lambda key: (*_named(once[key]), key))]
    filled, told = dict(submission.tables), list(submission.problems)
    used: dict[tuple[str, str], ResultOf] = {}
    for table in tables:
        fitting = [each for each in ordered if each.catalogue.name == table.results]
        used |= {(each.catalogue.name, each.submission.digest): _result(each) for each in fitting}
        if filled.pop(table.name, None):
            place = submission.grids.get(table.name) or submission.location
            told.append(problem("results-filled-in", place, table=table.name))
        if fitting or unread:
            blanks: Rows = tuple(dict.fromkeys((column.name for column in table.columns), _BLANK) for _ in unread)
            filled[table.name] = (*(_row(table, each) for each in fitting), *blanks)
    left = Counter(name for name, digest in once if (name, digest) not in used and name != catalogue.name)
    told += [problem("results-not-taken", submission.location, edition=name, count=left[name]) for name in sorted(left)]
    unreadable = (ResultOf(None, "", None, None, None, None),) * len(unread)
    return evolve(submission, tables=filled, problems=tuple(told), results=(*used.values(), *unreadable))


def _reviewed(evaluation: Evaluation) -> tuple[bool, str, str]:
    review = evaluation.submission.review
    return (False, "", "") if review is None else (True, review.date or "", review.digest)


def _named(evaluation: Evaluation) -> tuple[str, str]:
    project = evaluation.submission.project
    return evaluation.organisation, (project.name or "") if project else ""


def _result(evaluation: Evaluation) -> ResultOf:
    organisation, project = _named(evaluation)
    digest = evaluation.submission.digest
    return ResultOf(
        digest, organisation, project or None, evaluation.score, evaluation.grade, evaluation.catalogue.name
    )


def _row(table: Table, evaluation: Evaluation) -> Mapping[str, Figure]:
    organisation, project = _named(evaluation)
    known: dict[str, Cell] = {
        "单位": _text(organisation),
        "项目": _text(project),
        "得分": _number(evaluation.score),
        "分值": _number(evaluation.points),
        "等级": _text(evaluation.grade),
        "自评得分": _number(evaluation.claimed_score),
    }
    taken = dict(table.taken)
    cells = {name: _figure(evaluation, figure) for name, figure in taken.items()}
    return {column.name: Figure({**known, **cells}.get(column.name, BLANK)) for column in table.columns}


def _text(text: str | None) -> Cell:
    return Text(text) if text else BLANK


def _number(number: Decimal | None) -> Cell:
    return BLANK if number is None else Quantity(Fraction(number), "", f"{number:f}")


def _figure(evaluation: Evaluation, name: str) -> Cell:
    """Give a figure of a result's form as it counted there, with its unit and every digit."""
    return evaluation.figure(name) if name in evaluation.catalogue.data else BLANK
