"""Two languages kept apart: English has no Chinese but the users' own words, Chinese no English but names and keys."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

import evalrules
from evalrules._check import check
from evalrules._compare.diff import difference
from evalrules._edition.read import read_edition
from evalrules._engine import LoadedCatalogue
from evalrules._explain.explanation import explain
from evalrules._formula.functions import BY_NAME
from evalrules._problems import EvalrulesError, Phrases, Problem, all_wordings, in_language, listed, phrase
from evalrules._report.blocks import Document
from evalrules._report.compare import difference_document
from evalrules._report.explanation import explanation_document
from evalrules._report.formats import PAGES
from evalrules._report.markdown import write as as_markdown
from evalrules._report.records import FileResult
from evalrules._report.summary import summary_document
from evalrules.testing import submissions

ROOT = Path(__file__).parent.parent
SOURCE = ROOT / "src" / "evalrules"
CHINESE = re.compile(r"[\u3001-\u303f\u3400-\u9fff\uff00-\uffef]+")
QUOTED = re.compile(r"`[^`]*`|\{\w*\}")
"""What a message quotes as it is to be written, and the values that are put into it."""

# ---- messages --------------------------------------------------------------------------------------------------------

NAMES = {
    *(
        "evalrules",
        "YAML",
        "JSON",
        "Schema",
        "GBK",
        "Word",
        "Excel",
        "WPS",
        "PDF",
        "LibreOffice",
        "SQLite",
        "DTD",
        "MB",
    ),
    *("UTF", "UTF-", "hypothesis", "pip", "install", "prove", "EVALRULES", "LANG", "PATH"),
}
"""English words that Chinese sentences use: names of programs and formats."""
WRITTEN = {
    *(
        "--catalogue",
        "--format",
        "--strict",
        "-o",
        "-",
        "evaluate",
        "check",
        "diff",
        "json",
        "jsonl",
        "sqlite",
        "docx",
        "xlsx",
    ),
    *(
        "releases.yaml",
        "catalogue.yaml",
        "form-words.yaml",
        "suining-department",
        "table",
        "text",
        "load_submissions",
        ".yaml",
    ),
}
"""Options, endings and file names, which are the same in every language."""


def parts(language: str) -> list[tuple[str, str]]:
    """Give every message and hint in a language, with its code."""
    found = [(code, known.message[language]) for code, known in all_wordings().items()]
    return found + [(code, known.hint[language]) for code, known in all_wordings().items() if known.hint]


def test_english_messages_are_english() -> None:
    """Whatever Chinese an English message has to name stands in backticks, as it is to be written."""
    assert not [(code, found) for code, text in parts("en") if (found := CHINESE.findall(QUOTED.sub(" ", text)))]


def test_chinese_messages_are_chinese() -> None:
    """Keys stand in backticks; beside them only names, options and endings are Latin."""
    known = re.compile("|".join(sorted(map(re.escape, WRITTEN), key=len, reverse=True)))
    left = {
        code: words
        for code, text in parts("zh")
        if (words := set(re.findall(r"[A-Za-z][A-Za-z-]+", known.sub(" ", QUOTED.sub(" ", text)))) - NAMES)
    }
    assert left == {}


def test_every_message_names_the_same_values() -> None:
    """What is put into the Chinese of a message is put into its English."""
    for code, known in all_wordings().items():
        chinese, english = (set(re.findall(r"\{(\w+)\}", known.message[each])) for each in ("zh", "en"))
        # A law is named in English; in Chinese its sentence stands there.
        assert chinese == english or chinese ^ english == {"law", "words"}, code


# ---- code ------------------------------------------------------------------------------------------------------------

OF_THE_LANGUAGE = (
    *("_formula/", "_quantities/", "_forms/", "_form_words.py"),  # what formulas, cells and forms are written with
    *("_edition/keys.py", "_edition/schema.py"),  # what keys are called, in the schema and `docs/keys.md`
    *("_check/names.py", "_documents/slips.py", "_documents/nodes.py"),  # look-alikes, and what was meant
)
WORDS_OF_USERS = {
    *("是", "否", "日期", "已填", "未填", "已说明", "总分", "得分", "自评得分", "_得分", "_指标值", "_完成值"),
    *("指标", "评价要点", "评判档次", "其他", "其它", "其余", "否则", "分", "万元", "元", "千元", "百万元", "亿元"),
}
"""The language's own words, as editions and submissions write them."""


OURS = re.compile(r"[\u3400-\u9fff]{2}|[：；，、。（]")
"""Words, and the signs between them; a letter alone is a unit or the like."""


def literals(file: Path) -> Iterable[tuple[int, str]]:
    """Give the texts in a module, without what documents it."""
    tree = ast.parse(file.read_text("utf-8"))
    about = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in about:
            yield node.lineno, node.value


