"""The keys of a submission, and of a whole-form case, which is a submission that says what it expects."""

from __future__ import annotations

from evalrules._keys.kinds import ANY_KEY, Key, kind

SUBMISSION_KINDS = (
    kind(
        "submission",
        "一份自评表",
        Key("catalogue", "edition_name", "指标体系", "写作 代号@版本"),
        Key("organisation", "text", "填报单位", required=True),
        Key("fiscal_year", "year", "年度", required=True),
        Key("data", "{cell | grid_cells | [table_row]}", "基础数据", "空着的就空着，不要填 0"),
        Key("entries", "[entry]", "指标各行"),
        Key("claimed", "claimed", "自评结果"),
        Key("expect", "expected", "应得结果", "仅用于随版本检查的算例"),
    ),
    kind("grid_cells", "固定表的数据", Key(ANY_KEY, "{cell}", "行", "每行按列填写")),
    kind("table_row", "自行填写的一行", Key(ANY_KEY, "cell", "列")),
    kind(
        "entry",
        "指标的一行",
        Key("section", "text", "所在部分", "如 产出指标/质量指标；表上固定的指标可不写"),
        Key("indicator", "title", "指标名称", required=True),
        Key("points", "score", "分值", "自设指标须写"),
        Key("target", "cell", "指标值"),
        Key("actual", "cell", "实际完成值"),
        Key("claimed_score", "score", "自评得分"),
        Key("judged", "judgement", "评价人的判断"),
        Key("answers", "{'是' | '否' | answer}", "评价要点的回答"),
        Key("not_applicable", "text", "不适用的理由"),
        Key("adjust", "adjustment", "复核调整"),
        Key("deviation_reason", "text", "偏差原因"),
        Key("improvement", "text", "改进措施"),
        Key("deviation", "text", "偏差原因及改进措施", "两者合为一格的表用它"),
        Key("evidence", "text | [text]", "佐证材料"),
        Key("note", "text", "备注"),
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
        "adjustment",
        "复核调整",
        Key("points", "score", "加减分", "减分写负数", required=True),
        Key("because", "text", "理由", required=True),
    ),
    kind(
        "claimed",
        "自评结果",
        Key("score", "score", "自评总分"),
        Key("grade", "text", "自评等级"),
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
    ),
)
