"""Evaluates thirty thousand times in one process: equal bytes, and no more objects than after the first thousand.

``python tests/endurance.py [TIMES]``, by hand; a hundred thousand over eight threads are ``tests/test_threads.py`` with
``HYPOTHESIS_PROFILE=thorough``.
"""

from __future__ import annotations

import gc
import sys
from pathlib import Path

import evalrules

EXAMPLE = Path(__file__).parent.parent / "examples" / "suining-2024.yaml"
AFTER, ALLOWED, ANEW = 1_000, 100, 50


def objects() -> int:
    """Count the objects that are alive."""
    gc.collect()
    return len(gc.get_objects())


def main(times: int) -> int:
    """Evaluate one form, read anew every fiftieth time, and tell what grew."""
    catalogue = evalrules.load_catalogue("suining-department@2024")
    submission, first, settled = evalrules.load_submission(EXAMPLE), "", 0
    for number in range(times):
        if number % ANEW == 0:
            submission = evalrules.load_submission(EXAMPLE)
        said = evalrules.evaluate(catalogue, submission).to_json()
        if said != (first := first or said):
            print(f"evaluation {number} differs")  # noqa: T201 - its purpose
            return 1
        if number == AFTER:
            settled = objects()
    more = objects() - settled
    print(f"{times} evaluations, equal bytes; {more} objects more than after {AFTER}")  # noqa: T201 - as above
    return int(more > ALLOWED)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 30_000))
