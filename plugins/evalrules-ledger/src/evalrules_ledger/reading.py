"""What a ledger must have, and how the figures of a form come out of it.

Amounts are whole 分 (hundredths of a yuan), so sums are exact in every database.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from decimal import Decimal
from functools import lru_cache
from pathlib import Path

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Engine,
    Integer,
    MetaData,
    Select,
    String,
    Table,
    create_engine,
    func,
    select,
)

URL = "EVALRULES_LEDGER"
EMBEDDED = Path.home() / ".evalrules" / "ledger.sqlite"

tables = MetaData()
budget = Table(
    "evalrules_budget",
    tables,
    Column("organisation", String, nullable=False, index=True),
    Column("fiscal_year", Integer, nullable=False),
    Column("subject", String, nullable=False),
    Column("amount_fen", BigInteger, nullable=False),
)
payment = Table(
    "evalrules_payment",
    tables,
    Column("organisation", String, nullable=False, index=True),
    Column("fiscal_year", Integer, nullable=False),
    Column("subject", String, nullable=False),
    Column("amount_fen", BigInteger, nullable=False),
)

VEHICLES = ("公车购置", "公车运行维护")
CARS = "公务用车购置和维护经费"
SUMS = {CARS: VEHICLES, "三公经费": (*VEHICLES, "出国经费", "公务接待")}
SUBJECTS = ("公车购置", "公车运行维护", "出国经费", "公务接待")


def opened() -> Engine | None:
    """Open the ledger that ``EVALRULES_LEDGER`` names (an SQLAlchemy URL), else the embedded one; None without one."""
    url = os.environ.get(URL)
    if url:
        return _engine(url)
    return _engine(f"sqlite:///{EMBEDDED}") if EMBEDDED.is_file() else None


@lru_cache(maxsize=8)
def _engine(url: str) -> Engine:
    return create_engine(url, pool_pre_ping=True)


def figures(connection: Connection, organisation: str, fiscal_year: int) -> dict[str, str]:
    """Give the figures of a unit and year as a submission writes them: ``公务接待_本年决算数`` and so on.

    A subject without any entry in a year has no figure there; a sum has one where any of its subjects has.
    """
    planned = _sums(connection, budget, organisation, fiscal_year)
    paid = _sums(connection, payment, organisation, fiscal_year)
    before = _sums(connection, payment, organisation, fiscal_year - 1)
    found = {"全年预算数": _total(planned), "全年执行数": _total(paid)}
    for column, amounts in (("上年决算数", before), ("本年预算数", planned), ("本年决算数", paid)):
        found.update((f"{subject}_{column}", amounts.get(subject)) for subject in SUBJECTS)
        found.update((f"{title}_{column}", _total(_only(amounts, parts))) for title, parts in SUMS.items())
    return {name: shown(fen) for name, fen in found.items() if fen is not None}


def _sums(connection: Connection, table: Table, organisation: str, fiscal_year: int) -> dict[str, int]:
    return {subject: int(fen) for subject, fen in connection.execute(_query(table, organisation, fiscal_year))}


def _query(table: Table, organisation: str, fiscal_year: int) -> Select[tuple[str, int]]:
    columns = table.c
    return (
        select(columns.subject, func.sum(columns.amount_fen))
        .where(columns.organisation == organisation, columns.fiscal_year == fiscal_year)
        .group_by(columns.subject)
    )


def _only(amounts: Mapping[str, int], subjects: Iterable[str]) -> dict[str, int]:
    return {subject: amounts[subject] for subject in subjects if subject in amounts}


def _total(amounts: Mapping[str, int]) -> int | None:
    return sum(amounts.values()) if amounts else None


def shown(fen: int) -> str:
    """Write an amount in 万元, exactly.

    >>> shown(1_537_000_000), shown(991_000_00), shown(1)
    ('1537万元', '99.1万元', '0.000001万元')
    """
    return f"{Decimal(fen).scaleb(-6).normalize():f}万元"
