"""The words with which differences, impacts and replays are told; what editions say stays as they say it."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import frozen

from evalrules._wording import Language


@frozen
class CompareWords:
    """Every word that these reports themselves say."""

    nothing: str
    rules: str
    reasons: str
    grades: str
    forms: str
    changes: str
    relations: Mapping[str, str]
    proved: str
    tried: str
    undecided: str
    timed_out: str
    old: str
    new: str
    scored: str
    unscored: str
    full: str
    total: str
    no_grade: str
    usual_form: str
    colon: str
    stop: str

    def points(self, score: str | None) -> str:
        """Say a score, or that there is none."""
        return self.unscored if score is None else self.scored.replace("{score}", score)


ZH = CompareWords(
    nothing="含义没有变化",
    rules="计分变了的规则",
    reasons="只改了说法的规则",
    grades="等级变了的总分",
    forms="合计、换算、封顶变了",
    changes="全部改动",
    relations={"stricter": "更严", "looser": "更宽", "neither": "有的更严，有的更宽", "equal": "计分相同"},
    proved="已证明",
    tried="未证明，试了 {tried} 组数据",
    undecided="求解器读不了 {why}",
    timed_out="求解超时",
    old="旧",
    new="新",
    scored="{score} 分",
    unscored="未计分",
    full="满分",
    total="总分",
    no_grade="未定级",
    usual_form="各项照常填写",
    colon="：",
    stop="；",
)

EN = CompareWords(
    nothing="nothing changed in meaning",
    rules="Rules that score differently",
    reasons="Rules that only say it differently",
    grades="Totals with another grade",
    forms="Sums, conversions and caps that changed",
    changes="All changes",
    relations={"stricter": "stricter", "looser": "looser", "neither": "stricter here, looser there", "equal": "equal"},
    proved="proved",
    tried="not proved, {tried} inputs tried",
    undecided="the solver cannot read {why}",
    timed_out="the solver ran out of time",
    old="old",
    new="new",
    scored="{score} points",
    unscored="unscored",
    full="full marks",
    total="total",
    no_grade="no grade",
    usual_form="everything filled in as usual",
    colon=": ",
    stop="; ",
)


def compare_words(language: Language) -> CompareWords:
    """Give the words in this language."""
    return EN if language == "en" else ZH
