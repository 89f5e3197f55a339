"""How long fifty installed plug-ins take to load, each with a contribution and a function of its own.

    python benchmarks/plugins.py

Each run is a fresh interpreter; the best of five is what the code costs, the rest is the machine.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from importlib.resources import files
from pathlib import Path

PLUGINS, RUNS = 50, 5
TEMPLATE = files("evalrules") / "_plugin_template" / "src" / "__MODULE__"
PROGRAM = """
import time
import evalrules
start = time.perf_counter()
plugins = evalrules.load_plugins()
loaded = time.perf_counter()
catalogue = evalrules.load_catalogue("suining-department@2024", plugins=plugins)
ready = time.perf_counter()
assert (len(plugins.loaded), len(catalogue.departments), catalogue.load_problems) == (%d, %d, ())
print((loaded - start) * 1000, (ready - loaded) * 1000)
"""


def install(number: int, site: Path) -> None:
    """Put a package and its metadata where pip would put them."""
    module, function = f"department{number}", f"折合完成率{number}"
    for path in ("__init__.py", "contributions/2024.yaml"):
        text = TEMPLATE.joinpath(f"{path}.template").read_text("utf-8").replace("折合完成率", function)
        text = text.replace("__DEPARTMENT__", f"第{number}局").replace("__PREFIX__", f"第{number}局")
        (site / module / path).parent.mkdir(parents=True, exist_ok=True)
        (site / module / path).write_text(text, "utf-8")
    metadata = site / f"{module}-1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {module}\nVersion: 1.0\n", "utf-8")
    (metadata / "entry_points.txt").write_text(f"[evalrules]\n{module} = {module}\n", "utf-8")


def main() -> None:
    """Install them, load them, and print the best of the runs."""
    with tempfile.TemporaryDirectory() as folder:
        for number in range(PLUGINS):
            install(number, Path(folder))
        command = [sys.executable, "-c", PROGRAM % (PLUGINS, PLUGINS)]
        environment = {**os.environ, "PYTHONPATH": folder}
        runs = [subprocess.check_output(command, env=environment, text=True).split() for _ in range(RUNS)]  # noqa: S603
    load, catalogue = (min(float(run[column]) for run in runs) for column in (0, 1))
    print(f"{PLUGINS} plug-ins: load {load:.0f} ms, then an edition with all of them {catalogue:.0f} ms")


if __name__ == "__main__":
    main()
