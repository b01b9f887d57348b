"""Changes of roles in the house: asked for, consented to, looked at."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.journeys.clock import Clock
from tests.journeys.house import DOCUMENTS, IDENTITY, House
from workers.relay import Relay
from workflows.feel.wire import decode, to_plain

Json = dict[str, Any]


async def papers(house: House, policy_no: str, party: str, *kinds: str) -> list[str]:
    """Hand in documents of a party; returns their ids."""
    found = []
    for kind in kinds:
        answer = await house.ask(
            "back-office",
            "POST",
            "/v1/documents",
            params={"type": kind, "partyId": party, "policyNo": policy_no},
            content=f"%PDF-1.4 {kind} of {party} for {policy_no}".encode(),
            headers={"Content-Type": "application/pdf"},
        )
        assert answer.is_success, answer.text
        found.append(str(answer.json()["documentId"]))
    return found


async def beneficiaries(house: House, policy_no: str, party: str, *named: Json, **more: Any) -> str:
    """Ask for a beneficiary change with all papers; returns the case."""
    change = {"beneficiaries": list(named), "consents": more.pop("consents", [])}
    body = {
        "policyNo": policy_no,
        "item": "BENEFICIARY_CHANGE",
        "applicant": {"partyId": party, "role": more.pop("role", "PH")},
        "request": {
            "documentIds": await papers(house, policy_no, party, *DOCUMENTS),
            "identity": IDENTITY,
        },
        "beneficiaryChange": change,
        **more,
    }
    accepted = await house.post("back-office", "/v1/cases", body)
    return str(accepted["caseId"])


async def asked(house: House, case: str, party: str) -> None:
    """Wait until the case waits for a person's consent."""

    async def looks() -> bool | None:
        page = await house.case(case)
        keys = {one["key"] for one in page["waits"] if one["message"] == "consent.answered"}
        return f"{case}/{party}" in keys or None

    await house.eventually(looks, case, f"consent of {party}")


async def answers(house: House, case: str, party: str, answer: str, **more: Any) -> None:
    """A person answers what was put to them."""
    await asked(house, case, party)
    given = {"answer": answer, "payloadHash": payload_hash(house, case), "form": "E_SIGN", **more}
    await house.tell("consent.answered", f"{case}/{party}", evidenceId="EV-1", **given)


async def recorded(house: House, case: str, reason: str) -> None:
    """Wait until an anomaly is on record, and the case waits for the answer again."""

    async def looks() -> bool | None:
        page = await house.case(case)
        return any(found["reason"] == reason for found in page["anomalies"]) or None

    await house.eventually(looks, case, reason)


def payload_hash(house: House, case: str) -> str:
    """The hash of the change that is put to people now."""
    query = (
        "SELECT result FROM effects WHERE case_id = ?"
        " AND kind IN ('verification.change', 'verification.item')"
        " ORDER BY at DESC, key DESC"
    )
    found = json.loads(house.rows(query, case)[0][0])["variables"]["change"]
    change: Any = to_plain(decode(found))
    return str(change["payloadHash"])


def version(house: House, policy_no: str) -> list[tuple[Any, ...]]:
    """The versions of a policy and what caused them."""
    return house.rows(
        "SELECT no, cause FROM policy_versions WHERE policy_no = ? ORDER BY no", policy_no
    )


async def relayed(house: House, clock: Clock) -> None:
    """Let the relay look once: it tells who waits for a policy that it was let go of."""
    ahead = clock.now() - datetime.now(UTC) + timedelta(minutes=1)
    relay = Relay(
        client=house.client,
        database=house.database,
        task_queue=house.settings.task_queue,
        zone=house.settings.zone,
        clock_offset=ahead,
    )
    await relay.round()
