"""A rule in words, as an official would write it, and what is known of it besides its lines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from functools import cached_property
from pathlib import Path

from attrs import define

from evalrules._edition.find import as_seen
from evalrules._edition.forms import item_name
from evalrules._edition.model import Figure, Indicator, Method, MethodCall, Otherwise
from evalrules._edition.scopes import section_defaults, sections_around
from evalrules._formula.intervals import is_point, point
from evalrules._formula.program import ACTUAL, POINTS, TARGET, PointsBetween, Rule, dependencies
from evalrules._formula.ranges import Ranges
from evalrules._formula.scope import ANY, Bounds, Unit, read_unit
from evalrules._formula.tree import Comparing, Formula, Name, Node, Number, children
from evalrules._formula.words import formula_words, show
from evalrules._laws.subjects import Subject
from evalrules._numbers import decimal_text
from evalrules._problems import Location, Phrases
from evalrules._values import frozen

# A rule in words: what its conditions are and what each takes or gives, as an official would write it.


@frozen
class RuleLine:
    """One row or rule: what it does, what it says when points are lost, and what it excuses."""

    text: str
    because: str = ""


@frozen
class RuleWords:
    """``form`` says how the lines are read, ``lets`` are the names that they use."""

    form: str
    lets: tuple[str, ...]
    lines: tuple[RuleLine, ...]


@define(slots=False, eq=False)
class RuleWriter:
    """Writes the rule of a subject."""

    subject: Subject
    said: Phrases

    def words(self) -> RuleWords:
        """Give the rule, its parameters put in where they are numbers or names."""
        lines = tuple(map(self._line, range(len(self._rules()))))
        return RuleWords(
            Phrases(self.said.language, "report")(f"form-{self.subject.plan.scoring.form}"), tuple(self._lets()), lines
        )

    def reached(self) -> tuple[RuleLine, ...]:
        """Give the lines that some input can come to."""
        return tuple(self._line(number) for number in range(len(self._rules())) if number not in self._unreached)

    def parameters(self) -> tuple[str, ...]:
        """Give the parameters of the method with what they are here."""
        called = self.subject.plan.called
        if not isinstance(called, MethodCall):
            return ()
        method = self.subject.ruleset.catalogue.methods[called.method]
        given = dict(called.arguments)
        values = {each.name: given.get(each.name, each.default) for each in method.parameters}
        return tuple(
            self.said("parameter", name=name, value=_constant(value.tree) or formula_words(value.tree))
            for name, value in values.items()
            if value is not None
        )

    def written(self, formula: Formula) -> str:
        """Write a formula with the parameters put in."""
        return formula_words(formula.tree, self._inlined)

    def _rules(self) -> tuple[Rule, ...]:
        return self.subject.program.rules

    @cached_property
    def _inlined(self) -> Mapping[str, str]:
        bindings = {binding.name: binding.formula.tree for binding in self.subject.program.bindings}
        return {name: _plain(name) if not _is_plain(tree) else formula_words(tree) for name, tree in _own(bindings)}

    def _lets(self) -> Iterator[str]:
        for binding in self.subject.program.bindings:
            if binding.name not in (ACTUAL, TARGET) and not _is_plain(binding.formula.tree):
                formula = _constant(binding.formula.tree) or self.written(binding.formula)
                yield self.said("let", name=_plain(binding.name), formula=formula)

    # ---- one line ----

    def _line(self, number: int) -> RuleLine:
        rule = self._rules()[number]
        text = self.said("line", when=self._when(number, rule), what=self._what(number, rule))
        if rule.unless is not None:
            text = self.said("line", when=text, what=self.said("unless", excuse=self.written(rule.unless)))
        if number in self._unreached:
            text = self.said("unreached", line=text)
        return RuleLine(
            text, "" if self.subject.plan.scoring.is_assessed or rule.because is None else rule.because.text
        )

    @cached_property
    def _unreached(self) -> frozenset[int]:
        """The numbers of the rules that the parameters and ranges leave without any input."""
        way = self.subject.reading.way
        return frozenset(number for number, (_, _, holds) in enumerate(way) if holds is None)

    def _when(self, number: int, rule: Rule) -> str:
        scoring = self.subject.plan.scoring
        if scoring.form == "checklist":
            return self.said("item", item=scoring.checklist[number].title)
        if scoring.form == "judged":
            return self.said("tier", tier=scoring.tiers[number].title)
        if rule.when is not None:
            return self.said("when", condition=self.written(rule.when))
        last = number == len(self._rules()) - 1
        return self.said("otherwise-row" if last and self.subject.program.form == "award" and number else "always")

    def _what(self, number: int, rule: Rule) -> str:
        points = rule.points
        if isinstance(points, PointsBetween):
            code = "awards-below" if points.high_open else "awards-between"
            return self.said(code, low=self._amount(points.low), high=self._amount(points.high))
        if self.subject.plan.scoring.form == "checklist":
            worth = self.subject.plan.scoring.checklist[number].points
            return self.said("awards", points=worth)
        if self.subject.program.form == "deduct":
            return self.said("deducts", points=self.written(points))
        if self._is_full(points.tree):
            return self.said("full-marks")
        return self.said("awards-none" if _is_number(points.tree, 0) else "awards", points=self.written(points))

    def _is_full(self, tree: Node) -> bool:
        return tree == Name(POINTS) or (POINTS not in self.subject.free and _is_number(tree, self._points))

    @property
    def _points(self) -> Fraction:
        return self.subject.indicator.points

    def _amount(self, formula: Formula) -> str:
        """Give an edge of a range of points as a number where only 分值 decides it."""
        if POINTS in self.subject.free:
            return self.written(formula)
        value = Ranges({POINTS: point(self._points)}).bounds(formula.tree)
        return formula_words(Number(value.low)) if is_point(value) and value.low is not None else self.written(formula)


def _own(bindings: Mapping[str, Node]) -> Iterator[tuple[str, Node]]:
    """Leave out the names of the row: an official writes 指标值, whatever it is here."""
    return ((name, tree) for name, tree in bindings.items() if name not in (ACTUAL, TARGET))


def _plain(name: str) -> str:
    """Drop what keeps a method's name apart from a figure that is called alike."""
    return name.rpartition("·")[2]


