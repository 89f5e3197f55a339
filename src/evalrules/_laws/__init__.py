"""The laws that every edition is held to, tried on concrete inputs through the engine itself: every edge and beside it.

A `Subject` is a rule with the row it scores; a `Trial` is one input of it with what the engine made of it; a law is a
function of a subject and its trials. Proofs over all inputs are another matter (`evalrules.prove`).
"""

from __future__ import annotations
