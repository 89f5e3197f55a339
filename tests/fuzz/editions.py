"""Feeds the edition reader with YAML that follows its branches: an edition or problems with places, and nothing else.

An edition that has no errors is compiled and asked for a blank form. Run by ``make fuzz``.
"""

from __future__ import annotations

import sys
from pathlib import Path
from tempfile import mkdtemp

import atheris

with atheris.instrument_imports(include=["evalrules"]):
    import evalrules._engine as engine
    from evalrules._problems import CatalogueError, SubmissionError, render_problem

WHOLE = """\
evalrules: 1
id: a
edition: "1"
title: 甲
points: 10
rounding: {places: 2, mode: half_up}
data:
  数: {unit: 元, min: 0}
  率: {unit: "%", formula: 数 ÷ 2}
  是: {type: yes_no}
sections:
  一:
    points: 10
    二:
      points: 5
      target: ≥ 95%
      value: 率
      unit: "%"
      scoring:
        award:
          - {when: 完成值 ≥ 90%, points: 分值}
          - {points: 0, because: "{完成值}"}
    三:
      points: 5
      scoring:
        deduct:
          - {when: 数 > 1, points: 1, because: "{数}"}
grades: {优: 总分 ≥ 9, 差: otherwise}
""".splitlines(keepends=True)
OTHERS = (
    *("      applies: 数 > 0\n", "      otherwise: full_marks\n", "based_on: suining-department@2024\n", "methods:\n"),
    *(
        "      scoring: 比例得分\n",
        "tables:\n",
        "    bonus: true\n",
        "    at_most: 2\n",
        "checks:\n",
        "    open: true\n",
    ),
    *("    cap: {at_most: 4, when: 数 > 3, because: 超}\n", "  期: {type: date}\n", "      target: [80%, 90%]\n"),
    *("    one_of: true\n", "      target: 2024年12月前\n", "      unit: 人\n", "            each: 5%\n"),
)
PATH = Path(mkdtemp()) / "a" / "1.yaml"
PATH.parent.mkdir()


def text_of(chosen: atheris.FuzzedDataProvider) -> str:
    """Change a whole edition: lines left out, lines put in, lines twice, characters put in."""
    lines = [*WHOLE]
    while chosen.remaining_bytes() and lines:
        place, deed = chosen.ConsumeIntInRange(0, len(lines) - 1), chosen.ConsumeIntInRange(0, 4)
        if deed == 0:
            del lines[place]
        elif deed == 1:
            lines.insert(place, chosen.PickValueInList(list(OTHERS)))
        elif deed == 2:
            lines.insert(place, chosen.PickValueInList(WHOLE))
        else:
            cut = chosen.ConsumeIntInRange(0, len(lines[place]))
            lines[place] = lines[place][:cut] + chosen.ConsumeUnicode(deed * 2 - 5) + lines[place][cut + deed - 3 :]
    return "".join(lines)


def test_one_input(raw: bytes) -> None:
    """Load an edition from a file; evaluate a submission without any figure."""
    text = text_of(atheris.FuzzedDataProvider(raw))
    PATH.write_bytes(text.encode("utf-8", "surrogatepass"))
    try:
        catalogue = engine.load_catalogue(PATH, plugins=())
        blank = engine.load_submission({"catalogue": catalogue.name, "organisation": "甲", "fiscal_year": 2024})
        engine.evaluate(catalogue, blank).to_json()
    except (CatalogueError, SubmissionError) as error:
        found = error.problems
    else:
        return
    assert found
    assert all(render_problem(one) for one in found)


if __name__ == "__main__":
    atheris.Setup(sys.argv, test_one_input)
    atheris.Fuzz()
