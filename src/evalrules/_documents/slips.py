"""What an editor meant where the YAML does not read: the usual slips, each with its own problem, place and hint."""

from __future__ import annotations

import yaml

from evalrules._documents.nodes import Problems, Scalar, shown
from evalrules._patterns import regex
from evalrules._problems import Location, Source

# No repetition here is tried again with fewer characters (`*+`, `++`): a line may be as long as a file.
_KEY = r"\s*+(?:- ++)*+[^\s\"'#：:{}\[\],][^\"'#：:{}\[\],]*+"
_VALUE = rf"{_KEY}:\s++"
_QUOTED_TEXT = r"(?:\"[^\"]*+\"|'[^']*+')\s*+"
_WIDE_COLON = regex(rf"{_KEY}(?P<at>：)")
_TIGHT_COLON = regex(rf"(?!\s*+[0-9.]++:){_KEY}(?P<at>:)[^\s:/]")
_DASH = regex(rf"{_VALUE}(?P<at>-)(?:\s|$)")
_SIGN = regex(rf"{_VALUE}(?P<at>[>|](?![-+0-9]*+\s*+(?:#.*+)?$)|[%@`*&!,])")
_FLOW_SIGN = regex(r"[>|%@`][^,\]}]*+")
_BRACKET = regex(rf"{_VALUE}(?P<at>\[[^\[\]]*+\]|\{{[^{{}}]*+\}})\s*+[^\s#,\]}}]")
_AFTER_QUOTE = regex(rf"{_VALUE}{_QUOTED_TEXT}(?P<at>[^\s#,:\]}}])")
_SECOND_COLON = regex(rf"{_VALUE}(?:{_QUOTED_TEXT}|[^\"'\[{{\s].*?)(?P<at>:)(?:\s|$)")
_SECOND_KEY = regex(rf"{_VALUE}(?:{_QUOTED_TEXT}|[^\"'\[{{\s].*?)[\s,](?P<at>[a-z_]{{3,}}):(?:\s|$)")
_AFTER_BRACKET = regex(rf"(?:{_VALUE}|\s*+(?:- ++)++)(?:\[[^\[\]]*+\]|\{{[^{{}}]*+\}})\s*+(?P<at>[,，;；。、]++)\s*+\Z")
_ITEM = regex(r"\s*+- ")
_PAIR = regex(rf"{_KEY}:(?:\s|$)")
_NO_COLON = regex(_KEY)
_TIGHT_DASH = regex(r"\s*+(?P<at>-)[^\s\-0-9.\"'#：:][^\"'#：:]*+:(?:\s|$)")
_WIDE_BRACKET = regex(rf"(?:{_VALUE}|\s*+(?:- ++)++)(?P<at>[｛［])")
_WIDE_BLANK = regex(r" *+(?P<at>[^\S \t\r\n])")
_OPEN_QUOTE = regex(rf"{_VALUE}(?P<at>\")(?:[^\"\\]|\\.)*+\Z")
_NO_DASH = regex(r"\s*+(?P<at>[{\[])[^{}\[\]]++[}\]]\s*+\Z")
_NO_KEY = regex(r"\s*+(?:- ++)*+(?P<at>:)(?:\s|$)")

_SEPARATORS = (
    ("yaml-fullwidth-comma", regex("，")),
    ("yaml-separator", regex(r"[；;、](?=\s*+[^\s,，；;、{}\[\]：:]++[：:])")),
)
_QUOTED = regex(r"\"[^\"]*\"|'[^']*'")
_IN_BRACKETS = ("while parsing a flow mapping", "while parsing a flow sequence")

