"""Cases as callers send and see them."""

from typing import Any, Literal, cast

from pydantic import ConfigDict, Field, JsonValue, field_validator, model_validator
from pydantic.alias_generators import to_snake

from api.problems import Problem
from api.schemas.changes import BeneficiaryChange, PolicyholderChange
from api.schemas.contact import ContactChange
from api.schemas.ex_gratia import ExGratia
from api.schemas.items import BenefitPayment, Claim, ItemChange
from api.schemas.legal_holds import HoldSeen
from api.schemas.loans import LoanRepayment, PolicyLoan
from api.schemas.offers import OfferSeen
from api.schemas.payment_account import PaymentChange
from api.schemas.renewals import Reinstatement, RenewalPremium
from api.schemas.repairs import ForecastSeen
from api.schemas.shapes import (
    Identifier,
    Instant,
    Moment,
    Page,
    PageQuery,
    ProcessId,
    Reason,
    Seen,
    Sent,
    Variables,
    Version,
)
from api.schemas.work import GraceDeedSeen, IncidentSeen, TaskSeen
from workflows.domain.case import CaseStatus
from workflows.domain.clocks import Alarm
from workflows.domain.items import CATALOGUE, NOT_YET, Item

_BODIES = {code: item.body for code, item in CATALOGUE.items() if item.body}
"""What an item, and no other, names in a body of its own."""
_CHANGE_FIELDS: tuple[JsonValue, ...] = (
    "beneficiaries", "intentOn", "consents", "newHolderPartyId", "newHolderRelation",
    "debitAccountId", "debtsAssumed", "contact", "payment", "loan", "repayment", "renewal",
    "reinstatement", "itemChange", "benefit", "claim", "exGratia",
)  # fmt: skip
_WRITTEN_HERE = frozenset(map(str, _CHANGE_FIELDS))
"""What a change names in its body, and never in ``request``."""


class Applicant(Sent):
    """Who asks."""

    party_id: Identifier
    role: Literal["PH", "INSURED", "GUARDIAN", "BENEFICIARY", "PROXY"] = "PH"


def _alternatives() -> list[dict[str, Any]]:
    """What the schema says of items and bodies: each of these items with its own, no other."""
    nothing: dict[str, Any] = {body: {"type": "null"} for body in sorted({*_BODIES.values()})}
    plain = [code for code in CATALOGUE if code not in _BODIES]
    return [
        {"properties": {"item": {"enum": plain}, **nothing}},
        *(
            {
                "required": ["item", body],
                "properties": {**nothing, "item": {"const": item}, body: {"type": "object"}},
            }
            for item, body in _BODIES.items()
        ),
    ]


class CaseStart(Sent):
    """Ask for a servicing case."""

    model_config = ConfigDict(json_schema_extra={"oneOf": cast(JsonValue, _alternatives())})

    process: ProcessId | None = None
    """Which model; the item's own when absent."""
    version: Version | None = None
    """The model's version; the newest when absent."""
    policy_no: Identifier
    policy_version: Version | None = None
    """When given, the version the caller looked at; another one is refused (409)."""
    item: Item = "TERMINATE"
    channel: Literal["COUNTER", "APP", "AGENT", "MAIL"] = "COUNTER"
    notice_arrived_at: Instant | None = None
    """When the notice reached the insurer (民法典 art. 137, 565); now when absent, never later."""
    applicant: Applicant
    request: Variables = Field(
        default_factory=dict,
        json_schema_extra={"not": {"anyOf": [{"required": [name]} for name in _CHANGE_FIELDS]}},
    )
    """What the item needs: payeeAccountId, documentIds, identity, deviceId, newSumAssured, …"""
    beneficiary_change: BeneficiaryChange | None = None
    """Who shall benefit, for item BENEFICIARY_CHANGE and no other."""
    policyholder_change: PolicyholderChange | None = None
    """Who takes the contract over, for item POLICYHOLDER_CHANGE and no other."""
    contact: ContactChange | None = None
    """The new data of the applicant, for item CONTACT and no other."""
    payment_change: PaymentChange | None = None
    """How premiums shall be paid, for item PAYMENT_ACCOUNT_CHANGE and no other."""
    policy_loan: PolicyLoan | None = None
    """What shall be lent, for item POLICY_LOAN and no other."""
    loan_repayment: LoanRepayment | None = None
    """What shall be repaid, for item LOAN_REPAYMENT and no other."""
    renewal_premium: RenewalPremium | None = None
    """Which premium falls due, for item RENEWAL_PREMIUM and no other."""
    reinstatement: Reinstatement | None = None
    """How a lapsed contract comes back, for item REINSTATEMENT and no other."""
    item_change: ItemChange | None = None
    """What is wanted, for every item that the generic model serves and for no other."""
    benefit_payment: BenefitPayment | None = None
    """What shall be paid, for item BENEFIT_PAYMENT and no other."""
    claim: Claim | None = None
    """The insured event, for item CLAIM_HANDOFF and no other."""
    ex_gratia: ExGratia | None = None
    """What a complaint demands, for item EX_GRATIA_SURRENDER and no other."""

    @field_validator("item", mode="before")
    @classmethod
    def _refused_by_name(cls, value: object) -> object:
        if isinstance(value, str) and value in NOT_YET:
            name, reason = NOT_YET[value]
            raise Problem(
                422, "item-not-served", f"{value} {name} cannot be started yet: {reason}."
            )
        return value

    @model_validator(mode="after")
    def _what_a_change_needs(self) -> "CaseStart":
        for body in {*_BODIES.values()}:
            named = getattr(self, to_snake(body)) is not None
            if named != (_BODIES.get(self.item) == body):
                items = ", ".join(item for item, own in _BODIES.items() if own == body)
                raise ValueError(f"Item {items}, and no other, names {body}.")
        if _WRITTEN_HERE & set(self.request):
            raise ValueError("What is to be changed stands in the body of the change.")
        return self

    @property
    def process_id(self) -> str:
        """The model asked for, or the item's own."""
        return self.process or CATALOGUE[self.item].process


