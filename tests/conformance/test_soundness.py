"""What is told to be dead at deploy is entered by no run of the token simulator."""

import pytest
from lxml import etree

from tests.conformance.test_token_simulation import Drawing, cases, folder
from workflows.bpmn.deployment import compile_bundle

DEAD = ("node-unreachable", "join-deadlock", "catcher-unreachable", "loop-endless")


@pytest.mark.parametrize("name", cases() or [None])
def test_nothing_that_the_simulator_enters_is_told_to_be_dead(name):
    if name is None:
        pytest.skip("the conformance data is not here; set BAOQUAN_CONFORMANCE to its folder")
    case, place = cases()[name], folder()
    assert place is not None
    drawing = Drawing((place / "models" / case["model"]).read_bytes(), case)

    found = compile_bundle({"m.bpmn": etree.tostring(drawing.root)}).diagnostics

    dead = {one.element for one in found if one.code in DEAD}
    assert not dead & {element for one in case["expected"] for element in one["entered"]}
