"""``grades``, ``grade_caps``, ``checks``, ``audit`` and ``rounding``."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Literal, get_args

from evalrules._catalogue.model import AuditSetting, Check, Grade, GradeCap, Rounding
from evalrules._catalogue.reading import entries, formula, opened, path_text, quantity_of, sentence, title_of
from evalrules._documents import Fields, Node, Problems, Scalar, as_choice, as_texts, read_number
from evalrules._numbers import RoundingMode
from evalrules._problems import Severity

OTHERWISE = "otherwise"
_MEANT = frozenset({"其他", "其它", "其余", "否则"})
_SEVERITIES: tuple[Severity, ...] = get_args(Severity)
_MODES: tuple[RoundingMode, ...] = get_args(RoundingMode)


def read_rounding(node: Node | None, problems: Problems) -> Rounding:
    """Read ``rounding``: 0 to 6 places, and the mode."""
    if node is None:
        return Rounding()
    fields = opened(node, "rounding", problems)
    places, mode = fields.integer("places", low=0, high=6), fields.choice("mode", _MODES)
    known: RoundingMode = next((known for known in _MODES if known == mode), "half_up")
    return Rounding(Rounding().places if places is None else places, known)


# ---- grades --------------------------------------------------------------------------------------------------------


def read_grades(node: Node | None, problems: Problems) -> tuple[Grade, ...]:
    """Read ``grades``, in order: a condition, ``otherwise``, or an object with ``when`` and ``also``."""
    return tuple(grade for key, value in entries(node, problems) for grade in _grade(key, value, problems))


def _grade(key: Scalar, node: Node, problems: Problems) -> Iterator[Grade]:
    title = title_of(key, problems)
    fields = None if isinstance(node, Scalar) else opened(node, "grade", problems)
    when = node if fields is None else fields.get("when")
    also = () if fields is None else fields.texts("also")
    word = when.text.strip() if isinstance(when, Scalar) else ""
    if word in _MEANT:
        problems.report("grade-last-word", when, text=word)
    last = when is None or word == OTHERWISE or word in _MEANT
    condition = None if last else formula(when, problems)
    if last or condition is not None:
        yield Grade(title, condition, also, key.location)


def read_grade_cap(node: Node, problems: Problems) -> GradeCap | None:
    """Read one of ``grade_caps``."""
    fields = opened(node, "grade_cap", problems)
    when, because = fields.read("when", formula), fields.read("because", sentence)
    at_most, reference = fields.text("at_most"), fields.texts("reference")
    if when is None or because is None or at_most is None:
        return None
    return GradeCap(when, path_text(at_most), because, reference, fields.location)


# ---- checks --------------------------------------------------------------------------------------------------------


def read_checks(node: Node | None, problems: Problems) -> tuple[Check, ...]:
    """Read ``checks``; their order is that of the findings."""
    read = (_check(key, opened(value, "check", problems)) for key, value in entries(node, problems))
    return tuple(check for check in read if check is not None)


def _check(key: Scalar, fields: Fields) -> Check | None:
    expect, because = fields.read("expect", formula), fields.read("because", sentence)
    each, severity = fields.text("each"), fields.choice("severity", _SEVERITIES)
    when, within = fields.read("when", formula), fields.read("within", quantity_of)
    blanks, reference = fields.choice("blanks", ("zero",)), fields.texts("reference")
    if expect is None or because is None:
        return None
    return Check(
        title_of(key, fields.problems),
        expect,
        because,
        each=None if each is None else path_text(each),
        when=when,
        within=within,
        blanks_are_zero=blanks is not None,
        severity=next((known for known in _SEVERITIES if known == severity), "error"),
        reference=reference,
        location=key.location,
    )


# ---- audit ---------------------------------------------------------------------------------------------------------

_Strictness = Literal["error", "warning", "info", "off"]
_STRICTNESS: tuple[_Strictness, ...] = get_args(_Strictness)


def read_audit(node: Node | None, problems: Problems) -> dict[str, AuditSetting]:
    """Read ``audit``, by the code of the rule: a severity, or an object with severity and the rule's own options."""
    return {key.text: _setting(key, value, problems) for key, value in entries(node, problems)}


def _setting(key: Scalar, node: Node, problems: Problems) -> AuditSetting:
    if isinstance(node, Scalar):
        severity = _strictness(as_choice(node, problems, _STRICTNESS))
        if severity == "off":
            problems.report("audit-off-reason", node, code=key.text)
        return AuditSetting(key.text, severity, location=key.location)
    fields = opened(node, "audit_setting", problems)
    severity, because = _strictness(fields.choice("severity", _STRICTNESS)), fields.text("because")
    if severity == "off" and because is None:
        problems.report("audit-off-reason", fields.place("severity"), code=key.text)
    options = tuple(
        (name, _option(value, problems)) for name, value in fields.nodes.items() if name not in ("severity", "because")
    )
    return AuditSetting(key.text, severity, options, because, key.location)


def _strictness(word: str | None) -> _Strictness | None:
    return next((known for known in _STRICTNESS if known == word), None)


def _option(node: Node, problems: Problems) -> Fraction | str | tuple[str, ...]:
    if not isinstance(node, Scalar):
        return as_texts(node, problems)
    number = read_number(node.text.strip(), percent=True)
    return node.text.strip() if number is None else number
