from __future__ import annotations

import copy
from typing import Any

import attrs
import pytest
from attrs import field

from evalrules._values import frozen


@frozen
class Named:
    """A value with a field that takes no part in equality and is not shown."""

    name: str
    parts: tuple[int, ...] = ()
    place: str | None = field(default=None, eq=False, repr=False)


@frozen
class Other:
    """One with a single field."""

    name: str


@frozen
class Nothing:
    """One without fields."""


@attrs.frozen
class Plain:
    """The same as attrs makes it alone."""

    name: str
    parts: tuple[int, ...] = ()
    place: str | None = field(default=None, eq=False, repr=False)


@pytest.mark.parametrize(("one", "other"), [
    (("a",), ("a",)), (("a", (1,)), ("a",)), (("a", (), "x"), ("a", (), "y")), (("a",), ("b",)),
])  # fmt: skip
def test_values_compare_and_show_as_attrs_has_them(one: Any, other: Any) -> None:
    """Equal and unequal, hashed and shown as with `attrs.frozen`."""
    assert (Named(*one) == Named(*other)) is (Plain(*one) == Plain(*other))
    assert (Named(*one) != Named(*other)) is (Plain(*one) != Plain(*other))
    assert len({Named(*one), Named(*other)}) == len({Plain(*one), Plain(*other)})
    assert repr(Named(*one)) == repr(Plain(*one)).replace("Plain", "Named")


def test_values_of_two_classes_are_never_equal() -> None:
    """Also where their fields are."""
    values: list[object] = [Named("a"), Plain("a"), Other("a"), "a", Nothing()]
    assert [[one == other for other in values] for one in values] == [
        [one is other for other in values] for one in values
    ]
    assert Nothing() == Nothing()
    assert hash(Nothing()) == hash(Nothing())


def test_values_cannot_be_set_and_are_copied_whole() -> None:
    """As attrs has them; what is not compared is copied too."""
    value = Named("a", (1,), "x")
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        value.name = "b"  # type: ignore[misc]
    copied = copy.copy(value)
    assert (copied, copied.place, attrs.evolve(value, name="b").place) == (value, "x", "x")


def test_what_a_class_says_itself_is_kept() -> None:
    """Its own equality and what it shows."""

    @frozen
    class Own:
        name: str

        def __eq__(self, other: object) -> bool:
            return True

        def __hash__(self) -> int:
            return 1

        def __repr__(self) -> str:
            return self.name

    @frozen(eq=False)
    class Itself:
        name: str

    assert (Own("a"), repr(Own("a")), hash(Own("a"))) == (Own("b"), "a", 1)
    assert Itself("a") != Itself("a")


def test_a_field_that_is_compared_otherwise_is_refused() -> None:
    """Rather than compared as it is."""
    with pytest.raises(TypeError, match="as it is"):

        @frozen
        class Keyed:
            name: str = field(eq=str.lower)
