"""Problems and findings with their places, the exceptions that carry them, and their wording and excerpts."""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction
from functools import cache, cached_property, partial
from pathlib import Path
from typing import Any, Final, Literal, Self

import attrs
import yaml
from attrs import field

from evalrules._numbers import decimal_text
from evalrules._patterns import regex
from evalrules._values import frozen

# The wording of every problem and finding, read from ``messages/*.yaml`` when the first one is reported.


Language = Literal["zh", "en"]
Sign = Literal["and", "stop", "comma", "quoted"]
"""A sign between the parts of a list; each language has its own."""
_PLACE = regex(r"\{(\w+)\}")


_MESSAGES: Final = Path(__file__).parent / "messages"


@frozen
class Wording:
    """How one code is said: a severity, and for each language a message and perhaps a hint."""

    severity: Literal["error", "warning", "info"]
    message: dict[str, str]
    hint: dict[str, str]
    entry: dict[str, Any]
    """What the file has of it, besides words what is read where it is used."""

    def fill(self, language: Language, arguments: dict[str, str]) -> tuple[str, str | None]:
        """Put the arguments into message and hint; a hint whose values are not all known is left out."""
        hint = self.hint.get(language) if self.hint else None
        if hint is not None and not all(name in arguments for name in _PLACE.findall(hint)):
            hint = None
        message = self.say(language, arguments)
        return message, None if hint is None else _template(hint) % _said_in(arguments, language)

    def say(self, language: Language, arguments: dict[str, str]) -> str:
        """Put the arguments into the message."""
        return _template(self.message[language]) % _said_in(arguments, language)


def _said_in(arguments: dict[str, str], language: Language) -> dict[str, str]:
    """Give the values in a language; in Chinese they are what they are."""
    if language == "zh":
        return arguments
    return {name: in_language(text, language) for name, text in arguments.items()}


class Phrase(str):
    """Words of ours that can be had in both languages: a `str`, the Chinese text, that knows its English.

    What is put into a phrase or a problem may be one, and is then said in the language of the whole. The English is
    worked out when it is asked for.
    """

    __slots__ = ("english",)
    english: Callable[[], str]

    def __new__(cls, chinese: str, english: Callable[[], str]) -> Self:
        """Make a phrase."""
        made = str.__new__(cls, chinese)
        made.english = english
        return made

    def __reduce__(self) -> tuple[Any, ...]:
        return Phrase, (str(self), partial(str, self.english()))


def in_language(text: str, language: Language) -> str:
    """Give a text in a language: a phrase of ours said in it, any other as it is.

    >>> in_language(phrase("report-scored", score=phrase("report-none")), "en"), in_language("满分", "en")
    ('not given points', '满分')
    """
    return text.english() if language == "en" and isinstance(text, Phrase) else text


def phrase(code: str, /, **arguments: object) -> Phrase:
    """Give the phrase of this code with its values put in; numbers are written as exact decimals."""
    texts = _texts(arguments)
    return Phrase(_known(code).say("zh", texts), partial(_in_english, code, texts))


def phrase_as(chinese: str, code: str, /, **arguments: object) -> Phrase:
    """Give the phrase of this code where its Chinese text is at hand already."""
    return Phrase(chinese, partial(_in_english, code, _texts(arguments)))


def _in_english(code: str, texts: dict[str, str]) -> str:
    return _known(code).say("en", texts)


def listed(parts: Iterable[str], sign: Sign = "and") -> Phrase:
    """Put parts into one text with the sign that each language has between them.

    >>> listed(["甲", phrase("report-none")]), in_language(listed(["甲", phrase("report-none")]), "en")
    ('甲、未填', '甲, not given')
    """
    known = tuple(parts)
    return Phrase(_known(f"sign-{sign}").message["zh"].join(known), partial(_listed_in_english, known, sign))


def _listed_in_english(parts: tuple[str, ...], sign: str) -> str:
    return _known(f"sign-{sign}").message["en"].join(in_language(part, "en") for part in parts)


@cache
def _template(text: str) -> str:
    """Give a message with ``%(name)s`` for each argument; messages are few and read often."""
    return _PLACE.sub(r"%(\1)s", text.replace("%", "%%"))


@cache
def all_wordings() -> dict[str, Wording]:
    """Give the wording of every code, by code; a code that two files word is a `KeyError`."""
    wordings: dict[str, Wording] = {}
    for area in _areas():
        for code, entry in wordings_of(area).items():
            if code in wordings:
                raise KeyError(code)
            wordings[code] = entry
    return wordings


@cache
def _areas() -> tuple[str, ...]:
    return tuple(sorted(file.name.removesuffix(".yaml") for file in _MESSAGES.iterdir()))


