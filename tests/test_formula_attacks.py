"""Formulas that break other evaluators: each is refused when it is read or checked, fast and in little memory."""

# ruff: noqa: E501 - the attacks stand as they are written

from __future__ import annotations

import decimal
import json
import subprocess
import sys
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import pytest
import simpleeval

from evalrules._check import check
from evalrules._edition.read import read_edition
from evalrules._formula.compile.programs import ProgramJob as Programmed
from evalrules._formula.compile.programs import compile_formula, compile_jobs
from evalrules._formula.functions import signatures
from evalrules._formula.parser import read_formula, read_tree
from evalrules._formula.program import Program, Rule
from evalrules._formula.scope import Function, Variable
from evalrules._formula.second import evaluate_node, trace_program
from evalrules._formula.tokens import FormulaSyntaxError
from evalrules._formula.tree import Binding, Fault
from evalrules._laws.law import verdicts
from evalrules._score.compiling import compile_ruleset
from strategies import SCOPE, SLOTS

# Each text is given as Python source, which the process under limits evaluates: some are megabytes.
ROWS = {
    "powers": ["'9**9**9'", "'9**9**6'", "'3999999**3999999'", "'2**4000000*2**4000000'", "'9**3999999%7'", "'(2**4000000)**2'"],
    "long results": ["'10**5000'"],
    "string formatting": ["'\"%999999999d\" % 1'", "'f\"{1:999999999}\"'"],
    "attributes": [
        "'\"a\".ljust(2000000000)'", "'\"\\\\t\".expandtabs(1999999999)'", "'a.to_bytes(1999999999, \"big\")'",
        "'(\"a\"*99999).replace(\"a\", \"b\"*99999)'", "'().__class__.__base__.__subclasses__()'", "'a.__class__'",
        "'foo.bar().gi_code.co_filename'", "'\"{0.__class__.__mro__}\".format(1)'", "'d.clear()'", "'d.update(x=99)'",
    ],
    "lists": ["'[[1]*100000]*100000'", "'str([[\"a\"*100000]*1000]*1000)'", "'[x for x in y]'",
              "'[x for x in ([None],) for x[0] in (x,)]'"],
    "nesting": ["'('*250 + '1' + ')'*250", "'-'*90000 + '1'", "'not '*50000 + '1'", "'()'*1000000", "'a' + '.b'*50000",
                "'a' + '[0]'*50000", "'('*900 + '1' + ')'*900", "'若(a,'*400", "'-('*900 + '1' + ')'*900", "'非 '*900 + '1'"],
    "length": ["'+'.join(['1']*498)", "' and '.join(['1']*200000)", "'a<'*100000 + '1'", "'1 '*10000000", "' '*10000000",
               "' 或 '.join(['a']*490)"],
    "numbers": ["'9'*5000", "'0x' + 'f'*100000", "'1_000'", "'0b1'", "'1e400'", "'1j'", "'1e308*10'", "'1e400-1e400'",
                "'float(\"nan\")>1'", "'٣ + 1'", "'1٣'"],
    "operators": ["'(-8)**0.5'", "'0**-1'", "'1%0'", "'1//0'", "'1; 2'", "'a += 1'", "'~a'", "'a & 1'", "'a is 3'", "'a @ b'",
                  "'a <<  100000000'", "'a in b'", "'a := 1'"],
    "mixtures": ["'True + True'", "'a * True'", "'1 if a else \"x\"'", "'a and \"x\" or 0'", "'1 + (a > b)'", "'a 且 b'",
                 "'非 a'", "'(a > b) > b'", "'若(a, b, a)'"],
    "calls": ["'rand()'", "'randint(9)'", "'int'", "'int.from_bytes(\"a\".encode(), \"big\")'", "'max(*[1, 2])'", "'f(**d)'",
              "'min(key=x)'", "'最大(a, key = b)'", "'lambda: 1'", "'(x:=1)'", "'getattr_(x, \"__class__\")'", "'__import__(\"os\")'",
              "'exec(a)'", "'max'", "'最大()'"],
    "characters": ["'ℂ'", "'a\\u200b'", "'a\\u202eb'", "'a\\x00'", "'a # 1'", "'\\ud800'", "'a\\ufeff'", "'ａ２ ａ'", "'１２３４５ ６'"],
}  # fmt: skip

PROCESS = """
import json, resource, sys
resource.setrlimit(resource.RLIMIT_AS, (400_000_000, 400_000_000))
resource.setrlimit(resource.RLIMIT_CPU, (10, 10))
from evalrules._formula.scope import Variable
from evalrules._formula.parser import FormulaSyntaxError, read_tree
from evalrules._formula.typing import check_node
scope = {name: Variable(name, "number") for name in ("a", "b")}
outcomes = []
for source in json.load(sys.stdin):
    try:
        typing = check_node(read_tree(eval(source)), scope)
    except FormulaSyntaxError as error:
        outcomes.append(error.code)
    else:
        outcomes.append("".join(fault.code for fault in typing.faults))
print(json.dumps(outcomes))
"""


