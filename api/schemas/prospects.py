"""An item on a policy, asked about before anybody opens a case: a quote that binds nobody."""

from typing import Annotated, Literal

from pydantic import StringConstraints as Text

from api.schemas.items import Declared
from api.schemas.payment_account import Yuan
from api.schemas.shapes import Asking, Day, Identifier, Seen
from workflows.domain.policy import BenefitKind
from workflows.domain.servicing_item import Channel

Word = Annotated[str, Text(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:-]{0,59}$")]


class ProspectQuery(Asking):
    """Who would ask, where and when; what an item needs to be quoted."""

    date: Day | None = None
    """The day of the notice: today, or one of the next 366."""
    channel: Channel = "COUNTER"
    party_id: Identifier | None = None
    """Who would ask; the policyholder when absent."""
    role: Literal["PH", "INSURED", "GUARDIAN", "BENEFICIARY", "PROXY"] = "PH"
    amount: Yuan | None = None
    """Of a loan (as much as there is when absent), of a repayment, or the sum assured that is left
    of a reduction or reached by an increase."""
    cover_elsewhere: Declared | None = None
    """Of an increase: what other insurers cover the insured's death for; asked of a minor."""
    value: Word | None = None
    """The word, unit or specimen that an item of the catalogue asks for."""
    account_id: Identifier | None = None
    lender_id: Identifier | None = None
    """Who would hold the pledge."""
    benefit: BenefitKind | None = None


class RuleAsked(Seen):
    """A rule, and what stands against it."""

    rule: str
    kept: bool
    reasons: list[str]
    legal_basis: str | None


class CaseInFlight(Seen):
    """A case in flight on the policy, and what it means for this one."""

    case_id: str
    item: str
    rule: str
    needs_person: bool


class PaperWanted(Seen):
    """A paper, and whether it is held already."""

    type: str
    mandatory: bool
    form: str
    validity_days: int | None
    held: bool


class PapersWanted(Seen):
    """The papers on one channel."""

    channel: Channel
    documents: list[PaperWanted]


class ConsentAsked(Seen):
    """Whose consent it would take."""

    role: str
    party_id: str


class LimitAhead(Seen):
    """Until when, were it begun at this moment."""

    rule: str
    counts_from: Literal["NOTICE", "AGREEMENT"]
    due_on: Day
    target_on: Day | None


class AuthorityNeeded(Seen):
    """Who would decide at low risk."""

    level: str
    checker_level: str
    approver_levels: list[str]
    straight_through: bool
    call_back: bool
    pause_hours: int
    functions: list[str]
    """Desks that decide beside the level."""


class QuotedLine(Seen):
    """One line of a quote."""

    code: str
    label: str
    amount: str
    sign: Literal["+", "-"]


class QuotedMoney(Seen):
    """What would be paid, line by line."""

    basis: str
    lines: list[QuotedLine]
    gross: str
    deductions: str
    net: str
    premiums_paid: str
    loss_ratio: str


class ProspectSeen(Seen):
    """What a case about an item on a policy would find; it binds nobody."""

    policy_no: str
    policy_version: int
    item: str
    process: str
    process_version: int
    channel: Channel
    party_id: str
    role: str
    valid_on: Day
    """The one day it was worked out for; the case works it out again."""
    binding: Literal[False] = False
    possible: bool
    """Nothing that is known stands against it; ``undecided`` says what is not known."""
    undecided: list[str]
    rules: list[RuleAsked]
    cases_ahead: list[CaseInFlight]
    basis: str | None
    figures: dict[str, str]
    """Amounts and days that the rules look at: limits of loans, windows, arrears, value."""
    papers: list[PapersWanted]
    consents: list[ConsentAsked]
    limits: list[LimitAhead]
    authority: AuthorityNeeded | None
    quote: QuotedMoney | None
