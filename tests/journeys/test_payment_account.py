"""S15 on P2: a crash after the core has committed, a stale quote; and how payment changes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.journeys import changing, seen
from tests.journeys.conftest import Opening, Replaying
from tests.journeys.crashing import Death
from tests.journeys.house import CALL, DOCUMENTS, IDENTITY, House
from tests.journeys.mishaps import AT, another_case_commits, dying
from workflows.domain.money import money

pytestmark = [pytest.mark.journey, pytest.mark.timeout(240)]

HOLDER, HUSBAND = "PT-S15", "PT-S15-H"
ITEM = "PAYMENT_ACCOUNT_CHANGE"


async def asks(house: House, policy_no: str = "P-S15", **change: Any) -> str:
    """Ask for quarterly premiums from another account; returns the case."""
    body = {
        "policyNo": policy_no,
        "item": ITEM,
        "applicant": {"partyId": HOLDER, "role": "PH"},
        "request": {
            "documentIds": await changing.papers(house, policy_no, HOLDER, *DOCUMENTS),
            "identity": IDENTITY,
        },
        "paymentChange": {
            "debitAccountId": "AC-S15-2",
            "frequency": "QUARTERLY",
            "authorisation": {"amountLimit": "4000.00"},
            **change,
        },
    }
    return str((await house.post("back-office", "/v1/cases", body))["caseId"])


async def by_her_husband(house: House) -> str:
    """Ask for premiums from the husband's account, with his signed authority."""
    consent = {"partyId": HUSBAND, "evidenceId": "EV-S15-1", "form": "WET"}
    return await asks(house, debitAccountId="AC-S15-H-1", consents=[consent])


async def committed_once(house: House, case: str, *before: tuple[int, str]) -> None:
    """One version, one endorsement, told once, and not a cent moved."""
    page, trail = await house.case(case), await house.trail(case)
    made = len(before) + 2
    assert changing.version(house, "P-S15") == [(1, "ISSUE"), *before, (made, ITEM)]
    assert len(page["endorsements"]) == 1
    assert await house.ledger(case) == {"lines": [], "obligations": []}
    assert house.rows(
        "SELECT count(*) FROM effects WHERE case_id = ? AND kind = ?",
        case,
        "execution.change_payment",
    ) == [(1,)]
    done = [one["kind"] for one in trail if one["element"] == "commit"]
    assert done.count("elementCompleted") == 1, "told once in the journal"
    assert page["incidents"] == []
    assert (await house.get("auditor-1", f"/v1/cases/{case}/audit"))["whole"]


async def test_s15_a_crash_after_the_core_has_committed_changes_the_payment_once(
    furnished: Path, tmp_path: Path
) -> None:
    async with dying(furnished, tmp_path, Death(failpoint="commit.recorded")) as house:
        case = await asks(house)
        await house.when(case, status="FOLLOW_UP")

        await committed_once(house, case)


async def test_one_s_own_account_goes_straight_through_and_holds_from_the_next_due_date(
    opened: Opening, replays: Replaying
) -> None:
    async with opened(AT) as (house, _):
        case = await asks(house)
        page = await house.when(case, status="FOLLOW_UP")

        await committed_once(house, case)
        assert seen.deciders(await house.trail(case)) == []
        assert set(seen.due(page)) >= {"K-ACC", "K-DO"}
        assert "payment_changed" in {mail.template for mail in house.letters(case)}
        policy = await house.policy("P-S15")
        stands = policy.instruction
        assert stands is not None
        assert (stands.frequency, str(stands.premium)) == ("QUARTERLY", "3240.00")
        assert (stands.account_id, stands.since) == ("AC-S15-2", policy.paid_to)
        authorities = "SELECT account_id, revoked_by FROM debit_authorities WHERE policy_no = ?"
        assert sorted(house.rows(authorities, "P-S15")) == [("AC-S15-1", case), ("AC-S15-2", None)]
        await replays(house, case, "p2-own-account")


async def test_s15_a_stale_quote_of_the_same_amount_goes_on_without_another_approval(
    opened: Opening, replays: Replaying
) -> None:
    async with opened(AT) as (house, _):
        case = await by_her_husband(house)
        await house.decide("clerk-1", case, "make")
        await house.decide("checker-2", case, CALL)
        await house.task("checker-1", case, "approval/check")
        policy = await house.policy("P-S15")
        await another_case_commits(house, replace(policy, servicing_unit="SH-02"))

        await house.decide("checker-1", case, "approval/check")
        await house.when(case, status="FOLLOW_UP")

        trail = await house.trail(case)
        assert seen.entered(trail, "read_change_again") == 1
        assert len(seen.deciders(trail)) == 3, "nobody had to decide again"
        await committed_once(house, case, (2, "CORRECTION"))
        payers = (await house.policy("P-S15")).holders("PAYER", policy.issued_on.replace(year=2027))
        assert [role.party_id for role in payers] == [HUSBAND]
        await replays(house, case, "p2-stale-same-amount")


def asked_for(task: dict[str, Any]) -> str:
    """The premium that a task shows."""
    return str(task["shown"]["shown"]["quote"]["net"])


