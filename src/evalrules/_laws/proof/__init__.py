"""The laws over all inputs: each is a question to the solver, and what it answers is put to the engine again.

A `Sheet` is a rule with its inputs unknown; a law asks whether some input breaks it. None does: proved. One does, and
the engine agrees: a counterexample. Whatever else: undecided, with why.
"""

from __future__ import annotations
