"""The core system's own books in SQLite: one effect per key, whatever is repeated."""

import hashlib
import json
import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from infra.systems.core_wire import (
    CancelOrder,
    CommitOrder,
    Effect,
    Journal,
    Order,
    PolicySeen,
    ReserveOrder,
    ReverseOrder,
)

_SCHEMA = """
CREATE TABLE IF NOT EXISTS policy (
    policy_no TEXT PRIMARY KEY, version INTEGER NOT NULL, state TEXT NOT NULL,
    currency TEXT NOT NULL, image TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS reservation (
    id TEXT PRIMARY KEY, policy_no TEXT NOT NULL, case_id TEXT NOT NULL, version INTEGER NOT NULL,
    expires_at TEXT NOT NULL, state TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS effect (
    key TEXT PRIMARY KEY, number INTEGER NOT NULL, operation TEXT NOT NULL,
    body_hash TEXT NOT NULL, body TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS change (
    key TEXT PRIMARY KEY, policy_no TEXT NOT NULL, version INTEGER NOT NULL,
    before_image TEXT NOT NULL, before_state TEXT NOT NULL, reversed INTEGER NOT NULL DEFAULT 0);
CREATE TABLE IF NOT EXISTS entry (
    journal_id TEXT NOT NULL, line INTEGER NOT NULL, policy_no TEXT NOT NULL, value_date TEXT NOT
    NULL, account TEXT NOT NULL, side TEXT NOT NULL, amount_minor INTEGER NOT NULL,
    currency TEXT NOT NULL, PRIMARY KEY (journal_id, line));
"""
_STALE, _INVALID = 412, 422


class Declined(Exception):
    """Nothing was done; carries the code and the HTTP status."""

    def __init__(self, code: str, message: str, status: int = _INVALID) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.status = status


