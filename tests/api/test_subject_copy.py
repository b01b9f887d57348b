"""What is held of a person is copied for the person, and who read it stands in the trail."""

import json
import uuid
from typing import Any

from infra.db.chain.subject_copy import LEFT_OUT, SECTIONS
from infra.db.tables import metadata
from tests.activities.office import a_party, an_account
from tests.api.door import Door, is_problem


async def person(door: Door) -> str:
    party_id = f"PT-{uuid.uuid4().hex}"
    async with door.deployment.database.work() as books:
        await books.parties.enter(a_party(party_id, name="李四", aml_listed=True))
        account = an_account(f"AC-{party_id}", party_id=party_id, account_no="6222777")
        await books.parties.open_account(account)
    return party_id


async def copied(door: Door, party_id: str, role: str = "admin", **query: str) -> Any:
    return await door.get(f"/v1/subjects/{party_id}/export", role, params=query)


async def test_a_person_is_told_what_is_held(door: Door):
    party_id = await person(door)

    told = (await copied(door, party_id)).json()

    (who,) = told["contents"]["person"]
    assert (who["name"], who["idNo"], who["bornOn"]) == ("李四", "360426199101010071", "1991-01-01")
    assert [one["accountNo"] for one in told["contents"]["bankAccounts"]] == ["6222777"]
    assert told["leftOut"] == dict(LEFT_OUT)


async def test_a_policyholder_is_told_of_policies_and_roles(door: Door):
    told = (await copied(door, "PT-S3")).json()["contents"]

    assert "P-S3" in [one["policyNo"] for one in told["roles"]]
    assert "P-S3" in [one["policyNo"] for one in told["policies"]]


async def test_suspicions_and_marks_of_the_house_are_not_told(door: Door):
    party_id = await person(door)

    text = json.dumps((await copied(door, party_id)).json()["contents"])

    for word in ("aml", "salt", "Hash", "risk"):
        assert word not in text


async def test_who_read_it_and_why_stands_in_the_trail(door: Door):
    party_id = await person(door)

    await copied(door, party_id, "auditor", purpose="AUTHORITY_REQUEST")

    ((actor, detail),) = door.hand.rows(
        "SELECT actor, detail FROM audit WHERE object_id = ? AND action = 'subject.export'",
        party_id,
    )
    assert actor == "auditor-1"
    assert "AUTHORITY_REQUEST" in str(detail)
    assert "李四" not in str(detail)


async def test_a_purpose_nobody_knows_is_refused(door: Door):
    answer = await copied(door, "PT-S3", purpose="CURIOSITY")

    assert is_problem(answer, 422)


TOLD_ELSEWHERE = {
    "anomalies", "risk_alerts", "erasures", "operators", "verifications",
}  # fmt: skip
"""Left out by name, or of persons of the house."""


def test_no_table_that_names_a_person_is_forgotten():
    naming = {
        table.name
        for table in metadata.tables.values()
        if {"party_id", "applicant_party_id"} & {column.name for column in table.c}
    }

    copied_tables = {section.table.name for section in SECTIONS.values()}
    assert naming - copied_tables - TOLD_ELSEWHERE == set()
