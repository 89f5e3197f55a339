"""A language server for editors: problems, offers, meanings and mends, by the functions that the command has too.

Places of the protocol count from 0, and characters as UTF-16 does.
"""

from __future__ import annotations

from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

from lsprotocol import types
from pygls.lsp.server import LanguageServer
from pygls.uris import to_fs_path

from evalrules._assisting import meaning, mendings, offers
from evalrules._editing import check
from evalrules._problems import Language, Problem

_SEVERITIES: Final = {
    "error": types.DiagnosticSeverity.Error,
    "warning": types.DiagnosticSeverity.Warning,
    "info": types.DiagnosticSeverity.Information,
}
_KINDS: Final = {
    "key": types.CompletionItemKind.Property,
    "value": types.CompletionItemKind.EnumMember,
    "name": types.CompletionItemKind.Variable,
    "function": types.CompletionItemKind.Function,
    "method": types.CompletionItemKind.Method,
}


def server(language: Language) -> LanguageServer:
    """Give the server; it is started by `start_io` and told to stop by the editor."""
    made = LanguageServer("evalrules", version("evalrules"))
    telling = _Telling(made, language)
    offering = types.CompletionOptions(trigger_characters=[" ", ":"])
    answers = (
        (telling.publish, types.TEXT_DOCUMENT_DID_OPEN, None),
        (telling.publish, types.TEXT_DOCUMENT_DID_CHANGE, None),
        (telling.publish, types.TEXT_DOCUMENT_DID_SAVE, None),
        (telling.clear, types.TEXT_DOCUMENT_DID_CLOSE, None),
        (telling.complete, types.TEXT_DOCUMENT_COMPLETION, offering),
        (telling.hover, types.TEXT_DOCUMENT_HOVER, None),
        (telling.mend, types.TEXT_DOCUMENT_CODE_ACTION, None),
    )
    for answer, feature, options in answers:
        made.feature(feature, options)(partial(answer))  # a method takes none of the marks that it sets
    return made


class _Telling:
    """What the server answers; a document is looked at as it is then, so no answer is of an older text."""

    def __init__(self, made: LanguageServer, language: Language) -> None:
        self.server, self.language = made, language

    def publish(self, params: Any) -> None:
        """Tell all that is wrong with a document that is an edition, with the version that it is told of."""
        document = self.server.workspace.get_text_document(params.text_document.uri)
        found = [self._diagnostic(document, each) for each in self._problems(document.uri)]
        self.server.text_document_publish_diagnostics(
            types.PublishDiagnosticsParams(document.uri, [each for each in found if each], version=document.version)
        )

    def clear(self, params: types.DidCloseTextDocumentParams) -> None:
        """Tell nothing any more of a document that was closed."""
        self.server.text_document_publish_diagnostics(types.PublishDiagnosticsParams(params.text_document.uri, []))

    def complete(self, params: types.CompletionParams) -> list[types.CompletionItem]:
        """Offer the keys, names, methods and functions that may stand at a place."""
        document, line, column = self._at(params)
        return [
            types.CompletionItem(offer.text, kind=_KINDS[offer.kind], detail=offer.about or None)
            for offer in offers(document.source, line, column, _file(document.uri))
        ]

    def hover(self, params: types.HoverParams) -> types.Hover | None:
        """Tell what the word at a place means."""
        document, line, column = self._at(params)
        found = meaning(document.source, line, column, _file(document.uri))
        return None if found is None else types.Hover(types.MarkupContent(types.MarkupKind.PlainText, found))

    def mend(self, params: types.CodeActionParams) -> list[types.CodeAction]:
        """Offer what puts the problems in these lines right, where only one thing can be meant."""
        document = self.server.workspace.get_text_document(params.text_document.uri)
        lines = range(params.range.start.line, params.range.end.line + 1)
        found = (each for each in self._problems(document.uri) if each.location and each.location.line - 1 in lines)
        return [action for each in found for action in self._actions(document, each)]

    def _actions(self, document: Any, found: Problem) -> list[types.CodeAction]:
        made = []
        for mending in mendings(document.source, found, _file(document.uri)):
            old = document.lines[mending.line - 1].rstrip("\r\n")
            span = _span(mending.line - 1, 0, _units(old))
            edit = types.WorkspaceEdit(changes={document.uri: [types.TextEdit(span, mending.text)]})
            diagnostic = self._diagnostic(document, found)
            of = [diagnostic] if diagnostic else []
            made.append(types.CodeAction(mending.written, types.CodeActionKind.QuickFix, diagnostics=of, edit=edit))
        return made

    def _problems(self, uri: str) -> tuple[Problem, ...]:
        document = self.server.workspace.get_text_document(uri)
        return check(f"{document.source}\n", file=_file(uri), lang=self.language)

    def _diagnostic(self, document: Any, found: Problem) -> types.Diagnostic | None:
        """Give a problem as the editor marks it: to the end of its line; None for one in another file."""
        place, file = found.location, _file(document.uri)
        if place is not None and place.file not in (str(file), "-"):
            return None
        number = max((0 if place is None else place.line) - 1, 0)
        line = document.lines[number].rstrip("\r\n") if number < len(document.lines) else ""
        begin = _units(line[: max((0 if place is None else place.column) - 1, 0)])
        message = f"{found.message}\n{found.hint}" if found.hint else found.message
        return types.Diagnostic(
            _span(number, begin, max(_units(line.rstrip()), begin + 1)),
            message,
            severity=_SEVERITIES[found.severity],
            code=found.code,
            source="evalrules",
        )

    def _at(self, params: Any) -> tuple[Any, int, int]:
        """Give a document, and a place in it as line and column from 1."""
        document = self.server.workspace.get_text_document(params.text_document.uri)
        number = params.position.line
        line = document.lines[number] if number < len(document.lines) else ""
        before = line.encode("utf-16-le")[: 2 * params.position.character].decode("utf-16-le", "ignore")
        return document, number + 1, len(before) + 1


def _file(uri: str) -> Path | None:
    path = to_fs_path(uri)
    return None if path is None else Path(path)


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def _span(line: int, begin: int, end: int) -> types.Range:
    return types.Range(types.Position(line, begin), types.Position(line, end))
