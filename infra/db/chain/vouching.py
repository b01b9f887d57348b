"""What audit records vouch for: rows that are only ever added, by the hash of each.

A row is bound in the transaction that writes it; the next record of its stream carries its hash,
and is chained. Changing the row, removing it or slipping one in then contradicts the chain.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any

from sqlalchemy import Table

from infra.db.connections.salting import SALT
from infra.db.tables import cases, money, trail
from workflows.domain.canonical import content_hash

ROWS = "rows"
"""Where a record's detail holds the hashes of rows: by table, by key."""
LEDGER_STREAM = "ledger"
"""The chain of postings that belong to no case."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Vouched:
    """A table whose rows are vouched for one by one."""

    table: Table
    key: tuple[str, ...]
    """Columns that name a row."""
    later: tuple[str, ...] = ()
    """Columns of a later version: rows written before have nothing there, and no hash of it."""

    @property
    def columns(self) -> tuple[str, ...]:
        """Everything but the number that the database counts up."""
        return tuple(name for name in self.table.c.keys() if name != "no")  # noqa: SIM118

    def key_of(self, row: Mapping[str, Any]) -> str:
        """The name of a row."""
        return "/".join(str(row[name]) for name in self.key)

    def hash_of(self, row: Mapping[str, Any], lines: Sequence[Mapping[str, Any]] = ()) -> str:
        """The hash of a row as written or as read; of a posting with its entries."""
        content: dict[str, Any] = {name: row.get(name) for name in self.columns}
        for name in (SALT, *self.later):  # written before there were such, or a posting
            if content.get(name) is None:
                content.pop(name, None)
        if lines:
            content["entries"] = [dict(line) for line in lines]
        return content_hash(content)


VOUCHED: Mapping[str, Vouched] = MappingProxyType({
    kind.table.name: kind
    for kind in (
        Vouched(table=trail.effects, key=("key",)),
        Vouched(table=money.ledger_journals, key=("id",)),
        Vouched(
            table=trail.human_task_deeds,
            key=("instance_id", "request_id"),
            later=("on_behalf_of", "delegation_id", "in_grace_until"),
        ),
        Vouched(table=cases.verifications, key=("id",)),
    )
})  # fmt: skip
LEDGER = VOUCHED["ledger_journals"]


@dataclass(slots=True)
class Bindings:
    """Rows written in this transaction that no record vouches for yet."""

    _bound: dict[str, dict[str, dict[str, str]]] = field(default_factory=dict)
    _since: dict[str, datetime] = field(default_factory=dict)

    def add(self, stream: str, row: tuple[str, str, str], at: datetime) -> None:
        """Bind a row (table, key, hash) to a stream."""
        table, key, digest = row
        self._bound.setdefault(stream, {}).setdefault(table, {})[key] = digest
        self._since[stream] = at

    def take(self, stream: str) -> Mapping[str, Mapping[str, str]]:
        """What the record at hand vouches for."""
        return self._bound.pop(stream, {})

    def left(self) -> Iterator[tuple[str, datetime]]:
        """Streams with rows that no record took."""
        return iter([(stream, self._since[stream]) for stream in self._bound])