class CoreBooks:
    """Policies, reservations, changes, journals; every order is one transaction."""

    def __init__(self, path: Path | str, clock: Callable[[], datetime]) -> None:
        self.clock = clock
        self._lock = threading.Lock()
        self._database = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._database.row_factory = sqlite3.Row
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=5000"):
            self._database.execute(f"PRAGMA {pragma}")
        self._database.executescript(_SCHEMA)

    def close(self) -> None:
        """Close the file."""
        self._database.close()

    def load(self, policies: Iterable[tuple[str, int, str, str]]) -> None:
        """Take in policies (number, version, state, currency); one that is known stays."""
        with self._writing() as database:
            database.executemany("INSERT OR IGNORE INTO policy VALUES (?, ?, ?, ?, '{}')", policies)

    def policy(self, policy_no: str) -> PolicySeen | None:
        """A policy as it stands."""
        with self._lock:
            row = self._row("SELECT * FROM policy WHERE policy_no = ?", policy_no)
        if row is None:
            return None
        return PolicySeen(
            policy_no=policy_no,
            policy_version=row["version"],
            state=row["state"],
            currency=row["currency"],
            at=self.clock(),
        )

    def find(self, key: str) -> Effect | None:
        """What stands under a key."""
        with self._lock:
            row = self._row("SELECT * FROM effect WHERE key = ?", key)
        return None if row is None else Effect.model_validate_json(row["body"])

    def effects(self) -> list[Effect]:
        """Everything that was done, in order."""
        with self._lock:
            rows = self._database.execute("SELECT body FROM effect ORDER BY number").fetchall()
        return [Effect.model_validate_json(row["body"]) for row in rows]

    def lines(self, policy_no: str) -> list[str]:
        """The ledger lines of a policy, in order."""
        with self._lock:
            rows = self._database.execute(
                "SELECT * FROM entry WHERE policy_no = ? ORDER BY rowid", (policy_no,)
            ).fetchall()
        return [f"{row['side']} {row['account']} {row['amount_minor']}" for row in rows]

    def take(self, key: str, order: Order) -> Effect:
        """Do an order once: the same key and body get the same answer."""
        hashed = _hash(order)
        with self._writing() as database:
            known = self._row("SELECT * FROM effect WHERE key = ?", key)
            if known is not None:
                if known["body_hash"] != hashed:
                    raise Declined("KEY_REUSED", "The key came before with another body.")
                return Effect.model_validate_json(known["body"])
            number = database.execute("SELECT COUNT(*) + 1 FROM effect").fetchone()[0]
            effect = self._do(key, order, f"CORE{number:09d}")
            database.execute(
                "INSERT INTO effect VALUES (?, ?, ?, ?, ?)",
                (key, number, effect.operation, hashed, effect.model_dump_json(by_alias=True)),
            )
            return effect

    def _do(self, key: str, order: Order, ref: str) -> Effect:
        policy = self._row("SELECT * FROM policy WHERE policy_no = ?", order.policy_no)
        if policy is None:
            raise Declined("UNKNOWN_POLICY", "There is no such policy.")
        match order:
            case ReserveOrder():
                self._reserve(order, policy)
                told: dict[str, Any] = {"operation": "reserve"}
            case CommitOrder():
                self._commit(key, order, policy)
                told = {"operation": "commit", "journals": order.journals}
            case CancelOrder():
                self._cancel(order, policy)
                told = {"operation": "cancel"}
            case ReverseOrder():
                self._reverse(key, order, policy)
                told = {"operation": "reverse", "journals": order.journals}
        after = self._row("SELECT version FROM policy WHERE policy_no = ?", order.policy_no)
        return Effect(
            key=key,
            state="DONE",
            ref=ref,
            policy_no=order.policy_no,
            policy_version=policy["version"] if after is None else after["version"],
            effective_at=getattr(order, "effective_at", None),
            **told,
        )

    def _reserve(self, order: ReserveOrder, policy: sqlite3.Row) -> None:
        earlier = self._row("SELECT * FROM reservation WHERE id = ?", order.reservation_id)
        if earlier is not None:
            raise Declined(
                "CANCELLED" if earlier["state"] == "CANCELLED" else "KEY_REUSED",
                "The reservation came before.",
                _STALE if earlier["state"] == "CANCELLED" else _INVALID,
            )
        if order.expires_at <= self.clock():
            raise Declined("EXPIRED", "The reservation would be over already.", _STALE)
        self._free_for(order)
        self._database.execute(
            "INSERT INTO reservation VALUES (?, ?, ?, ?, ?, 'ACTIVE')",
            (
                order.reservation_id,
                order.policy_no,
                order.case_id,
                policy["version"],
                order.expires_at.isoformat(),
            ),
        )

    def _free_for(self, order: ReserveOrder) -> None:
        """Refuse while another case holds the policy; the case's own earlier one makes way."""
        active = self._database.execute(
            "SELECT * FROM reservation WHERE policy_no = ? AND state = 'ACTIVE'", (order.policy_no,)
        ).fetchall()
        for held in active:
            if held["case_id"] != order.case_id and not self._is_over(held):
                raise Declined("HELD", "Another case holds the policy.", _STALE)
            self._close(held["id"], "CANCELLED")

    def _commit(self, key: str, order: CommitOrder, policy: sqlite3.Row) -> None:
        self._check_reservation(order, policy)
        self._post(order.journals, policy)
        changes = order.changes.model_dump(mode="json", by_alias=True, exclude_none=True)
        image = {**json.loads(policy["image"]), **changes}
        self._change(key, policy, image, order.changes.state or policy["state"])
        self._close(order.reservation_id, "COMMITTED")

    def _check_reservation(self, order: CommitOrder, policy: sqlite3.Row) -> None:
        held = self._row("SELECT * FROM reservation WHERE id = ?", order.reservation_id)
        if held is None or (held["case_id"], held["policy_no"]) != (order.case_id, order.policy_no):
            raise Declined("UNKNOWN_RESERVATION", "The case holds no such reservation.", _STALE)
        if held["state"] != "ACTIVE":
            status = _STALE if held["state"] == "CANCELLED" else _INVALID
            raise Declined(held["state"], "The reservation has ended.", status)
        if self._is_over(held):
            raise Declined("EXPIRED", "The reservation is over.", _STALE)
        if held["version"] != policy["version"]:
            raise Declined("STALE", "The policy changed since.", _STALE)

    def _cancel(self, order: CancelOrder, policy: sqlite3.Row) -> None:
        """What is unknown is remembered: it may be on its way."""
        held = self._row("SELECT * FROM reservation WHERE id = ?", order.reservation_id)
        if held is None:
            self._database.execute(
                "INSERT INTO reservation VALUES (?, ?, ?, ?, ?, 'CANCELLED')",
                (
                    order.reservation_id,
                    order.policy_no,
                    order.case_id,
                    policy["version"],
                    self.clock().isoformat(),
                ),
            )
            return
        if held["state"] == "COMMITTED":
            raise Declined("COMMITTED", "The reservation was committed; reverse it.")
        self._close(order.reservation_id, "CANCELLED")

    def _reverse(self, key: str, order: ReverseOrder, policy: sqlite3.Row) -> None:
        made = self._row("SELECT * FROM change WHERE key = ?", order.commit_key)
        if made is None or made["policy_no"] != order.policy_no:
            raise Declined("UNKNOWN_COMMIT", "There is no such commit of the policy.")
        if made["reversed"] or made["version"] != policy["version"]:
            raise Declined("NOT_REVERSIBLE", "It was reversed, or a later change stands on it.")
        self._post(order.journals, policy)
        self._database.execute("UPDATE change SET reversed = 1 WHERE key = ?", (order.commit_key,))
        self._change(key, policy, json.loads(made["before_image"]), made["before_state"])

    def _change(self, key: str, policy: sqlite3.Row, image: object, state: str) -> None:
        version = policy["version"] + 1
        self._database.execute(
            "INSERT INTO change (key, policy_no, version, before_image, before_state)"
            " VALUES (?, ?, ?, ?, ?)",
            (key, policy["policy_no"], version, policy["image"], policy["state"]),
        )
        self._database.execute(
            "UPDATE policy SET version = ?, state = ?, image = ? WHERE policy_no = ?",
            (version, state, json.dumps(image), policy["policy_no"]),
        )

    def _post(self, journals: tuple[Journal, ...], policy: sqlite3.Row) -> None:
        for journal in journals:
            _expect_balanced(journal, policy["currency"])
            self._database.executemany(
                "INSERT INTO entry VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                [
                    (
                        journal.id,
                        line,
                        policy["policy_no"],
                        journal.value_date.isoformat(),
                        entry.account,
                        entry.side,
                        entry.amount.amount_minor,
                        entry.amount.currency,
                    )
                    for line, entry in enumerate(journal.entries, start=1)
                ],
            )

    def _is_over(self, held: sqlite3.Row) -> bool:
        return datetime.fromisoformat(held["expires_at"]) <= self.clock()

    def _close(self, reservation_id: str, state: str) -> None:
        self._database.execute(
            "UPDATE reservation SET state = ? WHERE id = ? AND state = 'ACTIVE'",
            (state, reservation_id),
        )

    def _row(self, query: str, *values: str) -> sqlite3.Row | None:
        row: sqlite3.Row | None = self._database.execute(query, values).fetchone()
        return row

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            self._database.execute("BEGIN IMMEDIATE")
            try:
                yield self._database
            except BaseException:
                self._database.execute("ROLLBACK")
                raise
            self._database.execute("COMMIT")


def _expect_balanced(journal: Journal, currency: str) -> None:
    sums = {"DR": 0, "CR": 0}
    for entry in journal.entries:
        if entry.amount.currency != currency:
            raise Declined("CURRENCY", "The policy is in another currency.")
        sums[entry.side] += entry.amount.amount_minor
    if sums["DR"] != sums["CR"] or any(e.amount.amount_minor <= 0 for e in journal.entries):
        raise Declined("UNBALANCED", "Debits do not equal credits.")


def _hash(order: Order) -> str:
    told = {"kind": type(order).__name__, **order.model_dump(mode="json", by_alias=True)}
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()
