"""The day's cases as data: what is asked, how people and the bank behave, what must come out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from workflows.contracts.asked import LoanAsked
from workflows.contracts.payload import payload_hash
from workflows.contracts.verification import CustomerRequest

SUBJECTS: Mapping[str, str] = {
    **{
        f"P{2_600_000 + number}": f"{number:06d}-1"
        for number in (10, 12, 15, 17, 24, 25, 27, 31, 32)
    },
    "P-S4-N": "S4",
    "P-S17-T": "S17",
}
"""Policies of the sample book to the part that names their holder, where that is another."""
IDENTITY = {"ial": "IAL3", "faceScore": 0.97, "livenessOk": True}


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """What must come out, exactly."""

    status: str
    basis: str | None = None
    net: str | None = None
    """Quoted net in yuan."""
    paid: str | None = None
    """Settled in yuan; None: nothing may be paid."""
    deciders: tuple[str, ...] = ()
    """Who decided, in order."""
    clocks: Mapping[str, str] = field(default_factory=dict)
    """Rule to its strict last day."""
    attempts: tuple[str, ...] = ()
    """States of the payment attempts, in order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """One case of the day."""

    name: str
    story: str
    policy_no: str
    expected: Expected
    item: str = "TERMINATE"
    channel: str = "COUNTER"
    notice: str | None = None
    """When the notice arrived; None: now."""
    request: Mapping[str, Any] = field(default_factory=dict)
    documents: tuple[str, ...] = ("APPLICATION_FORM", "APPLICANT_ID")
    decisions: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """User task (last part of its id) to the outcomes given, in turn; ``approve`` otherwise."""
    messages: Mapping[str, tuple[str, Mapping[str, Any]]] = field(default_factory=dict)
    """Element waited at to the message published then, and its variables."""
    contact: Mapping[str, Any] | None = None
    """The new data, for item CONTACT."""
    bank: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """Account id to the bank's behaviour towards it."""
    left_at: str | None = None
    """The task that is left for somebody to try, or the wait that the day does not sit out."""
    supplement: tuple[str, ...] = ()
    """Documents handed in when they are asked for."""
    change: Mapping[str, Any] = field(default_factory=dict)
    """What a change of roles names beside the request; then nothing about money is asked."""
    role: str = "PH"
    """In which role the policy's subject asks."""

    @property
    def subject(self) -> str:
        """What the sample book calls holder and accounts of this policy by."""
        return SUBJECTS.get(self.policy_no, self.policy_no[2:])


_FAMILY = [
    {"partyId": "PT-S7", "relation": "SPOUSE", "share": "60"},
    {"partyId": "PT-S7-B", "relation": "CHILD", "share": "40"},
]


_LENT = payload_hash(
    "P-S4",
    "POLICY_LOAN",
    CustomerRequest(loan=LoanAsked(amount=Decimal(29_000)), payee_account_id="AC-S4-1"),
)
"""What the insured consents to: this loan, and no other."""


def _cooling_off(number: int, notice: str, basis: str, net: str) -> Scenario:
    straight = basis == "COOLING_OFF"
    return Scenario(
        name=f"S2 row {number}",
        story=f"notice {notice[:16]}: {basis}",
        policy_no=f"P-S2-{number}",
        notice=notice,
        request={"lossAcknowledged": True},
        expected=Expected(
            status="CLOSED",
            basis=basis,
            net=net,
            paid=net,
            # An early surrender at a loss is MEDIUM risk (R09): a call-back, and another checks.
            deciders=() if straight else ("clerk-1", "checker-1", "checker-2"),
            attempts=("SETTLED",),
        ),
    )


def _surrender(
    name: str,
    story: str,
    policy_no: str,
    *,
    net: str,
    deciders: tuple[str, ...] = ("clerk-1", "checker-1"),
    **particulars: Any,  # noqa: ANN401 - fields of Scenario
) -> Scenario:
    return Scenario(
        name=name,
        story=story,
        policy_no=policy_no,
        expected=Expected(
            status="CLOSED",
            basis="SURRENDER",
            net=net,
            paid=net,
            deciders=deciders,
            attempts=("SETTLED",),
        ),
        **particulars,
    )


