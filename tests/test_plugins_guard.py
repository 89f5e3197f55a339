"""Whatever a plug-in raises, from whatever it defines, is told as its fault and goes no further."""

# ruff: noqa: T201 - printing is what is tested

from __future__ import annotations

import asyncio
import decimal
import io
import logging
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import redirect_stdout
from decimal import Decimal
from fractions import Fraction
from pathlib import Path, PosixPath
from types import SimpleNamespace
from typing import Any, NoReturn

import pytest
from click.testing import CliRunner

import evalrules
from evalrules._cli.commands import root
from evalrules._plugins import guard
from test_plugins import EDITION, SUBMISSION, evaluated, loaded, plugin

FULL = Decimal("96.0")
"""The total of the submission where no plug-in has a say."""


class Unprintable(BaseException):
    """An error that cannot even be shown."""

    def __str__(self) -> NoReturn:
        raise Unprintable

    __repr__ = __str__


RAISED = [BaseException("x"), SystemExit(3), GeneratorExit(), asyncio.CancelledError(), MemoryError(), RecursionError()]
RAISED += [StopIteration(), ExceptionGroup("several", [ValueError("one")]), Unprintable(), ZeroDivisionError()]


def raising(error: BaseException) -> Callable[..., NoReturn]:
    """Make a function that raises this."""

    def function(*_: object) -> NoReturn:
        raise error

    return function


class Hostile:
    """A value of which nothing can be looked at."""

    def __init__(self, error: BaseException) -> None:
        object.__setattr__(self, "error", error)

    def fail(self, *_: object) -> NoReturn:
        raise object.__getattribute__(self, "error")

    __repr__ = __str__ = __eq__ = __hash__ = __bool__ = __iter__ = __len__ = __float__ = __int__ = __index__ = fail
    __getattribute__ = __lt__ = __fspath__ = __contains__ = __getitem__ = __format__ = fail


def hostile_kinds(error: BaseException) -> Iterator[Any]:
    """Make values of classes that look like those that are asked for, until something of them is looked at."""
    fail = raising(error)
    yield Hostile(error)
    for kind, methods in (
        (int, "__index__ __int__ __eq__ __hash__ __repr__ __str__ __abs__ __lt__ __format__ numerator denominator"),
        (Fraction, "numerator denominator __eq__ __hash__ __repr__ __str__ __format__"),
        (Decimal, "is_finite adjusted as_tuple __eq__ __hash__ __repr__ __str__ __format__"),
        (float, "__eq__ __hash__ __repr__ __str__ __format__ is_integer"),
        (str, "__eq__ __hash__ __repr__ __str__ strip split __len__ __iter__ __contains__ encode __format__"),
        (dict, "items keys __iter__ __eq__ __len__ __getitem__ __repr__ get"),
        (list, "__iter__ __len__ __eq__ __repr__ __getitem__"),
        (PosixPath, "__str__ __fspath__ __eq__ __hash__ __repr__ stat is_dir is_file __lt__"),
    ):
        own: dict[str, Any] = {name: property(fail) if "ator" in name else fail for name in methods.split()}
        made = type("Own", (kind,), own)
        yield made(1) if kind in (int, Fraction, Decimal, float) else made("1") if kind in (str, PosixPath) else made()


def say(text: str, given: object = None) -> object:
    """Print something, and give what a hook gives."""
    print(text)
    return {} if given is None else given


def faults_of(evaluation: evalrules.Evaluation) -> list[str]:
    """Give what is told of plug-ins: problems of rows and findings."""
    told = [found.message for found in evaluation.problems]
    return told + [found.message for found in evaluation.findings if found.code.startswith("plugin-")]


def written(evaluation: evalrules.Evaluation) -> str:
    """Read all of an evaluation, so that nothing is left that a plug-in could still raise."""
    return evaluation.to_json() + repr(evaluation) + str(hash(evaluation))


# ---- hooks that raise ------------------------------------------------------------------------------------------------

HOOKS = ("catalogues", "contributions", "functions", "data", "findings")


