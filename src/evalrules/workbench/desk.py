"""The desk on which editions are written: those of one folder, and what is told of a text as it is typed.

Editions may be opened, saved, begun anew and released, and nothing else; of a text its problems are told, what may
stand there, and all about the rule at the cursor.
"""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from threading import Lock
from typing import Any, Final

from attrs import asdict

from evalrules._assisting import meaning, mendings, offers
from evalrules._cases import case_results
from evalrules._documents import Mapping as Node
from evalrules._documents import OutputError, Problems, decode, is_file, locked, read_bytes, read_document, write_file
from evalrules._editing import check, explain, release
from evalrules._edition.find import EditionFile, Library, is_edition_name
from evalrules._edition.model import Indicator
from evalrules._edition.release import Succession, recorded
from evalrules._engine import LoadedCatalogue, load_catalogue, load_draft, plugins_named
from evalrules._explain.examples import Point
from evalrules._explain.explanation import RuleExplanation
from evalrules._formula.program import ACTUAL, TARGET
from evalrules._laws.law import Search, Verdict, families, family_verdicts, law_words
from evalrules._numbers import decimal_text
from evalrules._problems import CatalogueError, EvalrulesError, Language, Location, Phrases, Problem
from evalrules._values import frozen


class Refused(Exception):
    """A request that is answered with a status and a sentence."""

    def __init__(self, status: int, message: str) -> None:
        self.status, self.message = status, message
        super().__init__(message)


@frozen
class Shelf:
    """The editions of one folder, told of in one language."""

    folder: Path
    language: Language

    def editions(self) -> list[dict[str, str]]:
        """List the editions with their state: released, draft, or wrong where one has errors."""
        released = recorded(self.folder, Problems())
        return [
            {"id": found.id, "name": found.name, "path": path, "state": self._state(found, released)}
            for path, found in self._found().items()
        ]

    def opened(self, path: str) -> dict[str, str]:
        """Give the text of an edition, and the digest by which a later save knows what it began from."""
        content = self._content(self.file(path).path)
        problems = Problems()
        text = decode(content, path, problems)
        if text is None:
            raise Refused(422, self.told(problems))
        return {"text": text, "digest": _digest(content)}

    def saved(self, path: str, text: str, digest: str) -> dict[str, str]:
        """Write an edition whole, only over what was opened; a released one is not written."""
        found = self.file(path)
        if found.name in recorded(self.folder, Problems()):
            raise Refused(409, self.said("save-released", name=found.name))
        try:
            with locked(found.path):
                self._unchanged(found.path, digest)
                write_file(found.path, text)
                return {"digest": _digest(self._content(found.path))}
        except OutputError as refused:
            raise Refused(500, self.told(refused.problems)) from None

    def begun(self, path: str, name: str) -> dict[str, str]:
        """Write a new edition from an old one, with its parts and cases; nothing that is there is written over."""
        old = self.file(path)
        if "@" not in name or not is_edition_name(name):
            raise Refused(422, self.said("new-name"))
        problems = Problems()
        files = Succession(old, *name.split("@")).files(self.folder, problems)
        if problems or not files:
            raise Refused(422, self.told(problems))
        first = next(iter(files))
        try:
            first.parent.mkdir(parents=True, exist_ok=True)
            with locked(first):
                if any(map(is_file, files)):
                    raise Refused(409, self.said("new-exists", name=name))
                for file, text in files.items():
                    write_file(file, text)
        except OutputError as refused:
            raise Refused(500, self.told(refused.problems)) from None
        except OSError:
            raise Refused(500, self.said("new-exists", name=name)) from None
        return {"path": first.relative_to(self.folder).as_posix()}

    def released(self, path: str, digest: str) -> dict[str, str]:
        """Record the digest of an edition that was saved and has no errors; from then on it keeps its meaning."""
        found = self.file(path)
        try:
            with locked(found.path):
                self._unchanged(found.path, digest)
                problems = release(self.edition(path), self.folder)
        except OutputError as refused:
            raise Refused(500, self.told(refused.problems)) from None
        if problems:
            raise Refused(422, self.told(problems))
        return {"message": self.said("release-done", name=found.name)}

    def edition(self, path: str) -> LoadedCatalogue:
        """Load an edition as it was saved."""
        try:
            return load_catalogue(self.file(path).path, path=(self.folder,), lang=self.language)
        except CatalogueError as refused:
            raise Refused(422, self.told(refused.problems)) from None

    def file(self, path: str) -> EditionFile:
        """Give where an edition lies; whatever else lies in the folder or outside is not there."""
        found = self._found().get(path)
        if found is None:
            raise Refused(404, self.said("no-edition"))
        return found

    def said(self, key: str, **arguments: object) -> str:
        """Give a sentence of the workbench in its language."""
        return Phrases(self.language, "workbench")(key, **arguments)

    def told(self, problems: Iterable[Problem]) -> str:
        """Give problems in words, each on its line."""
        return self.within("\n".join(str(each.in_language(self.language)) for each in problems))

    def within(self, text: str) -> str:
        """Let the places in a text be those within the folder."""
        return text.replace(f"{self.folder.resolve()}/", "").replace(f"{self.folder}/", "")

    def _found(self) -> dict[str, EditionFile]:
        home = self.folder.resolve()
        library = Library((self.folder,)).editions()
        return {
            found.path.relative_to(self.folder).as_posix(): found
            for found in library
            if found.path.resolve().is_relative_to(home)
        }

    def _unchanged(self, file: Path, digest: str) -> None:
        if _digest(self._content(file)) != digest:
            raise Refused(409, self.said("save-conflict"))

    def _content(self, file: Path) -> bytes:
        problems = Problems()
        content = read_bytes(file, file.name, problems)
        if content is None:
            raise Refused(422, self.told(problems))
        return content

    def _state(self, found: EditionFile, released: Iterable[str]) -> str:
        if any(each.severity == "error" for each in check(found.path, path=(self.folder,))):
            return "wrong"
        return "released" if found.name in released else "draft"


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


