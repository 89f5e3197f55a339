"""The form of an edition read: sections, targets, defaults, and what is decided over the whole form."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from functools import partial
from typing import Literal, get_args

from attrs import evolve

from evalrules._documents import (
    Fields,
    Node,
    Problems,
    Scalar,
    as_choice,
    as_mapping,
    as_texts,
    closest,
    read_number,
    shown,
)
from evalrules._documents import Mapping as Document
from evalrules._documents import Sequence as Items
from evalrules._edition.keys import KINDS
from evalrules._edition.model import (
    AuditSetting,
    Cap,
    Catalogue,
    Check,
    Clause,
    Defaults,
    Grade,
    GradeCap,
    Indicator,
    Method,
    MethodCall,
    Otherwise,
    Path,
    Rounding,
    Scoring,
    ScoringKind,
    Section,
    SectionDefault,
    Target,
    TargetKind,
    bare_comparator,
)
from evalrules._edition.read_scoring import judged_by, read_case, read_scoring
from evalrules._edition.reading import (
    cell_of,
    entries,
    formula,
    opened,
    path_text,
    quantity_of,
    ranges_of,
    sentence,
    share,
    title_of,
    unit_of,
    waivers_of,
)
from evalrules._edition.scopes import bare_target_of
from evalrules._formula.parser import read_tree
from evalrules._formula.program import TOTAL
from evalrules._formula.tokens import FormulaSyntaxError
from evalrules._formula.tree import Name, Number, names
from evalrules._numbers import RoundingMode
from evalrules._patterns import regex
from evalrules._problems import Severity
from evalrules._quantities import Bound, Cell, CellError, Date, Interval, Quantity, read_cell
from evalrules._values import frozen

# ``grades``, ``grade_caps``, ``checks``, ``audit`` and ``rounding``.


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
    condition = None if last else formula(when, problems, TOTAL)
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


def read_score_cap(node: Node, problems: Problems) -> Cap | None:
    """Read one of ``score_caps``."""
    fields = opened(node, "score_cap", problems)
    when, because = fields.read("when", formula), fields.read("because", sentence)
    at_most, reference = fields.decimal("at_most"), fields.texts("reference")
    if when is None or because is None or at_most is None:
        return None
    return Cap(at_most, because, when, reference, fields.location)


def read_review(node: Node | None, problems: Problems) -> tuple[Clause, ...]:
    """Read ``review``; a clause by which nothing can be cut is left out."""
    read = (_clause(key, opened(value, "clause", problems)) for key, value in entries(node, problems))
    return tuple(clause for clause in read if clause.cuts)


def _clause(key: Scalar, fields: Fields) -> Clause:
    node = fields.get("cut")
    nodes = node.items if isinstance(node, Items) else () if node is None else (node,)
    cuts = tuple(cut for each in nodes if (cut := share(each, fields.problems)) is not None)
    because, reference = fields.text("because") or "", fields.texts("reference")
    return Clause(title_of(key, fields.problems), cuts, because, reference, key.location)


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


# ``target``: a comparator and a quantity, a deadline, an interval, a formula, or words.


Comparator = Literal["≥", ">", "≤", "<", "="]
COMPARATORS: dict[str, Comparator] = {
    "≥": "≥", ">=": "≥", "⩾": "≥", "≧": "≥", ">": ">", "＞": ">",
    "≤": "≤", "<=": "≤", "⩽": "≤", "≦": "≤", "<": "<", "＜": "<",
    "=": "=", "==": "=", "＝": "=",
}  # fmt: skip
_COMPARED = regex(r"(?P<sign>>=|<=|==|[≥≤><=⩾⩽≧≦＞＜＝])\s*(?P<rest>.*)", re.DOTALL)


def read_target(scalar: Scalar, known: frozenset[str], bare: TargetKind, problems: Problems) -> Target | None:
    """Read a fixed target; ``bare`` is the kind of a number without a comparator.

    Words that are a formula over ``known`` names are computed; other words are a target in words.

    >>> from evalrules._problems import Source
    >>> scalar = Scalar(Source("a.yaml", "10期"), text="10期", plain=True)
    >>> target = read_target(scalar, frozenset(), "≥", Problems())
    >>> target.kind, target.low, target.unit
    ('≥', Fraction(10, 1), '期')
    """
    compared = _COMPARED.fullmatch(scalar.text.strip())
    kind = COMPARATORS[compared["sign"]] if compared else bare
    text = (compared["rest"] if compared else scalar.text).strip()
    if _is_formula(text, known, compared=compared is not None):
        return _computed(scalar, kind, problems)
    cell = cell_of(scalar, problems)
    return None if cell is None else _fixed(cell, bare, "".join(scalar.text.split()))


def is_bare(scalar: Scalar, known: frozenset[str]) -> bool:
    """Tell whether the target's comparator is left to the defaults."""
    if _COMPARED.fullmatch(scalar.text.strip()):
        return False
    return _is_formula(scalar.text, known, compared=False) or isinstance(_quietly(scalar), Quantity)


