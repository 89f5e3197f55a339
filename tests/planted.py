"""Faults planted into the shipped editions, one at a time, and what finds each.

``python tests/planted.py`` writes the table of ``docs/planted-faults.md``. A fault is made from a line of an edition:
an edge moved, a sign turned, two rows swapped, and so on. It is put to the checker, the edition's own cases, the laws
on inputs at every edge, the proofs over all inputs, and to ``diff`` beside the edition as it was.
"""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

from attrs import frozen

from evalrules._cases import case_problems
from evalrules._check import check
from evalrules._compare.diff import EditionDifference, difference
from evalrules._edition.read import read_edition
from evalrules._edition.reading import law_names
from evalrules._laws.law import Verdict, families, family_verdicts, form_verdicts
from evalrules._laws.proof.comparing import compare_rules
from evalrules._laws.proof.prover import tasks
from evalrules._score.compiling import compile_ruleset
from evalrules._score.ruleset import Ruleset

ROOT = Path(__file__).parent.parent
CATALOGUE = ROOT / "catalogue"
PAGE = ROOT / "docs" / "planted-faults.md"
SECONDS = 2.0
EDITIONS = tuple(
    f"{file.parent.name}@{file.stem}"
    for file in sorted(CATALOGUE.glob("*/*.yaml"))
    if not file.parent.name.endswith(".cases")
)
_ASIDE = re.compile(r"^\s*#|score: |^\s*(reference|about|where|title|issuer|evidence|supersedes|uses|explain_when): ")


# Rounding is that of every rule: one edition shows it.
ONLY = {"取位方式改变": "suining-department@2024"}


@frozen
class Fault:
    """One planted fault: what was done, in which line (counted from 1), and how the edition reads then."""

    edition: str
    kind: str
    line: int
    was: str
    now: str
    text: str

    def __str__(self) -> str:
        return f"{self.edition}-{self.kind}-{self.line}"


# ---- making them ---------------------------------------------------------------------------------------------------

Change = Callable[[str], str | None]


def swapped(pattern: str, *pairs: tuple[str, str]) -> Change:
    """Exchange signs in the first place that the pattern finds."""

    def change(line: str) -> str | None:
        found = re.search(pattern, line)
        if found is None:
            return None
        new = dict(pairs)[found[1]]
        return line[: found.start(1)] + new + line[found.end(1) :]

    return change


def moved(pattern: str, by: int, *, scale: int = 1) -> Change:
    """Move the number that the pattern finds."""

    def change(line: str) -> str | None:
        found = re.search(pattern, line)
        if found is None:
            return None
        number = found[1]
        places = len(number.partition(".")[2])
        new = f"{float(number) * scale + by:.{places}f}"
        return line[: found.start(1)] + new + line[found.end(1) :]

    return change


def rewritten(pattern: str, by: str) -> Change:
    """Write the first place that the pattern finds otherwise."""
    return lambda line: re.sub(pattern, by, line, count=1) if re.search(pattern, line) else None


_CONDITION = r"(?:when: |总分 |^\s+(?:优秀|良好|较差|优|良|中|差): )"
KINDS: dict[str, Change] = {
    "分界换边": swapped(rf"{_CONDITION}[^,]*?(≥|≤|>|<)", ("≥", ">"), (">", "≥"), ("≤", "<"), ("<", "≤")),
    "不等号反向": swapped(rf"{_CONDITION}[^,]*?(≥|≤|>|<)", ("≥", "<"), (">", "<"), ("≤", ">"), ("<", ">")),
    "分界挪动": moved(rf"{_CONDITION}[^,]*?(\d+(?:\.\d+)?)", 5),
    "加减写反": swapped(r"(?:value|points|步数|超出|超过警戒线|[^\s]+): [^\"“]*?( − )", (" − ", " + ")),
    "除法写反": rewritten(r"((?:value|points): [^,\"]*?)(\S+) ÷ (\S+)", r"\1\3 ÷ \2"),
    "取整方向": swapped(
        r"(不足一步: 不计|下取整|上取整)",
        ("不足一步: 不计", "不足一步: 按一步"),
        ("下取整", "上取整"),
        ("上取整", "下取整"),
    ),
    "扣分加重": moved(r"扣: (\d+(?:\.\d+)?)", 0, scale=2),
    "起点挪动": moved(r"起点: (\d+(?:\.\d+)?)", 1),
    "步长改变": moved(r"每: (\d+(?:\.\d+)?)", 0, scale=2),
    "得分超过分值": swapped(r"points: (分值)(?:}|$|,)", ("分值", "分值 + 3")),
    "满分得不到": swapped(r"points: (分值)(?:}|$|,)", ("分值", "分值 × 90%")),
    "档次得分改变": moved(r"when: [^,]*, points: (\d+(?:\.\d+)?)", 1),
    "指标值与完成值对调": rewritten(r"完成值 ([≥≤<>]) 指标值", r"指标值 \1 完成值"),
    "指标值反向": swapped(r"target: (≤|≥) ", ("≤", "≥"), ("≥", "≤")),
    "理由留空": rewritten(r"because: (\"[^\"]+\"|[^\"}]+)", 'because: ""'),
    "不适用条件丢失": swapped(r"applies: [^>]*(> 0)", ("> 0", "≥ 0")),
    "取数范围丢失": rewritten(r"ranges: \{.*\}", ""),
    "取位方式改变": swapped(r"mode: (half_up)", ("half_up", "down")),
    "数据下限放开": swapped(r"(above: 0)", ("above: 0", "min: 0")),
}


