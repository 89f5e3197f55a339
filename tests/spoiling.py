# ruff: noqa: E501 - the odd values stand as they are
"""Valid documents, spoilt: what may be handed to every door of evalrules, and what may come back.

A target takes a source of chance and does one thing to evalrules; nothing but the exceptions that are documented, and
exit statuses 0 to 3, may come of it. Used by ``test_spoilt.py`` for a moment and by ``make fuzz`` for as long as asked.
"""

from __future__ import annotations

import contextlib
import os
import random
from collections.abc import Callable, Iterator
from functools import cache, partial
from pathlib import Path
from typing import Any

import yaml
from click.testing import CliRunner

import evalrules
import growing
from evalrules._cli.commands import COMMANDS, root
from evalrules._edition.contributions import merge, read_contribution
from evalrules._problems import is_unseen, render_problem

TESTS = Path(__file__).parent
CATALOGUE, EXAMPLES = TESTS.parent / "catalogue", TESTS.parent / "examples"
Chance = random.Random
Target = Callable[[Chance, Path], None]

EDITIONS = sorted(CATALOGUE.glob("*/*.yaml"))
SUBMISSIONS = [*sorted(EXAMPLES.glob("*.yaml")), *sorted(CATALOGUE.glob("*/*.cases/*.yaml"))]
CONTRIBUTIONS = sorted((TESTS / "plugins_bad").glob("*/*/indicators.yaml"))
ODD: list[Any] = [
    None, "", " ", "0", "-1", "1e9", "1E+999999999", "9" * 40, "0.1%", "100%", "120%", "NaN", "Infinity", "true", "是", "否", "无",
    "/", "-", "—", "≥98%", "≥95%（含）", "80% – 90%", "<", "≥", "1-6期", "2024", "2024.6", "2024-02-30", "2024年12月底前", "6月",
    "38.5万人口", "1 000人", "15000元", "人", "‰", "１２", "①", "x" * 300, "甲" * 300, "=1+1", "=cmd|'/c calc'!A1", "\u202e甲", "a\u200bb",
    "\x1b[31m", "{完成值}", "{1/0}", "{", "}", "{}", "{{", "分值", "完成值", "指标值", "分值 × 完成值 ÷ 指标值", "完成值 ≥ 指标值", "(((", "若(1,2,3)",
    "合计(甲)", "已填(甲)", "未填(未填(甲))", "日期(2024, 2, 30)", "1 ÷ 0", "9" * 29, "且", "非", "otherwise", "rescale", "full_marks", "比例得分",
    "standard-methods@1", "suining-department@2024", "a@1", "x" * 300 + "@1", "../a.yaml", "/etc/passwd", "date", "text", "yes_no", "choice",
    [], {}, [[]], [{}], {"": 1}, {"甲": {}}, ["甲", "甲"], {"when": "甲"}, {"points": "1", "because": "甲"}, {"method": "比例得分"}, [None], {"甲": None},
]  # fmt: skip
"""Values that stand where others belong."""


# ---- the texts -------------------------------------------------------------------------------------------------------


@cache
def text_of(path: Path) -> str:
    """Give the text of a document, read once."""
    return path.read_text("utf-8")


@cache
def tree_of(path: Path) -> Any:
    """Give a document as lists and mappings of texts."""
    return yaml.load(text_of(path), Loader=yaml.CBaseLoader)


def spoilt(chance: Chance, paths: list[Path]) -> bytes:
    """Give a document with something wrong in it: in its values, its lines, its characters or its bytes."""
    path = chance.choice(paths)
    if chance.random() < 0.6:
        return dumped(changed(chance, tree_of(path), chance.randint(1, 4), tree_of(chance.choice(paths))))
    content = in_lines(chance, text_of(path), text_of(chance.choice(paths))).encode("utf-8", "surrogatepass")
    return in_bytes(chance, content) if chance.random() < 0.2 else content


def dumped(document: Any) -> bytes:
    """Write a document as YAML."""
    return yaml.dump(document, Dumper=yaml.CSafeDumper, allow_unicode=True, sort_keys=False).encode(
        "utf-8", "surrogatepass"
    )


