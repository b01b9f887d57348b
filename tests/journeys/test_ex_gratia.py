"""S12: a complaint demands more than the contract gives; head office and compliance decide."""

from __future__ import annotations

from typing import Any

import pytest

from tests.journeys import seen
from tests.journeys.clock import SkippingClock
from tests.journeys.conftest import Opening, Replaying
from tests.journeys.house import CALL, HEARD, House

pytestmark = [pytest.mark.journey, pytest.mark.timeout(180)]

POLICY, HOLDER, ACCOUNT = "P-S12", "PT-S12", "AC-S12-1"
FUNCTION = "approval/approve_functional"
ASKED_BEFORE = "2026-09-16T10:00:00+08:00"
COMPLAINED = "2026-09-18T10:00:00+08:00"


async def test_s12_a_rejected_demand_leaves_nothing_booked_and_the_contract_as_it_was(
    opened: Opening, replays: Replaying
) -> None:
    async with opened(ASKED_BEFORE) as (house, clock):
        complaint = await _complaint(house, clock)
        case = await _demand(house, complaint)
        task = await house.task("hq-1", case, "make")
        page = await house.case(case)

        assert {line["code"]: line["amount"] for line in page["quote"]["lines"]} == {
            "CASH_VALUE": "31200.00",
            "EX_GRATIA": "28800.00",
        }
        assert page["quote"]["net"] == "60000.00"
        assert task["shown"]["shown"]["riskSignals"] == ["R17"]
        beside = await _ask(house, complaint, "45000.00")
        assert beside.json()["type"] == "/problems/case-in-flight"

        await house.complete("hq-1", task)
        await _called_back(house, clock, case)
        await house.decide("checker-2", case, "approval/check")
        assert _reservations(house, case) == ["ACTIVE"]
        await _nobody_decides_alone(house, case)
        await house.decide("hq-2", case, "approval/approve")
        await house.decide(
            "executive-1",
            case,
            "approval/approve",
            "reject",
            comment="recording complete, no mis-selling",
            variables={"ground": "NO_MIS_SELLING"},
        )

        page = await house.when(case, status="REJECTED")
        assert page["tasks"] == [], "compliance is asked no more"
        assert _reservations(house, case) == ["CANCELLED"]
        assert await house.ledger(case) == {"lines": [], "obligations": []}
        assert (await house.policy(POLICY)).state == "IN_FORCE"
        _the_customer_knows_what_is_left(house, case)
        assert await _refused_in_parts(house, complaint) == "EX_GRATIA_DECIDED"
        await _decided(house, complaint)
        await _surrendered(house)
        assert (await house.get("auditor-1", f"/v1/cases/{case}/audit"))["whole"]
        await replays(house, case, "s12-ex-gratia-rejected")


@pytest.mark.long
async def test_s12_a_granted_demand_pays_the_whole_with_balanced_books(opened: Opening) -> None:
    async with opened(ASKED_BEFORE) as (house, clock):
        complaint = await _complaint(house, clock)
        await _given_more_time(house, complaint)
        case = await _demand(house, complaint, pattern=False)
        await house.decide("clerk-1", case, "make")
        await house.decide("checker-2", case, CALL)
        await house.decide("checker-1", case, "approval/check")
        await house.decide("aml-1", case, FUNCTION)
        await house.decide("hq-1", case, "approval/approve")
        await house.decide("hq-2", case, "approval/approve")
        await house.when(case, status="FOLLOW_UP")

        ledger = await house.ledger(case)
        assert seen.journals(ledger) == [
            ["DR 6401 31,200.00", "DR 6711 28,800.00", "CR 2202 60,000.00"],
            ["DR 2202 60,000.00", "CR 1001 60,000.00"],
        ]
        assert seen.is_balanced(ledger)
        assert seen.owed(ledger) == [("60000.00", "SETTLED", ["SETTLED"])]
        policy = await house.policy(POLICY)
        assert (policy.state, policy.termination_reason) == ("TERMINATED", "NEGOTIATED")


async def _complaint(house: House, clock: SkippingClock) -> str:
    """Shown what a surrender gives, the customer takes it back and complains two days later."""
    asked = await house.request(POLICY, request={"lossAcknowledged": False})
    await house.waits(asked, "loss_acknowledged")
    await house.tell("customer.withdrawn", asked)
    await house.when(asked, status="WITHDRAWN")
    await clock.until(COMPLAINED)
    body = {"caseId": asked, "cause": "MIS_SELLING", "channel": "MAIL"}
    complaint = await house.post("back-office", "/v1/complaints", body)
    assert [complaint[due] for due in ("dueOn", "serviceDueOn", "promisedOn", "targetOn")] == [
        "2026-10-03", "2026-10-09", "2026-10-03", "2026-09-30",
    ]  # fmt: skip
    return str(complaint["complaintId"])


async def _called_back(house: House, clock: SkippingClock, case: str) -> None:
    """Nobody is reached at first; then it comes out that somebody took the codes."""
    await house.decide("checker-1", case, CALL, "not-reached")
    await clock.until("2026-09-18T14:05:00+08:00")
    await _what_is_no_answer(house, case)
    await house.decide("checker-1", case, CALL, variables={"answers": {"handedOver": True}})
    await house.task("checker-2", case, "approval/check")
    assert house.rows(
        "SELECT cause, channel, registered_by FROM complaints WHERE case_id = ?", case
    ) == [("MIS_SELLING", "CALL_BACK", "checker-1")]


