"""A claim handed off 理赔转办: what an event stops, what is due at a death, and to whom."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from types import MappingProxyType
from typing import Literal

from workflows.domain.interest import debt_on
from workflows.domain.ledger import Entry, credit, debit
from workflows.domain.money import Money, total, zero
from workflows.domain.policy import Policy, PolicyFlag
from workflows.domain.termination import ended
from workflows.domain.termination_postings import INTEREST_INCOME

ClaimEvent = Literal["DEATH", "CRITICAL_ILLNESS", "HOSPITAL", "DISABILITY"]
CLAIM_EXPENSE, CLAIMS_PAYABLE, PREMIUMS, BANK = "6402", "2221", "6001", "1001"
ESTATE = ""
"""Nobody is named: the benefit belongs to the estate (保险法 art. 42)."""
PROOFS: Mapping[ClaimEvent, tuple[str, ...]] = MappingProxyType(
    {
        "DEATH": ("DEATH_CERTIFICATE", "CLAIMANT_ID", "RELATION_PROOF"),
        "CRITICAL_ILLNESS": ("DIAGNOSIS", "CLAIMANT_ID"),
        "HOSPITAL": ("HOSPITAL_RECORD", "INVOICE", "CLAIMANT_ID"),
        "DISABILITY": ("DISABILITY_REPORT", "CLAIMANT_ID"),
    }
)
"""What proves which event: told at once, on one list (4号令 art. 22; 保险法 art. 22)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """What one person is due; no party: the estate."""

    party_id: str
    amount: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Handoff:
    """What the claims department is told of the contract on the day of the event."""

    covered: bool
    """In force or in grace on the day; a lapsed contract pays nothing."""
    sum_assured: Money
    overdue_premium: Money
    """Taken off where the event fell into the grace period (保险法 art. 36)."""
    debts: Money
    payable: Money
    shares: tuple[Share, ...]


def hand_off(policy: Policy, event: ClaimEvent, on: date) -> Handoff:
    """Work out what would be due; whether it is, the claims department decides."""
    nothing = zero(policy.currency)
    covered = policy.state == "IN_FORCE" or (policy.lapsed_on is not None and on < policy.lapsed_on)
    debts = total(
        (debt.principal + debt.interest for debt in (debt_on(x, on) for x in policy.open_loans)),
        policy.currency,
    )
    due = policy.sum_assured - policy.unpaid_premium - debts
    payable = max(due, nothing) if covered and event == "DEATH" else nothing
    return Handoff(
        covered=covered,
        sum_assured=policy.sum_assured,
        overdue_premium=policy.unpaid_premium,
        debts=debts,
        payable=payable,
        shares=tuple(shares(policy, payable, on)),
    )


def shares(policy: Policy, payable: Money, on: date) -> Iterator[Share]:
    """Among the first order of beneficiaries, to the cent; the first bears what rounding leaves."""
    if not payable.is_positive:
        return
    named = policy.holders("BENEF_DEATH", on)
    if not named:
        yield Share(party_id=ESTATE, amount=payable)
        return
    first = min(role.order for role in named)
    entitled = [role for role in named if role.order == first]
    parts = [payable.share(role.share_bp, 10_000) for role in entitled]
    left = payable - total(parts, policy.currency)
    for place, (role, part) in enumerate(zip(entitled, parts, strict=True)):
        yield Share(party_id=role.party_id, amount=part + left if place == 0 else part)


def opened(policy: Policy, on: date) -> Policy:
    """A claim is open: what the holder asks for waits, debits stop."""
    flag: PolicyFlag = "CLAIM_OPEN"
    flags = policy.flags if flag in policy.flags else (*policy.flags, flag)
    return replace(policy, flags=flags, claim_made=True, claim_event_on=on)


def closed(policy: Policy) -> Policy:
    """The claim was refused: the contract goes on as it was."""
    flags = tuple(flag for flag in policy.flags if flag != "CLAIM_OPEN")
    return replace(policy, flags=flags, claim_event_on=None)


def paid(policy: Policy, on: date) -> Policy:
    """The benefit was paid and the contract has ended by it."""
    over = ended(closed(policy), "CLAIM", on)
    return replace(over, claim_event_on=policy.claim_event_on)


def agreed_entries(policy: Policy, handoff: Handoff, on: date) -> tuple[Entry, ...]:
    """Owed to the beneficiaries: the benefit, less premium overdue and debts."""
    kept = tuple(_kept(policy, handoff, on))
    owed = handoff.payable
    if not owed.is_positive:
        return ()
    gross = owed + total((entry.amount for entry in kept), policy.currency)
    return (debit(CLAIM_EXPENSE, gross), credit(CLAIMS_PAYABLE, owed), *kept)


def _kept(policy: Policy, handoff: Handoff, on: date) -> Iterator[Entry]:
    if handoff.overdue_premium.is_positive:
        yield credit(PREMIUMS, handoff.overdue_premium)
    interest = zero(policy.currency)
    for loan in policy.open_loans:
        debt = debt_on(loan, on)
        interest = interest + debt.capitalised + debt.interest
        yield credit("1221" if loan.kind == "LOAN" else "1222", loan.balance)
    if interest.is_positive:
        yield credit(INTEREST_INCOME, interest)


def paid_entries(handoff: Handoff) -> tuple[Entry, ...]:
    """Paid by the claims department from the insurer's bank."""
    if not handoff.payable.is_positive:
        return ()
    parts = [credit(BANK, share.amount) for share in handoff.shares if share.amount.is_positive]
    return (debit(CLAIMS_PAYABLE, handoff.payable), *parts)
