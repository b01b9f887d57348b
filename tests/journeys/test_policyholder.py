"""S8: a policyholder change with gaps, duplicates, a late ask and a surrender in between."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.journeys import changing, seen
from tests.journeys.conftest import Opening, Replaying
from tests.journeys.house import CALL, IDENTITY, House

pytestmark = [pytest.mark.journey, pytest.mark.timeout(180)]

NEW, INSURED = "PT-S8-N", "PT-S8-I"


async def asks(
    house: House, *, new: str = NEW, channel: str = "COUNTER", key: str | None = None
) -> httpx.Response:
    """Ask to pass the contract on, without insured's consent, relation proof, debit authority."""
    own = await changing.papers(house, "P-S8", "PT-S8", "APPLICATION_FORM", "APPLICANT_ID")
    theirs = await changing.papers(house, "P-S8", new, "NEW_HOLDER_ID", "NEW_HOLDER_CONSENT")
    body: dict[str, Any] = {
        "policyNo": "P-S8",
        "item": "POLICYHOLDER_CHANGE",
        "channel": channel,
        "noticeArrivedAt": "2026-04-01T17:20:00+08:00",
        "applicant": {"partyId": "PT-S8", "role": "PH"},
        "request": {"documentIds": [*own, *theirs], "identity": IDENTITY},
        "policyholderChange": {
            "newHolderPartyId": new,
            "relation": "SIBLING",
            "debitAccountId": f"AC{new[2:]}-1",
            "consents": [{"partyId": new, "evidenceId": theirs[1], "form": "WET"}],
        },
    }
    return await house.ask("back-office", "POST", "/v1/cases", json=body, key=key)


async def incomplete(house: House) -> str:
    """The case of 1 April, told on the 2nd what it lacks."""
    answer = await asks(house)
    assert answer.status_code == 201, answer.text
    case = str(answer.json()["caseId"])
    await changing.asked(house, case, INSURED)
    return case


async def supplemented(house: House, case: str) -> None:
    """On 15 April everything comes."""
    ids = [
        *await changing.papers(house, "P-S8", "PT-S8", "RELATION_PROOF"),
        *await changing.papers(house, "P-S8", NEW, "DEBIT_AUTHORITY"),
    ]
    await house.tell("documents.supplemented", case, documentIds=ids)
    await changing.answers(house, case, INSURED, "GIVEN")
    await house.task("clerk-1", case, "make")


async def surrenders(house: House) -> str:
    """The old holder's surrender arrives."""
    more = {
        "payeeAccountId": "AC-S8-1",
        "documentIds": await changing.papers(
            house, "P-S8", "PT-S8", "APPLICATION_FORM", "APPLICANT_ID"
        ),
        "identity": IDENTITY,
        "lossAcknowledged": True,
    }
    body = {
        "policyNo": "P-S8",
        "item": "TERMINATE",
        "applicant": {"partyId": "PT-S8", "role": "PH"},
        "request": more,
    }
    return str((await house.post("back-office", "/v1/cases", body))["caseId"])


def told_to_bring(house: House, case: str) -> list[str]:
    """What the anomaly behind the one notice says is missing."""
    query = "SELECT detail FROM anomalies WHERE case_id = ? AND reason = 'DOCUMENTS_MISSING'"
    (notice,) = [mail for mail in house.letters(case) if mail.template == "documents_missing"]
    for paper in (
        "the insured's written consent", "proof of the relation to the insured",
        "the new policyholder's debit authority",
    ):  # fmt: skip
        assert paper in notice.text
    return sorted(house.rows(query, case)[0][0].split(", "))


async def _repeated_and_contradicted(house: House, case: str) -> None:
    again = await asks(house, channel="AGENT")
    other = await asks(house, new="PT-S8-N2")
    assert (again.status_code, again.json()["duplicateOf"]) == (200, case)
    assert (other.status_code, other.json()["type"]) == (409, "/problems/case-in-flight")


