"""Changes of roles in the house: asked for, consented to, looked at."""

from __future__ import annotations

from typing import Any

from tests.journeys.house import DOCUMENTS, IDENTITY, House

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


def payload_hash(house: House, case: str) -> str:
    """The hash of the change that is put to people, as the last letter to one of them says it."""
    letter = [mail for mail in house.letters(case) if mail.template == "consent_request"][-1]
    words = letter.words.replace(" ", "").replace("\n", "")
    return words.split("knownas", 1)[1][:64]


def version(house: House, policy_no: str) -> list[tuple[Any, ...]]:
    """The versions of a policy and what caused them."""
    return house.rows(
        "SELECT no, cause FROM policy_versions WHERE policy_no = ? ORDER BY no", policy_no
    )
