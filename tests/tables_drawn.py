"""Tables of forms, drawn: their columns of every type that tables have, plain in most forms and dirty in the others.

And editions by which columns score: those of `independent.drawing` without what columns leave to the engine.
"""

from __future__ import annotations

import datetime
import math
import random
from collections.abc import Iterator, Sequence
from decimal import ROUND_DOWN, Context, Decimal
from fractions import Fraction
from typing import Any, Final

import pyarrow as pa

import evalrules
from evalrules import batch
from evalrules._edition.model import Figure, Path
from evalrules._engine import LoadedCatalogue
from evalrules._score.ruleset import Ruleset
from evalrules.batch.forms import given_figures
from independent.drawing import Keys, Pen

NAMES = (
    *("培训人数", "验收合格率", "产品不合格率（月均）", "投诉处理", "无差错率", "群众满意度", "办结时间", "完成时间"),
    *("项目工期", "事故", "补助标准", "年度", "资金节约率", "A1类设备", "培训（含线上）≥3期", "未完成率", "占比例"),
)
ODD_NAMES = ("预算执行率", "在职人员控制率", "培训 人数", "", "-", "指标1", "甲\u200b乙", " 名称 ")
UNITS = (
    *("", "%", "‰", "个", "人", "人次", "万元", "元", "万"),
    *("分", "天", "个工作日", "小时", "月", "项", "亩", "万人次"),
)
SIGNS = ("≥", "≤", ">", "<", "=", "", "", "不少于", "不超过")
WORDS = (
    *(("及时", "及时"), ("有效提升", "有所提升"), ("2024年12月底前", "2024-12-20"), ("2020年6月", "2020.7")),
    *(("明显改善", "无"), ("按时完成任务", "95%"), ("第一季度", "4月"), ("提高10个百分点", "未提高"), ("优", "-")),
    *(("90%-95%", "93%"), ("80–90分", "96分"), ("≤5次", "无"), ("≥95%", "≥98%"), ("12月底前", "11月")),
)
ODD_CELLS = (
    *("", "-", "/", "无", "及时", "95%以上", "90%-95%", "2024年12月底前", "2024.6", "6月", "12.31", "2020", "20201231"),
    *("≥95%", "六", "９５％", "1,000个", " 95% ", "95％。", "1/3", "1e3", "123456789012345678", "0.123456789", "-5"),
    *("1.5.2", "完成", "10个,5人", "100%(含)", "约95%", "是", "\u200b95", "0123", "+5", "1 000人", "5万元/人"),
    "百分之九十",
)
NUMBERS = ("0", "1", "0.5", "100", "95", "99.995", "33.33", "66.667", "3", "7", "12345678.9", "0.95", "1.0", "250")
ODD_POINTS = ("", "0", "-5", "5分", "5.123", "五", "1e1", "05", None, "1000000000000000000")

PLAIN, ODD = 0.75, 3
"""The share of forms without a dirty figure, and so many at most in one that has some."""
HUGE = ("123456789012345678", "999999999999999", "0.123456789", "-0.000001", "-1", "0", "99999999.99999", "1E-10")
DOUBLES = (math.nan, math.inf, -math.inf, -0.0, 1e22, 5e-324, 0.1 + 0.2, 4503599627370496.5, 1e15, 1 - 2**-53)
TEXTS = (
    *("", " ", "-", "/", "无", "95%", "12.50", "+5", "1,000", "１２", "5万元", "0.3亿元", "12人", "六", "1e3", "NaN"),
    *("-0", "007", "12.", ".5", "12 ", "1/3", "\u200b5", "约5", "≥5", "true", "null", "9" * 30),
)
ODD_TEXTS = ("", " ", "-", "无", "说明", "a\x01b", "<b>", "东部 ", "2024-02-30", "2024年6月1日", "2024.6.1", "1")
DAYS = tuple(
    map(
        datetime.date.fromisoformat,
        (
            "2024-12-31",
            "2025-02-28",
            "0001-01-01",
            "1899-12-31",
            "1900-01-01",
            "2199-12-31",
            "2200-01-01",
            "9999-12-31",
        ),
    )
)
HEADS = ("某单位", "某某县政府办公室", "县水利局", "甲乙1号站")
ODD_HEADS = (None, "", " ", "甲", "某 单位", "=1+1", "a\x01b", "县局（本级）", "长" * 70)
APART = ("checklist", "judged", "三档评判", "月数", "months", "明细", "points': ['")
"""What columns do not have."""
_WIDE = Context(prec=60)
TEXT_TYPES: Final = (pa.string(), pa.large_string(), pa.dictionary(pa.int32(), pa.string()))
NUMBER_TYPES: Final = (
    *(pa.float64(), pa.float64(), pa.float64(), pa.decimal128(38, 10), pa.decimal128(38, 10), pa.decimal128(20, 3)),
    *(pa.int64(), pa.int32(), pa.uint32()),
)
LEFT_OUT: Final = (pa.decimal256(50, 4), pa.uint64(), pa.decimal128(38, 30), pa.float32(), *TEXT_TYPES)
"""Types of numbers whose every value goes to the engine, or most."""
USUAL: Final = {"yes_no": pa.bool_(), "choice": pa.string(), "date": pa.date32(), "text": pa.string()}
UNUSUAL: Final = {
    "yes_no": TEXT_TYPES,
    "choice": TEXT_TYPES,
    "date": (pa.date64(), pa.timestamp("ms"), pa.string()),
    "text": TEXT_TYPES,
}


