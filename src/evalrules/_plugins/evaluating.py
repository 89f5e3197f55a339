"""An evaluation with plug-ins: their figures below the submission's, their findings behind the engine's."""

from __future__ import annotations

from types import MappingProxyType
from typing import TypeVar

from attrs import evolve, fields, frozen

from evalrules._audit import audit
from evalrules._catalogue.model import Catalogue
from evalrules._evaluation import Evaluation
from evalrules._once import once_for_each
from evalrules._plugins.figures import HOOK, with_figures
from evalrules._plugins.findings import AuditWithPlugins
from evalrules._plugins.values import Plugins
from evalrules._problems import Finding, Problem, SubmissionError
from evalrules._ruleset import Ruleset
from evalrules._scoring.score import score_form
from evalrules._submission import Submission

T = TypeVar("T")


def evaluate_with(
    plugins: Plugins, ruleset: Ruleset, submission: Submission, refused: tuple[Problem, ...] = ()
) -> Evaluation:
    """Score a submission with the figures of plug-ins; scoring itself is as pure as without them.

    Where the submission does not fit the form, the `SubmissionError` also tells what was ``refused`` of plug-ins, since
    that may be why.
    """
    submitted, findings = submission, tuple[Finding, ...]()
    if plugins.implementing(HOOK):
        submitted, findings = with_figures(plugins, read_only_catalogue(ruleset.catalogue), submission)
    try:
        form = score_form(ruleset, submitted)
    except SubmissionError as error:
        told = (found for found in refused if found.severity != "info")
        raise SubmissionError((*error.problems, *told)) from None
    again = _Again(plugins, ruleset, submitted)
    return Evaluation(form, audit=AuditWithPlugins(plugins, findings, again), plugins=plugins.plugins)


@frozen(eq=False)
class _Again:
    """Makes an evaluation for a plug-in to look at; a value, not a closure, so that it can be pickled."""

    plugins: Plugins
    ruleset: Ruleset
    submission: Submission

    def __call__(self) -> Evaluation:
        seen = evolve(self.ruleset, catalogue=read_only_catalogue(self.ruleset.catalogue))
        form = score_form(seen, read_only_submission(self.submission))
        return Evaluation(form, audit=audit, plugins=self.plugins.plugins)


@once_for_each
def read_only_catalogue(catalogue: Catalogue) -> Catalogue:
    """Give an edition for a plug-in to read: nothing that it may do to it reaches the one that scores."""
    values = {part.name: getattr(catalogue, part.name) for part in fields(Catalogue)}
    return Catalogue(**{name: _read_only(value) for name, value in values.items()})


def read_only_submission(submission: Submission) -> Submission:
    """Give a submission for a plug-in to read."""
    return evolve(
        submission,
        data=_read_only(submission.data),
        tables=_read_only({name: tuple(map(_read_only, rows)) for name, rows in submission.tables.items()}),
        entries=tuple(evolve(entry, places=_read_only(entry.places)) for entry in submission.entries),
        claimed=evolve(submission.claimed, sections=_read_only(submission.claimed.sections)),
    )


def _read_only(value: T) -> T:
    return MappingProxyType(value) if isinstance(value, dict) else value  # type: ignore[return-value]
