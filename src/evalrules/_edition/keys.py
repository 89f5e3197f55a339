"""The keys of every document: one table for the readers, the JSON Schema and ``docs/keys.md``."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from types import MappingProxyType
from typing import Literal, get_args

from attrs import field

from evalrules._nearest import nearest
from evalrules._patterns import regex
from evalrules._problems import Phrase
from evalrules._values import frozen

# What kinds of objects our documents are made of: one table for the readers, the JSON Schema and ``docs/keys.md``.
#
# A shape is written in a few signs: ``[x]`` is a list of x, ``{x}`` a mapping whose keys are the editor's own, ``a |
# b`` either, ``'word'`` that very word; anything else names a kind of the tables or a scalar (`SCALARS`).


# fmt: off
SCALARS = frozenset([
    "text", "title", "name", "id", "year", "whole", "number", "points", "score", "flag", "formula", "condition",
    "sentence", "cell", "quantity", "target", "edition_name", "comparator", "share_range", "decimal", "digest", "null",
    "count",
])
# fmt: on
ANY_KEY = "*"
_SHOWN = 3
_SIGN = regex(r"\s*(?:(?P<word>\w+)|'(?P<constant>[^']*)'|(?P<sign>[\[\]{}|]))")


@frozen
class Key:
    """One key of an object: its shape, what an official calls it, and what it means."""

    name: str
    shape: str
    title: str
    about: str = ""
    required: bool = False


@frozen
class Kind:
    """One kind of object. A key named `ANY_KEY` stands for the keys that the editor chooses."""

    name: str
    title: str
    keys: tuple[Key, ...]
    names: frozenset[str] = field(init=False)
    required: tuple[str, ...] = field(init=False)
    takes_any: bool = field(init=False)
    example: str | None = field(init=False)
    """How the object is written, by its first keys: ``{tier: …, score: …, because: …}``."""

    @property
    def called(self) -> Phrase:
        """What an official calls it; in English the name that the schema has for it."""
        return Phrase(self.title, partial(str, self.name.replace("_", " ")))

    def meant(self, text: str) -> str | None:
        """Give the key that is meant by what an official calls it, ``points`` by 分值, or None."""
        titles = {key.title: key.name for key in self.keys if key.name != ANY_KEY}
        near = nearest(text, titles)
        return titles[near[0]] if near else None

    @names.default
    def _names(self) -> frozenset[str]:
        return frozenset(key.name for key in self.keys if key.name != ANY_KEY)

    @required.default
    def _required(self) -> tuple[str, ...]:
        return tuple(key.name for key in self.keys if key.required)

    @takes_any.default
    def _takes_any(self) -> bool:
        return any(key.name == ANY_KEY for key in self.keys)

    @example.default
    def _example(self) -> str | None:
        keys = [f"{key.name}: …" for key in self.keys if key.name != ANY_KEY]
        return f"{{{', '.join(keys[:_SHOWN])}}}" if keys else None


def kind(name: str, title: str, *keys: Key) -> Kind:
    """Make a kind of object from its keys, in the order in which an editor writes them."""
    return Kind(name, title, keys)


# ---- shapes --------------------------------------------------------------------------------------------------------


@frozen
class Named:
    """A scalar or a kind, by name."""

    name: str


@frozen
class Constant:
    """That very word."""

    text: str


@frozen
class ListOf:
    """A list."""

    item: Shape


@frozen
class MappingOf:
    """A mapping whose keys are the editor's own names or titles."""

    value: Shape


@frozen
class AnyOf:
    """One of several shapes."""

    shapes: tuple[Shape, ...]


Shape = Named | Constant | ListOf | MappingOf | AnyOf


def read_shape(text: str) -> Shape:
    """Read the notation of a shape.

    >>> read_shape("text | [text]")
    AnyOf(shapes=(Named(name='text'), ListOf(item=Named(name='text'))))
    """
    shape, rest = _either(text)
    if rest.strip():
        raise ValueError(text)
    return shape


def _either(text: str) -> tuple[Shape, str]:
    first, rest = _one(text)
    shapes = [first]
    while rest.lstrip().startswith("|"):
        another, rest = _one(rest.lstrip()[1:])
        shapes.append(another)
    return (AnyOf(tuple(shapes)) if len(shapes) > 1 else first), rest


