"""Intake, basis, verification and risk: what stops a request, and who lets it go on."""

from tests.processes.termination import (
    ANSWERS,
    APPROVED,
    FACTS,
    POLICY,
    advance,
    at_rest,
    decides,
    says,
    tell,
)


def test_missing_documents_bring_one_letter_and_the_case_goes_on_when_they_arrive():
    missing = {"documents": {"complete": False, "missing": ["APPLICANT_ID"], "held": []}}
    whole = {"documents": {"complete": True, "missing": [], "held": ["APPLICANT_ID"]}}
    story = tell(
        {"complete": "verification.documents", "variables": missing},
        advance("P2D"),
        says("documents.supplemented", documentIds=["doc-2"]),
        {"complete": "verification.documents", "variables": missing},
        advance("P2D"),
        says("documents.supplemented", documentIds=["doc-3"]),
        {"complete": "verification.documents", "variables": whole},
        silent=["verification.documents"],
    )

    assert story.waits() == {"make"}
    assert story.letters() == ["documents_missing"]
    assert story.jobs("verification.documents")[-1]["documentIds"] == ["doc-2", "doc-3"]
    assert story.anomalies() == [("DOC", "DOCUMENTS_MISSING")] * 2
    assert len(story.jobs("anomaly.close")) == 2
    assert "AWAITING_SUPPLEMENT" in story.statuses()


def test_documents_that_never_come_let_the_case_expire_after_30_days():
    missing = {"documents": {"complete": False, "missing": ["APPLICANT_ID"], "held": []}}
    story = tell(advance("P31D"), answers={"verification.documents": missing})

    assert at_rest(story)
    assert story.variables["outcome"] == "EXPIRED"
    assert story.letters() == ["documents_missing", "rejected"]
    assert story.statuses()[-1] == "EXPIRED"


def test_a_duplicate_ends_at_once_with_the_case_it_repeats():
    answer = {**ANSWERS["verification.intake"], "duplicateOf": "BQ-0"}
    story = tell(answers={"verification.intake": answer})

    assert at_rest(story)
    assert story.variables["outcome"] == "DUPLICATE"
    assert story.variables["duplicateOf"] == "BQ-0"
    assert story.statuses() == ["SUBMITTED", "REJECTED"]


def test_a_contract_that_has_ended_cannot_be_ended_again():
    answers = {"verification.policy": {"policy": {**POLICY, "state": "TERMINATED"}}}
    story = tell(answers=answers)

    assert at_rest(story)
    assert story.variables["reason"] == "CONTRACT_ENDED"
    assert story.letters() == ["rejected"]


def test_a_pledge_without_consent_is_held_until_legal_releases_it():
    answers = {"verification.policy": {"policy": {**POLICY, "flags": ["PLEDGED"]}}}

    released = tell(decides("review_legal_hold", "legal-1"), answers=answers)
    upheld = tell(decides("review_legal_hold", "legal-1", "reject"), answers=answers)

    assert released.waits() == {"make"}
    assert released.jobs("anomaly.close")[0]["outcome"] == "RELEASED"
    assert upheld.variables["reason"] == "PLEDGED_WITHOUT_CONSENT"
    assert upheld.variables["outcome"] == "REJECTED"


def test_an_applicant_who_is_not_eligible_is_refused():
    story = tell(answers={"verification.eligibility": {"throwError": "ELIGIBILITY"}})

    assert at_rest(story)
    assert story.variables["reason"] == "NOT_ELIGIBLE"
    assert story.anomalies() == [("ELIGIBILITY", "NOT_ELIGIBLE")]


def test_a_conflict_is_parked_until_a_person_lets_the_case_go_on():
    clear = {"complete": "verification.conflicts", "variables": ANSWERS["verification.conflicts"]}
    conflict = {"throwError": "verification.conflicts", "errorCode": "CONFLICT"}

    story = tell(
        conflict,
        decides("verify/decide_conflict", "lead-3"),
        says("policy.released"),
        clear,
        silent=["verification.conflicts"],
    )
    refused = tell(
        conflict,
        decides("verify/decide_conflict", "lead-3", "reject"),
        silent=["verification.conflicts"],
    )

    assert story.waits() == {"make"}
    assert refused.variables["reason"] == "CASE_IN_FLIGHT"


