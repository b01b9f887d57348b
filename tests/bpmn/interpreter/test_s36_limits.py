"""S36: 1,000 activations per turn, then yield; 10,000 without a wait → incident."""

from tests.builders.process import a_process, multi_instance
from tests.playing import START, compiled, play
from workflows.bpmn.interpreter import dump, load, new_state, step
from workflows.bpmn.interpreter.behaviours import loops
from workflows.bpmn.interpreter.commands import Yield
from workflows.bpmn.interpreter.occurrences import Cancelled, Resumed, Started


def an_endless_loop():
    return (
        a_process().start().exclusive("merge").script("s", "=n + 1", "n")
        .exclusive("back").flow("=n < limit").connect("merge").at("back").flow(default=True).end()
    )  # fmt: skip


def test_a_long_turn_yields_and_goes_on_when_resumed():
    program = compiled(an_endless_loop())
    state = new_state()
    from workflows.feel.wire import from_plain

    given = {"n": from_plain(0), "limit": from_plain(1_000)}
    turnout = step(program, state, Started(at=START, variables=given))
    turns = 1
    while any(isinstance(command, Yield) for command in turnout.commands):
        state = load(dump(state))
        turnout = step(program, state, Resumed(at=START))
        turns += 1

    assert state.outcome == "completed"
    assert turns == 4


def test_a_loop_without_a_wait_becomes_an_incident():
    run = play(an_endless_loop(), n=0, limit=1_000_000)

    assert run.codes == ["step-budget-spent"]
    assert run.outcome == ""


def test_resolving_lets_it_run_on():
    run = play(an_endless_loop(), n=0, limit=4_000)
    assert run.codes == ["step-budget-spent"]

    run.resolve().assert_over()


def test_a_yielding_instance_can_be_cancelled():
    program = compiled(an_endless_loop())
    state = new_state()
    from workflows.feel.wire import from_plain

    given = {"n": from_plain(0), "limit": from_plain(1_000_000)}
    step(program, state, Started(at=START, variables=given))

    step(program, state, Cancelled(at=START))

    assert state.outcome == "terminated"
    assert not state.instances


def test_a_resume_that_nobody_needs_changes_nothing():
    run = play(a_process().start().service("t").end())
    before = dump(run.state)

    run.happen(Resumed(at=run.now))

    assert dump(run.state) == before


def test_a_turn_of_costly_expressions_yields_long_before_it_has_activated_much():
    costly = a_process().start()
    for number in range(8):
        costly = costly.script(f"s{number}", "=every i in 1..2, j in 1..9999 satisfies i > 0", "n")
    program, state = compiled(costly.end()), new_state()

    turnout = step(program, state, Started(at=START, variables={}))

    assert any(isinstance(command, Yield) for command in turnout.commands)
    assert sum(trace.event == "completed" for trace in turnout.trail) < 6


def test_more_instances_than_fit_are_an_incident_and_start_when_there_is_room(monkeypatch):
    monkeypatch.setattr(loops, "LIVE_INSTANCES", 150)
    run = play(
        a_process().start().service("many", loop=multi_instance("=items", element="item")).end(),
        items=list(range(200)),
    )
    assert run.codes == ["too-many-instances"]

    monkeypatch.setattr(loops, "LIVE_INSTANCES", 1_000)
    run.resolve()

    assert len(run.instances("many")) == 201
