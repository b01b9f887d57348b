"""A quote without a case: the model's own rules, papers, consents, limits, authority and money."""

from datetime import UTC
from pathlib import Path
from typing import Any

import pytest

from tests.api.door import NOW, Door, is_problem
from workflows.domain.policy import PolicyLock

PROCESSES = Path(__file__).parents[2] / "workflows" / "processes"
FILES = {
    path.name: path.read_text("utf-8")
    for path in sorted(PROCESSES.glob("*/*"))
    if path.suffix in {".bpmn", ".dmn"}
}


async def deployed(door: Door) -> Door:
    answer = await door.post("/v1/definitions", {"files": FILES}, "ops")
    assert answer.status_code in {200, 201}, answer.text
    return door


async def quoted(door: Door, item: str, policy: str, **query: Any) -> dict[str, Any]:
    path = f"/v1/policies/{policy}/items/{item}/quote"
    answer = await door.get(path, "back_office", params=query)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def broken(found: dict[str, Any]) -> dict[str, list[str]]:
    return {one["rule"]: one["reasons"] for one in found["rules"] if not one["kept"]}


def papers(found: dict[str, Any], channel: str) -> list[str]:
    (here,) = [one for one in found["papers"] if one["channel"] == channel]
    return [paper["type"] for paper in here["documents"] if paper["mandatory"]]


async def test_a_surrender_is_quoted_as_its_case_would_with_everything_it_takes(door: Door):
    found = await quoted(await deployed(door), "TERMINATE", "P-S3")

    assert (found["possible"], found["binding"], found["validOn"]) == (True, False, "2026-10-12")
    assert (found["basis"], found["undecided"]) == ("SURRENDER", ["risk"])
    assert [one["rule"] for one in found["rules"]] == [
        "APPLICANT", "CONTRACT", "CHANNEL", "dt_p7_basis",
    ]  # fmt: skip
    quote = found["quote"]
    assert (quote["gross"], quote["deductions"], quote["net"]) == (
        "87650.30", "30848.85", "56801.45",
    )  # fmt: skip
    assert papers(found, "APP") == ["APPLICATION_FORM", "APPLICANT_ID"]
    due = {one["rule"]: (one["countsFrom"], one["dueOn"]) for one in found["limits"]}
    assert due["K-SUR"] == ("NOTICE", "2026-11-11")
    assert due["K-DO"][0] == "AGREEMENT"
    assert found["authority"]["level"] == "L3"


async def test_nothing_is_opened_nothing_is_written(door: Door):
    await deployed(door)
    before = door.rows()
    for item in ("TERMINATE", "POLICY_LOAN", "PLEDGE", "BENEFICIARY_CHANGE", "CONTACT"):
        await quoted(door, item, "P-S3")

    assert door.rows() == before
    assert door.cases.started == []


async def test_a_contract_that_may_be_taken_back_gives_all_premiums(door: Door):
    signed = "UPDATE policies SET receipt_signed_on = '2026-10-08' WHERE policy_no = 'P-S2-1'"
    door.hand.run(signed)
    found = await quoted(await deployed(door), "TERMINATE", "P-S2-1")

    assert found["basis"] == "COOLING_OFF"
    assert found["quote"]["gross"] == "12000.00"


async def test_a_loan_is_quoted_up_to_its_limit_or_as_asked(door: Door):
    most = await quoted(await deployed(door), "POLICY_LOAN", "P-S3")
    asked = await quoted(door, "POLICY_LOAN", "P-S3", amount="5000.00")
    beyond = await quoted(door, "POLICY_LOAN", "P-S3", amount="60000.00")

    assert (most["figures"]["limit"], most["quote"]["net"]) == ("38271.15", "38200.00")
    assert asked["quote"]["net"] == "5000.00"
    assert (beyond["possible"], beyond["quote"]) == (False, None)
    assert "dt_p8_limit" in broken(beyond)
    assert "IDENTITY_WITNESS" in papers(most, "MAIL")
    assert "IDENTITY_WITNESS" not in papers(most, "APP")


async def test_a_loan_on_anothers_life_takes_the_insureds_consent(door: Door):
    found = await quoted(await deployed(door), "POLICY_LOAN", "P-S4")

    assert found["consents"] == [{"role": "INSURED", "partyId": "PT-S4-I"}]


async def test_a_reinstatement_says_what_is_due_and_until_when(door: Door):
    found = await quoted(await deployed(door), "REINSTATEMENT", "P-S6-L")
    never = await quoted(door, "REINSTATEMENT", "P-S3")

    assert found["possible"], broken(found)
    assert found["figures"]["windowEndsOn"] == "2028-03-12"
    assert float(found["figures"]["due"]) > 6_000
    assert "HEALTH_DECLARATION" in papers(found, "COUNTER")
    assert broken(never)["CONTRACT"] == ["NOT_LAPSED"]