@pytest.mark.parametrize("hook", HOOKS)
@pytest.mark.parametrize("error", RAISED, ids=guard.class_name)
def test_hook_that_raises_is_told(hook: str, error: BaseException) -> None:
    """Every hook, every kind of error: the plug-in is named, and the form is scored as without it."""
    bad = plugin("bad", **{hook: raising(error)})
    told = [found.message for found in loaded(bad).problems]
    evaluation = evaluated(bad)
    assert evaluation.score == FULL
    told += faults_of(evaluation)
    assert len(told) == 1
    assert "bad 1.0" in told[0]
    assert guard.class_name(error) in told[0]
    assert written(evaluation)


@pytest.mark.parametrize("hook", ["catalogues", "contributions", "findings"])
@pytest.mark.parametrize("error", RAISED[:3] + RAISED[-3:], ids=guard.class_name)
def test_hook_that_raises_half_way_is_told(hook: str, error: BaseException) -> None:
    """What it gave before counts for nothing."""

    def half() -> Iterator[object]:
        yield EDITION if hook == "contributions" else EDITION.parent
        raise error

    evaluation = evaluated(plugin("bad", **{hook: half}))
    assert evaluation.score == FULL
    assert written(evaluation)


# ---- values that raise -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("hook", HOOKS)
@pytest.mark.parametrize("error", [SystemExit(3), Unprintable()], ids=["exit", "unprintable"])
def test_value_that_raises_is_told(hook: str, error: BaseException) -> None:
    """Whatever of what a hook gives is looked at, as a whole, as an item, as a key and as a value."""
    for value in hostile_kinds(error):
        for given in (value, [value], iter([value]), {"执行数": value}, {"甲": [{"列": value}]}):
            evaluation = evaluated(plugin("bad", **{hook: lambda given=given: given}))
            assert evaluation.score == FULL
            assert written(evaluation)


def test_key_that_raises_is_told() -> None:
    """A name that cannot be compared is no name."""

    class Key(str):
        __slots__ = ()

        def __eq__(self, other: object) -> bool:
            raise SystemExit

        __hash__ = str.__hash__

    for hook in ("functions", "data"):
        evaluation = evaluated(plugin("bad", **{hook: lambda: {Key("执行数"): 1}}))
        assert evaluation.score == FULL
        assert written(evaluation)


class Endless(Mapping[str, object]):
    """A mapping without an end."""

    def __getitem__(self, key: str) -> object:
        return 1

    def __iter__(self) -> Iterator[str]:
        number = 0
        while True:
            number += 1
            yield f"数{number}"

    def __len__(self) -> int:
        return 1


def test_mapping_without_an_end_is_told() -> None:
    """Reading stops at the limit that holds for every document."""
    assert evaluated(plugin("bad", data=Endless)).score == FULL


@pytest.mark.parametrize(
    "name", ["__name__", "__version__", "__dir__", "__class__", "EVALRULES_PROTOCOL", "evalrules_data"]
)
@pytest.mark.parametrize(
    "error", [SystemExit(3), Unprintable(), AttributeError("x")], ids=["exit", "unprintable", "none"]
)
def test_attribute_of_a_plugin_that_raises_is_told(name: str, error: BaseException) -> None:
    """The object itself may be hostile: it is refused, or taken without what cannot be had of it."""

    class Bad:
        def __getattribute__(self, asked: str) -> Any:
            if asked == name:
                raise type(error)(*error.args)  # one that outlives the test would keep what it passed through alive
            return object.__getattribute__(self, asked)

        @evalrules.hookimpl
        def evalrules_data(self) -> dict[str, object]:
            return {"执行数": 50}

    evaluation = evaluated(Bad())
    assert evaluation.score == FULL
    assert written(evaluation)


# ---- functions of formulas -------------------------------------------------------------------------------------------

FUNCTION_EDITION = EDITION.read_text("utf-8").replace("value: 执行数", "value: 一半(执行数)")


def with_function(tmp_path: Path, call: Callable[..., object]) -> evalrules.Evaluation:
    """Evaluate an edition whose first indicator calls this function."""
    file = tmp_path / "town" / "1.yaml"
    file.parent.mkdir(exist_ok=True)
    file.write_text(FUNCTION_EDITION, "utf-8")
    own = evalrules.Function("一半", ("万元",), "万元", call, about="一半")
    catalogue = evalrules.load_catalogue(file, plugins=loaded(plugin("bad", functions=lambda: {"一半": own})))
    return evalrules.evaluate(catalogue, evalrules.load_submission(SUBMISSION))


