"""Feeds every door of evalrules with valid documents that are spoilt, for the seconds that are given, each in turn.

``python tests/fuzz/spoilt.py SECONDS [TARGET [SEED]]``. A failure names its target and its seed, from which it can be
had again: ``python tests/fuzz/spoilt.py 0 TARGET SEED``.
"""

from __future__ import annotations

import random
import sys
import time
import traceback
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from spoiling import TARGETS, once


def main(seconds: float, names: list[str], seed: int | None) -> int:
    """Run the targets until the time is over; gives the number of failures."""
    end, tried, failed = time.monotonic() + seconds, Counter[str](), dict[str, int]()
    with TemporaryDirectory() as folder:
        while True:
            for name in names:
                chosen = random.randrange(2**32) if seed is None else seed  # noqa: S311
                try:
                    once(name, chosen, Path(folder) / name)
                except Exception as error:  # noqa: BLE001 - every failure is told
                    frame = traceback.extract_tb(error.__traceback__)[-1]
                    kind = f"{name}: {type(error).__name__} at {Path(frame.filename).name}:{frame.lineno}"
                    if failed.setdefault(kind, chosen) == chosen:
                        print(f"{kind}, seed {chosen}: {str(error)[:200]}", file=sys.stderr, flush=True)  # noqa: T201
                tried[name] += 1
            if time.monotonic() >= end:
                break
    print(", ".join(f"{name} {count}" for name, count in tried.items()), f"failures of {len(failed)} kinds")  # noqa: T201
    return len(failed)


if __name__ == "__main__":
    given = sys.argv[2:]
    sys.exit(main(float(sys.argv[1]), given[:1] or list(TARGETS), int(given[1]) if len(given) > 1 else None) > 0)