def _constant(tree: Node) -> str | None:
    """Write a comparison of numbers, which is how 是 and 否 stand in a formula, as what it says."""
    if not isinstance(tree, Comparing) or any(not isinstance(part, Number) for part in children(tree)):
        return None
    return show(Ranges().truth(tree))


def _is_plain(tree: Node) -> bool:
    return isinstance(tree, Name) or (isinstance(tree, Number) and tree.value >= 0)


def _is_number(tree: Node, number: Fraction | int) -> bool:
    return isinstance(tree, Number) and tree.value == number


# What is known of a rule besides its lines: points, target, where 完成值 comes from, ranges, references, its place.


_KINDS = ("yes_no", "date", "text")


@frozen
class Fact:
    """Something that is so, under its head."""

    name: str
    text: str


_DECIDING = ("target", "actual", "unit", "ranges", "applies", "otherwise")


@frozen(eq=False)
class FactWriter:
    """Writes what is known of a subject."""

    subject: Subject
    said: Phrases

    def facts(self) -> tuple[Fact, ...]:
        """Give what there is to say, in the order in which a form is read."""
        found = (Fact(self.said(code), text) for code, text in self.parts() if text)
        return tuple(found)

    def deciding(self) -> tuple[Fact, ...]:
        """Give what of it decides the points: the target, where 完成值 comes from, its range, and where it applies."""
        texts = dict(self.parts())
        return tuple(Fact(self.said(code), texts[code]) for code in _DECIDING if texts.get(code))

    def figures(self) -> tuple[Fact, ...]:
        """Give the figures that the points depend on, each with what may stand in it and where it is entered."""
        return tuple(Fact(figure.name, declared(figure, self.said)) for figure in self._read())

    def parts(self) -> Iterator[tuple[str, str]]:
        """Give each fact by what it is about, empty where there is nothing to say."""
        indicator = self.subject.indicator
        yield "points", self._points()
        yield "target", self._target()
        yield "actual", self._actual()
        yield "unit", indicator.unit
        yield "method", self._method()
        yield "ranges", self._ranges()
        yield "applies", "" if indicator.applies is None else formula_words(indicator.applies.tree)
        yield "otherwise", "" if indicator.otherwise is None else self._otherwise(indicator.otherwise)
        explain_when = self._explain_when(indicator)
        yield "explain-when", "" if explain_when is None else formula_words(explain_when.tree)
        rounding = self.subject.ruleset.catalogue.rounding
        yield "rounding", self.said(f"rounding-{rounding.mode.replace('_', '-')}", places=rounding.places)
        yield from (("reference", clause) for clause in self._references())
        yield "evidence", self.said.joined(indicator.evidence)
        yield "status", self.said("status-unconfirmed") if indicator.status == "unconfirmed" else indicator.status or ""
        yield from (("waive", self._named(law, reason)) for law, reason in self.subject.waive.items())
        yield "place", place_text(self.subject.location)

    # ---- one fact ----

    def _points(self) -> str:
        points = decimal_text(self.subject.indicator.points)
        free = POINTS in self.subject.free or self.subject.is_method
        return self.said("points-given", points=points) if free else points

    def _target(self) -> str:
        target = self.subject.indicator.target
        if TARGET in self.subject.free or self.subject.is_method or self.subject.plan.scoring.is_assessed:
            return ""
        if target is None:
            return self.said("target-given") if self.subject.has(TARGET) else ""
        if target.formula is None:
            return target.text
        return (target.kind if target.kind in ("≥", ">", "≤", "<", "=") else "") + formula_words(target.formula.tree)

    def _actual(self) -> str:
        value = self.subject.indicator.value
        if value is not None:
            return formula_words(value.tree)
        given = self.subject.has(ACTUAL) and not (self.subject.plan.scoring.is_assessed or self.subject.is_method)
        return self.said("actual-given") if given else ""

    def _called(self) -> Method | None:
        called = self.subject.plan.called
        return self.subject.ruleset.catalogue.methods[called.method] if isinstance(called, MethodCall) else None

    def _method(self) -> str:
        method = self._called()
        if method is None:
            return ""
        parameters = self.said.joined(RuleWriter(self.subject, self.said).parameters(), "comma")
        home = f"{method.edition} " if method.edition else ""
        title = f"{home}{method.title}" + (self.said.bracketed(parameters) if parameters else "")
        return self._named(title, method.about) if method.about else title

    def _named(self, name: str, text: str) -> str:
        return f"{name}{self.said.sign('colon')}{text}"

    def _ranges(self) -> str:
        requirements = self.subject.program.requirements
        items = {item_name(number) for number in range(len(self.subject.plan.scoring.checklist))}
        scope = self.subject.plan.scope
        words = [
            bounds_words(each.name, each.bounds, scope[each.name].unit, self.said)
            for each in requirements
            if each.name not in items and each.name in (ACTUAL, TARGET, POINTS)
        ]
        return self.said.joined(words)

    def _otherwise(self, otherwise: Otherwise) -> str:
        if otherwise.policy == "points" and otherwise.points is not None:
            text = self.said("points-otherwise", points=formula_words(otherwise.points.tree))
            return text if otherwise.because is None else self._named(text, otherwise.because.text)
        code = otherwise.policy.replace("_", "-")
        return self.said(code, target=otherwise.move_to)

    def _explain_when(self, indicator: Indicator) -> Formula | None:
        catalogue, section = self.subject.ruleset.catalogue, indicator.path[:-1]
        inherited = [each.explain_when for each in reversed(sections_around(catalogue, section))]
        inherited += [each.explain_when for each in section_defaults(catalogue, section)]
        choices = (indicator.explain_when, *inherited, catalogue.defaults.explain_when)
        return None if self.subject.is_method else next((each for each in choices if each is not None), None)

    def _references(self) -> Iterator[str]:
        method = self._called()
        yield from self.subject.indicator.reference
        yield from () if method is None else method.reference

    # ---- figures ----

    def _read(self) -> Iterator[Figure]:
        catalogue = self.subject.ruleset.catalogue
        read = {name for node in self.subject.nodes for name in dependencies(node, self.subject.reading.trees)}
        yield from (figure for name, figure in catalogue.data.items() if name in read)


