"""The laws with random inputs besides those at edges; what breaks one is shrunk to the simplest inputs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

from hypothesis import HealthCheck, Phase, Verbosity, given, settings
from hypothesis import strategies as st

from evalrules._callers import hold
from evalrules._engine import LoadedCatalogue
from evalrules._laws.fillings import form_breach
from evalrules._laws.law import Law, Search, Verdict, verdicts
from evalrules._laws.subjects import Subject
from evalrules._laws.trials import Breach, Profile, profile
from evalrules._score.score import score_form
from evalrules._submission import Submission
from evalrules.testing.strategies import submissions, values_of

__all__ = ["broken_form", "hold_to_laws", "random_search"]
EXAMPLES = 25
_Inputs = tuple[dict[str, Any], str, list[Any]]
_FORMS = 20


class _Broken(Exception):
    """A law that does not hold, and the inputs that show it."""

    def __init__(self, law: str, shown: Profile) -> None:
        super().__init__(law)
        self.law = law
        self.shown = shown


class _BrokenForm(Exception):
    """A law that a whole form breaks."""

    def __init__(self, breach: Breach) -> None:
        super().__init__(breach.code)
        self.breach = breach


def hold_to_laws(catalogue: LoadedCatalogue, *, examples: int = EXAMPLES) -> tuple[Verdict, ...]:
    """Hold every rule and the grades of an edition to the laws, on inputs at every edge and ``examples`` random ones.

    >>> from evalrules import load_catalogue
    >>> found = hold_to_laws(load_catalogue("hubei-project@2020"), examples=5)
    >>> {verdict.outcome for verdict in found}
    {'holds'}
    """
    hold("hold_to_laws", "what load_catalogue gives", catalogue, LoadedCatalogue)
    hold("hold_to_laws", "a number of examples", examples, int)
    return tuple(verdicts(catalogue.ruleset, random_search(examples)))


def random_search(examples: int = EXAMPLES) -> Search:
    """Make a search that `verdicts` uses where no profile at the edges breaks a law."""

    def search(subject: Subject, tried: Sequence[Profile], laws: Mapping[str, Law]) -> Sequence[Profile]:
        shown: list[Profile] = []
        waiting = dict(laws)
        while waiting and subject.inputs and (found := _searched(subject, tried, waiting, examples)) is not None:
            shown.append(found.shown)
            del waiting[found.law]
        return shown

    return search


def _searched(subject: Subject, tried: Sequence[Profile], laws: Mapping[str, Law], examples: int) -> _Broken | None:
    """Try laws on random profiles; give the first that breaks, by the simplest inputs that show it."""

    @_quietly(examples)
    @given(_inputs(subject, tried))
    def attempt(inputs: _Inputs) -> None:
        found = profile(subject, *inputs)
        for name, law in laws.items():
            if law.breach(subject, [found]) is not None:
                raise _Broken(name, found)

    try:
        attempt()
    except _Broken as broken:
        return broken
    return None


def _quietly(examples: int) -> settings:
    """Search the same way each time, without a database or a deadline: a verdict does not depend on chance."""
    return settings(
        max_examples=examples,
        database=None,
        deadline=None,
        derandomize=True,
        verbosity=Verbosity.quiet,
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
    )


def _inputs(subject: Subject, profiles: Sequence[Profile]) -> st.SearchStrategy[_Inputs]:
    """Draw inputs of a subject, the name of one of them, and a few values for it."""
    known: dict[str, list[Any]] = {}
    for found in profiles:
        known.setdefault(found.name, []).extend(trial.values[found.name] for trial in found.trials)
    inputs = {name: values_of(tried, known.get(name, [])) for name, tried in subject.trying.domains.items()}

    @st.composite
    def drawn(draw: st.DrawFn) -> _Inputs:
        start = {name: draw(strategy) for name, strategy in inputs.items()}
        moved = draw(st.sampled_from(list(inputs)))
        values = draw(st.lists(inputs[moved], min_size=2, max_size=4))
        return start, moved, [*values, *_edges_beside(values, known.get(moved, []))]

    return drawn()


def _edges_beside(values: Sequence[Any], edges: Sequence[Any]) -> Iterator[Any]:
    """Give the edges next to drawn numbers on either side: what lies between edges is held against them."""
    known = [edge for edge in edges if isinstance(edge, Fraction)]
    for value in values:
        if isinstance(value, Fraction):
            yield from sorted(edge for edge in known if edge < value)[-1:]
            yield from sorted(edge for edge in known if edge > value)[:1]


def broken_form(catalogue: LoadedCatalogue, *, examples: int = _FORMS) -> Breach | None:
    """Give the law of whole forms that some random submission breaks, None where none does.

    Deductions add up to what was lost at every indicator, section and the total; caps of sections hold.
    """
    try:
        _attempted_forms(catalogue, examples)
    except _BrokenForm as broken:
        return broken.breach
    return None


def _attempted_forms(catalogue: LoadedCatalogue, examples: int) -> None:
    @_quietly(examples)
    @given(submissions(catalogue))
    def attempt(submission: Submission) -> None:
        breach = form_breach(score_form(catalogue.ruleset, submission))
        if breach is not None:
            raise _BrokenForm(breach)

    attempt()
