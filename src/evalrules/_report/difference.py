"""The difference between two editions as text, Markdown and JSON."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import simplejson

from evalrules._catalogue.editions import as_seen
from evalrules._catalogue.model import Catalogue
from evalrules._compare.diff import Difference, RuleChange
from evalrules._compare.forms import FormWitness
from evalrules._compare.relations import Comparison, Witness
from evalrules._laws.trials import Trial
from evalrules._numbers import decimal_of, decimal_text
from evalrules._problems import Location
from evalrules._report.compare_words import CompareWords, compare_words
from evalrules._report.outline import Line
from evalrules._wording import Language

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
