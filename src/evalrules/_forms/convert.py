"""Files that only LibreOffice reads: converted by it where it is installed, in a profile of its own, one at a time."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
import threading
from pathlib import Path
from typing import Final

from evalrules._forms.package import Kind, Unreadable

SECONDS: Final = 60
PROGRAM: Final = "EVALRULES_SOFFICE"
"""The variable that names LibreOffice's program where it is not on the path."""
_PROGRAMS: Final = (
    "soffice",
    "libreoffice",
    "/Applications/LibreOffice.app/Contents/MacOS/soffice",
    r"C:\Program Files\LibreOffice\program\soffice.com",
)
_ONE_AT_A_TIME = threading.Lock()
_TARGETS: Final[dict[str, tuple[str, Kind]]] = {
    "convert-text": ("docx:MS Word 2007 XML", "word"),
    "convert-sheets": ("xlsx:Calc MS Excel 2007 XML", "sheets"),
}
# No macro runs, nothing linked is fetched, nothing is updated.
_SETTINGS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema"
 xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="MacroSecurityLevel" oor:op="fuse">
<value>3</value></prop><prop oor:name="DisableMacrosExecution" oor:op="fuse"><value>true</value></prop>
<prop oor:name="BlockUntrustedRefererLinks" oor:op="fuse"><value>true</value></prop>
<prop oor:name="DisableActiveContent" oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Writer/Content/Update">
<prop oor:name="Link" oor:op="fuse"><value>2</value></prop></item>
<item oor:path="/org.openoffice.Office.Calc/Content/Update">
<prop oor:name="Link" oor:op="fuse"><value>2</value></prop></item></oor:items>
"""


def converter() -> str | None:
    """Give the program of LibreOffice that is installed; None where there is none."""
    return os.environ.get(PROGRAM) or next(filter(None, map(shutil.which, _PROGRAMS)), None)


def converted(content: bytes, kind: Kind, suffix: str) -> tuple[bytes, Kind]:
    """Give the content as a file that we read; ``suffix`` is that of the kind of content, not of the file's name.

    Raises `Unreadable` where LibreOffice is not installed, does not end in time, or gives nothing.
    """
    program = converter()
    if program is None:
        raise Unreadable("form-needs-libreoffice", better=".docx" if kind == "convert-text" else ".xlsx")
    target, becomes = _TARGETS[kind]
    with _ONE_AT_A_TIME, tempfile.TemporaryDirectory(prefix="evalrules-") as folder:
        home = Path(folder)
        (home / "profile" / "user").mkdir(parents=True)
        (home / "profile" / "user" / "registrymodifications.xcu").write_text(_SETTINGS, "utf-8")
        source = home / f"form{suffix}"
        source.write_bytes(content)
        _run([program, *_arguments(home, target, suffix), str(source)], home)
        results = (
            [file for file in (home / "out").glob("form.*") if file.stat().st_size] if (home / "out").is_dir() else []
        )
        if not results:
            raise Unreadable("form-conversion-failed", better=".docx" if kind == "convert-text" else ".xlsx")
        return results[0].read_bytes(), becomes


def _arguments(home: Path, target: str, suffix: str) -> list[str]:
    # A web page is read as a text: as sheets, its texts would be taken for dates and numbers.
    web = ["--infilter=HTML (StarWriter)"] if suffix == ".html" else []
    profile = f"-env:UserInstallation={(home / 'profile').as_uri()}"
    return [
        profile, "--headless", "--norestore", "--nolockcheck", "--nodefault", *web,
        "--convert-to", target, "--outdir", str(home / "out"),
    ]  # fmt: skip


def _run(command: list[str], home: Path) -> None:
    """Run LibreOffice; when its time is over, everything that it started ends with it."""
    process = subprocess.Popen(  # noqa: S603 - the program is the one installed, its arguments are ours
        command,
        cwd=home,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=os.name == "posix",
    )
    try:
        process.wait(SECONDS)
    except subprocess.TimeoutExpired:
        raise Unreadable("form-conversion-late", seconds=SECONDS) from None
    finally:
        if process.poll() is None:
            _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(ProcessLookupError):
        if os.name == "posix":
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
    process.wait()
