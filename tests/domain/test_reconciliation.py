"""Three books side by side: nothing is found where they agree, and every planted difference is."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflows.domain.money import Money
from workflows.domain.reconciliation import (
    BankLine,
    BankPosting,
    Books,
    MovementKind,
    Order,
    reconcile,
)

SINCE = datetime(2026, 10, 6, tzinfo=UTC)
UNTIL = SINCE + timedelta(days=7)
NOON = SINCE + timedelta(days=3, hours=4)
STATES: dict[tuple[str, str], set[MovementKind]] = {
    ("OUT", "SENT"): {"PAY"},
    ("OUT", "SETTLED"): {"PAY"},
    ("OUT", "RETURNED"): {"PAY", "RETURN"},
    ("OUT", "REFUSED"): set(),
    ("OUT", "INTENT"): set(),
    ("IN", "SENT"): set(),
    ("IN", "SETTLED"): {"COLLECT"},
    ("IN", "RETURNED"): set(),
}


def order(no: int = 1, direction: str = "OUT", state: str = "SETTLED", **other) -> Order:
    about = {
        "key": f"BQ-1:OB-{no}:1", "obligation_id": f"OB-{no}", "no": 1, "case_id": "BQ-1",
        "direction": direction, "amount": Money(100_00 + no), "state": state, "at": NOON,
    }  # fmt: skip
    return Order(**{**about, **other})


def agreeing(*orders: Order) -> Books:
    """Books in which the bank and the ledger say what the orders say."""
    moved = [(one, kind) for one in orders for kind in sorted(STATES[one.direction, one.state])]
    return Books(
        lines=tuple(
            BankLine(key=one.key, kind=kind, amount=one.amount, booked_at=one.at)
            for one, kind in moved
        ),
        orders=orders,
        postings=tuple(
            BankPosting(
                journal_id=one.journal(kind),
                case_id=one.case_id,
                value_date=one.at.date(),
                left=one.amount if kind == "PAY" else -one.amount,
            )
            for one, kind in moved
        ),
    )


def found(books: Books, until: datetime = UNTIL) -> list[tuple[str, str]]:
    return [(one.kind, one.about) for one in reconcile(books, since=SINCE, until=until)]


orders = st.lists(
    st.tuples(
        st.integers(1, 50),
        st.sampled_from(sorted(STATES)),
        st.integers(0, 6 * 24).map(lambda hours: SINCE + timedelta(hours=hours)),
    ),
    unique_by=lambda one: one[0],
    max_size=8,
).map(lambda many: [order(no, *kind, at=at) for no, kind, at in many])


@given(orders)
def test_books_that_agree_have_no_break(many):
    assert found(agreeing(*many)) == []


@given(orders, st.data())
def test_a_movement_left_out_of_one_book_is_the_only_break(many, data):
    books = agreeing(*many, order(99))
    book = data.draw(st.sampled_from(["lines", "postings", "orders"]))
    dropped = data.draw(st.sampled_from(getattr(books, book if book != "orders" else "lines")))
    rest = tuple(one for one in getattr(books, book) if one != dropped)
    if book == "orders":
        rest = tuple(one for one in books.orders if one.key != dropped.key)

    breaks = reconcile(replace(books, **{book: rest}), since=SINCE, until=UNTIL)

    kinds = {one.kind for one in breaks}
    match book:
        case "postings":
            assert kinds == {"NOT_POSTED"}
            assert len(breaks) == 1
        case "lines":
            assert kinds <= {"MISSING_AT_BANK", "PAID_TWICE"}
            assert "MISSING_AT_BANK" in kinds
        case _:
            assert kinds == {"UNKNOWN_TO_US", "POSTED_ALONE"}


@pytest.mark.parametrize("book", ["lines", "postings"])
def test_one_cent_is_a_break(book):
    books = agreeing(order())
    [line] = books.lines
    [posting] = books.postings
    if book == "lines":
        books = replace(books, lines=(replace(line, amount=line.amount + Money(1)),))
    else:
        books = replace(books, postings=(replace(posting, left=posting.left - Money(1)),))

    [one] = reconcile(books, since=SINCE, until=UNTIL)

    assert (one.kind, one.case_id) == ("AMOUNT_DIFFERS", "BQ-1")
    assert len({one.at_bank, one.by_case, one.in_ledger}) == 2


def test_what_the_bank_did_and_nobody_told_is_a_break():
    """A returned payment whose report never came: the case still takes it for settled."""
    books = agreeing(order())
    back = replace(books.lines[0], kind="RETURN")

    assert found(replace(books, lines=(*books.lines, back))) == [("UNTOLD", "BQ-1:OB-1:1:RETURN")]


def test_one_debt_paid_by_two_orders_is_a_break():
    twice = agreeing(order(), replace(order(2), obligation_id="OB-1", no=2))

    assert found(twice) == [("PAID_TWICE", "OB-1")]


def test_a_second_payment_after_a_return_is_none():
    assert (
        found(agreeing(order(state="RETURNED"), replace(order(2), obligation_id="OB-1", no=2)))
        == []
    )


def test_a_posting_for_no_movement_is_a_break():
    posting = BankPosting(
        journal_id="JN-BY-HAND", case_id="BQ-9", value_date=NOON.date(), left=Money(5)
    )

    assert found(Books(lines=(), orders=(), postings=(posting,))) == [
        ("POSTED_ALONE", "JN-BY-HAND")
    ]


def test_a_word_younger_than_the_reconciled_time_is_still_under_way():
    books = replace(agreeing(order()), lines=())

    assert found(books, until=NOON - timedelta(seconds=1)) == []
    assert found(books) == [("MISSING_AT_BANK", "BQ-1:OB-1:1:PAY")]


def test_a_return_of_an_older_order_asks_for_no_older_lines():
    """The payment left before the reconciled time; its line is not on the statement any more."""
    old = order(state="RETURNED", at=SINCE - timedelta(days=5))
    books = agreeing(old)
    back = [replace(line, booked_at=NOON) for line in books.lines if line.kind == "RETURN"]

    assert found(replace(books, lines=tuple(back))) == []
    assert found(replace(books, lines=tuple(back), orders=(replace(old, state="SETTLED"),))) != []