def _one(text: str) -> tuple[Shape, str]:
    found = _SIGN.match(text)
    if found is None:
        raise ValueError(text)
    rest = text[found.end() :]
    if found["word"]:
        return Named(found["word"]), rest
    if found["constant"] is not None:
        return Constant(found["constant"]), rest
    inner, rest = _either(rest)
    closing = {"[": "]", "{": "}"}.get(found["sign"])
    if closing is None or not rest.lstrip().startswith(closing):
        raise ValueError(text)
    return ListOf(inner) if closing == "]" else MappingOf(inner), rest.lstrip()[1:]


# The keys of an edition and of a contribution.


REFERENCE = Key("reference", "text | [text]", "政策依据", "所依据的文件和条款")
WAIVE = Key("waive", "{sentence}", "豁免", "有意不遵守的评分定律及理由，例如 `monotone: 超额完成视为指标值偏低`")
RANGES = Key("ranges", "{range}", "取值范围", "完成值、指标值允许的范围；超出时该指标不计分")
EXPLAIN_WHEN = Key("explain_when", "condition", "须说明偏差的情形", "条件成立时，即使未扣分也须填写偏差原因")
CASES = Key("cases", "[case]", "算例", "写在规则旁的例子，检查时逐个计算")
BECAUSE = Key("because", "sentence", "理由", "写给被评价单位看的话，`{名称}` 处填入数值", required=True)
WHEN = Key("when", "condition", "条件", "成立时才适用")
UNIT = Key("unit", "text", "计量单位", "如 人、万元、%;不写为纯数")
TYPE = "'number' | 'yes_no' | 'choice' | 'date' | 'text'"
SEVERITY = Key("severity", "'error' | 'warning' | 'info'", "严重程度", "error 错误、warning 提醒、info 提示")
BOUNDS = (
    Key("min", "quantity", "下限(含)", "不得小于"),
    Key("max", "quantity", "上限(含)", "不得大于"),
    Key("above", "quantity", "下限(不含)", "必须大于"),
    Key("below", "quantity", "上限(不含)", "必须小于"),
)
INTEGER = Key("integer", "flag", "整数", "true 表示只能是整数")
CHOICES = Key("choices", "[name]", "可选值", "选择型数据可取的值")
REQUIRED = Key("required", "flag", "必填", "false 表示可以空着；默认必填")
ALSO = Key("also", "text | [text]", "其他叫法", "表上也这样写的名称，如 社会效益")
WHERE = Key("where", "text", "出处", "这个数在表格或正文的什么地方")
JUDGED_BY = Key(
    "judged_by",
    "'claim' | 'review'",
    "由谁评判",
    "claim（默认）：没有另行评判的按自评得分认定；review：须由复核人评判",
)
ScoringForm = Literal["deduct", "award", "checklist", "judged"]
"""The written-out ways of scoring, each by its key: the shape of its items says how they are read."""
SCORING_FORMS: tuple[ScoringForm, ...] = get_args(ScoringForm)
FORMS = (
    Key("let", "{formula}", "中间量", "先算出来、在本规则中使用的名称"),
    Key("deduct", "[deduct_rule]", "扣分", "从满分起逐条扣，扣完为止"),
    Key("award", "[award_row]", "分档给分", "自上而下，第一条成立的给分；最后一条不写 when"),
    Key("checklist", "{points}", "评价要点", "每个要点及其分值"),
    Key("judged", "{share_range | tier}", "等次评判", "每个等次占分值的比例范围，由评价人在范围内打分"),
    JUDGED_BY,
)
_COMPARATORS = (("≥", "不低于"), (">", "高于"), ("≤", "不高于"), ("<", "低于"), ("=", "等于"))
SCORING = Key("scoring", "title | method_call | scoring", "评分标准", "方法名称，或直接写出的规则")
CONTENT = (
    Key("data", "{figure | grid | table}", "基础数据", "填报或计算的数据，名称可用于公式"),
    Key("methods", "{method}", "计分方法", "有名称、可反复使用的评分方法"),
)
PARTS = (
    Key("defaults", "defaults", "默认规定", "指标没有写明时适用的规定"),
    Key("sections", "{section | indicator}", "指标体系", "一级、二级、三级指标；三级指标也可直接放在最上层"),
    Key("grades", "{condition | grade}", "评价等级", "自上而下，第一个成立的为评价等级；最后一个写 otherwise"),
    Key("score_caps", "[score_cap]", "总分上限", "条件成立时总分不得高于某数；几条成立的，以最低的为准"),
    Key("grade_caps", "[grade_cap]", "等级上限", "一票否决等：得分不变，等级不得高于某一等"),
    Key("checks", "{check}", "勾稽关系", "必须相符的数据"),
    Key("audit", "{audit_setting | 'error' | 'warning' | 'info'}", "审核设置", "调整内置审核规则的严重程度和界限"),
    Key("review", "{clause}", "复核条款", "复核人按名称引用的条款，和依它可以扣分值的百分之几"),
    Key("form", "form", "表式", "各张表上印的字，用来发空白表、读填好的表；不影响计分，不计入摘要"),
)
VERSION = Key("evalrules", "'1'", "语言版本", "目前为 1", required=True)