def codes_of(area: str) -> tuple[str, ...]:
    """Give the codes that one file words, in their order."""
    return tuple(wordings_of(area))


@cache
def wordings_of(area: str) -> dict[str, Wording]:
    """Give what one file words; nothing where there is no such file."""
    file = _MESSAGES / f"{area}.yaml"
    entries: dict[str, Any] = yaml.load(file.read_text("utf-8"), Loader=yaml.CSafeLoader) if file.is_file() else {}
    worded = {code: _wording(entry) for code, entry in entries.items()}
    _READ.update(worded)
    return worded


_READ: Final[dict[str, Wording]] = {}
"""What the files that were read word."""


def _wording(entry: dict[str, Any] | list[str]) -> Wording:
    """Read an entry; a list of two is a phrase in Chinese and English, which is no code that anything reports."""
    if isinstance(entry, list):
        chinese, english = entry
        return Wording("info", {"zh": chinese, "en": english}, {}, {})
    message = {"zh": entry["zh"], "en": entry["en"]}
    return Wording(entry.get("severity", "error"), message, entry.get("hint", {}), entry)


def wording(code: str) -> Wording | None:
    """Give the wording of this code, or None for a code that evalrules does not know."""
    return _READ.get(code) or _looked_for(code)


@cache
def _looked_for(code: str) -> Wording | None:
    """Read files until one words it, first the one that the code begins with the name of: an evaluation needs few."""
    areas = dict.fromkeys((code.partition("-")[0], *_READ_FIRST, *_areas()))
    return next((known for area in areas if (known := wordings_of(area).get(code)) is not None), None)


_READ_FIRST: Final = ("reasons", "audit", "evaluation", "submission")


@frozen
class Phrases:
    """The phrases of one area in one language: those whose keys begin with its name; a key without one is a `KeyError`.

    >>> Phrases("zh", "explain")("deducts", points=Fraction(1, 2))
    '扣 0.5 分'
    """

    language: Language
    area: str

    def __call__(self, key: str, /, **arguments: object) -> str:
        """Give the phrase with its values put in; numbers are written as exact decimals."""
        return _known(f"{self.area}-{key}").say(self.language, _texts(arguments))

    def sign(self, name: str) -> str:
        """Give a sign that stands between words: ``colon``, ``stop``, ``and``, ``comma``."""
        return _known(f"sign-{name}").message[self.language]

    def text(self, text: str) -> str:
        """Say a phrase of ours in this language; any other text stays as it is."""
        return in_language(text, self.language)

    def joined(self, parts: Iterable[str], sign: Sign = "and") -> str:
        """Put parts into one text with a sign between them."""
        return self.text(listed(parts, sign))

    def bracketed(self, text: str) -> str:
        """Put a text into brackets."""
        return _known("sign-bracketed").say(self.language, {"text": text})


def chosen_language(language: str | None = None) -> Language:
    """Decide the language: the argument, else ``EVALRULES_LANG``, else the locale, else Chinese.

    The locale is read from its variables, in their order: Python takes ``C.UTF-8``, which says nothing of a language,
    for English.
    """
    named = (os.environ.get(variable) for variable in ("EVALRULES_LANG", "LC_ALL", "LC_MESSAGES", "LANG"))
    for candidate in (language, *named):
        if candidate and candidate.lower().startswith("en"):
            return "en"
        if candidate and candidate.lower().startswith(("zh", "chinese")):
            return "zh"
    return "zh"


# Places, problems, findings and the exceptions that carry them.
#
# A stage never words a message: it names a code and the values that belong in it; the wording, in Chinese and
# English, stands in ``messages/*.yaml``. So codes stay stable while sentences improve.


Severity = Literal["error", "warning", "info"]


@frozen
class Source:
    """What was read: its name as the user knows it, and its lines.

    What has no lines may have ``places`` instead: where a person finds what stands at a path of the document,
    ``entries[11].target`` → ``自评表.docx 表2 第14行“指标值”``. A path without a place of its own has that of what is
    around it.
    """

    name: str
    text: str = field(repr=False)
    places: Mapping[str, str] = field(factory=dict, eq=False, repr=False)

    def place(self, path: str) -> str | None:
        """Give the place of a path, or of the nearest around it that has one."""
        while path and path not in self.places:
            path = path[: max(path.rfind("."), path.rfind("["), 0)]
        return self.places.get(path)

    @cached_property
    def lines(self) -> tuple[str, ...]:
        """The lines without their ends, cut once for all that ask."""
        return tuple(self.text.splitlines())

    def line(self, number: int) -> str:
        """Give the line with this number, counted from 1, without its end; empty beyond the last line."""
        return self.lines[number - 1] if 0 < number <= len(self.lines) else ""


