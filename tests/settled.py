"""Which rules on months and tables are settled: ``python tests/settled.py`` writes the table of ``docs/proofs.md``.

Each rule is an indicator of a small edition, proved like any other. The table says of each law what became of it.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from pathlib import Path
from textwrap import indent

from evalrules._engine import load_catalogue
from evalrules._laws.law import Verdict, laws
from evalrules.prove import prove

PAGE = Path(__file__).parent.parent / "docs" / "proofs.md"
BEGIN, END = "<!-- tests/settled.py -->\n", "<!-- /tests/settled.py -->\n"
SECONDS = 20.0

RATE = """\
unit: "%"
target: ≥ 90%
scoring:
  award:
    - {when: 完成值 ≥ 90%, points: 分值}
    - {when: 完成值 ≥ 60%, points: 分值 × 完成值, because: "{完成值}"}
    - {points: 0, because: "{完成值}，低于 60%"}"""
FEW = 'target: ≤ 0项\nunit: 项\nscoring: {deduct: [{when: 完成值 > 0, points: 2 × 完成值, because: "{完成值}"}]}'
BUDGETED = "applies: 合计(项目_预算) > 0\notherwise: full_marks"
FILLED = "applies: 计数(项目_完成率 ≥ 0) > 0\notherwise: full_marks"
PERIOD = """\
unit: 月
target: ≤ 6月
scoring:
  award:
    - {when: 完成值 ≤ 6, points: 分值}
    - {when: 完成值 ≤ 18, points: 分值 × (18 − 完成值) ÷ 12, because: "工期 {完成值}"}
    - {points: 0, because: 工期过长}"""
RULES = {
    "`月数(开工日, 完工日)`，按月递减": f"value: 月数(开工日, 完工日)\n{PERIOD}",
    "`月数(日期(2024, 1, 1), 完工日)`，分档": """\
value: 月数(日期(2024, 1, 1), 完工日)
unit: 月
target: ≤ 6月
scoring:
  award:
    - {when: 完成值 ≤ 6, points: 分值}
    - {when: 完成值 ≤ 12, points: 5, because: 迟}
    - {points: 0, because: 太迟}""",
    "`最大(月数(期限, 完工日), 0)`，逐月扣分": """\
scoring:
  let: {逾期: "最大(月数(期限, 完工日), 0)"}
  deduct: [{when: 逾期 > 2, points: 逾期 − 2, because: "逾期 {逾期}"}]""",
    "`合计`，比例得分": "value: 合计(项目_支出)\nunit: 万元\ntarget: ≥ 10万元\nscoring: 比例得分",
    "`合计 ÷ 合计`": "value: 合计(项目_支出) ÷ 合计(项目_预算)\napplies: 合计(项目_预算) > 0\notherwise: full_marks\n"
    + RATE,
    "`合计(若(…))`，各行分类": "value: '合计(若(项目_类别 = 重点, 项目_预算, 0)) ÷ 合计(项目_预算)'\n"
    f"{BUDGETED}\n{RATE}",
    "`合计(最小(…)) ÷ 合计`": f"value: '合计(最小(项目_支出, 项目_预算)) ÷ 合计(项目_预算)'\n{BUDGETED}\n{RATE}",
    "`合计(下取整(…))`": "value: 合计(下取整(项目_支出 ÷ 10))\n" + FEW.replace("项", "万元"),
    "`计数`，条件含比例和是否": "value: 计数(项目_完成率 < 80% 或 非 项目_合格)\n" + FEW,
    "`计数`，条件含日期": "value: '计数(项目_下达日 > 日期(2024, 6, 30))'\n" + FEW,
    "`计数`，条件含月数": "value: '计数(月数(项目_下达日, 日期(2024, 12, 31)) < 3)'\n" + FEW,
    "`计数 ÷ 计数`": f"value: 计数(项目_合格) ÷ 计数(项目_完成率 ≥ 0)\n{FILLED}\n{RATE}",
    "`平均`": f"value: 平均(项目_完成率)\n{FILLED}\n{RATE}",
    "`平均(列 ÷ 列)`": f"value: 平均(项目_支出 ÷ 项目_预算)\n{FILLED}\n{RATE.replace('分值 × 完成值', '6')}",
    "`加权平均`": "value: 加权平均(项目_完成率, 项目_权数)\napplies: 合计(项目_权数) > 0\notherwise: full_marks\n"
    + RATE,
    "`去极值平均`": f"value: 去极值平均(项目_完成率)\n{FILLED.replace('> 0', '≥ 3')}\n{RATE}",
    "`去极值平均` 与 `平均` 之差": f"""\
scoring:
  award:
    - {{when: 去极值平均(项目_完成率) > 平均(项目_完成率) + 20%, points: 6, because: 差别过大}}
    - {{points: 分值}}
{FILLED.replace("> 0", "≥ 3")}""",
    "`合计`，另查单项 `计数`": """\
value: 合计(项目_支出)
unit: 万元
target: ≥ 10万元
scoring:
  award:
    - {when: 完成值 ≥ 10 且 计数(项目_支出 > 100) = 0, points: 分值}
    - {points: 5, because: 少，或有一项过大}""",
}
EDITION = """\
evalrules: 1
id: settled
edition: "1"
title: 求证月数和明细表
fiscal_years: [2024]
uses: [standard-methods@1]
points: POINTS
data:
  开工日: {type: date}
  完工日: {type: date}
  期限: {type: date}
  项目:
    type: table
    columns:
      名称: {type: text}
      类别: {type: choice, choices: [重点, 一般]}
      合格: {type: yes_no}
      下达日: {type: date}
      预算: {unit: 万元, above: 0}
      支出: {unit: 万元, min: 0}
      完成率: {unit: "%", min: 0, max: 1}
      权数: {min: 0}
sections:
"""
WORDS = {"proved": "证明", "refuted": "反例", "undecided": "没有定论", "vacuous": "无从谈起"}


def verdicts() -> list[Verdict]:
    """Prove the rules."""
    parts = [f"  第{place}条:\n    points: 10\n{indent(body, '    ')}\n" for place, body in enumerate(RULES.values())]
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "settled", "1.yaml")
        file.parent.mkdir()
        file.write_text(EDITION.replace("POINTS", str(10 * len(RULES))) + "".join(parts), "utf-8")
        return [*prove(load_catalogue(file), seconds=SECONDS)]


def table(found: Iterable[Verdict]) -> str:
    """Write what became of each law of each rule."""
    by_rule = {(each.title, each.law): each.outcome for each in found}
    names = [name for name in laws() if name != "graded"]
    lines = [f"| 规则 | {' | '.join(f'`{name}`' for name in names)} |", "|---" * (len(names) + 1) + "|"]
    for place, rule in enumerate(RULES):
        cells = [WORDS.get(by_rule.get((f"第{place}条", name), ""), "—") for name in names]
        lines.append(f"| {rule} | {' | '.join(cells)} |")
    return BEGIN + "\n" + "\n".join(lines) + "\n\n" + END


if __name__ == "__main__":
    text = PAGE.read_text("utf-8")
    before, rest = text.split(BEGIN)
    PAGE.write_text(before + table(verdicts()) + rest.split(END)[1], "utf-8")
