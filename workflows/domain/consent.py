"""A consent 同意: whose, to exactly which change, in what form, on what evidence, until when."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Literal

ConsentForm = Literal["WET", "E_SIGN", "VIDEO"]
ConsentRole = Literal["PH", "INSURED", "GUARDIAN", "PARENT", "NEW_PH", "PLEDGEE", "ACCOUNT_HOLDER"]
ConsentAnswer = Literal["GIVEN", "REFUSED"]
ConsentState = Literal["VALID", "REFUSED", "REVOKED", "WRONG_PAYLOAD", "EXPIRED"]

VALID_FOR = timedelta(days=30)
"""Natural days a consent holds before the change it is for must be made."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """One answer of one person to one change of one policy; never to another change."""

    id: str
    case_id: str
    policy_no: str
    item: str
    payload_hash: str
    """Of the change that was put to the person: a changed change asks for a new consent."""
    party_id: str
    role: ConsentRole
    answer: ConsentAnswer
    form: ConsentForm
    evidence_id: str
    obtained_at: datetime
    expires_at: datetime
    revoked_at: datetime | None = None

    def state(self, payload_hash: str, at: datetime) -> ConsentState:
        """What it is worth for a change at an instant."""
        if self.revoked_at is not None and self.revoked_at <= at:
            return "REVOKED"
        if self.payload_hash != payload_hash:
            return "WRONG_PAYLOAD"
        if self.answer == "REFUSED":
            return "REFUSED"
        return "VALID" if at < self.expires_at else "EXPIRED"

    def revoked(self, at: datetime) -> "Consent":
        """The same, taken back; what was taken back before stays as it was."""
        return self if self.revoked_at is not None else replace(self, revoked_at=at)


def expiry(obtained_at: datetime) -> datetime:
    """When a consent obtained at an instant ends."""
    return obtained_at + VALID_FOR


@dataclass(frozen=True, slots=True, kw_only=True)
class DebitAuthority:
    """The authority 扣款授权 to collect premiums from an account, until it is revoked."""

    id: str
    policy_no: str
    party_id: str
    account_id: str
    since: date
    granted_by: str | None = None
    """The case that brought it."""
    revoked_on: date | None = None
    revoked_by: str | None = None
    """The case at whose effect it ended."""
