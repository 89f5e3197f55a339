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
    language: str
    impact: str
    submissions: str
    gaining: str
    losing: str
    unchanged: str
    incomparable: str
    crossing: str
    refused: str
    responsible: str
    touched: str
    gained: str
    lost: str
    distribution: str
    by_grade: str
    change: str
    organisation: str
    grade: str
    share: str
    level: str
    own_rows: str
    count: str

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
    language="zh-CN",
    impact="新旧两版的影响",
    submissions="自评表",
    gaining="得分升高",
    losing="得分降低",
    unchanged="得分不变",
    incomparable="有一版不能得出总分",
    crossing="等级变了的",
    refused="不能计分的",
    responsible="由哪几条引起",
    touched="涉及",
    gained="共加",
    lost="共减",
    distribution="得分分布",
    by_grade="各等级家数",
    change="变化",
    organisation="单位",
    grade="等级",
    share="原因",
    level="本级合计",
    own_rows="单位自设的行",
    count="{count} 份",
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
    language="en",
    impact="What the new edition changes for whom",
    submissions="submissions",
    gaining="score rises",
    losing="score falls",
    unchanged="score stays",
    incomparable="no total under one of the two",
    crossing="Grade changes",
    refused="Not scored",
    responsible="What is responsible",
    touched="touches",
    gained="adds",
    lost="takes",
    distribution="Distribution of scores",
    by_grade="Submissions by grade",
    change="change",
    organisation="organisation",
    grade="grade",
    share="because of",
    level="sum of this level",
    own_rows="rows of units' own",
    count="{count} submissions",
)


def compare_words(language: Language) -> CompareWords:
    """Give the words in this language."""
    return EN if language == "en" else ZH
