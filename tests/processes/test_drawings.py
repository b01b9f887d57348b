"""The shipped processes: they compile, and fit the activities they call."""

import re
from collections.abc import Iterator
from itertools import chain
from typing import get_args

import pytest

from tests.processes.termination import PROCESSES, compilation
from workflows.bpmn.program import Call, Decision, ErrorDefinition, Human, Job, Node
from workflows.contracts.catalogue import CONTRACTS
from workflows.contracts.contact import NoticeTemplate
from workflows.contracts.follow_up import LETTER_FACTS
from workflows.domain.case import CASE_STATUSES
from workflows.feel import Expression
from workflows.xml_source import parse_xml

BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
DI = "{http://www.omg.org/spec/BPMN/20100524/DI}"
DRAWABLE = "(Task|Event|Gateway|Activity|[sS]ubProcess|sequenceFlow)"
DRAWN = sorted(path.parent.name for path in PROCESSES.glob("*/*.bpmn"))


def nodes() -> Iterator[Node]:
    programs = compilation().programs
    return chain.from_iterable(programs[name].nodes for name in DRAWN)


JOBS = {f"{node.id}": node for node in nodes() if isinstance(node.work, Job)}


def test_the_bundle_has_no_finding():
    assert compilation().diagnostics == ()
    assert sorted(compilation().programs) == DRAWN


@pytest.mark.parametrize("element", sorted(JOBS))
def test_a_service_task_gives_exactly_what_its_activity_asks(element: str):
    node = JOBS[element]
    assert isinstance(node.work, Job)
    contract = CONTRACTS[str(node.work.type)]
    fields = contract.request.model_fields.values()
    known = {field.alias for field in fields}
    required = {field.alias for field in fields if field.is_required()}
    given = {mapping.target[0] for mapping in node.inputs}

    assert given <= known
    assert required <= given


@pytest.mark.parametrize("element", sorted(JOBS))
def test_a_service_task_takes_only_what_its_activity_answers(element: str):
    node = JOBS[element]
    assert isinstance(node.work, Job)
    answered = {
        field.alias for field in CONTRACTS[str(node.work.type)].result.model_fields.values()
    }
    kept = {mapping.target[0] for mapping in node.outputs}

    assert kept or not answered, "its results would all go up"


def test_every_fault_of_an_activity_is_caught_somewhere_around_it():
    program = compilation().programs["contract_termination"]
    for node in program.nodes:
        if not isinstance(node.work, Job):
            continue
        caught: set[object] = set()
        at: Node | None = node
        while at is not None:
            for index in at.boundary:
                event = program.nodes[index].event
                if isinstance(event, ErrorDefinition):
                    caught.add(event.code)
            at = program.nodes[at.scope] if at.scope >= 0 else None
        missing = set(CONTRACTS[str(node.work.type)].faults) - caught

        assert not missing, (node.id, missing)


def test_every_letter_is_a_known_template():
    of_jobs = [("template", mapping) for node in JOBS.values() for mapping in node.inputs]
    of_calls = [("unreachedLetter", mapping) for node in nodes() for mapping in node.inputs]
    templates = {
        mapping.source.text
        for name, mapping in (*of_jobs, *of_calls)
        if mapping.target == (name,) and isinstance(mapping.source, Expression)
    }
    notices = get_args(NoticeTemplate)
    known = {f'"{template}"' for template in (*LETTER_FACTS, *notices)} | {
        "template",
        "unreachedLetter",
    }

    assert {text.removeprefix("=").strip() for text in templates} <= known


def test_every_status_is_one_of_the_case_s_statuses():
    statuses = {
        node.properties["caseStatus"] for node in nodes() if "caseStatus" in node.properties
    }

    assert statuses <= set(CASE_STATUSES)


def test_called_processes_stand_inside_the_case_that_calls_them():
    calls = [node for node in nodes() if isinstance(node.work, Call)]

    assert calls
    for node in calls:
        assert isinstance(node.work, Call)
        assert node.work.inline
        assert node.work.binding == "deployment"
        assert not node.work.propagate_all_parent_variables
        assert node.outputs


def test_a_called_process_gets_all_that_it_reads_from_outside():
    for call in (node for node in nodes() if isinstance(node.work, Call)):
        assert isinstance(call.work, Call)
        called = compilation().programs[str(call.work.process_id)]
        given = {mapping.target[0] for mapping in call.inputs}
        told = set(re.findall(r"\w+", _documentation(called.process_id, "In: ")))

        assert given == told, (call.id, given ^ told)


def _documentation(process: str, part: str) -> str:
    tree = parse_xml((PROCESSES / process / f"{process}.bpmn").read_bytes())
    text = tree.findtext(f"{BPMN}process/{BPMN}documentation") or ""
    return text.split(part, 1)[1].split(". ", 1)[0]


def test_every_user_task_says_who_may_act_and_how():
    people = [node for node in nodes() if isinstance(node.work, Human)]

    for node in people:
        assert isinstance(node.work, Human)
        assert node.work.candidate_groups
        assert node.work.headers["act"] in {"decision", "work"}
        assert {"shown", "excluded"} <= {mapping.target[0] for mapping in node.inputs}


def test_every_decision_is_shipped_with_a_version_tag():
    linked = {node.work.decision_id for node in nodes() if isinstance(node.work, Decision)}
    decisions = compilation().decisions.decisions

    assert linked == {
        "dt_p7_basis", "dt_p1_contact", "dt_doc", "dt_1_hard_stops", "dt_2_signals", "dt_3_class",
        "dt_4_measures", "dt_5_population",
        "dt_level", "dt_call_back", "dt_functional",
        "dt_consent", "dt_p3_admissible", "dt_p4_admissible",
        "dt_p2_admissible", "dt_p8_limit", "dt_p8_repayment", "dt_p5_nonforfeiture",
        "dt_p6_admissible", "dt_item", "dt_p9_payable", "dt_claim_impact",
    }  # fmt: skip
    assert {decisions[name].version_tag for name in linked} == {"1.0", "1.2"}


@pytest.mark.parametrize("process", DRAWN)
def test_everything_is_drawn_and_named_in_two_languages(process: str):
    tree = parse_xml((PROCESSES / process / f"{process}.bpmn").read_bytes())
    drawn = {shape.get("bpmnElement") for shape in tree.iter(f"{DI}BPMNShape", f"{DI}BPMNEdge")}
    elements = [
        element
        for element in tree.iter()
        if re.fullmatch(rf"{re.escape(BPMN)}.*{DRAWABLE}", str(element.tag))
    ]

    assert {element.get("id") for element in elements} <= drawn
    for element in elements:
        name = element.get("name")
        assert not name or re.search(r"[一-鿿]|K-DO", name), name
