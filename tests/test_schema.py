"""The JSON Schemas hold for everything that is shipped, refuse what the reader refuses, and miss no key."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

import evalrules
from evalrules._edition.keys import (
    ANY_KEY,
    EDITION_KINDS,
    KINDS,
    SCALARS,
    AnyOf,
    Constant,
    ListOf,
    MappingOf,
    Named,
    Shape,
    read_shape,
)
from evalrules._edition.read import read_edition
from evalrules._edition.schema import SUBJECTS, json_schema, keys_page

ROOT = Path(__file__).parent.parent
HEAD = {"evalrules": 1, "id": "a", "edition": "1", "title": "甲"}
CHINESE = re.compile("[\u4e00-\u9fff]")


class EditorLoader(yaml.CSafeLoader):
    """Loads YAML as editors do before they validate it: a date is a text."""


EditorLoader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith("timestamp")]
    for first, resolvers in yaml.CSafeLoader.yaml_implicit_resolvers.items()
}


def files(*patterns: str) -> list[Path]:
    """Give the shipped files of these patterns."""
    return sorted(path for pattern in patterns for path in ROOT.glob(pattern) if path.name != "releases.yaml")


def faults(subject: Any, document: object) -> list[str]:
    """Give what the schema of the subject finds wrong."""
    validator = Draft202012Validator(json_schema(subject))
    return [f"{'.'.join(map(str, error.absolute_path))}: {error.message}" for error in validator.iter_errors(document)]


@pytest.mark.parametrize("subject", SUBJECTS)
def test_each_schema_is_a_schema(subject: Any) -> None:
    """Valid by the meta-schema of draft 2020-12."""
    Draft202012Validator.check_schema(json_schema(subject))


@pytest.mark.parametrize(
    "path",
    files("catalogue/*/*.yaml", "examples/editions/*/*.yaml"),
    ids=lambda path: f"{path.parent.name}@{path.stem}",
)
def test_every_shipped_edition_fits(path: Path) -> None:
    """An editor that uses the schema shows no error in them."""
    assert faults("edition", yaml.load(path.read_text("utf-8"), Loader=EditorLoader)) == []  # a safe one


@pytest.mark.parametrize(
    "path", files("examples/*.yaml", "examples/cases/*.yaml", "catalogue/*/*.cases/*.yaml"), ids=lambda path: path.stem
)
def test_every_shipped_submission_fits(path: Path) -> None:
    """Examples, published cases and whole-form cases."""
    assert faults("submission", yaml.load(path.read_text("utf-8"), Loader=EditorLoader)) == []  # a safe one


def test_there_are_shipped_files_to_test() -> None:
    """The tests above are not empty."""
    assert len(files("catalogue/*/*.yaml", "examples/editions/*/*.yaml")) >= 5
    assert len(files("examples/*.yaml", "examples/cases/*.yaml")) >= 8


BROKEN: list[dict[str, object]] = [
    {"isuer": "某局"},
    {"scoring": "比例得分"},
    {"points": "一百"},
    {"rounding": {"mode": "half"}},
    {"data": {"地区": {"type": "choise"}}},
    {"data": {"经费": {"type": "grid", "columns": ["上年"]}}},
    {"methods": {"甲": {"deduct": [{"points": 1}]}}},
    {"sections": {"甲": {"points": 10, "socring": "比例得分"}}},
    {"sections": {"甲": {"points": 10, "open": True, "target": "5"}}},
    {"checks": {"甲": {"because": "不符"}}},
    {"grade_caps": [{"when": "总分 > 1", "because": "有"}]},
    {"defaults": {"scoring": {"至少": "比例得分"}}},
]


@pytest.mark.parametrize("keys", BROKEN, ids=lambda keys: str(*keys))
def test_reader_and_schema_refuse_the_same_shapes(keys: dict[str, object]) -> None:
    """What an editor underlines is what ``check`` reports."""
    assert faults("edition", {**HEAD, **keys})
    assert read_edition({**HEAD, **keys})[1]


@pytest.mark.parametrize("path", files("examples/*.yaml", "examples/cases/*.yaml"), ids=lambda path: path.stem)
def test_every_result_fits(path: Path) -> None:
    """The JSON of each example's evaluation has the keys of the table and no others."""
    submission = evalrules.load_submission(path)
    assert submission.catalogue is not None
    evaluation = evalrules.evaluate(evalrules.load_catalogue(submission.catalogue), submission)
    assert faults("result", json.loads(evaluation.to_json())) == []


@pytest.mark.parametrize("kind", EDITION_KINDS, ids=lambda kind: str(kind.name))
def test_every_key_has_a_chinese_title(kind: Any) -> None:
    """An editor explains each key in the users' language."""
    assert all(CHINESE.search(key.title) for key in kind.keys)


def shapes_of(shape: Shape) -> set[str]:
    """Give the names that a shape uses."""
    match shape:
        case Named(name):
            return {name}
        case Constant():
            return set()
        case ListOf(inner) | MappingOf(inner):
            return shapes_of(inner)
        case AnyOf(shapes):
            return set().union(*map(shapes_of, shapes))


def test_every_shape_is_known_and_every_kind_used() -> None:
    """No key points to a kind that is not there, and no kind is left over."""
    used = set().union(*(shapes_of(read_shape(key.shape)) for kind in KINDS.values() for key in kind.keys))
    assert used <= SCALARS | set(KINDS)
    assert set(KINDS) - used == {*SUBJECTS, "edition_part"}


@pytest.mark.parametrize("text", ["[text", "a b", "{x]", "'a"])
def test_a_malformed_shape_is_refused(text: str) -> None:
    """A slip in the table of keys is found when it is read."""
    with pytest.raises(ValueError, match=re.escape(text)):
        read_shape(text)


def test_the_page_of_keys_is_complete() -> None:
    """``docs/keys.md`` is what the table of keys says; write it anew with ``python -m evalrules._edition.schema``."""
    page = (ROOT / "docs" / "keys.md").read_text("utf-8")
    assert page == keys_page()
    named = {key.name for kind in KINDS.values() for key in kind.keys if key.name != ANY_KEY}
    assert all(f"`{name}`" in page for name in named)
