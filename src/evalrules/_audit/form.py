"""A scored submission under audit, and what its rows claim together."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from functools import cached_property
from typing import Any

from attrs import define

from evalrules._audit.row import AuditedRow, is_outside
from evalrules._edition.audit_codes import ActiveRule, active_rules
from evalrules._edition.model import Catalogue, Path
from evalrules._edition.paper import FiguresBlock, IndicatorsBlock, RowBlock
from evalrules._evaluation import Evaluation
from evalrules._form_words import form_words
from evalrules._numbers import decimal_text
from evalrules._problems import Location, phrase
from evalrules._quantities import Blank
from evalrules._reasons.account import FormValues
from evalrules._reasons.levels import claims_sums
from evalrules._score.form import ScoredForm, ScoredRow
from evalrules._submission import Submission

# What the rows of a submission claim together, where a stated sum must be just that.


_CONVERTED = frozenset({"rescale", "rescale_total", "move_to"})


def _paths_of_no_sum(form: ScoredForm) -> set[Path]:
    """Give the sections of which a stated score need not be the sum of what the rows below claim.

    A row that counts claims nothing there, or the sum is not plain: bonus and penalty, a cap, points that are converted
    or moved.
    """
    found = {path[:depth] for path in form.ruleset.caps for depth in range(len(path) + 1)}
    for row in form.rows:
        entry, state = row.entry, row.state
        unclaimed = state != "not_chosen" and (entry is None or entry.claimed_score is None)
        if state in _CONVERTED or unclaimed or is_outside(row):
            found.update(row.path[:depth] for depth in range(len(row.path)))
    return found | {()} if form.ruleset.score_caps else found


# A scored submission under audit.


@define(eq=False)
class AuditedForm:
    """One evaluation under audit, and the rules that speak."""

    evaluation: Evaluation

    @cached_property
    def form(self) -> ScoredForm:
        """The scored form behind the evaluation."""
        return self.evaluation._form  # noqa: SLF001 - findings are a part of the evaluation, built when it is read

    @property
    def submission(self) -> Submission:
        """What is audited."""
        return self.form.submission

    @property
    def catalogue(self) -> Catalogue:
        """The edition."""
        return self.form.ruleset.catalogue

    @property
    def rules(self) -> Mapping[str, ActiveRule]:
        """The rules that speak, as the edition wants them."""
        return self.form.ruleset.once("audit rules", lambda: active_rules(self.catalogue))

    @cached_property
    def values(self) -> dict[str, Any]:
        """The values of all figures and tables, by name."""
        return FormValues(self.form.submitted)

    def place(self, where: str) -> Location | None:
        """Give the place of a figure, a row or a claim in what was handed in."""
        submission = self.submission
        if where.startswith("claimed."):
            return submission.claimed.places.get(where.removeprefix("claimed."), submission.location)
        if where in submission.data:
            return submission.data[where].location
        return self.places.get(where)

    @cached_property
    def places(self) -> Mapping[str, Location | None]:
        """The places of rows, by the name that findings give them."""
        entries = (*self.submission.entries, *self.submission.left_out)
        return {entry.where: entry.place("indicator") for entry in reversed(entries)}

    @property
    def blocks(self) -> Mapping[str, str]:
        """The block of the form in which each figure, grid and table stands."""
        return self.form.ruleset.once("blocks", lambda: _blocks(self.catalogue))

    @cached_property
    def blank_blocks(self) -> frozenset[str]:
        """The blocks in which nothing at all is filled in; computed figures do not count."""
        submission, data = self.submission, self.catalogue.data
        filled = {name for name, given in submission.data.items() if not isinstance(given.cell, Blank)}
        filled = {name for name in filled if name not in data or data[name].formula is None} | set(submission.tables)
        blocks = self.blocks
        return frozenset(blocks.values()) - {block for name, block in blocks.items() if name in filled}

    @cached_property
    def required_blank(self) -> Mapping[str, list[str]]:
        """The required figures of each block that nobody filled in, where there are several."""
        found: dict[str, list[str]] = {}
        for given in self.form.ruleset.given if self.blank_blocks else ():
            if given.figure.required and self.blocks[given.name] in self.blank_blocks:
                found.setdefault(self.blocks[given.name], []).append(given.name)
        return {block: figures for block, figures in found.items() if len(figures) > 1}

    @cached_property
    def claimed_places(self) -> int:
        """The decimal places that the form writes in its claims."""
        claims = (entry.claimed_score for entry in self.submission.entries if entry.claimed_score is not None)
        return max((len(decimal_text(claim).partition(".")[2]) for claim in claims), default=0)

    @cached_property
    def _sums(self) -> Mapping[Path, Fraction]:
        no_sum = _paths_of_no_sum(self.form)
        return {path: claims for path, claims in claims_sums(self.form).items() if path not in no_sum}

    def comparable_sum(self, path: Path) -> Fraction | None:
        """Add up what the rows below ``path`` claim; None where a stated sum need not be just that."""
        caps = self.form.ruleset.caps
        return None if any(path[:depth] in caps for depth in range(len(path))) else self._sums.get(path)

    @cached_property
    def claims_sum(self) -> Fraction | None:
        """What all rows claim together; None where that says nothing of the total."""
        return self.comparable_sum(())

    def asks(self, row: ScoredRow) -> bool:
        """Tell whether the form has a cell for a row's reason."""
        entry = row.entry
        if entry is None or not {"deviation", "deviation_reason"}.isdisjoint(entry.places):
            return True
        in_funds, has_column = self.form.ruleset.once("reasons asked", lambda: _reasons_asked(self.catalogue))
        return has_column and row.indicator.title not in in_funds

    @cached_property
    def rows(self) -> tuple[AuditedRow, ...]:
        """All rows, in the form's order."""
        return tuple(
            [
                AuditedRow(self.evaluation, index, row, self.asks(row), self.claimed_places)
                for index, row in enumerate(self.form.rows)
            ]
        )


# ---- what the edition alone decides ---------------------------------------------------------------------------------


def _reasons_asked(catalogue: Catalogue) -> tuple[frozenset[str], bool]:
    """Give where no reason can be given, and whether one can be given elsewhere.

    The first are the indicators that are rows of the table of funds on paper; the second is whether the edition's form
    has a column for reasons or measures, as far as it says what columns there are.
    """
    blocks = tuple(catalogue.paper.blocks) if catalogue.paper else ()
    rows = frozenset(block.indicator for block in blocks if isinstance(block, RowBlock) and block.indicator)
    words, fields = form_words().asks_why, ("deviation", "deviation_reason", "improvement")
    columns = [column for block in blocks if isinstance(block, IndicatorsBlock) for column in block.columns]
    asks = (what in fields or any(word in text for word in words) for text, what in columns)
    return rows, not columns or any(asks)


def _blocks(catalogue: Catalogue) -> Mapping[str, str]:
    found = {name: (figure.grid[0] if figure.grid else "") for name, figure in catalogue.data.items()}
    found |= {name: name for name in (*catalogue.grids, *catalogue.tables)}
    for table in catalogue.paper.tables if catalogue.paper else ():
        for block in table.blocks:
            if isinstance(block, FiguresBlock | RowBlock):
                labels = block.labels if isinstance(block, FiguresBlock) else block.cells
                found |= {name: table.name for name, _ in labels if not found.get(name)}
    return {name: block or phrase("audit-base-data") for name, block in found.items()}
