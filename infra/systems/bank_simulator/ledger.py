"""The bank's own ledger in SQLite: one effective payment per key, whatever is repeated."""

import hashlib
import json
import sqlite3
import threading
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from infra.systems.bank_simulator.script import Account, Behaviour
from infra.systems.bank_wire import (
    AccountQuestion,
    AccountReport,
    Element,
    ElementsQuestion,
    ElementsReport,
    PaymentOrder,
    PaymentReport,
    Statement,
    StatementLine,
)

_LINES = 500
"""On one page of a statement."""
_SCHEMA = """
CREATE TABLE IF NOT EXISTS account (
    number TEXT PRIMARY KEY, holder TEXT NOT NULL, status TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS holder (
    account TEXT PRIMARY KEY, id_no TEXT NOT NULL, phone TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS behaviour (
    account TEXT PRIMARY KEY, body TEXT NOT NULL, remaining INTEGER);
CREATE TABLE IF NOT EXISTS payment (
    key TEXT PRIMARY KEY, number INTEGER NOT NULL, body_hash TEXT NOT NULL,
    account TEXT NOT NULL, amount_minor INTEGER NOT NULL,
    state TEXT NOT NULL, return_code TEXT, reports INTEGER NOT NULL,
    next_at REAL, next_state TEXT, next_code TEXT, direction TEXT NOT NULL DEFAULT 'OUT');
CREATE INDEX IF NOT EXISTS payment_due ON payment (next_at) WHERE next_at IS NOT NULL;
CREATE TABLE IF NOT EXISTS entry (
    key TEXT NOT NULL, kind TEXT NOT NULL, account TEXT NOT NULL, amount_minor INTEGER NOT NULL,
    at REAL NOT NULL, PRIMARY KEY (key, kind));
CREATE TABLE IF NOT EXISTS report (
    id INTEGER PRIMARY KEY, key TEXT NOT NULL, body TEXT NOT NULL,
    due_at REAL NOT NULL, tries INTEGER NOT NULL DEFAULT 0, delivered_at REAL);
CREATE INDEX IF NOT EXISTS report_due ON report (due_at) WHERE delivered_at IS NULL;
"""
_RETRY_SECONDS = (0.5, 1, 2, 5, 10, 30, 60)
BANK_NAME = "Sandbox Bank"


class KeyReused(Exception):
    """The key came before, with another body."""


