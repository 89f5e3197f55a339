"""What is told of many forms together: pictures of totals and grades, units side by side, findings by kind."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Final

from evalrules._audit.batch import whose
from evalrules._audit.sampling import Drawn
from evalrules._evaluation import Evaluation
from evalrules._numbers import decimal_text
from evalrules._problems import Finding, Form, Language, Phrases, Severity
from evalrules._report.blocks import (
    Block,
    Chart,
    Column,
    Document,
    Facts,
    Group,
    Heading,
    Line,
    Paragraph,
    Table,
    Text,
    line,
    row,
    under,
)
from evalrules._report.evaluation import SEVERITIES, number_text, total_text
from evalrules._values import frozen

_BANDS: Final = 20
"""How many bands the totals of a form are put into."""
_NAMED: Final = 4
"""How many forms a finding names in a report; all of them stand in the JSON."""


@frozen
class Batch:
    """Several evaluations, what is seen only across them, and the reports beside the page by the digest of the form."""

    evaluations: Sequence[Evaluation]
    across: Sequence[Finding]
    reports: Mapping[str, str]
    said: Phrases
    codes: bool = False

    def outcome(self) -> Iterator[Block]:
        """Give how many there are and what they have together."""
        if len(self.evaluations) > 1:
            yield Facts(tuple(self._outcome()), "outcome")

    def pictures(self) -> Iterator[Block]:
        """Give the pictures of totals and grades, claimed and computed."""
        if len(self.evaluations) < 2:  # noqa: PLR2004 - one form is no batch
            return
        groups = tuple(self._bands())
        series = (self.said("claimed-score"), self.said("score"))
        yield from self._chart("batch-totals", series, groups)
        yield from self._chart("batch-grades", (self.said("claimed-grade"), self.said("grade")), tuple(self._grades()))

    def _chart(self, name: str, series: tuple[str, str], groups: tuple[Group, ...]) -> Iterator[Block]:
        yield from under(Heading(line(self.said(name))), (Chart(self.said(name), series, groups),) if groups else ())

    def _outcome(self) -> Iterator[tuple[str, Line]]:
        said, scores = self.said, [each.score for each in self.evaluations if each.score is not None]
        units = len({each.organisation for each in self.evaluations})
        yield said("batch-forms"), line(str(len(self.evaluations)))
        yield said("batch-units"), line(str(units))
        if scores:
            yield said("batch-mean"), line(_mean(scores))
        if len(scores) < len(self.evaluations):
            yield said("batch-without-total"), line(str(len(self.evaluations) - len(scores)))
        counts = Counter(found.severity for each in self.evaluations for found in each.findings)
        counts.update(found.severity for found in self.across)
        for severity in SEVERITIES:
            yield said(severity), line(Text(str(counts[severity]), severity if counts[severity] else ""))

    def _bands(self) -> Iterator[Group]:
        """Count claimed and computed totals by twentieths of the form's points, from the lowest that is there."""
        places = [(_band(each.claimed_score, each), _band(each.score, each)) for each in self.evaluations]
        old, new = (Counter(place for place in column if place is not None) for column in zip(*places, strict=True))
        most = {each.points for each in self.evaluations}
        known = [*old, *new]
        for band in range(min(known), max(known) + 1) if known else ():
            ends = [
                Fraction(end, _BANDS) * (Fraction(max(most)) if len(most) == 1 else 100) for end in (band, band + 1)
            ]
            low, high = map(decimal_text, ends)
            unit = "" if len(most) == 1 else "%"
            label = f"{low}{unit}" if band == _BANDS else f"{low}–{high}{unit}"
            yield Group(label, old[band], new[band])

    def _grades(self) -> Iterator[Group]:
        titles = dict.fromkeys(grade.title for each in self.evaluations for grade in each.catalogue.grades)
        old = Counter(_claimed_title(each) for each in self.evaluations)
        new = Counter(each.grade for each in self.evaluations)
        yield from (Group(title, old[title], new[title]) for title in titles)

    # ---- findings ----

    def findings(self) -> Iterator[Block]:
        """Give what is seen only across the forms, gravest first."""
        columns = (("severity", 2), ("batch-about", 6), ("finding", 14))
        shown = sorted(self.across, key=lambda found: SEVERITIES.index(found.severity))
        rows = tuple(
            row(line(Text(self.said(found.severity), found.severity)), self._about(found), self._message(found))
            for found in (each.in_language(self.said.language) for each in shown)
        )
        yield from self._table("batch-across", columns, rows)

    def _message(self, found: Finding) -> Line:
        return line(found.message, Text(f" {found.code}", "code") if self.codes else "")

    def _about(self, found: Finding) -> Line:
        forms = list({(each.submission, each.organisation, each.project): each for each in found.forms}.values())
        several = Counter(each.organisation for each in forms)
        pieces: list[Text | str] = []
        for each in forms[:_NAMED]:
            project = each.project if several[each.organisation] > 1 else None
            named = f"{each.organisation}{self.said.bracketed(project)}" if project else each.organisation
            pieces += [*([self.said.sign("and")] if pieces else []), Text(named, link=self._report(each))]
        return line(*pieces, self.said("batch-others", count=len(forms) - _NAMED) if len(forms) > _NAMED else "")

    def _report(self, form: Form) -> str:
        return self.reports.get(form.submission or "", "")

    def kinds(self) -> Iterator[Block]:
        """Give the findings on single forms by kind: how often, on how many forms, and one of them."""
        first: dict[tuple[Severity, str], tuple[Evaluation, Finding]] = {}
        times: Counter[tuple[Severity, str]] = Counter()
        forms: Counter[tuple[Severity, str]] = Counter()
        for each in self.evaluations:
            own = Counter((found.severity, _kind(found)) for found in each.findings)
            times.update(own)
            forms.update(own.keys())
            for found in each.findings:
                first.setdefault((found.severity, _kind(found)), (each, found))
        columns = (("severity", 2), ("batch-times", 2), ("batch-forms-with", 2), ("batch-for-example", 15))
        order = sorted(first, key=lambda kind: (SEVERITIES.index(kind[0]), -times[kind], kind[1]))
        rows = tuple(
            row(
                line(Text(self.said(kind[0]), kind[0])), str(times[kind]), str(forms[kind]), self._example(*first[kind])
            )
            for kind in order
        )
        yield from self._table("batch-kinds", columns, rows)

    def _example(self, evaluation: Evaluation, found: Finding) -> Line:
        told = found.in_language(self.said.language)
        where = [self.said.sign("comma"), told.where] if told.where and "." not in told.where else []
        link = self.reports.get(evaluation.submission.digest, "")
        unit = Text(evaluation.organisation, link=link)
        return line(unit, *where, self.said.sign("colon"), *self._message(told))

    def units(self) -> Iterator[Block]:
        """Give units that handed in several forms side by side: how many, their totals, claims and findings."""
        held: dict[str, list[Evaluation]] = {}
        for each in self.evaluations:
            held.setdefault(each.organisation, []).append(each)
        several = {unit: forms for unit, forms in held.items() if unit}
        if len(several) == len(self.evaluations):
            return
        names = ("organisation", "batch-forms", "batch-mean", "batch-lowest", "batch-highest", "batch-mean-claim")
        columns = tuple((name, 6 if name == "organisation" else 2) for name in (*names, *SEVERITIES))
        rows = (self._unit(unit, forms) for unit, forms in several.items())
        yield from self._table("batch-by-unit", columns, tuple(row(*cells, head=True) for cells in rows))

    def _unit(self, unit: str, forms: Sequence[Evaluation]) -> list[str]:
        scores = [each.score for each in forms if each.score is not None]
        claims = [each.claimed_score for each in forms if each.claimed_score is not None]
        counts = Counter(found.severity for each in forms for found in each.findings)
        ends = [number_text(min(scores)), number_text(max(scores))] if scores else ["", ""]
        totals = [_mean(scores) if scores else "", *ends, _mean(claims) if claims else ""]
        return [unit, str(len(forms)), *totals, *(str(counts[severity]) for severity in SEVERITIES)]

    def _table(self, name: str, columns: Iterable[tuple[str, int]], rows: tuple[object, ...]) -> Iterator[Block]:
        title = self.said(name)
        heads = tuple(Column(self.said(key), key in _NUMBERS, width) for key, width in columns)
        yield from under(Heading(line(title)), (Table(heads, rows, title),) if rows else ())  # type: ignore[arg-type]


