"""Our orders, the core system's effects, our ledger: every way in which they can differ."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from workflows.domain.core_reconciliation import CoreEffect, CoreFact, debits, reconcile_core
from workflows.domain.core_system import Cancellation, CoreOrder, Hold, Reversal
from workflows.domain.ledger import Entry, Journal
from workflows.domain.money import Money
from workflows.domain.policy import Reservation

AT = datetime(2026, 10, 12, 2, tzinfo=UTC)
NOW = AT + timedelta(days=1, hours=1)
HUNDRED = Money(100_00)
JOURNAL = Journal(
    id="JN-1",
    case_id="BQ-1",
    policy_no="P-1",
    value_date=date(2026, 10, 12),
    text="reversal",
    entries=(
        Entry(account="2202", side="DR", amount=HUNDRED),
        Entry(account="6401", side="CR", amount=HUNDRED),
    ),
)
TURNED = CoreOrder(
    key="CO-1", case_id="BQ-1", policy_no="P-1", at=AT, state="DONE",
    wish=Reversal(commit_key="CO-0", effective_at=AT, journals=(JOURNAL,)),
)  # fmt: skip
HELD = replace(
    TURNED,
    key="CO-2",
    wish=Hold(
        reservation=Reservation(
            id="RS-1", policy_no="P-1", policy_version=1, case_id="BQ-1", quote_hash="h",
            expires_at=AT + timedelta(days=1), state="ACTIVE",
        ),
        item="TERMINATE", basis="SURRENDER", as_of=AT, net=HUNDRED,
    ),
)  # fmt: skip
DONE = CoreEffect(state="DONE", policy_no="P-1", policy_version=3, moved=HUNDRED)
FACT = CoreFact(order=TURNED, effect=DONE, posted=HUNDRED)
RESERVED = CoreFact(order=HELD, effect=replace(DONE, moved=None), posted=None)


def kinds(*facts: CoreFact, version: int = 3, now: datetime = NOW) -> list[str]:
    return [one.kind for one in reconcile_core(facts, {"P-1": version}, until=NOW, now=now)]


@pytest.mark.parametrize(
    ("fact", "found"),
    [
        (FACT, []),
        (replace(FACT, effect=None), ["CORE_MISSING"]),
        (replace(FACT, effect=replace(DONE, state="FAILED")), ["CORE_MISSING"]),
        (replace(FACT, order=replace(TURNED, state="UNKNOWN")), ["CORE_UNTOLD"]),
        (replace(FACT, order=replace(TURNED, state="INTENT"), effect=None), []),
        (replace(FACT, posted=None), ["CORE_NOT_POSTED"]),
        (replace(FACT, posted=Money(1)), ["CORE_AMOUNT_DIFFERS"]),
        (replace(FACT, effect=replace(DONE, moved=Money(1))), ["CORE_AMOUNT_DIFFERS"]),
        (replace(FACT, effect=replace(DONE, moved=None)), ["CORE_AMOUNT_DIFFERS"]),
    ],
)
def test_the_pattern_of_three_books_names_the_break(fact: CoreFact, found: list[str]):
    assert kinds(fact) == found


def test_a_reservation_is_left_over_once_its_time_is_over_and_nothing_ended_it():
    let_go = replace(
        FACT,
        order=replace(TURNED, key="CO-3", wish=Cancellation(reservation_id="RS-1")),
        effect=replace(DONE, moved=None),
        posted=None,
    )

    assert kinds(RESERVED) == ["CORE_HELD"]
    assert kinds(RESERVED, now=AT) == []
    assert kinds(RESERVED, let_go) == []


def test_a_policy_that_stands_later_than_our_last_order_was_changed_by_others():
    assert kinds(FACT, version=4) == ["CORE_CHANGED"]
    assert kinds(FACT, version=3) == []


def test_what_is_younger_than_the_reconciled_time_is_under_way():
    young = replace(FACT, order=replace(TURNED, at=NOW + timedelta(seconds=1)), effect=None)

    assert kinds(young) == []


def test_debits_are_counted_once():
    assert debits((JOURNAL, JOURNAL)) == Money(200_00)
    assert debits(()) is None