_MOST_MENDED: Final = 20
"""Mends are looked for at the first problems only: each is tried by reading the text again."""
_trying = Lock()
"""Laws are tried for one page at a time; what tries random inputs is not made for threads."""


@frozen
class Typed:
    """A text of an edition that need not be saved, and where it belongs."""

    shelf: Shelf
    file: EditionFile
    text: str

    @property
    def whole(self) -> str:
        """The text with a line break, by which a text is told from a name."""
        return f"{self.text}\n"

    # ---- while typing ----

    def problems(self) -> list[dict[str, object]]:
        """Tell everything that is wrong, each with what puts it right where only one thing can be meant."""
        found = check(self.whole, file=self.file.path, path=(self.shelf.folder,), lang=self.shelf.language)
        return [self._plain(each, with_mends=number < _MOST_MENDED) for number, each in enumerate(found)]

    def offers(self, line: int, column: int) -> list[dict[str, str]]:
        """Give what may stand at a place."""
        return [asdict(offer) for offer in offers(self.text, line, column, self.file.path)]

    def meaning(self, line: int, column: int) -> str:
        """Tell what the word at a place means; empty where nothing is known of it."""
        return meaning(self.text, line, column, self.file.path) or ""

    # ---- of the rule at the cursor ----

    def beside(self, line: int, against: str, asked: Mapping[str, str]) -> dict[str, Any]:
        """Tell all about what the cursor stands in; empty where that is nothing that has a name, or why it cannot be.

        ``against`` is the edition whose curve is shown behind; ``asked`` are figures to try, by name.
        """
        try:
            catalogue = self.draft()
        except Refused as unread:  # as it often is while something is typed
            return {"message": unread.message}
        name = self.name_at(catalogue, line)
        if name is None:
            return {}
        found = explain(catalogue, name, lang=self.shelf.language)
        rules = [self._rule(rule, found.title, catalogue, against, asked) for rule in found.rules]
        written_at = Phrases(self.shelf.language, "explain")("place")
        facts = [asdict(fact) for fact in found.facts if fact.name != written_at]
        place = self._place(catalogue, found.title) if found.kind == "indicator" else []
        return {"title": found.title, "kind": found.kind, "facts": facts, "rules": rules, "place": place}

    def laws(self, line: int) -> list[dict[str, str]]:
        """Hold the rule at the cursor to its laws, on edges and, where the extra is there, on random inputs."""
        catalogue = self.draft()
        name = self.name_at(catalogue, line)
        with _trying:
            search = _random_search()
            return [
                self._verdict(verdict)
                for family in families(catalogue.ruleset)
                if name is not None and name in family[0].name and self._is_here(family[0].location)
                for verdict in family_verdicts(family, search)
            ]

    def with_case(self, line: int, asked: Mapping[str, str]) -> dict[str, Any]:
        """Give the text with a case of the figures that are on the screen and the score that they get."""
        catalogue = self.draft()
        name = self.name_at(catalogue, line)
        if name is None or not any(asked.values()):
            raise Refused(422, self.shelf.said("case-nothing"))
        try:
            tried = self._tried(catalogue, name, asked).tried
        except EvalrulesError as wrong:
            raise Refused(422, self.shelf.told(wrong.problems)) from None
        score = "" if tried is None else _plain_score(tried.outcome.score)
        if not score:
            raise Refused(422, self.shelf.said("case-nothing"))
        given = ", ".join(f"{key}: {_quoted(value)}" for key, value in _given(asked).items())
        text, at = _inserted(self.text, name, f"- {{{given}, score: {score}}}")
        if not text:
            raise Refused(422, self.shelf.said("case-no-place"))
        anew = Typed(self.shelf, self.file, text)
        failing = [found for found in anew.cases(anew.draft(), name) if found["line"] == at and found["wrong"]]
        if failing:
            raise Refused(422, "\n".join(str(found["wrong"]) for found in failing))
        return {"text": text, "line": at}

    def cases(self, catalogue: LoadedCatalogue, name: str) -> list[dict[str, object]]:
        """Run the cases of a rule; what does not come out as a case says is told in words."""
        found = case_results(catalogue.ruleset, forms=False)
        mine = (case for case in found if case.name.rpartition("[")[0].endswith(name))
        return [
            {
                "line": 0 if case.location is None else case.location.line,
                "text": self._line(case.location),
                "wrong": "\n".join(each.in_language(self.shelf.language).message for each in case.problems),
            }
            for case in mine
        ]

    def draft(self) -> LoadedCatalogue:
        """Load the text as an edition; its points need not add up yet."""
        return self._loaded(sound=False)

    def sound(self) -> LoadedCatalogue:
        """Load the text as an edition by which forms can be scored."""
        return self._loaded(sound=True)

    def name_at(self, catalogue: LoadedCatalogue, line: int) -> str | None:
        """Give the name of what stands around a line: the innermost indicator, section, method, figure or grade."""
        named = {"/".join(part.path): part.location for part in catalogue.walk()}
        named |= {method.title: method.location for method in catalogue.methods.values()}
        named |= {name: figure.location for name, figure in catalogue.data.items() if figure.grid is None}
        named |= {grade.title: grade.location for grade in catalogue.grades}
        lines = self.text.split("\n")
        around = [
            (place.line, place.column, name)
            for name, place in named.items()
            if place is not None and self._is_here(place) and _is_within(lines, place, line)
        ]
        return max(around)[2] if around else None

    # ---- parts of it ----

    def _loaded(self, *, sound: bool) -> LoadedCatalogue:
        plugins = plugins_named(None, self.shelf.language)
        catalogue, errors = load_draft(self.whole, plugins, file=self.file.path, path=(self.shelf.folder,))
        if catalogue is None or (sound and errors):
            raise Refused(422, self.shelf.said("first-mend", count=len(errors)))
        return catalogue

    def _rule(
        self, rule: RuleExplanation, name: str, catalogue: LoadedCatalogue, against: str, asked: Mapping[str, str]
    ) -> dict[str, Any]:
        curve, tried, refused = rule.curve(), None, ""
        if any(asked.values()):
            try:
                tried = self._tried(catalogue, name, asked).tried
            except EvalrulesError as wrong:
                refused = "\n".join(each.in_language(self.shelf.language).message for each in wrong.problems)
        return {
            "title": rule.title,
            "form": rule.rule.form,
            "lets": list(rule.rule.lets),
            "lines": [asdict(line) for line in rule.rule.lines],
            "figures": self._figures(rule, has_actual=bool(curve)),
            "curve": _drawn(curve),
            "behind": _drawn(self._curve_of(against, name)),
            "edges": [[_number(value), _written(value)] for value in rule.edges()],
            "tried": None if tried is None else {"given": tried.given, **asdict(tried.outcome)},
            "refused": refused,
            "cases": self.cases(catalogue, name),
        }

    def _figures(self, rule: RuleExplanation, *, has_actual: bool) -> list[dict[str, str]]:
        own = [{"name": ACTUAL, "text": ""}] if has_actual else []
        inputs = () if rule.subject is None else rule.subject.inputs
        own += [{"name": TARGET, "text": ""}] if any(each.name == TARGET for each in inputs) else []
        return [*own, *(asdict(fact) for fact in rule.figures)]

    def _tried(self, catalogue: LoadedCatalogue, name: str, asked: Mapping[str, str]) -> RuleExplanation:
        figures = _given(asked)
        actual, target = figures.pop(ACTUAL, None), figures.pop(TARGET, None)
        language = self.shelf.language
        return explain(catalogue, name, actual=actual, target=target, figures=figures, lang=language).rules[0]

    def _curve_of(self, against: str, name: str) -> tuple[Point, ...]:
        """Give the curve that the rule of this name has in another edition; none where it has no such rule."""
        try:
            return explain(self.shelf.edition(against), name).curve() if against else ()
        except (EvalrulesError, Refused):
            return ()

    def _line(self, place: Location | None) -> str:
        lines = self.text.split("\n")
        inside = place is not None and 0 < place.line <= len(lines)
        return lines[place.line - 1].strip().removeprefix("- ") if place is not None and inside else ""

    def _place(self, catalogue: LoadedCatalogue, title: str) -> list[dict[str, object]]:
        """Give the rows of the form that stand under the same first heading, with the one that is meant."""
        first = title.split("/", maxsplit=1)[0]
        return [
            {
                "depth": len(part.path) - 1,
                "title": part.title,
                "points": "" if part.points is None else decimal_text(part.points),
                "row": isinstance(part, Indicator),
                "here": "/".join(part.path) == title,
            }
            for part in catalogue.walk()
            if part.path[0] == first
        ]

    def _is_here(self, place: Location | None) -> bool:
        return place is not None and place.file == str(self.file.path)

    def _verdict(self, verdict: Verdict) -> dict[str, str]:
        language = self.shelf.language
        told = "" if verdict.problem is None else verdict.problem.in_language(language).message
        outcome = "waived" if verdict.waived is not None else verdict.outcome
        return {"law": law_words(verdict.law, language), "outcome": outcome, "told": verdict.waived or told}

    def _plain(self, found: Problem, *, with_mends: bool) -> dict[str, object]:
        """Give a problem as the page shows it; one of another file has no line in this."""
        place = found.location
        is_here = place is not None and (place.file == "-" or self._is_here(place))
        mends = mendings(self.text, found, self.file.path) if with_mends and is_here else ()
        return {
            "line": place.line if place is not None and is_here else 0,
            "column": place.column if place is not None and is_here else 0,
            "place": "" if place is None or is_here else self.shelf.within(str(place)),
            "message": found.message,
            "hint": found.hint or "",
            "severity": found.severity,
            "code": found.code,
            "mends": [asdict(mending) for mending in mends],
        }


