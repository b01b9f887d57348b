"""P1 to P4, changes of data and roles: who is told, who must consent, what the bank says."""

from typing import Any

from infra.local.day.cases.surrenders import CHECKER, CLERK, LEAD
from infra.local.day.scenario import Expected, Scenario

_PROVED = {"newPhoneVerified": True, "oldContactVerified": True}
_FAMILY = [
    {"partyId": "PT-S7", "relation": "SPOUSE", "share": "60"},
    {"partyId": "PT-S7-B", "relation": "CHILD", "share": "40"},
]
_PARENTS = [
    {"partyId": "PT-S8", "relation": "PARENT", "share": "60"},
    {"partyId": "PT-S8-I", "relation": "PARENT", "share": "30"},
]
_MADE_UP = [_PARENTS[0], {**_PARENTS[1], "share": "40"}]


def _contact(phone: str) -> dict[str, Any]:
    return {"contact": {"phone": phone, **_PROVED}}


def _paid_from(account: str, limit: str = "6000.00", frequency: str = "ANNUAL") -> dict[str, Any]:
    return {
        "paymentChange": {
            "debitAccountId": account,
            "frequency": frequency,
            "authorisation": {"amountLimit": limit},
        }
    }


def _passed_to(new: str, relation: str, *consenting: str) -> dict[str, Any]:
    return {
        "policyholderChange": {
            "newHolderPartyId": new,
            "relation": relation,
            "debitAccountId": f"AC{new[2:]}-1",
            "consents": [
                {"partyId": party, "evidenceId": f"EV-{no}"}
                for no, party in enumerate(consenting, start=1)
            ],
        }
    }


_TOLD = {"DEBIT_AUTHORITY", "RELATION_PROOF"}

