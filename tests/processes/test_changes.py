"""Beneficiary and policyholder change: who may, who must consent, and what stops it."""

import pytest

from tests.processes import termination
from tests.processes.changes import (
    CHANGE,
    DUE,
    GUARDIAN,
    HELD,
    INSURED,
    change,
    facts,
    missing,
)
from tests.processes.termination import advance, decides, says

AGREED = (decides("make", "maker-1"), decides("approval/check", "checker-2"))


@pytest.mark.parametrize(
    ("fact", "reason"),
    [
        ({"eventHappened": True}, "INSURED_EVENT_HAPPENED"),
        ({"state": "TERMINATED"}, "CONTRACT_ENDED"),
        ({"applicantEntitled": False}, "NOT_ENTITLED"),
        ({"insuredCapacity": "NONE", "insuredIsApplicant": True}, "GUARDIAN_DESIGNATES"),
        ({"insuredCapacity": "NONE"}, "GUARDIAN_DESIGNATES"),
        ({"employerPaid": True, "outsideFamily": True}, "BENEFICIARY_OUTSIDE_FAMILY"),
    ],
)
def test_what_the_law_forbids_is_refused(fact: dict[str, object], reason: str):
    story = change(answers=facts(**fact))

    assert story.variables["outcome"] == "REJECTED"
    assert story.anomalies() == [("ELIGIBILITY", reason)]
    assert story.jobs("execution.change_beneficiaries") == []
    assert story.letters() == ["rejected"]


@pytest.mark.parametrize(
    ("fact", "reason"),
    [
        ({"orders": []}, "NO_BENEFICIARY"),
        ({"orders": [{"order": 1, "stated": 2, "unstated": 0, "total": 90}]}, "SHARES_NOT_100"),
        ({"orders": [{"order": 1, "stated": 1, "unstated": 1, "total": 60}]}, "SHARES_INCOMPLETE"),
        ({"namedTwice": True}, "BENEFICIARY_NAMED_TWICE"),
        ({"allIdentified": False}, "BENEFICIARY_NOT_IDENTIFIED"),
    ],
)
def test_a_slip_goes_back_to_the_applicant_and_expires_after_30_days(
    fact: dict[str, object], reason: str
):
    story = change(answers=facts(**fact))
    late = change(advance("P31D"), answers=facts(**fact))

    assert story.anomalies() == [("DATA", reason)]
    assert story.letters() == ["correction_needed"]
    assert late.variables["outcome"] == "EXPIRED"


def test_equal_shares_need_no_figure():
    orders = [{"order": 1, "stated": 0, "unstated": 3, "total": 0}]

    assert change(answers=facts(orders=orders)).waits() >= {"make"}


def test_consents_are_asked_of_everybody_at_once_and_all_must_come():
    asked = {"verification.consents": {"consents": missing(INSURED, GUARDIAN)}}
    one = change(says("consent.answered", "BQ-1/party-2", answer="GIVEN"), answers=asked)

    assert one.letters() == ["documents_missing", "consent_request", "consent_request"]
    assert one.jobs("follow_up.letter")[0]["facts"]["missing"] == [
        "INSURED_CONSENT", "GUARDIAN_CONSENT",
    ]  # fmt: skip
    assert one.waits() >= {"verify/obtain_consents/consent_answered"}
    assert len(one.jobs("verification.pause_clock")) == 1


def test_a_refusal_ends_the_case_and_withdraws_the_question_to_the_other():
    asked = {
        "verification.consents": {"consents": missing(INSURED, GUARDIAN)},
        "verification.consent": {"consentId": "CO-1", "consentState": "REFUSED"},
    }
    story = change(says("consent.answered", "BQ-1/party-2", answer="REFUSED"), answers=asked)

    assert story.variables["outcome"] == "REJECTED"
    assert story.variables["reason"] == "CONSENT_REFUSED"
    assert story.state == "completed"


@pytest.mark.parametrize("process", ["beneficiary_change", "policyholder_change"])
def test_a_book_that_names_nobody_who_could_consent_ends_the_case_as_a_data_fault(process: str):
    nobody = {"throwError": "NO_ROLE", "variables": {"consentReason": "PLEDGEE_UNKNOWN"}}
    answers = {"verification.consents": nobody, **facts(pledged=True)}
    story = change(process=process, answers=answers)

    assert story.anomalies() == [("DATA", "PLEDGEE_UNKNOWN")]
    assert (story.variables["outcome"], story.variables["reason"]) == (
        "REJECTED", "PLEDGEE_UNKNOWN",
    )  # fmt: skip
    assert story.letters() == ["rejected"]
    assert termination.at_rest(story)