_NUMBERS: Final = frozenset(
    {
        *SEVERITIES,
        *("batch-forms", "batch-mean", "batch-lowest", "batch-highest", "batch-mean-claim", "batch-times"),
        "batch-forms-with",
    }
)


def _kind(found: Finding) -> str:
    """Give what findings are counted by: the code, and of an edition's own check its name."""
    return f"{found.code} {found.where}" if found.code == "check-failed" else found.code


def _mean(numbers: Sequence[Decimal]) -> str:
    """Give the mean to hundredths, as finely as scores are written: that of one form is its score.

    >>> _mean([Decimal("99.84")]), _mean([Decimal(1), Decimal(2), Decimal(2)])
    ('99.84', '1.67')
    """
    return number_text(Decimal(round(100 * sum(map(Fraction, numbers), Fraction(0)) / len(numbers))) / 100)


def _band(total: Decimal | None, evaluation: Evaluation) -> int | None:
    """Give the twentieth of the form's points in which a total lies; the whole is one of its own."""
    if total is None or not evaluation.points:
        return None
    return max(0, min(_BANDS, int(_BANDS * Fraction(total) / Fraction(evaluation.points))))


def _claimed_title(evaluation: Evaluation) -> str | None:
    word = evaluation.claimed_grade
    return next((each.title for each in evaluation.catalogue.grades if word in (each.title, *each.also)), word)


# Forms drawn for a second look.


_DRAWN = (("organisation", 6), ("sample-project", 5), ("score", 3), ("claimed-score", 2), ("error", 2), ("warning", 2))


def sample_document(
    drawn: Sequence[Drawn], files: Mapping[int, str], count: int, share: str, seed: str, language: Language
) -> Document:
    """Tell which forms were drawn for a second look, in their order, and how, so that it can be done again."""
    said = Phrases(language, "report")
    columns = [Column(said(name), name in ("score", "claimed-score", *SEVERITIES), width) for name, width in _DRAWN]
    heads = (
        Column("", width=1),
        *columns,
        Column(said("sample-tickets"), is_number=True),
        Column(said("file"), width=6),
    )
    rows = tuple(
        row(
            str(place),
            *whose(each.evaluation),
            total_text(each.evaluation, said),
            number_text(each.evaluation.claimed_score),
            *map(str, (each.errors, each.warnings, each.tickets)),
            files[each.number],
        )
        for place, each in enumerate(drawn, 1)
    )
    facts = (
        ("sample-seed", seed),
        ("sample-share", share),
        ("sample-drawn", said("sample-of", count=len(drawn), of=count)),
    )
    told = Facts(tuple((said(name), line(value)) for name, value in facts))
    title = said("sample")
    return Document(
        title, (told, Table(heads, rows, title), Paragraph(line(Text(said("sample-how"), "quiet")))), language
    )