LABELS = "{text | [text]}"
HEADING = Key("heading", "text", "旁栏", "印在这一块旁边的字，如 财政供养人员情况（人）")
FORM_KINDS = (
    kind(
        "form",
        "表式",
        Key("tables", "{form_table}", "各张表", "按先后；键是附件的名称，如 附件1-1", required=True),
        Key("signatures", "[text]", "签字栏", "如 填表人、单位负责人"),
    ),
    kind(
        "form_table",
        "一张表",
        Key("title", "text", "表名", "`{year}` 处填年度，`{year-1}` 处填上年"),
        Key("blocks", "[form_block]", "各块", "自上而下", required=True),
        Key("notes", "[text]", "表下说明"),
    ),
    kind(
        "form_block",
        "表的一块，写下列之一：head、figures、grid、table、row、text、prose、goals、indicators",
        Key("head", LABELS, "表头", "如 `organisation: 单位名称`、`project: 项目名称`"),
        Key("figures", LABELS, "单个的数", "数据的名称: 表上的字；有几种写法的列出来，印第一种"),
        Key("prose", LABELS, "正文里的数", "数据的名称: 正文里紧挨在数前面的字"),
        Key("text", "name", "文字", "文字型数据的名称"),
        Key("label", "text | [text]", "表上的字", "与 text 同用；不写的同名称"),
        Key("grid", "name", "固定的表", "行列固定的表的名称"),
        Key("table", "name", "自填各行", "由单位自行填写各行的表的名称"),
        Key("columns", LABELS, "各列", "列的名称: 表上的字；不写的同名称"),
        Key("rows", LABELS, "各行", "行的名称: 表上的字；不写的同名称"),
        Key("after", "name", "接在哪行后", "自填的各行接在上面固定的表的哪一行后面"),
        Key("blank_rows", "count", "空行", "空白表上留几行，默认 2"),
        Key("row", "form_row", "一行", "一行数，可以是一个指标的完成情况"),
        Key("goals", LABELS, "年度总体目标", "planned 年初目标，achieved 完成情况"),
        Key("indicators", "[text | {text}]", "指标表", "各栏的字；程序认不出的写成 `note: 指标解释`"),
        HEADING,
    ),
    kind(
        "form_row",
        "一行数",
        Key("label", "text | [text]", "行首的字", required=True),
        Key("cells", LABELS, "各格", "数据的名称: 列上的字", required=True),
        Key("indicator", "text", "指标", "本行的分值、得分属于哪个指标"),
    ),
)
EDITION_KINDS = (
    kind(
        "edition",
        "指标体系的一个版本",
        VERSION,
        Key("id", "id", "代号", "小写字母、数字和连字符，与所在文件夹同名", required=True),
        Key("edition", "text", "版本", "与文件同名，如 2024", required=True),
        Key("title", "text", "名称", required=True),
        Key("issuer", "text", "印发单位"),
        Key("fiscal_years", "[year]", "适用年度"),
        Key("supersedes", "text", "取代的版本"),
        Key("extends", "edition_name", "以哪个版本为基础", "本版写的是增加的，或代替同名的，其余照那个版本"),
        Key("without", "[text]", "不用基础版本的哪些", "数据写 data/名称，指标、分组写路径"),
        REFERENCE,
        Key("uses", "[edition_name]", "引用的版本", "使用其计分方法的版本，写作 代号@版本"),
        Key("rounding", "rounding", "得分的舍入", "每个指标得分保留几位小数；总分是舍入后得分之和"),
        Key("points", "number", "总分值", "默认 100"),
        Key("tolerance", "number", "容许误差", "自评得分与计算得分相差超过它才算不符；默认 0.01"),
        Key("open", "flag", "自设一级指标", "true 表示没有列出的一级指标也接受"),
        Key("parts", "[text]", "分文件", "仅用于文件夹形式的版本：依次列出各部分的文件名"),
        *CONTENT,
        *PARTS,
        WAIVE,
    ),
    kind("edition_part", "版本的一个分文件", REFERENCE, *CONTENT, *PARTS, WAIVE),
    kind(
        "rounding",
        "得分的舍入",
        Key("places", "whole", "小数位数", "0 到 6；默认 2"),
        Key("mode", "'half_up' | 'half_even' | 'down' | 'up'", "舍入方式", "默认 half_up，即四舍五入"),
    ),
    kind(
        "figure",
        "一项数据",
        Key("type", TYPE, "类型", "默认 number(数值)"),
        UNIT,
        INTEGER,
        *BOUNDS,
        Key("formula", "formula | condition", "计算公式", "写了公式的由公式计算"),
        CHOICES,
        REQUIRED,
        WHERE,
    ),
    kind(
        "grid",
        "行列固定的表",
        Key("type", "'grid'", "类型", required=True),
        UNIT,
        INTEGER,
        *BOUNDS,
        Key("columns", "[name]", "列", required=True),
        Key("rows", "[name]", "行", "每格的名称是 行_列", required=True),
        Key("required", "flag | [name]", "必填", "false 表示可以空着；也可以列出必填的行；默认都必填"),
        WHERE,
    ),
    kind(
        "table",
        "由单位自行填写各行的表",
        Key("type", "'table'", "类型", required=True),
        Key("from", "'results'", "由结果汇总", "results 表示各行是别的自评表的评价结果，不由单位填"),
        Key("edition", "edition_name", "结果的版本", "汇总按哪个版本评价的结果"),
        Key("columns", "{column}", "列", "只能用在合计、计数等函数中，名称是 表_列", required=True),
        REQUIRED,
        WHERE,
    ),
    kind(
        "column",
        "表的一列",
        Key("type", TYPE, "类型"),
        Key("figure", "text", "取哪项数据", "由结果汇总的表：取那份自评表的哪项数据"),
        UNIT,
        INTEGER,
        *BOUNDS,
        CHOICES,
        REQUIRED,
        WHERE,
    ),
    kind(
        "method",
        "计分方法",
        Key("about", "text", "说明"),
        Key("parameters", "{parameter}", "参数"),
        RANGES,
        *FORMS,
        CASES,
        REFERENCE,
        WAIVE,
    ),
    kind(
        "parameter",
        "计分方法的参数",
        Key("type", TYPE, "类型"),
        UNIT,
        INTEGER,
        *BOUNDS,
        CHOICES,
        Key("default", "formula", "默认值", "不写默认值的参数必须给出"),
        WHERE,
    ),
    kind("range", "取值范围", *BOUNDS),
    kind("scoring", "直接写出的评分规则", *FORMS),
    kind(
        "method_call",
        "使用计分方法",
        Key("method", "title", "方法名称", required=True),
        JUDGED_BY,
        Key(ANY_KEY, "formula", "参数的值"),
    ),
    kind("tier", "一个等次", Key("range", "share_range", "占分值的比例", required=True), ALSO),
    kind(
        "deduct_rule",
        "一条扣分规则",
        WHEN,
        Key("unless", "condition", "除外情形", "成立时不扣，并注明未扣"),
        Key("points", "formula", "扣分", required=True),
        BECAUSE,
    ),
    kind(
        "award_row",
        "一档",
        WHEN,
        Key("points", "formula | [formula]", "得分", "一个公式；或 [下限, 上限],由评价人在其中打分", required=True),
        Key("because", "sentence", "理由", "得满分的档可以不写"),
    ),
    kind(
        "case",
        "算例",
        Key("score", "number | 'unscored' | null", "应得分", "空着或写 unscored 表示不能计分", required=True),
        Key("judged", "case_judgement", "评价人的判断"),
        Key(ANY_KEY, "cell", "输入", "公式中的名称，或评价要点的名称"),
    ),
    kind("case_judgement", "算例中评价人的判断", Key("tier", "text", "等次"), Key("score", "number", "打分")),
    kind(
        "section",
        "一级或二级指标",
        Key("points", "number", "分值"),
        Key("sections", "{section | indicator}", "下级指标"),
        Key("indicators", "{indicator}", "三级指标"),
        Key("open", "flag", "自设指标", "true 表示由各单位自行设置三级指标"),
        Key("one_of", "flag", "择其一", "true 表示其中的指标只答一个"),
        Key("bonus", "flag", "加分项", "true 表示在总分值之外加分"),
        Key("penalty", "flag", "减分项", "true 表示从总分中减分"),
        Key("at_most", "number", "上限", "加分或减分最多多少"),
        Key("cap", "cap", "得分上限", "条件成立时本部分得分不超过某数"),
        EXPLAIN_WHEN,
        RANGES,
        JUDGED_BY,
        ALSO,
    ),
    kind(
        "indicator",
        "三级指标",
        Key("points", "number", "分值", required=True),
        Key("value", "formula", "完成值的公式", "不写时取填报的完成值"),
        UNIT,
        INTEGER,
        Key("target", "target", "指标值", "如 `≥ 95%`、`10期`、`≤ 年初预算数`；不写时取填报的指标值"),
        SCORING,
        Key("applies", "condition", "适用条件"),
        Key("otherwise", "'full_marks' | 'rescale' | 'rescale_total' | otherwise", "不适用时", "不适用时如何计分"),
        RANGES,
        EXPLAIN_WHEN,
        REFERENCE,
        Key("evidence", "text | [text]", "佐证材料"),
        CASES,
        WAIVE,
        Key("status", "text", "状态", "如 unconfirmed：内容尚待核实"),
        ALSO,
    ),
    kind(
        "otherwise",
        "不适用时",
        Key("points", "formula", "给分"),
        Key("because", "sentence", "理由"),
        Key("move_to", "text", "分值转到", "另一指标或分组"),
    ),
    kind("cap", "得分上限", WHEN, Key("at_most", "number", "最多得分", required=True), BECAUSE),
    kind(
        "defaults",
        "默认规定",
        Key("bare_target", "comparator", "无符号指标值的含义", "默认 ≥"),
        Key(
            "bare_target_words",
            "bare_target_words",
            "决定无符号指标值含义的字词",
            "自设指标的名称里有的，先于 bare_target",
        ),
        Key("scoring", "default_scoring", "按指标值种类的评分标准"),
        Key("sections", "{section_default}", "各部分的默认规定", "按名称或路径，最内层的优先"),
        EXPLAIN_WHEN,
        JUDGED_BY,
    ),
    kind(
        "bare_target_words",
        "决定无符号指标值含义的字词",
        *(Key(sign, "text | [text]", about) for sign, about in _COMPARATORS),
    ),
    kind(
        "default_scoring",
        "按指标值种类的评分标准",
        *(
            Key(sign, SCORING.shape, about)
            for sign, about in (
                *_COMPARATORS,
                ("money", "等于，指标值是金额的；没有写的同 `=`"),
                ("interval", "区间"),
                ("date", "期限"),
                ("text", "文字"),
            )
        ),
    ),
    kind(
        "section_default",
        "一个部分的默认规定",
        Key(
            "scoring",
            f"{SCORING.shape} | default_scoring",
            SCORING.title,
            "方法名称、直接写出的规则，或按指标值种类分别规定",
        ),
        Key("bare_target", "comparator", "无符号指标值的含义"),
        EXPLAIN_WHEN,
        JUDGED_BY,
    ),
    kind(
        "grade",
        "评价等级",
        Key("when", "condition | 'otherwise'", "条件", "最后一等写 otherwise，或不写"),
        Key("also", "text | [text]", "其他叫法", "如 优秀 也写作 优"),
    ),
    kind(
        "score_cap",
        "总分上限",
        Key("when", "condition", "条件", required=True),
        Key("at_most", "number", "最高总分", required=True),
        BECAUSE,
        REFERENCE,
    ),
    kind(
        "clause",
        "复核条款",
        Key(
            "cut", "quantity | [quantity]", "扣减比例", "扣分值的百分之几，如 100%；按程度分几档的列出来", required=True
        ),
        Key("because", "text", "理由"),
        REFERENCE,
    ),
    kind(
        "grade_cap",
        "等级上限",
        Key("when", "condition", "条件", required=True),
        Key("at_most", "text", "最高等级", required=True),
        BECAUSE,
        REFERENCE,
    ),
    kind(
        "check",
        "勾稽关系",
        Key("each", "text", "逐一检查", "对表的每一列、或某一分组的每一行各查一次"),
        Key("expect", "condition", "应当成立", required=True),
        Key("blanks", "'zero'", "空白的处理", "zero 表示空白的加数按 0 计"),
        WHEN,
        Key("within", "quantity", "容许误差", "如 0.005万元"),
        SEVERITY,
        BECAUSE,
        REFERENCE,
    ),
    kind(
        "audit_setting",
        "审核规则的设置",
        Key("severity", "'error' | 'warning' | 'info' | 'off'", "严重程度", "off 表示不用，须写理由"),
        Key("because", "text", "理由"),
        Key(ANY_KEY, "cell | [text]", "界限", "该审核规则自己的设置"),
    ),
    kind(
        "contribution",
        "部门自设的指标",
        VERSION,
        Key("contributes_to", "edition_name", "加入的版本", required=True),
        Key("department", "text", "部门", "与填报单位的名称一致", required=True),
        Key("indicators", "{contributed_section}", "指标", "按所在部分的路径；只能放入 open 的部分", required=True),
        *CONTENT,
    ),
    kind("contributed_section", "一个部分中的自设指标", Key(ANY_KEY, "indicator", "三级指标")),
    *FORM_KINDS,
)


