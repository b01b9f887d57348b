"""What ends and what does not: cycles, waits, ways out."""

import pytest

from tests.builders.process import a_flow, a_process, link, message, timer
from workflows.bpmn.deployment import compile_bundle


def codes(*drawings):
    files = {f"{number}.bpmn": drawing.xml() for number, drawing in enumerate(drawings)}
    return {one.code for one in compile_bundle(files).diagnostics}


def looping(draw):
    """A process that goes round over what ``draw`` draws, with no way out."""
    return draw(a_process("p").start("s").task("head")).connect("head")


@pytest.mark.parametrize(
    "draw",
    [
        lambda p: p.task("x"),
        lambda p: p.script("x", "=1"),
        lambda p: p.manual("x"),
        lambda p: p.throw("x"),
        lambda p: p.sub_process("x", a_flow().start("is").script("i", "=1").end("ie")),
    ],
)
def test_a_cycle_of_passing_elements_is_endless(draw):
    assert "endless-cycle" in codes(looping(draw))


@pytest.mark.parametrize(
    "draw",
    [
        lambda p: p.service("x"),
        lambda p: p.user("x"),
        lambda p: p.receive("x", message("m", "=k")),
        lambda p: p.catch("x", timer(duration="PT1H")),
        lambda p: p.call("x", "q"),
        lambda p: p.sub_process("x", a_flow().start("is").service("i").end("ie")),
    ],
)
def test_a_cycle_with_a_wait_state_is_legal(draw):
    assert "endless-cycle" not in codes(looping(draw))


def test_a_loop_of_scripts_that_a_gateway_can_leave_is_legal():
    drawing = a_process("p").start("s").script("x", "=1").exclusive("g").flow("again").connect("x")

    assert codes(drawing.at("g").flow(default=True).end("e")) == set()


def test_a_gateway_that_only_chooses_ways_back_is_no_way_out():
    drawing = a_process("p").start("s").script("x", "=1").exclusive("g").flow("a").connect("x")

    assert "endless-cycle" in codes(drawing.at("g").flow(default=True).task("y").connect("x"))


def test_a_parallel_way_out_does_not_stop_the_round():
    drawing = a_process("p").start("s").script("x", "=1").parallel("g").connect("x")

    assert "endless-cycle" in codes(drawing.at("g").end("e"))


def test_a_conditional_flow_of_an_activity_is_a_way_out():
    drawing = a_process("p").start("s").script("x", "=1").flow("again").connect("x")

    assert "endless-cycle" not in codes(drawing.at("x").flow(default=True).end("e"))


def test_a_cycle_over_a_link_is_found():
    source = a_process("p").start("s").task("x").throw("lt", link("again"))
    source.cursor = None

    assert "endless-cycle" in codes(source.catch("lc", link("again")).connect("x"))


def test_a_balanced_parallel_block_is_sound():
    drawing = a_process("p").start("s").parallel("g").task("a").parallel("j").end("e")

    assert codes(drawing.at("g").task("b").connect("j")) == set()


def test_a_balanced_choice_is_sound():
    drawing = a_process("p").start("s").exclusive("g").flow("x").task("a").exclusive("j").end("e")

    assert codes(drawing.at("g").flow(default=True).task("b").connect("j")) == set()


def test_mutual_calls_without_a_way_out_are_endless():
    first = a_process("p").start("s").call("c", "q").end("e")
    second = a_process("q").start("qs").call("d", "p").end("qe")

    assert "call-endless" in codes(first, second)
