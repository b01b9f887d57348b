"""Ledger, obligations and attempts: added to, balanced, stepped along their tables."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from sqlalchemy.exc import IntegrityError

from infra.db.unit_of_work import Database
from workflows.domain.ledger import Journal, credit, debit, reversal_of
from workflows.domain.money import money
from workflows.domain.payment import Obligation, PaymentAttempt

NOW = datetime(2026, 10, 13, 2, tzinfo=UTC)

PAID = Journal(
    id="JN-1",
    value_date=date(2026, 10, 13),
    text="Payment",
    policy_no="P1",
    case_id="BQ-1",
    entries=(debit("2202", money("56801.45")), credit("1001", money("56801.45"))),
)
OWED = Obligation(
    id="OB-1",
    case_id="BQ-1",
    policy_no="P1",
    party_id="PT-1",
    direction="OUT",
    amount=money(128_000),
    state="DUE",
    opened_at=NOW,
)
ATTEMPT = PaymentAttempt(
    obligation_id="OB-1",
    no=1,
    idempotency_key="BQ-1:OB-1:1",
    reference="BQ-1:OB-1:1",
    account_id="AC-1",
    amount=money(128_000),
    state="INTENT",
    at=NOW,
)


async def test_a_journal_comes_back_as_it_was_posted(database: Database) -> None:
    async with database.work() as books:
        await books.ledger.post(PAID)

        assert await books.ledger.get("JN-1") == PAID


async def test_journals_of_a_case_come_in_the_order_they_were_posted(database: Database) -> None:
    undone = reversal_of(PAID, id="JN-0", value_date=date(2026, 10, 14), case_id="BQ-1")
    async with database.work() as books:
        await books.ledger.post(PAID)
        await books.ledger.post(undone)

        assert [journal.id for journal in await books.ledger.of_case("BQ-1")] == ["JN-1", "JN-0"]
        assert await books.ledger.unbalanced() == ()


async def test_a_journal_is_reversed_once(database: Database) -> None:
    async def twice() -> None:
        async with database.work() as books:
            await books.ledger.post(PAID)
            for journal_id in ("JN-2", "JN-3"):
                await books.ledger.post(
                    reversal_of(PAID, id=journal_id, value_date=PAID.value_date, case_id="BQ-1")
                )

    with pytest.raises(IntegrityError):
        await twice()


async def test_an_unknown_journal_is_not_there(database: Database) -> None:
    async with database.work() as books:
        assert await books.ledger.get("JN-9") is None


async def test_an_obligation_steps_along_its_table(database: Database) -> None:
    async with database.work() as books:
        await books.obligations.open(OWED)
        sent = await books.obligations.move("OB-1", "SENT")
        due = await books.obligations.move("OB-1", "DUE", payee_account_id="AC-2")

        with pytest.raises(ValueError, match="step from DUE"):
            await books.obligations.move("OB-1", "RETURNED")

    assert (sent.state, due.state, due.payee_account_id) == ("SENT", "DUE", "AC-2")


async def test_attempts_are_told_first_to_last(database: Database) -> None:
    second = replace(ATTEMPT, no=2, idempotency_key="BQ-1:OB-1:2", reference="BQ-1:OB-1:2")
    async with database.work() as books:
        await books.obligations.open(OWED)
        await books.obligations.start_attempt(ATTEMPT)
        await books.obligations.record_attempt("OB-1", 1, "RETURNED", return_code="ACCOUNT_CLOSED")
        await books.obligations.start_attempt(second)
        attempts = await books.obligations.attempts("OB-1")

    assert [(each.no, each.state, each.return_code) for each in attempts] == [
        (1, "RETURNED", "ACCOUNT_CLOSED"),
        (2, "INTENT", None),
    ]


async def test_an_idempotency_key_is_used_once(database: Database) -> None:
    async def twice() -> None:
        async with database.work() as books:
            await books.obligations.open(OWED)
            await books.obligations.start_attempt(ATTEMPT)
            await books.obligations.start_attempt(replace(ATTEMPT, no=2, reference="other"))

    with pytest.raises(IntegrityError):
        await twice()


async def test_an_intent_and_an_unknown_outcome_have_audit_records(database: Database) -> None:
    async with database.work() as books:
        await books.obligations.open(OWED)
        await books.obligations.start_attempt(ATTEMPT)
        await books.obligations.record_attempt("OB-1", 1, "UNKNOWN")

    async with database.reading() as room:
        actions = [record.change.action for record in await room.audit.records("BQ-1")]
    assert actions == ["payment.intent", "payment.unknown"]