def shares(ruleset: Ruleset) -> list[tuple[list[Path], int]]:
    """Give the open sections among which points are to be shared, and how many units, so that every sum is right."""
    found: list[tuple[list[Path], int]] = []
    taken: dict[Path, int] = {}
    pointed = [part for part in (*ruleset.catalogue.sections, ruleset.catalogue.form) if part.points is not None]
    for part in sorted(pointed, key=lambda part: -len(part.path)):
        depth = len(part.path)
        free = [path for path in ruleset.takers if path[:depth] == part.path and path not in taken and path]
        below = sum(units for path, units in taken.items() if path[:depth] == part.path)
        fixed = sum(row.units for path, row in ruleset.row_at.items() if path[:depth] == part.path)
        if free:
            units = int((part.points or 0) * ruleset.place) - fixed - below
            found += [(free, units)] if units else []
            taken |= {path: units if path == free[0] else 0 for path in free}
    return found


class Drawing:
    """Draws forms by an edition: most are plain in every cell, the others are dirty in some."""

    def __init__(self, catalogue: LoadedCatalogue, seed: int) -> None:
        self.catalogue, self.ruleset = catalogue, catalogue.ruleset
        self.chance = random.Random(seed)  # noqa: S311 - the same forms each time
        self.shares = shares(self.ruleset)
        self.figures = given_figures(catalogue)
        self.types, self.places = 1, 2
        """So many of the types of numbers, and their decimals in most forms of a table."""

    # ---- tables ------------------------------------------------------------------------------------------------------

    def table(self, count: int) -> pa.Table:
        """Draw a table of forms; each of its columns is of one of the types that hold such values."""
        columns = {"id": pa.array(range(count)), **self.heads(count), **self.data(count)}
        if self.ruleset.takers:
            columns["entries"] = pa.array([self.rows() for _ in range(count)], pa.list_(batch.ENTRY))
        made, cut = pa.table(columns), self.chance.randint(0, count)
        return pa.concat_tables([made.slice(0, cut), made.slice(cut)])

    def heads(self, count: int) -> dict[str, pa.Array]:
        """Draw what stands above the figures."""
        chance = self.chance
        names = [chance.choice(ODD_HEADS) if chance.random() < 0.02 else chance.choice(HEADS) for _ in range(count)]
        years = [chance.choice((1, 1989, 2200, None)) if chance.random() < 0.01 else 2024 for _ in range(count)]
        if self.ruleset.takers:
            years = [chance.choice((year, year, year, 2020, 1995)) for year in years]
        found = {
            "organisation": pa.array(names),
            "fiscal_year": pa.array(years, chance.choice((pa.int32(), pa.int64()))),
        }
        for name in ("project", "filled_by", "date"):
            if chance.random() < 0.03:
                found[name] = pa.array([chance.choice((None, None, "道路养护", "", "2024年")) for _ in range(count)])
        beside: dict[str, pa.DataType] = {"claimed": pa.struct({"score": pa.string(), "grade": pa.string()})}
        beside |= {name: pa.list_(pa.struct({"金额": pa.string()})) for name in self.catalogue.tables}
        beside |= {name: pa.struct({"三公": pa.struct({"本年": pa.string()})}) for name in self.catalogue.grids}
        filled = {"claimed": {"score": "9"}, **{name: [{"金额": "5"}] for name in self.catalogue.tables}}
        for name, kind in beside.items():
            if chance.random() < 0.03:
                value = filled.get(name, {"三公": {"本年": "7"}})
                found[name] = pa.array([chance.choice((None, None, None, value)) for _ in range(count)], kind)
                if pa.types.is_list(kind) and chance.random() < 0.5:
                    found[name] = pa.array([chance.choice((None, None, None, [])) for _ in range(count)], kind)
        return found

    def data(self, count: int) -> dict[str, pa.Array]:
        """Draw the columns of the figures."""
        chance = self.chance
        self.types, self.places = chance.choice((1, len(NUMBER_TYPES))), chance.choice((0, 2, 2, 2, 4, 6))
        forms = [self.values() for _ in range(count)]
        kinds = {name: self.kind(figure) for name, figure in self.figures.items() if chance.random() > 0.002}
        for form in forms:
            if chance.random() > PLAIN:
                for name in chance.choices(tuple(kinds), k=chance.randint(1, ODD)):
                    form[name] = self.dirty(self.figures[name], kinds[name])
        return {name: column([form[name] for form in forms], kind) for name, kind in kinds.items()}

    def kind(self, figure: Figure) -> pa.DataType:
        """Draw the type of a column: doubles or several, now and then one that columns do not read."""
        chance = self.chance
        if figure.type != "number":
            return USUAL[figure.type] if chance.random() > 0.01 else chance.choice(UNUSUAL[figure.type])
        if chance.random() < 0.01:
            return chance.choice(LEFT_OUT)
        if figure.unit != "%" and chance.random() < 0.2:
            return chance.choice(TEXT_TYPES)
        return chance.choice(NUMBER_TYPES[: self.types])

    # ---- figures -----------------------------------------------------------------------------------------------------

    def values(self) -> dict[str, Any]:
        """Draw the figures of a form, each near others, so that edges and ties are met."""
        scale, exact = self.chance.choice((1, 1, 1, 10, 1000, 100_000)), self.chance.random() > 0.1
        near, end = Decimal(self.chance.randint(1, 400)) / 2 * scale, Decimal(1).scaleb(-self.places)
        found = {name: self.value(figure, near) for name, figure in self.figures.items()}
        if exact:
            found = {name: each.quantize(end) if isinstance(each, Decimal) else each for name, each in found.items()}
        return found

    def value(self, figure: Figure, near: Decimal) -> Any:
        """Draw a value that the figure takes."""
        chance = self.chance
        match figure.type:
            case "yes_no":
                return chance.random() < 0.6
            case "choice":
                return chance.choice(figure.choices)
            case "date":
                return datetime.date(2024, 1, 1) + datetime.timedelta(chance.randint(0, 500))
            case "text":
                return None
        number = self.number_of(figure.unit == "%", near)
        number = number.to_integral_value(ROUND_DOWN) if figure.integer else number
        low, high = figure.bounds.low, figure.bounds.high
        if low is not None and (number < low or (number == low and figure.bounds.low_open)):
            number = decimal(low) + figure.bounds.low_open
        return number if high is None or number < high else decimal(high)

    def number_of(self, rate: bool, near: Decimal) -> Decimal:  # noqa: FBT001 - it is one or it is not
        """Draw a number: whole shares of another, a hair beside them, halves, what formulas ask for, or any."""
        chance = self.chance
        share = Decimal(chance.randint(0, 30) * 5) / 100
        match chance.randint(0, 7):
            case 0:
                return Decimal(0) if chance.random() < 0.5 else share
            case 1 | 2:
                found = share if rate else near * share
            case 3:
                found = (share if rate else near * share) + Decimal(chance.choice((-1, 1))).scaleb(
                    -chance.randint(1, 4)
                )
            case 4:
                found = Decimal(chance.randint(0, 80)) / 2
            case 5:
                found = Decimal(chance.randint(0, 1500)) / 1000
            case _:
                found = near * chance.randint(0, 2000) / 1000
        return found / 100 if rate and found > 3 else found

    def dirty(self, figure: Figure, kind: pa.DataType) -> Any:
        """Draw what may stand in such a column and is no plain value of the figure."""
        chance = self.chance
        if chance.random() < 0.3:
            return None
        if pa.types.is_floating(kind):
            return chance.choice((*DOUBLES, *map(float, HUGE)))
        if is_text(kind):
            return chance.choice((*TEXTS, *HUGE) if figure.type == "number" else (*ODD_TEXTS, *TEXTS))
        if figure.type == "number":
            return Decimal(chance.choice(HUGE))
        return chance.choice(DAYS) if figure.type == "date" else chance.random() < 0.5

    # ---- rows of the unit's own --------------------------------------------------------------------------------------

    def rows(self) -> list[dict[str, Any]] | None:
        """Draw the rows of a form, whose points add up as a rule."""
        chance = self.chance
        entries = [each for each in self.entries() if chance.random() > 0.002]
        if chance.random() < 0.2:
            chance.shuffle(entries)
        if chance.random() < 0.3 and entries:
            self.spoil(chance.choice(entries))
        return chance.choice([None, []]) if chance.random() < 0.01 else entries

    def entries(self) -> Iterator[dict[str, Any]]:
        """Draw the rows of each open section."""
        for sections, units in self.shares:
            count = self.chance.randint(1, 3)
            for number in range(count):
                share = units // count if number else units - units // count * (count - 1)
                yield self.entry(self.chance.choice(sections), Fraction(share, self.ruleset.place))

    def entry(self, path: Path, points: Fraction) -> dict[str, Any]:
        """Draw a row."""
        chance = self.chance
        unit = chance.choice(UNITS)
        other = unit if chance.random() < 0.9 else chance.choice(UNITS)
        target = self.number()
        actual = target if chance.random() < 0.1 else self.number(target)
        apart = chance.random() < 0.15
        words = chance.choice(WORDS) if chance.random() < 0.1 else (None, None)
        section = "/".join(path if chance.random() < 0.8 else path[-1:])
        return {
            "section": section,
            "indicator": chance.choice(NAMES),
            "points": str(Decimal(points.numerator) / points.denominator),
            "target": words[0] or f"{chance.choice(SIGNS)}{target}{'' if apart else unit}",
            "actual": words[1] or f"{actual}{'' if apart else other}",
            "unit": unit if apart and unit else None,
            "claimed_score": chance.choice([None, "3", "2.5"]),
            "note": chance.choice([None, None, "见附件"]),
        }

    def number(self, near: str = "100") -> str:
        """Draw a number as it is written."""
        chance = self.chance
        if chance.random() < 0.4:
            return chance.choice(NUMBERS)
        around = Decimal(near) * chance.randint(50, 130) / 100
        return f"{round(around, chance.choice([0, 1, 2, 3])):f}"

    def spoil(self, entry: dict[str, Any]) -> None:
        """Write something odd into a row."""
        chance = self.chance
        ways: dict[str, tuple[Any, ...]] = {
            "target": ODD_CELLS,
            "actual": ODD_CELLS,
            "unit": ("%", "百分比", "月", "-", "个/人", " 人 ", "年"),
            "points": ODD_POINTS,
            "indicator": ODD_NAMES,
            "section": (
                *("社会成本指标", "产出指标", "满意度", "没有这样的指标", "/", None, "时效指标", "新的/一节"),
                "进度指标",
            ),
            "claimed_score": ("满分", "十", "3分", "-", "", "-1"),
            "note": ("", "a\x01b", "-"),
            "deviation_reason": ("无", "进度慢\u200b"),
            "not_applicable": ("不适用", ""),
            "evidence": ([], ["文件"]),
            "judged": ({"tier": "达成", "score": None, "because": None}, {"tier": None, "score": "3", "because": "好"}),
        }
        name = chance.choice([*ways, "target", "actual", "actual"])
        entry[name] = chance.choice(ways[name])
        if chance.random() < 0.1:
            entry.clear()


