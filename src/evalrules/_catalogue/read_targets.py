"""``target``: a comparator and a quantity, a deadline, an interval, a formula, or words."""

from __future__ import annotations

import re
from typing import Literal

from attrs import evolve

from evalrules._catalogue.model import Target, TargetKind
from evalrules._catalogue.reading import cell_of, formula
from evalrules._documents import Problems, Scalar
from evalrules._formula.syntax import FormulaSyntaxError, read_tree
from evalrules._formula.tree import Name, Number, names
from evalrules._quantities import Bound, Cell, CellError, Date, Interval, Quantity, read_cell

Comparator = Literal["≥", ">", "≤", "<", "="]
COMPARATORS: dict[str, Comparator] = {
    "≥": "≥", ">=": "≥", "⩾": "≥", "≧": "≥", ">": ">", "＞": ">",
    "≤": "≤", "<=": "≤", "⩽": "≤", "≦": "≤", "<": "<", "＜": "<",
    "=": "=", "==": "=", "＝": "=",
}  # fmt: skip
_COMPARED = re.compile(r"(?P<sign>>=|<=|==|[≥≤><=⩾⩽≧≦＞＜＝])\s*(?P<rest>.*)", re.DOTALL)


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
            return Target(bare, cell.number, unit=cell.unit, text=text)
        case Bound():
            return Target(cell.comparator, cell.quantity.number, unit=cell.quantity.unit, text=text)
        case Interval():
            return Target("interval", cell.low, cell.high, cell.unit, text=text)
        case Date():
            return Target("date", day=cell.day, text=text)
    return Target("text", text=text)