def test_a_doubtful_face_is_settled_once_by_the_risk_stage_where_money_goes_out():
    doubtful = {"identity": {"ial": 2, "requiredIal": 3, "passed": False}}
    facts = {"riskFacts": {**FACTS, "faceScore": 0.61}}
    story = tell(
        decides("assess_risk/manual_identity", "risk-1"),
        answers={"verification.identity": doubtful, "verification.risk_facts": facts},
    )

    assert story.waits() == {"make"}
    assert story.people() == ["assess_risk/manual_identity", "make"]
    assert story.shown["assess_risk/manual_identity"]["shown"]["riskScore"] == 0


def test_an_older_customer_is_looked_after_on_every_task_and_no_riskier_for_it():
    facts = {"riskFacts": {**FACTS, "applicantAge": 72, "vulnerable": True}}
    story = tell(*APPROVED, answers={"verification.risk_facts": facts})

    told = [shown["shown"]["measures"] for shown in story.shown.values()]
    assert told == 4 * [
        ["SLOW_SCRIPT", "LOSS_STATEMENT_READ_ALOUD", "TRUSTED_CONTACT_OFFER", "ACCESSIBLE_CHANNEL"]
    ]
    assert story.variables["riskClass"] == "LOW"


def test_doubtful_papers_are_judged_by_a_person_and_never_refused_unseen():
    expired = {
        "throwError": "verification.identity",
        "errorCode": "IDENTITY",
        "variables": {"identity": {"passed": False}, "identityReason": "ID_EXPIRED"},
    }
    desk = "verify/identity_desk"

    confirmed = tell(expired, decides(desk, "risk-1"), silent=["verification.identity"])
    denied = tell(expired, decides(desk, "risk-1", "reject"), silent=["verification.identity"])

    assert confirmed.waits() == {"make"}
    assert confirmed.anomalies() == [("IDENTITY", "ID_EXPIRED")]
    assert denied.variables["outcome"] == "REJECTED"
    assert denied.variables["reason"] == "IDENTITY_NOT_CONFIRMED"


def test_nothing_in_a_letter_tips_off_about_a_list_hit():
    answers = {"verification.risk_facts": {"riskFacts": {**FACTS, "screeningHit": True}}}
    story = tell(decides("assess_risk/review_hold", "aml-1", "reject"), answers=answers)

    assert at_rest(story)
    assert story.jobs("follow_up.letter")[0]["facts"] == {"reason": "OTHER"}


def test_an_impersonated_surrender_is_stopped_and_refused_by_a_person():
    facts = {
        **FACTS, "faceScore": 0.61, "daysSinceContactChange": 3, "daysSincePayeeChange": 0,
        "deviceAgeDays": 0, "geoMismatch": True, "hour": 2, "applicantAge": 72, "netPayout": 57000,
    }  # fmt: skip
    answers = {"verification.risk_facts": {"riskFacts": facts}}
    confirmed = decides("assess_risk/manual_identity", "risk-1")
    denied = decides("assess_risk/manual_identity", "risk-1", "reject")

    refused = tell(denied, answers=answers)
    scored = tell(confirmed, answers=answers)
    cleared = tell(confirmed, decides("assess_risk/risk_desk", "risk-1"), answers=answers)

    assert refused.variables["outcome"] == "REJECTED"
    assert refused.variables["reason"] == "IDENTITY_NOT_CONFIRMED"
    assert scored.waits() == {"assess_risk/risk_desk"}
    assert cleared.variables["riskScore"] == 85
    assert cleared.variables["authority"]["level"] == "L3"
    assert cleared.waits() == {"make"}


def test_an_account_of_somebody_else_is_replaced_before_anything_goes_on():
    foreign = {"riskFacts": {**FACTS, "payeeIsEntitled": False}}
    own = {"riskFacts": FACTS}
    first = {"complete": "verification.risk_facts", "variables": foreign}

    story = tell(
        first,
        says("payee.account.provided", payeeAccountId="acc-2"),
        {"complete": "verification.risk_facts", "variables": own},
        silent=["verification.risk_facts"],
    )
    expired = tell(first, advance("P30D"), silent=["verification.risk_facts"])

    assert story.waits() == {"make"}
    assert story.variables["request"]["payeeAccountId"] == "acc-2"
    assert expired.variables["outcome"] == "EXPIRED"
