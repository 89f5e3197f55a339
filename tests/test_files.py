from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evalrules._documents import OutputError, Problems, file_name, files, locked, read_bytes, write_file, written_whole


def refused(write: Callable[[], object]) -> str:
    """Give the code with which a file is not written."""
    with pytest.raises(OutputError) as caught:
        write()
    return caught.value.problems[0].code


def names(folder: Path) -> list[str]:
    """Give the names of everything that lies in a folder."""
    return sorted(entry.name for entry in folder.iterdir())


# ---- written whole or not at all ------------------------------------------------------------------------------------


def test_file_is_written_with_its_folders_and_leaves_nothing_beside_it(tmp_path: Path) -> None:
    """Text is UTF-8 with line feeds on every system, and the rights are those of any new file."""
    write_file(tmp_path / "a" / "b" / "报告.md", "一\n二\n")
    assert (tmp_path / "a" / "b" / "报告.md").read_bytes() == "一\n二\n".encode()
    assert names(tmp_path / "a" / "b") == ["报告.md"]
    plain = tmp_path / "plain"
    plain.touch()
    assert (tmp_path / "a" / "b" / "报告.md").stat().st_mode == plain.stat().st_mode


def test_file_that_is_replaced_keeps_its_rights_and_its_links(tmp_path: Path) -> None:
    """What leads to a file still leads to it, and who might read it still may."""
    (tmp_path / "real.txt").write_text("old")
    (tmp_path / "real.txt").chmod(0o640)
    (tmp_path / "link.txt").symlink_to("real.txt")
    write_file(tmp_path / "link.txt", "new")
    assert (tmp_path / "link.txt").is_symlink()
    assert (tmp_path / "real.txt").read_text() == "new"
    assert (tmp_path / "real.txt").stat().st_mode & 0o777 == 0o640


def test_lone_surrogate_is_written_as_its_escape(tmp_path: Path) -> None:
    """A name that is not UTF-8 stops no report; in JSON the escape is what JSON writes."""
    write_file(tmp_path / "a.json", '{"name": "\udcff"}')
    assert (tmp_path / "a.json").read_bytes() == b'{"name": "\\udcff"}'


@pytest.mark.parametrize("way", ["content", "block"])
def test_failure_leaves_what_was_there(tmp_path: Path, way: str) -> None:
    """A writer that stops in the middle, for whatever reason, changes nothing and leaves nothing."""
    target = tmp_path / "r.bin"
    target.write_bytes(b"old")

    def write() -> None:
        with written_whole(target) as beside:
            beside.write_bytes(b"half")
            (tmp_path / f"{beside.name}-journal").touch()
            raise OSError(errno.ENOSPC, "full") if way == "content" else RuntimeError("bug")

    if way == "content":
        assert refused(write) == "output-disk-full"
    else:
        with pytest.raises(RuntimeError, match="bug"):
            write()
    assert target.read_bytes() == b"old"
    assert names(tmp_path) == ["r.bin"]


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (errno.ENOSPC, "output-disk-full"),
        (errno.EFBIG, "output-disk-full"),
        (errno.EACCES, "output-not-allowed"),
        (errno.EROFS, "output-not-allowed"),
        (errno.EIO, "output-failed"),
    ],
)
def test_reason_is_told_when_the_disk_refuses(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, code: str
) -> None:
    """Whatever the system says when the file is to reach the disk, the target is as before."""

    def refuse(_: int) -> None:
        raise OSError(number, os.strerror(number))

    (tmp_path / "a").write_text("old")
    monkeypatch.setattr(os, "fsync", refuse)
    assert refused(lambda: write_file(tmp_path / "a", "new")) == code
    assert (tmp_path / "a").read_text() == "old"
    assert names(tmp_path) == ["a"]


def test_input_is_never_the_output(tmp_path: Path) -> None:
    """By whatever name or link the two are one file, it is refused and stays."""
    (tmp_path / "form.yaml").write_text("in")
    (tmp_path / "link.yaml").symlink_to("form.yaml")
    os.link(tmp_path / "form.yaml", tmp_path / "hard.yaml")
    for output in ("form.yaml", "link.yaml", "hard.yaml", "../" + tmp_path.name + "/form.yaml"):
        assert refused(partial(write_file, tmp_path / output, "out", [tmp_path / "form.yaml"])) == "output-is-input"
    assert (tmp_path / "form.yaml").read_text() == "in"


@pytest.mark.parametrize("where", [".", os.devnull, "pipe"])
def test_only_a_file_can_be_an_output(tmp_path: Path, where: str) -> None:
    """A folder, device or pipe is neither replaced nor written into."""
    os.mkfifo(tmp_path / "pipe")
    assert refused(lambda: write_file(tmp_path / where, "x")) == "output-not-file"
    assert names(tmp_path) == ["pipe"]


@pytest.mark.parametrize(
    ("name", "code"),
    [("x" * 300, "file-unreadable"), ("a\0b", "file-unreadable"), ("form.yaml/below", "file-missing")],
    ids=["long", "NUL", "through a file"],
)
def test_name_that_no_file_can_have_is_told(tmp_path: Path, name: str, code: str) -> None:
    """A name that is too long, holds a NUL or leads through a file is refused as output and as input."""
    (tmp_path / "form.yaml").touch()
    assert refused(lambda: write_file(tmp_path / name, "x")) == "output-failed"
    problems = Problems()
    assert read_bytes(tmp_path / name, "name", problems) is None
    assert [found.code for found in problems] == [code]


