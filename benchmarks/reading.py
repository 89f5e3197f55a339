"""Time and memory to read a folder of forms, one command for all: reports in Word, and forms of many layouts.

python benchmarks/reading.py [COUNT]
"""

from __future__ import annotations

import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from layouts import Drawing, layouts  # noqa: E402 - the tests' table of layouts is no package

FORM = ROOT / "examples" / "suining-2024.docx"
COUNT = 300


def reports(folder: Path, count: int) -> None:
    """Copy the example, a report of a department with two tables among its prose."""
    for number in range(count):
        shutil.copy(FORM, folder / f"{number:04}.docx")


def drawn(folder: Path, count: int) -> None:
    """Draw the layouts of the tests in turn, as Word and as Excel files."""
    pages = [Drawing.of(one["page"]) for one in layouts().values()]
    for number in range(count):
        page = pages[number // 2 % len(pages)]
        suffix, content = ("xlsx", page.xlsx()) if number % 2 else ("docx", page.docx())
        (folder / f"{number:04}.{suffix}").write_bytes(content)


def processor() -> float:
    """Give the seconds that the commands have taken of the processor, whatever else the machine did."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def main() -> None:
    """Print the seconds for all files, the processor's milliseconds a file, and the most memory that was held."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else COUNT
    for fill in (drawn, reports):
        with tempfile.TemporaryDirectory() as home:
            folder, out = Path(home) / "forms", Path(home) / "read"
            folder.mkdir()
            fill(folder, count)
            began, worked = time.perf_counter(), processor()
            subprocess.run(  # noqa: S603 - our own command
                [sys.executable, "-m", "evalrules", "read", str(folder), "-o", str(out)],
                check=False,
                stderr=subprocess.DEVNULL,
            )
            seconds = time.perf_counter() - began
            each = (processor() - worked) / count * 1000
            read = len(list(out.glob("*.yaml")))
        most = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        spent = f"{seconds:.1f} s, {each:.0f} ms of the processor a file, {most:.0f} MB"
        print(f"{fill.__name__}: {count} files, {read} forms, {spent}")


if __name__ == "__main__":
    main()