# ---- columns of types ------------------------------------------------------------------------------------------------


def decimal(number: Fraction) -> Decimal:
    """Give a bound of a figure as a decimal."""
    return Decimal(number.numerator) / number.denominator


def is_text(kind: pa.DataType) -> bool:
    """Tell the types of texts, one of which is that of choices written as numbers of a dictionary."""
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_dictionary(kind))


def column(values: Sequence[Any], kind: pa.DataType) -> pa.Array:
    """Write values into a column: what it cannot hold is cut to what it can."""
    return pa.array([None if value is None else written(value, kind) for value in values], kind)


def written(value: Any, kind: pa.DataType) -> Any:
    """Give a value as a column of this type holds it."""
    if is_text(kind):
        return value if isinstance(value, str) else words(value)
    if pa.types.is_floating(kind):
        return float(value)
    if pa.types.is_timestamp(kind):
        return datetime.datetime.combine(value, datetime.time())
    if isinstance(value, float):
        return None
    if pa.types.is_integer(kind):
        signed = pa.types.is_signed_integer(kind)
        most = 2 ** (kind.bit_width - signed)
        return max(-most * signed, min(int(value), most - 1))
    if pa.types.is_decimal(kind):
        end = Decimal(10) ** (kind.precision - kind.scale) - 1
        return max(-end, min(value, end)).quantize(Decimal(1).scaleb(-kind.scale), ROUND_DOWN, _WIDE)
    return value


