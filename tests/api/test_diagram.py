"""The diagram of a case: drawings with live counts."""

from typing import Any

from tests.api.door import Door, is_problem
from tests.builders.process import a_process

Entry = dict[str, Any]


def entered(element: str, key: int, *, left: str = "") -> list[Entry]:
    entries = [{"kind": "elementActivated", "element": element, "key": key}]
    return entries + ([{"kind": left, "element": element, "key": key}] if left else [])


def begun(door: Door, process: str = "contract_termination") -> Entry:
    bundle = door.scalar(
        "SELECT bundle_hash FROM definitions WHERE process_id = ? ORDER BY version DESC", process
    )
    facts = {"processId": process, "version": 1, "programHash": bundle}
    return {"kind": "caseStarted", "data": facts}


async def test_elements_are_counted_on_the_drawing(door: Door):
    case_id = await door.start()
    await door.journal(
        case_id,
        begun(door),
        *entered("s", 1, left="elementCompleted"),
        {"kind": "flowTaken", "element": "flow1", "key": 1},
        *entered("t", 2),
        *entered("t", 3, left="elementTerminated"),
        {"kind": "incidentOpened", "element": "t", "key": 1}
        | {"data": {"code": "job-failed", "message": "no"}},
    )

    (diagram,) = (await door.get(f"/v1/cases/{case_id}/diagram")).json()["processes"]

    assert diagram["process"] == "contract_termination"
    assert 'id="contract_termination"' in diagram["bpmn"]
    assert diagram["instances"] == 1
    assert diagram["elements"] == {
        "s": {"active": 0, "completed": 1, "terminated": 0, "incidents": 0},
        "t": {"active": 1, "completed": 0, "terminated": 1, "incidents": 1},
    }
    assert diagram["flows"] == {"flow1": 1}


async def test_a_case_not_started_yet_shows_its_drawing_cold(door: Door):
    case_id = await door.start()

    (diagram,) = (await door.get(f"/v1/cases/{case_id}/diagram")).json()["processes"]

    assert diagram["elements"] == {}
    assert diagram["instances"] == 0
    assert "<" in diagram["bpmn"]


async def test_a_called_process_has_its_own_drawing(door: Door):
    called = a_process("called").start("s").task("u").flow().end("e").xml().decode()
    await door.post("/v1/definitions", {"files": {"called.bpmn": called}}, "ops")
    case_id = await door.start()
    await door.journal(case_id, begun(door), *entered("t", 1))
    for number in (1, 2):
        await door.journal(
            case_id,
            begun(door, "called"),
            *entered("u", 1),
            instance=f"{case_id}/t/{number}",
        )

    own, other = (await door.get(f"/v1/cases/{case_id}/diagram")).json()["processes"]

    assert own["elements"]["t"]["active"] == 1
    assert (other["process"], other["instances"]) == ("called", 2)
    assert other["elements"]["u"]["active"] == 2
    assert 'id="called"' in other["bpmn"]


async def test_an_inlined_process_is_counted_on_its_own_drawing(door: Door):
    files = {
        "outer.bpmn": a_process("outer").start("s").call("c", "inner", inline=True),
        "inner.bpmn": a_process("inner").start("s2").task("u").flow("f").end("e2"),
    }
    files["outer.bpmn"].flow().call("again", "inner", inline=True).flow().end("e")
    body = {"files": {name: model.xml().decode() for name, model in files.items()}}
    deployed = await door.post("/v1/definitions", body, "ops")
    assert deployed.status_code == 201, deployed.text
    case_id = await door.start(process="outer")
    await door.journal(
        case_id,
        begun(door, "outer"),
        *entered("c", 1, left="elementCompleted"),
        *entered("c/u", 2, left="elementCompleted"),
        *entered("again", 3),
        *entered("again/u", 4),
        {"kind": "flowTaken", "element": "again/f", "key": 4},
    )

    outer, inner = (await door.get(f"/v1/cases/{case_id}/diagram")).json()["processes"]

    assert set(outer["elements"]) == {"c", "again"}
    assert inner["process"] == "inner"
    assert inner["elements"]["u"] == {
        "active": 1,
        "completed": 1,
        "terminated": 0,
        "incidents": 0,
    }
    assert inner["flows"] == {"f": 1}
    assert 'id="inner"' in inner["bpmn"]


async def test_history_told_anew_is_counted_once(door: Door):
    case_id = await door.start()
    await door.journal(case_id, begun(door), *entered("s", 1), *entered("t", 2))
    async with door.deployment.database.engine.begin() as connection:
        await connection.exec_driver_sql(
            "INSERT INTO journal (instance_id, generation, seq, case_id, run_id, at, kind, element,"
            " key, data, hash) SELECT instance_id, 2, seq, case_id, run_id, at, kind, 'u', key,"
            " data, 'x' FROM journal WHERE element = 't'"
        )

    (diagram,) = (await door.get(f"/v1/cases/{case_id}/diagram")).json()["processes"]

    assert set(diagram["elements"]) == {"s", "u"}


async def test_there_is_no_diagram_of_no_case(door: Door):
    assert is_problem(await door.get("/v1/cases/BQ-NOBODY/diagram"), 404, "unknown-case")
