"""A person is masked but for a purpose; who saw what in clear, and what for, is on record."""

from typing import Any

import pytest

from tests.api.door import Door, is_problem
from workflows.domain.audit import AuditRecord

WHO = "PT-S3"


async def read(door: Door, role: str = "supervisor", **query: str) -> Any:
    return await door.get(f"/v1/subjects/{WHO}", role, params=query)


async def reads(door: Door, stream: str, action: str) -> list[AuditRecord]:
    async with door.deployment.database.reading() as room:
        records = await room.audit.records(stream)
    return [one for one in records if one.change.action == action]


async def clear(door: Door) -> dict[str, Any]:
    """The person as the book has them."""
    async with door.deployment.database.reading() as room:
        party = await room.parties.get(WHO)
        contacts = await room.parties.contacts(WHO)
        (account,) = await room.parties.accounts(WHO)
    assert party is not None
    phone = next(one.value for one in contacts if one.kind == "PHONE")
    return {"name": party.name, "idNo": party.id_no, "phone": phone, "account": account.account_no}


@pytest.mark.parametrize("role", ["back_office", "supervisor", "ops", "auditor", "admin"])
async def test_without_a_purpose_nobody_sees_anything_personal(door: Door, role: str):
    known, before = await clear(door), len(await reads(door, "subjects", "subject.read"))

    told = await read(door, role)

    assert told.status_code == 200
    assert [value for value in known.values() if value in told.text] == []
    assert told.json()["disclosed"] == []
    assert told.json()["name"] == f"{known['name'][0]}**"
    assert len(await reads(door, "subjects", "subject.read")) == before


async def test_who_calls_back_sees_name_and_phone_and_is_on_record(door: Door):
    known, case_id = await clear(door), await door.start()

    told = (await read(door, purpose="CALL_BACK", caseId=case_id)).json()

    phones = [one["value"] for one in told["contacts"] if one["kind"] == "PHONE"]
    assert (told["name"], phones) == (known["name"], [known["phone"]])
    assert (told["idNo"], told["accounts"][0]["accountNo"]) == (
        f"****{known['idNo'][-4:]}", f"****{known['account'][-4:]}",
    )  # fmt: skip
    change = (await reads(door, "subjects", "subject.read"))[-1].change
    assert (change.object_id, change.actor) == (WHO, "lead-1")
    assert change.detail == {"purpose": "CALL_BACK", "fields": ["NAME", "PHONE"], "case": case_id}
    assert known["phone"] not in str(change)


@pytest.mark.parametrize(
    ("role", "query"),
    [
        ("supervisor", {"purpose": "AUDIT"}),
        ("ops", {"purpose": "CALL_BACK", "caseId": "theirs"}),
        ("admin", {"purpose": "SERVICING", "caseId": "theirs"}),
        ("supervisor", {"purpose": "CALL_BACK"}),
        ("supervisor", {"purpose": "CALL_BACK", "caseId": "BQ-NOBODY"}),
        ("supervisor", {"purpose": "SERVICING", "caseId": "another's"}),
    ],
)
async def test_a_purpose_is_bound_to_a_role_and_a_case(
    door: Door, role: str, query: dict[str, str]
):
    other = {"policyNo": "P-S9", "applicant": {"partyId": "PT-S9"}, "request": {}}
    cases = {"theirs": {}, "another's": other}
    wanted = query.get("caseId", "")
    if wanted in cases:
        query = {**query, "caseId": await door.start(**cases[wanted])}

    assert is_problem(await read(door, role, **query), 403, "purpose")


@pytest.mark.parametrize(
    ("item", "purpose", "is_shown"),
    [
        ("BENEFICIARY_CHANGE", "CALL_BACK", True),
        ("BENEFICIARY_CHANGE", "SERVICING", False),
        ("TERMINATE", "CALL_BACK", False),
    ],
)
async def test_the_insured_is_called_about_new_beneficiaries_and_nothing_else(
    door: Door, item: str, purpose: str, is_shown: bool
):
    case_id = await door.start()
    door.hand.run(f"UPDATE cases SET item = '{item}', applicant_party_id = 'PT-S9'")
    told = await read(door, purpose=purpose, caseId=case_id)

    assert told.is_success is is_shown


async def test_an_auditor_sees_everything_with_a_purpose(door: Door):
    known = await clear(door)

    told = await read(door, "auditor", purpose="AUDIT")

    assert [value for value in known.values() if value not in told.text] == []


async def test_onlookers_see_tasks_by_their_looks_until_they_say_what_for(door: Door):
    case_id = await door.start()
    name = {"name": {"t": "string", "v": "李四"}, "riskClass": {"t": "string", "v": "HIGH"}}
    task_id = await door.open_task(case_id, 5, "L3", variables=name)
    path = f"/v1/tasks/{task_id}"

    masked = (await door.get(path, "ops")).json()["shown"]
    listed = (await door.get(f"/v1/tasks?caseId={case_id}", "auditor")).json()["tasks"][0]["shown"]
    repaired = (await door.get(f"{path}?purpose=REPAIR", "ops")).json()["shown"]
    theirs = (await door.get(path, "supervisor")).json()["shown"]

    assert masked == listed == {"name": "<text, 2>", "riskClass": "HIGH"}
    assert repaired == theirs == {"name": "李四", "riskClass": "HIGH"}
    (change,) = [one.change for one in await reads(door, case_id, "task.read")]
    assert (change.actor, change.detail["purpose"]) == ("ops-1", "REPAIR")
    assert is_problem(await door.get(f"{path}?purpose=AUDIT", "ops"), 403, "purpose")