_Slip = tuple[str, Location, str | None]
_LINE_SLIPS = (
    ("yaml-tab", regex(r" *+(?P<at>\t)")),
    ("yaml-wide-blank", _WIDE_BLANK),
    ("yaml-tight-dash", _TIGHT_DASH),
    ("yaml-fullwidth-colon", _WIDE_COLON),
    ("yaml-fullwidth-bracket", _WIDE_BRACKET),
    ("yaml-dash-value", _DASH),
    ("yaml-unquoted-sign", _SIGN),
    ("yaml-unquoted-sign", _BRACKET),
    ("yaml-text-after-quote", _AFTER_QUOTE),
    ("yaml-keys-in-a-row", _SECOND_KEY),
    ("yaml-colon-in-text", _SECOND_COLON),
    ("key-empty", _NO_KEY),
    ("yaml-tight-colon", _TIGHT_COLON),
    ("yaml-missing-dash", _NO_DASH),
)


def slip(error: yaml.YAMLError, source: Source, problems: Problems) -> None:
    """Report what the YAML parser stumbled over; nothing, where a problem on that line already says it."""
    line, column = _mark(error)
    found = (
        _open_quote(error, source)
        or _separator(error, source)
        or _after_bracket(error, line, source)
        or _in_lines(line, source)
        or _open_bracket(error, source)
        or _farther_up(line, source)
    )
    code, place, text = found or _unknown(error, source, line, column)
    if not any(known.location and known.location.line == place.line for known in problems):
        problems.report(code, place, text=text)


def _mark(error: yaml.YAMLError) -> tuple[int, int]:
    """Give line and column of the error, counted from 1; a key without its colon stands where it begins."""
    simple_key = "simple key" in (getattr(error, "context", None) or "")
    mark = getattr(error, "context_mark" if simple_key else "problem_mark", None)
    return (mark.line + 1, mark.column + 1) if mark else (1, 1)


def _unknown(error: yaml.YAMLError, source: Source, line: int, column: int) -> _Slip:
    text = source.line(line)
    sign = _FLOW_SIGN.match(text, column - 1)
    if sign:
        return "yaml-unquoted-sign", _place(source, line, column), shown(sign[0].strip())
    if text[column - 1 : column] in ("]", "}"):
        return "yaml-open-bracket", _place(source, line, column), shown(text.strip())
    place = _place(source, line, len(text) - len(text.lstrip()) + 1)
    begins = place.column == column or "mapping values" in (getattr(error, "problem", None) or "")
    if _NO_COLON.fullmatch(text):
        return ("yaml-pasted-row" if "\t" in text.strip() else "key-without-colon"), place, shown(text)
    if begins and line > 1 and (_PAIR.match(text) or _ITEM.match(text)):
        return _outdented(line, source) or ("yaml-indentation", place, None)
    return "yaml-syntax", _place(source, line, column), None


def missing_colon(node: Scalar, problems: Problems) -> bool:
    """Report a key that melted into its value (``编制数：65``, ``points:10``); tell whether it was one."""
    for code, pattern in (("yaml-fullwidth-colon", _WIDE_COLON), ("yaml-tight-colon", _TIGHT_COLON)):
        found = pattern.match(node.text) if node.plain else None
        if found:
            problems.report(code, node.locate(found.start("at")), text=shown(node.text[: found.start("at")]))
            return True
    return False


def _open_quote(error: yaml.YAMLError, source: Source) -> _Slip | None:
    if "quoted scalar" not in (getattr(error, "context", None) or ""):
        return None
    if "escape" in error.problem or "hexdecimal" in error.problem:  # type: ignore[attr-defined]  # as its mark
        line, column = _mark(error)
        return "yaml-escape", _place(source, line, column), shown(source.line(line).strip())
    mark = error.context_mark  # type: ignore[attr-defined]  # an error with a context has its mark
    text = source.line(mark.line + 1)[mark.column :]
    return "yaml-open-quote", _place(source, mark.line + 1, mark.column + 1), shown(text)


def _after_bracket(error: yaml.YAMLError, line: int, source: Source) -> _Slip | None:
    """Find a comma behind what a bracket has closed, as between items of one line; within brackets it is in place."""
    found = _AFTER_BRACKET.match(source.line(line))
    if found is None or getattr(error, "context", None) in _IN_BRACKETS:
        return None
    return "yaml-after-bracket", _place(source, line, found.start("at") + 1), shown(found["at"])


