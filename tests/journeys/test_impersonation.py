"""S9: somebody in the customer's name, three days after changing the customer's phone."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from tests.journeys import seen
from tests.journeys.clock import SkippingClock
from tests.journeys.conftest import Opening, Replaying
from tests.journeys.house import CALL, House
from tests.unsealing import unsealed
from workers.relay import Relay
from workflows.feel.wire import decode, to_plain

pytestmark = [pytest.mark.journey, pytest.mark.timeout(180)]

OLD, NEW = "13910000008", "13700009999"
STOLEN = {"phone": NEW, "newPhoneVerified": True, "oldContactVerified": True}
NIGHT = "2026-08-05T02:13:00+08:00"
DESK = "assess_risk/manual_identity"
CARE = ["SLOW_SCRIPT", "LOSS_STATEMENT_READ_ALOUD", "TRUSTED_CONTACT_OFFER"]
SCORE = 85
SIGNALS = ["R01", "R02", "R04", "R05", "R06", "R07"]


async def test_s9_an_impersonated_surrender_is_refused_and_the_stolen_phone_taken_back(
    opened: Opening,
    replays: Replaying,
) -> None:
    async with opened("2026-08-02T10:00:00+08:00") as (house, clock):
        changed, case = await _attacked(house, clock)
        task = await house.task("risk-1", case, DESK)

        assert (await house.case(case))["status"] == "RISK_HOLD"
        assert (task["shown"]["shown"]["riskScore"], task["shown"]["shown"]["riskClass"]) == (
            85,
            "CRITICAL",
        )
        assert task["shown"]["shown"]["riskSignals"] == SIGNALS
        assert task["shown"]["shown"]["measures"] == CARE, "aged 72"
        assert task["shown"]["shown"]["stop"]["rule"] == "H5"
        assert task["shown"]["shown"]["riskFacts"]["callBackOn"] == "139****0008"

        assert await _called_back(house, case) == [OLD]
        held = {one["lawfulReason"] for one in (await house.case(case))["clocks"]}
        assert held == {"IDENTITY FACE_SCORE_LOW"}, "the limits are not kept, for a reason of law"

        await house.complete("risk-1", task, "reject", variables={"customerDenies": True})
        page = await house.when(case, status="REJECTED")
        assert _reason(house, case) == "IDENTITY_FRAUD"
        assert seen.anomalies(page) == [("IDENTITY", "FACE_SCORE_LOW"), ("RISK", "IDENTITY_FRAUD")]
        assert [found["outcome"] for found in page["anomalies"]] == ["FRAUD", None]
        assert set(seen.clock_states(page).values()) == {"STOPPED"}
        assert {one["lawfulReason"] for one in page["clocks"]} == held
        await _nothing_left_the_house(house, case)
        await _sessions_are_to_be_ended(house, case)
        await _decided_by_tables(house, case)
        await _the_phone_is_the_old_one(house, changed, case)
        _the_sender_reads_nothing_of_it(house, case)

        await _relayed(house, clock)
        await house.when(changed, status="REVERSED")
        for each in (case, changed):
            assert (await house.get("auditor-1", f"/v1/cases/{each}/audit"))["whole"]
        await replays(house, case, "s9-impersonation-denied")
        await replays(house, changed, "s9-contact-change-reversed")


async def test_s9_confirmed_at_the_counter_it_is_agreed_and_paid_in_time(
    opened: Opening, replays: Replaying
) -> None:
    async with opened("2026-08-02T10:00:00+08:00") as (house, clock):
        changed, case = await _attacked(house, clock)
        await clock.until("2026-08-06T10:00:00+08:00")
        await house.decide("risk-1", case, DESK)
        await house.decide("risk-2", case, "assess_risk/risk_desk")
        await house.decide("clerk-1", case, "make")
        await house.decide("checker-2", case, CALL)
        await house.decide("checker-1", case, "approval/check")
        await house.decide("lead-1", case, "approval/approve")
        await house.decide("aml-1", case, "approval/approve_functional")
        page = await house.when(case, status="FOLLOW_UP")

        due = seen.due(page)
        assert (due["K-DO"], due["K-SUR"]) == ("2026-08-13", "2026-09-04")
        assert seen.owed(await house.ledger(case)) == [("57000.00", "SETTLED", ["SETTLED"])]
        assert seen.deciders(await house.trail(case))[2:] == [
            ("make", "clerk-1", "approve"),
            (CALL, "checker-2", "approve"),
            ("approval/check", "checker-1", "approve"),
            ("approval/approve", "lead-1", "approve"),
            ("approval/approve_functional", "aml-1", "approve"),
        ], "L3, and compliance because the class is high"
        assert seen.clock_states(page)["K-DO"] == "MET"
        assert (await house.case(changed))["status"] == "FOLLOW_UP", "the change stands"
        assert _phone(house) == NEW
        await replays(house, case, "s9-confirmed-at-the-counter")


async def _attacked(house: House, clock: SkippingClock) -> tuple[str, str]:
    changed = await house.change("P-S9", STOLEN)
    await house.when(changed, status="FOLLOW_UP")
    await clock.until(NIGHT)
    case = await house.request(
        "P-S9",
        channel="APP",
        request={
            "payeeAccountId": "AC-S9-2",
            "identity": {"ial": "IAL3", "faceScore": 0.61, "livenessOk": True},
            "deviceAgeDays": 0,
            "geoMismatch": True,
        },
    )
    await house.task("risk-1", case, DESK)
    return changed, case


async def _called_back(house: House, case: str) -> list[str]:
    """The verified phones of before, in clear for this case and on record with who saw them."""
    path = "/v1/subjects/PT-S9"
    masked = await house.get("risk-1", path)
    assert {one["value"] for one in masked["contacts"] if one["kind"] == "PHONE"} == {
        "139****0008", "137****9999",
    }  # fmt: skip
    told = await house.get("risk-1", path, purpose="CALL_BACK", caseId=case)
    return [one["value"] for one in told["contacts"] if one["kind"] == "PHONE" and one["until"]]


async def _sessions_are_to_be_ended(house: House, case: str) -> None:
    """Every channel but the counter reads it on the person's page; the desk tells the police."""
    person = await house.get("back-office", "/v1/subjects/PT-S9")
    assert person["counterOnlySince"] is not None
    assert house.rows(
        "SELECT object_id FROM audit WHERE stream = ? AND action = 'sessions.revoke'", case
    ) == [("PT-S9",)]
    ((alert,),) = house.rows("SELECT id FROM risk_alerts WHERE case_id = ?", case)
    await house.post("risk-2", f"/v1/risk-alerts/{alert}/report", {"reason": "told at 10:12"})
    page = await house.case(case)
    assert [found["outcome"] for found in page["anomalies"]] == ["FRAUD", "REPORTED"]


