"""What lies in the database and at the bank after a step; nothing that the product tells."""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from infra.db.tables import metadata
from infra.db.tables.sealed import Sealed
from infra.systems.bank_wire import PaymentReport
from tests.items.inside import Inside
from tests.shelf import path_of
from tests.unsealing import opened

Row = dict[str, Any]
TABLES = (
    "cases", "clocks", "clock_pauses", "anomalies", "policies", "coverages", "policy_roles",
    "loans", "policy_benefits", "policy_versions", "policy_locks", "reservations", "endorsements",
    "ledger_journals", "ledger_entries", "obligations", "payment_attempts", "bank_accounts",
    "parties", "human_tasks", "human_task_deeds", "operators", "qualifications",
    "authority_limits", "incidents", "waits", "effects", "instances",
)  # fmt: skip
_JSON = frozenset((
    "flags", "before_image", "variables", "headers", "candidate_groups", "conflicts",
    "result", "data",
))  # fmt: skip


@dataclass(slots=True)
class Evidence:
    """Rows by table, and what the bank did."""

    at: datetime
    rows: dict[str, list[Row]]
    payments: list[PaymentReport]
    statuses: dict[str, list[str]]
    """Of every case, the statuses it went through."""
    before: Evidence | None = None
    """As it was a step ago."""

    def one(self, table: str, **wanted: Any) -> Row | None:
        """The first row like this."""
        return next(iter(self.all(table, **wanted)), None)

    def all(self, table: str, **wanted: Any) -> list[Row]:
        """Every row like this."""
        found = self.rows[table]
        return [row for row in found if all(row[name] == is_ for name, is_ in wanted.items())]

    def by(self, table: str, name: str) -> dict[Any, list[Row]]:
        """The rows of a table by one of their columns."""
        grouped: dict[Any, list[Row]] = defaultdict(list)
        for row in self.rows[table]:
            grouped[row[name]].append(row)
        return grouped


def gather(house: Inside, before: Evidence | None = None) -> Evidence:
    """Look at everything."""
    if before is not None:
        before.before = None
    with closing(sqlite3.connect(path_of(house.settings.database_url))) as connection:
        connection.row_factory = sqlite3.Row
        rows = {name: list(_rows(connection, name)) for name in TABLES}
        query = "SELECT case_id, data FROM journal WHERE kind = 'statusChanged' ORDER BY no"
        statuses: dict[str, list[str]] = defaultdict(list)
        for case, data in connection.execute(query):
            status = json.loads(data)["status"]
            if statuses[case][-1:] != [status]:
                statuses[case].append(status)
    return Evidence(
        at=house.engine.now,
        rows=rows,
        payments=house.bank.payments(),
        statuses=dict(statuses),
        before=before,
    )


def _rows(connection: sqlite3.Connection, table: str) -> Iterable[Row]:
    keys = dict(map(tuple, connection.execute("SELECT id, wrapped FROM subject_keys")))
    hidden = {c.name for c in metadata.tables[table].c if isinstance(c.type, Sealed)}
    for row in connection.execute(f"SELECT * FROM {table}"):
        read = {name: _value(name, row[name]) for name in row.keys()}  # noqa: SIM118 - sqlite3.Row
        for name in hidden:
            read[name] = opened(f"{table}.{name}", read[name], keys.get((read[name] or "")[:32]))
        yield read


def _value(name: str, value: Any) -> Any:
    if name in _JSON and isinstance(value, str):
        return json.loads(value)
    return value


def plain(value: Any) -> Any:
    """A variable as it was before it was encoded."""
    if isinstance(value, dict) and value.keys() <= {"t", "v"}:
        return plain(value.get("v"))
    if isinstance(value, dict):
        return {name: plain(each) for name, each in value.items()}
    return [plain(each) for each in value] if isinstance(value, list) else value
