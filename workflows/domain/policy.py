"""A policy: contract state and flags, cover, roles, loans; and the product it was sold under."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from workflows.domain.canonical import content_hash
from workflows.domain.money import NOTHING, Money, money, total
from workflows.domain.premium import (
    Frequency,
    IncreaseRule,
    PaymentInstruction,
    PremiumRule,
    RenewalRule,
)

PolicyState = Literal[
    "PENDING", "IN_FORCE", "LAPSED", "REDUCED_PAID_UP", "MATURED", "TERMINATED"
]  # fmt: skip
PolicyFlag = Literal[
    "LOAN", "APL", "PLEDGED", "FROZEN", "LOST", "WAIVED", "CLAIM_OPEN", "CASE_OPEN", "ORPHAN",
    "DEBIT_IN_FLIGHT",
]  # fmt: skip
TerminationReason = Literal[
    "COOLING_OFF", "SURRENDER", "CLAIM", "MATURITY", "RESCISSION", "PERMANENT_LAPSE",
    "NEGOTIATED", "CONSENT_REVOKED", "DEBTS_EXCEEDED_VALUE",
]  # fmt: skip
RoleKind = Literal[
    "PH", "INSURED", "BENEF_DEATH", "BENEF_SURVIVAL", "PAYER", "PLEDGEE", "GUARDIAN", "AGENT"
]
LoanKind = Literal["LOAN", "APL"]
Nonforfeiture = Literal["APL", "RPU", "LAPSE"]
"""What the policyholder chose for a premium that stays unpaid 保费逾期选择权."""
PARENTS = frozenset({"MOTHER", "FATHER", "PARENT"})
"""Relations of a guardian 监护人 who is a parent of the insured; whoever else cares for a child may
not have its death covered without them (解释三 art. 6)."""
NONFORFEITURE = "NONFORFEITURE"
"""The name of the option that says so."""
_MIN_LOAN = money(1_000)


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """One cover 险种 of a policy."""

    id: str
    code: str
    kind: Literal["MAIN", "RIDER"]
    sum_assured: Money
    premium: Money
    """Per premium period of the policy (yearly here)."""
    term_years: int
    status: Literal["ACTIVE", "ENDED"] = "ACTIVE"


@dataclass(frozen=True, slots=True, kw_only=True)
class Role:
    """What a party is to a policy, from when to when."""

    party_id: str
    kind: RoleKind
    since: date
    until: date | None = None
    order: int = 1
    share_bp: int = 10_000
    """Basis points; beneficiaries of one order share 10,000."""
    relation: str = "SELF"
    """To the policyholder; a guardian's to the insured: MOTHER, FATHER, else no parent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Loan:
    """A policy loan or automatic premium loan; unpaid interest is capitalised each term."""

    id: str
    kind: LoanKind
    principal: Money
    """As lent."""
    rate: Decimal
    """Yearly, simple, ACT/365."""
    started_on: date
    balance: Money
    """Principal with what was capitalised so far."""
    balance_since: date
    term_months: int = 6
    settled_on: date | None = None

    def __post_init__(self) -> None:
        """Refuse terms without length: interest would be capitalised for ever."""
        if self.term_months < 1:
            raise ValueError(f"Expected a term of months, but got {self.term_months}")


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyOption:
    """A choice that stands on the policy: what is chosen, since when."""

    name: str
    value: str
    since: date


