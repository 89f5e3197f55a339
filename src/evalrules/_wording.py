"""The wording of every problem and finding, read from ``messages/*.yaml`` when the first one is reported."""

from __future__ import annotations

import os
import re
from functools import cache
from importlib.resources import files
from typing import Any, Literal

import yaml
from attrs import frozen

Language = Literal["zh", "en"]
_PLACE = re.compile(r"\{(\w+)\}")


@frozen
class Wording:
    """How one code is said: a severity, and for each language a message and perhaps a hint."""

    severity: Literal["error", "warning", "info"]
    message: dict[str, str]
    hint: dict[str, str]

    def fill(self, language: Language, arguments: dict[str, str]) -> tuple[str, str | None]:
        """Put the arguments into message and hint; a hint whose values are not all known is left out."""
        hint = self.hint.get(language) if self.hint else None
        if hint is not None and not all(name in arguments for name in _PLACE.findall(hint)):
            hint = None
        return self.say(language, arguments), None if hint is None else _put_in(hint, arguments)

    def say(self, language: Language, arguments: dict[str, str]) -> str:
        """Put the arguments into the message."""
        return _put_in(self.message[language], arguments)


def _put_in(text: str, arguments: dict[str, str]) -> str:
    template, names = _template(text)
    return template % tuple([arguments[name] for name in names])


@cache
def _template(text: str) -> tuple[str, tuple[str, ...]]:
    """Give a message with ``%s`` for each argument, and the arguments in order; messages are few and read often."""
    return _PLACE.sub("%s", text.replace("%", "%%")), tuple(_PLACE.findall(text))


@cache
def all_wordings() -> dict[str, Wording]:
    """Give the wording of every code, by code; a code that two files word is a `KeyError`."""
    wordings: dict[str, Wording] = {}
    for file in sorted(files("evalrules").joinpath("messages").iterdir(), key=lambda entry: entry.name):
        entries: dict[str, dict[str, Any]] = yaml.load(file.read_text("utf-8"), Loader=yaml.CSafeLoader)
        for code, entry in entries.items():
            if code in wordings:
                raise KeyError(code)
            message = {"zh": entry["zh"], "en": entry["en"]}
            wordings[code] = Wording(entry.get("severity", "error"), message, entry.get("hint", {}))
    return wordings


def wording(code: str) -> Wording | None:
    """Give the wording of this code, or None for a code that evalrules does not know."""
    return all_wordings().get(code)


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
