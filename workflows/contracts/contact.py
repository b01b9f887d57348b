"""Changing a person's data 客户资料变更: asked, carried out, told to both sides, undone."""

from collections.abc import Mapping
from datetime import datetime
from typing import Literal

from workflows.contracts.activity import ActivityContract, Request, Result
from workflows.contracts.asked import BureauAnswer
from workflows.contracts.execution import Endorsement

NoticeTemplate = Literal["contact_changed", "contact_reversed", "letter_waiting"]
Side = Literal["OLD", "NEW", "KEPT"]


class ContactRequest(Request):
    """Read what the case asks to have changed."""

    policy_no: str
    applicant_party_id: str


class ContactFacts(Result):
    """What changes, by field, without a word of the data itself."""

    party_id: str
    fields: tuple[str, ...]
    """Those whose new text differs from what the book holds."""
    new_verified: bool
    old_verified: bool
    policies: tuple[str, ...]
    """Which policies take note."""
    before_hash: str


class ContactResult(Result):
    """The change asked for."""

    change: ContactFacts


class BureauRequest(Request):
    """Ask the identity bureau whether the applicant's papers are theirs."""

    applicant_party_id: str


class BureauFinding(Result):
    """What the bureau answered."""

    answer: BureauAnswer
    asked_at: datetime


class BureauResult(Result):
    """The bureau's finding."""

    bureau: BureauFinding


class ChangeContactRequest(Request):
    """Write the person's next version; ``before_hash`` is the version the change was made for."""

    policy_no: str
    applicant_party_id: str
    before_hash: str


class Notice(Result):
    """One contact point to be told, by its id."""

    contact_id: str
    side: Side


class PersonVersion(Result):
    """The version written, and the hashes of its images."""

    no: int
    before_hash: str
    after_hash: str


class ChangeContactResult(Result):
    """What was changed, and who has to be told at once."""

    version: PersonVersion
    notices: tuple[Notice, ...]


class EndorseContactRequest(Request):
    """Let one policy take note of the change."""

    policy_no: str
    applicant_party_id: str
    version: int


class Noted(Result):
    """How one policy stands: noted, with its endorsement, or refused, with the reason."""

    policy_no: str
    status: Literal["NOTED", "REFUSED"]
    reason: str | None = None
    endorsement: Endorsement | None = None


class EndorseContactResult(Result):
    """The policy's own outcome; others do not depend on it."""

    noted: Noted


class ReverseContactRequest(Request):
    """Take changes of a person's data back: the case's own, or every fresh one (``scope``)."""

    policy_no: str
    applicant_party_id: str
    scope: Literal["OWN", "FRESH"] = "OWN"


class ContactReversal(Result):
    """What was taken back."""

    changes: tuple[str, ...]
    """The cases that had made them, the latest first; empty: nothing stood any more."""
    version: int | None
    notices: tuple[Notice, ...]


class ReverseContactResult(Result):
    """The reversal."""

    reversal: ContactReversal


class ContactNoticeRequest(Request):
    """Tell one contact point, on its own channel, in words that need no other paper."""

    template: NoticeTemplate
    policy_no: str
    applicant_party_id: str
    contact_id: str
    side: Side = "KEPT"


class NoticeSent(Result):
    """Proof of sending."""

    communication_id: str
    channel: Literal["SMS", "EMAIL"]
    sent_at: datetime
    refused: bool = False
    """Refused for good: an anomaly of the case says so."""


class ContactNoticeResult(Result):
    """The message sent."""

    sent: NoticeSent


class RiskAlertRequest(Request):
    """Somebody acted in a person's name: raise the alarm."""

    policy_no: str
    applicant_party_id: str
    reason: Literal["IDENTITY_FRAUD", "CONTACT_DENIED"]
    cases: tuple[str, ...] = ()
    """Cases whose contact change was taken back: each is told, and ends."""


class RiskAlert(Result):
    """The alert, and the anomaly that leads it to the risk desk."""

    id: str
    anomaly_id: str


class RiskAlertResult(Result):
    """The alert raised."""

    alert: RiskAlert


def _local(
    kind: str, request: type[Request], result: type[Result], *faults: str
) -> ActivityContract:
    return ActivityContract(type=kind, runs="local", request=request, result=result, faults=faults)


CONTRACTS: Mapping[str, ActivityContract] = {
    contract.type: contract
    for contract in (
        _local("verification.contact", ContactRequest, ContactResult),
        ActivityContract(
            type="verification.bureau",
            runs="remote",
            request=BureauRequest,
            result=BureauResult,
            faults=("BUREAU_AWAY",),
        ),
        _local("execution.change_contact", ChangeContactRequest, ChangeContactResult, "STALE"),
        _local("execution.endorse_contact", EndorseContactRequest, EndorseContactResult),
        _local(
            "execution.reverse_contact",
            ReverseContactRequest,
            ReverseContactResult,
            "NOT_REVERSIBLE",
        ),
        ActivityContract(
            type="follow_up.contact_notice",
            runs="remote",
            request=ContactNoticeRequest,
            result=ContactNoticeResult,
        ),
        _local("anomaly.risk_alert", RiskAlertRequest, RiskAlertResult),
    )
}
