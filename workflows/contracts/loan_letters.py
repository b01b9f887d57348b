"""What letters about policy loans may say."""

from datetime import date
from decimal import Decimal
from typing import Literal

from workflows.contracts.activity import Request

Ending = Literal["LAPSE", "TERMINATE"]


class LoanOfferFacts(Request):
    """More was asked for than may be lent; this may be."""

    requested: Decimal
    limit: Decimal
    offer: Decimal


class LoanAgreementFacts(Request):
    """The agreement: amount, yearly rate, and what is owed at the end of the first term."""

    amount: Decimal
    rate: Decimal
    matures_on: date
    maturity_interest: Decimal
    maturity_due: Decimal


class LoanReminderFacts(Request):
    """A term ends soon."""

    matures_on: date
    interest: Decimal
    due: Decimal


class LoanWarningFacts(Request):
    """Debts have reached so many percent of the cash value."""

    percent: int
    debts: Decimal
    cash_value: Decimal
    on_exhaustion: Ending


class LoanCapitalisedFacts(Request):
    """Interest that became principal."""

    on: date
    interest: Decimal
    balance: Decimal


class LoanExhaustedFacts(Request):
    """Debts have used the cash value up."""

    on: date
    ended: Ending
    debts: Decimal
    cash_value: Decimal


class LoanRepaidFacts(Request):
    """How a repayment was used."""

    amount: Decimal
    interest: Decimal
    principal: Decimal
    left: Decimal
    endorsement: str