async def test_s15_another_amount_goes_back_to_approval(
    opened: Opening, replays: Replaying
) -> None:
    async with opened(AT) as (house, _):
        case = await by_her_husband(house)
        await house.decide("clerk-1", case, "make")
        await house.decide("checker-2", case, CALL)
        shown = await house.task("checker-1", case, "approval/check")
        policy = await house.policy("P-S15")
        await another_case_commits(house, replace(policy, annual_premium=money(13_000)))

        await house.decide("checker-1", case, "approval/check")
        again = await house.task("checker-2", case, CALL)

        assert asked_for(shown) == "3240"
        assert asked_for(again) == "3510"
        assert changing.version(house, "P-S15") == [(1, "ISSUE"), (2, "CORRECTION")]
        old = await house.complete("checker-2", {**again, "contentHash": shown["contentHash"]})
        assert (old.status_code, old.json()["type"]) == (409, "/problems/content-changed")
        await house.decide("checker-2", case, CALL)
        await house.decide("checker-1", case, "approval/check")
        await house.when(case, status="FOLLOW_UP")
        await committed_once(house, case, (2, "CORRECTION"))
        assert len(seen.deciders(await house.trail(case))) == 5
        await replays(house, case, "p2-stale-other-amount")


async def test_another_amount_above_what_was_authorised_is_refused(opened: Opening) -> None:
    async with opened(AT) as (house, _):
        case = await by_her_husband(house)
        await house.decide("clerk-1", case, "make")
        await house.decide("checker-2", case, CALL)
        await house.task("checker-1", case, "approval/check")
        policy = await house.policy("P-S15")
        await another_case_commits(house, replace(policy, annual_premium=money(15_000)))

        await house.decide("checker-1", case, "approval/check")
        page = await house.when(case, status="REJECTED")

        assert ("CONSENT", "ABOVE_AUTHORISED_AMOUNT") in seen.anomalies(page)
        assert changing.version(house, "P-S15") == [(1, "ISSUE"), (2, "CORRECTION")]


async def test_a_bank_that_does_not_answer_is_asked_again_and_concludes_nothing(
    opened: Opening, replays: Replaying
) -> None:
    async with opened(AT) as (house, clock):
        await house.behave("AC-S15-2", fail_status=503, times=1)
        case = await asks(house)
        wait = await house.waits(case, "check_account/ask_again")
        assert wait["waitsFor"] == "timer"
        assert ("SYSTEM", "BANK_AWAY") in seen.anomalies(await house.case(case))

        await clock.until("2026-10-12T09:40:00+08:00")
        await house.when(case, status="FOLLOW_UP")

        await committed_once(house, case)
        await replays(house, case, "p2-bank-away")


async def test_an_account_in_another_name_at_the_bank_is_refused(opened: Opening) -> None:
    async with opened(AT) as (house, _):
        await house.behave("AC-S15-2", name_mismatch=True)
        case = await asks(house)

        page = await house.when(case, status="REJECTED")

        assert seen.anomalies(page) == [("DATA", "ACCOUNT_NOT_CONFIRMED")]
        assert (await house.policy("P-S15")).version == 1


async def test_a_debit_in_flight_is_waited_for_and_the_change_goes_on_when_it_is_back(
    opened: Opening, replays: Replaying
) -> None:
    async with opened(AT) as (house, clock):
        case = await asks(house, "P-S15-D")
        wait = await house.waits(case, "await_debit/debit_returned")
        page = await house.case(case)
        assert (wait["waitsFor"], wait["key"]) == ("message", "P-S15-D")
        assert seen.anomalies(page) == [("CONFLICT", "DEBIT_IN_FLIGHT")]
        assert (await house.policy("P-S15-D")).version == 1

        await clock.until("2026-10-13T09:31:00+08:00")
        again = await house.waits(case, "await_debit/debit_returned")
        assert again["since"] > wait["since"], "a day of silence concludes nothing"
        await house.tell("debit.returned", "P-S15-D", result="SETTLED", collection=None)
        page = await house.when(case, status="FOLLOW_UP")

        policy = await house.policy("P-S15-D")
        assert "DEBIT_IN_FLIGHT" not in policy.flags
        assert policy.instruction is not None
        assert policy.instruction.account_id == "AC-S15-2"
        assert changing.version(house, "P-S15-D") == [
            (1, "ISSUE"),
            (2, "DEBIT_RETURNED"),
            (3, ITEM),
        ]
        assert page["incidents"] == []
        await replays(house, case, "p2-debit-in-flight")


async def test_an_authority_taken_back_before_effect_stops_the_change(opened: Opening) -> None:
    async with opened(AT) as (house, _):
        case = await by_her_husband(house)
        await house.task("clerk-1", case, "make")
        await house.tell("consent.revoked", case, partyId=HUSBAND)

        page = await house.when(case, status="REJECTED")

        assert ("CONSENT", "CONSENT_REVOKED") in seen.anomalies(page)
        assert (await house.policy("P-S15")).version == 1
