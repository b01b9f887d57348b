"""Runs taken over to other models: each rule of migration on the smallest drawing that shows it."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from tests.builders.data import gives, specification, with_store
from tests.builders.events import signal
from tests.builders.process import ProcessBuilder, a_flow, a_process, message, timer
from tests.reference.engine import NOW, compiled
from workflows.bpmn.interpreter import State, new_state, step
from workflows.bpmn.interpreter.commands import Command, OpenHumanTask
from workflows.bpmn.interpreter.foresight import standing
from workflows.bpmn.interpreter.migration import (
    MigrationRefused,
    Plan,
    faults_of,
    migrate,
    propose,
)
from workflows.bpmn.interpreter.occurrences import (
    MessageArrived,
    Started,
    TaskCompleted,
    TimerFired,
)
from workflows.bpmn.program import Program

LATER = NOW + timedelta(hours=1)


def program(drawn: ProcessBuilder) -> Program:
    return compiled(drawn.xml())


def begun(program: Program, **variables: object) -> State:
    state = new_state()
    step(program, state, Started(at=NOW, variables=dict(variables)))  # type: ignore[arg-type]
    return state


def waits(program: Program, state: State) -> dict[str, int]:
    return {program.nodes[one.node].id: one.id for one in state.waits.values()}


def elements(program: Program, state: State) -> list[str]:
    return [one.element for one in standing(program, state).tokens]


def kinds(commands: list[Command]) -> list[str]:
    return [one.kind for one in commands]


def refused(old: Program, new: Program, state: State, plan: Plan) -> tuple[str, ...]:
    with pytest.raises(MigrationRefused) as refusal:
        migrate(old, new, state, plan, LATER)
    return refusal.value.faults


def timed(*, boundary: bool = True) -> ProcessBuilder:
    drawn = a_process("process").start("s").service("work", "w").end("e")
    return drawn.boundary("work", "late", timer(duration="PT2H")).end("x") if boundary else drawn


def test_a_timer_that_both_models_have_is_kept_and_one_that_is_gone_is_closed_and_comes_back():
    old, new = program(timed()), program(timed(boundary=False))
    state = begun(old)
    same = migrate(old, program(timed()), state, propose(old, old).plan, LATER)
    gone = migrate(old, new, state, propose(old, new).plan, LATER)
    back = migrate(new, old, gone.state, gone.back, LATER)

    assert same.commands == []
    assert kinds(gone.commands) == ["cancelTimer"]
    assert [one.due for one in back.state.waits.values()] == [NOW + timedelta(hours=2)]


def test_a_timer_is_worked_out_anew_where_that_is_wanted():
    old = program(timed())
    state = begun(old)
    plan = Plan(elements=propose(old, old).plan.elements, renew=("late",))

    done = migrate(old, old, state, plan, LATER)

    assert kinds(done.commands) == ["cancelTimer", "startTimer"]
    assert [one.due for one in done.state.waits.values()] == [LATER + timedelta(hours=2)]


def test_a_boundary_timer_goes_over_to_the_sub_process_that_is_new_around_its_element():
    inner = a_flow().start("in").service("work", "w").end("out")
    around = a_process("process").start("s").sub_process("sub", inner).end("e")
    around.boundary("sub", "late", timer(duration="PT2H")).end("x")
    old, new = program(timed()), program(around)
    state = begun(old)

    done = migrate(old, new, state, propose(old, new).plan, LATER)
    step(new, done.state, TimerFired(at=LATER, wait=waits(new, done.state)["late"]))

    assert done.commands == [], "neither begun nor lost"
    assert done.state.outcome == "completed"


def test_a_write_that_is_under_way_goes_over_with_its_element():
    inside = specification(outputs=["r"]) + gives("r", "S_ref")
    inner = a_flow().start("in").service("work", "w", inside=inside).end("out")
    drawn = with_store(a_process("process")).start("s").service("work", "w", inside=inside).end("e")
    around = with_store(a_process("process")).start("s").sub_process("sub", inner).end("e")
    old, new = program(drawn), program(around)
    state = begun(old)
    (task,) = (one.key for one in state.instances.values() if one.work)
    step(old, state, TaskCompleted(at=NOW, key=task, variables={"r": Decimal(1)}))

    done = migrate(old, new, state, propose(old, new).plan, LATER)
    (job,) = (one.key for one in done.state.instances.values() if one.work)
    step(new, done.state, TaskCompleted(at=LATER, key=job))

    assert done.commands == []
    assert done.state.outcome == "completed"


def test_a_scope_begins_around_tokens_once_with_its_input_mappings():
    def drawn(*, around: bool) -> ProcessBuilder:
        inner = a_flow().start("in").parallel("fork").service("a", "w").parallel("join")
        inner = inner.end("out").at("fork").service("b", "w").connect("join")
        if not around:
            whole = a_process("process").start("s").parallel("fork").service("a", "w")
            whole = whole.parallel("join").end("e").at("fork").service("b", "w")
            return whole.connect("join")
        whole = a_process("process").start("s")
        return whole.sub_process("sub", inner, inputs={"twice": "=n * 2"}).end("e")

    old, new = program(drawn(around=False)), program(drawn(around=True))
    state = begun(old, n=Decimal(4))
    first = next(one.key for one in state.instances.values() if old.nodes[one.node].id == "a")
    step(old, state, TaskCompleted(at=NOW, key=first))
    done = migrate(old, new, state, propose(old, new).plan, LATER)
    scopes = [one for one in done.state.instances.values() if new.nodes[one.node].id == "sub"]
    (second,) = [one.key for one in done.state.instances.values() if one.work]
    shown = elements(new, done.state)
    step(new, done.state, TaskCompleted(at=LATER, key=second))

    assert shown == ["process", "sub", "b", "join"]
    assert [one.locals for one in scopes] == [{"twice": Decimal(8)}]
    assert done.state.outcome == "completed"


def joined(*, kind: str, branches: int) -> ProcessBuilder:
    drawn = a_process("process").start("s").parallel("fork").service("w1", "w")
    drawn = (drawn.inclusive if kind == "inclusive" else drawn.parallel)("join").end("e")
    for number in range(2, branches + 1):
        drawn = drawn.at("fork").service(f"w{number}", "w").connect("join")
    return drawn


def test_a_join_that_loses_a_branch_fires_and_one_that_gains_one_behind_is_refused():
    two = program(joined(kind="parallel", branches=2))
    three = program(joined(kind="parallel", branches=3))
    state = begun(three)
    keys = {three.nodes[one.node].id: one.key for one in state.instances.values()}
    step(three, state, TaskCompleted(at=NOW, key=keys["w1"]))
    step(three, state, TaskCompleted(at=NOW, key=keys["w2"]))
    stays = refused(three, two, state, propose(three, two).plan)
    gained = refused(two, three, begun(two), propose(two, three).plan)

    assert stays == (f"'w3' is live (key {keys['w3']}) and has no target: map it.",)
    assert len(gained) == 1
    assert "The join 'join' would wait for ever for a token from 'w3'" in gained[0]


def test_a_parallel_join_becomes_an_inclusive_one_and_goes_on():
    old = program(joined(kind="parallel", branches=2))
    new = program(joined(kind="inclusive", branches=2))
    state = begun(old)
    first, second = (one.key for one in state.instances.values() if one.work)
    step(old, state, TaskCompleted(at=NOW, key=first))

    done = migrate(old, new, state, propose(old, new).plan, LATER)
    step(new, done.state, TaskCompleted(at=LATER, key=second))

    assert done.state.outcome == "completed"


def test_what_cannot_take_over_is_named_with_its_reason():
    one = program(a_process("process").start("s").service("a", "w").user("b").end("e"))

    faults = faults_of(one, one, Plan(elements={"a": "b", "ghost": "a", "b": None, "s": "nobody"}))

    assert faults == [
        "'b' cannot take over for 'a': one is a serviceTask (job), the other a userTask.",
        "There is no element 'ghost' in the old model.",
        "'b' is a userTask; only a plain sub-process can be dissolved.",
        "There is no element 'nobody' in the new model for 's'.",
    ]


def test_nothing_leaves_a_scope_that_stays():
    inner = a_flow().start("in").service("a", "w").service("b", "w").end("out")
    old = program(a_process("process").start("s").sub_process("sub", inner).end("e"))
    less = a_flow().start("in").service("b", "w").end("out")
    whole = a_process("process").start("s").service("a", "w").sub_process("sub", less).end("e")
    new = program(whole)
    state = begun(old)

    faults = refused(old, new, state, propose(old, new).plan)

    assert len(faults) == 1
    assert "'a' (key 5) lies outside 'sub' in the new model, which stays" in faults[0]


def test_a_dissolved_scope_hands_over_its_variables_unless_they_differ_outside():
    inner = a_flow().start("in").script("set", "=2", "x").service("a", "w").end("out")
    old = program(
        a_process("process").start("s").sub_process("sub", inner, inputs={"x": "=1"}).end("e")
    )
    new = program(a_process("process").start("s").service("a", "w").end("e"))
    state = begun(old)

    done = migrate(old, new, state, propose(old, new).plan, LATER)

    assert elements(new, done.state) == ["process", "a"]
    assert ("sub", "terminated") in [(one.element, one.event) for one in done.trail]


def test_an_event_based_gateway_listens_to_what_is_new_behind_it():
    def drawn(*, more: bool) -> ProcessBuilder:
        whole = a_process("process").start("s").event_based("gate")
        whole = whole.catch("m", message("m", '="k"')).end("e1")
        if more:
            whole = whole.at("gate").catch("t", timer(duration="PT5M")).end("e3")
        return whole.at("gate").catch("sig", signal("go")).end("e2")

    old, new = program(drawn(more=False)), program(drawn(more=True))
    state = begun(old)

    done = migrate(old, new, state, propose(old, new).plan, LATER)
    fewer = migrate(new, old, done.state, done.back, LATER)
    heard = waits(new, done.state)
    step(new, done.state, MessageArrived(at=LATER, wait=heard["m"], message_id="m-1"))

    assert kinds(done.commands) == ["startTimer"]
    assert kinds(fewer.commands) == ["cancelTimer"]
    assert done.state.outcome == "completed"


def test_an_open_task_that_is_drawn_otherwise_is_offered_again_and_no_other():
    def drawn(group: str) -> ProcessBuilder:
        return (
            a_process("process")
            .start("s")
            .user("check", assignment={"candidateGroups": group})
            .end("e")
        )

    old, new = program(drawn("L2")), program(drawn("L3"))
    state = begun(old)

    same = migrate(old, program(drawn("L2")), state, propose(old, old).plan, LATER)
    done = migrate(old, new, state, propose(old, new).plan, LATER)

    assert same.commands == []
    (offered,) = done.commands
    assert isinstance(offered, OpenHumanTask)
    assert (offered.again, offered.candidate_groups) == (True, ("L3",))


def test_a_beginning_that_fails_is_refused_and_nothing_has_changed():
    inner = a_flow().start("in").service("work", "w").end("out")
    around = a_process("process").start("s").sub_process("sub", inner).end("e")
    around.boundary("sub", "late", timer(duration="=nothing")).end("x")
    old, new = program(timed(boundary=False)), program(around)
    state = begun(old)
    before = elements(old, state)

    faults = refused(old, new, state, propose(old, new).plan)

    assert "The timer of 'late'" in faults[0]
    assert elements(old, state) == before


def test_elements_are_told_apart_by_name_work_and_neighbours():
    old = program(
        a_process("process").start("s").service("a", "w1", name="Look").service("b", "w2").end("e")
    )
    new = program(
        a_process("process").start("s").service("x", "w9", name="look").service("y", "w2").end("z")
    )

    found = propose(old, new)

    assert {(one.source, one.target, one.by) for one in found.matches} == {
        ("s", "s", "id"),
        ("a", "x", "name"),
        ("b", "y", "work"),
        ("e", "z", "neighbours"),
    }
    assert found.open == ()
    assert found.new == ()
