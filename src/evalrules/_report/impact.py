"""The impact of a new edition as text, Markdown, JSON and one HTML page."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import simplejson

from evalrules._catalogue.editions import as_seen
from evalrules._compare.attribution import Share
from evalrules._compare.impact import Effect, Impact, Refused, Responsible, Standing
from evalrules._problems import Location, Problem
from evalrules._report.compare_words import CompareWords, compare_words
from evalrules._report.distribution import grade_chart, largest_first, score_chart
from evalrules._report.html import render
from evalrules._report.layout import signed
from evalrules._report.outline import Line
from evalrules._wording import Language

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


def _under(heading: str, lines: list[Line]) -> Iterator[Line]:
    if lines:
        yield Line(0, heading)
        yield from lines


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


def _at(place: Location | None) -> str:
    return f"  [{as_seen(Path(place.file))}:{place.line}]" if place is not None and place.line else ""


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
