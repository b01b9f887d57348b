"""Legal holds: placed by one of those entitled, lifted by two; what they reach stays."""

from __future__ import annotations

import uuid
from typing import Any

import httpx
import pytest

from infra.db.chain.legal_holds import STREAM
from tests.activities.office import a_party
from tests.api.door import Door, is_problem

WHY = {"basis": "LITIGATION", "reason": "the heirs dispute it"}
LEGAL, PRIVACY = ("supervisor", "legal-1"), ("supervisor", "privacy-1")


async def place(
    door: Door, kind: str, about: str, by: tuple[str, str] = LEGAL, **changes: Any
) -> httpx.Response:
    body = {"kind": kind, **WHY, "target": about, **changes}
    return await door.post("/v1/legal-holds", body, by[0], subject=by[1])


async def placed(door: Door, kind: str, target: str) -> str:
    answer = await place(door, kind, target)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["holdId"])


async def lift(door: Door, hold_id: str, by: tuple[str, str]) -> httpx.Response:
    path = f"/v1/legal-holds/{hold_id}/lift"
    return await door.post(path, {"reason": "the judgement is final"}, by[0], subject=by[1])


async def someone(door: Door) -> str:
    party_id = f"PT-{uuid.uuid4().hex}"
    async with door.deployment.database.work() as books:
        await books.parties.enter(a_party(party_id))
    return party_id


async def kept(door: Door, party_id: str) -> list[str]:
    """What holds keep a person's data, by id."""
    body = {"basis": "UNLAWFUL", "reason": "asked for", "dryRun": True}
    answer = await door.post(f"/v1/subjects/{party_id}/erase", body, "admin")
    assert answer.status_code == 200, answer.text
    return [one["id"] for one in answer.json()["kept"] if one["what"] == "legal-hold"]


async def test_a_hold_on_a_person_forbids_the_erasure_until_two_lift_it(door: Door):
    party_id = await someone(door)
    hold_id = await placed(door, "PERSON", party_id)
    body = {"basis": "UNLAWFUL", "reason": "asked for"}
    refused = await door.post(f"/v1/subjects/{party_id}/erase", body, "admin")
    alone = await lift(door, hold_id, LEGAL)
    same_person = await lift(door, hold_id, LEGAL)
    still = await kept(door, party_id)
    lifted = await lift(door, hold_id, PRIVACY)
    again = await lift(door, hold_id, ("auditor", "auditor-1"))

    assert is_problem(refused, 409, "must-be-kept")
    assert is_problem(alone, 409, "second-person")
    assert is_problem(same_person, 409, "second-person")
    assert still == [hold_id]
    assert lifted.status_code == 200, lifted.text
    assert (lifted.json()["liftOrderedBy"], lifted.json()["liftedBy"]) == ("legal-1", "privacy-1")
    assert is_problem(again, 409, "not-open")
    assert await kept(door, party_id) == []


async def test_a_hold_that_comes_after_the_proposal_stops_the_erasure(door: Door):
    party_id, body = await someone(door), {"basis": "UNLAWFUL", "reason": "asked for"}
    path = f"/v1/subjects/{party_id}/erase"
    await door.post(path, body, "admin")
    await placed(door, "PERSON", party_id)

    assert is_problem(await door.post(path, body, "auditor"), 409, "must-be-kept")


@pytest.mark.parametrize("kind", ["POLICY", "CASE", "PERSON"])
async def test_a_hold_reaches_everybody_with_a_part_in_the_case(door: Door, kind: str):
    case_id = await door.start()
    target = {"POLICY": "P-S3", "CASE": case_id, "PERSON": "PT-S3"}[kind]
    insured = await someone(door)
    door.hand.run(
        f"UPDATE policy_roles SET party_id = '{insured}'"
        " WHERE policy_no = 'P-S3' AND kind <> 'PH' AND party_id = 'PT-S3'"
    )
    hold_id = await placed(door, kind, target)

    assert await kept(door, "PT-S3") == [hold_id]
    assert await kept(door, insured) == (
        [hold_id] if kind != "PERSON" or insured == "PT-S3" else []
    )


async def test_the_case_shows_its_holds_to_those_entitled_alone(door: Door):
    case_id = await door.start()
    hold_id = await placed(door, "POLICY", "P-S3")

    async def shown(role: str, subject: str | None = None) -> Any:
        answer = await door.get(f"/v1/cases/{case_id}", role, subject=subject)
        return answer.json()["legalHolds"]

    for who in (("auditor", None), LEGAL, PRIVACY):
        assert [one["holdId"] for one in await shown(*who)] == [hold_id]
    for role in ("back_office", "supervisor", "ops"):
        assert await shown(role) is None


async def test_holds_are_listed_the_newest_first_with_those_lifted_when_asked(door: Door):
    first = await placed(door, "POLICY", "P-S3")
    second = await placed(door, "PERSON", "PT-S3")
    await lift(door, first, LEGAL)
    await lift(door, first, PRIVACY)

    async def listed(**query: Any) -> list[str]:
        answer = await door.get("/v1/legal-holds", "auditor", params=query)
        return [one["holdId"] for one in answer.json()["holds"]]

    page = (await door.get("/v1/legal-holds", params={"lifted": True, "limit": 1})).json()
    rest = await listed(lifted=True, limit=1, cursor=page["next"])
    assert await listed() == [second]
    assert await listed(kind="POLICY", target="P-S3") == []
    assert await listed(target="P-S3", lifted=True) == [first]
    assert sorted([*(one["holdId"] for one in page["holds"]), *rest]) == sorted([first, second])


async def test_who_is_not_of_the_desks_neither_sees_nor_places(door: Door):
    hold_id = await placed(door, "POLICY", "P-S3")
    lead = ("supervisor", "lead-1")

    for refused in (
        await place(door, "POLICY", "P-S3", lead),
        await lift(door, hold_id, lead),
        await door.get("/v1/legal-holds", "supervisor"),
        await door.get(f"/v1/legal-holds/{hold_id}", "supervisor"),
    ):
        assert is_problem(refused, 403, "authority")


@pytest.mark.parametrize("kind", ["PERSON", "POLICY", "CASE"])
async def test_only_what_is_on_the_books_is_kept(door: Door, kind: str):
    assert is_problem(await place(door, kind, "NOT-THERE"), 422, "unknown-target")


@pytest.mark.parametrize(
    "changes", [{"basis": "A_FEELING"}, {"reason": ""}, {"reference": ""}, {"target": "P S3"}]
)
async def test_a_hold_says_on_what_it_rests(door: Door, changes: dict[str, str]):
    assert is_problem(await place(door, "POLICY", "P-S3", LEGAL, **changes), 422, "invalid")


async def test_the_chain_tells_who_placed_and_who_lifted_without_the_reason(door: Door):
    hold_id = await placed(door, "POLICY", "P-S3")
    await lift(door, hold_id, LEGAL)
    await lift(door, hold_id, PRIVACY)

    async with door.deployment.database.work() as books:
        assert (await books.audit.verify(STREAM)).intact
        told = [each.change for each in await books.audit.records(STREAM)]
    assert [(one.action, one.actor) for one in told] == [
        ("hold.place", "legal-1"), ("repair.propose", "legal-1"), ("hold.lift", "privacy-1"),
    ]  # fmt: skip
    assert "heirs" not in str([one.detail for one in told])
