"""The engine's own audit rules as plain values: their codes, severities and thresholds, which an edition may set.

What an edition says under ``audit`` is held against this table when it is checked, and read through it when a scored
submission is audited. The findings of an edition's own ``checks`` have their severity there, so ``check-failed`` is
no rule of this table.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from types import MappingProxyType

from attrs import field, frozen

from evalrules._edition.model import Catalogue
from evalrules._problems import Severity
from evalrules._remembered import once_for_each

CHECK_FAILED = "check-failed"
Option = Fraction | str | tuple[str, ...]


@frozen
class Rule:
    """What can be set of one audit rule.

    ``options`` are its thresholds with their defaults: a number (90% is 9/10), a text, or several texts. The rule is
    silent by default where ``on`` is False; an edition turns it on by naming it. With ``sections`` its options are
    titles or paths of sections, each with several texts, and there are no defaults. ``needs`` are options without
    which the rule says nothing.
    """

    severity: Severity
    options: Mapping[str, Option] = field(factory=dict)
    on: bool = True
    sections: bool = False
    needs: tuple[str, ...] = ()


def _share(percent: int) -> Fraction:
    return Fraction(percent, 100)


# Of what cannot be more than the whole; 完成率, 增长率 and the like can.
_AT_MOST_WHOLE = (
    "满意度", "满意率", "好评率", "合格率", "优良率", "优秀率", "达标率", "及时率", "准时率", "准确率", "正确率",
    "合规率", "完好率", "通过率", "覆盖率", "知晓率", "成活率",
)  # fmt: skip

_NOT_COUNTED = ("显著", "明显", "有效", "促进", "提升", "提高", "增强", "改善", "保障", "推动", "带动", "助力")
_RATES = ("率", "比", "度", "占", "覆盖", "百分", "幅", "降低", "减少", "增长")
_PAYING = ("支付", "拨付", "发放", "支出", "下达")
_NO_BUDGET = ("执行", "决算", "完成", "率")
_SURVEYS = ("问卷", "调查", "访谈", "测评", "回访", "抽样")

RULES: Mapping[str, Rule] = MappingProxyType(
    {
        # ---- the submission as a whole
        "catalogue-differs": Rule("warning"),
        "fiscal-year-outside": Rule("warning"),
        # ---- figures
        "block-blank": Rule("warning"),
        "figure-missing": Rule("warning"),
        "reported-differs": Rule("error"),
        "reported-not-checkable": Rule("info"),
        "zero-denominator": Rule("error"),
        # ---- rows
        "section-unlisted": Rule("info"),
        "name-repeated": Rule("warning"),
        "row-not-applicable": Rule("info"),
        "whether-by-number": Rule("info", {"words": ("是否",)}),
        "row-blank": Rule("warning"),
        "not-applicable-contradicted": Rule("error"),
        "actual-is-bound": Rule("error"),
        "actual-copied": Rule("error"),
        "actual-words-copied": Rule("warning", {"length": Fraction(8)}),
        "actual-not-numeric": Rule("error"),
        "number-in-words": Rule("warning"),
        "not-a-rate": Rule("warning", {"words": ("率", "比例", "比重", "占比", "满意度")}),
        "sign-differs": Rule("warning"),
        "deadline-year": Rule(
            "warning", {"words": ("跨年", "多年", "分年", "两年", "三年", "五年", "年至", "年-", "年—")}
        ),
        "actual-differs": Rule("error"),
        "rate-above-bound": Rule("error", {"words": _AT_MOST_WHOLE}),
        "rate-without-percent": Rule("info"),
        "unit-differs": Rule("info"),
        "unit-in-section": Rule("warning", sections=True),
        "calendar": Rule("info"),
        "over-completion": Rule("warning", {"share": _share(130)}),
        "equal-exceeded": Rule("info"),
        "direction-assumed": Rule("info"),
        "execution-differs": Rule("error", {"figure": "", "words": ("预算执行率", "资金执行率")}, needs=("figure",)),
        "against-standard": Rule("warning"),
        "claim-out-of-range": Rule("error"),
        "claim-differs": Rule("error"),
        "full-marks-claimed-target-missed": Rule("error"),
        "tier-differs": Rule("warning"),
        "judged-against-numbers": Rule("error"),
        "points-lost-target-met": Rule("error"),
        "deviation-reason-missing": Rule("error"),
        "improvement-missing": Rule("warning"),
        "evidence-missing": Rule("info", {"words": ("满意",)}, on=False),
        "cost-not-capped": Rule("warning", {"words": ("成本",)}),
        "payment-as-quantity": Rule("warning", {"words": _PAYING, "parts": ("数量",)}),
        "percentage-of-words": Rule("warning", {"words": _NOT_COUNTED, "rates": _RATES}),
        "survey-missing": Rule("warning", {"words": ("满意",), "evidence": _SURVEYS}),
        "not-accepted": Rule("warning", {"words": ("待验收", "未验收", "尚未验收", "未通过验收", "未完工", "在建")}),
        "indicator-twice": Rule("warning"),
        "review-cut-differs": Rule("error"),
        # ---- sums, sections and the total
        "all-targets-met": Rule("warning", {"share": _share(90), "rows": Fraction(5)}),
        "claimed-section-unknown": Rule("warning"),
        "claimed-section-differs": Rule("error"),
        "claimed-total-differs": Rule("error"),
        "claimed-score-differs": Rule("error"),
        "claimed-grade-unknown": Rule("error"),
        "claimed-grade-differs": Rule("error"),
        "grade-word": Rule("info"),
        # ---- money and results
        "execution-low": Rule("warning", {"indicator": "", "share": _share(20)}, needs=("indicator",)),
        "results-above-execution": Rule("warning", {"indicator": "", "share": _share(5)}, needs=("indicator",)),
        # ---- several forms together
        "form-missing": Rule("warning"),
        "form-unexpected": Rule("info"),
        "handed-in-twice": Rule("warning"),
        "all-claim-full": Rule("warning", {"forms": Fraction(4)}),
        "totals-crowd": Rule("warning", {"forms": Fraction(4), "width": Fraction(1, 2)}),
        "form-copied": Rule("warning"),
        "row-copied": Rule("warning", {"rows": Fraction(3)}),
        "text-copied": Rule("warning", {"length": Fraction(16), "share": _share(75)}),
        "indicator-in-two-forms": Rule("warning"),
        "cut-unlike": Rule("warning"),
        # ---- beside earlier forms
        "approved-not-reported": Rule("warning"),
        "baseline-missing": Rule("info"),
        "baseline-target-changed": Rule("warning"),
        "baseline-points-changed": Rule("warning"),
        "baseline-budget-changed": Rule("warning", {"words": ("预算",), "others": _NO_BUDGET}),
        "baseline-row-left-out": Rule("warning"),
        "budget-grew": Rule(
            "warning",
            {"growth": Fraction(0), "words": ("预算",), "others": _NO_BUDGET, "totals": ("总额", "合计")},
        ),
        # ---- the edition's own checks
        "check-not-checkable": Rule("info"),
    }
)


@frozen
class ActiveRule:
    """A rule as an edition wants it."""

    severity: Severity
    options: Mapping[str, Option]

    def number(self, name: str) -> Fraction:
        """Give a threshold."""
        value = self.options[name]
        assert isinstance(value, Fraction)
        return value

    def text(self, name: str) -> str:
        """Give an option that is one text."""
        value = self.options[name]
        return value if isinstance(value, str) else ""

    def texts(self, name: str) -> tuple[str, ...]:
        """Give an option that is one text or several."""
        value = self.options[name]
        return (value,) if isinstance(value, str) else value if isinstance(value, tuple) else ()


@once_for_each
def active_rules(catalogue: Catalogue) -> Mapping[str, ActiveRule]:
    """Give the audit rules that speak under this edition, by code, in the order of the table.

    >>> active_rules(Catalogue("a", "1", "甲"))["over-completion"].number("share")
    Fraction(13, 10)
    """
    found = ((code, _active(rule, catalogue, code)) for code, rule in RULES.items())
    return {code: active for code, active in found if active is not None}


def _active(rule: Rule, catalogue: Catalogue, code: str) -> ActiveRule | None:
    setting = catalogue.audit.get(code)
    if setting is None:
        return ActiveRule(rule.severity, rule.options) if rule.on and not (rule.sections or rule.needs) else None
    options = {**rule.options, **dict(setting.options)}
    if setting.severity == "off" or not all(options[name] for name in rule.needs):
        return None
    return ActiveRule(setting.severity or rule.severity, options)
