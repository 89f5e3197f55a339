"""Differences and impacts as text, Markdown, JSON, and an impact as one HTML page."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import simplejson

from evalrules._compare.diff import Difference, RuleChange
from evalrules._compare.forms import FormWitness
from evalrules._compare.impact import Effect, Impact, Refused, Responsible, Share, Standing
from evalrules._compare.rules import Comparison, Witness
from evalrules._edition.find import as_seen
from evalrules._edition.model import Catalogue
from evalrules._laws.trials import Trial
from evalrules._numbers import decimal_of, decimal_text
from evalrules._problems import Language, Location, Problem
from evalrules._report.escape import Line
from evalrules._report.html import render
from evalrules._report.layout import grade_chart, largest_first, score_chart, signed
from evalrules._report.words import CompareWords, compare_words

# The difference between two editions as text, Markdown and JSON.


_MOST_TITLES = 3


def difference_title(found: Difference) -> str:
    """Name the two editions."""
    return f"{found.old.name} → {found.new.name}"


def difference_lines(found: Difference, language: Language = "zh") -> Iterator[Line]:
    """Tell the difference: rules with witnesses first, then grades, sums, and every change by itself."""
    said = compare_words(language)
    if found.is_empty:
        yield Line(1, said.nothing)
    yield from _under(said.rules, [line for rule in found.rules for line in _rule(rule, said)])
    yield from _under(said.grades, [*_grades(found, said)])
    yield from _under(said.forms, [line for form in found.forms for line in _form(form, said)])
    yield from _under(said.reasons, [line for rule in found.reasons for line in _reason(rule)])
    told = [
        Line(1, f"{change.told.where}{said.colon}{change.told.in_language(language).message}{_at(change.place)}")
        for change in found.changes
    ]
    yield from _under(said.changes, told)


def _under(heading: str, lines: list[Line]) -> Iterator[Line]:
    if lines:
        yield Line(0, heading)
        yield from lines


def _rule(rule: RuleChange, said: CompareWords) -> Iterator[Line]:
    yield Line(1, f"{_title(rule)}{said.colon}{relation_text(rule.comparison, said)}{_at(_place(rule))}")
    yield from (Line(2, f"{line.side} {line.text}") for line in rule.lines)
    for witness in rule.comparison.witnesses:
        yield from _witness(witness, said)


def _witness(witness: Witness, said: CompareWords) -> Iterator[Line]:
    scores = [f"{name} {said.points(_score(trial))}" for name, trial in _sides(witness, said)]
    yield Line(2, f"{witness.inputs}{said.colon}{said.stop.join(scores)}")
    for name, trial in _sides(witness, said):
        yield Line(3, f"{name}{said.colon}{said.stop.join(reasons(trial)) or said.full}")


def _sides(witness: Witness, said: CompareWords) -> tuple[tuple[str, Trial], ...]:
    return (said.old, witness.old), (said.new, witness.new)


def reasons(trial: Trial) -> list[str]:
    """Give why an input scored what it did: the deductions, else why there is no score, else the notes."""
    result = trial.result
    return (
        [lost.because for lost in result.deductions]
        or [problem.message for problem in result.problems]
        or list(result.notes)
    )


def relation_text(comparison: Comparison, said: CompareWords) -> str:
    """Say how the new rule stands to the old one, and how sure that is."""
    relation = said.relations[comparison.relation]
    if comparison.proved:
        return f"{relation}（{said.proved}）"
    told = [said.tried.replace("{tried}", str(comparison.tried))]
    if comparison.why is not None:
        told.append(said.undecided.replace("{why}", comparison.why) if comparison.why else said.timed_out)
    return f"{relation}（{said.stop.join(told)}）"


def _reason(rule: RuleChange) -> Iterator[Line]:
    yield Line(1, f"{_title(rule)}{_at(_place(rule))}")
    yield from (Line(2, f"{line.side} {line.text}") for line in rule.lines)


def _title(rule: RuleChange) -> str:
    paths = ["/".join(path) for path in rule.pair.paths]
    if len(paths) < 2:  # noqa: PLR2004 - an indicator, or a method
        return rule.pair.title
    more = " …" if len(paths) > _MOST_TITLES else ""
    return f"{rule.pair.title}（{'、'.join(paths[:_MOST_TITLES])}{more}）"


def _place(rule: RuleChange) -> Location | None:
    return rule.pair.new.location


def _at(place: Location | None) -> str:
    return f"  [{as_seen(Path(place.file))}:{place.line}]" if place is not None and place.line else ""


def _grades(found: Difference, said: CompareWords) -> Iterator[Line]:
    for shift in found.grades:
        yield Line(
            1, f"{said.points(shift.totals)}{said.colon}{shift.old or said.no_grade} → {shift.new or said.no_grade}"
        )


def _form(form: FormWitness, said: CompareWords) -> Iterator[Line]:
    scores = [said.points(None if score is None else decimal_text(score)) for score in form.scores]
    where = form.where or said.total
    yield Line(1, f"{form.cell or said.usual_form}{said.colon}{where} {scores[0]} → {scores[1]}")
    grades = [grade or said.no_grade for grade in form.grades]
    if grades[0] != grades[1]:
        yield Line(2, " → ".join(grades))


# ---- JSON ----------------------------------------------------------------------------------------------------------


def difference_json(found: Difference, language: Language = "zh") -> str:
    """Write the difference as JSON: numbers as exact decimals, one that has none as text."""
    told = {
        "old": _edition(found.old),
        "new": _edition(found.new),
        "rules": [_rule_dict(rule) for rule in found.rules],
        "grades": [
            {"low": _number(shift.low), "high": _number(shift.high), "old": shift.old, "new": shift.new}
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
        "witnesses": [_witness_dict(witness) for witness in compared.witnesses],
    }


def _witness_dict(witness: Witness) -> dict[str, Any]:
    return {"inputs": witness.inputs, "old": _trial_dict(witness.old), "new": _trial_dict(witness.new)}


def _trial_dict(trial: Trial) -> dict[str, Any]:
    return {"score": None if trial.units is None else _number(trial.points), "because": reasons(trial)}


def _form_dict(form: FormWitness) -> dict[str, Any]:
    scores = [None if score is None else _number(score) for score in form.scores]
    return {
        "cell": form.cell,
        "section": form.where or None,
        "old": {"score": scores[0], "grade": form.grades[0]},
        "new": {"score": scores[1], "grade": form.grades[1]},
    }


def _number(number: Fraction) -> Any:
    return decimal_of(number)


def _score(trial: Trial) -> str | None:
    return None if trial.units is None else decimal_text(trial.points)


# The impact of a new edition as text, Markdown, JSON and one HTML page.


Explain = Callable[[Problem], str]


def impact_title(found: Impact) -> str:
    """Name the two editions."""
    return f"{found.old.name} → {found.new.name}"


def impact_lines(found: Impact, explain: Explain, language: Language = "zh") -> Iterator[Line]:
    """Tell the impact: counts, what is responsible, who gets another grade, everybody, and who could not be scored."""
    said = compare_words(language)
    yield Line(1, said.stop.join(f"{name}{said.colon}{count}" for name, count in counts(found, said)))
    yield from _under(said.responsible, [Line(1, responsible_text(each, said)) for each in found.responsible])
    yield from _under(said.by_grade, [*_by_grade(found, said)])
    ordered = largest_first(found.effects)
    yield from _under(said.crossing, [line for each in ordered if each.crosses for line in _effect(each, said)])
    others = [each for each in ordered if not each.crosses and each.change != 0]
    yield from _under(said.change, [line for each in others for line in _effect(each, said)])
    yield from _under(said.refused, [line for each in found.refused for line in _refused(each, explain)])


def counts(found: Impact, said: CompareWords) -> tuple[tuple[str, int], ...]:
    """Count who gains, loses, stays, has no total, changes grade, and could not be scored."""
    compared = [effect.change for effect in found.effects]
    return (
        (said.submissions, len(found.effects) + len(found.refused)),
        (said.gaining, found.gaining),
        (said.losing, found.losing),
        (said.unchanged, sum(change == 0 for change in compared)),
        (said.incomparable, sum(change is None for change in compared)),
        (said.crossing, len(found.crossing)),
        (said.refused, len(found.refused)),
    )


def responsible_text(each: Responsible, said: CompareWords) -> str:
    """Say what a part is responsible for, and where its rule stands."""
    told = [f"{said.touched} {said.count.replace('{count}', str(each.touched))}"]
    told += [f"{said.gained} {signed(each.gained)}"] if each.gained else []
    told += [f"{said.lost} {signed(each.lost)}"] if each.lost else []
    return f"{share_name(each.share, said)}{said.colon}{said.stop.join(told)}{_at(each.place)}"


def share_name(share: Share, said: CompareWords) -> str:
    """Name what is responsible."""
    where = share.where or said.total
    if share.is_level:
        return f"{where}（{said.level}）"
    return f"{where}（{said.own_rows}）" if share.is_own and not share.points else where


def _by_grade(found: Impact, said: CompareWords) -> Iterator[Line]:
    chart = grade_chart(found, said)
    for group in chart.groups if chart is not None else ():
        yield Line(1, f"{group.label}{said.colon}{group.old} → {group.new}")


def _effect(effect: Effect, said: CompareWords) -> Iterator[Line]:
    before, after = (_standing(standing, said) for standing in (effect.old, effect.new))
    change = "" if effect.change is None else f"（{signed(effect.change) or '0'}）"
    yield Line(1, f"{effect.organisation}{said.colon}{before} → {after}{change}")
    yield from (Line(2, f"{share_name(share, said)} {signed(share.points)}") for share in effect.shares)
    for name, standing in ((said.old, effect.old), (said.new, effect.new)):
        yield from (Line(2, f"{name}{said.colon}{problem.message}") for problem in standing.problems)


def _standing(standing: Standing, said: CompareWords) -> str:
    score = said.unscored if standing.score is None else f"{standing.score:f}"
    return f"{score} {standing.grade or said.no_grade}"


def _refused(refused: Refused, explain: Explain) -> Iterator[Line]:
    yield Line(1, refused.file)
    yield from (Line(2, explain(found).split("\n", 1)[0]) for found in refused.problems)


# ---- HTML ----------------------------------------------------------------------------------------------------------


def impact_html(found: Impact, explain: Explain, language: Language = "zh") -> str:
    """Write the impact as one page that needs nothing else."""
    told = compare_words(language)
    context: dict[str, Any] = {
        "told": told,
        "title": f"{told.impact}{told.colon}{impact_title(found)}",
        "counts": counts(found, told),
        "charts": [(told.distribution, score_chart(found)), (told.by_grade, grade_chart(found, told))],
        "responsible": [(share_name(each.share, told), each, _at(each.place).strip()) for each in found.responsible],
        "effects": [_effect_row(effect, told) for effect in largest_first(found.effects)],
        "refused": [(each.file, [explain(problem).split("\n") for problem in each.problems]) for each in found.refused],
        "signed": lambda number: signed(number) or "0",
    }
    return render("impact.html", language, context)


def _effect_row(effect: Effect, told: CompareWords) -> dict[str, Any]:
    return {
        "effect": effect,
        "old": _standing(effect.old, told),
        "new": _standing(effect.new, told),
        "change": "" if effect.change is None else signed(effect.change) or "0",
        "shares": [f"{share_name(share, told)} {signed(share.points)}" for share in effect.shares],
        "problems": [problem.message for side in (effect.old, effect.new) for problem in side.problems],
    }


# ---- JSON ----------------------------------------------------------------------------------------------------------


def impact_json(found: Impact) -> str:
    """Write the impact as JSON: numbers as exact decimals."""
    told = {
        "old": {"id": found.old.id, "edition": found.old.edition, "digest": found.old.digest},
        "new": {"id": found.new.id, "edition": found.new.edition, "digest": found.new.digest},
        "responsible": [
            {**_share_dict(each.share), "touched": each.touched, "gained": each.gained, "lost": each.lost}
            for each in found.responsible
        ],
        "submissions": [_effect_dict(effect) for effect in found.effects],
        "refused": [
            {"file": each.file, "problems": [_problem_dict(problem) for problem in each.problems]}
            for each in found.refused
        ],
    }
    text: str = simplejson.dumps(told, use_decimal=True, ensure_ascii=False, indent=2)
    return text


def _effect_dict(effect: Effect) -> dict[str, Any]:
    return {
        "file": effect.file,
        "organisation": effect.organisation,
        "fiscal_year": effect.fiscal_year,
        "old": _standing_dict(effect.old),
        "new": _standing_dict(effect.new),
        "change": effect.change,
        "because_of": [{**_share_dict(share), "points": share.points} for share in effect.shares],
    }


def _standing_dict(standing: Standing) -> dict[str, Any]:
    problems = [_problem_dict(problem) for problem in standing.problems]
    return {"score": standing.score, "grade": standing.grade, "problems": problems}


def _share_dict(share: Share) -> dict[str, Any]:
    return {"path": list(share.path), "level": share.is_level}


def _problem_dict(problem: Problem) -> dict[str, Any]:
    return {"code": problem.code, "message": problem.message, "where": str(problem.location or "")}
