"""Programs as numpy source: the units that each row scores, and the mask of rows in which nothing faults."""

from __future__ import annotations

import math
from collections.abc import Sequence

from evalrules._formula.program import POINTS, PointsBetween, Program, Requirement, Rule
from evalrules._formula.tree import Formula, Name
from evalrules._numbers import RoundingMode, rounded_units
from evalrules.batch.source import ALWAYS, Formulas, NotByColumnsError, NumberColumn, Truth, both, constant


class Rules:
    """Emits one program over what its formulas see; ``units`` and ``ok`` come of it."""

    def __init__(self, formulas: Formulas, program: Program, places: int, mode: RoundingMode) -> None:
        self.formulas, self.source = formulas, formulas.source
        self.places, self.mode = places, mode
        self.ok: list[str] = []
        self.points = formulas.number(Name(POINTS))
        for requirement in program.requirements:
            self._require(requirement)
        found = (self._deduct if program.form == "deduct" else self._award)(program.rules)
        self.units, self.most = found[0], self._at_most(found[1])
        self.sound = self.source.kept(both(*self.ok))

    def _at_most(self, most: str) -> str:
        """Give the most that a score can be: no more than 分值 in a row that the engine does not get."""
        points = self.points
        if points.value is not None:
            return str(rounded_units(points.value.numerator, points.value.denominator, self.places, self.mode))
        return points.n_most if points.d == str(10**self.places) else most

    def _need(self, *masks: str) -> None:
        """Leave the rows that are not in a mask to the engine."""
        self.ok += [self.source.kept(mask) for mask in masks if mask != ALWAYS]

    def _need_where(self, test: Truth | None, mask: str) -> None:
        """Need a mask in the rows where a test holds."""
        if mask != ALWAYS:
            self._need(mask if test is None or test.value else f"(~{test.text} | {mask})")

    def _require(self, requirement: Requirement) -> None:
        number, bounds = self.formulas.number(Name(requirement.name)), requirement.bounds
        ends = (
            (">" if bounds.low_open else "≥", bounds.low),
            ("<" if bounds.high_open else "≤", bounds.high),
        )
        for sign, end in ends:
            if end is not None:
                self._need_true(self.source.compared(number, sign, constant(end)))  # type: ignore[arg-type]
        self._need(number.ok)

    def _need_true(self, test: Truth, where: Truth | None = None) -> None:
        if test.value is None:
            self._need_where(where, test.text)
        elif not test.value:
            self._need_where(where, "np.False_")

    # ---- deduct ----

    def _deduct(self, rules: Sequence[Rule]) -> tuple[str, str]:
        """Take the points of each rule that holds and is not excused; below 0 nothing is left to take.

        Amounts that are the same in all rows are taken over one denominator, so that many of them stay small.
        """
        amounts = [self._amount(rule) for rule in rules]
        known = [amount.value.denominator for amount in amounts if amount.value is not None]
        left = self._over(self.points, math.lcm(*known)) if known else self.points
        self._need(self.points.ok)
        for rule, amount in zip(rules, amounts, strict=True):
            test = self._taking(rule)
            if test is not None and test.value is False:
                continue
            self._need_where(test, amount.ok)
            if test is not None and self.source.follows(amount, test):  # where it does not hold, nothing is taken
                amount, test = self.source.extreme("maximum", [amount, constant(0)]), None  # noqa: PLW2901
            elif amount.least < 0:
                self._need_true(self.source.compared(amount, "≥", constant(0)), test)
            less = self.source.sum(left, "-", self._over(amount, None if left.d == "1" else left.d))
            left = less if test is None or test.value else self.source.chosen(_sure(test), less, left)
        return self._units(self.source.extreme("maximum", [_all_ok(left), constant(0)]))

    def _over(self, number: NumberColumn, d: int | str | None) -> NumberColumn:
        """Write a known number over a denominator that is a multiple of its own."""
        if number.value is None or not str(d or "").isdigit() or int(d or 1) % number.value.denominator:
            return number
        n = number.value * int(d or 1)
        return NumberColumn(str(n.numerator), str(d), str(abs(n.numerator)), str(d), ALWAYS, None, number.least)

    def _amount(self, rule: Rule) -> NumberColumn:
        assert isinstance(rule.points, Formula)
        return self.formulas.number(rule.points.tree)

    def _taking(self, rule: Rule) -> Truth | None:
        """Give whether a rule takes its points: it holds and is not excused; None where it always does."""
        test = None if rule.when is None else self.formulas.truth(rule.when.tree)
        if rule.unless is not None:
            excused = self.source.denied(self.formulas.truth(rule.unless.tree))
            test = excused if test is None else self.source.joined(test, excused, either=False)
        if test is not None:
            self._need(test.ok)
        return test

    # ---- award ----

    def _award(self, rules: Sequence[Rule]) -> tuple[str, str]:
        """Give the points of the first rule that holds."""
        source, open_ = self.source, Truth("True", ALWAYS, True)
        given: list[tuple[Truth, tuple[str, str]]] = []
        for rule in rules:
            if isinstance(rule.points, PointsBetween):
                raise NotByColumnsError("judged")
            test = source.known(True) if rule.when is None else self.formulas.truth(rule.when.tree)
            self._need_where(open_, test.ok)
            held = source.joined(open_, _sure(test), either=False)
            if held.value is False:
                continue
            given.append((test, self._given(rule.points, held)))
            open_ = source.joined(open_, source.denied(_sure(test)), either=False)
            if open_.value is False:
                break
        if open_.value is not False:
            self._need("np.False_" if open_.value else f"~{open_.text}")
        if not given:
            return "0", "0"
        found, most = given[-1][1]
        for test, (units, so_much) in reversed(given[:-1]):
            found, most = source.kept(f"np.where({test.text}, {units}, {found})"), f"max({most}, {so_much})"
        return found, source.reaching(most)

    def _given(self, formula: Formula, held: Truth) -> tuple[str, str]:
        """Give the units of a rule's points, which have to lie in 0…分值 where it holds."""
        points = self.formulas.number(formula.tree)
        self._need_where(held, points.ok)
        if points.least < 0:
            self._need_true(self.source.compared(points, "≥", constant(0)), held)
        if points != self.points and not self.source.is_within(points, self.points):
            self._need_true(self.source.compared(points, "≤", self.points), held)
        return self._units(_all_ok(points))

    # ---- both ----

    def _units(self, score: NumberColumn) -> tuple[str, str]:
        """Round to units of the last place; give also the most that they can be."""
        if score.value is not None:
            units = self.source.rounded(constant(score.value), self.places, self.mode)
            return units.n, units.n_most
        units = self.source.rounded(_at_least_nothing(score), self.places, self.mode)
        return units.n, units.n_most


def _all_ok(column: NumberColumn) -> NumberColumn:
    """Leave out the mask of a number; its rows have been seen to."""
    return NumberColumn(column.n, column.d, column.n_most, column.d_most, ALWAYS, column.value, column.least)


def _at_least_nothing(column: NumberColumn) -> NumberColumn:
    """Take a score for at least 0, as it is in every row that the engine does not get."""
    return NumberColumn(column.n, column.d, column.n_most, column.d_most, ALWAYS, None, max(column.least, 0))


def _sure(test: Truth) -> Truth:
    return Truth(test.text, ALWAYS, test.value)
