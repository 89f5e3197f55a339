"""The words of reports and comparisons in Chinese and English; what edition and submission say stays as they say it."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import frozen

from evalrules._problems import Language, Severity

# The words of a report's frame in Chinese and English; what edition and submission say stays as they say it.


@frozen
class Words:
    """Every word that a report itself says."""

    language: str
    titled: str
    summary: str
    organisation: str
    fiscal_year: str
    edition: str
    edition_digest: str
    submission_digest: str
    engine: str
    plugins: str
    score: str
    grade: str
    claimed_score: str
    claimed_grade: str
    difference: str
    points: str
    form: str
    first_level: str
    second_level: str
    indicator: str
    target: str
    actual: str
    subtotal: str
    total: str
    unscored: str
    not_applicable: str
    no_score: str
    no_grade: str
    none: str
    lost: str
    lost_none: str
    waterfall: str
    start: str
    other: str
    remaining: str
    axis: str
    rule: str
    formula: str
    steps: str
    reference: str
    enough: str
    notes: str
    problems: str
    deviation_reason: str
    improvement: str
    findings: str
    findings_none: str
    error: str
    warning: str
    info: str
    file: str
    report_link: str
    failed: str
    skip: str
    colon: str
    stop: str

    def title(self, year: int) -> str:
        """Give the title of a report for this year."""
        return self.titled.replace("{year}", str(year))

    def severity(self, severity: Severity) -> str:
        """Name a severity as the heading of its findings."""
        return {"error": self.error, "warning": self.warning, "info": self.info}[severity]


ZH = Words(
    language="zh-CN",
    titled="{year}年度绩效自评复核报告",
    summary="绩效自评复核汇总",
    organisation="单位",
    fiscal_year="年度",
    edition="指标体系",
    edition_digest="指标体系校验码",
    submission_digest="自评表校验码",
    engine="计分程序",
    plugins="插件",
    score="得分",
    grade="评价等级",
    claimed_score="自评得分",
    claimed_grade="自评等级",
    difference="与自评相差",
    points="分值",
    form="绩效自评表",
    first_level="一级指标",
    second_level="二级指标",
    indicator="三级指标",
    target="指标值",
    actual="实际完成值",
    subtotal="小计",
    total="合计",
    unscored="未计分",
    not_applicable="不适用",
    no_score="有未计分的指标，不能得出总分",
    no_grade="未定级",
    none="未填",
    lost="扣分及理由",
    lost_none="各项均得满分，没有扣分。",
    waterfall="从满分到得分",
    start="满分",
    other="加减分",
    remaining="扣后",
    axis="横轴起点",
    rule="规则",
    formula="公式",
    steps="计算",
    reference="依据",
    enough="要得满分",
    notes="说明",
    problems="未计分原因",
    deviation_reason="偏差原因",
    improvement="改进措施",
    findings="复核发现",
    findings_none="没有发现不一致之处。",
    error="须更正",
    warning="须核实",
    info="提示",
    file="文件",
    report_link="报告",
    failed="不能计分",
    skip="跳到自评表",
    colon="：",
    stop="。",
)

EN = Words(
    language="en",
    titled="Review of the performance self-evaluation of {year}",
    summary="Review of performance self-evaluations",
    organisation="organisation",
    fiscal_year="fiscal year",
    edition="edition",
    edition_digest="digest of the edition",
    submission_digest="digest of the submission",
    engine="engine",
    plugins="plug-ins",
    score="score",
    grade="grade",
    claimed_score="claimed score",
    claimed_grade="claimed grade",
    difference="against the claim",
    points="points",
    form="Self-evaluation form",
    first_level="level 1",
    second_level="level 2",
    indicator="indicator",
    target="target",
    actual="actual",
    subtotal="subtotal",
    total="total",
    unscored="unscored",
    not_applicable="not applicable",
    no_score="no total while an indicator is unscored",
    no_grade="no grade",
    none="not given",
    lost="Points lost, and why",
    lost_none="Full marks everywhere: nothing was lost.",
    waterfall="From full marks to the score",
    start="full marks",
    other="added or taken",
    remaining="left",
    axis="the axis begins at",
    rule="rule",
    formula="formula",
    steps="steps",
    reference="reference",
    enough="for full marks",
    notes="notes",
    problems="why unscored",
    deviation_reason="deviation reason",
    improvement="improvement",
    findings="Findings",
    findings_none="Nothing was found to disagree.",
    error="to correct",
    warning="to verify",
    info="to note",
    file="file",
    report_link="report",
    failed="not scored",
    skip="skip to the form",
    colon=": ",
    stop=".",
)


def words(language: Language) -> Words:
    """Give the frame's words in this language."""
    return EN if language == "en" else ZH


# The words with which differences, impacts and replays are told; what editions say stays as they say it.


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


COMPARE_ZH = CompareWords(
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

COMPARE_EN = CompareWords(
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
    return COMPARE_EN if language == "en" else COMPARE_ZH