def _quietly(scalar: Scalar) -> Cell | None:
    try:
        return read_cell(scalar.text)
    except CellError:
        return None


def _is_formula(text: str, known: frozenset[str], *, compared: bool) -> bool:
    try:
        tree = read_tree(text)
    except FormulaSyntaxError:
        return False
    if isinstance(tree, Number):
        return False
    used = names(tree)
    return bool(used) and (compared or not isinstance(tree, Name) or used[0] in known)


def _computed(scalar: Scalar, kind: TargetKind, problems: Problems) -> Target | None:
    compared = _COMPARED.fullmatch(scalar.text.strip())
    start = scalar.text.index(compared["rest"]) if compared else 0
    part = evolve(scalar, text=scalar.text[start:])
    read = formula(part, problems)
    return None if read is None else Target(kind, formula=read, text="".join(scalar.text.split()))


def _fixed(cell: Cell, bare: TargetKind, text: str) -> Target:
    match cell:
        case Quantity():
            return Target(bare_comparator(cell.number, bare), cell.number, unit=cell.unit, text=text)
        case Bound():
            return Target(cell.comparator, cell.quantity.number, unit=cell.quantity.unit, text=text)
        case Interval():
            return Target("interval", cell.low, cell.high, cell.unit, text=text)
        case Date():
            return Target("date", day=cell.day, text=text)
    return Target("text", text=text)


# ``sections`` and ``defaults``: the tree of the form and what its indicators get when they say nothing.


SCORING_KINDS: tuple[ScoringKind, ...] = get_args(ScoringKind)
_OF_SECTIONS = KINDS["section"].names - KINDS["indicator"].names
_POLICIES: tuple[Literal["full_marks", "rescale", "rescale_total"], ...] = ("full_marks", "rescale", "rescale_total")


@frozen
class Around:
    """What reading the form needs of the rest: the edition as far as it is read, and the names of its figures."""

    frame: Catalogue
    names: frozenset[str]
    origin: str = "catalogue"

    def scoring(self, node: Node, problems: Problems) -> Scoring | MethodCall | None:
        """Read a scoring by the edition's methods."""
        return read_scoring(node, problems, self.frame.methods)


def read_parts(
    node: Node | None, form: Around, problems: Problems, above: Path = ()
) -> tuple[Section | Indicator, ...]:
    """Read ``sections``: each part is a section or, where it has no key that only sections have, an indicator."""
    return tuple(_read_parts(node, form, problems, above))


def _read_parts(node: Node | None, form: Around, problems: Problems, above: Path) -> Iterator[Section | Indicator]:
    for key, value in entries(node, problems):
        if is_section(value):
            yield _section(key, value, form, problems, above)
        elif (loose := _loose_part(value)) is not None:
            problems.report("parts-not-listed", loose, part=shown(loose.text), title=key.text)
        else:
            found = read_indicator(key, value, form, problems, above)
            if found is not None:
                yield found


def _loose_part(node: Node) -> Scalar | None:
    """Give the first of the parts that stand right under a section, without ``indicators`` around them."""
    pairs = node.pairs if isinstance(node, Document) else ()
    own = KINDS["indicator"].names
    loose = (key for key, value in pairs if isinstance(value, Document) and not _is_like(key.text, own))
    return next((key for key in loose if all(other.text != "scoring" for other, _ in pairs)), None)


def _is_like(word: str, known: frozenset[str]) -> bool:
    """Tell whether a key is one of these, or one of them misspelt."""
    return word in known or closest(word, known) is not None


def is_section(node: Node) -> bool:
    """Tell a section from an indicator: it has a key that only sections have, such as ``sections`` or ``open``."""
    mapping = as_mapping(node, Problems())
    return mapping is not None and any(key.text in _OF_SECTIONS for key, _ in mapping.pairs)


def _section(key: Scalar, node: Node, form: Around, problems: Problems, above: Path) -> Section:
    fields, path = opened(node, "section", problems), (*above, title_of(key, problems))
    return Section(
        path,
        points=fields.decimal("points"),
        parts=tuple(_parts(fields, form, path)),
        open=fields.boolean("open") or False,
        one_of=fields.boolean("one_of") or False,
        bonus=fields.boolean("bonus") or False,
        penalty=fields.boolean("penalty") or False,
        at_most=fields.decimal("at_most"),
        cap=fields.read("cap", _cap),
        explain_when=fields.read("explain_when", formula),
        ranges=ranges_of(fields),
        judged_by=judged_by(fields),
        also=fields.texts("also"),
        location=key.location,
    )


def _parts(fields: Fields, form: Around, path: Path) -> Iterator[Section | Indicator]:
    problems = fields.problems
    for key, value in fields.nodes.items():
        if key == "sections":
            yield from read_parts(value, form, problems, path)
        elif key == "indicators":
            for title, indicator in entries(value, problems):
                found = read_indicator(title, indicator, form, problems, path)
                if found is not None:
                    yield found