class CaseQuery(PageQuery):
    """Which cases to list."""

    status: CaseStatus | None = None
    process: ProcessId | None = None
    policy_no: Identifier | None = None
    stuck: bool = False
    """Only those with an open incident."""
    unfinished: bool = False
    unexplained: bool = False
    """Only those that wait for nothing with a name, and have not moved for a minute."""
    late: bool = False
    """Only those with a running clock of which four fifths are used up, or all of it."""


class CaseAccepted(Seen):
    """The case is durable: it will be worked on, whatever crashes."""

    case_id: str
    process: str
    version: int
    accepted_at: Moment
    duplicate_of: str | None = None
    """The case already in progress that this request repeats: no other was opened."""


class CaseCancel(Sent):
    """End a case from outside its model."""

    reason: Reason
    dry_run: bool = False


class CaseSummary(Seen):
    """A case in a list."""

    case_id: str
    process: str
    version: int
    status: str
    policy_no: str | None
    item: str | None
    accepted_at: Moment
    finished_at: Moment | None
    outcome: str | None
    duplicate_of: str | None
    open_incidents: int
    due_on: str | None = None
    """The strict last day of the running clock that ends first."""
    alarm: Alarm = 0
    """The most that is used up of a running clock, in percent: 50, 80 (warned) or 100 (missed)."""


class CasePage(Page):
    """A page of cases, the newest first."""

    cases: list[CaseSummary]


class Wait(Seen):
    """A named reason to wait."""

    instance_id: str
    element: str | None
    name: str | None
    waits_for: str
    message: str | None
    key: str | None
    """The correlation key, for a message."""
    due: Moment | None
    since: Moment


class ReasonSeen(Seen):
    """A named reason why a case is where it is; a case that has not ended has at least one."""

    kind: Literal[
        "accepted-not-started", "task", "timer", "message", "signal", "job", "called-process",
        "step", "held",
        "incident", "problem", "replay", "no-worker", "suspended",
        "offer",
    ]  # fmt: skip
    text: str
    """The reason as a sentence."""
    since: Moment
    instance_id: str
    element: str | None
    name: str | None
    id: str | None
    """Of the task, the incident or the offer."""
    due: Moment | None
    who: list[str]
    message: str | None
    key: str | None
    """The correlation key, for a message."""
    attempt: int | None
    next_attempt_at: Moment | None


class ClockSeen(Seen):
    """A clock of law or service on the case."""

    rule: str
    due_on: str
    """The strict last day: alarms run on it."""
    due_legal_on: str
    """The legal last day, moved off a rest day where law says so."""
    target_on: str | None = None
    """The last working day within the strict limit: by then it is meant to be done."""
    state: str
    alarm: Alarm = 0
    """How much of it is used up, in percent; nothing of one that was met or stands still."""
    stands_still: bool = False
    """From a notice to the customer until the answer."""
    lawful_reason: str | None = None
    """What holds the case up, or ended it, by law: class and reason of the anomaly."""
    provisional: bool = False
    """A day lies beyond what the calendar knows: it is computed on statutory days only."""


class LetterSeen(Seen):
    """A letter or mail that went out."""

    template: str
    channel: str
    sent_at: Moment | None
    refused_at: Moment | None = None
    """When the addressee's system refused it for good."""


class ClawBackSeen(Seen):
    """Commission that the agent of a contract taken back does not keep."""

    agent_id: str
    premiums: str
    at: Moment
    voided_at: Moment | None


class CaseDetail(CaseSummary):
    """A case, what it waits for and what is stuck."""

    reasons: list[ReasonSeen]
    waits: list[Wait]
    offers: list[OfferSeen]
    """What may be begun now, by ``POST /v1/cases/{id}/activities``."""
    tasks: list[TaskSeen]
    incidents: list[IncidentSeen]
    clocks: list[ClockSeen]
    letters: list[LetterSeen]
    endorsements: list[str]
    anomalies: list[dict[str, Any]]
    claw_backs: list[ClawBackSeen]
    grace_deeds: list[GraceDeedSeen]
    quote: dict[str, Any] | None
    legal_holds: list[HoldSeen] | None = None
    """What keeps the case; null but to auditors and the desks legal and privacy."""


class ElementHeat(Seen):
    """How often an element was entered, and where it stands now."""

    active: int
    completed: int
    terminated: int
    incidents: int


class ProcessDiagram(Seen):
    """One process of a case as drawn, with what every element of it did."""

    process: str
    version: int
    instances: int
    bpmn: str
    """The drawing, BPMN 2.0 XML."""
    elements: dict[str, ElementHeat]
    flows: dict[str, int]
    """How often each sequence flow was taken."""


class CaseDiagram(Seen):
    """The case's own process first, then the processes it called."""

    case_id: str
    processes: list[ProcessDiagram]


class CaseEnded(Seen):
    """The case was, or would be, ended: then without ``at``."""

    case_id: str
    dry_run: bool = False
    at: Moment | None
    forecast: ForecastSeen | None = None
    """With the dry run: where the case stands, and what would be withdrawn."""
