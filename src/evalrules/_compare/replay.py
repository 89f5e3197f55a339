"""A recorded result put beside a new evaluation: identical, or exactly what differs and what stands behind it."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import simplejson

from evalrules._documents import MAX_DEPTH, Problems, decode, is_file, read_bytes, shown
from evalrules._documents.files import MAX_BYTES
from evalrules._edition.find import is_edition_name
from evalrules._evaluation import Evaluation
from evalrules._problems import Location, Problem, listed, problem
from evalrules._submission import Submission
from evalrules._values import frozen

_BEHIND = ("catalogue", "engine", "submission")
"""What a result was made from; all else is the result itself."""


@frozen
class Recorded:
    """A result as it was written down: what it was made from, and what it says."""

    told: Mapping[str, Any]

    @property
    def edition(self) -> str:
        """The edition's full name."""
        return f"{self.told['catalogue']['id']}@{self.told['catalogue']['edition']}"

    @property
    def uses(self) -> tuple[str, ...] | None:
        """The editions whose methods the edition called, with their digests; None where the result does not say."""
        used = self.told["catalogue"].get("uses")
        if not isinstance(used, list):
            return None
        parts = ((one.get(key) for key in ("id", "edition", "digest")) for one in used if isinstance(one, Mapping))
        return tuple("{}@{} {}".format(*part) for part in parts)

    @property
    def plugins(self) -> dict[str, str]:
        """The versions of the plug-ins by name."""
        return {plugin["name"]: plugin["version"] for plugin in self.told["engine"]["plugins"]}


@frozen
class Field:
    """One field that differs; what one side does not have is a dash."""

    path: str
    old: str
    new: str


@frozen
class Replay:
    """``causes`` are what the two were made from otherwise, ``fields`` what they say otherwise."""

    causes: tuple[Problem, ...]
    fields: tuple[Field, ...]

    @property
    def is_identical(self) -> bool:
        """Whether the result is the very same, and made from the same."""
        return not (self.causes or self.fields)


def recorded_of(file: Path, submission: Submission, problems: Problems) -> Recorded | None:
    """Find the result of a submission in a file: one result, or many as lines of ``.jsonl`` or rows of a database.

    Among many it is the last of the submission's digest, else the last of its organisation and year.
    """
    if not is_file(file) or not (_is_database(file) or file.suffix.lower() == ".jsonl"):
        content = read_bytes(file, str(file), problems)
        text = None if content is None else decode(content, str(file), problems)
        return None if text is None else read_recorded(text, str(file), problems)
    texts = _rows(file, problems) if _is_database(file) else _lines(file, problems)
    found = [each for text in texts if (each := _as_recorded(text)) is not None]
    same = [each for each in found if each.told["submission"]["digest"] == submission.digest]
    owner = (submission.organisation, submission.fiscal_year)
    alike = [each for each in found if (each.told.get("organisation"), each.told.get("fiscal_year")) == owner]
    chosen = (same or alike)[-1:]
    if not chosen and not problems:
        problems.report("replay-not-among", Location(str(file)), file=file, count=len(found))
    return chosen[0] if chosen else None


def _is_database(file: Path) -> bool:
    with file.open("rb") as opened:
        return opened.read(len(_DATABASE)) == _DATABASE


_DATABASE: Final = b"SQLite format 3\0"


def _rows(file: Path, problems: Problems) -> list[str]:
    try:
        with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as database:
            return [str(text) for (text,) in database.execute("SELECT result FROM results ORDER BY rowid")]
    except sqlite3.Error:
        problems.report("replay-unreadable", Location(str(file)), file=file)
        return []


def _lines(file: Path, problems: Problems) -> Iterator[str]:
    with file.open("rb") as opened:
        while line := opened.readline(MAX_BYTES):
            text = decode(line, str(file), problems)
            if text is None:
                return
            yield text


def _as_recorded(text: str) -> Recorded | None:
    """Read a line or row; one that is no result, such as that of a file that was not scored, is none."""
    return read_recorded(text, "", Problems())


def read_recorded(text: str, name: str, problems: Problems) -> Recorded | None:
    """Read a result as ``evalrules evaluate --format json`` writes it; None where the text is none.

    A key that stands twice is refused: which of the two counts is up to who reads it.
    """
    try:
        told = simplejson.loads(text, use_decimal=True, object_pairs_hook=_once)
    except KeyError as twice:
        problems.report("replay-key-twice", Location(name), key=shown(str(twice.args[0])))
        return None
    except (ValueError, RecursionError):
        told = None
    if _is_shallow(told) and _is_result(told):
        return Recorded(told)
    problems.report("replay-unreadable", Location(name), file=name)
    return None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise KeyError(key)
        found[key] = value
    return found


def _is_shallow(told: Any) -> bool:
    """Tell whether JSON is nested no deeper than results are, so that nothing that reads it has to count."""
    level = [told]
    for _ in range(MAX_DEPTH):
        level = [item for value in level for item in _inside(value)]
    return not level


def _inside(value: Any) -> Iterable[Any]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()