BenefitKind = Literal["SURVIVAL", "ANNUITY", "MATURITY", "DIVIDEND"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Benefit:
    """A benefit 生存金/年金/满期金/红利 that falls due while the insured lives."""

    id: str
    kind: BenefitKind
    due_on: date
    amount: Money
    paid_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CoolingOffRule:
    """The right to think again 犹豫期, as the product grants it."""

    days: int = 0
    """What the product grants; never less than the law (``cooling_off.days`` of the pack)."""
    roll: bool = True
    """The last day moves to the next working day when it is a rest day."""
    ends_on_claim: bool = True
    policy_fee: Money = NOTHING


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """A product version: the parameters that servicing needs."""

    code: str
    version: int
    name: str
    currency: str
    cooling_off: CoolingOffRule
    min_sum_assured: Money
    min_premium: Money
    loanable: bool = True
    loan_formula: Literal["RATIO_THEN_NET", "NET_THEN_RATIO"] = "RATIO_THEN_NET"
    jurisdiction: str = "cn-life"
    """Whose law it is sold under: a family of jurisdiction packs."""
    loan_ratio: Decimal = Decimal(1)
    """Of the cash value; never more than the law lets be lent."""
    loan_term_months: int = 12
    """Of each term; never longer than the law says."""
    loan_rate: Decimal = Decimal("0.055")
    """Yearly, of a loan made now [product]."""
    min_loan: Money = _MIN_LOAN
    on_exhaustion: Literal["LAPSE", "TERMINATE"] = "LAPSE"
    deduct_unpaid_premium: bool = False
    """Whether the contract lets unpaid premium be taken from the surrender value."""
    accumulation_rate: Decimal = Decimal(0)
    """At which benefits that nobody draws accumulate, compound each full year [product]."""
    premium: PremiumRule = PremiumRule()  # noqa: RUF009 - frozen, nobody changes it
    renewal: RenewalRule = RenewalRule()  # noqa: RUF009 - frozen, nobody changes it
    increase: IncreaseRule = IncreaseRule()  # noqa: RUF009 - frozen, nobody changes it


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """A policy as it stands at one version: the image that servicing changes and can restore."""

    policy_no: str
    version: int
    state: PolicyState
    product_code: str
    product_version: int
    currency: str
    issued_on: date
    annual_premium: Money
    premiums_paid: Money
    accumulated_dividends: Money
    terminal_dividend: Money
    unearned_premium: Money
    suspense_premium: Money
    undrawn_benefits: Money
    unpaid_premium: Money
    other_debts: Money
    channel: str
    servicing_unit: str
    flags: tuple[PolicyFlag, ...] = ()
    termination_reason: TerminationReason | None = None
    receipt_signed_on: date | None = None
    paid_to: date | None = None
    ended_on: date | None = None
    lapsed_on: date | None = None
    agent_id: str | None = None
    claim_made: bool = False
    claim_event_on: date | None = None
    lender_consent_until: date | None = None
    reissued_on: date | None = None
    reminders_wanted: bool = False
    """Whether the policyholder wants to be reminded of premiums (4号令 art. 21)."""
    suicide_clause_from: date | None = None
    """From when the two years of 保险法 art. 44 count anew; None: from the issue."""
    coverages: tuple[Coverage, ...] = ()
    roles: tuple[Role, ...] = ()
    loans: tuple[Loan, ...] = ()
    instructions: tuple[PaymentInstruction, ...] = ()
    options: tuple[PolicyOption, ...] = ()
    benefits: tuple[Benefit, ...] = ()

    @property
    def sum_assured(self) -> Money:
        """Of the main cover."""
        return total(
            [cover.sum_assured for cover in self.coverages if cover.kind == "MAIN"], self.currency
        )

    @property
    def riders_assured(self) -> Money:
        """Of the riders 附加险 that run."""
        return total(
            [
                cover.sum_assured
                for cover in self.coverages
                if cover.kind == "RIDER" and cover.status == "ACTIVE"
            ],
            self.currency,
        )

    @property
    def open_loans(self) -> tuple[Loan, ...]:
        """Loans and premium loans not yet settled."""
        return tuple(loan for loan in self.loans if loan.settled_on is None)

    @property
    def instruction(self) -> PaymentInstruction | None:
        """How premiums are paid from the next due date on; none on the book: as sold, yearly."""
        return next((each for each in self.instructions if each.until is None), None)

    def next_due(self, today: date) -> date:
        """The first due date that a change made today can still be for."""
        return today if self.paid_to is None else max(self.paid_to, today)

    @property
    def frequency(self) -> Frequency:
        """How often premiums fall due."""
        return "ANNUAL" if self.instruction is None else self.instruction.frequency

    def option(self, name: str) -> str | None:
        """What is chosen; None: as sold."""
        return next((each.value for each in self.options if each.name == name), None)

    @property
    def nonforfeiture(self) -> str:
        """What becomes of the contract when a premium stays unpaid; nothing chosen: it lapses."""
        return self.option(NONFORFEITURE) or "LAPSE"

    def holders(self, kind: RoleKind, on: date) -> tuple[Role, ...]:
        """Who holds a role on a day."""
        return tuple(
            role
            for role in self.roles
            if role.kind == kind and role.since <= on and (role.until is None or on < role.until)
        )

    def parents(self, on: date) -> tuple[Role, ...]:
        """The guardians of the insured who are parents, as the book knows them."""
        return tuple(each for each in self.holders("GUARDIAN", on) if each.relation in PARENTS)


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyVersion:
    """One change of a policy: the images before and after, by hash, and what caused it."""

    policy_no: str
    no: int
    cause: str
    """What made it: an item code, ISSUE, or REVERSAL."""
    case_id: str | None
    effective_at: datetime
    before_hash: str | None
    after_hash: str
    reversed_by: int | None = None
    """The later version that restored what was before this one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reservation:
    """A policy version and a quote held for one case until commit, cancellation or expiry."""

    id: str
    policy_no: str
    policy_version: int
    case_id: str
    quote_hash: str
    expires_at: datetime
    state: Literal["ACTIVE", "COMMITTED", "CANCELLED"] = "ACTIVE"


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyLock:
    """A case in flight on a policy 保全在途; ordered by when its notice arrived."""

    policy_no: str
    case_id: str
    item: str
    notice_arrived_at: datetime


POLICY_RELEASED = "policy.released"
"""The message to a case that waits for a policy: a case before it let go; its key: the case."""


class StaleVersion(Exception):
    """Expected one version of a policy, but the book holds another."""


class NotReversible(Exception):
    """A later change stands on the one that should be reversed."""


def image_hash(policy: Policy) -> str:
    """The hash of a policy's image: equal images, equal hashes."""
    return content_hash(policy)