@pytest.mark.parametrize("row", ROWS)
def test_attack_is_refused_before_anything_runs(row: str) -> None:
    """Under limits of memory and time, every text of the row has a code and nothing else comes of it."""
    done = subprocess.run(
        [sys.executable, "-c", PROCESS], input=json.dumps(ROWS[row]), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-500:]
    outcomes = dict(zip(ROWS[row], json.loads(done.stdout), strict=True))
    assert {text for text, code in outcomes.items() if not code} == set()


def test_single_equals_compares_and_never_assigns() -> None:
    """``a = 5`` is a comparison; the value of ``a`` stays what it is."""
    values = {"甲": Fraction(4)}
    assert evaluate_node(read_tree("甲 = 5"), values) is False
    assert values == {"甲": Fraction(4)}


# ---- numbers that grow ---------------------------------------------------------------------------------------------

HUGE = Fraction(10**27 + 1, 10**13 + 7)


@pytest.mark.parametrize(
    "text", [" × ".join(["甲"] * 45), " ÷ ".join(["乙", *["甲"] * 44]), "1 ÷ (" + " × ".join(["甲"] * 45) + ")"]
)
def test_number_that_outgrows_the_budget_is_a_fault_in_both_readings(text: str) -> None:
    """Beyond 1,000 digits there is a fault, at the same operation, and never a slow result."""
    formula = read_formula(text)
    with pytest.raises(Fault) as exact:
        compile_formula(formula, SCOPE, SLOTS)([(HUGE.numerator, HUGE.denominator), (1, 1)])
    with pytest.raises(Fault) as steps:
        evaluate_node(formula.tree, {"甲": HUGE, "乙": Fraction(1)})
    assert exact.value.kind == steps.value.kind == "digits"
    assert exact.value.span == steps.value.span


def test_number_that_only_looks_long_is_no_fault() -> None:
    """What is short in lowest terms is within the budget, however long it is before."""
    formula = read_formula(" × ".join(["甲 ÷ 甲"] * 24))
    assert compile_formula(formula, SCOPE, SLOTS)([(HUGE.numerator, HUGE.denominator)])[0] > 0
    assert evaluate_node(formula.tree, {"甲": HUGE}) == 1


def test_literals_are_folded_within_the_budget() -> None:
    """A product of literals that is too long is a fault when it runs, not a long number in the code."""
    formula = read_formula(" × ".join(["9999999999999999999999999999"] * 45))
    with pytest.raises(Fault, match="digits"):
        compile_formula(formula, SCOPE, SLOTS)([])
    with pytest.raises(Fault, match="digits"):
        evaluate_node(formula.tree, {})


# ---- bindings that read one another --------------------------------------------------------------------------------


def chain(text: str, length: int) -> Program:
    """Make a program whose last binding leads to the first, each reading the one before as ``text`` says."""
    bindings = [Binding("x0", read_formula("甲"))]
    bindings += [Binding(f"x{place}", read_formula(text.format(before=f"x{place - 1}"))) for place in range(1, length)]
    return Program("deduct", (Rule(read_formula(f"x{length - 1} × 0"), "规则"),), tuple(bindings))


@pytest.mark.parametrize(
    "text",
    [
        "{before} + 1",
        "若(甲 > 0, {before}, {before} + 1)",
        "若(甲 > 0, {before}, 0) − 若(甲 > 0, {before}, 1)",
        "{before} × {before}",
    ],
)
@pytest.mark.parametrize("length", [40, 150])
def test_chain_of_bindings_costs_what_it_is_long(text: str, length: int) -> None:
    """No chain of bindings grows code, time or stack beyond its length: each is computed once."""
    program = chain(text, length)
    scope = {**SCOPE, **{binding.name: Variable(binding.name, "number") for binding in program.bindings}}
    (score,) = compile_jobs([Programmed(program, scope)], SLOTS)
    assert score([(1, 1)], (10, 1), None, None, None) == 1000
    assert trace_program(program, {"分值": Fraction(10), "甲": Fraction(1)}).score == 10


# ---- settings and code of others -----------------------------------------------------------------------------------


LINKS: dict[str, Callable[[int], str]] = {
    "conditions": lambda n: f"若(数{n} > 1, 数{n} + 1, 数{n} − 2)",
    "conditions on an input": lambda n: f"若(甲 > {n}, 数{n} + 1, 数{n} − 2)",
    "conditions on several inputs": lambda n: f"若({'甲乙丙'[n % 3]} > {n}, 数{n} + 1, 数{n} − 2)",
    "conditions on sums": lambda n: f"若({'甲乙丙'[n % 3]} + {'乙丙甲'[n % 3]} > {n}, 数{n} + 甲, 数{n} − 2)",
    "sums": lambda n: f"数{n} + 数{n}",
    "sums of unlike parts": lambda n: f"数{n} + 2 × 数{n}",
    "products": lambda n: f"数{n} × 数{n}",
    "quotients": lambda n: f"若(数{n} > 1, 10 ÷ 数{n}, 数{n} + 1)",
    "the greatest": lambda n: f"最大(数{n} − 乙, 数{n} + 1, 丙)",
    "truths": lambda n: f"若((数{n} > 甲 且 乙 > {n}) 或 (数{n} < 乙 且 丙 < {n}), 数{n}, {n})",
}


