"""S3: a surrender with a loan, made, checked and approved by three levels, start to archive."""

from __future__ import annotations

import hashlib

import pytest

from tests.journeys import seen
from tests.journeys.conftest import Opening, Replaying
from tests.journeys.house import CALL, House, Json
from tests.journeys.roads import by_update
from tests.shelf import KINDS

pytestmark = [pytest.mark.journey, pytest.mark.timeout(180)]

HOLDER = "customer10000004@mail.example"


@pytest.mark.parametrize("kind", KINDS, indirect=True)
async def test_s3_a_surrender_with_a_loan_comes_out_to_the_cent_and_to_the_day(
    opened: Opening, replays: Replaying
) -> None:
    async with opened("2026-10-12T09:30:00+08:00") as (house, clock):
        case = await _disclosed(house)
        page = await house.case(case)

        assert seen.due(page) == {
            "K-ACC": "2026-10-14",
            "K-ONE": "2026-10-19",
            "K-SUR": "2026-11-11",
        }
        assert {line["code"]: line["amount"] for line in page["quote"]["lines"]} == {
            "CASH_VALUE": "86400.00",
            "DIVIDENDS": "1250.30",
            "LOAN_PRINCIPAL": "30756.16",
            "LOAN_INTEREST": "92.69",
        }
        assert (page["quote"]["deductions"], page["quote"]["net"]) == ("30848.85", "56801.45")

        await _acknowledged(house, case)
        await clock.until("2026-10-13T10:00:00+08:00")
        _at_no_risk_but_above_fifty_thousand(await house.task("clerk-1", case, "make"))
        await house.decide("clerk-1", case, "make")
        await house.decide("checker-2", case, CALL)
        await house.decide("checker-1", case, "approval/check")
        await house.decide("lead-1", case, "approval/approve")
        answer = await house.waits(case, "follow_up/survey_answered")
        await house.tell("survey.answered", answer["key"], csat=5, comment="很快")
        page = await house.when(case, status="CLOSED", outcome="completed")

        ledger = await house.ledger(case)
        assert seen.due(page)["K-DO"] == "2026-10-20"
        assert seen.clock_states(page) == {
            "K-ACC": "MET",
            "K-ONE": "STOPPED",
            "K-DO": "MET",
            "K-SUR": "MET",
        }
        assert seen.journals(ledger) == [
            ["DR 6401 86,400.00", "DR 2211 1,250.30", "CR 2202 87,650.30"],
            ["DR 2202 30,848.85", "CR 1221 30,756.16", "CR 6011 92.69"],
            ["DR 2202 56,801.45", "CR 1001 56,801.45"],
        ]
        assert seen.value_dates(ledger) == ["2026-10-13"] * 3
        assert seen.owed(ledger) == [("56801.45", "SETTLED", ["SETTLED"])]
        assert seen.anomalies(page) == []
        await _the_book_has_changed(house, case, page["endorsements"])
        await _the_customer_was_told(house, case)
        await _the_trail_is_whole(house, case)
        await replays(house, case, "s3-surrender-with-loan")


async def _disclosed(house: House) -> str:
    case = await house.request("P-S3", request={"lossAcknowledged": False})
    await house.waits(case, "loss_acknowledged")
    return case


async def _acknowledged(house: House, case: str) -> None:
    """Another statement is not acknowledged; the one that came by mail is."""
    statement = house.letters(case)[0]
    sha256 = hashlib.sha256(statement.pdf).hexdigest()
    await house.tell("loss-statement.acknowledged", case, statementHash="0" * 64)
    assert seen.people(await house.trail(case)) == []
    await house.tell("loss-statement.acknowledged", case, statementHash=sha256)
    await house.task("clerk-1", case, "make")


def _at_no_risk_but_above_fifty_thousand(task: Json) -> None:
    """Nothing speaks against it; the amount alone asks for IAL3 and for L3."""
    shown = task["shown"]["shown"]
    assert (shown["riskScore"], shown["riskClass"], shown["riskSignals"]) == (0, "LOW", [])
    assert (shown["identity"]["ial"], shown["identity"]["requiredIal"]) == (3, 3)
    assert (shown["basis"], shown["authority"]["approverLevels"]) == ("SURRENDER", ["L3"])