def _reason(house: House, case: str) -> object:
    query = "SELECT data FROM journal WHERE instance_id = ? AND kind = 'caseFinished'"
    ((data,),) = house.rows(query, case)
    return to_plain(decode(json.loads(data)["variables"]["reason"]))


async def _nothing_left_the_house(house: House, case: str) -> None:
    assert (await house.ledger(case)) == {"lines": [], "obligations": []}
    assert house.bank.payments() == []
    assert (await house.policy("P-S9")).state == "IN_FORCE"


def _phone(house: House) -> str:
    now = "party_id = 'PT-S9' AND kind = 'PHONE' AND until IS NULL"
    return str(unsealed(house.rows, "contact_points.value", now)[0])


async def _the_phone_is_the_old_one(house: House, changed: str, case: str) -> None:
    assert _phone(house) == OLD
    assert house.rows(
        "SELECT no, cause, case_id, reversed_by FROM party_versions"
        " WHERE party_id = 'PT-S9' ORDER BY no"
    ) == [(2, "CONTACT", changed, 3), (3, "REVERSAL", case, None)]
    assert house.rows("SELECT voided_by FROM endorsements WHERE case_id = ?", changed) == [(case,)]
    assert house.rows("SELECT reason, lifted_at FROM risk_alerts WHERE case_id = ?", case) == [
        ("IDENTITY_FRAUD", None)
    ]


def _the_sender_reads_nothing_of_it(house: House, case: str) -> None:
    mails = house.letters(case)
    refusal = next(mail for mail in mails if mail.template == "rejected")
    assert "identity could not be confirmed" in refusal.words
    restored = [mail.to for mail in mails if mail.subject == "SMS"]
    assert restored == [f"{OLD}@sms.example"], "never the phone that was put in"
    for mail in mails:
        text = (mail.body + (mail.words if mail.pdf else "")).lower()
        assert not any(word in text for word in ("fraud", "suspic", "police", "aml", "risk"))


async def _relayed(house: House, clock: SkippingClock) -> None:
    """The relay of a worker process, at the business time of the scenario."""
    ahead = clock.now() - datetime.now(UTC) + timedelta(seconds=10)
    relay = Relay(
        client=house.client,
        database=house.database,
        task_queue=house.settings.task_queue,
        zone=house.settings.zone,
        clock_offset=ahead,
    )
    await relay.round()


async def _decided_by_tables(house: House, case: str) -> None:
    """Every table that was asked, in which version, on what: in clear for an auditor on record."""
    path = f"/v1/cases/{case}/decisions"
    masked = (await house.get("auditor-1", path))["decisions"]
    taken = (await house.get("auditor-1", path, purpose="AUDIT"))["decisions"]
    by_table = {one["table"]: one for one in taken}

    assert [one["inputsHash"] for one in masked] == [one["inputsHash"] for one in taken]
    assert by_table["dt_2_signals"]["output"]["score"] == SCORE
    assert by_table["dt_3_class"]["inputs"] == {"score": SCORE}
    assert by_table["dt_4_measures"]["output"] == CARE
    assert by_table["dt_1_hard_stops"]["output"]["rule"] == "H5"
    assert {one["version"] for one in taken} == {"1.0"}
