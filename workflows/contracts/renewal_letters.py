"""What letters about renewal premiums, lapse and reinstatement may say."""

from datetime import date
from decimal import Decimal

from workflows.contracts.activity import Request


class PremiumReminderFacts(Request):
    """A premium falls due soon."""

    due_on: date
    premium: Decimal


class PremiumOverdueFacts(Request):
    """A premium was not paid; until when it may be, and what follows otherwise."""

    due_on: date
    owed: Decimal
    grace_ends_on: date


class PremiumPartFacts(Request):
    """Part of a premium came."""

    amount: Decimal
    missing: Decimal
    due_on: date
    grace_ends_on: date


class PremiumPaidFacts(Request):
    """A premium was paid."""

    amount: Decimal
    due_on: date
    paid_to: date
    suspense: Decimal


class PremiumLentFacts(Request):
    """A premium was lent on the cash value."""

    amount: Decimal
    rate: Decimal
    due_on: date
    covered_until: date
    endorsement: str


class PaidUpFacts(Request):
    """The contract goes on without premiums, at a lower sum."""

    sum_assured: Decimal
    endorsement: str


class LapseFacts(Request):
    """The contract is suspended: since when, and until when it may be reinstated."""

    lapsed_on: date
    due_on: date
    owed: Decimal
    window_ends_on: date


class InvitationFacts(Request):
    """Money came for a contract that is suspended."""

    amount: Decimal
    window_ends_on: date


class ReinstatementOfferFacts(Request):
    """What is to be paid for the contract to be in force again."""

    premium: Decimal
    interest: Decimal
    due: Decimal
    daily_interest: Decimal
    extra_premium: Decimal
    offer_until_on: date


class OfferOpenFacts(Request):
    """The account could not be debited; the offer stands, cover does not."""

    amount: Decimal
    offer_until_on: date


class ReinstatedFacts(Request):
    """The contract is in force again."""

    amount: Decimal
    in_force_from: date
    endorsement: str