KNOWN = {
    "_audit/audited.py": {"没有", "暂无", "无偏差", " 。."},  # what people write where they have nothing to say
    "_check/telling.py": None,  # ways of naming the edge of a range
    "_edition/levels.py": None,  # formulas, written out
    "_audit/copies.py": None,  # where sentences end
    "_edition/read_data.py": {"单位", "项目", "分值", "等级"},  # what the columns of results are called
    "_rollup.py": {"单位", "项目", "分值", "等级"},
    "_edition/forms.py": None,  # sentences in the words of an edition, for tiers and items
    "_edition/read_form.py": None,  # ways of writing a comparison
    "_edition/reading.py": {"(（{", ")）}"},
    "_edition/release.py": None,  # the head of a file that Chinese editors read
    "_laws/fillings.py": None,  # forms made up to be tried
    "_assisting.py": {"：", "，", "；", "、"},  # signs that stand where others belong
    "_plugins/departments.py": None,  # what stands for an indicator that was refused
    "_reasons/sentences.py": {"（未填）"},  # stands in an edition's own sentence
    "_report/blocks.py": {"=＝", "＋"},
    "_report/terminal.py": None,
    "_report/word.py": None,  # typefaces, numerals
    "_submission_reading.py": None,
    "testing/_plugin_contract.py": None,
    "testing/strategies.py": None,
    "_cli/plugins.py": {"某单位"},
}
"""Modules that have Chinese texts of another kind: all of theirs, or these."""


@pytest.mark.parametrize("file", sorted(SOURCE.rglob("*.py")), ids=lambda file: file.relative_to(SOURCE).as_posix())
def test_wording_stands_in_messages(file: Path) -> None:
    """No sentence or part of one is written in the code, and no list is joined with a sign of one language."""
    name = file.relative_to(SOURCE).as_posix()
    if name.startswith(OF_THE_LANGUAGE) or (name in KNOWN and KNOWN[name] is None):
        return
    known = {*WORDS_OF_USERS, *(KNOWN.get(name) or ())}
    assert not [(line, text) for line, text in literals(file) if OURS.search(text) and text not in known]


# ---- what is told ----------------------------------------------------------------------------------------------------

PIECES = {
    piece
    for known in all_wordings().values()
    for text in (known.message["zh"], known.hint.get("zh", ""))
    for piece in CHINESE.findall(QUOTED.sub(" ", text))
    if len(piece) > 1
}
"""Every stretch of Chinese that our wording is made of; by `test_wording_stands_in_messages` there is no other."""
FORMULA_WORDS = " ".join(("日期 天数 不适用 评价要点 评判得分 完成值 指标值 分值 总分 得分 年 月 日", *BY_NAME))


def foreign(text: str, own: str) -> list[str]:
    """Give the Chinese of ours in a text, but for what the users say themselves, in so many words."""
    return sorted(piece for piece in PIECES if piece in text and piece not in own and piece not in FORMULA_WORDS)


def test_chinese_of_ours_is_known_as_such() -> None:
    """What the Chinese report says of its own is found; what an edition says is not."""
    assert foreign("要得满分：完成值 ≥ 100%，还差 5 个百分点", "超过 5 个百分点")
    assert foreign("评判为“达成年度指标”，得 13 分", "达成年度指标")
    assert foreign("其他数据取：编制数 65人", "编制数")
    assert not foreign("for full marks: 完成值 ≥ 100%, 编制数 65人", "编制数")


STANDARD = (ROOT / "catalogue" / "standard-methods" / "1.yaml").read_text("utf-8")
EDITIONS = {path: path.read_text("utf-8") for path in sorted((ROOT / "catalogue").glob("*/*.yaml"))}
ENGLISH = Phrases("en", "report")


def texts(document: Document) -> str:
    """Give everything that a report says."""
    return as_markdown(document).replace("\\", "")


def loaded(path: Path) -> LoadedCatalogue:
    """Load an edition that is shipped."""
    return evalrules.load_catalogue(path, plugins=())


def as_written(submission: Any) -> str:
    """Give all texts of a submission."""
    return yaml.safe_dump(submission, allow_unicode=True, default_flow_style=False)


@pytest.mark.parametrize("path", [path for path in EDITIONS if path.parent.name != "standard-methods"], ids=str)
@settings(max_examples=4)
@given(st.data())
def test_reports_in_english_hold_no_chinese_of_ours(path: Path, data: st.DataObject) -> None:
    """Whatever is evaluated, each format's report holds no Chinese but what edition and submission say."""
    catalogue = loaded(path)
    drawn = data.draw(submissions(catalogue))
    evaluation = evalrules.evaluate(catalogue, drawn)
    own = EDITIONS[path] + STANDARD + repr(drawn)
    for page in (PAGES["docx"], PAGES["xlsx"]):  # which tell what all others tell
        assert foreign(texts(page.document(evaluation, "en", codes=True)), own) == []
    verdicts = [FileResult("a.yaml", evaluation)]
    assert foreign(texts(summary_document(verdicts, "en", str, detailed=True)), own) == []


@pytest.mark.slow
def test_differences_in_english_hold_no_chinese_of_ours() -> None:
    """What changed between two editions is told in English, rules and witnesses in the bureau's words."""
    paths = [path for path in EDITIONS if path.parent.name == "hunan-department"]
    rulesets = [loaded(path).ruleset for path in paths]
    for (old, before), (new, after) in pairwise(zip(paths, rulesets, strict=True)):
        document = difference_document(difference(before, after), "en")
        assert foreign(texts(document), EDITIONS[old] + EDITIONS[new] + STANDARD) == []