def declared(figure: Figure, said: Phrases) -> str:
    """Say what may stand in a figure, and where it is entered or how it is computed."""
    parts: list[str] = []
    if figure.formula is not None:
        parts.append(said("figure-computed", formula=formula_words(figure.formula.tree)))
    if figure.choices:
        parts.append(said("figure-choice", choices=said.joined(figure.choices)))
    elif figure.type in _KINDS:
        parts.append(said(f"figure-{figure.type.replace('_', '-')}"))
    parts += [figure.unit] if figure.unit else []
    parts += [said("figure-whole")] if figure.integer else []
    if figure.bounds != ANY:
        parts.append(bounds_words("", figure.bounds, read_unit(figure.unit) if figure.unit else None, said).strip())
    parts += [] if figure.required or figure.formula is not None else [said("figure-optional")]
    return said.joined([*parts, *([figure.where] if figure.where else [])], "comma")


def place_text(place: Location | None) -> str:
    """Give file and line of what an edition says; empty where it is in no file."""
    return "" if place is None or not place.line else f"{as_seen(Path(place.file))}:{place.line}"


def bounds_words(name: str, bounds: Bounds, unit: Unit | None, said: Phrases) -> str:
    """Say between which ends what is called so lies."""
    parts = []
    if bounds.low is not None:
        parts.append(said("above" if bounds.low_open else "at-least", name=name, bound=show(bounds.low, unit)))
    if bounds.high is not None:
        parts.append(said("below" if bounds.high_open else "at-most", name=name, bound=show(bounds.high, unit)))
    return said.joined(parts)


def standard_in_words(subject: Subject, said: Phrases) -> tuple[str, ...]:
    """Say how points are had, as a scoring standard does: what no input can come to is left out."""
    writer = RuleWriter(subject, said)
    facts = dict(FactWriter(subject, said).parts())
    told = ("actual",) if subject.indicator.value is not None else ()
    known = (
        f"{said(name)}{said.sign('colon')}{facts[name]}" for name in (*told, "applies", "otherwise") if facts[name]
    )
    return (*known, *writer.words().lets, *(line.text for line in writer.reached()))


def rule_in_words(subject: Subject, said: Phrases) -> tuple[str, ...]:
    """Say all that decides the points of a rule, a line each: what is known of it, the names it uses, its rows."""
    known = (f"{fact.name}{said.sign('colon')}{fact.text}" for fact in FactWriter(subject, said).deciding())
    rule = RuleWriter(subject, said).words()
    return (*known, *rule.lets, *(each.text for each in rule.lines))


def reasons_in_words(subject: Subject, said: Phrases) -> tuple[str, ...]:
    """Say the reasons that the rows of a rule give, each with its row."""
    lines = RuleWriter(subject, said).words().lines
    return tuple(
        said.joined((each.text, said("reason", because=each.because)), "stop") for each in lines if each.because
    )
