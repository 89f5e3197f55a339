"""The keys of a result, as ``evalrules evaluate --format json`` writes it."""

from __future__ import annotations

from evalrules._keys.kinds import Key, kind

SCORE = "decimal | null"
TEXT = "text | null"


def _always(name: str, shape: str, title: str, about: str = "") -> Key:
    return Key(name, shape, title, about, required=True)


RESULT_KINDS = (
    kind(
        "result",
        "评价结果",
        _always("catalogue", "result_catalogue", "所用指标体系"),
        _always("engine", "result_engine", "程序"),
        _always("submission", "result_submission", "自评表"),
        _always("organisation", "text", "填报单位"),
        _always("fiscal_year", "year", "年度"),
        _always("points", "decimal", "总分值"),
        _always("score", SCORE, "得分", "有指标不能计分时为 null"),
        _always("grade", TEXT, "评价等级"),
        _always("claimed_score", SCORE, "自评得分"),
        _always("claimed_grade", TEXT, "自评等级"),
        Key("deductions", "[deduction]", "在总分上的扣分"),
        _always("sections", "[result_section]", "各部分"),
        _always("indicators", "[result_indicator]", "各指标"),
        _always("findings", "[result_finding]", "审核发现"),
        Key("problems", "[result_problem]", "不能计分的原因"),
        Key("notes", "[text]", "说明"),
    ),
    kind(
        "result_catalogue",
        "所用指标体系",
        _always("id", "id", "代号"),
        _always("edition", "text", "版本"),
        _always("digest", "digest", "摘要"),
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
        _always("status", "'scored' | 'not_applicable' | 'unscored'", "状态"),
        _always("score", SCORE, "得分"),
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
    ),
    kind(
        "result_problem",
        "问题",
        _always("code", "text", "代码"),
        _always("message", "text", "内容"),
        Key("location", TEXT, "位置"),
        Key("hint", TEXT, "提示"),
        Key("severity", "'error' | 'warning' | 'info'", "严重程度"),
    ),
)
