"""What befalls cases beside the ordinary: deaths, complaints, cancellations, erasures."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from random import Random
from typing import Any

from infra.systems.bureau_wire import Answer
from tests.items.inside import Inside

Json = dict[str, Any]
_ANSWERS: tuple[Answer | None, ...] = (None, None, "MISMATCH", "EXPIRED", "DECEASED", "NOT_FOUND")
_CAUSES = ("MIS_SELLING", "DELAY", "AMOUNT", "CONDUCT", "OTHER")
_PAPERS = ("TAX_DECLARATION", "HEALTH_DECLARATION", "RELATION_PROOF")


async def _said(house: Inside, by: str, path: str, body: Json) -> tuple[int, Json]:
    answer = await house.ask(by, "POST", path, json=body)
    assert answer.status_code < 500, f"{path}: {answer.status_code} {answer.text}"
    return answer.status_code, answer.json() if answer.content else {}


async def die(house: Inside, chance: Random, case: str) -> str:
    """The applicant has died, some days ago."""
    died = (house.engine.now - timedelta(days=chance.randint(0, 9))).date()
    body = {"diedOn": f"{died}", "reason": "told by the family"}
    status, told = await _said(house, "clerk-1", f"/v1/cases/{case}/applicant-death", body)
    return f"death of the applicant of {case}: {status} {told.get('outcome', '')}"


async def complain(house: Inside, chance: Random, case: str) -> str:
    """Somebody complains of a case; of twenty in person it is a major one."""
    body = {"caseId": case, "cause": chance.choice(_CAUSES), "channel": "MAIL"}
    if chance.randrange(5) == 0:
        body |= {"channel": "COUNTER", "complainants": 21}  # type: ignore[dict-item]
    status, told = await _said(house, "clerk-2", "/v1/complaints", body)
    return f"complaint of {case}: {status} {told.get('complaintId', told.get('detail'))}"


async def deal_with_a_complaint(house: Inside, chance: Random) -> str:
    """Extend it, decide it, or have it reviewed; whoever does may not."""
    rows = house.rows("SELECT id FROM complaints ORDER BY id")
    if not rows:
        return "nobody complains"
    path = f"/v1/complaints/{chance.choice(rows)[0]}"
    by = chance.choice(("lead-1", "lead-2", "branch-1", "hq-1"))
    what, body = chance.choice(_STEPS)
    status, told = await _said(house, by, f"{path}/{what}", dict(body))
    return f"{by}: {what} of {path}: {status} {told.get('detail', '')}"


_DECIDED = {"reason": "looked into", "facts": "as the file says", "basis": "保险法 art. 47"}
_STEPS: Sequence[tuple[str, Json]] = (
    ("extend", {"extension": "COMPLEX", "reason": "an expert is asked"}),
    ("extend", {"extension": "EXTENDED", "reason": "the expert is late"}),
    ("decide", {"outcome": "UPHELD", **_DECIDED}),
    ("decide", {"outcome": "NOT_UPHELD", **_DECIDED}),
    ("review", {"reason": "the customer is not content"}),
)


async def cancel(house: Inside, _chance: Random, case: str) -> str:
    """Operations end a case from outside its model."""
    body = {"reason": "asked for by mistake"}
    status, told = await _said(house, "ops-1", f"/v1/cases/{case}/cancel", body)
    return f"ops-1 cancels {case}: {status} {told.get('detail', '')}"


async def ask_for_papers(house: Inside, chance: Random, case: str) -> str:
    """A clerk asks for a document more: a second notice needs a supervisor."""
    by = chance.choice(("clerk-1", "lead-1"))
    body = {"documents": [chance.choice(_PAPERS)], "reason": "the new rules want it"}
    status, told = await _said(house, by, f"/v1/cases/{case}/document-requests", body)
    return f"{by} asks for a paper of {case}: {status} {told.get('detail', '')}"


async def change_the_register(house: Inside, chance: Random) -> str:
    """The identity register knows something of somebody, or is away for some hours."""
    if chance.randrange(4) == 0:
        house.bureau.condition.away = True
        await house.sleep(timedelta(hours=3))
        house.bureau.condition.away = False
        return "the bureau was away for three hours"
    party = chance.choice(house.rows("SELECT id FROM parties ORDER BY id"))[0]
    async with house.database.work() as books:
        known = await books.parties.get(party)
    number = "" if known is None else known.id_no
    answer = chance.choice(_ANSWERS)
    house.bureau.entries.pop(number, None)
    if answer is not None:
        house.bureau.entries[number] = answer
    return f"the bureau says of {party}: {answer}"


async def erase(house: Inside, chance: Random) -> str:
    """Two persons want somebody's data erased; mostly it has to be kept."""
    unknown = "WHERE id NOT IN (SELECT party_id FROM policy_roles)" if chance.random() < 0.7 else ""
    rows = house.rows(f"SELECT id FROM parties {unknown} ORDER BY id")
    if not rows:
        return "everybody is on a policy"
    party = chance.choice(rows)[0]
    body = {"basis": "CONSENT_WITHDRAWN", "reason": "asked for in writing"}
    for by in ("admin-1", "auditor-1"):
        status, told = await _said(house, by, f"/v1/subjects/{party}/erase", body)
    return f"erasure of {party}: {status} {told.get('state', told.get('detail'))}"