SCENARIOS: tuple[Scenario, ...] = (
    Scenario(
        name="S3 surrender with a loan",
        story="maker, checker, team lead; debts netted",
        policy_no="P-S3",
        expected=Expected(
            status="CLOSED",
            basis="SURRENDER",
            net="56801.45",
            paid="56801.45",
            deciders=("clerk-1", "checker-1", "lead-1"),
            clocks={"K-ACC": "2026-10-14", "K-SUR": "2026-11-11"},
            attempts=("SETTLED",),
        ),
    ),
    Scenario(
        name="S10 payout bounces",
        story="account closed; new account checked by a second person; paid",
        policy_no="P-S10",
        messages={
            "account_provided": ("payee.account.provided", {"payeeAccountId": "AC-S10-2"}),
        },
        bank={"AC-S10-1": {"outcome": "RETURNED", "returnCode": "ACCOUNT_CLOSED"}},
        expected=Expected(
            status="CLOSED",
            basis="SURRENDER",
            net="128000.00",
            paid="128000.00",
            deciders=("clerk-1", "checker-1", "lead-1", "checker-2"),
            attempts=("RETURNED", "SETTLED"),
        ),
    ),
    _cooling_off(1, "2026-09-30T23:59:59+08:00", "COOLING_OFF", "11990.00"),
    _cooling_off(2, "2026-10-01T00:00:01+08:00", "SURRENDER", "3240.00"),
    _cooling_off(3, "2026-10-08T17:00:00+08:00", "COOLING_OFF", "11990.00"),
    _cooling_off(4, "2026-10-08T17:00:00+08:00", "SURRENDER", "3240.00"),
    Scenario(
        name="Partial surrender",
        story="sum assured 500,000 to 350,000",
        policy_no="P-PARTIAL",
        item="PARTIAL",
        request={"newSumAssured": 350000},
        expected=Expected(
            status="CLOSED",
            basis="PARTIAL",
            net="25920.00",
            paid="25920.00",
            deciders=("clerk-1", "checker-1"),
            attempts=("SETTLED",),
        ),
    ),
    _surrender(
        "Documents missing",
        "one consolidated notice; supplemented; paid",
        "P2600015",
        net="14040.00",
        documents=("APPLICATION_FORM",),
        supplement=("APPLICANT_ID",),
    ),
    _surrender(
        "Returned to the maker",
        "checker returns it once, then passes it",
        "P2600024",
        net="38048.00",
        decisions={"check": ("return", "approve")},
        deciders=("clerk-1", "checker-1", "clerk-1", "checker-1"),
    ),
    _surrender(
        "Bank answers too late",
        "unknown outcome queried by key; paid once",
        "P2600032",
        net="12312.00",
        bank={"AC-000032-1": {"lostAnswer": True}},
    ),
    _surrender(
        "Face does not match",
        "identity confirmed by the desk, then as usual",
        "P2600031",
        net="47642.00",
        request={"identity": {**IDENTITY, "faceScore": 0.61}},
        deciders=("risk-1", "clerk-1", "checker-1"),
    ),
    Scenario(
        name="Rejected by the team lead",
        story="reservation never made, nothing paid",
        policy_no="P2600027",
        decisions={"approve": ("reject",)},
        expected=Expected(
            status="REJECTED",
            basis="SURRENDER",
            net="85608.00",
            deciders=("clerk-1", "checker-1", "lead-1"),
        ),
    ),
    Scenario(
        name="Customer withdraws",
        story="before commit: nothing changes",
        policy_no="P2600010",
        messages={"withdrawn_prepare": ("customer.withdrawn", {})},
        expected=Expected(status="WITHDRAWN"),
    ),
    Scenario(
        name="Waiting for a team lead",
        story="left open: baoquan task list --as lead-1",
        policy_no="P2600017",
        left_at="approve",
        expected=Expected(
            status="APPROVAL",
            basis="SURRENDER",
            net="77080.00",
            deciders=("clerk-1", "checker-1"),
        ),
    ),
    Scenario(
        name="S7 beneficiary without consent",
        story="the insured refuses; the policy is unchanged",
        policy_no="P-S7",
        item="BENEFICIARY_CHANGE",
        change={"beneficiaryChange": {"beneficiaries": _FAMILY}},
        messages={"consent_answered": ("consent.answered", {"answer": "REFUSED"})},
        expected=Expected(status="REJECTED"),
    ),
    Scenario(
        name="Insured designates a child",
        story="relatives only, low risk: straight through",
        policy_no="P-S7-O",
        item="BENEFICIARY_CHANGE",
        role="INSURED",
        change={
            "beneficiaryChange": {"beneficiaries": [{"partyId": "PT-S7-OS", "relation": "CHILD"}]}
        },
        expected=Expected(status="CLOSED"),
    ),
    Scenario(
        name="S8 policyholder change",
        story="consents in hand, gaps told once and supplemented; maker and checker",
        policy_no="P-S8",
        item="POLICYHOLDER_CHANGE",
        documents=("APPLICATION_FORM", "APPLICANT_ID", "NEW_HOLDER_ID"),
        supplement=("RELATION_PROOF", "DEBIT_AUTHORITY"),
        change={
            "policyholderChange": {
                "newHolderPartyId": "PT-S8-N",
                "relation": "SIBLING",
                "debitAccountId": "AC-S8-N-1",
                "consents": [
                    {"partyId": "PT-S8-N", "evidenceId": "EV-S8-1"},
                    {"partyId": "PT-S8-I", "evidenceId": "EV-S8-2"},
                ],
            }
        },
        expected=Expected(status="CLOSED", deciders=("clerk-1", "checker-1")),
    ),
    Scenario(
        name="S15 payment change",
        story="quarterly from the husband's account: his consent, four elements, maker and checker",
        policy_no="P-S15",
        item="PAYMENT_ACCOUNT_CHANGE",
        change={
            "paymentChange": {
                "debitAccountId": "AC-S15-H-1",
                "frequency": "QUARTERLY",
                "authorisation": {"amountLimit": "3500.00"},
                "consents": [{"partyId": "PT-S15-H", "evidenceId": "EV-S15-1"}],
            }
        },
        expected=Expected(status="CLOSED", deciders=("clerk-1", "checker-1")),
    ),
    Scenario(
        name="S4 policy loan",
        story="more than the limit asked: 29,800 offered, 29,000 lent; the insured consents",
        policy_no="P-S4",
        item="POLICY_LOAN",
        change={"policyLoan": {"amount": "35000.00", "payeeAccountId": "AC-S4-1"}},
        messages={
            "offer_answered": ("loan.offer.answered", {"amount": 29000}),
            "consent_answered": (
                "consent.answered",
                {"answer": "GIVEN", "payloadHash": _LENT, "form": "WET", "evidenceId": "EV-S4-1"},
            ),
            "agreement_signed": ("loan.agreement.signed", {}),
        },
        left_at="survey_answered",
        expected=Expected(
            status="FOLLOW_UP",
            basis="LOAN",
            net="29000.00",
            paid="29000.00",
            deciders=("clerk-1", "checker-1"),
            attempts=("SETTLED",),
        ),
    ),
    Scenario(
        name="Small loan",
        story="10,000 at low risk: straight through to the account",
        policy_no="P-S17",
        item="POLICY_LOAN",
        change={
            "policyLoan": {
                "amount": "8000.00",
                "payeeAccountId": "AC-S17-1",
                "agreementSigned": True,
            }
        },
        left_at="survey_answered",
        expected=Expected(
            status="FOLLOW_UP", basis="LOAN", net="8000.00", paid="8000.00", attempts=("SETTLED",)
        ),
    ),
    Scenario(
        name="Loan repayment",
        story="5,000 collected from the account: interest first, then principal",
        policy_no="P-S4-N",
        item="LOAN_REPAYMENT",
        change={"loanRepayment": {"amount": "5000.00", "accountId": "AC-S4-1"}},
        expected=Expected(status="CLOSED", attempts=("SETTLED",)),
    ),
    Scenario(
        name="Credit card refused",
        story="no policy loan is repaid by credit card",
        policy_no="P-S17-T",
        item="LOAN_REPAYMENT",
        change={"loanRepayment": {"amount": "5000.00", "means": "CREDIT_CARD"}},
        expected=Expected(status="REJECTED"),
    ),
    Scenario(
        name="Contract already ended",
        story="refused with its reason",
        policy_no="P2600025",
        expected=Expected(status="REJECTED"),
    ),
    Scenario(
        name="S1 contact change",
        story="straight through; both phones told; open to an objection for 72 hours",
        policy_no="P-S1",
        item="CONTACT",
        channel="APP",
        contact={"phone": "13900001234", "newPhoneVerified": True, "oldContactVerified": True},
        left_at="survey_time",
        expected=Expected(status="FOLLOW_UP", clocks={"K-ACC": "2026-10-14", "K-DO": "2026-10-19"}),
    ),
    Scenario(
        name="Contact change denied",
        story="it was not me: the old phone stands again, the alarm is raised",
        policy_no="P-S9",
        item="CONTACT",
        channel="APP",
        contact={"phone": "13700009999", "newPhoneVerified": True, "oldContactVerified": True},
        messages={"said_not_me": ("contact.not-me", {})},
        expected=Expected(status="REVERSED"),
    ),
    Scenario(
        name="Key data to a checker",
        story="a name corrected with proof, at the counter",
        policy_no="P2600012",
        item="CONTACT",
        documents=("APPLICATION_FORM", "APPLICANT_ID", "KEY_DATA_PROOF"),
        contact={"name": "王小安"},
        left_at="survey_time",
        expected=Expected(status="FOLLOW_UP", deciders=("checker-1",)),
    ),
)
