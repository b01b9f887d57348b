"""Policy loan, its term and its repayment in memory: refusals, offers, moved limits, warnings."""

from typing import Any

import pytest

from tests.processes import termination
from tests.processes.changes import CHANGED, QUIET
from tests.processes.termination import Story, advance, decides, payment, quote, says

LOAN: dict[str, Any] = {
    "asOf": "2026-10-12T09:00:00+08:00",
    "payloadHash": "h1",
    "kind": "LOAN",
    "state": "IN_FORCE",
    "flags": [],
    "applicantEntitled": True,
    "insuredIsApplicant": True,
    "insuredCapacity": "FULL",
    "deathCover": True,
    "pledged": False,
    "withinCoolingOff": False,
    "loanable": True,
    "requested": 29000,
    "cashValue": 50000,
    "debts": 10155.21,
    "limit": 29844.79,
    "offer": 29800,
    "minLoan": 1000,
    "rate": 0.055,
    "maturesOn": "2027-04-12",
    "maturityInterest": 795.32,
    "maturityDue": 29795.32,
    "agentId": None,
    "annualPremium": 8000,
    "version": 1,
}
TERM: dict[str, Any] = {
    "open": True,
    "step": "LOOK",
    "on": "2026-11-12",
    "at": "2026-11-12T09:00:00+08:00",
    "percent": 0,
    "balance": 29000,
    "maturesOn": "2027-04-12",
    "maturityInterest": 795.32,
    "maturityDue": 29795.32,
    "debts": 39155.21,
    "cashValue": 50000,
    "onExhaustion": "LAPSE",
}
LENT = quote(29000, "LOAN")
ANSWERS: dict[str, Any] = {
    **CHANGED,
    "verification.loan": {"loan": LOAN},
    "verification.loan_term": {"term": {**TERM, "open": False, "step": "NONE"}},
    "verification.risk_facts": {"riskFacts": {**QUIET, "item": "POLICY_LOAN", "moneyOut": True}},
    "execution.quote": {"quote": LENT},
    "execution.commit": {
        "obligation": {"id": "ob-1", "amount": 29000, "state": "DUE"},
        "endorsement": {"no": "E-1"},
        "journalId": "j-1",
        "loanId": "LN-1",
    },
}


def loan(*steps: Any, silent: tuple[str, ...] = (), signed: bool = True, **facts: Any) -> Story:
    """Play a loan; ``facts`` replace those of the loan."""
    return termination.tell(
        *steps,
        answers={**ANSWERS, "verification.loan": {"loan": {**LOAN, **facts}}},
        start={
            "item": "POLICY_LOAN",
            "request": {
                "loan": {"amount": "29000.00", "agreementSigned": signed},
                "payeeAccountId": "acc-1",
                "identity": {"ial": 3},
            },
        },
        process="policy_loan",
        silent=silent,
    )


def read(**facts: Any) -> dict[str, Any]:
    """The answer to the question what may be lent now."""
    return {"complete": "verification.loan", "variables": {"loan": {**LOAN, **facts}}}


BOTH = (decides("make", "maker-1"), decides("approval/check", "checker-2"))


@pytest.mark.parametrize(
    ("fact", "kind", "reason"),
    [
        ({"state": "LAPSED"}, "ELIGIBILITY", "NOT_IN_FORCE"),
        ({"applicantEntitled": False}, "ELIGIBILITY", "NOT_POLICYHOLDER"),
        ({"loanable": False}, "ELIGIBILITY", "NOT_LOANABLE"),
        ({"withinCoolingOff": True}, "ELIGIBILITY", "WITHIN_COOLING_OFF"),
        ({"pledged": True}, "LEGAL_HOLD", "PLEDGED_WITHOUT_CONSENT"),
        ({"flags": ["LOST"]}, "LEGAL_HOLD", "POLICY_BLOCKED"),
        ({"flags": ["FROZEN"]}, "LEGAL_HOLD", "POLICY_BLOCKED"),
        ({"flags": ["CLAIM_OPEN"]}, "CONFLICT", "CLAIM_REPORTED"),
        ({"requested": 999}, "ELIGIBILITY", "BELOW_LEAST_LOAN"),
        ({"limit": 900, "offer": 900}, "ELIGIBILITY", "LOAN_LIMIT_EXCEEDED"),
    ],
)
def test_what_may_not_be_lent_is_refused(fact: dict[str, Any], kind: str, reason: str):
    story = loan(**fact)

    assert story.variables["outcome"] == "REJECTED"
    assert story.anomalies() == [(kind, reason)]
    assert story.jobs("execution.commit") == []
    assert story.letters() == ["rejected"]