# The keys of a submission, and of a whole-form case, which is a submission that says what it expects.


SUBMISSION_KINDS = (
    kind(
        "submission",
        "一份自评表",
        Key("catalogue", "edition_name", "指标体系", "写作 代号@版本"),
        Key("organisation", "text", "填报单位", required=True),
        Key("fiscal_year", "year", "年度", required=True),
        Key("project", "text | project", "项目", "项目支出的表写项目名称；同一单位的几份表靠它区分"),
        Key("competent_department", "text", "主管部门"),
        Key("implementing_unit", "text", "实施单位"),
        Key("goals", "goals", "年度总体目标"),
        Key("data", "{cell | grid_cells | [table_row]}", "基础数据", "空着的就空着，不要填 0"),
        Key("entries", "[entry]", "指标各行"),
        Key("claimed", "claimed", "自评结果"),
        Key("filled_by", "text", "填表人"),
        Key("reviewed_by", "text", "审核人"),
        Key("date", "text", "填报日期"),
        Key("signatures", "{text}", "其他签署栏", "如 联系电话"),
        Key("expect", "expected", "应得结果", "仅用于随版本检查的算例"),
    ),
    kind("project", "项目", Key("name", "text", "项目名称", required=True), Key("code", "text", "项目编码")),
    kind(
        "goals",
        "年度总体目标",
        Key("planned", "text", "年初目标"),
        Key("achieved", "text", "实际完成情况"),
    ),
    kind("grid_cells", "固定表的数据", Key(ANY_KEY, "{cell}", "行", "每行按列填写")),
    kind("table_row", "自行填写的一行", Key(ANY_KEY, "cell", "列")),
    kind(
        "entry",
        "指标的一行",
        Key("section", "text", "所在部分", "如 产出指标/质量指标，或 质量指标；表上固定的指标可不写"),
        Key("indicator", "text", "指标名称"),
        Key("points", "score", "分值", "自设指标须写"),
        Key("target", "cell | split_target", "指标值"),
        Key("actual", "cell", "实际完成值"),
        Key("unit", "text", "计量单位", "表上单设一栏的，指标值、完成值没有写单位时用它"),
        Key("scale", "text", "定性档次", "如 优良中低差"),
        Key("last_year", "cell", "上年完成值"),
        Key("standard", "text", "评分标准", "表上印的标准，只显示，不据以计分"),
        Key("claimed_score", "score", "自评得分"),
        Key("judged", "judgement", "评价人的判断"),
        Key("answers", "{'是' | '否' | answer}", "评价要点的回答"),
        Key("not_applicable", "text", "不适用的理由"),
        Key("adjust", "adjustment", "复核调整"),
        Key("deviation_reason", "text", "偏差原因"),
        Key("improvement", "text", "改进措施"),
        Key("deviation", "text", "偏差原因及改进措施", "两者合为一格的表用它"),
        Key("evidence", "text | [text | evidence]", "佐证材料"),
        Key("note", "text", "备注"),
    ),
    kind(
        "split_target",
        "分栏填写的指标值",
        Key("operator", "text", "符号", "如 ≥、≤、=；定性指标写 定性"),
        Key("value", "cell", "数值"),
        Key("unit", "text", "计量单位"),
    ),
    kind(
        "judgement",
        "评价人的判断",
        Key("tier", "text", "等次"),
        Key("score", "score", "打分"),
        Key("because", "text", "理由"),
    ),
    kind(
        "answer",
        "对一个评价要点的回答",
        Key("points", "score", "给分", required=True),
        Key("because", "text", "理由"),
    ),
    kind(
        "evidence",
        "一件佐证材料",
        Key("kind", "text", "种类", "如 批复、验收单、问卷"),
        Key("title", "text", "名称", required=True),
        Key("date", "text", "日期"),
    ),
    kind(
        "adjustment",
        "复核调整",
        Key("points", "score", "加减分", "减分写负数"),
        Key("score", "score", "复核得分", "没有计分的行也由它得分"),
        Key("cut", "cell", "扣减比例", "扣分值的百分之几，如 30%；与加减分、复核得分只写一个"),
        Key("clause", "text", "所依条款"),
        Key("because", "text", "理由", required=True),
    ),
    kind(
        "review",
        "复核意见",
        Key("review_of", "digest | review_of", "所复核的自评表", "自评表校验码，或单位和项目", required=True),
        Key("by", "text", "复核人"),
        Key("date", "text", "复核日期"),
        Key("entries", "[review_entry]", "各行的复核调整"),
    ),
    kind(
        "review_of",
        "所复核的自评表",
        Key("organisation", "text", "填报单位", required=True),
        Key("project", "text | project", "项目"),
    ),
    kind(
        "review_entry",
        "一行的复核调整",
        Key("indicator", "text", "指标名称", required=True),
        Key("section", "text", "所在部分", "几行同名的须写"),
        Key("adjust", "adjustment", "复核调整", required=True),
    ),
    kind(
        "claimed",
        "自评结果",
        Key("score", "score", "自评总分"),
        Key("grade", "text", "自评等级"),
        Key("points", "score", "总分值"),
        Key("sections", "{score}", "各部分自评得分"),
    ),
    kind(
        "expected",
        "应得结果",
        Key("score", "number | 'unscored'", "总分"),
        Key("grade", "text", "等级"),
        Key("sections", "{number | 'unscored'}", "各部分得分"),
        Key("indicators", "{number | 'unscored' | 'not_applicable'}", "各指标得分", "按名称或路径"),
        Key("findings", "[text]", "应有的审核发现", "代码"),
        Key("problems", "[text]", "应有的填报问题", "代码"),
    ),
)


