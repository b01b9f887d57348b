"""The shipped models and the contracts they call speak of the same things."""

from dataclasses import dataclass
from pathlib import Path

import pytest
from lxml import etree

from workflows.contracts.catalogue import CONTRACTS
from workflows.contracts.follow_up import LETTER_FACTS

PROCESSES = Path(__file__).parents[2] / "workflows" / "processes"
BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
ZEEBE = "{http://camunda.org/schema/zeebe/1.0}"


@dataclass(frozen=True, slots=True)
class Task:
    where: str
    type: str
    inputs: dict[str, str]


def tasks() -> list[Task]:
    return [
        _task(f"{path.stem}:{element.get('id')}", element)
        for path in sorted(PROCESSES.rglob("*.bpmn"))
        for element in etree.parse(path).iter(f"{BPMN}serviceTask", f"{BPMN}sendTask")
    ]


def _task(where: str, element: etree._Element) -> Task:
    kinds = [each.get("type") or "" for each in element.iter(f"{ZEEBE}taskDefinition")]
    inputs = {
        each.get("target") or "": each.get("source") or "" for each in element.iter(f"{ZEEBE}input")
    }
    return Task(where, kinds[0] if kinds else "", inputs)


TASK = pytest.mark.parametrize("task", tasks(), ids=lambda task: task.where)


@TASK
def test_somebody_serves_every_service_task(task: Task):
    assert task.type in CONTRACTS


@TASK
def test_a_service_task_gives_what_its_contract_requires(task: Task):
    fields = CONTRACTS[task.type].request.model_fields.values()
    required = {field.alias or "" for field in fields if field.is_required()}

    # A task without input mappings gives every visible variable.
    assert not task.inputs or required <= task.inputs.keys()


@TASK
def test_a_letter_names_a_template_there_is(task: Task):
    template = task.inputs.get("template", "").removeprefix("=")

    if task.type == "follow_up.letter" and template.startswith('"'):
        assert template.strip('"') in LETTER_FACTS
