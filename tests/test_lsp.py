"""The language server, started as an editor starts it and asked by a real client."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import pytest
from click.testing import CliRunner
from lsprotocol import types
from pygls.lsp.client import LanguageClient

from evalrules._cli.commands import root

T = TypeVar("T")
EDITION = """\
evalrules: 1
id: small
edition: "1"
title: 小表
points: 10
data:
  预算数: {unit: 万元, above: 0}
  执行数: {unit: 万元, min: 0}
sections:
  执行率😀:
    points: 10
    value: 执行数 ÷ 预算数
    unit: "%"
    target: "100%"
    scoring: {award: [{points: "分值 × 最小(完成值, 1)", because: 按执行率}]}
grades: {好: 总分 ≥ 6, 差: otherwise}
"""


class Editor(LanguageClient):
    """A client that keeps what was told of each version of a document."""

    def __init__(self) -> None:
        super().__init__("editor", "1")
        self.told: asyncio.Queue[types.PublishDiagnosticsParams] = asyncio.Queue()
        self.feature(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)(partial(self.told.put_nowait))

    async def opened(self, uri: str, text: str) -> types.PublishDiagnosticsParams:
        """Open a document and wait for what is told of it."""
        self.text_document_did_open(
            types.DidOpenTextDocumentParams(types.TextDocumentItem(uri, types.LanguageKind.Yaml, 1, text))
        )
        return await asyncio.wait_for(self.told.get(), 60)

    async def changed(self, uri: str, text: str, version: int) -> types.PublishDiagnosticsParams:
        """Change all of a document and wait for what is told of it."""
        whole = types.TextDocumentContentChangeWholeDocument(text)
        name = types.VersionedTextDocumentIdentifier(version, uri)
        self.text_document_did_change(types.DidChangeTextDocumentParams(name, [whole]))
        return await asyncio.wait_for(self.told.get(), 60)


def asked(question: Callable[[Editor], Awaitable[T]]) -> T:
    """Start the server as an editor does, ask it, and stop it by the protocol."""

    async def conversation() -> T:
        client = Editor()
        await client.start_io(sys.executable, "-m", "evalrules", "lsp", "--stdio", "--lang", "zh")
        await client.initialize_async(types.InitializeParams(types.ClientCapabilities()))
        client.initialized(types.InitializedParams())
        try:
            return await question(client)
        finally:
            await client.shutdown_async(None)
            client.exit(None)
            await client.stop()  # type: ignore[no-untyped-call]

    return asyncio.run(conversation())


def test_a_real_client_gets_problems_offers_meanings_and_mends(tmp_path: Path) -> None:
    """As it is typed: a misspelt key is marked in its version, mended by what is offered, and gone in the next."""
    uri = (tmp_path / "small" / "1.yaml").as_uri()
    document = types.TextDocumentIdentifier(uri)

    async def question(client: Editor) -> dict[str, Any]:
        wrong = EDITION.replace("points: 10", "poinst: 10", 1)
        first = await client.opened(uri, wrong)
        actions: Any = await client.text_document_code_action_async(
            types.CodeActionParams(document, first.diagnostics[0].range, types.CodeActionContext(first.diagnostics))
        )
        (edit,) = actions[0].edit.changes[uri]
        lines = wrong.split("\n")
        lines[edit.range.start.line] = edit.new_text
        second = await client.changed(uri, "\n".join(lines), 2)
        position = types.Position(11, 4 + len("value: 执行"))
        offered = await client.text_document_completion_async(types.CompletionParams(document, position))
        keys = await client.text_document_completion_async(types.CompletionParams(document, types.Position(10, 4)))
        hover = await client.text_document_hover_async(types.HoverParams(document, position))
        outside = await client.text_document_hover_async(types.HoverParams(document, types.Position(500, 0)))
        return {
            "first": first, "text": "\n".join(lines), "second": second, "offered": offered, "keys": keys,
            "hover": hover, "outside": outside,
        }  # fmt: skip

    found = asked(question)
    assert [(each.code, each.range.start.line) for each in found["first"].diagnostics] == [("unknown-key", 4)]
    assert "是否应为 `points`" in found["first"].diagnostics[0].message
    assert found["first"].version == 1
    assert found["text"] == EDITION
    assert (list(found["second"].diagnostics), found["second"].version) == ([], 2)
    assert {"执行数", "预算数", "完成值", "最小"} <= {item.label for item in found["offered"]}
    keys = {item.label for item in found["keys"]}
    assert {"reference", "cases"} <= keys
    assert "scoring" not in keys  # it is there already
    assert "万元" in found["hover"].contents.value
    assert found["outside"] is None


def test_places_count_as_the_protocol_does(tmp_path: Path) -> None:
    """A sign beyond the basic plane is two of the protocol's characters; the mark stands behind it all the same."""
    uri = (tmp_path / "small" / "1.yaml").as_uri()
    wrong = EDITION.replace("{好: 总分", "{好😀: 总汾")

    async def question(client: Editor) -> types.PublishDiagnosticsParams:
        return await client.opened(uri, wrong)

    (found,) = asked(question).diagnostics
    line = wrong.split("\n")[found.range.start.line]
    assert line.encode("utf-16-le")[2 * found.range.start.character :].decode("utf-16-le").startswith("总汾")


def test_without_the_extra_the_command_names_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who has not installed the extra is told how."""
    monkeypatch.setitem(sys.modules, "pygls", None)
    ran = CliRunner().invoke(root, ["lsp", "--lang", "zh"])
    assert ran.exit_code == 1
    assert "[lsp-extra-missing]" in ran.stderr