def test_the_limit_itself_may_be_lent_and_a_cent_more_is_offered_less():
    assert loan(requested=29844.79).waits() >= {"make"}

    story = loan(requested=29844.80)
    assert story.anomalies() == [("ELIGIBILITY", "LOAN_LIMIT_EXCEEDED")]
    assert story.letters() == ["loan_offer"]


def test_an_offer_nobody_answers_ends_the_request_after_ten_days():
    story = loan(advance("P10D"), requested=35000)

    assert story.variables["outcome"] == "EXPIRED"
    assert story.jobs("execution.commit") == []


def test_another_amount_needs_new_consents_and_a_new_signature():
    answer = says("loan.offer.answered", amount=29000)
    story = loan(read(requested=35000), answer, silent=("verification.loan",))

    asked = story.variables["request"]
    assert asked["loan"] == {"amount": 29000, "agreementSigned": False}
    assert asked["consents"] == []


def test_an_unsigned_agreement_waits_for_its_signature():
    story = loan(signed=False)

    assert story.letters() == ["loan_agreement"]
    assert "agreement_signed" in story.waits()


def test_a_limit_that_fell_before_the_quote_is_decided_anew():
    story = loan(
        read(), read(limit=20000, offer=20000), read(limit=20000, offer=20000),
        silent=("verification.loan",),
    )  # fmt: skip

    assert story.letters() == ["loan_offer"]
    assert story.jobs("execution.quote") == []


STALE = {"throwError": "execution.commit", "errorCode": "STALE"}
BY_HAND = ("verification.loan", "execution.commit")


def test_a_policy_that_moved_on_is_lent_on_without_anybody_deciding_again():
    story = loan(read(), read(), *BOTH, STALE, read(version=2), silent=BY_HAND)

    assert len(story.jobs("execution.commit")) == 2
    assert len(story.people()) == 2


def test_interest_that_leaves_less_to_lend_goes_back_to_an_offer():
    fell = read(limit=28000, offer=28000)
    story = loan(read(), read(), *BOTH, STALE, fell, fell, silent=BY_HAND)

    assert story.letters() == ["loan_offer"]
    assert story.variables["loanId"] == ""


@pytest.mark.parametrize(("capacity", "roles"), [("FULL", ["INSURED"]), ("NONE", ["GUARDIAN"])])
def test_whose_consent_is_asked(capacity: str, roles: list[str]):
    (job,) = loan(insuredIsApplicant=False, insuredCapacity=capacity).jobs("verification.consents")

    assert job["requiredConsents"] == roles


def term(*steps: Any, **options: Any) -> Story:
    """Play the term of a loan alone."""
    return termination.tell(
        *steps,
        answers={
            **ANSWERS,
            "execution.capitalise": {"capitalised": {"interest": 795.32, "balance": 29795.32}},
            "execution.exhaust": {"ended": "LAPSE", "endorsement": {"no": "E-2"}},
        },
        start={"policyNo": "P-1", "loanId": "LN-1", "applicantPartyId": "party-1"},
        process="servicing_loan_term",
        silent=("verification.loan_term", *options.pop("silent", ())),
        **options,
    )


def step(**facts: Any) -> dict[str, Any]:
    return {"complete": "verification.loan_term", "variables": {"term": {**TERM, **facts}}}


SETTLED = step(open=False, step="NONE")


@pytest.mark.parametrize(
    ("kind", "letters"),
    [
        ("LOOK", []),
        ("REMIND", ["loan_reminder"]),
        ("WARN", ["loan_warning"]),
        ("MATURE", ["loan_capitalised"]),
    ],
)
def test_each_step_of_a_term_does_its_own_and_the_book_is_read_again(kind: str, letters: list[str]):
    story = term(step(step=kind, percent=80), advance("P31D"), SETTLED)

    assert story.letters() == letters
    assert story.variables["termOutcome"] == "SETTLED"
    first, second = story.jobs("verification.loan_term")
    assert (first["after"], second["after"]) == (None, "2026-11-12")
    assert second["warned"] == (80 if kind == "WARN" else 0)


def test_a_repayment_makes_the_watch_read_the_book_at_once():
    story = term(step(), says("loan.changed", "LN-1"), SETTLED)

    assert story.variables["termOutcome"] == "SETTLED"