@pytest.mark.parametrize("path", EDITIONS, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_explanations_in_english_hold_no_chinese_of_ours(path: Path) -> None:
    """Every third indicator of an edition is explained in English but for the edition's own words."""
    ruleset = loaded(path).ruleset
    for indicator in ruleset.catalogue.indicators[::3]:
        found = explain(ruleset, "/".join(indicator.path), language="en")
        assert foreign(texts(explanation_document(found, "en")), EDITIONS[path] + STANDARD) == [], indicator.path


BAD = sorted(file for folder in ("bad", "bad_catalogues") for file in (ROOT / "tests" / folder).rglob("*.yaml"))


@pytest.mark.parametrize("file", BAD, ids=lambda file: file.relative_to(ROOT / "tests").as_posix())
def test_problems_in_english_hold_no_chinese_of_ours(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every problem of every bad edition and submission, with its hint, quotes what the user wrote and no more."""
    monkeypatch.chdir(file.parent)
    own = "".join(one.read_text("utf-8", "replace") for one in file.parent.rglob("*.yaml")) + STANDARD
    for found in problems_of(file):
        told, known = found.in_language("en"), all_wordings()[found.code]
        quoted = " ".join(re.findall(r"`[^`]*`", f"{known.message['en']} {known.hint.get('en', '')}"))
        assert foreign(f"{told.message} {told.hint or ''}", own + str(file) + quoted) == [], found.code


def problems_of(file: Path) -> Iterable[Problem]:
    """Give what is wrong with an edition, or with a submission by the edition beside it."""
    edition = file.parent / "edition.yaml"
    try:
        if file.name == "submission.yaml":
            submission = evalrules.load_submission(file)
            if edition.exists():
                yield from evalrules.evaluate(evalrules.load_catalogue(edition, plugins=()), submission).problems
        else:
            catalogue, problems = read_edition(file)
            yield from problems
            yield from check(catalogue) if catalogue is not None else ()
    except EvalrulesError as refused:
        yield from refused.problems


# ---- phrases ---------------------------------------------------------------------------------------------------------


@given(
    st.lists(st.sampled_from(["甲", "b", phrase("report-none"), phrase("report-scored", score=phrase("report-full"))]))
)
def test_a_phrase_inside_a_phrase_is_said_in_the_language_of_the_whole(inside: list[str]) -> None:
    """However deep phrases are put into one another, the Chinese is the text itself and the English has no Chinese."""
    whole = phrase("report-counted", name=listed(inside, "stop"), count=len(inside))
    assert whole == Phrases("zh", "report")("counted", name="；".join(inside), count=len(inside))
    assert not CHINESE.findall(in_language(whole, "en").replace("甲", ""))


# Every help page, and each way to use the command wrongly, in one process started in a language.
SPOKEN = """
import sys
from click.testing import CliRunner
from evalrules._cli.commands import root

def shown(*words):
    print(CliRunner().invoke(root, words, prog_name="evalrules").output)

def pages(command, *words):
    shown(*words, "--help")
    for name, under in getattr(command, "commands", {}).items():
        pages(under, *words, name)

pages(root)
for words in sys.argv[1:]:
    shown(*words.split())
"""


WRONG_USE = (
    "evaluate",
    "evalute",
    "evaluate --formt x",
    "evaluate --format x y",
    "evaluate --format",
    "evaluate x -o y.pdf",
    "diff a",
    "diff a b c",
    "plugin",
    "plugin nwe",
    "plugin new X",
    "explain a b --set 1",
)


def said_by_the_command(language: str) -> str:
    """Give all that the command says of itself, started in a language."""
    environment = {**os.environ, "EVALRULES_LANG": language, "PYTHONIOENCODING": "utf-8"}
    return subprocess.run(
        [sys.executable, "-c", SPOKEN, *WRONG_USE], env=environment, capture_output=True, check=True
    ).stdout.decode()


def test_help_and_wrong_use_in_english_are_english() -> None:
    """A command started in English shows no Chinese, but for examples of the users' words."""
    shown = said_by_the_command("en")
    assert "Usage: evalrules plugin new [OPTIONS] NAME" in shown
    assert CHINESE.findall(shown.replace("某单位", "").replace("编制数", "")) == []


def test_help_and_wrong_use_in_chinese_are_chinese() -> None:
    """A command started in Chinese shows no English sentence: no two English words stand beside each other."""
    shown = said_by_the_command("zh")
    for said in (
        "用法：evalrules plugin new [选项] 插件名",
        "没有命令 `evalute`；是不是 `evaluate`？",
        "多出 `c`",
        "缺少新版",
    ):
        assert said in shown
    words = shown.replace("JSON Schema", "").replace("evalrules", "").replace("plugin new", "")
    assert re.findall(r"(?<![-\w.`/])[A-Za-z]{2,} [a-z]{2,}(?![-\w.@])", words) == []
