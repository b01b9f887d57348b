"""A person's data is erased when an admin and an auditor want it, and nothing forbids it."""

from __future__ import annotations

import uuid
from typing import Any

from tests.activities.office import a_party
from tests.api.door import Door, is_problem
from tests.unsealing import unsealed

WANTED = {"basis": "CONSENT_WITHDRAWN", "reason": "asked for in a letter"}


async def person(door: Door) -> str:
    party_id = f"PT-{uuid.uuid4().hex}"
    async with door.deployment.database.work() as books:
        await books.parties.enter(a_party(party_id, name=f"王{party_id}"))
    return party_id


async def erase(door: Door, party_id: str, role: str, **body: Any):
    subject = body.pop("subject", None)
    path = f"/v1/subjects/{party_id}/erase"
    return await door.post(path, {**WANTED, **body}, role, subject=subject)


async def test_an_admin_proposes_and_an_auditor_agrees(door: Door):
    party_id = await person(door)
    stored = await door.deployment.documents.put(party_id.encode(), media_type="text/plain")
    await _paper(door, party_id, stored)

    tried = await erase(door, party_id, "auditor", dryRun=True)
    first = await erase(door, party_id, "admin")
    again = await erase(door, party_id, "admin")
    done = await erase(door, party_id, "auditor")

    assert [one.json()["state"] for one in (tried, first, again, done)] == [
        "NONE", "PROPOSED", "PROPOSED", "ERASED",
    ]  # fmt: skip
    assert (done.json()["proposedBy"], done.json()["confirmedBy"]) == ("admin-1", "auditor-1")
    assert done.json()["documents"] == 1
    for place in ("parties.name", "parties.id_no"):
        assert unsealed(door.hand.rows, place, "x.id = ?", party_id) == [""]
    assert not (door.deployment.documents.folder / stored.sha256[:2] / stored.sha256).exists()


async def test_nobody_agrees_to_their_own_proposal_or_to_another_basis(door: Door):
    party_id = await person(door)
    await erase(door, party_id, "admin", subject="both")

    own = await erase(door, party_id, "auditor", subject="both")
    other = await erase(door, party_id, "auditor", basis="UNLAWFUL")

    assert is_problem(own, 409, "second-person")
    assert is_problem(other, 409, "second-person")
    assert unsealed(door.hand.rows, "parties.name", "x.id = ?", party_id) != [""]


async def test_a_dry_run_names_everything_that_must_be_kept(door: Door):
    answer = await erase(door, "PT-S3", "admin", dryRun=True)

    assert answer.json()["dryRun"]
    assert {"what": "policy", "id": "P-S3", "until": None} in answer.json()["kept"]


async def test_the_trail_of_erasures_has_the_basis_and_not_the_words(door: Door):
    party_id = await person(door)
    await erase(door, party_id, "admin", reason="王小明 asked for it")
    await erase(door, party_id, "auditor", reason="王小明 asked for it")

    told = door.hand.rows("SELECT action, detail FROM audit WHERE object_id = ?", party_id)

    assert [action for action, _ in told] == ["subject.propose-erasure", "subject.erase"]
    assert "CONSENT_WITHDRAWN" in str(told)
    assert "王小明" not in str(told)


async def _paper(door: Door, party_id: str, stored: Any) -> None:
    answer = await door.client.post(
        "/v1/documents",
        params={"type": "ID_CARD", "partyId": party_id},
        content=b"%PDF-1.7\n1 0 obj",
        headers={
            **door.bearer("back_office"),
            "Content-Type": "application/pdf",
            "Idempotency-Key": uuid.uuid4().hex,
        },
    )
    assert answer.is_success, answer.text
    door.hand.run(f"UPDATE documents SET store_ref = '{stored.ref}' WHERE party_id = '{party_id}'")
