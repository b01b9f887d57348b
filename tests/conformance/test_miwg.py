"""The reference models of the model interchange group: read, blaming nothing."""

import os
from pathlib import Path

import pytest

from workflows.bpmn.model import SubProcess
from workflows.bpmn.reader import read_definitions

_PROJECT = Path(__file__).resolve().parents[2]
_DATA = Path(os.environ.get("BAOQUAN_CONFORMANCE", _PROJECT.parent / "shared" / "conformance"))
MODELS = sorted((_DATA / "miwg").glob("*.bpmn"))

pytestmark = pytest.mark.skipif(
    not MODELS,
    reason="The reference models are not here; set BAOQUAN_CONFORMANCE to the folder with them.",
)


def test_the_suite_is_whole():
    assert len(MODELS) == 21


@pytest.mark.parametrize("path", MODELS, ids=lambda path: path.stem)
def test_a_reference_model_is_read_without_blame(path):
    reading = read_definitions(path.read_bytes(), file=path.name)

    assert reading.diagnostics == ()
    assert reading.definitions is not None


@pytest.mark.parametrize("path", MODELS, ids=lambda path: path.stem)
def test_every_flow_node_and_flow_of_a_reference_model_is_in_the_model(path):
    definitions = read_definitions(path.read_bytes()).definitions
    assert definitions is not None

    read = {one for process in definitions.processes for one in _ids(process.content)}

    kinds = ("Task", "task", "Gateway", "Event", "ubProcess", "callActivity", "sequenceFlow")
    drawn = {identity for identity, tag, _ in definitions.ids if tag.endswith(kinds)}
    assert read == drawn - {one for one in drawn if definitions.roots.get(one) is not None}


def _ids(content):
    for node in content.nodes:
        yield node.id
        if isinstance(node, SubProcess):
            yield from _ids(node.content)
    for flow in content.flows:
        yield flow.id
