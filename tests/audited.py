"""A small edition and a submission without a finding, which the audit's tests spoil in one place each."""

from __future__ import annotations

import json
from collections.abc import Mapping
from copy import deepcopy
from functools import cache
from typing import Any

import yaml

import evalrules
from evalrules import Finding
from evalrules._engine import LoadedCatalogue

EDITION = """\
evalrules: 1
id: audited
edition: "1"
title: 审核用的版本
fiscal_years: [2023, 2024]
uses: [standard-methods@1]
rounding: {places: 1, mode: half_up}
data:
  编制数: {unit: 人, integer: true, min: 0}
  在职人员数: {unit: 人, integer: true, min: 0}
  在职人员控制率: {unit: "%", formula: 在职人员数 ÷ 编制数}
  预算数: {unit: 万元, min: 0}
  执行数: {unit: 万元, min: 0}
  备注: {type: text, required: false}
  有基建: {type: yes_no}
  完成日期: {type: date, required: false}
  经费:
    type: grid
    unit: 万元
    min: 0
    required: false
    columns: [预算, 决算]
    rows: [三公, 车辆, 接待]
  专项:
    type: table
    columns: {名称: {type: text}, 金额: {unit: 万元, required: false}}
defaults:
  scoring: {"≥": 比例得分, ">": 比例得分, "≤": 反向线性, "<": 反向线性, "=": 等值得分, date: 按期得分, text: 三档评判}
  sections:
    效益指标: {scoring: 三档评判}
sections:
  执行率:
    points: 10
    value: 执行数 ÷ 预算数
    unit: "%"
    target: 100%
    applies: 预算数 > 0
    otherwise: full_marks
    scoring: 比例得分
  产出指标:
    points: 60
    sections:
      数量指标: {open: true}
      质量指标: {open: true}
  效益指标: {points: 20, open: true}
  管理指标:
    points: 10
    indicators:
      制度健全性:
        points: 10
        scoring:
          checklist: {有制度: 4, 制度执行: 6}
  加分: {bonus: true, at_most: 5, open: true}
grades:
  优秀: {when: 总分 > 90, also: [优]}
  良好: 总分 ≥ 80
  差: otherwise
"""

SUBMISSION = """\
catalogue: audited@1
organisation: 某局
fiscal_year: 2024
data:
  编制数: 65
  在职人员数: 56
  在职人员控制率: 86.15%
  预算数: 100
  执行数: 100
  备注:
  有基建: 否
  经费: {三公: {预算: 10, 决算: 9}, 车辆: {预算: 6, 决算: 5}, 接待: {预算: 4, 决算: 4}}
  专项: [{名称: 道路, 金额: 3}]
entries:
  - {indicator: 执行率, claimed_score: 10}
  - {section: 产出指标/数量指标, indicator: 培训, points: 30, target: ≥20期, actual: 22期, claimed_score: 30}
  - {section: 产出指标/质量指标, indicator: 验收合格率, points: 30, target: ≥95%, actual: 97%, claimed_score: 30}
  - section: 效益指标
    indicator: 群众满意度
    points: 20
    target: ≥90%
    actual: 93%
    judged: {tier: 达成年度指标, score: 20}
    claimed_score: 20
  - {indicator: 制度健全性, answers: {有制度: 是, 制度执行: 是}, claimed_score: 10}
claimed: {score: 100, grade: 优秀, sections: {产出指标: 60, 效益指标: 20}}
"""


def edition(**changes: Any) -> dict[str, Any]:
    """Give the edition as a mapping, with keys of its top level added or replaced."""
    return {**yaml.safe_load(EDITION), **changes}


def submission(**changes: Any) -> dict[str, Any]:
    """Give the submission as a mapping, with keys of its top level added or replaced."""
    return {**yaml.safe_load(SUBMISSION), **changes}


def with_entry(place: int, **cells: Any) -> dict[str, Any]:
    """Give the submission with cells of one entry added or replaced."""
    changed = deepcopy(submission())
    changed["entries"][place] |= cells
    return changed


def with_data(**figures: Any) -> dict[str, Any]:
    """Give the submission with figures added or replaced."""
    return submission(data={**submission()["data"], **figures})


def with_claims(**claims: Any) -> dict[str, Any]:
    """Give the submission with parts of ``claimed`` added or replaced."""
    return submission(claimed={**submission()["claimed"], **claims})


def findings(submitted: Mapping[str, Any], by: Mapping[str, Any] | None = None) -> tuple[Finding, ...]:
    """Audit a submission by an edition, by the small one where none is given."""
    catalogue = _loaded(json.dumps(edition() if by is None else by))
    return evalrules.evaluate(catalogue, evalrules.load_submission(submitted)).findings


@cache
def _loaded(written: str) -> LoadedCatalogue:
    return evalrules.load_catalogue(json.loads(written))


def found(code: str, submitted: Mapping[str, Any], by: Mapping[str, Any] | None = None) -> list[Finding]:
    """Give the findings of one code."""
    return [one for one in findings(submitted, by) if one.code == code]


def told(code: str, submitted: Mapping[str, Any], by: Mapping[str, Any] | None = None) -> list[str]:
    """Give the findings of one code as ``where: message``."""
    return [f"{one.where}: {one.message}" for one in found(code, submitted, by)]
