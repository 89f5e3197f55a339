"""Writes ``docs/problems.md``: every code that evalrules can report, from the wording itself (``make docs``)."""

from __future__ import annotations

from pathlib import Path

import yaml

FOLDER = Path(__file__).parent
MESSAGES = FOLDER.parent / "src" / "evalrules" / "messages"
SEVERITIES = {"error": "错误 error", "warning": "警告 warning", "info": "提示 info"}
HEAD = """\
# 问题与发现的代码

由 `make docs` 从 `src/evalrules/messages/` 生成，不要手改。代码不随语言和措辞变化；`{…}` 处填入具体内容。

Every code that evalrules reports, with its wording in Chinese and English. Codes are stable; wording may improve.
"""


def page() -> str:
    """Give the whole page."""
    return "\n".join([HEAD, *filter(None, (_area(file) for file in sorted(MESSAGES.glob("*.yaml"))))])


def _area(file: Path) -> str:
    """Give the codes of one file; phrases, which are lists, are no codes."""
    text = file.read_text("utf-8")
    title = text.split("\n", 1)[0].removeprefix("#").strip() if text.startswith("#") else file.stem
    entries = yaml.load(text, Loader=yaml.CSafeLoader)
    codes = [_entry(code, entries[code]) for code in sorted(entries) if isinstance(entries[code], dict)]
    return "\n".join([f"## {file.stem}", "", title, "", *codes]) if codes else ""


def _entry(code: str, entry: dict[str, object]) -> str:
    lines = [f"### `{code}`", "", f"- {SEVERITIES[str(entry.get('severity', 'error'))]}"]
    lines += [f"- {entry['zh']}", f"- {entry['en']}"]
    hint = entry.get("hint")
    if isinstance(hint, dict):
        lines += [f"- 提示：{hint['zh']}", f"- hint: {hint['en']}"]
    return "\n".join([*lines, ""])


if __name__ == "__main__":
    (FOLDER / "problems.md").write_text(page(), "utf-8")