async def _the_book_has_changed(house: House, case: str, endorsements: list[str]) -> None:
    policy = await house.policy("P-S3")
    assert (policy.state, policy.termination_reason) == ("TERMINATED", "SURRENDER")
    assert all(loan.settled_on for loan in policy.loans)
    versions = house.rows(
        "SELECT no, cause, case_id FROM policy_versions WHERE policy_no = 'P-S3' ORDER BY no"
    )
    assert versions == [(1, "ISSUE", None), (2, "TERMINATE", case)]
    assert len(endorsements) == 1
    assert house.rows("SELECT count(*) FROM policy_locks WHERE policy_no = 'P-S3'") == [(0,)]
    assert [payment.amount_minor for payment in house.bank.payments()] == [5_680_145]


async def _the_customer_was_told(house: House, case: str) -> None:
    statement, outcome, survey = house.letters(case)
    assert {mail.to for mail in (statement, outcome, survey)} == {HOLDER}
    assert [mail.template for mail in (statement, outcome)] == [
        "loss_statement",
        "approved_outcome",
    ]
    assert "56,801.45" in statement.words
    assert "56,801.45" in outcome.words
    assert "1 to 5" in survey.body
    assert house.rows("SELECT csat, comment FROM surveys WHERE case_id = ?", case) == [(5, "很快")]
    kept = house.rows("SELECT sha256 FROM documents WHERE case_id = ? AND type LIKE 'L%'", case)
    assert {sha256 for (sha256,) in kept} == {
        hashlib.sha256(mail.pdf).hexdigest() for mail in (statement, outcome)
    }


async def _the_trail_is_whole(house: House, case: str) -> None:
    trail = await house.trail(case)
    audit = await house.get("auditor-1", f"/v1/cases/{case}/audit")
    assert seen.is_gapless(trail)
    assert (trail[0]["kind"], trail[-1]["kind"]) == ("caseStarted", "caseFinished")
    assert seen.statuses(trail) == [
        "SUBMITTED", "VERIFYING", "ACCEPTED", "VERIFYING", "APPROVAL", "RESERVED", "EXECUTING",
        "PAYOUT_PENDING", "COMPLETED", "FOLLOW_UP", "CLOSED",
    ]  # fmt: skip
    assert seen.deciders(trail) == [
        ("make", "clerk-1", "approve"),
        (CALL, "checker-2", "approve"),
        ("approval/check", "checker-1", "approve"),
        ("approval/approve", "lead-1", "approve"),
    ]
    assert audit["whole"]
    assert audit["records"] >= 20
    assert house.rows(
        "SELECT count(*) FROM documents WHERE case_id = ? AND type = 'ARCHIVE_MANIFEST'", case
    ) == [(1,)]


async def test_who_made_a_case_may_not_check_it_and_a_checker_may_not_approve_it(
    opened: Opening,
) -> None:
    async with opened("2026-10-12T09:30:00+08:00") as (house, _):
        case = await house.request("P-S3")
        await house.decide("checker-1", case, "make")
        await house.decide("lead-2", case, CALL)
        check = await house.task("checker-2", case, "approval/check")

        by_its_maker = await house.complete("checker-1", check)
        of_other_content = await house.complete("checker-2", {**check, "contentHash": "0" * 64})
        await house.decide("checker-2", case, "approval/check")
        approve = await house.task("lead-1", case, "approval/approve")
        below_its_level = await house.complete("checker-2", approve)
        page, trail = await house.case(case), await house.trail(case)
        assert (by_its_maker.status_code, by_its_maker.json()["type"]) == (
            403,
            "/problems/four-eyes",
        )
        assert of_other_content.status_code == 409
        assert below_its_level.status_code == 404, "a task of L3 is not even shown to L2"
        assert [one["data"]["code"] for one in trail if one["kind"] == "decisionRefused"] == [
            "FOUR_EYES"
        ]
        assert [task["element"] for task in page["tasks"]] == ["approval/approve"]
        assert (await house.policy("P-S3")).state == "IN_FORCE"
        assert (await house.ledger(case))["lines"] == []


async def test_a_decision_beyond_the_level_is_refused_to_who_knocks_past_the_api(
    opened: Opening,
) -> None:
    async with opened("2026-10-12T09:30:00+08:00") as (house, _):
        case = await house.request("P-S3")
        await house.decide("clerk-1", case, "make")
        await house.decide("checker-2", case, CALL)
        await house.decide("checker-1", case, "approval/check")
        task = await house.task("lead-1", case, "approval/approve")

        for operator, code in (("checker-2", "FORBIDDEN"), ("checker-1", "FORBIDDEN")):
            assert await by_update(house, operator, task) == code
        assert await by_update(house, "lead-1", {**task, "contentHash": "0" * 64}) == (
            "CONTENT_CHANGED"
        )
        assert await by_update(house, "lead-1", task) is None