FILLING = """
import resource, sys
from pathlib import Path
from evalrules._documents import OutputError, write_file
resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, 10_000))
try:
    write_file(Path(sys.argv[1]), "x" * 20_000)
except OutputError as refused:
    print(refused.problems[0].code)
"""


def test_full_disk_leaves_what_was_there(tmp_path: Path) -> None:
    """With a limit on the size of files, which the system holds as it holds the size of a disk."""
    (tmp_path / "a").write_text("old")
    done = subprocess.run([sys.executable, "-c", FILLING, tmp_path / "a"], capture_output=True, text=True, check=False)
    assert done.stdout.split() == ["output-disk-full"], done.stderr
    assert (tmp_path / "a").read_text() == "old"
    assert names(tmp_path) == ["a"]


WRITING = """
import sys
from pathlib import Path
from evalrules._documents import write_file
print("ready", flush=True)
while True:
    for letter in "ab":
        write_file(Path(sys.argv[1]), letter * 3_000_000)
"""


@pytest.mark.parametrize("wait", [0.0, 0.003, 0.01, 0.03, 0.1])
def test_killed_in_the_middle_of_writing_leaves_one_whole_version(tmp_path: Path, wait: float) -> None:
    """Whenever the process is killed, what lies there is one of the versions, whole."""
    target = tmp_path / "a"
    target.write_text("old")
    process = subprocess.Popen([sys.executable, "-c", WRITING, target], stdout=subprocess.PIPE)
    assert process.stdout is not None
    with process.stdout:
        process.stdout.readline()
        time.sleep(wait)
        process.send_signal(signal.SIGKILL)
        process.wait()
    assert target.read_text() in {"old", "a" * 3_000_000, "b" * 3_000_000}


# ---- one writer at a time -------------------------------------------------------------------------------------------


def test_lock_lets_one_at_a_time(tmp_path: Path) -> None:
    """Threads that add to a number in a file lose none."""
    counter = tmp_path / "n"
    counter.write_text("0")

    def add() -> None:
        for _ in range(5):
            with locked(counter):
                write_file(counter, str(int(counter.read_text()) + 1))

    threads = [threading.Thread(target=add) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert counter.read_text() == "40"


def test_lock_that_is_never_given_up_is_told(tmp_path: Path) -> None:
    """Waiting ends with a message."""

    def second() -> None:
        with locked(tmp_path / "n", seconds=0.01):
            pass

    with locked(tmp_path / "n"):
        assert refused(second) == "output-locked"


# ---- what Windows does otherwise ------------------------------------------------------------------------------------


def test_file_that_a_scanner_holds_for_a_moment_is_replaced_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Windows refuses to replace a file that another program has just opened; trying again helps."""
    tried: list[int] = []
    replace = os.replace

    def busy(source: Path, target: Path) -> None:
        tried.append(1)
        if len(tried) < 3:
            raise PermissionError(errno.EACCES, "in use")
        replace(source, target)

    monkeypatch.setattr(files, "SYSTEM", "nt")
    monkeypatch.setattr(os, "replace", busy)
    monkeypatch.setattr(time, "sleep", lambda _: None)
    write_file(tmp_path / "a", "new")
    assert (tmp_path / "a").read_text() == "new"
    assert len(tried) == 3


@pytest.mark.parametrize("system", ["nt", "posix"])
def test_file_that_stays_open_elsewhere_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, system: str) -> None:
    """A report that is open in Word is not replaced, and the message says to close it."""

    def busy(*_: Path) -> None:
        raise PermissionError(errno.EACCES, "in use")

    monkeypatch.setattr(files, "SYSTEM", system)
    monkeypatch.setattr(os, "replace", busy)
    monkeypatch.setattr(time, "sleep", lambda _: None)
    (tmp_path / "a").write_text("old")
    assert refused(lambda: write_file(tmp_path / "a", "new")) == "output-not-allowed"
    assert (tmp_path / "a").read_text() == "old"
    assert names(tmp_path) == ["a"]


@pytest.mark.parametrize("name", ["CON", "nul.txt", "com1", "LPT¹.a", "aux .b", "conin$"])
def test_name_that_windows_keeps_for_a_device_is_changed(name: str) -> None:
    """A form called nul gets a report that is a file."""
    assert file_name(name).startswith("_")


@given(st.text(max_size=400))
def test_any_text_gives_a_name_that_can_be_written(text: str) -> None:
    """Every system takes the name, and its folder is the one that was meant."""
    name = file_name(text)
    assert name
    assert name == name.strip(" .")
    assert not set(name) & set('<>:"/\\|?*\0\n\u202e')
    assert len(name.encode()) <= 201


# ---- only regular files are read ------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["pipe", "/dev/zero", "."])
def test_only_a_regular_file_is_read(tmp_path: Path, name: str) -> None:
    """A pipe that nobody writes to and a device that never ends are refused before they are read."""
    os.mkfifo(tmp_path / "pipe")
    problems = Problems()
    assert read_bytes(tmp_path / name, "name", problems) is None
    assert [found.code for found in problems] == ["file-is-folder" if name == "." else "file-not-regular"]
