"""JSON Schema (2020-12) of our documents, and the page of all keys: both made from the table that the readers use."""

from __future__ import annotations

import sys
from typing import Any, Literal, get_args

from evalrules._edition.keys import (
    ANY_KEY,
    EDITION_KINDS,
    KINDS,
    RESULT_KINDS,
    SUBMISSION_KINDS,
    AnyOf,
    Constant,
    Key,
    Kind,
    ListOf,
    MappingOf,
    Named,
    Shape,
    read_shape,
)

Subject = Literal["edition", "contribution", "submission", "review", "result"]
SUBJECTS: tuple[Subject, ...] = get_args(Subject)
DRAFT = "https://json-schema.org/draft/2020-12/schema"
_TEXT = {"type": ["string", "number"]}
_NUMBER: dict[str, Any] = {"anyOf": [{"type": "number"}, {"type": "string", "pattern": "^[-+−]?[0-9]+(\\.[0-9]+)?$"}]}
_SCALARS: dict[str, dict[str, Any]] = {
    "text": _TEXT,
    "title": {"type": ["string", "number"], "pattern": "^[^/]+$"},
    "name": {"type": "string", "pattern": "^[^\\s/0-9][^\\s/]*$"},
    "id": {"type": "string", "pattern": "^[a-z0-9]+(-[a-z0-9]+)*$"},
    "year": {"type": "integer", "minimum": 1949, "maximum": 2999},
    "whole": {"type": "integer", "minimum": 0, "maximum": 6},
    "count": {"type": "integer", "minimum": 0, "maximum": 50},
    "number": _NUMBER,
    "points": _NUMBER,
    "score": {
        "anyOf": [{"type": "number"}, {"type": "string", "pattern": "^[-+−]?[0-9]+(\\.[0-9]+)? *(分|（分）)?$|^满分$"}]
    },
    "flag": {"enum": [True, False, "是", "否"]},
    "formula": {**_TEXT, "description": "公式，如 `分值 × 完成值 ÷ 指标值`"},
    "condition": {"type": "string", "description": "条件，如 `完成值 ≥ 指标值`"},
    "sentence": {"type": "string", "description": "一句话，`{名称}` 处填入数值"},
    "cell": {"type": ["string", "number", "boolean", "null"]},
    "quantity": _TEXT,
    "target": _TEXT,
    "edition_name": {"type": "string", "pattern": "^[a-z0-9]+(-[a-z0-9]+)*@[^@\\s/]+$"},
    "comparator": {"enum": ["≥", ">", "≤", "<", "="]},
    "share_range": {"type": "string", "description": "占分值的比例，如 `80% – 100%`"},
    "decimal": {"type": "number"},
    "digest": {"type": "string", "pattern": "^sha256:[0-9a-f]{64}$"},
    "null": {"type": "null"},
}
_MAY_BE_BLANK = frozenset(kind.name for kind in SUBMISSION_KINDS)


def json_schema(subject: Subject) -> dict[str, Any]:
    """Give the JSON Schema of an edition, a contribution, a submission, a review or a result, its titles in Chinese.

    >>> json_schema("edition")["properties"]["id"]["title"]
    '代号'
    """
    root = KINDS[subject]
    used = sorted(_reached(root))
    head = {"$schema": DRAFT, "$id": f"urn:evalrules:{subject}:1", **_object(root)}
    return {**head, "$defs": {name: _object(KINDS[name]) for name in used}}


def _reached(root: Kind) -> set[str]:
    waiting, reached = [root], set[str]()
    while waiting:
        for key in waiting.pop().keys:
            new = {name for name in _names(read_shape(key.shape)) if name in KINDS} - reached
            reached |= new
            waiting.extend(KINDS[name] for name in new)
    return reached


def _names(shape: Shape) -> set[str]:
    match shape:
        case Named(name):
            return {name}
        case ListOf(inner) | MappingOf(inner):
            return _names(inner)
        case AnyOf(shapes):
            return set().union(*map(_names, shapes))
        case Constant():
            return set()


def _object(kind: Kind) -> dict[str, Any]:
    free = next((key for key in kind.keys if key.name == ANY_KEY), None)
    described: dict[str, Any] = {
        "title": kind.title,
        "type": "object",
        "properties": {key.name: _property(key, kind) for key in kind.keys if key.name != ANY_KEY},
        "additionalProperties": False if free is None else _property(free, kind),
    }
    return {**described, "required": list(kind.required)} if kind.required else described


def _property(key: Key, kind: Kind) -> dict[str, Any]:
    shape = _shape(read_shape(key.shape))
    if kind.name in _MAY_BE_BLANK and not key.required:
        shape = {"anyOf": [shape, {"type": "null"}]}
    words = {"title": key.title, "description": key.about} if key.about else {"title": key.title}
    return {**shape, **words}


