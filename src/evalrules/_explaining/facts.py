"""What is known of a rule besides its lines: points, target, where 完成值 comes from, ranges, references, its place."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from attrs import frozen

from evalrules._catalogue.editions import as_seen
from evalrules._catalogue.inherit import section_defaults, sections_around
from evalrules._catalogue.lower import item_name
from evalrules._catalogue.model import Figure, Indicator, Method, MethodCall, Otherwise
from evalrules._explaining.phrases import Phrases
from evalrules._explaining.rule_words import RuleWriter
from evalrules._formula.edges import dependencies
from evalrules._formula.program import ACTUAL, POINTS, TARGET
from evalrules._formula.scope import ANY, Bounds, Unit
from evalrules._formula.tree import Formula
from evalrules._formula.units import read_unit
from evalrules._formula.words import formula_words, show
from evalrules._laws.subjects import Subject
from evalrules._numbers import decimal_text

_SEPARATOR = "、"
_KINDS = ("yes_no", "date", "text")


@frozen
class Fact:
    """Something that is so, under its head."""

    name: str
    text: str


@frozen(eq=False)
class FactWriter:
    """Writes what is known of a subject."""

    subject: Subject
    said: Phrases

    def facts(self) -> tuple[Fact, ...]:
        """Give what there is to say, in the order in which a form is read."""
        found = (Fact(self.said(code), text) for code, text in self._all() if text)
        return tuple(found)

    def figures(self) -> tuple[Fact, ...]:
        """Give the figures that the points depend on, each with what may stand in it and where it is entered."""
        return tuple(Fact(figure.name, self._declared(figure)) for figure in self._read())

    def _all(self) -> Iterator[tuple[str, str]]:
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
        yield "evidence", _SEPARATOR.join(indicator.evidence)
        yield "status", self.said("status-unconfirmed") if indicator.status == "unconfirmed" else indicator.status or ""
        yield from (("waive", f"{law}：{reason}") for law, reason in self.subject.waive.items())
        yield "place", self._place()

    # ---- one fact ----

    def _place(self) -> str:
        place = self.subject.location
        if place is None or not place.line:
            return ""
        return f"{as_seen(Path(place.file))}:{place.line}"

    def _points(self) -> str:
        points = decimal_text(self.subject.indicator.points)
        free = POINTS in self.subject.free or self.subject.is_method
        return self.said("points-given", points=points) if free else points

    def _target(self) -> str:
        target = self.subject.indicator.target
        if TARGET in self.subject.free or self.subject.is_method or self._is_assessed:
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
        given = self.subject.has(ACTUAL) and not (self._is_assessed or self.subject.is_method)
        return self.said("actual-given") if given else ""

    @property
    def _is_assessed(self) -> bool:
        return self.subject.plan.scoring.form in ("checklist", "judged")

    def _called(self) -> Method | None:
        called = self.subject.plan.called
        return self.subject.ruleset.catalogue.methods[called.method] if isinstance(called, MethodCall) else None

    def _method(self) -> str:
        method = self._called()
        if method is None:
            return ""
        parameters = "，".join(RuleWriter(self.subject, self.said).parameters())
        home = f"{method.edition} " if method.edition else ""
        title = f"{home}{method.title}" + (f"（{parameters}）" if parameters else "")
        return f"{title}：{method.about}" if method.about else title

    def _ranges(self) -> str:
        requirements = self.subject.program.requirements
        items = {item_name(number) for number in range(len(self.subject.plan.scoring.checklist))}
        scope = self.subject.plan.scope
        words = [
            self._bounds(each.name, each.bounds, scope[each.name].unit)
            for each in requirements
            if each.name not in items and each.name in (ACTUAL, TARGET, POINTS)
        ]
        return _SEPARATOR.join(words)

    def _bounds(self, name: str, bounds: Bounds, unit: Unit | None) -> str:
        parts = []
        if bounds.low is not None:
            parts.append(self.said("above" if bounds.low_open else "at-least", name=name, bound=show(bounds.low, unit)))
        if bounds.high is not None:
            code = "below" if bounds.high_open else "at-most"
            parts.append(self.said(code, name=name, bound=show(bounds.high, unit)))
        return _SEPARATOR.join(parts)

    def _otherwise(self, otherwise: Otherwise) -> str:
        if otherwise.policy == "points" and otherwise.points is not None:
            text = self.said("points-otherwise", points=formula_words(otherwise.points.tree))
            return text if otherwise.because is None else f"{text}：{otherwise.because.text}"
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

    def _declared(self, figure: Figure) -> str:
        parts: list[str] = []
        if figure.formula is not None:
            parts.append(self.said("figure-computed", formula=formula_words(figure.formula.tree)))
        if figure.choices:
            parts.append(self.said("figure-choice", choices=_SEPARATOR.join(figure.choices)))
        elif figure.type in _KINDS:
            parts.append(self.said(f"figure-{figure.type.replace('_', '-')}"))
        parts += [figure.unit] if figure.unit else []
        parts += [self.said("figure-whole")] if figure.integer else []
        if figure.bounds != ANY:
            parts.append(self._bounds("", figure.bounds, read_unit(figure.unit) if figure.unit else None).strip())
        return "，".join([*parts, *([figure.where] if figure.where else [])])