class Rejected(Exception):
    """The bank will not take the order; carries the reason code."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True, kw_only=True)
class DueReport:
    """An outcome to tell whoever ordered the payment."""

    id: int
    payment: PaymentReport


class BankLedger:
    """Accounts, payments and reports; every method is one transaction."""

    def __init__(self, path: Path | str) -> None:
        self._lock = threading.Lock()
        self._database = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._database.row_factory = sqlite3.Row
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=5000"):
            self._database.execute(f"PRAGMA {pragma}")
        self._database.executescript(_SCHEMA)
        columns = {row["name"] for row in self._database.execute("PRAGMA table_info(payment)")}
        if "direction" not in columns:
            self._database.execute(
                "ALTER TABLE payment ADD COLUMN direction TEXT NOT NULL DEFAULT 'OUT'"
            )

    def close(self) -> None:
        """Close the file."""
        self._database.close()

    def open_account(self, account: Account) -> None:
        """Open an account, or rename or close it."""
        with self._writing() as database:
            database.execute(
                "INSERT OR REPLACE INTO account VALUES (?, ?, ?)",
                (account.number, account.holder, account.status),
            )

    def script(self, account: str, behaviour: Behaviour) -> None:
        """Behave like this towards the account from now on."""
        with self._writing() as database:
            database.execute(
                "INSERT OR REPLACE INTO behaviour VALUES (?, ?, ?)",
                (account, behaviour.model_dump_json(), behaviour.times),
            )

    def behaviour(self, account: str, *, spend: bool) -> Behaviour:
        """Return how to behave now; ``spend`` counts one order against a limited behaviour."""
        with self._writing() as database:
            row = database.execute(
                "SELECT * FROM behaviour WHERE account IN (?, '*')"
                " AND (remaining IS NULL OR remaining > 0) ORDER BY account = '*' LIMIT 1",
                (account,),
            ).fetchone()
            if row is None:
                return Behaviour()
            if spend:
                database.execute(
                    "UPDATE behaviour SET remaining = remaining - 1 WHERE account = ?",
                    (row["account"],),
                )
            return Behaviour.model_validate_json(row["body"])

    def known(self, key: str, order: PaymentOrder) -> PaymentReport | None:
        """Return the payment made under the key; raises KeyReused when the body is another."""
        row = self._one("SELECT * FROM payment WHERE key = ?", key)
        if row is None:
            return None
        if row["body_hash"] != _hash(order):
            raise KeyReused(key)
        return _report(row)

    def pay(self, key: str, order: PaymentOrder, behaviour: Behaviour, now: float) -> PaymentReport:
        """Take the order: money moves once per key; the outcome falls due later.

        What is paid leaves at once and may come back; what is collected comes when it succeeds.
        """
        with self._writing() as database:
            row = database.execute("SELECT * FROM payment WHERE key = ?", (key,)).fetchone()
            if row is None:
                self._adopt(order.account, order.holder)
                database.execute(
                    "INSERT INTO payment SELECT ?, 1 + COALESCE(MAX(number), 0), ?, ?, ?,"
                    " 'ACCEPTED', NULL, ?, ?, ?, ?, ? FROM payment",
                    (
                        key,
                        _hash(order),
                        order.account,
                        order.amount_minor,
                        behaviour.reports,
                        now + behaviour.after,
                        *self._outcome(order.account, behaviour),
                        order.direction,
                    ),
                )
                if order.direction == "OUT":
                    _enter(database, key, "PAY", order.account, order.amount_minor, now)
                row = database.execute("SELECT * FROM payment WHERE key = ?", (key,)).fetchone()
            elif row["body_hash"] != _hash(order):
                raise KeyReused(key)
        return _report(row)

    def find(self, key: str) -> PaymentReport | None:
        """Return the payment of a key."""
        row = self._one("SELECT * FROM payment WHERE key = ?", key)
        return None if row is None else _report(row)

    def payments(self) -> list[PaymentReport]:
        """Return every payment, the oldest first."""
        with self._lock:
            rows = self._database.execute("SELECT * FROM payment ORDER BY number").fetchall()
        return [_report(row) for row in rows]

    def statement(self, since: float, after: int) -> Statement:
        """Return the lines booked from then on that follow a number, a page of them."""
        with self._lock:
            rows = self._database.execute(
                "SELECT rowid AS no, * FROM entry WHERE at >= ? AND rowid > ?"
                " ORDER BY rowid LIMIT ?",
                (since, after, _LINES + 1),
            ).fetchall()
        lines = tuple(
            StatementLine(
                no=row["no"],
                key=row["key"],
                kind=row["kind"],
                amount_minor=row["amount_minor"],
                booked_at=datetime.fromtimestamp(row["at"], UTC),
            )
            for row in rows[:_LINES]
        )
        return Statement(lines=lines, is_last=len(rows) <= _LINES)

    def check(self, question: AccountQuestion, behaviour: Behaviour) -> AccountReport:
        """Compare the holder's name; an account never seen is opened in the name asked for."""
        with self._writing():
            account = self._adopt(question.account, question.holder)
        same = _normal(account["holder"]) == _normal(question.holder)
        return AccountReport(
            match="EXACT" if same and not behaviour.name_mismatch else "NONE",
            status=account["status"],
            bank=BANK_NAME,
        )

    def compare(self, question: ElementsQuestion, behaviour: Behaviour) -> ElementsReport:
        """Compare four elements; document and phone of a holder never seen are taken down."""
        with self._writing() as database:
            account = self._adopt(question.account, question.holder)
            database.execute(
                "INSERT OR IGNORE INTO holder VALUES (?, ?, ?)",
                (question.account, question.id_no, question.phone),
            )
            held = database.execute(
                "SELECT * FROM holder WHERE account = ?", (question.account,)
            ).fetchone()
        same_name = _normal(account["holder"]) == _normal(question.holder)
        found: dict[Element, bool] = {
            "NAME": behaviour.name_mismatch or not same_name,
            "ID": held["id_no"] != question.id_no,
            "PHONE": held["phone"] != question.phone,
        }
        return ElementsReport(
            differing=tuple(name for name, differs in found.items() if differs),
            status=account["status"],
            bank=BANK_NAME,
        )

    def advance(self, now: float) -> None:
        """Bring about every outcome that is due, and queue its reports."""
        with self._writing() as database:
            due = database.execute(
                "SELECT * FROM payment WHERE next_at <= ? ORDER BY next_at, number", (now,)
            ).fetchall()
            for row in due:
                self._bring_about(row, now)

    def due_reports(self, now: float) -> list[DueReport]:
        """Return the reports to deliver now."""
        with self._lock:
            rows = self._database.execute(
                "SELECT id, body FROM report WHERE delivered_at IS NULL AND due_at <= ?"
                " ORDER BY id LIMIT 100",
                (now,),
            ).fetchall()
        return [
            DueReport(id=row["id"], payment=PaymentReport.model_validate_json(row["body"]))
            for row in rows
        ]

    def delivered(self, report: int, now: float) -> None:
        """Remember that a report was heard."""
        with self._writing() as database:
            database.execute("UPDATE report SET delivered_at = ? WHERE id = ?", (now, report))

    def undelivered(self, report: int, now: float) -> None:
        """Try a report again later, less and less often."""
        with self._writing() as database:
            (tries,) = database.execute(
                "SELECT tries FROM report WHERE id = ?", (report,)
            ).fetchone()
            wait = _RETRY_SECONDS[min(tries, len(_RETRY_SECONDS) - 1)]
            database.execute(
                "UPDATE report SET tries = tries + 1, due_at = ? WHERE id = ?",
                (now + wait, report),
            )

    def balance(self) -> int:
        """Return what has left the bank on balance, in minor units."""
        row = self._one(
            "SELECT COALESCE(SUM(CASE kind WHEN 'PAY' THEN amount_minor"
            " ELSE -amount_minor END), 0) AS total FROM entry"
        )
        return 0 if row is None else int(row["total"])

    def _outcome(self, account: str, behaviour: Behaviour) -> tuple[str, str | None]:
        status = self._database.execute(
            "SELECT status FROM account WHERE number = ?", (account,)
        ).fetchone()["status"]
        if status == "CLOSED":
            return "RETURNED", "ACCOUNT_CLOSED"
        if behaviour.outcome == "RETURNED":
            return "RETURNED", behaviour.return_code
        return "SETTLED", None

    def _bring_about(self, row: sqlite3.Row, now: float) -> None:
        database = self._database
        database.execute(
            "UPDATE payment SET state = next_state, return_code = next_code, next_at = NULL"
            " WHERE key = ?",
            (row["key"],),
        )
        if row["direction"] == "IN":
            if row["next_state"] == "SETTLED":
                _enter(database, row["key"], "COLLECT", row["account"], row["amount_minor"], now)
        elif row["next_state"] == "RETURNED":
            _enter(database, row["key"], "RETURN", row["account"], row["amount_minor"], now)
        done = database.execute("SELECT * FROM payment WHERE key = ?", (row["key"],)).fetchone()
        body = _report(done).model_dump_json()
        for _ in range(row["reports"]):
            database.execute(
                "INSERT INTO report (key, body, due_at) VALUES (?, ?, ?)", (row["key"], body, now)
            )

    def _adopt(self, number: str, holder: str) -> sqlite3.Row:
        self._database.execute(
            "INSERT OR IGNORE INTO account VALUES (?, ?, 'OPEN')", (number, holder)
        )
        row: sqlite3.Row = self._database.execute(
            "SELECT * FROM account WHERE number = ?", (number,)
        ).fetchone()
        return row

    def _one(self, query: str, *values: str) -> sqlite3.Row | None:
        with self._lock:
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


def _enter(
    database: sqlite3.Connection, key: str, kind: str, account: str, amount: int, now: float
) -> None:
    database.execute("INSERT INTO entry VALUES (?, ?, ?, ?, ?)", (key, kind, account, amount, now))


def _report(row: sqlite3.Row) -> PaymentReport:
    return PaymentReport(
        key=row["key"],
        bank_ref=f"SB{row['number']:012d}",
        state=row["state"],
        return_code=row["return_code"],
        amount_minor=row["amount_minor"],
        account=row["account"],
    )


def _hash(order: PaymentOrder) -> str:
    unsaid = {"direction"} if order.direction == "OUT" else None
    told = order.model_dump(mode="json", exclude=unsaid)
    body = json.dumps(told, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(body.encode()).hexdigest()


def _normal(name: str) -> str:
    return "".join(unicodedata.normalize("NFKC", name).split()).casefold()
