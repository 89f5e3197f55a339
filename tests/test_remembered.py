"""What is worked out of a frozen value lives as long as that value, and no longer."""

from __future__ import annotations

import gc
import weakref
from pathlib import Path

import evalrules
from evalrules._values import Remembering, once_for_each

EXAMPLE = Path(__file__).parent.parent / "examples" / "suining-2024.yaml"


class _Value(Remembering):
    __slots__ = ("__weakref__",)


def test_a_result_that_refers_to_its_value_does_not_keep_it_alive() -> None:
    """A memory beside the values would hold each of them for ever through its own result."""

    @once_for_each
    def itself(value: _Value) -> list[_Value]:
        return [value]

    value = _Value()
    assert itself(value) is itself(value)
    gone = weakref.ref(value)
    del value
    gc.collect()
    assert gone() is None


def test_nothing_is_kept_of_editions_that_were_loaded_and_evaluated() -> None:
    """However often an edition is loaded, used and let go, none of them stays."""
    submission = evalrules.load_submission(EXAMPLE)

    def used() -> weakref.ref[object]:
        catalogue = evalrules.load_catalogue("suining-department@2024")
        assert evalrules.evaluate(catalogue, submission).to_json()
        return weakref.ref(catalogue)

    editions = [used() for _ in range(3)]
    gc.collect()
    assert [edition() for edition in editions] == [None, None, None]


def test_what_is_kept_of_an_edition_does_not_grow_with_its_use() -> None:
    """The words of a reason are kept for the next form, once: an equal form adds nothing."""
    catalogue, submission = evalrules.load_catalogue("suining-department@2024"), evalrules.load_submission(EXAMPLE)

    def held() -> int:
        for _ in range(10):
            assert evalrules.evaluate(catalogue, submission).to_json()
        gc.collect()
        return len(gc.get_objects())

    held()
    before = held()
    assert held() - before < 10