def changed(chance: Chance, document: Any, times: int, other: Any) -> Any:
    """Change a document at some places: a value for an odd one, a key for another, a part away or from elsewhere."""
    for _ in range(times):
        places = list(_places(document))
        document = _with(document, chance.choice(places), chance, other)
    return document


def _places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in pairs:
        yield from _places(inner, (*path, key))


def at_each_place(document: Any) -> Iterator[tuple[tuple[Any, ...], Callable[[Any], Any]]]:
    """Give each place of a document with what makes the document anew, another value there; ``...`` leaves it out."""
    for place in list(_places(document))[1:]:
        yield place, partial(_put, document, place)


def _put(document: Any, place: tuple[Any, ...], value: Any) -> Any:
    if not place:
        return value
    key, rest = place[0], place[1:]
    pairs = list(document.items()) if isinstance(document, dict) else list(enumerate(document))
    changed_pairs = [
        (each, _put(inner, rest, value) if each == key else inner)
        for each, inner in pairs
        if not (each == key and not rest and value is ...)
    ]
    return dict(changed_pairs) if isinstance(document, dict) else [inner for _, inner in changed_pairs]


def _at(value: Any, path: tuple[Any, ...]) -> Any:
    for key in path:
        value = value[key]
    return value


def _with(value: Any, path: tuple[Any, ...], chance: Chance, other: Any) -> Any:
    if path:
        key, rest = path[0], path[1:]
        pairs = list(value.items()) if isinstance(value, dict) else list(enumerate(value))
        if not rest and chance.random() < 0.3:
            pairs = _without_or_renamed(pairs, key, chance)
        else:
            pairs = [(each, _with(inner, rest, chance, other) if each == key else inner) for each, inner in pairs]
        return dict(pairs) if isinstance(value, dict) else [inner for _, inner in pairs]
    deed = chance.randrange(6)
    if deed == 0:
        return _at(other, chance.choice(list(_places(other))))
    if deed == 1:
        return [value] if chance.random() < 0.5 else {"甲": value}
    if deed == 2 and isinstance(value, str) and value:
        cut = chance.randrange(len(value))
        return value[:cut] + str(chance.choice(ODD)) + value[cut + chance.randrange(3) :]
    return chance.choice(ODD)


def _without_or_renamed(pairs: list[tuple[Any, Any]], key: Any, chance: Chance) -> list[tuple[Any, Any]]:
    if chance.random() < 0.5:
        return [pair for pair in pairs if pair[0] != key]
    names = ["points", "scoring", "甲", "data", "", "unit", "entries", "x" * 300, "applies", "total\u200b"]
    return [(chance.choice(names) if each == key else each, inner) for each, inner in pairs]


def in_lines(chance: Chance, text: str, other: str) -> str:
    """Leave out, repeat, exchange, indent and cut lines."""
    lines, others = text.splitlines(keepends=True), other.splitlines(keepends=True)
    for _ in range(chance.randint(1, 6)):
        at = chance.randrange(len(lines))
        match chance.randrange(6):
            case 0:
                del lines[at]
                lines = lines or ["\n"]
            case 1:
                lines.insert(at, chance.choice(others))
            case 2:
                lines[at] = chance.choice([" ", "  ", "\t", "- ", "? ", "\u3000"]) + lines[at]
            case 3:
                cut = chance.randrange(len(lines[at]) + 1)  # a line may have lost everything before
                lines[at] = lines[at][:cut] + str(chance.choice(ODD)) + lines[at][cut:]
            case 4:
                cut = chance.randrange(len(lines[at]) + 1)  # a line may have lost everything before
                lines[at] = lines[at][:cut] + lines[at][cut + chance.randint(1, 4) :]
            case _:
                lines = lines[: at + 1]
    return "".join(lines)


def in_bytes(chance: Chance, content: bytes) -> bytes:
    """Change single bytes, cut, or write in another encoding."""
    match chance.randrange(3):
        case 0:
            return content.decode("utf-8", "replace").encode("gb18030")
        case 1:
            return content[: chance.randrange(len(content) + 1)]
    changed_bytes = bytearray(content)
    for _ in range(chance.randint(1, 8)):
        changed_bytes[chance.randrange(len(content))] = chance.randrange(256)
    return bytes(changed_bytes)


