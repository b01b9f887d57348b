"""What goes over the wire to an insurer's core system: the published contract's messages.

Amounts are whole minor units with their currency, never fractions; instants bear a zone; days are
days. ``docs/contracts/core-system.openapi.yaml`` is made from these classes.
"""

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

CONTRACT_VERSION = "1.0.0"
Key = Annotated[str, Field(min_length=1, max_length=120, pattern=r"^[A-Za-z0-9._:-]+$")]
Name = Annotated[str, Field(min_length=1, max_length=120)]
Operation = Literal["reserve", "commit", "cancel", "reverse"]
EffectState = Literal["DONE", "PENDING", "FAILED"]
MAX_MINOR = 10**18


class _Wire(BaseModel):
    model_config = ConfigDict(
        extra="forbid", frozen=True, alias_generator=to_camel, populate_by_name=True, strict=True
    )


class Amount(_Wire):
    """An amount of money: a whole number of minor units, exact."""

    amount_minor: int = Field(ge=-MAX_MINOR, le=MAX_MINOR, examples=[5680145])
    currency: str = Field(pattern=r"^[A-Z]{3}$", examples=["CNY"])


class Entry(_Wire):
    """One line of a journal."""

    account: str = Field(min_length=1, max_length=20, examples=["2202"])
    side: Literal["DR", "CR"]
    amount: Amount


class Journal(_Wire):
    """A double entry: debits equal credits in one currency, or it is refused (``UNBALANCED``)."""

    id: Name
    value_date: date = Field(strict=False)
    """The business day it counts from: a day, moved by no time zone."""
    text: str = Field(max_length=300)
    entries: tuple[Entry, ...] = Field(min_length=2, max_length=100, strict=False)


class Cover(_Wire):
    """A cover of the policy."""

    id: Name
    sum_assured: Amount
    premium: Amount
    status: Literal["ACTIVE", "ENDED"]


class LoanSeen(_Wire):
    """A loan on the policy."""

    id: Name
    kind: Literal["LOAN", "APL"]
    principal: Amount
    rate: Decimal = Field(strict=False, examples=["0.055"])
    """Yearly, as a text: exact."""
    started_on: date = Field(strict=False)
    balance: Amount
    balance_since: date = Field(strict=False)
    term_months: int = Field(ge=1)
    settled_on: date | None = Field(default=None, strict=False)


class BenefitDrawn(_Wire):
    """A benefit of the policy, and when it was drawn."""

    id: Name
    amount: Amount
    due_on: date = Field(strict=False)
    paid_on: date | None = Field(default=None, strict=False)


class Changes(_Wire):
    """The fields of the policy that the change sets; one that is absent stays as it is.

    A list takes the place of the list before.
    """

    state: str | None = Field(default=None, examples=["TERMINATED"])
    termination_reason: str | None = Field(default=None, examples=["SURRENDER"])
    ended_on: date | None = Field(default=None, strict=False)
    flags: tuple[str, ...] | None = Field(default=None, strict=False)
    annual_premium: Amount | None = None
    accumulated_dividends: Amount | None = None
    terminal_dividend: Amount | None = None
    unearned_premium: Amount | None = None
    suspense_premium: Amount | None = None
    undrawn_benefits: Amount | None = None
    unpaid_premium: Amount | None = None
    other_debts: Amount | None = None
    coverages: tuple[Cover, ...] | None = Field(default=None, strict=False)
    loans: tuple[LoanSeen, ...] | None = Field(default=None, strict=False)
    benefits: tuple[BenefitDrawn, ...] | None = Field(default=None, strict=False)


class Payable(_Wire):
    """What the change makes the insurer owe; Baoquan pays it."""

    id: Name
    amount: Amount


class _Order(_Wire):
    case_id: Name
    policy_no: Name
    reservation_id: Name


class ReserveOrder(_Order):
    """Hold the policy as it stands until commit, cancellation or expiry; book nothing.

    A new reservation of the same case takes the place of the one before.
    """

    item: Name = Field(examples=["TERMINATE"])
    basis: Name = Field(examples=["SURRENDER"])
    as_of: AwareDatetime = Field(strict=False)
    """The valuation day is the day of this instant at its own offset."""
    net: Amount
    """What Baoquan's quote comes to: a core that values otherwise refuses (``STALE``)."""
    quote_hash: Name
    expires_at: AwareDatetime = Field(strict=False)


class CommitOrder(_Order):
    """Change the policy and post the journals: all of it in one transaction, or nothing."""

    item: Name
    basis: Name
    effective_at: AwareDatetime = Field(strict=False)
    changes: Changes
    journals: tuple[Journal, ...] = Field(max_length=20, strict=False)
    payable: Payable


class CancelOrder(_Order):
    """Let go of a reservation.

    One that is unknown is remembered as cancelled: a reserve or commit of it that arrives later is
    refused (``CANCELLED``).
    """


class ReverseOrder(_Wire):
    """Restore what was before a commit as a new version, and post the journals that undo it."""

    case_id: Name
    policy_no: Name
    commit_key: Key
    effective_at: AwareDatetime = Field(strict=False)
    journals: tuple[Journal, ...] = Field(max_length=20, strict=False)


class Effect(_Wire):
    """What stands under a key."""

    key: Key
    operation: Operation
    state: EffectState
    """DONE: it stands. PENDING: taken, not done yet; ask by key. FAILED: nothing was done."""
    ref: str = Field(max_length=120)
    """The core's own reference: the same whenever the key is told of."""
    policy_no: Name
    policy_version: int = Field(ge=1)
    """After the effect; each commit and each reverse makes it one more."""
    effective_at: AwareDatetime | None = Field(default=None, strict=False)
    journals: tuple[Journal, ...] = Field(default=(), strict=False)
    """As booked."""
    code: str | None = None
    """FAILED: why."""
    message: str | None = None


class PolicySeen(_Wire):
    """A policy as the core holds it now."""

    policy_no: Name
    policy_version: int = Field(ge=1)
    state: str
    currency: str = Field(pattern=r"^[A-Z]{3}$")
    at: AwareDatetime = Field(strict=False)
    """The core's business time, with its offset."""


class Refusal(_Wire):
    """Why nothing was done."""

    code: str = Field(max_length=60)
    message: str = Field(max_length=500)


Order = ReserveOrder | CommitOrder | CancelOrder | ReverseOrder