# The keys of a result, as ``evalrules evaluate --format json`` writes it.


SCORE = "decimal | null"
TEXT = "text | null"


def _always(name: str, shape: str, title: str, about: str = "") -> Key:
    return Key(name, shape, title, about, required=True)


RESULT_KINDS = (
    kind(
        "result",
        "评价结果",
        Key("format", "whole", "格式", "目前为 1"),
        _always("catalogue", "result_catalogue", "所用指标体系"),
        _always("engine", "result_engine", "程序"),
        _always("submission", "result_submission", "自评表"),
        _always("organisation", "text", "填报单位"),
        _always("fiscal_year", "year | null", "年度"),
        Key("project", "text | project | null", "项目"),
        Key("competent_department", TEXT, "主管部门"),
        Key("implementing_unit", TEXT, "实施单位"),
        Key("goals", "result_goals | null", "年度总体目标"),
        Key("filled_by", TEXT, "填表人"),
        Key("reviewed_by", TEXT, "审核人"),
        Key("date", TEXT, "填报日期"),
        Key("signatures", "{text}", "其他签署栏"),
        Key("review", "result_review | null", "所用的复核意见"),
        _always("points", "decimal", "总分值"),
        _always("score", SCORE, "得分", "有指标不能计分时为 null"),
        Key("rule_score", SCORE, "按规则的得分", "复核调整之前"),
        _always("grade", TEXT, "评价等级"),
        Key("possible", "[decimal]", "总分的范围", "最少和最多；有总分时两数都是总分"),
        Key("possible_grades", "[text]", "可能的等级", "从高到低"),
        Key("scored_points", "decimal", "已计分的分值"),
        _always("claimed_score", SCORE, "自评得分"),
        _always("claimed_grade", TEXT, "自评等级"),
        Key("deductions", "[deduction]", "在总分上的扣分"),
        _always("sections", "[result_section]", "各部分"),
        _always("indicators", "[result_indicator]", "各指标"),
        _always("findings", "[result_finding]", "审核发现"),
        Key("problems", "[result_problem]", "不能计分的原因"),
        Key("notes", "[text]", "说明"),
        Key("results", "[result_of_form]", "汇总的结果"),
    ),
    kind(
        "result_of_form",
        "汇总的一份结果",
        _always("submission", "digest | null", "自评表校验码", "读不了的为 null"),
        _always("organisation", TEXT, "单位"),
        _always("project", TEXT, "项目"),
        _always("score", SCORE, "得分"),
        _always("grade", TEXT, "评价等级"),
        Key("edition", "text | null", "版本", "读不了的为 null"),
    ),
    kind(
        "result_catalogue",
        "所用指标体系",
        _always("id", "id", "代号"),
        _always("edition", "text", "版本"),
        _always("digest", "digest", "摘要"),
        Key("uses", "[result_used]", "引用的版本"),
    ),
    kind(
        "result_used",
        "引用的版本",
        _always("id", "id", "代号"),
        _always("edition", "text", "版本"),
        _always("digest", "digest", "摘要"),
    ),
    kind("result_goals", "年度总体目标", Key("planned", TEXT, "年初目标"), Key("achieved", TEXT, "实际完成情况")),
    kind(
        "result_review",
        "所用的复核意见",
        _always("digest", "digest", "摘要"),
        _always("by", TEXT, "复核人"),
        _always("date", TEXT, "复核日期"),
    ),
    kind("result_submission", "自评表", _always("digest", "digest", "摘要")),
    kind(
        "result_engine",
        "程序",
        _always("version", "text", "版本"),
        _always("plugins", "[result_plugin]", "所用插件"),
    ),
    kind("result_plugin", "插件", _always("name", "text", "名称"), _always("version", "text", "版本")),
    kind(
        "result_section",
        "一个部分的结果",
        _always("path", "[text]", "路径"),
        _always("points", SCORE, "分值"),
        _always("score", SCORE, "得分"),
        Key("rule_score", SCORE, "按规则的得分", "复核调整之前"),
        _always("claimed_score", SCORE, "自评得分"),
        _always("deductions", "[deduction]", "扣分"),
        Key("notes", "[text]", "说明"),
    ),
    kind(
        "result_indicator",
        "一个指标的结果",
        _always("name", "text", "指标名称"),
        _always("section", "[text]", "所在部分"),
        _always("origin", "text", "来源", "catalogue、submission 或插件名称"),
        _always("points", SCORE, "分值"),
        _always("target", TEXT, "指标值"),
        _always("actual", TEXT, "实际完成值"),
        _always(
            "status", "'scored' | 'not_applicable' | 'unscored' | 'unweighted'", "状态", "unweighted：没有分值，不计"
        ),
        _always("score", SCORE, "得分"),
        Key("rule_score", SCORE, "按规则的得分", "复核调整之前"),
        Key("scored_by", "'rule' | 'claim' | 'review' | null", "按什么得分", "规则、自评得分，或评价人、复核人"),
        _always("claimed_score", SCORE, "自评得分"),
        _always("deductions", "[deduction]", "扣分"),
        Key("problems", "[result_problem]", "不能计分的原因"),
        Key("notes", "[text]", "说明"),
        _always("deviation_reason", TEXT, "偏差原因"),
        Key("improvement", TEXT, "改进措施"),
    ),
    kind(
        "deduction",
        "一次扣分",
        _always("points", "decimal", "扣分"),
        _always("because", "text", "理由"),
        _always("rule", "text", "所依据的规则"),
        _always("formula", TEXT, "公式"),
        _always("steps", "[text]", "计算步骤"),
        _always("reference", "[text]", "政策依据"),
        _always("enough", TEXT, "怎样即可不扣"),
        Key("location", TEXT, "规则在文件中的位置"),
    ),
    kind(
        "result_finding",
        "审核发现",
        _always("code", "text", "代码"),
        _always("severity", "'error' | 'warning' | 'info'", "严重程度"),
        _always("message", "text", "内容"),
        _always("where", "text", "位置"),
        Key("path", TEXT, "路径", "供程序使用，如 entries[11].target"),
        Key("location", TEXT, "出处", "文件中的位置"),
    ),
    kind(
        "result_problem",
        "问题",
        _always("code", "text", "代码"),
        _always("message", "text", "内容"),
        Key("path", TEXT, "路径", "供程序使用，如 entries[11].target"),
        Key("location", TEXT, "位置"),
        Key("hint", TEXT, "提示"),
        Key("severity", "'error' | 'warning' | 'info'", "严重程度"),
    ),
)


# The keys of every document: editions, contributions, submissions and results.


KINDS: Mapping[str, Kind] = MappingProxyType(
    {kind.name: kind for kind in (*EDITION_KINDS, *SUBMISSION_KINDS, *RESULT_KINDS)}
)