def test_a_consent_nobody_gives_in_ten_working_days_ends_the_case():
    asked = {"verification.consents": {"consents": missing(INSURED)}}
    story = change(advance("P15D"), answers=asked)

    assert story.variables["reason"] == "CONSENT_NOT_OBTAINED"


def test_a_consent_to_another_change_is_recorded_and_asked_for_again():
    asked = {
        "verification.consents": {"consents": missing(INSURED)},
        "verification.consent": {"consentId": "CO-1", "consentState": "WRONG_PAYLOAD"},
    }
    story = change(says("consent.answered", "BQ-1/party-2", answer="GIVEN"), answers=asked)

    assert story.letters().count("consent_request") == 2
    assert ("CONSENT", "CONSENT_WRONG_PAYLOAD") in story.anomalies()


def test_an_amended_request_is_read_anew_and_its_old_consents_are_dropped():
    story = change(says("request.amended", beneficiaries=[{"partyId": "x"}]))

    assert len(story.jobs("verification.change")) == 2
    again = story.jobs("verification.change")[1]["request"]
    assert (again["beneficiaries"], again["consents"]) == ([{"partyId": "x"}], [])


def test_a_consent_taken_back_before_the_commit_stops_the_case():
    story = change(says("consent.revoked", partyId="party-2"))

    assert story.variables["reason"] == "CONSENT_REVOKED"
    assert story.jobs("execution.change_beneficiaries") == []


def test_a_claim_stops_the_case_before_and_reverses_it_after_the_commit():
    before = change(says("claim.reported", "P-1", eventOn="2026-10-01"))
    during = change(
        *AGREED,
        says("claim.reported", "P-1", eventOn="2026-10-01"),
        {
            "complete": "execution.change_beneficiaries",
            "variables": {"endorsement": {"no": "E-1"}, "policyVersion": 2},
        },
        silent=["execution.change_beneficiaries"],
    )

    assert before.variables["outcome"] == "SUPERSEDED_BY_CLAIM"
    assert before.jobs("execution.reverse_change") == []
    assert during.variables["outcome"] == "SUPERSEDED_BY_CLAIM"
    assert len(during.jobs("execution.reverse_change")) == 1


def test_consents_that_no_longer_hold_at_the_commit_stop_the_case():
    story = change(*AGREED, answers={"execution.change_beneficiaries": {"throwError": "CONSENT"}})

    assert story.variables["reason"] == "CONSENT_INVALID"


def test_a_policy_that_moved_on_is_read_and_approved_anew():
    stale = {"throwError": "execution.change_beneficiaries", "errorCode": "STALE"}
    story = change(*AGREED, stale, silent=["execution.change_beneficiaries"])

    assert story.waits() == {"approval/check"} | {w for w in story.waits() if "consent" in w}
    assert len(story.jobs("verification.change")) == 2


def test_the_insured_designating_relatives_goes_straight_through():
    answers = facts(kind="SELF_RELATIVES", insuredIsApplicant=True, otherPartyId=None)
    story = change(answers=answers)

    assert story.people() == []
    assert len(story.jobs("execution.change_beneficiaries")) == 1
    assert story.jobs("verification.consents") == []


def test_a_stranger_as_beneficiary_needs_a_call_back_and_a_team_lead():
    story = change(decides("make", "maker-1"), answers=facts(kind="SENSITIVE"))

    assert story.variables["authority"]["level"] == "L3"


def test_a_document_asked_for_again_is_a_violation_on_record():
    story = change(says("documents.asked", documents=["TAX"], reason="new", askedBy="lead-1"))

    assert ("SLA", "ONE_NOTICE_VIOLATION") in story.anomalies()
    assert [one["type"] for one in story.jobs("verification.documents")[-1]["requiredDocuments"]][
        -1
    ] == "TAX"


@pytest.mark.parametrize(
    ("fact", "reason"),
    [
        ({"newHolderIsAgent": True}, "NEW_HOLDER_IS_AGENT"),
        ({"newHolderCapacity": "LIMITED"}, "NEW_HOLDER_CAPACITY"),
        ({"debts": 100}, "DEBTS_NOT_ASSUMED"),
        ({"state": "LAPSED"}, "NOT_IN_FORCE"),
    ],
)
def test_who_may_not_take_a_contract_over(fact: dict[str, object], reason: str):
    story = change(process="policyholder_change", answers=facts(**fact))

    assert reason in {found for _, found in story.anomalies()}
    assert story.variables["outcome"] == "REJECTED"


def test_a_policyholder_change_is_never_straight_through():
    answers = {
        **facts(kind="SELF_RELATIVES", insuredIsApplicant=True),
        "verification.consents": {"consents": {**HELD, **DUE}},
    }
    story = change(process="policyholder_change", answers=answers)

    assert story.people() == ["make"]
    assert CHANGE["version"] == 1