@attrs.frozen(order=True)
class Location:
    """A place in a text: line and column count characters from 1; 0 where the input was not a text.

    ``path`` names the place inside the document (``entries[3].actual``), also for inputs that have no lines.
    ``onward`` finds later characters of a text that was folded or escaped where it was written.
    """

    file: str
    line: int = 0
    column: int = 0
    path: str = field(default="", order=False)
    source: Source | None = field(default=None, eq=False, order=False, repr=False)
    onward: Callable[[int], Location] | None = field(default=None, eq=False, order=False, repr=False)

    def __str__(self) -> str:
        if self.line:
            return f"{self.file}:{self.line}:{self.column}"
        known = self.source.place(self.path) if self.source is not None else None
        return known or (f"{self.file}: {self.path}" if self.path else self.file)

    @property
    def on_paper(self) -> bool:
        """Whether it is a place in a form on paper, which a person finds by its table and row."""
        return not self.line and self.source is not None and self.source.place(self.path) is not None

    def moved(self, characters: int) -> Location:
        """Give the place so many characters further in the text."""
        if self.onward is not None:
            return self.onward(characters)
        return Location(self.file, self.line, self.column + characters, self.path, self.source)


@frozen
class Problem:
    """Something wrong in an input, with its place and, where there is one, a hint."""

    code: str
    message: str
    location: Location | None = None
    hint: str | None = None
    severity: Severity = "error"
    arguments: tuple[tuple[str, str], ...] = field(default=(), eq=False, repr=False)

    @property
    def path(self) -> str:
        """Where it is in the document, for programs: ``entries[11].target``; empty for the whole."""
        return "" if self.location is None else self.location.path

    def __str__(self) -> str:
        place = f"{self.location}: " if self.location else ""
        hint = f" ({self.hint})" if self.hint else ""
        return visible(f"{place}{self.message} [{self.code}]{hint}")

    def in_language(self, language: Language) -> Problem:
        """Give the same problem worded in ``"zh"`` or ``"en"``; wording of a plug-in's own stays as it is."""
        known = wording(self.code)
        if known is None:
            return self
        message, hint = known.fill(language, dict(self.arguments))
        return Problem(self.code, message, self.location, hint, self.severity, self.arguments)


@frozen
class Form:
    """A form that a finding across forms is about, and the place in it.

    ``submission`` is the digest of what was handed in, None for a unit that handed in nothing; ``path`` is empty for
    the form as a whole.
    """

    submission: str | None
    organisation: str
    project: str | None = None
    path: str = ""


@frozen
class Finding:
    """Something that a scored submission still gets wrong.

    ``where`` names the row or figure as people do (``质量指标第1行 验收合格率``), ``location`` is its place in what was
    handed in. One that is seen only across forms names all of them in ``forms``.
    """

    code: str
    severity: Severity
    message: str
    where: str = ""
    arguments: tuple[tuple[str, str], ...] = field(default=(), eq=False, repr=False)
    location: Location | None = field(default=None, eq=False, repr=False)
    forms: tuple[Form, ...] = ()

    @property
    def path(self) -> str:
        """Where it is in the document, for programs: ``entries[11].deviation_reason``; empty for the whole."""
        return "" if self.location is None else self.location.path

    def in_language(self, language: Language) -> Finding:
        """Give the same finding worded in ``"zh"`` or ``"en"``; wording of an edition or plug-in stays as it is."""
        known = wording(self.code)
        if known is None or (not self.arguments and _PLACE.search(known.message["zh"])):
            return self
        message, _ = known.fill(language, dict(self.arguments))
        where = in_language(self.where, language)
        return Finding(self.code, self.severity, message, where, self.arguments, self.location, self.forms)


def problem(code: str, location: Location | None = None, /, **arguments: object) -> Problem:
    """Make the problem of this code; ``arguments`` are the values that its wording names.

    The wording is Chinese until `Problem.in_language` says otherwise. An unknown code is a `KeyError`: a stage
    may only report what ``messages/`` can word.
    """
    texts = _texts(arguments)
    known = _known(code)
    message, hint = known.fill("zh", texts)
    return Problem(code, message, location, hint, known.severity, tuple(texts.items()))


def finding(
    code: str,
    where: str = "",
    location: Location | None = None,
    /,
    *,
    severity: Severity | None = None,
    **arguments: object,
) -> Finding:
    """Make the finding of this code at ``where``; without ``severity`` the code's own one is used."""
    texts = _texts(arguments)
    known = _known(code)
    return Finding(code, severity or known.severity, known.say("zh", texts), where, tuple(texts.items()), location)


def _texts(arguments: dict[str, object]) -> dict[str, str]:
    return {
        name: value if isinstance(value, str) else _written(value)
        for name, value in arguments.items()
        if value is not None
    }


def _written(value: object) -> str:
    return decimal_text(value) if isinstance(value, Fraction) else str(value)


