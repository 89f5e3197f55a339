"""Text read into trees, formulas and sentences. Everything that reads formulas starts here."""

from __future__ import annotations

from evalrules._formula.functions import Signature, signatures
from evalrules._formula.parser import read_tree
from evalrules._formula.sentence_reading import read_sentence
from evalrules._formula.tokens import RESERVED, FormulaSyntaxError, is_name, normal_name
from evalrules._formula.tree import Formula
from evalrules._problems import Location

__all__ = [
    "RESERVED",
    "FormulaSyntaxError",
    "Signature",
    "is_name",
    "normal_name",
    "read_formula",
    "read_sentence",
    "read_tree",
    "signatures",
]


def read_formula(text: str, location: Location | None = None, extra: frozenset[Signature] = frozenset()) -> Formula:
    """Read a formula and keep its text and the place of its first character.

    ``extra`` are the functions that plug-ins add (`signatures`). Raises `FormulaSyntaxError`.
    """
    return Formula(text, read_tree(text, extra), location)