def _shape(shape: Shape) -> dict[str, Any]:
    match shape:
        case Named(name):
            return {"$ref": f"#/$defs/{name}"} if name in KINDS else _SCALARS[name]
        case Constant(text):
            return {"enum": [text, int(text)]} if text.isdigit() else {"const": text}
        case ListOf(item):
            return {"type": "array", "items": _shape(item)}
        case MappingOf(value):
            return {"type": "object", "additionalProperties": _shape(value)}
        case AnyOf(shapes) if all(isinstance(inner, Constant) for inner in shapes):
            return {"enum": [inner.text for inner in shapes if isinstance(inner, Constant)]}
        case AnyOf(shapes):
            return {"anyOf": [_shape(inner) for inner in shapes]}


# ---- the page of all keys ------------------------------------------------------------------------------------------

_CHAPTERS = (
    ("指标体系和部门自设指标", EDITION_KINDS),
    ("自评表", SUBMISSION_KINDS),
    ("评价结果（JSON）", RESULT_KINDS),
)
_CONVENTIONS = (
    "- `sections` 下的一项，写了只有一级、二级指标才有的键（如 `sections`、`indicators`、`open`）的是一级或二级指标；",
    "  一个也没写的是三级指标。",
    "- 指标体系里写了键就要写值，空着的键会被指出；只有算例的 `score` 和输入可以空着，表示不能计分、没有填。",
    "- 名称中间的空格不计：`数量   指标` 就是 `数量指标`。公式中的名称不分全角半角。",
    "- 方法的参数可以带单位，如 `每: 1岁`；算例的输入是公式中的名称，评价要点则直接写要点的名称。",
    "- 引用的版本只借出它自己写的方法；方法同名时不会悄悄取代，而是指出来。",
    "- 部门自设的数据，合入后名称前加部门名称和下划线，自评表里也这样填；自设的方法名称前加部门名称和 `/`。",
    "- 一个版本写成文件夹时，`catalogue.yaml` 写版本的各项说明，并用 `parts` 依次列出其余文件，列表相接，各组合并。",
)
_SHAPE_WORDS = {
    "text": "文字", "title": "名称（不含 `/`）", "name": "公式中的名称", "id": "代号", "year": "年份", "whole": "整数",
    "number": "数", "points": "分数", "score": "分数，可带“分”字", "flag": "`true` 或 `false`",
    "formula": "公式", "condition": "条件",
    "sentence": "一句话", "cell": "单元格的内容", "quantity": "数，可带单位", "target": "指标值",
    "edition_name": "代号@版本", "comparator": "`≥` `>` `≤` `<` `=` 之一", "share_range": "比例范围", "decimal": "数",
    "digest": "摘要", "null": "null", "count": "个数",
}  # fmt: skip


def keys_page() -> str:
    """Give ``docs/keys.md``: every key of every object, in Chinese."""
    lines = [
        "# 全部的键",
        "",
        "本页由程序生成，与检查文件时所用的是同一张表。写错或写错地方的键，检查时都会指出。",
        "“值”一栏：`[…]` 是列表，`{…}` 是以自己的名称为键的一组，带链接的是下面的另一种内容。",
        "",
        *_CONVENTIONS,
    ]
    for chapter, kinds in _CHAPTERS:
        lines += ["", f"## {chapter}"]
        for kind in kinds:
            lines += [
                "",
                f'<a id="{kind.name}"></a>',
                "",
                f"### {kind.title}",
                "",
                "| 键 | 值 | 说明 |",
                "|---|---|---|",
            ]
            lines += [_row(key) for key in kind.keys]
    return "\n".join(lines) + "\n"


def _row(key: Key) -> str:
    name = "（自定）" if key.name == ANY_KEY else f"`{key.name}`"
    about = f"{key.title}。{key.about}" if key.about else key.title
    required = "（必填）" if key.required else ""
    return f"| {name} | {_in_words(read_shape(key.shape))} | {about}{required} |".replace(" | |", " |")


def _in_words(shape: Shape) -> str:
    match shape:
        case Named(name):
            return f"[{KINDS[name].title}](#{name})" if name in KINDS else _SHAPE_WORDS[name]
        case Constant(text):
            return f"`{text}`"
        case ListOf(item):
            return f"[ {_in_words(item)} … ]"
        case MappingOf(value):
            return f"{{ 名称: {_in_words(value)} … }}"
        case AnyOf(shapes):
            return "，或 ".join(map(_in_words, shapes))


if __name__ == "__main__":
    sys.stdout.write(keys_page())