@pytest.mark.parametrize("error", RAISED, ids=guard.class_name)
def test_function_that_raises_leaves_its_row_unscored(tmp_path: Path, error: BaseException) -> None:
    """The row names the plug-in, and the others are scored."""
    evaluation = with_function(tmp_path, lambda _: raising(error)())
    assert [row.status for row in evaluation.indicators] == ["unscored", "scored", "scored"]
    assert "bad 1.0" in written(evaluation)


@pytest.mark.parametrize("error", [SystemExit(3), Unprintable()], ids=["exit", "unprintable"])
def test_result_of_a_function_that_raises_leaves_its_row_unscored(tmp_path: Path, error: BaseException) -> None:
    """What a function gives is copied while it is still the plug-in's."""
    for value in hostile_kinds(error):
        evaluation = with_function(tmp_path, lambda _, value=value: value)
        assert evaluation.indicators[1].status == "scored"
        assert written(evaluation)


@pytest.mark.parametrize(
    "number", [type("Own", (int,), {})(90), type("Own", (Fraction,), {})(90), type("Own", (Decimal,), {})(90)]
)
def test_number_of_a_class_of_its_own_is_a_number(tmp_path: Path, number: object) -> None:
    """A subclass that behaves is taken, as the number that it is."""
    evaluation = with_function(tmp_path, lambda _: number)
    assert evaluation.score == FULL


@pytest.mark.parametrize("field", ["name", "arguments", "unit", "call", "about", "english", "solver", "repeating"])
def test_function_with_a_field_that_raises_is_refused(field: str) -> None:
    """Each field of a registered function is looked at while it is still the plug-in's."""
    for value in hostile_kinds(Unprintable()):
        fields: dict[str, Any] = {
            "name": "甲法",
            "arguments": ("万元",),
            "unit": "万元",
            "call": lambda number, /: number,
        }
        fields |= {"about": "甲", field: value}
        try:
            own = evalrules.Function(**fields)
        except BaseException:  # noqa: BLE001, S112 - the class itself refuses it, in the plug-in's own code
            continue
        evaluation = evaluated(plugin("bad", functions=lambda own=own: {"甲法": own}))
        assert evaluation.score == FULL
        assert written(evaluation)


@pytest.mark.parametrize("field", ["code", "severity", "message", "where", "location"])
def test_finding_with_a_field_that_raises_is_refused_and_the_field_named(field: str) -> None:
    """Also a value that says of itself that it is what is asked for."""
    for value in (*hostile_kinds(Unprintable()), 3, "Not A Code \n"):
        fields: dict[str, Any] = {
            "code": "of-a-plugin",
            "severity": "error",
            "message": "甲",
            "where": "",
            field: value,
        }
        if field in ("message", "where") and type(value) is str:
            continue
        finding = evalrules.Finding(**fields)
        evaluation = evaluated(plugin("bad", findings=lambda finding=finding: [finding] * 3))
        (told,) = (found for found in evaluation.findings if found.code.startswith("plugin-"))
        assert f"3 条不合规定，第 1 条的 `{field}`" in told.message
        assert written(evaluation)


def test_equal_to_everything_is_no_severity() -> None:
    """A severity that is equal to each of the words is none of them."""

    class Equal(str):
        __slots__ = ()

        def __eq__(self, other: object) -> bool:
            return True

        __hash__ = str.__hash__

    finding = evalrules.Finding("of-a-plugin", Equal("fatal"), "甲")  # type: ignore[arg-type]  # on purpose
    told = {found.code for found in evaluated(plugin("bad", findings=lambda: [finding])).findings}
    assert "plugin-finding-refused" in told
    assert "of-a-plugin" not in told


# ---- nothing of the process is changed and restored ------------------------------------------------------------------