def test_debts_that_used_the_value_up_end_the_watch():
    story = term(step(step="EXHAUST", percent=100), advance("P31D"))

    assert story.variables["termOutcome"] == "LAPSE"
    assert story.letters() == ["loan_exhausted"]


def test_a_contract_not_warned_of_waits_a_month_and_is_looked_at_again():
    early = {"throwError": "execution.exhaust", "errorCode": "NOT_WARNED"}
    story = term(
        step(step="EXHAUST", percent=100), advance("P31D"), early, advance("P30D"), SETTLED,
        silent=("execution.exhaust",),
    )  # fmt: skip

    assert story.anomalies() == [("LEGAL_HOLD", "NOT_WARNED")]
    assert story.variables["termOutcome"] == "SETTLED"


REPAYMENT: dict[str, Any] = {
    "payloadHash": "h1",
    "kind": "REPAYMENT",
    "state": "IN_FORCE",
    "flags": ["LOAN"],
    "applicantEntitled": True,
    "insuredIsApplicant": True,
    "insuredCapacity": "FULL",
    "deathCover": False,
    "pledged": False,
    "loanId": "LN-1",
    "means": "DEBIT",
    "accountOwn": True,
    "payerPartyId": "party-1",
    "requested": 5000,
    "owed": 10155.21,
    "interest": 155.21,
    "collect": 5000,
    "agentId": None,
    "annualPremium": 8000,
    "version": 1,
}


def repayment(*steps: Any, silent: tuple[str, ...] = (), **facts: Any) -> Story:
    """Play a repayment; ``facts`` replace those of the repayment."""
    collection = {"id": "ob-2", "amount": 5000, "state": "SENT"}
    return termination.tell(
        *steps,
        answers={
            **ANSWERS,
            "verification.repayment": {"repayment": {**REPAYMENT, **facts}},
            "execution.collect": {"payment": payment("SETTLED"), "collection": collection},
            "execution.settle": {"obligation": {**collection, "state": "SETTLED"}, "late": None},
            "execution.returned": {"obligation": {**collection, "state": "DUE"}},
            "execution.repay": {
                "repaid": {
                    "amount": 5000, "interest": 155.21, "principal": 4844.79, "excess": 0,
                    "left": 5155.21, "settled": False,
                },
                "endorsement": {"no": "E-1"},
            },
        },
        start={
            "item": "LOAN_REPAYMENT",
            "request": {
                "repayment": {"amount": "5000.00", "accountId": "acc-1"},
                "identity": {"ial": 3},
            },
        },
        process="loan_repayment",
        silent=silent,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("fact", "kind", "reason"),
    [
        ({"applicantEntitled": False}, "ELIGIBILITY", "NOT_POLICYHOLDER"),
        ({"means": "CREDIT_CARD"}, "MONEY", "CREDIT_CARD"),
        ({"loanId": ""}, "DATA", "NO_SUCH_LOAN"),
        ({"accountOwn": False}, "MONEY", "ACCOUNT_NOT_CONFIRMED"),
        ({"requested": 155.20}, "ELIGIBILITY", "BELOW_INTEREST"),
    ],
)
def test_what_may_not_be_repaid_is_refused(fact: dict[str, Any], kind: str, reason: str):
    story = repayment(**fact)

    assert story.variables["outcome"] == "REJECTED"
    assert story.anomalies() == [(kind, reason)]
    assert story.jobs("execution.collect") == []


def test_a_repayment_is_collected_before_it_is_used():
    story = repayment()

    assert story.letters() == ["loan_repaid"]
    (collected,), (used,) = story.jobs("execution.collect"), story.jobs("execution.repay")
    assert (collected["amount"], used["collection"]) == (5000, "ob-2")


def test_money_that_came_back_is_tried_again_under_the_same_collection():
    back = payment("RETURNED", code="INSUFFICIENT_FUNDS")
    held = {"id": "ob-2", "amount": 5000, "state": "SENT"}
    told = {"complete": "execution.collect", "variables": {"payment": back, "collection": held}}
    story = repayment(
        told, advance("P1D"), told, advance("P1D"), told, silent=("execution.collect",)
    )

    assert [job["collection"] for job in story.jobs("execution.collect")] == ["", "ob-2", "ob-2"]
    assert story.jobs("execution.repay") == []
    assert story.variables["reason"] == "INSUFFICIENT_FUNDS"
    assert story.variables["outcome"] == "REJECTED"