def faults(edition: str) -> Iterator[Fault]:
    """Make the faults of an edition: of each kind one, taken from the line that fewest kinds have used so far."""
    lines = scored_lines(edition)
    used: dict[int, int] = {}
    for kind, made in {**{kind: by_line(lines, change) for kind, change in KINDS.items()}, **of_rows(lines)}.items():
        if ONLY.get(kind, edition) != edition:
            continue
        number = min(made, key=lambda line: (used.get(line, 0), line), default=None)
        if number is not None:
            used[number] = used.get(number, 0) + 1
            yield planted(edition, kind, number, made[number])


def by_line(lines: dict[int, str], change: Change) -> dict[int, list[str]]:
    """Give each line that a change fits, as it reads then."""
    found = {number: change(line) for number, line in lines.items()}
    return {number: [new] for number, new in found.items() if new is not None and new != lines[number]}


def of_rows(lines: dict[int, str]) -> dict[str, dict[int, list[str]]]:
    """Swap each row with the one below it, and drop each row."""
    rows = {number: line for number, line in lines.items() if re.match(r"\s+- \{when: ", line)}
    pairs = {number: [lines[number + 1], line] for number, line in rows.items() if number + 1 in rows}
    return {"两档对调": pairs, "漏掉一档": {number: [] for number in rows}}


def scored_lines(edition: str) -> dict[int, str]:
    """Give the lines that decide scores, by number from 1: no comments, cases, checks, settings or layout."""
    kept: dict[int, str] = {}
    block = ""
    for number, line in enumerate(source(edition).split("\n"), 1):
        if re.match(r"\S+:", line):
            block = line.partition(":")[0]
        if block not in ("checks", "audit", "form") and not _ASIDE.search(line):
            kept[number] = line
    return kept


def planted(edition: str, kind: str, number: int, new: list[str]) -> Fault:
    """Put new lines in the place of as many, of one where there is none."""
    lines = source(edition).split("\n")
    taken = max(1, len(new))
    was = lines[number - 1 : number - 1 + taken]
    lines[number - 1 : number - 1 + taken] = new
    told, reads = (_short(each, with_reason=kind == "理由留空") for each in (was, new))
    return Fault(edition, kind, number, told, reads, "\n".join(lines))


def _short(lines: list[str], *, with_reason: bool) -> str:
    bare = [line.partition("  #")[0].strip() for line in lines]
    return " ⏎ ".join(bare if with_reason else [re.sub(r",? because: .*", "", line) for line in bare])


@cache
def source(edition: str) -> str:
    """Read an edition as it is."""
    identifier, _, number = edition.partition("@")
    return (CATALOGUE / identifier / f"{number}.yaml").read_text("utf-8")


# ---- finding them --------------------------------------------------------------------------------------------------


@frozen
class Finding:
    """What finds a fault: the codes of the checker, how many cases fail, laws broken on edges and refuted by proof.

    ``undecided`` are the proofs that came to nothing, ``difference`` is None where the edition cannot be used.
    """

    check: tuple[str, ...] = ()
    cases: int = 0
    laws: tuple[str, ...] = ()
    proofs: tuple[str, ...] = ()
    undecided: tuple[Verdict, ...] = ()
    difference: EditionDifference | None = None

    @property
    def caught(self) -> bool:
        """Whether anything but ``diff`` finds it."""
        return bool(self.check or self.cases or self.laws or self.proofs)


@cache
def ruleset(edition: str) -> Ruleset:
    """Compile an edition as it is."""
    catalogue, problems = read_edition(edition)
    assert catalogue is not None, problems
    return compile_ruleset(catalogue)


@cache
def compiled(fault: Fault) -> Ruleset:
    """Compile an edition with a fault that the checker does not find."""
    with tempfile.TemporaryDirectory() as folder:
        catalogue, problems = read_edition(_written(fault, Path(folder)))
    assert catalogue is not None, problems
    return compile_ruleset(catalogue)


def found(fault: Fault) -> Finding:
    """Put a fault to everything that may find it; laws and proofs look at the rules that it touches."""
    with tempfile.TemporaryDirectory() as folder:
        return _found(fault, _written(fault, Path(folder)))


def _written(fault: Fault, folder: Path) -> Path:
    """Write the edition with its whole-form cases beside it."""
    identifier, _, number = fault.edition.partition("@")
    home = folder / identifier
    home.mkdir()
    (home / f"{number}.yaml").write_text(fault.text, "utf-8")
    cases = CATALOGUE / identifier / f"{number}.cases"
    if cases.exists():
        shutil.copytree(cases, home / cases.name)
    return home / f"{number}.yaml"


