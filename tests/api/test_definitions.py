"""Definitions over HTTP: lint, deploy, list, read."""

import pytest

from tests.api.conftest import MODEL
from tests.api.door import Door, is_problem
from tests.builders.process import a_process

BROKEN = a_process("p").start("s").task("t").flow().node("complexGateway", "g").end("e").xml()


def a_model(process_id: str, *, task: str = "t") -> str:
    return a_process(process_id).start("s").task(task).flow().end("e").xml().decode()


async def deploy(door: Door, **files: str):
    body = {"files": {f"{name}.bpmn": text for name, text in files.items()}}
    return await door.post("/v1/definitions", body, "ops")


async def test_what_is_deployed_can_be_read_as_it_was(door: Door):
    made = (await deploy(door, review=a_model("review"))).json()["definitions"]

    read = (await door.get("/v1/definitions/review/1")).json()

    assert [(one["process"], one["version"]) for one in made] == [("review", 1)]
    assert read["files"] == {"review.bpmn": a_model("review")}
    assert read["deployedBy"] == "ops-1"


async def test_the_same_files_again_are_the_version_they_have(door: Door):
    first = (await deploy(door, review=a_model("review"))).json()
    second = (await deploy(door, review=a_model("review"))).json()
    third = (await deploy(door, review=a_model("review", task="u"))).json()

    assert first["definitions"] == second["definitions"]
    assert third["definitions"][0]["version"] == 2


async def test_a_drawing_at_fault_is_refused_with_every_finding(door: Door):
    before = door.rows()

    answer = await deploy(door, broken=BROKEN.decode())

    assert is_problem(answer, 422, "model-invalid")
    assert answer.json()["errors"][0]["element"] == "g"
    assert door.rows() == before


async def test_lint_tells_the_same_without_deploying(door: Door):
    before = door.rows()["definitions"]
    body = {"files": {"broken.bpmn": BROKEN.decode()}}

    answer = await door.post("/v1/definitions/lint", body, "auditor")

    assert answer.status_code == 200
    assert answer.json()["deployable"] is False
    assert answer.json()["diagnostics"][0]["element"] == "g"
    assert door.rows()["definitions"] == before


@pytest.mark.parametrize(
    "files",
    [
        {},
        {"../evil.bpmn": "<a/>"},
        {"evil.sh": "<a/>"},
        {"身份证.bpmn": "<a/>"},
        {"a.bpmn": 7},
        {f"m{n}.bpmn": "<a/>" for n in range(101)},
    ],
)
async def test_files_that_are_none_are_refused(door: Door, files):
    before = door.rows()

    answer = await door.post("/v1/definitions", {"files": files}, "ops")

    assert is_problem(answer, 422, "invalid")
    assert "身份证" not in answer.text
    assert door.rows() == before


@pytest.mark.parametrize(
    "text",
    [
        "",
        "not xml",
        "<a>",
        '<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>',
        '<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>',
        "<a>" * 5000,
        "<a" + ' b="c"' * 5000 + "/>",
        "<html/>",
    ],
)
async def test_hostile_files_are_findings(door: Door, text):
    before = door.rows()

    deployed = await door.post("/v1/definitions", {"files": {"a.bpmn": text}}, "ops")
    linted = await door.post("/v1/definitions/lint", {"files": {"a.bpmn": text}}, "ops")

    assert is_problem(deployed, 422, "model-invalid")
    assert linted.json()["deployable"] is False
    assert {name: count for name, count in door.rows().items() if count != before[name]} == {
        "idempotency_keys": before["idempotency_keys"] + 1
    }


async def test_a_process_id_that_no_path_can_name_is_refused(door: Door):
    answer = await deploy(door, long=a_model("p" * 121))

    assert is_problem(answer, 422, "process-id")


async def test_versions_are_listed_newest_first_in_pages(door: Door):
    for task in "abc":
        await deploy(door, review=a_model("review", task=task))

    found, cursor = [], None
    while True:
        query = {"limit": 2, **({"cursor": cursor} if cursor else {})}
        page = (await door.get("/v1/definitions", params=query)).json()
        found += [(one["process"], one["version"]) for one in page["definitions"]]
        cursor = page["next"]
        if cursor is None:
            break

    assert found == [("contract_termination", 1), ("review", 3), ("review", 2), ("review", 1)]


async def test_versions_of_one_process_are_listed_alone(door: Door):
    await deploy(door, review=a_model("review"))

    page = (await door.get("/v1/definitions", params={"process": "review"})).json()

    assert [one["process"] for one in page["definitions"]] == ["review"]


async def test_a_case_runs_the_newest_version_unless_it_names_one(door: Door):
    await deploy(door, newer=a_model("contract_termination", task="u"))

    newest, first = await door.start(), await door.start(version=1)

    assert door.scalar("SELECT version FROM cases WHERE id = ?", newest) == 2
    assert door.scalar("SELECT version FROM cases WHERE id = ?", first) == 1


def test_the_model_of_these_tests_is_plain():
    assert b"contract_termination" in MODEL


async def test_a_status_that_no_case_has_is_refused_with_the_element(door: Door):
    word = '<zeebe:properties><zeebe:property name="caseStatus" value="DOEN"/></zeebe:properties>'
    text = a_model("review").replace(
        'id="t">', f'id="t"><bpmn:extensionElements>{word}</bpmn:extensionElements>'
    )
    assert word in text

    answer = await deploy(door, review=text)

    assert is_problem(answer, 422, "model-invalid")
    assert [(e["code"], e["element"]) for e in answer.json()["errors"]] == [
        ("case-status-unknown", "t")
    ]