def _known(code: str) -> Wording:
    known = _READ.get(code) or wording(code)
    if known is None:
        raise KeyError(code)
    return known


MOST_TOLD: Final = 100
"""How many problems are told at once; nobody reads more, and the rest is mostly one fault over and over."""


def others_told(count: int, language: Language) -> str:
    """Say how many problems there are besides those that were told."""
    return problem("problems-besides", None, count=count).in_language(language).message


class EvalrulesError(Exception):
    """Base of everything that evalrules raises on bad input; ``problems`` holds all of them, sorted by place.

    The message tells the first hundred and how many there are besides.
    """

    def __init__(self, problems: tuple[Problem, ...] | list[Problem], language: Language = "zh") -> None:
        ordered = sorted(problems, key=lambda found: (found.location or Location(""), found.code))
        self.problems: tuple[Problem, ...] = tuple(found.in_language(language) for found in ordered)
        told = [str(found) for found in self.problems[:MOST_TOLD]]
        if len(self.problems) > MOST_TOLD:
            told.append(others_told(len(self.problems) - MOST_TOLD, language))
        super().__init__("\n".join(told))

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.problems,)


class CatalogueError(EvalrulesError):
    """An edition or a contribution that cannot be used."""


class SubmissionError(EvalrulesError):
    """A submission that cannot be read or does not belong to the edition."""


class PluginError(EvalrulesError):
    """A plug-in that was asked for by name and cannot be used."""


# Text that others wrote, made harmless for whoever looks at it.


_UNSEEN = frozenset(("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"))
_FILLERS = regex("[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\uffa0]")
"""Characters that count as letters or marks and show nothing."""


def visible(text: str) -> str:
    r"""Show control, direction and other unseen characters as their codes; line ends and tabs become a blank.

    So a name can neither colour the terminal, move its cursor, nor turn the order of a line.

    >>> visible("合格\x1b[31m\u202e率")
    '合格\\x1b[31m\\u202e率'
    """
    if text.isprintable() and not _FILLERS.search(text):
        return text
    return "".join(map(_shown, text))


def _shown(character: str) -> str:
    if character in "\t\n\r":
        return " "
    if not is_unseen(character):
        return character
    code = f"{ord(character):x}"
    return f"\\x{code:>02}" if len(code) <= 2 else f"\\u{code:>04}"  # noqa: PLR2004 - two digits are one byte


def is_unseen(character: str) -> bool:
    """Tell whether a character shows nothing of itself, or changes how others are shown."""
    return unicodedata.category(character) in _UNSEEN or _FILLERS.match(character) is not None


# A problem as a terminal shows it: the message, the line of the source, and a caret under the place.


_WIDTH = 100


def render_problem(problem: Problem, language: Language = "zh") -> str:
    """Write ``file:line:column: error: message [code]``, the source line, a caret line and the hint.

    The caret counts wide characters as two columns and repeats tabs, so it points at the right one; a long line is
    cut to about 100 characters around the place, and characters that hide or turn text are shown as ``�``.

    >>> from evalrules._problems import Location, Source, problem
    >>> place = Location("a.yaml", 1, 3, source=Source("a.yaml", "分值十: x"))
    >>> print(render_problem(problem("expected-yes-no", place, text="十")))
    a.yaml:1:3: error: `十` 不是真假值 [expected-yes-no]
      分值十: x
          ^
      提示：写 `true` 或 `false`、`是` 或 `否`
    """
    worded = problem.in_language(language)
    place = f"{worded.location}: " if worded.location else ""
    lines = [visible(f"{place}{worded.severity}: {worded.message} [{worded.code}]"), *_excerpt(worded.location)]
    if worded.hint:
        lines.append(visible("  " + _known("sign-hint").say(language, {"hint": worded.hint})))
    return "\n".join(lines)


def _excerpt(location: Location | None) -> list[str]:
    if location is None or location.source is None or not location.line:
        return []
    line = location.source.line(location.line)
    at = min(location.column - 1, len(line))
    start = max(0, at - _WIDTH // 2) if len(line) > _WIDTH else 0
    shown = "".join("\ufffd" if _hides(each) else each for each in line[start : start + _WIDTH])
    return [f"  {shown}".rstrip(), f"  {_padding(shown[: at - start])}^"]


def _hides(character: str) -> bool:
    return character != "\t" and is_unseen(character)


def _padding(text: str) -> str:
    return "".join("\t" if character == "\t" else " " * display_width(character) for character in text)


def display_width(text: str) -> int:
    """Count the columns of a terminal that the text takes: two for a wide character, none for a combining one.

    >>> display_width("分值a")
    5
    """
    return sum(_width(character) for character in text)


def _width(character: str) -> int:
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