def words(value: Any) -> str:
    """Write a value as a person does."""
    if isinstance(value, bool):
        return "是" if value else "否"
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


# ---- editions --------------------------------------------------------------------------------------------------------


class ColumnsPen(Pen):
    """Draws editions whose every fixed row is scored by figures, with open sections where it is told."""

    def __init__(self, chance: random.Random, *, opens: bool) -> None:
        super().__init__(lambda _: None)
        self.chance, self.opens = chance, opens
        self.places = self.whole(0, 3)

    def whole(self, low: int, high: int) -> int:
        return self.chance.randint(low, high)

    def indicator(self, points: int) -> Keys:
        found = super().indicator(points)
        return found if has_columns(found) and reads_figures(found) else self.indicator(points)

    def condition(self, depth: int = 1) -> str:
        found = super().condition(depth)
        return found if has_columns(found) else self.condition(depth)

    def otherwise(self, keys: Keys, options: Sequence[Any]) -> Keys:
        return {"applies": self.condition(), **super().otherwise(keys, options)}

    def section(self) -> tuple[str, Keys, int]:
        """Draw a section without what keeps whole forms from columns."""
        return self.open_section() if self.opens and self.one_in(2) else self.plain_section()

    def cap(self, _: int) -> Keys:
        return {}

    def outside(self) -> Keys:
        return {}

    def edition(self) -> Keys:
        """Draw an edition with few figures that it does not read, so that single forms are evaluated fast."""
        found = super().edition()
        read, kept = str({key: keys for key, keys in found.items() if key != "data"}), {}
        for name, keys in reversed(found["data"].items()):  # what is computed reads what stands above it
            if name in read or "columns" in keys or self.one_in(5):
                kept[name] = keys
                read += str(keys.get("formula"))
        return found | {"data": dict(reversed(kept.items()))}


def has_columns(drawn: Any) -> bool:
    """Tell whether nothing of what was drawn is asked of an assessor, or of functions that columns do not have."""
    return not any(word in str(drawn) for word in APART)


def reads_figures(keys: Keys) -> bool:
    """Tell whether an indicator needs no row of the form."""
    rules = isinstance(keys["scoring"], dict) and keys["scoring"].keys() & {"award", "deduct"}
    return "value" in keys or (bool(rules) and "target" not in keys and "完成值" not in str(keys))


def drawn_edition(seed: int, *, opens: bool) -> LoadedCatalogue:
    """Draw an edition by which columns score forms."""
    chance = random.Random(seed)  # noqa: S311 - the same edition each time
    while True:
        try:
            catalogue = evalrules.load_catalogue(ColumnsPen(chance, opens=opens).edition(), plugins=())
        except evalrules.CatalogueError:  # a table that no one reads, a divisor that can be 0
            continue
        if batch.plan(catalogue).by_columns and bool(catalogue.ruleset.takers) == opens:
            return catalogue