CONTACTS: tuple[Scenario, ...] = (
    Scenario(
        name="S1 contact change",
        story="straight through; both phones told; open to an objection for 72 hours",
        policy_no="P-S1",
        item="CONTACT",
        channel="APP",
        change=_contact("13900001234"),
        left_at="survey_time",
        expected=Expected(status="FOLLOW_UP", clocks={"K-ACC": "2026-10-14", "K-DO": "2026-10-19"}),
    ),
    Scenario(
        name="Contact change denied",
        story="it was not me: the old phone stands again, the alarm is raised",
        policy_no="P-S9",
        item="CONTACT",
        channel="APP",
        change=_contact("13700009999"),
        messages={"said_not_me": ("contact.not-me", {})},
        expected=Expected(
            status="REVERSED", anomalies=("IDENTITY CONTACT_DENIED", "RISK CONTACT_DENIED")
        ),
    ),
    Scenario(
        name="Key data to a checker",
        story="a name corrected with proof, at the counter; called back on the phone before",
        policy_no="P2600012",
        subject="000012-1",
        item="CONTACT",
        documents=("APPLICATION_FORM", "APPLICANT_ID", "KEY_DATA_PROOF"),
        change={"contact": {"name": "王小安"}},
        left_at="survey_time",
        expected=Expected(status="FOLLOW_UP", deciders=(CHECKER, "checker-2")),
    ),
    Scenario(
        name="Papers the bureau denies",
        story="the authority knows another name: the desk does not identify her",
        policy_no="P-W01",
        item="CONTACT",
        channel="APP",
        change=_contact("13600004321"),
        bureau="MISMATCH",
        decisions={"identity_desk": ("reject",)},
        expected=Expected(
            status="REJECTED",
            deciders=("risk-1",),
            anomalies=("IDENTITY ID_NUMBER", "IDENTITY IDENTITY_NOT_CONFIRMED"),
        ),
    ),
)
ACCOUNTS: tuple[Scenario, ...] = (
    Scenario(
        name="S15 payment change",
        story="quarterly from the husband's account: his consent, four elements, called back",
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
        expected=Expected(status="CLOSED", deciders=(CLERK, CHECKER, "checker-2")),
    ),
    Scenario(
        name="Another's account at the bank",
        story="the bank denies the name: refused before anything is debited",
        policy_no="P-W02",
        item="PAYMENT_ACCOUNT_CHANGE",
        change=_paid_from("AC-W02-2"),
        bank={"AC-W02-2": {"nameMismatch": True}},
        expected=Expected(status="REJECTED", anomalies=("DATA ACCOUNT_NOT_CONFIRMED",)),
    ),
    Scenario(
        name="Debit file with the bank",
        story="waits until the debit is back, reads anew, then straight through",
        policy_no="P-S15-D",
        subject="S15",
        item="PAYMENT_ACCOUNT_CHANGE",
        change=_paid_from("AC-S15-2", limit="12000.00"),
        messages={"debit_returned": ("debit.returned", {"result": "SETTLED", "collection": None})},
        expected=Expected(status="CLOSED", anomalies=("CONFLICT DEBIT_IN_FLIGHT",)),
    ),
    Scenario(
        name="Bank out of order",
        story="no answer to the account check: nothing concluded, asked again in 9 minutes",
        policy_no="P-W03",
        item="PAYMENT_ACCOUNT_CHANGE",
        change=_paid_from("AC-W03-2"),
        bank={"AC-W03-2": {"failStatus": 503}},
        left_at="ask_again",
        expected=Expected(status="VERIFYING", anomalies=("SYSTEM BANK_AWAY",)),
    ),
)
HOLDERS: tuple[Scenario, ...] = (
    Scenario(
        name="S8 policyholder change",
        story="consents in hand, gaps told once and supplemented; called back",
        policy_no="P-S8",
        item="POLICYHOLDER_CHANGE",
        documents=("APPLICATION_FORM", "APPLICANT_ID", "NEW_HOLDER_ID"),
        supplement=("RELATION_PROOF", "DEBIT_AUTHORITY"),
        change=_passed_to("PT-S8-N", "SIBLING", "PT-S8-N", "PT-S8-I"),
        expected=Expected(
            status="CLOSED",
            deciders=(CLERK, CHECKER, "checker-2"),
            anomalies=("DOC DOCUMENTS_MISSING",),
        ),
    ),
    Scenario(
        name="A contract worth 240,000",
        story="called back first; beyond the team lead's limit, a branch head decides",
        policy_no="P-W04",
        item="POLICYHOLDER_CHANGE",
        documents=("APPLICATION_FORM", "APPLICANT_ID", "NEW_HOLDER_ID", *sorted(_TOLD)),
        change=_passed_to("PT-S8-N2", "CHILD", "PT-S8-N2", "PT-W04-I"),
        tries={"approve": LEAD},
        desk={"approve": "branch-1"},
        expected=Expected(
            status="CLOSED",
            deciders=(CLERK, CHECKER, "checker-2", "branch-1"),
            refused=("authority",),
        ),
    ),
    Scenario(
        name="S8 change in the way",
        story="waits for the insured; withdrawn when the holder surrenders instead",
        policy_no="P-W05",
        item="POLICYHOLDER_CHANGE",
        documents=("APPLICATION_FORM", "APPLICANT_ID", "NEW_HOLDER_ID", *sorted(_TOLD)),
        change=_passed_to("PT-S8-N2", "CHILD", "PT-S8-N2"),
        messages={"withdrawn_establish": ("customer.withdrawn", {})},
        holds={"withdrawn_establish": ("S8 surrender meets a change", "decide_conflict")},
        expected=Expected(status="WITHDRAWN", anomalies=("CONSENT CONSENT_MISSING",)),
    ),
)
BENEFICIARIES: tuple[Scenario, ...] = (
    Scenario(
        name="S7 beneficiary without consent",
        story="the insured refuses; the policy is unchanged, the mother told nothing",
        policy_no="P-S7",
        item="BENEFICIARY_CHANGE",
        change={"beneficiaryChange": {"beneficiaries": _FAMILY}},
        messages={"consent_answered": ("consent.answered", {"answer": "REFUSED"})},
        expected=Expected(
            status="REJECTED",
            anomalies=("CONSENT CONSENT_MISSING", "CONSENT CONSENT_REFUSED"),
        ),
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
        name="Shares of 90 percent",
        story="back for correction, the clock stands; corrected to 100, straight through",
        policy_no="P-W06",
        item="BENEFICIARY_CHANGE",
        change={"beneficiaryChange": {"beneficiaries": _PARENTS}},
        messages={"amended_establish": ("request.amended", {"beneficiaries": _MADE_UP})},
        holds={"amended_establish": ("Shares of 90 percent", "correction_overdue")},
        expected=Expected(status="CLOSED", anomalies=("DATA SHARES_NOT_100",)),
    ),
    Scenario(
        name="A stranger to benefit",
        story="no relative by record: called back, checked, decided by a team lead",
        policy_no="P-W07",
        item="BENEFICIARY_CHANGE",
        change={
            "beneficiaryChange": {"beneficiaries": [{"partyId": "PT-S4", "relation": "OTHER"}]}
        },
        expected=Expected(status="CLOSED", deciders=(CLERK, CHECKER, "checker-2", LEAD)),
    ),
)
