"""The export for process mining: streamed, in order, people under pseudonyms, nothing personal."""

import csv
import io
from datetime import timedelta

from infra.mining import events
from tests.api.door import NOW, Door

PERSONAL = {"variables": {"name": {"t": "string", "v": "张三"}}, "comment": "张三 came by"}


async def a_decided_case(door: Door) -> str:
    case_id = await door.start()
    later = NOW + timedelta(minutes=3)
    decided = {"by": "lead-1", "act": "complete", "outcome": "approve", **PERSONAL}
    await door.journal(
        case_id,
        {"kind": "elementActivated", "element": "p", "key": 1, "data": {"type": "process"}},
        {"kind": "elementActivated", "element": "approve", "name": "审批", "key": 5},
        {"kind": "decisionMade", "element": "approve", "key": 5, "data": decided},
        {"kind": "elementCompleted", "element": "approve", "name": "审批", "key": 5, "at": later},
        {"kind": "variablesChanged", "element": "p", "key": 1, "data": PERSONAL},
    )
    return case_id


async def rows(door: Door, **query: str) -> list[dict[str, str]]:
    answer = await door.get("/v1/exports/journal", params={"format": "csv", **query})
    assert answer.headers["content-type"].startswith("text/csv")
    return list(csv.DictReader(io.StringIO(answer.text)))


async def test_a_decision_is_an_event_under_a_pseudonym(door: Door):
    case_id = await a_decided_case(door)

    found = [row for row in await rows(door) if row["case"] == case_id]
    xes = (await door.get("/v1/exports/journal")).text

    assert [(row["activity"], row["transition"]) for row in found] == [
        ("审批", "start"),
        ("审批", "complete"),
    ]
    assert found[0]["resource"] == "system"
    assert found[1]["resource"].startswith("R-")
    for text in (xes, str(found)):
        assert "lead-1" not in text
        assert "张三" not in text


async def test_all_cases_are_exported_over_all_pages(door: Door, monkeypatch):
    monkeypatch.setattr(events, "AT_A_TIME", 2)
    cases = [await a_decided_case(door) for _ in range(5)]

    found = await rows(door)

    assert sorted({row["case"] for row in found}) == sorted(cases)


async def test_only_what_is_wanted_is_exported(door: Door):
    await a_decided_case(door)

    assert await rows(door, process="another") == []
    assert await rows(door, until="2000-01-01T00:00:00Z") == []
    assert len(await rows(door, since="2000-01-01T00:00:00Z")) == 2