def _is_within(lines: Sequence[str], place: Location, line: int) -> bool:
    """Tell whether a line belongs to what begins at a place: all between stands deeper than its first line."""
    if not 0 < place.line <= line <= len(lines):
        return False
    depth = _indent(lines[place.line - 1])
    between = (each for each in lines[place.line : line] if each.strip() and not each.lstrip().startswith("#"))
    return all(_indent(each) > depth for each in between)


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _given(asked: Mapping[str, str]) -> dict[str, str]:
    return {name: value.strip() for name, value in asked.items() if value.strip()}


def _random_search() -> Search | None:
    try:
        from evalrules.testing.laws import random_search  # noqa: PLC0415 - an optional extra
    except ImportError:
        return None
    return random_search()


# ---- curves ---------------------------------------------------------------------------------------------------------


def _drawn(curve: Iterable[Point]) -> list[list[object]]:
    """Give points as numbers, each with its 完成值 as it is written; None where there is no score."""
    return [[_number(value), None if score is None else float(score), _written(value)] for value, score in curve]


def _number(value: Decimal | datetime.date) -> float:
    return float(value.toordinal()) if isinstance(value, datetime.date) else float(value)


def _written(value: Decimal | datetime.date) -> str:
    return value.isoformat() if isinstance(value, datetime.date) else f"{value:f}"


