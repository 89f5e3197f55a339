"""Proofs over all inputs (extra ``prove``): the laws of every rule of an edition, and what a changed rule changes.

Numbers are exact and the whole language has one meaning, so what is proved here is what the engine does. A
counterexample is always put to the engine again before it is told, with its scores.

    >>> import evalrules
    >>> catalogue = evalrules.load_catalogue("suining-department@2024")
    >>> proofs = prove(catalogue, laws=["monotone"])
    >>> {proof.verdict for proof in proofs}
    {'proved'}
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from evalrules._callers import each_of, hold
from evalrules._edition.reading import law_names
from evalrules._engine import LoadedCatalogue
from evalrules._laws.law import Verdict
from evalrules._laws.proof.comparing import Comparison, Difference, compare_rules
from evalrules._laws.proof.prover import tasks

__all__ = ["Comparison", "Difference", "Verdict", "compare_rules", "prove"]


def prove(
    catalogue: LoadedCatalogue,
    *,
    laws: Iterable[str] | None = None,
    seconds: float = 2.0,
    progress: Callable[[int, int], None] | None = None,
) -> tuple[Verdict, ...]:
    """Prove the laws of every rule of an edition, or only some ``laws``, over all inputs in the declared ranges.

    One question to the solver takes at most ``seconds``; a law may need several. ``progress`` is told how many proofs
    of how many are done. Raises ImportError where the extra ``prove`` is not installed, and `ValueError` for a law that
    there is not: of no laws at all anything would be true.
    """
    hold("prove", "what load_catalogue gives", catalogue, LoadedCatalogue)
    wanted = law_names() if laws is None else each_of("prove", "names of laws", laws, str)
    strange = sorted(set(wanted).difference(law_names()))
    if strange:
        raise ValueError(f"there is no law {', '.join(strange)}; there are {', '.join(law_names())}")
    waiting = tasks(catalogue.ruleset, wanted)
    proofs: list[Verdict] = []
    for task in waiting:
        proofs.append(task.prove(seconds))
        if progress is not None:
            progress(len(proofs), len(waiting))
    return tuple(proofs)