def _separator(error: yaml.YAMLError, source: Source) -> _Slip | None:
    """Find what stands for a comma between an open bracket and where the parser stumbled: an item was to end there."""
    if getattr(error, "context", None) not in _IN_BRACKETS:
        return None
    begin, end = error.context_mark, error.problem_mark  # type: ignore[attr-defined]  # as above
    written = source.text[begin.index : end.index + 1]
    unquoted = _QUOTED.sub(lambda found: " " * len(found[0]), written)
    for code, pattern in _SEPARATORS:
        found = pattern.search(unquoted)
        if found:
            before = written[: found.start()]
            line, column = begin.line + 1 + before.count("\n"), found.start() - before.rfind("\n")
            start = 0 if "\n" in before else begin.column
            return code, _place(source, line, start + column), shown(source.line(line).strip())
    return None


def _open_bracket(error: yaml.YAMLError, source: Source) -> _Slip | None:
    if getattr(error, "context", None) not in _IN_BRACKETS:
        return None
    mark = error.context_mark  # type: ignore[attr-defined]  # an error with a context has its mark
    line = source.line(mark.line + 1)
    quoted = _QUOTED.sub(lambda found: " " * len(found[0]), line)
    if '"' in quoted[mark.column :]:  # a quote without its other half hides the bracket's
        at = quoted.index('"', mark.column)
        return "yaml-open-quote", _place(source, mark.line + 1, at + 1), shown(line[at:])
    return "yaml-open-bracket", _place(source, mark.line + 1, mark.column + 1), shown(line[mark.column :])


def _in_lines(number: int, source: Source) -> _Slip | None:
    """Look at the line of the error, then at the one before it, which the parser may have taken as one text."""
    lines = source.text.splitlines()
    before = [earlier for earlier in range(number - 1, 0, -1) if lines[earlier - 1].strip()][:1]
    candidates = [(candidate, lines[candidate - 1]) for candidate in (number, *before) if candidate <= len(lines)]
    for candidate, line in candidates:
        for code, pattern in _LINE_SLIPS:
            found = pattern.match(line)
            if found:
                at = found.start("at")
                return code, _place(source, candidate, at + 1), shown(line[at:] if "sign" in code else line.strip())
    return None


def _farther_up(number: int, source: Source) -> _Slip | None:
    """Look for what the parser took without a word, and stumbled over only here."""
    lines = source.text.splitlines()[: number - 1]
    for earlier, line in zip(range(len(lines), 0, -1), reversed(lines), strict=True):
        blank = _WIDE_BLANK.match(line)
        if blank and line.strip():
            return "yaml-wide-blank", _place(source, earlier, blank.start("at") + 1), shown(line.strip())
        quote = _OPEN_QUOTE.match(line)
        if quote:
            inside = sum(each.count('"') for each in lines[earlier - 1 :]) % 2
            at = quote.start("at")
            return ("yaml-open-quote", _place(source, earlier, at + 1), shown(line[at:])) if inside else None
    return None


def _outdented(number: int, source: Source) -> _Slip | None:
    """Find an entry above that begins farther left than those before and after it.

    Names of entries are the editor's own; a key of the language that stands farther left begins what it begins.
    """
    lines = source.text.splitlines()[:number]
    width = _indent(lines[-1])
    for above, line in zip(range(number - 1, 0, -1), reversed(lines[:-1]), strict=True):
        if line.strip() and line.lstrip()[0] != "#" and _indent(line) < width:
            among = not line.isascii() and any(_indent(earlier) == width for earlier in lines[: above - 1])
            place = _place(source, above, _indent(line) + 1)
            return ("yaml-outdented", place, str(number)) if among and _PAIR.match(line) else None
    return None


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _place(source: Source, line: int, column: int) -> Location:
    return Location(source.name, line, column, source=source)
