"""What an edition may set of the engine's own audit rules: their severities and thresholds, by code.

What an edition says under ``audit`` is held against this table when it is checked, and read through it when a scored
submission is audited. The findings of an edition's own ``checks`` have their severity there, so ``check-failed`` is
no rule of this table.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from functools import cache
from types import MappingProxyType

from attrs import evolve, field

from evalrules._edition.model import Catalogue
from evalrules._problems import Severity, wordings_of
from evalrules._values import frozen, once_for_each

CHECK_FAILED = "check-failed"
Option = Fraction | str | tuple[str, ...]


@frozen
class AuditRule:
    """What can be set of one audit rule.

    ``options`` are its thresholds with their defaults: a number (90% is 9/10), a text, or several texts. The rule is
    silent by default where ``on`` is False; an edition turns it on by naming it. With ``sections`` its options are
    titles or paths of sections, each with several texts, and there are no defaults. ``needs`` are options without
    which the rule says nothing.
    """

    options: Mapping[str, Option] = field(factory=dict)
    on: bool = True
    sections: bool = False
    needs: tuple[str, ...] = ()
    severity: Severity = "warning"
    """Unless an edition sets another; that of its wording."""


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

_PLAIN = AuditRule()
_SETTABLE: Mapping[str, AuditRule] = MappingProxyType(
    {
        # ---- rows
        "whether-by-number": AuditRule({"words": ("是否",)}),
        "actual-words-copied": AuditRule({"length": Fraction(8)}),
        "not-a-rate": AuditRule({"words": ("率", "比例", "比重", "占比", "满意度")}),
        "deadline-year": AuditRule({"words": ("跨年", "多年", "分年", "两年", "三年", "五年", "年至", "年-", "年—")}),
        "rate-above-bound": AuditRule({"words": _AT_MOST_WHOLE}),
        "unit-in-section": AuditRule(sections=True),
        "over-completion": AuditRule({"share": _share(130)}),
        "execution-differs": AuditRule({"figure": "", "words": ("预算执行率", "资金执行率")}, needs=("figure",)),
        "evidence-missing": AuditRule({"words": ("满意",)}, on=False),
        "cost-not-capped": AuditRule({"words": ("成本",)}),
        "payment-as-quantity": AuditRule({"words": _PAYING, "parts": ("数量",)}),
        "percentage-of-words": AuditRule({"words": _NOT_COUNTED, "rates": _RATES}),
        "survey-missing": AuditRule({"words": ("满意",), "evidence": _SURVEYS}),
        "not-accepted": AuditRule({"words": ("待验收", "未验收", "尚未验收", "未通过验收", "未完工", "在建")}),
        # ---- sums, sections and the total
        "all-targets-met": AuditRule({"share": _share(90), "rows": Fraction(5)}),
        # ---- money and results
        "execution-low": AuditRule({"indicator": "", "share": _share(20)}, needs=("indicator",)),
        "results-above-execution": AuditRule({"indicator": "", "share": _share(5)}, needs=("indicator",)),
        # ---- several forms together
        "all-claim-full": AuditRule({"forms": Fraction(4)}),
        "totals-crowd": AuditRule({"forms": Fraction(4), "width": Fraction(1, 2)}),
        "row-copied": AuditRule({"rows": Fraction(3)}),
        "text-copied": AuditRule({"length": Fraction(16), "share": _share(75)}),
        # ---- beside earlier forms
        "baseline-budget-changed": AuditRule({"words": ("预算",), "others": _NO_BUDGET}),
        "budget-grew": AuditRule(
            {"growth": Fraction(0), "words": ("预算",), "others": _NO_BUDGET, "totals": ("总额", "合计")},
        ),
    }
)
"""The rules of which more can be set than the severity."""


@cache
def rules() -> Mapping[str, AuditRule]:
    """Give the audit rules by code: what ``messages/audit.yaml`` words, but for parts of sentences, in its order."""
    worded = {code: known for code, known in wordings_of("audit").items() if not code.startswith("audit-")}
    found = {code: evolve(_SETTABLE.get(code, _PLAIN), severity=known.severity) for code, known in worded.items()}
    found.pop(CHECK_FAILED)
    return MappingProxyType(found)


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
    found = ((code, _active(rule, catalogue, code)) for code, rule in rules().items())
    return {code: active for code, active in found if active is not None}


def _active(rule: AuditRule, catalogue: Catalogue, code: str) -> ActiveRule | None:
    setting = catalogue.audit.get(code)
    if setting is None:
        return ActiveRule(rule.severity, rule.options) if rule.on and not (rule.sections or rule.needs) else None
    options = {**rule.options, **dict(setting.options)}
    if setting.severity == "off" or not all(options[name] for name in rule.needs):
        return None
    return ActiveRule(setting.severity or rule.severity, options)
