"""S1: a phone changed across Spring Festival, while the identity bureau is down for a night."""

from __future__ import annotations

import json
from datetime import datetime

import pytest

from infra.systems.identity_bureau.app import Condition
from tests.journeys import seen
from tests.journeys.clock import SkippingClock
from tests.journeys.conftest import Opening, Replaying
from tests.journeys.house import House
from tests.journeys.mailbox import Letter
from tests.unsealing import unsealed

pytestmark = [pytest.mark.journey, pytest.mark.timeout(180)]

OLD, NEW = "13910000007", "13900001234"
MAIL = "customer10000007@mail.example"
PHONE = {"phone": NEW, "newPhoneVerified": True, "oldContactVerified": False}
WITHOUT_DATA = (
    "SELECT data FROM journal",
    "SELECT variables FROM cases",
    "SELECT payload FROM case_requests",
    "SELECT result, detail FROM effects",
    "SELECT detail FROM audit",
)
"""Where a person's data must never be."""
WEEKDAYS_ONLY = {"K-ACC": "2026-02-17", "K-DO": "2026-02-20"}
"""What a calendar from Monday to Friday would say: wrong, and never shown."""


async def test_s1_a_phone_is_changed_once_the_bureau_is_back_and_both_phones_are_told(
    opened: Opening, replays: Replaying
) -> None:
    async with opened("2026-02-13T16:05:00+08:00") as (house, clock):
        house.bureau.condition = Condition(away=True)
        case = await house.change("P-S1", PHONE)
        wait = await house.waits(case, "verify/ask_again")

        page = await house.case(case)
        assert wait["waitsFor"] == "timer"
        assert "离线" in wait["name"]
        assert seen.due(page)["K-ACC"] == "2026-02-24"
        assert page["status"] == "VERIFYING"
        assert page["incidents"] == []

        await clock.until("2026-02-14T09:01:00+08:00")
        await house.waits(case, "verify/ask_again")
        assert house.bureau.asked > 1, "it asks again by itself"
        house.bureau.condition = Condition()
        await clock.until("2026-02-14T09:02:30+08:00")
        page = await house.when(case, status="FOLLOW_UP")
        waits = {wait["element"] for wait in page["waits"]}
        assert waits >= {"said_not_me", "window_over"}
        assert "withdrawn_decide" not in waits, "what one turn opens and closes is not waited for"

        await _nothing_speaks_against_it(house, case)
        _held_to_the_day(house, case, page)
        await _the_book_has_version_2(house, case, page["endorsements"])
        await _both_phones_were_told(house, case)

        await _survey_next_day_at_ten(house, clock, case)
        page = await house.when(case, status="CLOSED", outcome="completed")
        assert (await house.ledger(case)) == {"lines": [], "obligations": []}
        await _the_trail_is_whole(house, case)
        await replays(house, case, "s1-contact-change")


async def _nothing_speaks_against_it(house: House, case: str) -> None:
    told = (await house.get("auditor-1", f"/v1/cases/{case}/decisions", purpose="AUDIT"))[
        "decisions"
    ]
    by_table = {one["table"]: one["output"] for one in told}
    assert (by_table["dt_2_signals"]["score"], by_table["dt_2_signals"]["rules"]) == (0, [])
    assert by_table["dt_3_class"]["riskClass"] == "LOW"


def _held_to_the_day(house: House, case: str, page: seen.Json) -> None:
    due = seen.due(page)
    assert due == {"K-ACC": "2026-02-24", "K-ONE": "2026-02-27", "K-DO": "2026-02-28"}
    assert all(due[rule] != wrong for rule, wrong in WEEKDAYS_ONLY.items())
    assert seen.clock_states(page) == {"K-ACC": "MET", "K-ONE": "STOPPED", "K-DO": "MET"}
    assert seen.anomalies(page) == [("SYSTEM", "IDENTITY_BUREAU_AWAY")]
    assert page["anomalies"][0]["outcome"] == "REPLAYED"
    assert _done_at(house, case).startswith("2026-02-14 01:02:"), "two minutes past nine there"


def _done_at(house: House, case: str) -> str:
    rows = house.rows(
        "SELECT at FROM effects WHERE case_id = ? AND kind = 'execution.change_contact'", case
    )
    assert len(rows) == 1
    return str(rows[0][0])


async def _the_book_has_version_2(house: House, case: str, endorsements: list[str]) -> None:
    versions = house.rows(
        "SELECT no, cause, case_id, reversed_by FROM party_versions WHERE party_id = 'PT-S1'"
    )
    assert versions == [(2, "CONTACT", case, None)]
    phones = "party_id = 'PT-S1' AND kind = 'PHONE' AND until IS"
    assert unsealed(house.rows, "contact_points.value", f"{phones} NOT NULL") == [OLD]
    assert unsealed(house.rows, "contact_points.value", f"{phones} NULL") == [NEW]
    issued = house.rows(
        "SELECT policy_no, item FROM endorsements WHERE case_id = ? ORDER BY policy_no", case
    )
    assert issued == [("P-S1", "CONTACT"), ("P-S1-SECOND", "CONTACT")]
    assert len(endorsements) == 2


async def _both_phones_were_told(house: House, case: str) -> None:
    texts = [mail for mail in house.letters(case) if mail.subject == "SMS"]
    assert sorted(mail.to for mail in texts) == [f"{NEW}@sms.example", f"{OLD}@sms.example"]
    assert all("72" in mail.body for mail in texts)
    assert all(NEW not in mail.body for mail in texts), "the data are not told to an old phone"
    outcome = _of(house.letters(case), "change_outcome")
    assert outcome.to == MAIL


def _of(mails: list[Letter], template: str) -> Letter:
    return next(mail for mail in mails if mail.template == template)


async def _survey_next_day_at_ten(house: House, clock: SkippingClock, case: str) -> None:
    wait = await house.waits(case, "follow_up/survey_time")
    assert datetime.fromisoformat(wait["due"]) == datetime.fromisoformat("2026-02-15T10:00+08:00")
    await clock.until("2026-02-15T10:00:05+08:00")
    answer = await house.waits(case, "follow_up/survey_answered")
    assert house.rows("SELECT sent_at FROM surveys WHERE case_id = ?", case)[0][0].startswith(
        "2026-02-15 02:00:0"
    )
    await house.tell("survey.answered", answer["key"], csat=5, comment="好")
    await clock.until("2026-02-17T09:10:00+08:00")


async def _the_trail_is_whole(house: House, case: str) -> None:
    trail = await house.trail(case)
    audit = await house.get("auditor-1", f"/v1/cases/{case}/audit")
    assert seen.is_gapless(trail)
    assert seen.statuses(trail) == [
        "SUBMITTED", "VERIFYING", "ACCEPTED", "APPROVAL", "EXECUTING", "COMPLETED", "FOLLOW_UP",
        "CLOSED",
    ]  # fmt: skip
    assert seen.people(trail) == []
    assert audit["whole"]
    assert audit["records"] >= 20
    for query in WITHOUT_DATA:
        assert NEW not in json.dumps(house.rows(query), default=str), query
