"""S15: a crash after the core has committed, and a policy that changed since it was quoted."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.journeys import changing, seen
from tests.journeys.conftest import Opening, Replaying
from tests.journeys.crashing import Death
from tests.journeys.house import CALL, House
from tests.journeys.mishaps import AT, another_case_commits, dying
from workflows.domain.money import money

pytestmark = [pytest.mark.journey, pytest.mark.timeout(240)]

DEATHS = [Death(failpoint="commit.recorded"), Death(failpoint="pay.sent")]
JOURNALS = [
    ["DR 6401 86,400.00", "DR 2211 1,250.30", "CR 2202 87,650.30"],
    ["DR 2202 30,848.85", "CR 1221 30,756.16", "CR 6011 92.69"],
    ["DR 2202 56,801.45", "CR 1001 56,801.45"],
]


@pytest.mark.long
async def test_s15_a_crash_after_the_core_has_committed_changes_the_policy_once(
    furnished: Path, tmp_path: Path
) -> None:
    async with dying(furnished, tmp_path, *DEATHS) as inside:
        case = await _approved(inside)
        await inside.waits(case, "follow_up/survey_answered")
        await _committed_once(inside, case)
        orders = [key for method, key in inside.wire.seen if method == "POST"]
        assert len(orders) == 1, "nothing was sent again"
        assert inside.wire.seen[0][0] == "POST"
        assert "GET" in {method for method, _ in inside.wire.seen[1:]}, "asked first"


async def test_s15_a_change_without_money_is_committed_once_as_well(
    furnished: Path, tmp_path: Path
) -> None:
    async with dying(furnished, tmp_path, Death(failpoint="commit.recorded")) as inside:
        son = {"partyId": "PT-S7-OS", "relation": "CHILD", "share": "100"}
        case = await changing.beneficiaries(inside, "P-S7-O", "PT-S7-O", son, role="INSURED")
        page = await inside.when(case, status="FOLLOW_UP")

        assert changing.version(inside, "P-S7-O") == [(1, "ISSUE"), (2, "BENEFICIARY_CHANGE")]
        assert len(page["endorsements"]) == 1
        assert seen.journals(await inside.ledger(case)) == []
        committed = "execution.change_beneficiaries"
        assert inside.rows(
            "SELECT count(*) FROM effects WHERE case_id = ? AND kind = ?", case, committed
        ) == [(1,)]
        trail = await inside.trail(case)
        done = [one["kind"] for one in trail if one["element"] == "commit"]
        assert done.count("elementCompleted") == 1, "told once in the journal"
        assert page["incidents"] == []
        assert (await inside.get("auditor-1", f"/v1/cases/{case}/audit"))["whole"]


async def _approved(inside: House) -> str:
    case = await inside.request("P-S3")
    await inside.decide("clerk-1", case, "make")
    await inside.decide("checker-2", case, CALL)
    await inside.decide("checker-1", case, "approval/check")
    await inside.decide("lead-1", case, "approval/approve")
    return case


async def _committed_once(inside: House, case: str) -> None:
    page, ledger = await inside.case(case), await inside.ledger(case)
    assert inside.rows(
        "SELECT no, cause FROM policy_versions WHERE policy_no = 'P-S3' ORDER BY no"
    ) == [(1, "ISSUE"), (2, "TERMINATE")]
    assert len(page["endorsements"]) == 1
    assert seen.journals(ledger) == JOURNALS
    assert seen.owed(ledger) == [("56801.45", "SETTLED", ["SETTLED"])]
    assert [sent.amount_minor for sent in inside.bank.payments()] == [5_680_145]
    assert inside.rows(
        "SELECT count(*) FROM effects WHERE case_id = ? AND kind = 'execution.commit'", case
    ) == [(1,)]
    assert page["incidents"] == []
    assert (await inside.get("auditor-1", f"/v1/cases/{case}/audit"))["whole"]


async def test_s15_a_stale_quote_is_made_anew_and_the_approval_of_the_same_amount_stands(
    opened: Opening, replays: Replaying
) -> None:
    async with opened(AT) as (inside, _):
        case = await inside.request("P-S3")
        await inside.decide("clerk-1", case, "make")
        await inside.decide("checker-2", case, CALL)
        await inside.decide("checker-1", case, "approval/check")
        await inside.task("lead-1", case, "approval/approve")
        policy = await inside.policy("P-S3")
        await another_case_commits(inside, replace(policy, servicing_unit="SH-02"))

        await inside.decide("lead-1", case, "approval/approve")
        await inside.waits(case, "follow_up/survey_answered")

        trail = await inside.trail(case)
        assert seen.entered(trail, "requote") == 1
        assert seen.entered(trail, "reserve_again") == 1
        assert len(seen.deciders(trail)) == 4, "nobody had to decide again"
        assert seen.journals(await inside.ledger(case)) == JOURNALS
        assert inside.rows(
            "SELECT no, cause FROM policy_versions WHERE policy_no = 'P-S3' ORDER BY no"
        ) == [(1, "ISSUE"), (2, "CORRECTION"), (3, "TERMINATE")]
        await replays(inside, case, "s15-stale-same-amount")


async def test_s15_another_amount_goes_back_to_approval(opened: Opening) -> None:
    async with opened(AT) as (inside, _):
        case = await inside.request("P-S3")
        await inside.decide("clerk-1", case, "make")
        await inside.decide("checker-2", case, CALL)
        await inside.decide("checker-1", case, "approval/check")
        shown = await inside.task("lead-1", case, "approval/approve")
        policy = await inside.policy("P-S3")
        less = policy.accumulated_dividends - money(1)
        await another_case_commits(inside, replace(policy, accumulated_dividends=less))

        await inside.decide("lead-1", case, "approval/approve")
        call = await inside.task("checker-2", case, CALL)

        page = await inside.case(case)
        assert page["quote"]["net"] == "56800.45"
        old = await inside.complete("checker-2", {**call, "contentHash": shown["contentHash"]})
        assert (old.status_code, old.json()["type"]) == (409, "/problems/content-changed")
        assert (await inside.ledger(case))["lines"] == []
        await inside.decide("checker-2", case, CALL)
        await inside.decide("checker-1", case, "approval/check")
        await inside.decide("lead-1", case, "approval/approve")
        await inside.waits(case, "follow_up/survey_answered")
        assert seen.owed(await inside.ledger(case)) == [("56800.45", "SETTLED", ["SETTLED"])]
        assert len(seen.deciders(await inside.trail(case))) == 7


async def test_s15_a_start_for_a_version_that_is_past_is_refused(opened: Opening) -> None:
    async with opened(AT) as (inside, _):
        policy = await inside.policy("P-S3")
        await another_case_commits(inside, replace(policy, servicing_unit="SH-02"))
        body = {
            "policyNo": "P-S3",
            "policyVersion": policy.version,
            "applicant": {"partyId": "PT-S3", "role": "PH"},
            "request": {},
        }

        refused = await inside.ask("back-office", "POST", "/v1/cases", json=body)

        assert (refused.status_code, refused.json()["type"]) == (409, "/problems/stale-policy")
        assert inside.rows("SELECT count(*) FROM cases") == [(0,)]