def _is_result(told: Any) -> bool:
    """Tell a result from other JSON by what a replay reads of it."""
    try:
        named = (told["catalogue"]["id"], told["catalogue"]["edition"], told["catalogue"]["digest"])
        others = (told["engine"]["version"], told["submission"]["digest"])
        plugins = [(plugin["name"], plugin["version"]) for plugin in told["engine"]["plugins"]]
    except (KeyError, TypeError, IndexError):
        return False
    texts = (*named, *others, *(text for pair in plugins for text in pair))
    return all(isinstance(text, str) for text in texts) and is_edition_name(f"{named[0]}@{named[1]}")


def replay(recorded: Recorded, evaluation: Evaluation) -> Replay:
    """Compare a recorded result with a new evaluation, field by field."""
    now = evaluation.to_dict()
    before, after = ({key: value for key, value in told.items() if key not in _BEHIND} for told in (recorded.told, now))
    return Replay(tuple(_causes(recorded, Recorded(now))), tuple(_fields("", before, after)))


def _causes(old: Recorded, new: Recorded) -> Iterator[Problem]:
    yield from _cause("replay-edition", old, new, lambda each: f"{each.edition} {each.told['catalogue']['digest']}")
    if old.uses is not None:  # results of earlier versions do not say what their edition used
        yield from _cause("replay-uses", old, new, lambda each: listed(each.uses or ()) or "—")
    yield from _cause("replay-engine", old, new, lambda each: str(each.told["engine"]["version"]))
    yield from _cause("replay-submission", old, new, lambda each: str(each.told["submission"]["digest"]))
    before, after = old.plugins, new.plugins
    for name in dict.fromkeys((*before, *after)):
        if name not in after:
            yield problem("replay-plugin-missing", None, name=name, version=before[name])
        elif name not in before:
            yield problem("replay-plugin-added", None, name=name, version=after[name])
        elif before[name] != after[name]:
            yield problem("replay-plugin-version", None, name=name, old=before[name], new=after[name])


def _cause(code: str, old: Recorded, new: Recorded, read: Callable[[Recorded], str]) -> Iterator[Problem]:
    if read(old) != read(new):
        yield problem(code, None, old=read(old), new=read(new))


# ---- fields --------------------------------------------------------------------------------------------------------


def _fields(path: str, old: Any, new: Any) -> Iterator[Field]:
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        for key in dict.fromkeys((*old, *new)):
            if key == "location":  # where the form lies is not what it says
                continue
            yield from _fields(f"{path}.{key}" if path else key, old.get(key, _ABSENT), new.get(key, _ABSENT))
    elif isinstance(old, list) and isinstance(new, list):
        before, after = _keyed(old), _keyed(new)
        labels = _labels((*before, *after))
        for key, label in labels.items():
            yield from _fields(f"{path}[{label}]", before.get(key, _ABSENT), after.get(key, _ABSENT))
        order = zip((key for key in before if key in after), (key for key in after if key in before), strict=True)
        for place, (one, other) in enumerate(order, 1):
            if one != other:  # what is paired by its name may still stand elsewhere
                yield Field(f"{path}[{place}]", labels[one], labels[other])
                break
    elif not _is_same(old, new):
        yield Field(path, _shown(old), _shown(new))


_Key = tuple[str, str, int]
"""An item of a list: what it is called, where in the form it is for programs, and which of such it is."""


def _keyed(items: list[Any]) -> dict[_Key, Any]:
    found: dict[_Key, Any] = {}
    used = Counter[tuple[str, str]]()
    for place, item in enumerate(items):
        name = (_name(item), str(item.get("path", ""))) if isinstance(item, Mapping) else (str(place), "")
        found[*name, used[name]] = item
        used[name] += 1
    return found


def _labels(keys: Iterable[_Key]) -> dict[_Key, str]:
    """Name each item for people; a second one of the same name gets a number."""
    found: dict[_Key, str] = {}
    used = Counter[str]()
    for key in dict.fromkeys(keys):
        used[key[0]] += 1
        found[key] = f"{key[0]} {used[key[0]]}" if used[key[0]] > 1 else key[0]
    return found


def _name(item: Mapping[str, Any]) -> str:
    """Name an indicator or a section by its path, a finding by its code and row, a deduction by its rule."""
    if isinstance(item.get("path"), list):
        return "/".join(map(str, item["path"]))
    if isinstance(item.get("section"), list) and "name" in item:
        return "/".join((*map(str, item["section"]), str(item["name"])))
    return " ".join(str(item[key]) for key in ("rule", "code", "where") if item.get(key))


def _is_same(old: Any, new: Any) -> bool:
    """Compare numbers as they are written: 95 and 95.0 are not the same bytes."""
    return type(_plain(old)) is type(_plain(new)) and str(_plain(old)) == str(_plain(new))


def _plain(value: Any) -> Any:
    return Decimal(value) if isinstance(value, int) and not isinstance(value, bool) else value


class _Missing:
    pass


_ABSENT = _Missing()


def _shown(value: Any) -> str:
    if isinstance(value, _Missing):
        return "—"
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, Mapping) and isinstance(value.get("because", value.get("message")), str):
        points = f"{value['points']} " if "points" in value else ""
        return f"{points}{value.get('because', value.get('message'))}"
    text: str = simplejson.dumps(value, use_decimal=True, ensure_ascii=False)
    return text