# ---- the doors -------------------------------------------------------------------------------------------------------


def put(folder: Path, name: str, content: bytes) -> Path:
    """Write a file, in folders of its own."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def run(*arguments: object) -> str:
    """Run a command as a user would: an exit status of 0 to 3, nothing that hides on the terminal, and no exception."""
    told = CliRunner().invoke(root, [str(argument) for argument in arguments], catch_exceptions=False)
    assert told.exit_code in (0, 1, 2, 3), told.output
    assert told.exit_code in (0, 3) or told.output, arguments
    assert not [one for one in told.output if is_unseen(one) and one not in "\n\t"], told.output
    return told.output


def editions(chance: Chance, folder: Path) -> None:
    """Check, load, explain, compare and evaluate by a spoilt edition."""
    grow = chance.choice([*growing.SOUND.values(), *growing.FAULTY.values()])
    if chance.random() < 0.3:
        document, form = grow(chance.randint(1, 4))
        content = dumped(changed(chance, document, chance.randint(0, 3), tree_of(chance.choice(EDITIONS))))
    else:
        content, form = spoilt(chance, EDITIONS), {"organisation": "甲", "fiscal_year": 2024}
    path = put(folder, "a/1.yaml", content)
    found = evalrules.check(path) if hasattr(evalrules, "check") else ()
    assert all(map(render_problem, found))
    try:
        catalogue = evalrules.load_catalogue(path, plugins=())
    except evalrules.CatalogueError as refused:
        shown(refused)
        return
    with contextlib.suppress(evalrules.SubmissionError):
        read_all_of(evalrules.evaluate(catalogue, evalrules.load_submission(form)))
    command = chance.choice(["explain", "diff", "check", "test"])
    other: dict[str, list[Any]] = {
        "explain": [chance.choice([part.title for part in catalogue.walk()] or ["甲"])],
        "diff": [path, "--no-prove"],
    }
    run(command, path, *other.get(command, []))


def shown(refused: evalrules.EvalrulesError) -> None:
    """Show everything for which something was refused: at least one problem."""
    assert refused.problems
    assert all(map(render_problem, refused.problems))


def read_all_of(evaluation: evalrules.Evaluation) -> None:
    """Read everything that an evaluation works out when it is first asked; what was lost has its reasons."""
    assert evaluation.to_json()
    for row in evaluation.indicators:
        if row.score is not None and row.points and row.score >= 0 and not row._row.is_outside:
            assert sum(lost.points for lost in row.deductions) == row.points - row.score, row


def submissions(chance: Chance, folder: Path) -> None:
    """Read a spoilt form, evaluate it and report it in any format."""
    path = put(folder, "form.yaml", spoilt(chance, SUBMISSIONS))
    try:
        submission = evalrules.load_submission(path)
    except evalrules.SubmissionError as refused:
        shown(refused)
        submission = None
    if submission is not None:
        for edition in (submission.catalogue, "suining-department@2024"):
            with contextlib.suppress(evalrules.CatalogueError, evalrules.SubmissionError):
                read_all_of(evalrules.evaluate(loaded(str(edition)), submission))
    shape = chance.choice(["table", "json", "markdown", "html"])
    run("evaluate", path, "--format", shape, *(["--catalogue", "mof-project@2020"] if chance.random() < 0.3 else []))


@cache
def loaded(edition: str) -> evalrules.Catalogue:
    """Load an edition once."""
    return evalrules.load_catalogue(edition, plugins=())


def cells(chance: Chance, _folder: Path) -> None:
    """Put odd values into every kind of cell of a form that is sound otherwise."""
    document = yaml.load(text_of(EXAMPLES / "suining-2024.yaml"), Loader=yaml.CBaseLoader)
    places = [
        place
        for place in _places(document)
        if isinstance(_at(document, place), str) and place[0] in ("data", "entries", "claimed")
    ]
    for _ in range(chance.randint(1, 12)):
        place = chance.choice(places)
        _at(document, place[:-1])[place[-1]] = odd_text(chance)
    evaluation = evalrules.evaluate(loaded("suining-department@2024"), evalrules.load_submission(document))
    read_all_of(evaluation)


def odd_text(chance: Chance) -> str:
    """Put an odd text together from what people write and what nobody does."""
    parts = [
        "≥",
        "98",
        "%",
        "人",
        "万",
        "元",
        "2024",
        "年",
        "12",
        "月",
        "日",
        "底",
        "前",
        "-",
        "—",
        "~",
        ".",
        ",",
        "，",
        "（",
        ")",
        " ",
        "不超过",
        "以上",
    ]
    parts += [
        "第",
        "一",
        "十",
        "个",
        "次",
        "/",
        "=",
        ":",
        "0",
        "1",
        "e",
        "+",
        "x",
        "\u3000",
        "½",
        "²",
        "٣",
        "𝟗",
        "\u202e",
        "\x00",
        "\ud800",
    ]
    return "".join(chance.choice(parts) for _ in range(chance.randint(0, 12)))


def contributions(chance: Chance, folder: Path) -> None:
    """Join a spoilt contribution to its edition."""
    path = put(folder, "indicators.yaml", spoilt(chance, CONTRIBUTIONS))
    contribution, problems = read_contribution(path)
    assert all(map(render_problem, problems))
    edition = loaded(str(TESTS / "plugins_bad" / "edition.yaml"))
    if contribution is not None:
        joined, misfits = merge(edition, contribution)
        assert (joined is None) == bool(misfits)


def results(chance: Chance, folder: Path) -> None:
    """Replay a spoilt result."""
    result = result_tree()
    if chance.random() < 0.7:
        text = simple_json(changed(chance, result, chance.randint(1, 3), result))
    else:
        text = in_lines(chance, simple_json(result), simple_json(result))
    content = text.encode("utf-8", "surrogatepass")
    path = put(folder, "result.json", in_bytes(chance, content) if chance.random() < 0.2 else content)
    run("replay", path, EXAMPLES / "suining-2024.yaml")


@cache
def result_tree() -> Any:
    """Give the result of the example as JSON has it."""
    import json  # noqa: PLC0415 - only here

    submission = evalrules.load_submission(EXAMPLES / "suining-2024.yaml")
    return json.loads(evalrules.evaluate(loaded("suining-department@2024"), submission).to_json())


def simple_json(value: Any) -> str:
    """Write JSON with a line for each value."""
    import json  # noqa: PLC0415 - only here

    return json.dumps(value, ensure_ascii=False, indent=1)


def arguments(chance: Chance, folder: Path) -> None:
    """Call the command with arguments of every kind in any order."""
    form = put(folder, "form.yaml", text_of(EXAMPLES / "suining-2024.yaml").encode())
    known = [
        str(form),
        str(folder),
        "suining-department@2024",
        "standard-methods@1",
        "-",
        "--",
        "x" * 300,
        "",
        "/dev/null",
        "\udcff",
    ]
    known += [
        "--lang",
        "en",
        "zh",
        "--format",
        "json",
        "table",
        "xlsx",
        "-o",
        str(folder / "r.json"),
        str(folder / "r.html"),
        "r.pdf",
        "--strict",
    ]
    known += [
        "--catalogue",
        "--set",
        "编制数=65",
        "=",
        "--actual",
        "95%",
        "≥98%",
        "预算执行率",
        "在职人员控制率",
        "--no-prove",
        "--no-plugin",
        "甲",
    ]
    known += [
        "edition",
        "result",
        "submission",
        "\x1b[31m",
        "--help",
        str(folder / "none" / "x.md"),
        "\u202e",
        "--target",
    ]
    commands = [name for name in COMMANDS if name not in ("prove", "plugin", "workbench", "lsp", "test")]
    chosen = [chance.choice([*commands, *(["x"] if chance.random() < 0.05 else [])])]
    run(*chosen, *(chance.choice(known) for _ in range(chance.randint(0, 6))))


TARGETS: dict[str, Target] = {
    target.__name__: target for target in (editions, submissions, cells, contributions, results, arguments)
}


def once(name: str, seed: int, folder: Path) -> None:
    """Run a target once; what it did can be had again from the seed."""
    before = Path.cwd()
    folder.mkdir(parents=True, exist_ok=True)
    os.chdir(folder)
    try:
        TARGETS[name](random.Random(seed), folder)  # noqa: S311 - chance, no secret
    finally:
        os.chdir(before)