def _cap(node: Node, problems: Problems) -> Cap | None:
    fields = opened(node, "cap", problems)
    at_most, because = fields.decimal("at_most"), fields.read("because", sentence)
    when = fields.read("when", formula)
    return None if at_most is None or because is None else Cap(at_most, because, when, location=fields.location)


# ---- indicators ----------------------------------------------------------------------------------------------------


def read_indicator(key: Scalar, node: Node, form: Around, problems: Problems, above: Path) -> Indicator | None:
    """Read one indicator of the section with the path ``above``; without readable points there is none."""
    fields, title = opened(node, "indicator", problems), title_of(key, problems)
    points = fields.decimal("points")
    indicator = Indicator(
        (*above, title),
        points or Fraction(0),
        scoring=fields.read("scoring", form.scoring),
        value=fields.read("value", formula),
        unit=unit_of(fields),
        integer=fields.boolean("integer") or False,
        target=_target(fields, form, above),
        applies=fields.read("applies", formula),
        otherwise=fields.read("otherwise", _otherwise),
        ranges=ranges_of(fields),
        explain_when=fields.read("explain_when", formula),
        reference=fields.texts("reference"),
        evidence=fields.texts("evidence"),
        cases=fields.each("cases", read_case),
        waive=waivers_of(fields),
        status=fields.text("status"),
        also=fields.texts("also"),
        origin=form.origin,
        location=key.location,
    )
    return None if points is None else indicator


def _target(fields: Fields, form: Around, above: Path) -> Target | None:
    scalar = fields.scalar("target")
    if scalar is None:
        return None
    return read_target(scalar, form.names, bare_target_of(form.frame, above), fields.problems)


def _otherwise(node: Node, problems: Problems) -> Otherwise | None:
    if isinstance(node, Scalar):
        word = as_choice(node, problems, _POLICIES)
        return next((Otherwise(policy, location=node.location) for policy in _POLICIES if policy == word), None)
    fields = opened(node, "otherwise", problems)
    points, because = fields.read("points", formula), fields.read("because", sentence)
    to = fields.text("move_to")
    if to is not None and "points" not in fields.nodes:
        return Otherwise("move_to", because=because, move_to=path_text(to), location=fields.location)
    if to is not None or "points" not in fields.nodes or "because" not in fields.nodes:
        problems.report("otherwise-incomplete", fields.location)
        return None
    return Otherwise("points", points, because, location=fields.location)


# ---- defaults ------------------------------------------------------------------------------------------------------


def read_defaults(node: Node | None, problems: Problems, methods: Mapping[str, Method]) -> Defaults:
    """Read ``defaults``; without any, a bare number as a target means at least that."""
    if node is None:
        return Defaults()
    fields = opened(node, "defaults", problems)
    scoring = partial(read_scoring, methods=methods)
    return Defaults(
        _comparator(fields) or "≥",
        tuple(_words(fields)),
        tuple(_by_kind(fields, scoring)),
        tuple(
            _section_default(path_text(key.text), opened(value, "section_default", problems), scoring)
            for key, value in entries(fields.get("sections"), problems)
        ),
        fields.read("explain_when", formula),
        judged_by(fields),
    )


def _words(fields: Fields) -> Iterator[tuple[TargetKind, tuple[str, ...]]]:
    if fields.has("bare_target_words"):
        words = opened(fields.get("bare_target_words"), "bare_target_words", fields.problems)
        yield from ((COMPARATORS[sign], words.texts(sign)) for sign in COMPARATORS if words.has(sign))


_ReadScoring = Callable[[Node, Problems], Scoring | MethodCall | None]


def _by_kind(fields: Fields, read: _ReadScoring) -> Iterator[tuple[ScoringKind, Scoring | MethodCall]]:
    if not fields.has("scoring"):
        return
    scorings = opened(fields.get("scoring"), "default_scoring", fields.problems)
    for kind in SCORING_KINDS:
        scoring = scorings.read(kind, read)
        if scoring is not None:
            yield kind, scoring


def _section_default(section: str, fields: Fields, read: _ReadScoring) -> SectionDefault:
    node, explain_when = fields.get("scoring"), fields.read("explain_when", formula)
    by_kind = isinstance(node, Document) and any(key.text in SCORING_KINDS for key, _ in node.pairs)
    return SectionDefault(
        section,
        None if by_kind else fields.read("scoring", read),
        _comparator(fields),
        explain_when,
        judged_by(fields),
        tuple(_by_kind(fields, read)) if by_kind else (),
        fields.location,
    )


def _comparator(fields: Fields) -> TargetKind | None:
    word = fields.choice("bare_target", COMPARATORS)
    return None if word is None else COMPARATORS[word]
