"""The solver reading: what formulas and programs mean, as terms of an SMT solver (extra ``prove``, z3).

Numbers are reals, dates and choices integers, conditions truths; a term has its value only where none of the faults
that stand beside it arises. A table is any number of rows. Functions of plug-ins that bring none have no meaning here.
"""

from __future__ import annotations

from evalrules._formula.solver.formulas import Failing, Inputs, Meaning, Model, Question, Unreadable, Verdict, read_term
from evalrules._formula.solver.programs import Applied, Scored, read_program, rounded_term
from evalrules._formula.solver.terms import Term, Terms

__all__ = [
    "Applied",
    "Failing",
    "Inputs",
    "Meaning",
    "Model",
    "Question",
    "Scored",
    "Term",
    "Terms",
    "Unreadable",
    "Verdict",
    "read_program",
    "read_term",
    "rounded_term",
]
