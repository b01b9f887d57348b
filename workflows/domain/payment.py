"""Money owed and its payment: obligations 应收应付, attempts, and what the bank says."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Literal

from workflows.domain.money import Money
from workflows.domain.party import NameMatch

ObligationState = Literal["RESERVED", "DUE", "SENT", "SETTLED", "RETURNED", "CANCELLED"]
ElementsAnswer = Literal["MATCH", "MISMATCH", "UNKNOWN"]
"""UNKNOWN: no open account of that number."""
DEBIT_RETURNED = "debit.returned"
"""The message that a collection is over, however it ended; its key: the policy."""
AttemptState = Literal["INTENT", "SENT", "SETTLED", "RETURNED", "UNKNOWN", "REFUSED"]

OBLIGATION_STEPS: Mapping[ObligationState, frozenset[ObligationState]] = MappingProxyType({
    "RESERVED": frozenset({"DUE", "CANCELLED"}),
    "DUE": frozenset({"SENT", "SETTLED", "CANCELLED"}),
    "SENT": frozenset({"SETTLED", "RETURNED", "DUE"}),
    "RETURNED": frozenset({"DUE", "CANCELLED"}),
    "SETTLED": frozenset({"RETURNED", "DUE"}),
    "CANCELLED": frozenset(),
})  # fmt: skip
"""Which state may follow which; a bank may return money days after it reported it settled."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Obligation:
    """An amount the insurer owes (or is owed) from one case."""

    id: str
    case_id: str
    policy_no: str
    party_id: str
    """To whom (from whom) it is due."""
    direction: Literal["OUT", "IN"]
    amount: Money
    state: ObligationState
    opened_at: datetime
    payee_account_id: str | None = None
    ledger_account: str = "2202"
    """OUT: where it stands until it is paid. IN: where it stands until it is used."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentAttempt:
    """One try to pay an obligation; a new try after a return has a new number and a new key."""

    obligation_id: str
    no: int
    idempotency_key: str
    """``<case>:<obligation>:<no>``: what the bank knows the order by."""
    reference: str
    """Ours; payment results are correlated by it."""
    account_id: str
    amount: Money
    state: AttemptState
    at: datetime
    bank_ref: str | None = None
    return_code: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountCheck:
    """Ask the bank whether an account is open and whose it is."""

    bank: str
    account_no: str
    holder_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountReport:
    """The bank's answer to an account check."""

    open: bool
    match: NameMatch
    reference: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ElementsCheck:
    """Ask the bank to compare four elements 四要素: name, document number, account, phone."""

    account_no: str
    holder_name: str
    id_no: str
    phone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ElementsReport:
    """The bank's answer; it never tells what it holds instead."""

    answer: ElementsAnswer
    differing: tuple[str, ...]
    """Names of the elements that differ."""
    reference: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentOrder:
    """Pay this amount to this account, once per key."""

    idempotency_key: str
    reference: str
    bank: str
    account_no: str
    holder_name: str
    amount: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentReport:
    """What the bank says of an order."""

    state: Literal["SENT", "SETTLED", "RETURNED", "REFUSED"]
    bank_ref: str
    return_code: str | None = None