def _found(fault: Fault, file: Path) -> Finding:
    catalogue, problems = read_edition(file)
    told = [*problems, *(check(catalogue) if catalogue is not None else ())]
    codes = tuple(dict.fromkeys(problem.code for problem in told if problem.severity != "info"))
    if catalogue is None or any(problem.severity == "error" for problem in told):
        return Finding(codes)
    new = compile_ruleset(catalogue)
    differing = difference(ruleset(fault.edition), new, prover=compare_rules)
    touched = {rule.pair.new.family for rule in (*differing.rules, *differing.reasons)}
    laws = [verdict for family in families(new) if family[0].family in touched for verdict in family_verdicts(family)]
    laws += form_verdicts(new) if differing.grades or _regraded(differing) else ()
    proofs = [
        task.prove(SECONDS)
        for task in tasks(new, law_names())
        if task.title in touched or (task.law.name == "graded" and _regraded(differing))
    ]
    return Finding(
        codes,
        len([*case_problems(catalogue)]),
        tuple(dict.fromkeys(verdict.law for verdict in laws if not verdict.stands)),
        tuple(dict.fromkeys(proof.law for proof in proofs if not proof.stands)),
        tuple(proof for proof in proofs if proof.outcome == "undecided"),
        differing,
    )


def _regraded(differing: EditionDifference) -> bool:
    return differing.old.grades != differing.new.grades


# ---- the page ------------------------------------------------------------------------------------------------------

HEAD = """\
# 埋进去的错误，哪些查得出来

由 `python tests/planted.py` 生成，不要手改；测试保证它与程序一致。

在随附的指标体系里逐处埋入一个错误（每版每种一处），看谁能查出来：

- **检查**：`evalrules check`（不含算例），列出代码，提醒也算；
- **算例**：`evalrules test` 里有几个算例不成立；
- **定律**：用各处分界上下的数据检验，哪几条定律不成立；
- **证明**：对一切数据证明，哪几条定律有反例；
- **比较**：`evalrules diff` 拿它与原版比，结论是什么；“计分相同”都是已证明的。

没有查出来的，都证明了不违反任何定律：改法本身说得通，只是与原文件不同，要靠算例和 `diff` 发现。

"""


def page() -> str:
    """Write the whole page."""
    tables = [table(edition, [(fault, found(fault)) for fault in faults(edition)]) for edition in EDITIONS]
    return f"{HEAD}{summary(''.join(tables))}{''.join(tables)}"


def table(edition: str, rows: list[tuple[Fault, Finding]]) -> str:
    """Write what became of the faults of one edition."""
    return f"\n## {edition}\n\n{COLUMNS}{''.join(_row(*row) for row in rows)}" if rows else ""


def summary(tables: str) -> str:
    """Count what was found by what."""
    rows = [
        line.split(" | ") for line in tables.split("\n") if line.startswith("| ") and not line.startswith(COLUMNS[:8])
    ]
    caught = [any(cell.strip() for cell in row[2:6]) for row in rows]
    counts = {name: sum(bool(row[place].strip()) for row in rows) for place, name in enumerate(FINDERS, 2)}
    told = "；".join(f"{name} {count}" for name, count in {**counts, "至少一种": sum(caught)}.items())
    left = [row[6] for row, known in zip(rows, caught, strict=True) if not known]
    seen = sum(re.search("更|有严|变了", text) is not None for text in left)
    return (
        f"共 {len(rows)} 处：{told}。没有查出来的 {len(left)} 处中，"
        f"{seen} 处计分或等级变了，`diff` 都举得出例子；其余 {len(left) - seen} 处计分不变。\n"
    )


FINDERS = ("检查", "算例", "定律", "证明")
COLUMNS = "| 错误 | 原文 → 埋入 | 检查 | 算例 | 定律 | 证明 | 比较 |\n|---|---|---|---|---|---|---|\n"


def _row(fault: Fault, each: Finding) -> str:
    change = f"`{fault.was}` → `{fault.now or '（删去）'}`"
    cells = (
        fault.kind,
        change,
        "、".join(each.check),
        str(each.cases or ""),
        "、".join(each.laws),
        "、".join(each.proofs),
        compared(each.difference),
    )
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |\n"


RELATIONS = {"stricter": "更严", "looser": "更宽", "neither": "有严有宽", "unlike": "能否计分不同", "equal": "计分相同"}


def has_witness(found: EditionDifference) -> bool:
    """Whether there is an input that the two score or grade differently."""
    return bool(found.grades or found.forms or any(rule.comparison.witnesses for rule in found.rules))


def compared(found: EditionDifference | None) -> str:
    """Say what ``diff`` makes of it."""
    if found is None:
        return ""
    if not has_witness(found):
        return (
            "计分相同" if found.rules else "只改说法" if found.reasons else "含义不变" if found.is_empty else "等级不变"
        )
    relations = dict.fromkeys(RELATIONS[rule.comparison.relation] for rule in found.rules if rule.comparison.witnesses)
    return "、".join([*relations, *(["等级变了"] if found.grades else []), *(["合计变了"] if found.forms else [])])


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
