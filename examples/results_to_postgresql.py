"""Puts a database of results into PostgreSQL: ``python examples/results_to_postgresql.py 结果.sqlite postgresql://…``.

The tables are those of the SQLite file, in the schema ``evalrules``; points and scores are ``numeric``, the whole
result is ``jsonb``. What is there already stays, so the same file can be put in again. It needs psycopg.
"""

from __future__ import annotations

import re
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

import psycopg

TABLES = ("editions", "submissions", "results", "indicators", "deductions", "findings")
NUMBERS = re.compile(r"^(\s+(?:points|score|claimed_score|least|most)\s+)text\b", re.MULTILINE)
RESULT = re.compile(r"^(\s+result\s+)text( NOT NULL\s+--)", re.MULTILINE)


def statements(database: sqlite3.Connection) -> list[str]:
    """Give the statements that make the tables, with the types of PostgreSQL."""
    made = dict(database.execute("SELECT name, sql FROM sqlite_master WHERE type = 'table'"))
    typed = (RESULT.sub(r"\1jsonb\2", NUMBERS.sub(r"\1numeric", made[name])) for name in TABLES)
    return [text.replace("CREATE TABLE", "CREATE TABLE IF NOT EXISTS", 1) for text in typed]


def copy(file: Path, address: str) -> dict[str, int]:
    """Copy what is new, and give how many rows that were, by table."""
    read_only = f"{file.absolute().as_uri()}?mode=ro"
    with closing(sqlite3.connect(read_only, uri=True)) as source, psycopg.connect(address) as target:
        target.execute("CREATE SCHEMA IF NOT EXISTS evalrules")
        target.execute("SET search_path TO evalrules")
        for statement in statements(source):
            target.execute(statement.encode())
        return {name: _copied(source, target, name) for name in TABLES}


def _copied(source: sqlite3.Connection, target: psycopg.Connection, name: str) -> int:
    rows = source.execute(f"SELECT * FROM {name}")  # noqa: S608 - one of our tables
    columns = [column[0] for column in rows.description]
    names, marks = ", ".join(columns), ", ".join(["%s"] * len(columns))
    with target.cursor() as cursor:
        query = f"INSERT INTO {name} ({names}) VALUES ({marks}) ON CONFLICT DO NOTHING"  # noqa: S608 - as above
        cursor.executemany(query.encode(), rows.fetchall())
        return cursor.rowcount


if __name__ == "__main__":
    for table, count in copy(Path(sys.argv[1]), sys.argv[2]).items():
        print(table, count)  # noqa: T201 - a script