# ---- a case into the text -------------------------------------------------------------------------------------------


def _plain_score(text: str) -> str:
    """Write a score as a case does; empty for what is no number."""
    try:
        return f"{Decimal(text).normalize():f}"
    except ArithmeticError:
        return ""


def _quoted(value: str) -> str:
    plain = value.replace(".", "", 1).replace("%", "", 1).removeprefix("-").isalnum()
    return value if plain else '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _inserted(text: str, name: str, case: str) -> tuple[str, int]:
    """Put a case before the first of a rule, else begin its list under its title; nothing where there is no room."""
    found = _node(read_document(f"{text}\n", "-", Problems()), name)
    lines = text.split("\n")
    cases = None if found is None else found.get("cases")
    if found is None:
        return "", 0
    first = found.pairs[0][0].location if found.pairs else None
    if cases is not None and cases.location is not None:
        at, indent = cases.location.line, cases.location.column - 1
        if not lines[at - 1].lstrip().startswith("- "):
            return "", 0
        new = [" " * indent + case]
    elif first is not None and not lines[first.line - 1][: first.column - 1].strip():
        at, indent = first.line, first.column - 1
        new = [f"{' ' * indent}cases:", f"{' ' * (indent + 2)}{case}"]
    else:
        return "", 0
    return "\n".join((*lines[: at - 1], *new, *lines[at - 1 :])), at + len(new) - 1


def _node(document: Node | None, name: str) -> Node | None:
    """Find the mapping of an indicator by its path, or of a method by its title."""
    methods = None if document is None else document.get("methods")
    method = methods.get(name) if isinstance(methods, Node) else None
    if isinstance(method, Node):
        return method
    here: object = document
    for title in name.split("/"):
        inside = [here.get(key) for key in ("sections", "indicators")] if isinstance(here, Node) else []
        below = [each.get(title) for each in inside if isinstance(each, Node)]
        here = next((each for each in below if isinstance(each, Node)), None)
    return here if isinstance(here, Node) else None
