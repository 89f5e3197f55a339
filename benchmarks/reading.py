"""Time and memory to read a folder of forms in Word: copies of the example document, in one process.

python benchmarks/reading.py [COUNT]
"""

from __future__ import annotations

import resource
import shutil
import sys
import tempfile
import time
from pathlib import Path

import evalrules

FORM = Path(__file__).parents[1] / "examples" / "suining-2024.docx"
COUNT = 300


def main() -> None:
    """Print the seconds for all forms, the milliseconds a form, and the most memory that the process held."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else COUNT
    with tempfile.TemporaryDirectory() as folder:
        for number in range(count):
            shutil.copy(FORM, Path(folder) / f"{number:04}.docx")
        began = time.perf_counter()
        read = evalrules.load_submissions(folder)
        seconds = time.perf_counter() - began
        complete = sum(not one.problems and len(one.entries) > 0 for one in read)
        most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        each = seconds / count * 1000
        print(f"{len(read)} forms, {complete} without a problem: {seconds:.1f} s, {each:.0f} ms a form, {most:.0f} MB")


if __name__ == "__main__":
    main()