async def _what_is_no_answer(house: House, case: str) -> None:
    """Neither nothing, nor what nobody vouches for who said it, nor yes to what was not asked."""
    task = await house.task("checker-1", case, CALL)
    assert task["asks"] == "call-back"
    for answers, why in (
        ({}, "identityVerified, askedFor, knowsTerms, wasPromised, handedOver"),
        ({**HEARD, "identityVerified": False}, "say not-reached"),
        ({**HEARD, "askedFor": False}, "confirms nothing"),
    ):
        body = {"outcome": "approve", "contentHash": task["contentHash"]}
        body["variables"] = {"answers": answers}
        path = f"/v1/tasks/{task['taskId']}/complete"
        refused = await house.ask("checker-1", "POST", path, json=body)
        assert (refused.status_code, refused.json()["type"]) == (
            422,
            "/problems/call-back-answers",
        )
        assert why in refused.json()["detail"]


async def _given_more_time(house: House, complaint: str) -> None:
    """Thirty days where it is complex, sixty where a senior approves."""
    for extension, by, due in (
        ("COMPLEX", "lead-1", "2026-10-18"), ("EXTENDED", "branch-1", "2026-11-17"),
    ):  # fmt: skip
        body = {"extension": extension, "reason": "the recordings are being examined"}
        told = await house.post(by, f"/v1/complaints/{complaint}/extend", body)
        assert told["dueOn"] == due


def _body(complaint: str, amount: str) -> dict[str, Any]:
    demand = {"complaintId": complaint, "amount": amount, "payeeAccountId": ACCOUNT}
    return {"item": "EX_GRATIA_SURRENDER", "exGratia": demand}


async def _demand(house: House, complaint: str, *, pattern: bool = True) -> str:
    papers = ("APPLICATION_FORM", "APPLICANT_ID", "INVESTIGATION_REPORT")
    asked = {
        "documentIds": [await house.upload(POLICY, kind) for kind in papers],
        "complaintAgentPattern": pattern,
    }
    return await house.request(POLICY, request=asked, **_body(complaint, "60000.00"))


async def _ask(house: House, complaint: str, amount: str) -> Any:
    body = {
        "policyNo": POLICY, "applicant": {"partyId": HOLDER, "role": "PH"},
        **_body(complaint, amount),
    }  # fmt: skip
    return await house.ask("back-office", "POST", "/v1/cases", json=body)


def _reservations(house: House, case: str) -> list[str]:
    return [row[0] for row in house.rows("SELECT state FROM reservations WHERE case_id = ?", case)]


async def _nobody_decides_alone(house: House, case: str) -> None:
    """Neither who made it, nor anybody below head office."""
    task = await house.task("hq-1", case, "approval/approve")
    own = await house.complete("hq-1", task)
    assert own.json()["type"] == "/problems/four-eyes"
    beside = await house.task("aml-1", case, FUNCTION)
    assert beside["shown"]["functionCode"] == "A", "at the same time"


def _the_customer_knows_what_is_left(house: House, case: str) -> None:
    letter = next(mail for mail in house.letters(case) if mail.template == "ex_gratia_refused")
    for told in (
        "60,000.00", "31,200.00", "the recordings of the sale are complete, and no mis-selling",
        "Insurance Law art. 47", "nobody will hinder or delay it", "arbitration",
    ):  # fmt: skip
        assert told in letter.text


async def _refused_in_parts(house: House, complaint: str) -> str:
    papers = ("APPLICATION_FORM", "APPLICANT_ID", "INVESTIGATION_REPORT")
    ids = [await house.upload(POLICY, kind) for kind in papers]
    part = await house.request(POLICY, request={"documentIds": ids}, **_body(complaint, "45000.00"))
    await house.when(part, status="REJECTED")
    query = "SELECT evidence FROM verifications WHERE case_id = ? AND type = 'ELIG'"
    ((evidence,),) = house.rows(query, part)
    assert seen.deciders(await house.trail(part)) == []
    return str(evidence).split('"')[3]


async def _decided(house: House, complaint: str) -> None:
    """Told with what was found, what it rests on, and where else to turn."""
    body = {
        "outcome": "NOT_UPHELD",
        "reason": "recording complete, no mis-selling",
        "facts": "the recordings of the sale are complete",
        "basis": "Insurance Law art. 47",
    }
    decided = await house.post("lead-1", f"/v1/complaints/{complaint}/decide", body)
    assert not decided["isLate"]


async def _surrendered(house: House) -> None:
    """What the contract gives is paid like any other surrender."""
    case = await house.request(POLICY)
    await house.decide("clerk-1", case, "make")
    await house.decide("checker-1", case, "approval/check")
    await house.when(case, status="FOLLOW_UP")
    assert seen.owed(await house.ledger(case)) == [("31200.00", "SETTLED", ["SETTLED"])]