async def test_the_day_counts_not_the_clock_of_the_wall(door: Door):
    today = await quoted(await deployed(door), "POLICY_LOAN", "P-S3")
    later = await quoted(door, "POLICY_LOAN", "P-S3", date="2026-12-12")

    assert later["validOn"] == "2026-12-12"
    assert float(later["figures"]["debts"]) > float(today["figures"]["debts"])
    assert later["limits"][0]["dueOn"] > "2026-12-12"


@pytest.mark.parametrize("day", ["2026-10-11", "2027-10-14", "2026-02-30", "today"])
async def test_a_quote_is_for_today_or_a_day_within_a_year(door: Door, day: str):
    path = "/v1/policies/P-S3/items/TERMINATE/quote"

    assert is_problem(await door.get(path, "back_office", params={"date": day}), 422)


async def test_what_depends_on_the_content_is_said_to_be_open(door: Door):
    bare = await quoted(await deployed(door), "PARTIAL", "P-PARTIAL")
    full = await quoted(door, "PARTIAL", "P-PARTIAL", amount="300000.00")
    pledge = await quoted(door, "PLEDGE", "P-S3")

    assert "content" in bare["undecided"]
    assert (bare["quote"], bare["authority"]) == (None, None)
    assert (full["undecided"], full["basis"]) == (["risk"], "PARTIAL")
    assert float(full["quote"]["net"]) > 0
    assert "PLEDGE_CONTRACT" in papers(pledge, "COUNTER")
    assert pledge["consents"] == []


async def test_every_item_that_is_served_can_be_asked_about(door: Door):
    await deployed(door)
    items = (await door.get("/v1/items")).json()["items"]
    for item in items:
        path = f"/v1/policies/P-S3/items/{item['code']}/quote"
        answer = await door.get(path, "supervisor")

        assert answer.status_code == (200 if item["startable"] else 422), answer.text


async def test_a_case_in_flight_is_named_with_what_it_means(door: Door):
    await deployed(door)
    async with door.deployment.database.work() as books:
        await books.locks.acquire(
            PolicyLock(
                policy_no="P-S3",
                case_id="BQ-AHEAD",
                item="TERMINATE",
                notice_arrived_at=NOW.astimezone(UTC),
            )
        )

    found = await quoted(door, "POLICY_LOAN", "P-S3")
    contact = await quoted(door, "CONTACT", "P-S3")

    (ahead,) = found["casesAhead"]
    assert (ahead["caseId"], ahead["rule"], ahead["needsPerson"]) == ("BQ-AHEAD", "REJECT", True)
    assert found["possible"] is False
    assert contact["casesAhead"] == []


async def test_who_may_not_ask_is_told_by_which_rule(door: Door):
    await deployed(door)
    stranger = await quoted(door, "TERMINATE", "P-S3", partyId="PT-S1")
    door.hand.run("UPDATE policies SET state = 'TERMINATED' WHERE policy_no = 'P-S1'")
    ended = await quoted(door, "TERMINATE", "P-S1")

    assert broken(stranger)["APPLICANT"] == ["NOT_POLICYHOLDER"]
    assert broken(ended)["CONTRACT"] == ["CONTRACT_ENDED"]
    assert (ended["possible"], ended["quote"]) == (False, None)


async def test_a_model_of_ones_own_without_these_steps_tells_what_every_case_goes_by(door: Door):
    found = await quoted(door, "TERMINATE", "P-S3")

    assert [one["rule"] for one in found["rules"]] == ["APPLICANT", "CONTRACT", "CHANNEL"]
    assert (found["quote"], found["authority"]) == (None, None)
    assert "papers" in found["undecided"]


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("P-NO/items/TERMINATE", 404, "unknown-policy"),
        ("P-S3/items/NO-SUCH", 404, "unknown-item"),
        ("P-S3/items/TERMINATE/quote?partyId=PT-NO", 422, "unknown-party"),
        ("P-S3/items/TERMINATE/quote?role=GUARDIAN", 422, "unknown-party"),
        ("P-S3/items/TERMINATE/quote?channel=PIGEON", 422, "invalid"),
        ("P-S3/items/TERMINATE/quote?amount=-1", 422, "invalid"),
        ("P-S3/items/POLICY_LOAN", 422, "unknown-process"),
    ],
)
async def test_what_nobody_knows_is_refused_by_name(door: Door, path: str, status: int, code: str):
    path = path if "?" in path else f"{path}/quote"

    assert is_problem(await door.get(f"/v1/policies/{path}", "back_office"), status, code)


async def test_more_cover_of_a_child_is_quoted_with_its_price_and_the_cap(door: Door):
    await deployed(door)
    asked = {"amount": "200000.00", "coverElsewhere": "0.00"}

    told = await quoted(door, "SA_INCREASE", "P-S14", **asked)
    above = await quoted(door, "SA_INCREASE", "P-S14", **{**asked, "amount": "260000.00"})

    assert (told["figures"]["cap"], told["figures"]["here"]) == ("200000.00", "200000.00")
    assert told["figures"]["yearly"] > told["figures"]["dueNow"] > "0"
    assert "MINOR_CAP_EXCEEDED" in str(above["rules"])
    assert not above["possible"]
