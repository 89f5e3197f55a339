"""Make a folder from which evalrules installs without a network: wheels for every office's machine, and two scripts.

``python offline/bundle.py OUT`` (``make bundle``) builds our own wheel, fetches those of everything it needs in the
versions of ``constraints.txt``, for each platform and Python below, and tries each combination: what is in the folder
alone must satisfy the installer. The scripts and a note in Chinese lie beside the wheels.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parent
EXTRAS = "office"
PYTHONS = ("3.11", "3.12", "3.13")
PLATFORMS = {
    "windows": ("win_amd64",),
    "x86_64-manylinux_2_28": ("manylinux2014_x86_64", "manylinux_2_17_x86_64", "manylinux_2_28_x86_64"),
    "aarch64-manylinux_2_28": ("manylinux2014_aarch64", "manylinux_2_17_aarch64", "manylinux_2_28_aarch64"),
}
"""For each kind of machine, by uv's name, the tags of the wheels that it takes, by pip's."""


def _run(module: str, *arguments: str) -> None:
    subprocess.run([sys.executable, "-m", module, "--quiet", *arguments], check=True)


def _fetch(wheels: Path, own: str, platform: str, python: str, scratch: Path) -> None:
    """Fetch what our wheel needs there; uv resolves, since pip asks the machine at hand what another one needs."""
    asked, resolved = scratch / "asked.in", scratch / "resolved.txt"
    asked.write_text(own + "\n", "utf-8")
    there = ("--python-platform", platform, "--python-version", python)
    pinned = ("--constraint", str(ROOT / "constraints.txt"))
    _run("uv", "pip", "compile", *there, *pinned, "--no-annotate", "--no-header", "-o", str(resolved), str(asked))
    needed = [line for line in resolved.read_text("utf-8").splitlines() if not line.startswith("evalrules")]
    resolved.write_text("\n".join(needed), "utf-8")
    tags = [part for tag in PLATFORMS[platform] for part in ("--platform", tag)]
    kind = (*tags, "--python-version", python, "--implementation", "cp", "--only-binary", ":all:")
    _run(
        "pip", "--disable-pip-version-check", "download", "--no-deps", "--dest", str(wheels), *kind, "-r", str(resolved)
    )


def _try(wheels: Path, own: str, platform: str, python: str, target: Path) -> None:
    """Install from the folder alone, as if there: what is missing fails."""
    there = ("--python-platform", platform, "--python-version", python)
    alone = ("--no-index", "--offline", "--find-links", str(wheels), "--target", str(target))
    _run("uv", "pip", "install", *there, *alone, own)


def bundle(out: Path) -> None:
    """Fill the folder; raises `subprocess.CalledProcessError` where a wheel is not to be had or does not fit."""
    shutil.rmtree(out, ignore_errors=True)
    wheels = out / "wheels"
    wheels.mkdir(parents=True)
    _run("pip", "--disable-pip-version-check", "wheel", "--no-deps", "--wheel-dir", str(wheels), str(ROOT))
    (wheel,) = wheels.glob("evalrules-*.whl")
    own = f"evalrules[{EXTRAS}] @ {wheel.resolve().as_uri()}"
    for step in (_fetch, _try):
        for platform in PLATFORMS:
            for python in PYTHONS:
                with tempfile.TemporaryDirectory() as scratch:
                    step(wheels, own, platform, python, Path(scratch))
    for script in ("install.sh", "install.bat", "说明.txt"):
        shutil.copy(HERE / script, out / script)


if __name__ == "__main__":
    bundle(Path(sys.argv[1]))