def chained(link: Callable[[int], str], length: int) -> str:
    """Write an edition whose rule reads the last of so many names, each computed from the one before it."""
    figures = "".join(f"  数{n + 1}: {{formula: {link(n)}}}\n" for n in range(length))
    return (
        "evalrules: 1\nid: chain\nedition: '1'\ntitle: 示例\npoints: 10\n"
        "data:\n  甲: {min: 0, max: 100}\n  乙: {min: 0}\n  丙: {}\n  数0: {formula: 甲}\n" + figures + "sections:\n"
        f"  行: {{points: 10, scoring: {{award: [{{when: 数{length} > 3, points: 分值}}, {{points: 0, because: 不足}}]}}}}\n"
    )


def calls_of(work: Callable[[], object]) -> int:
    """Count the calls of functions that some work takes."""
    count = 0

    def counting(_: object, event: str, __: object) -> None:
        nonlocal count
        count += event == "call"

    sys.setprofile(counting)
    try:
        work()
    finally:
        sys.setprofile(None)
    return count


@pytest.mark.parametrize("link", LINKS.values(), ids=LINKS.keys())
def test_names_that_read_names_cost_no_more_than_the_square_of_their_number(
    link: Callable[[int], str], tmp_path: Path
) -> None:
    """Check, laws and evaluation go through what is computed from what is computed once, whatever the way."""
    short, long = (cost_of(chained(link, length), tmp_path) for length in (12, 24))
    assert long < 5 * max(short, 200_000)
    assert long < 2_000_000


def cost_of(edition: str, folder: Path) -> int:
    """Count the calls that checking an edition and holding it to the laws takes; its chains are not too deep."""
    file = folder / "edition.yaml"
    file.write_text(edition, "utf-8")
    catalogue, _ = read_edition(file)
    assert catalogue is not None
    ruleset = compile_ruleset(catalogue)
    assert "chain-too-deep" not in {problem.code for problem in check(catalogue)}
    return calls_of(lambda: (check(catalogue), list(verdicts(ruleset))))


def test_settings_of_other_libraries_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """What anyone does to simpleeval's module or the decimal context has no part in a result."""
    tree = read_tree("最大(甲 ÷ 3, 0.1) × 3 + 12345678.87654321")
    before = evaluate_node(tree, {"甲": Fraction(1)})
    monkeypatch.setattr(simpleeval, "MAX_POWER", 0)
    monkeypatch.setattr(simpleeval, "MAX_STRING_LENGTH", 0)
    monkeypatch.setattr(simpleeval, "DEFAULT_OPERATORS", {})
    monkeypatch.setattr(simpleeval, "DEFAULT_FUNCTIONS", {})
    with decimal.localcontext() as context:
        context.prec = 1
        assert evaluate_node(tree, {"甲": Fraction(1)}) == before
        assert Fraction(*compile_formula(read_formula("甲 × 1.23456"), SCOPE, SLOTS)([(1, 1)])) == Fraction("1.23456")


@pytest.mark.parametrize(
    "result",
    [None, "8", 1.5, float("nan"), True, decimal.Decimal("NaN"), decimal.Decimal("Infinity"), decimal.Decimal("1E+999999999"),
     [1], object()],
)  # fmt: skip
def test_what_a_function_of_a_plugin_may_not_give_is_a_fault(result: object) -> None:
    """Only an int, a Fraction or a finite Decimal of bearable length is taken from a plug-in."""
    functions = {"修正": Function("修正", ("",), "", lambda _: result)}
    tree = read_tree("修正(甲)", signatures(functions))
    with pytest.raises(Fault, match=r"function|digits"):
        evaluate_node(tree, {"甲": Fraction(1)}, functions)
    formula = read_formula("修正(甲)", extra=signatures(functions))
    with pytest.raises(Fault, match=r"function|digits"):
        compile_formula(formula, SCOPE, SLOTS, functions)([(1, 1)])


def test_function_of_a_plugin_that_fails_is_named() -> None:
    """The fault says which function failed and how."""
    functions = {"修正": Function("修正", ("",), "", lambda x: x / 0)}
    with pytest.raises(Fault) as caught:
        evaluate_node(read_tree("修正(甲)", signatures(functions)), {"甲": Fraction(1)}, functions)
    assert caught.value.detail.startswith("修正: ZeroDivisionError")


def test_text_is_never_given_to_python() -> None:
    """The generated code holds no name of the formula, so nothing written in one can be code."""
    name = "__import__"
    with pytest.raises(FormulaSyntaxError, match="unknown-function"):
        read_tree(f"{name}(a)")
    formula = read_formula(f"{name} + 1")
    compute = compile_formula(formula, {name: Variable(name, "number")}, {name: 0})
    assert compute([(1, 1)]) == (2, 1)
    assert name not in compute.__code__.co_names + compute.__code__.co_varnames
    assert compute.__globals__["__builtins__"] == {}
