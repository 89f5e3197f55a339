"""What is told of differences, impacts and replays, as blocks and as JSON."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import simplejson
from attrs import evolve

from evalrules._compare.diff import EditionChange, EditionDifference, FormWitness, GradeShift, RuleChange
from evalrules._compare.impact import Effect, Impact, Responsible, Share, Standing
from evalrules._compare.matching import Matching
from evalrules._compare.replay import Replay
from evalrules._compare.rules import Compared, Witness, changed_lines
from evalrules._edition.find import as_seen
from evalrules._edition.model import Catalogue
from evalrules._explain.words import reasons_in_words, rule_in_words
from evalrules._laws.subjects import Subject
from evalrules._laws.trials import Trial
from evalrules._numbers import decimal_of, decimal_text
from evalrules._patterns import regex
from evalrules._problems import Language, Location, Phrases, Problem, others_told
from evalrules._report.blocks import (
    Block,
    Chart,
    Column,
    Document,
    Facts,
    Group,
    Heading,
    Item,
    Items,
    Paragraph,
    Row,
    Table,
    Text,
    line,
    row,
    under,
)
from evalrules._report.evaluation import signed
from evalrules._report.summary import Explain, refused

# The difference between two editions.


_MOST_TITLES = 3
_MOST_TOLD = 3
_NAME = regex(r"[^\W\d]\w*")


def difference_document(found: EditionDifference, language: Language = "zh") -> Document:
    """Tell the difference: rules with witnesses first, then grades, sums, and every change by itself."""
    return Document(f"{found.old.name} → {found.new.name}", tuple(_Difference(found, language).blocks()), language)


class _ChangeTeller:
    """What differences and impacts are told with."""

    def __init__(self, language: Language) -> None:
        self.language = language
        self.said = Phrases(language, "report")

    def under(self, heading: str, items: Iterable[Item]) -> Iterator[Block]:
        """Give points under a heading, or nothing where there are none."""
        found = tuple(items)
        yield from under(Heading(line(self.said(heading))), (Items(found),) if found else ())

    def named(self, name: str, text: str) -> str:
        """Say what a text is about."""
        return f"{name}{self.said.sign('colon')}{text}"

    def points(self, score: str | None) -> str:
        """Say a score, or that there is none."""
        return self.said("unscored") if score is None else self.said("scored", score=score)

    def bracketed(self, text: str) -> str:
        """Put a text in brackets."""
        return self.said.bracketed(text)


class _Difference(_ChangeTeller):
    def __init__(self, found: EditionDifference, language: Language) -> None:
        super().__init__(language)
        self.found, self.rule_said = found, Phrases(language, "explain")
        self.called = Matching(found.old, found.new).called

    def blocks(self) -> Iterator[Block]:
        found = self.found
        if found.is_empty:
            yield Paragraph(line(self.said("diff-nothing")))
        yield from self.under("diff-rules", map(self._rule, found.rules))
        yield from self.under("diff-grades", map(self._shift, found.grades))
        yield from self.under("diff-forms", map(self._form, found.forms))
        yield from self.under("diff-reasons", map(self._reason, found.reasons))
        yield from self.under("diff-changes", map(self._change, found.changes))

    def _rule(self, rule: RuleChange) -> Item:
        told = self.named(self._title(rule), relation_text(rule.comparison, self.said))
        witnesses = (self._witness(witness) for witness in rule.comparison.witnesses)
        return _placed(told, _place(rule), (*self._changed(rule, rule_in_words), *witnesses))

    def _witness(self, witness: Witness) -> Item:
        sides = ((self.said("old"), witness.old), (self.said("new"), witness.new))
        scores = self.said.joined((f"{name} {self.points(_score(trial))}" for name, trial in sides), "stop")
        told = ((name, self.said.joined(self._reasons(trial), "stop")) for name, trial in sides)
        below = (item(self.named(name, why or self.said("full"))) for name, why in told)
        return item(self.named(self.said.text(witness.inputs), scores), below)

    def _reasons(self, trial: Trial) -> Iterator[str]:
        """Give why an input scored what it did, or what keeps it from a score, in the language asked for."""
        problems = trial.result.problems
        yield from (found.in_language(self.language).message for found in problems) if problems else reasons(trial)

    def _shift(self, shift: GradeShift) -> Item:
        grades = " → ".join(grade or self.said("no-grade") for grade in (shift.old, shift.new))
        return item(self.named(self.points(shift.totals), grades))

    def _form(self, form: FormWitness) -> Item:
        scores = " → ".join(self.points(None if score is None else decimal_text(score)) for score in form.scores)
        told = self.named(form.cell or self.said("usual-form"), f"{form.where or self.said('whole')} {scores}")
        old, new = (grade or self.said("no-grade") for grade in form.grades)
        return item(told, [item(f"{old} → {new}")] if old != new else ())

    def _reason(self, rule: RuleChange) -> Item:
        return _placed(self._title(rule), _place(rule), self._changed(rule, reasons_in_words))

    def _changed(self, rule: RuleChange, words: Callable[[Subject, Phrases], tuple[str, ...]]) -> Iterator[Item]:
        """Give the lines that only one of the two has, in words; where those are the same, as the model has them."""
        old, new = (words(subject, self.rule_said) for subject in (rule.pair.old, rule.pair.new))
        lines = changed_lines(tuple(map(self._renamed, old)), new) or rule.lines
        yield from (item(f"{each.side} {self.said.text(each.text)}") for each in lines)

    def _renamed(self, text: str) -> str:
        """Call figures as the new edition does, so that a new name alone is no change."""
        return _NAME.sub(lambda found: self.called.get(found[0], found[0]), text) if self.called else text

    def _change(self, change: EditionChange) -> Item:
        told = change.told.in_language(self.language)
        return _placed(self.named(told.where, told.message), change.place)

    def _title(self, rule: RuleChange) -> str:
        paths = ["/".join(path) for path in rule.pair.paths]
        if len(paths) < 2:  # noqa: PLR2004 - an indicator, or a method
            return rule.pair.title
        more = " …" if len(paths) > _MOST_TITLES else ""
        return rule.pair.title + self.bracketed(self.said.joined(paths[:_MOST_TITLES]) + more)


def item(text: str, below: Iterable[Item] = ()) -> Item:
    """Make a point with points below it."""
    under_it = tuple(below)
    return Item(line(text), (Items(under_it),) if under_it else ())


def _placed(text: str, place: Location | None, below: Iterable[Item] = ()) -> Item:
    """Make a point with the place where its rule stands."""
    told = item(text, below)
    at = _at(place)
    return evolve(told, text=line(*told.text, Text(f"  [{at}]" if at else "", "code")))


def reasons(trial: Trial) -> list[str]:
    """Give why an input scored what it did: the deductions, else why there is no score, else the notes."""
    result = trial.result
    return (
        [lost.because for lost in result.deductions]
        or [problem.message for problem in result.problems]
        or list(result.notes)
    )


def relation_text(comparison: Compared, said: Phrases) -> str:
    """Say how the new rule stands to the old one, and how sure that is."""
    relation = said(f"diff-{comparison.relation}")
    if comparison.proved:
        return relation + said.bracketed(said("diff-proved"))
    told = [said("diff-tried", tried=comparison.tried)]
    if comparison.why is not None:
        told.append(said("diff-undecided", why=comparison.why) if comparison.why else said("diff-timed-out"))
    return relation + said.bracketed(said.joined(told, "stop"))


def _place(rule: RuleChange) -> Location | None:
    return rule.pair.new.location


def _at(place: Location | None) -> str:
    return f"{as_seen(Path(place.file))}:{place.line}" if place is not None and place.line else ""


# ---- JSON ----------------------------------------------------------------------------------------------------------


def difference_json(found: EditionDifference, language: Language = "zh") -> str:
    """Write the difference as JSON: numbers as exact decimals, one that has none as text."""
    told = {
        "old": _edition(found.old),
        "new": _edition(found.new),
        "rules": [_rule_dict(rule) for rule in found.rules],
        "grades": [
            {"low": decimal_of(shift.low), "high": decimal_of(shift.high), "old": shift.old, "new": shift.new}
            for shift in found.grades
        ],
        "forms": [_form_dict(form) for form in found.forms],
        "reasons": [{**_name_dict(rule), "lines": _lines(rule)} for rule in found.reasons],
        "changes": [
            {
                "where": change.told.where,
                "code": change.told.code,
                **dict(change.told.arguments),
                "message": change.told.in_language(language).message,
            }
            for change in found.changes
        ],
    }
    text: str = simplejson.dumps(told, use_decimal=True, ensure_ascii=False, indent=2)
    return text


def _edition(catalogue: Catalogue) -> dict[str, str]:
    return {"id": catalogue.id, "edition": catalogue.edition, "digest": catalogue.digest}


def _name_dict(rule: RuleChange) -> dict[str, Any]:
    return {"rule": rule.pair.title, "paths": [list(path) for path in rule.pair.paths]}


def _lines(rule: RuleChange) -> list[str]:
    return [f"{line.side} {line.text}" for line in rule.lines]


def _rule_dict(rule: RuleChange) -> dict[str, Any]:
    compared = rule.comparison
    return {
        **_name_dict(rule),
        "relation": compared.relation,
        "proved": compared.proved,
        "tried": compared.tried,
        "why_not_proved": compared.why,
        "lines": _lines(rule),
        "witnesses": [
            {"inputs": witness.inputs, "old": _trial_dict(witness.old), "new": _trial_dict(witness.new)}
            for witness in compared.witnesses
        ],
    }


def _trial_dict(trial: Trial) -> dict[str, Any]:
    return {"score": None if trial.units is None else decimal_of(trial.points), "because": reasons(trial)}


def _form_dict(form: FormWitness) -> dict[str, Any]:
    scores = [None if score is None else decimal_of(score) for score in form.scores]
    return {
        "cell": form.cell,
        "section": form.where or None,
        "old": {"score": scores[0], "grade": form.grades[0]},
        "new": {"score": scores[1], "grade": form.grades[1]},
    }


def _score(trial: Trial) -> str | None:
    return None if trial.units is None else decimal_text(trial.points)


# The impact of a new edition.


def impact_document(found: Impact, explain: Explain, language: Language = "zh") -> Document:
    """Tell the impact: counts, what is responsible, who gets another grade, everybody, and who could not be scored."""
    teller = _Impact(found, language)
    title = teller.named(teller.said("impact"), f"{found.old.name} → {found.new.name}")
    return Document(title, tuple(teller.blocks(explain)), language)


_COUNTS = ("submissions", "gaining", "losing", "unchanged", "incomparable", "crossing", "refused")
_BARS = 20


class _Impact(_ChangeTeller):
    def __init__(self, found: Impact, language: Language) -> None:
        super().__init__(language)
        self.found = found

    def blocks(self, explain: Explain) -> Iterator[Block]:
        found, said = self.found, self.said
        counts = zip(_COUNTS, counted(found), strict=True)
        yield Facts(tuple((said(name), line(str(count))) for name, count in counts), "outcome", leading=1)
        charts = (("distribution", score_groups(found)), ("by-grade", self._grades()))
        for name, groups in charts:
            if groups:
                yield Heading(line(said(name)))
                yield Chart(said(name), (said("old"), said("new")), groups)
        yield from under(Heading(line(said("responsible"))), self._responsible())
        yield from under(Heading(line(said("submissions"))), self._effects())
        yield from refused(((each.file, each.problems) for each in found.refused), said("refused"), explain)

    def _grades(self) -> tuple[Group, ...]:
        """Count submissions by grade, the best first; those without one last."""
        found = self.found
        titles = dict.fromkeys(grade.title for edition in (found.new, found.old) for grade in edition.grades)
        groups = (
            Group(
                title or self.said("no-grade"),
                sum(effect.old.grade == title for effect in found.effects),
                sum(effect.new.grade == title for effect in found.effects),
            )
            for title in (*titles, None)
        )
        return tuple(group for group in groups if group.old or group.new)

    def _responsible(self) -> Iterator[Block]:
        names = ("touched", "gained", "taken")
        numbers = (Column(self.said(name), is_number=True, width=1) for name in names)
        unknown = any(each.unknown for each in self.found.responsible)
        between = (Column(self.said("still-unknown"), width=2),) if unknown else ()
        columns = (Column(self.said("share"), width=4), *numbers, *between, Column(self.said("written-at"), width=3))
        rows = tuple(
            row(
                self.share_name(each.share),
                *(str(each.touched), signed(each.gained), signed(each.lost)),
                *((self._unknown(each),) if unknown else ()),
                line(Text(_at(each.place), "code")),
                head=True,
            )
            for each in self.found.responsible
        )
        if rows:
            yield Table(columns, rows, self.said("responsible"))

    def _unknown(self, each: Responsible) -> str:
        if not each.unknown:
            return ""
        return self.said("unknown-in", count=each.unknown, between=self._signed(each.least, each.most))

    def share_name(self, share: Share) -> str:
        """Name what is responsible."""
        where = share.where or self.said("whole")
        if share.is_level:
            return self.said("level", name=where)
        return self.said("own-rows", name=where) if share.is_own and not share.points else where

    def _effects(self) -> Iterator[Block]:
        names = (("organisation", 3), ("old", 2), ("new", 2), ("change", 1), ("share", 6))
        columns = tuple(Column(self.said(name), name == "change", width) for name, width in names)
        rows = tuple(self._effect(effect) for effect in largest_first(self.found.effects))
        if rows:
            yield Table(columns, rows, self.said("submissions"))

    def _effect(self, effect: Effect) -> Row:
        new = Text(self._standing(effect.new), "lost" if effect.crosses else "")
        change = self._signed(*effect.possible) if effect.change is None else signed(effect.change) or "0"
        why = [f"{self.share_name(share)} {self._signed(share.points, share.most)}" for share in effect.shares]
        why += self._problems(effect)
        shown = (effect.organisation, self._standing(effect.old), line(new), change, self.said.joined(why, "stop"))
        return row(*shown, head=True)

    def _problems(self, effect: Effect) -> Iterator[str]:
        """Tell the first of what keeps a form from a total, each once though both editions have it."""
        both = (found for side in (effect.old, effect.new) for found in side.problems)
        told = tuple(dict.fromkeys(found.in_language(self.language).message for found in both))
        yield from told[:_MOST_TOLD]
        if len(told) > _MOST_TOLD:
            yield others_told(len(told) - _MOST_TOLD, self.language)

    def _signed(self, least: Decimal, most: Decimal) -> str:
        """Write a change, or between what it lies."""
        ends = [signed(end) or "0" for end in (least, most)]
        return ends[0] if least == most else self.said("between", least=ends[0], most=ends[1])

    def _standing(self, standing: Standing) -> str:
        if standing.score is not None:
            return f"{standing.score:f} {standing.grade or self.said('no-grade')}"
        least, most = standing.possible
        between = self.said("between", least=f"{least:f}", most=f"{most:f}")
        return self.said("unscored") + self.said.bracketed(self.said.joined([between, *standing.possible_grades]))


def counted(found: Impact) -> tuple[int, ...]:
    """Count all; who gains, loses, stays, has no total, changes grade, and could not be scored."""
    compared = [effect.change for effect in found.effects]
    return (
        len(found.effects) + len(found.refused),
        found.gaining,
        found.losing,
        sum(change == 0 for change in compared),
        sum(change is None for change in compared),
        len(found.crossing),
        len(found.refused),
    )


def score_groups(found: Impact) -> tuple[Group, ...]:
    """Count scores by ranges of equal width, the lower edge included; none where nothing was scored."""
    scored = [(effect.old.score, effect.new.score) for effect in found.effects]
    reached = [score for pair in scored for score in pair if score is not None]
    if not reached:
        return ()
    most = int(max(found.old.points, found.new.points))
    step = Decimal(max(1, most)) / _BARS
    lowest = min(int(min(*reached, Decimal(most)) / step), _BARS - 4)
    placed = [
        [max(lowest, min(_BARS - 1, int(score / step))) for pair in scored if (score := pair[side]) is not None]
        for side in (0, 1)
    ]
    return tuple(
        Group(f"{(step * number).normalize():f}–", placed[0].count(number), placed[1].count(number))
        for number in range(lowest, _BARS)
    )


def largest_first(effects: Sequence[Effect]) -> list[Effect]:
    """Order submissions by how much they change, those whose grade changes first; then those without a total."""
    return sorted(effects, key=lambda each: (not each.crosses, each.change is None, -abs(each.change or Decimal(0))))


# ---- JSON ----------------------------------------------------------------------------------------------------------


def impact_json(found: Impact) -> str:
    """Write the impact as JSON: numbers as exact decimals."""
    told = {
        "old": _edition(found.old),
        "new": _edition(found.new),
        "responsible": [
            {
                **_share_dict(each.share),
                "touched": each.touched,
                "gained": each.gained,
                "lost": each.lost,
                "unknown": each.unknown,
                "possible": [each.least, each.most],
            }
            for each in found.responsible
        ],
        "submissions": [
            {
                "file": effect.file,
                "organisation": effect.organisation,
                "fiscal_year": effect.fiscal_year,
                "old": _standing_dict(effect.old),
                "new": _standing_dict(effect.new),
                "change": effect.change,
                "possible": list(effect.possible),
                "because_of": [_points_dict(share) for share in effect.shares],
            }
            for effect in found.effects
        ],
        "refused": [
            {"file": each.file, "problems": [_problem_dict(problem) for problem in each.problems]}
            for each in found.refused
        ],
    }
    text: str = simplejson.dumps(told, use_decimal=True, ensure_ascii=False, indent=2)
    return text


def _standing_dict(standing: Standing) -> dict[str, Any]:
    problems = [_problem_dict(problem) for problem in standing.problems]
    possible = {"possible": list(standing.possible), "possible_grades": list(standing.possible_grades)}
    return {"score": standing.score, "grade": standing.grade, **possible, "problems": problems}


def _points_dict(share: Share) -> dict[str, Any]:
    points = share.points if share.points == share.most else None
    return {**_share_dict(share), "points": points, "possible": [share.points, share.most]}


def _share_dict(share: Share) -> dict[str, Any]:
    return {"path": list(share.path), "level": share.is_level}


def _problem_dict(problem: Problem) -> dict[str, Any]:
    return {"code": problem.code, "message": problem.message, "where": str(problem.location or "")}


# A recorded result put beside a new one.


def replay_document(found: Replay, edition: str, explain: Explain, language: Language = "zh") -> Document:
    """Say that a result is identical, or tell what differs and what stands behind it."""
    teller = _ChangeTeller(language)
    if found.is_identical:
        blocks: tuple[Block, ...] = (Paragraph(line(teller.said("identical"))),)
    else:
        causes = tuple(Paragraph(line(text)) for cause in found.causes for text in explain(cause).split("\n"))
        fields = tuple(Paragraph(line(teller.named(each.path, f"{each.old} → {each.new}"))) for each in found.fields)
        blocks = (*causes, *(fields or (Paragraph(line(teller.said("fields-same"))),)))
    return Document(teller.said("replay", edition=edition), blocks, language)
