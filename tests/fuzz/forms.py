"""Feeds the reader of office files with forms that are spoilt in their parts: forms or problems, and nothing else.

Not led by coverage: the parts of a package are mutated before they are zipped, so that the spoilt XML is reached. Runs
for the seconds that are given, from the seed that is given or drawn; what fails is written beside with its seed.
"""

from __future__ import annotations

import random
import sys
import time
from pathlib import Path
from tempfile import mkdtemp

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from evalrules._forms import convert
from test_forms_hostile import SEEDS, mutated, read


def main(seconds: float, seed: int) -> None:
    """Read spoilt files until the time is over."""
    convert.converter = lambda: None  # LibreOffice is another project's program, and takes seconds
    chance, folder, end = random.Random(seed), Path(mkdtemp()), time.monotonic() + seconds  # noqa: S311
    count = longest = 0.0
    while time.monotonic() < end:
        name = chance.choice(sorted(SEEDS))
        content = mutated(SEEDS[name], chance)
        begun = time.monotonic()
        try:
            read(content, name, folder)
        except BaseException:
            (folder / f"failed-{name}").write_bytes(content)
            print(f"seed {seed}, file {int(count)}: {folder / f'failed-{name}'}", file=sys.stderr)  # noqa: T201
            raise
        longest = max(longest, time.monotonic() - begun)
        count += 1
    print(f"{int(count)} files, seed {seed}, longest {longest:.2f} s")  # noqa: T201


if __name__ == "__main__":
    main(float(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else random.randrange(2**32))  # noqa: S311
