"""A ledger in SQLite and one in a PostgreSQL server of the tests' own; both are read by the same code."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from evalrules_ledger.reading import budget, payment, tables
from sqlalchemy import create_engine

UNIT = "绥宁县人民政府办公室"
BUDGET = [("基本支出", 1_524_000_000), ("公车运行维护", 12_000_000), ("公务接待", 2_000_000)]
PAYMENTS = [
    ("基本支出", 1_527_090_000),
    ("公车运行维护", 8_000_000),
    ("公车运行维护", 360_000),
    ("公务接待", 1_550_000),
]
LAST_YEAR = [("公车运行维护", 13_700_000), ("公务接待", 1_060_000)]


def fill(url: str) -> None:
    """Make the tables and write the entries of two years, and one of another unit that must not be seen."""
    engine = create_engine(url)
    tables.create_all(engine)
    with engine.begin() as connection:
        for table, year, entries in ((budget, 2024, BUDGET), (payment, 2024, PAYMENTS), (payment, 2023, LAST_YEAR)):
            rows = [
                {"organisation": UNIT, "fiscal_year": year, "subject": subject, "amount_fen": fen}
                for subject, fen in entries
            ]
            connection.execute(table.insert(), rows)
        other = {"organisation": "别的单位", "fiscal_year": 2024, "subject": "公务接待", "amount_fen": 99}
        connection.execute(payment.insert(), other)
    engine.dispose()


@pytest.fixture(scope="session")
def sqlite(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Give the URL of a filled ledger in SQLite."""
    url = f"sqlite:///{tmp_path_factory.mktemp('ledger') / 'ledger.sqlite'}"
    fill(url)
    return url


def programs() -> Path | None:
    """Find the folder of PostgreSQL's server programs."""
    found = shutil.which("initdb")
    known = [Path(found).resolve().parent] if found else sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return next((folder for folder in known if (folder / "postgres").exists()), None)


def free_port() -> int:
    """Find a port of the loopback that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


@pytest.fixture(scope="session")
def postgresql(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Give the URL of a filled ledger in a real server, started for the tests and stopped after them."""
    server = programs()
    if server is None:
        pytest.skip("no PostgreSQL server is installed (Debian: apt-get install postgresql)")
    home = tmp_path_factory.mktemp("postgresql")
    cluster, port = home / "cluster", free_port()
    _open_to_server_user(home)
    _run(
        server / "initdb",
        "-D",
        cluster,
        *["-U", "tester", "--auth=trust", "--encoding=UTF8", "--no-locale", "--no-sync"],
    )
    options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={home} -c fsync=off"
    control = server / "pg_ctl"
    _run(control, "-D", cluster, "-l", home / "log", "-o", options, "-w", "start")
    try:
        url = f"postgresql+psycopg://tester@127.0.0.1:{port}/postgres"
        fill(url)
        yield url
    finally:
        # pg_ctl stops the one server whose process id stands in this cluster.
        _run(control, "-D", cluster, "-m", "immediate", "-w", "stop")


def _open_to_server_user(home: Path) -> None:
    """Let the server's own user write here, where the tests run as root."""
    if os.geteuid() == 0:
        for folder in (home, *home.parents[:2]):
            folder.chmod(0o755)
        shutil.chown(home, "postgres")


def _run(*command: str | Path) -> None:
    """Run a server program; a server refuses to run as root."""
    words = [str(word) for word in command]
    as_user = ["runuser", "-u", "postgres", "--", *words] if os.geteuid() == 0 else words
    subprocess.run(as_user, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/")  # noqa: S603