def test_no_thread_watches_and_no_setting_is_put_back() -> None:
    """What a plug-in sets stays set, as it would without us; there is nothing to restore in the wrong order."""
    limit, threads = sys.getrecursionlimit(), threading.active_count()

    def change() -> dict[str, object]:
        sys.setrecursionlimit(limit + 7)
        assert threading.active_count() == threads
        return {}

    try:
        assert evaluated(plugin("odd", data=change)).score == FULL
        assert sys.getrecursionlimit() == limit + 7
    finally:
        sys.setrecursionlimit(limit)


def test_decimal_context_of_a_plugin_is_its_own() -> None:
    """It may set what it likes in its own; the caller's, of this thread or another, is not touched."""

    def change() -> dict[str, object]:
        decimal.getcontext().prec = 1
        return {}

    with decimal.localcontext() as mine:
        mine.prec = 5
        evaluated(plugin("odd", data=change))
        assert decimal.getcontext().prec == 5


def test_four_threads_print_and_set_without_each_others_notice(capsys: pytest.CaptureFixture[str]) -> None:
    """While hooks print and set contexts, what other threads print stays where it belongs.

    Each line is written in one piece: ``print`` writes a line's end apart, so that lines of two threads may mix.
    """
    loud = plugin("loud", data=lambda: sys.stdout.write("loud\n") and {})
    catalogue = evalrules.load_catalogue(EDITION, plugins=loaded(loud))
    submission = evalrules.load_submission(SUBMISSION)
    started = threading.Barrier(4)
    results: list[object] = []

    def work() -> None:
        started.wait()
        for _ in range(20):
            results.append(evalrules.evaluate(catalogue, submission).score)
            sys.stdout.write("mine\n")

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    captured = capsys.readouterr()
    assert results == [FULL] * 80
    assert captured.out == "mine\n" * 80
    assert captured.err == "loud\n" * 80


# ---- what it prints --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("hook", HOOKS)
def test_what_a_hook_prints_goes_to_standard_error(hook: str, capsys: pytest.CaptureFixture[str]) -> None:
    """By print and by writing to standard output."""

    def loud() -> Any:
        print("loud")
        sys.stdout.write("louder\n")
        return {} if hook in ("functions", "data") else []

    _ = evaluated(plugin("loud", **{hook: loud})).findings
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err == "loud\nlouder\n"


def test_command_writes_json_alone_whatever_hooks_print(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a hook prints stands in front of no result."""
    loud = plugin("loud", data=lambda: say("loud"), findings=lambda: say("loud", []))
    monkeypatch.setattr("evalrules._cli.speech.installed_plugins", lambda: loaded(loud))
    told = CliRunner().invoke(root, ["evaluate", "--format", "json", "--catalogue", str(EDITION), str(SUBMISSION)])
    assert told.stdout.startswith("{")
    assert told.stderr.splitlines().count("loud") == 2


def test_standard_output_of_others_is_untouched() -> None:
    """Where a host leads its standard output elsewhere, before or in between, it stays led there."""
    first, second = io.StringIO(), io.StringIO()
    with redirect_stdout(first):
        evaluated(plugin("loud", data=lambda: say("loud")))
        print("first")
        with redirect_stdout(second):
            evaluated(plugin("loud", data=lambda: say("loud")))
            print("second")
        print("first again")
    assert first.getvalue() == "first\nfirst again\n"
    assert second.getvalue() == "second\n"


# ---- what takes long -------------------------------------------------------------------------------------------------


def test_hook_that_took_long_is_named_when_it_is_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The log names the plug-in, its version and the hook or function; nothing watches meanwhile."""
    clock = iter(range(0, 10**9, 60))
    monkeypatch.setattr(guard, "time", SimpleNamespace(monotonic=lambda: next(clock)))
    with caplog.at_level(logging.WARNING, "evalrules.plugins"):
        evaluated(plugin("sleepy", data=lambda: say("late")))
        with_function(tmp_path, lambda number, /: number)
    assert any("sleepy 1.0" in line and "evalrules_data" in line and "60" in line for line in caplog.messages)
    assert any("一半（bad 1.0）" in line for line in caplog.messages)


def test_interrupt_of_the_user_goes_through() -> None:
    """From a hook, a value and a function alike."""
    for given in (raising(KeyboardInterrupt()), lambda: Hostile(KeyboardInterrupt())):
        with pytest.raises(KeyboardInterrupt):
            written(evaluated(plugin("bad", data=given)))