async def test_s8_gaps_are_told_once_and_the_change_is_agreed_when_the_surrender_is_withdrawn(
    opened: Opening, replays: Replaying
) -> None:
    async with opened("2026-04-02T09:10:00+08:00") as (house, clock):
        case = await incomplete(house)
        page = await house.case(case)
        assert seen.due(page) == {"K-ACC": "2026-04-03", "K-ONE": "2026-04-09"}
        assert told_to_bring(house, case) == [
            "DEBIT_AUTHORITY", "INSURED_CONSENT", "RELATION_PROOF",
        ]  # fmt: skip
        held = {clock["rule"]: clock["standsStill"] for clock in page["clocks"]}
        assert held["K-ACC"], "until the customer answers"
        await _repeated_and_contradicted(house, case)

        await clock.until("2026-04-15T10:00:00+08:00")
        await supplemented(house, case)
        assert seen.due(await house.case(case))["K-ACC"] == "2026-04-17"

        await clock.until("2026-04-16T11:00:00+08:00")
        surrender = await surrenders(house)
        await house.task("checker-1", surrender, "verify/decide_conflict")
        assert ("CONFLICT", "CASE_IN_FLIGHT") in seen.anomalies(await house.case(surrender))
        await house.tell("customer.withdrawn", surrender)
        await house.when(surrender, status="WITHDRAWN")

        await clock.until("2026-04-20T09:30:00+08:00")
        assert house.rows("SELECT revoked_on FROM debit_authorities WHERE policy_no = 'P-S8'") == [
            (None,)
        ], "not before it takes effect"
        await house.decide("clerk-1", case, "make")
        page = await house.case(case)
        assert seen.due(page)["K-DO"] == "2026-04-27"
        await house.decide("checker-2", case, CALL)
        await house.decide("checker-1", case, "approval/check")
        await house.when(case, status="FOLLOW_UP")

        policy = await house.policy("P-S8")
        now = {role.kind: role.party_id for role in policy.roles if role.until is None}
        assert (now["PH"], now["PAYER"], now["INSURED"]) == (NEW, NEW, INSURED)
        assert house.rows(
            "SELECT party_id, revoked_on, revoked_by FROM debit_authorities"
            " WHERE policy_no = 'P-S8' ORDER BY since"
        ) == [("PT-S8", "2026-04-20", case), (NEW, None, None)]
        await replays(house, case, "s8-policyholder-change")


async def test_s8_the_surrender_goes_on_by_itself_when_the_change_is_withdrawn(
    opened: Opening, replays: Replaying
) -> None:
    async with opened("2026-04-02T09:10:00+08:00") as (house, clock):
        case = await incomplete(house)
        await clock.until("2026-04-15T10:00:00+08:00")
        await supplemented(house, case)
        await clock.until("2026-04-16T11:00:00+08:00")
        surrender = await surrenders(house)
        await house.task("checker-1", surrender, "verify/decide_conflict")

        await clock.until("2026-04-17T09:00:00+08:00")
        await house.tell("customer.withdrawn", case)
        await house.when(case, status="WITHDRAWN")
        await changing.relayed(house, clock)
        await house.task("clerk-1", surrender, "make")

        page = await house.case(surrender)
        assert [task["element"] for task in page["tasks"]] == ["make"]
        as_of = page["quote"]["asOf"]
        assert as_of.startswith("2026-04-16"), "valued as of the day its notice arrived"
        assert changing.version(house, "P-S8") == [(1, "ISSUE")]
        await replays(house, surrender, "s8-surrender-after-withdrawal")


async def test_s8_a_fourth_document_needs_a_supervisor_and_a_reason(opened: Opening) -> None:
    async with opened("2026-04-02T09:10:00+08:00") as (house, clock):
        case = await incomplete(house)
        await clock.until("2026-04-15T10:00:00+08:00")
        await supplemented(house, case)
        path, body = f"/v1/cases/{case}/document-requests", {"documents": ["TAX_DECLARATION"]}

        by_a_clerk = await house.ask("back-office", "POST", path, json=body)
        without_reason = await house.ask("lead-1", "POST", path, json=body)
        allowed = await house.ask(
            "lead-1", "POST", path, json={**body, "reason": "tax residence abroad came to light"}
        )
        await house.waits(case, "verify/documents_supplemented")

        assert (by_a_clerk.status_code, by_a_clerk.json()["type"]) == (
            409, "/problems/one-notice",
        )  # fmt: skip
        assert without_reason.status_code == 409
        assert allowed.status_code == 202, allowed.text
        page = await house.case(case)
        assert [found for found in seen.anomalies(page) if found[0] == "SLA"] == [
            ("SLA", "ONE_NOTICE_VIOLATION")
        ]
        told = await house.get("lead-1", "/v1/kpis", since="2026-04-01", until="2026-04-16")
        (figure,) = [one for one in told["figures"] if one["kpi"] == "ONE_NOTICE_VIOLATIONS"]
        assert (figure["numerator"], figure["denominator"]) == (1, 2)
        ids = await changing.papers(house, "P-S8", "PT-S8", "TAX_DECLARATION")
        await house.tell("documents.supplemented", case, documentIds=ids)
        await house.task("clerk-1", case, "make")
