"""S25: signals by name, at every position; thrown they are a command, arriving an occurrence."""

from tests.builders.events import signal
from tests.builders.process import a_flow, a_process, timer
from tests.playing import Playing, compiled, play
from workflows.bpmn.interpreter.commands import BroadcastSignal, ListenForSignal, StopListening


def test_a_catch_event_waits_for_its_signal():
    run = play(a_process().start().catch("wait", signal("S")).end())

    assert run.issued(ListenForSignal)[0].signal == "S"
    run.signal("S", n=1).assert_over()
    assert run.variables == {"n": 1}


def test_another_signal_is_none_of_its_business():
    run = play(a_process().start().catch("wait", signal("S")).end()).signal("T")

    assert run.waiting == ["wait"]


def test_the_name_is_evaluated_when_the_subscription_opens():
    run = play(a_process().start().catch("wait", signal('="to-" + who')).end(), who="me")

    run.signal("to-me").assert_over()


def test_a_name_that_is_no_text_is_an_incident():
    run = play(a_process().start().catch("wait", signal("=who")).end())

    assert run.codes == ["signal-name-invalid"]
    run.resolve(who="S").signal("S").assert_over()


def test_a_throw_is_a_command_and_goes_on_when_it_is_answered():
    run = play(a_process().start().throw("up", signal("S"), inputs={"n": "=1"}).end())

    (told,) = run.issued(BroadcastSignal)
    assert (told.signal, told.variables) == ("S", {"n": 1})
    run.complete("up").assert_over()


def test_an_end_event_broadcasts_too():
    run = play(a_process().start().end("up", signal("S")))

    assert [one.signal for one in run.issued(BroadcastSignal)] == ["S"]
    run.complete("up").assert_over()


def test_a_broadcast_that_failed_is_an_incident_and_issued_again():
    run = play(a_process().start().throw("up", signal("S")).end()).fail("up")

    run.resolve("up")

    assert len(run.issued(BroadcastSignal)) == 2
    run.complete("up").assert_over()


def with_boundary(*, interrupting):
    model = a_process().start().service("work").end()
    model = model.boundary("work", "edge", signal("S"), interrupting=interrupting)
    return model.service("handle").end("handled")


def test_an_interrupting_boundary_ends_its_host():
    run = play(with_boundary(interrupting=True)).signal("S")

    assert run.waiting == ["handle"]
    assert len(run.issued(StopListening)) == 1


def test_a_non_interrupting_boundary_hears_every_signal():
    run = play(with_boundary(interrupting=False)).signal("S").signal("S")

    assert run.entered["handle"] == 2
    assert run.waiting == ["edge", "handle", "handle", "work"]


def test_event_sub_processes_hear_it_interrupting_and_not():
    soft = a_flow().start("ss", signal("ping"), interrupting=False).service("sh").end("se")
    hard = a_flow().start("hs", signal("stop")).service("hh").end("he")
    model = a_process().start().service("work").end()
    model = model.event_sub_process("soft", soft).event_sub_process("hard", hard)

    run = play(model).signal("ping").signal("ping").signal("stop")

    assert run.entered["sh"] == 2
    assert run.waiting == ["hh"]
    run.complete("hh").assert_over()


def test_one_signal_reaches_everything_that_listens_in_an_instance():
    model = a_process().start().parallel("fork")
    for name in "abc":
        model = model.at("fork").catch(name, signal("S")).end(f"{name}_end")

    run = play(model).signal("S").assert_over()

    assert {"a_end", "b_end", "c_end"} <= set(run.completed)


def test_behind_an_event_based_gateway_it_races_with_others():
    model = a_process().start().event_based("race").catch("s", signal("S")).end("by_signal")
    model = model.at("race").catch("t", timer(duration="PT1H")).end("by_timer")

    run = play(model).signal("S", n=1).assert_over()

    assert "by_signal" in run.completed
    assert run.variables == {"n": 1}


def test_a_process_starts_by_its_signal():
    run = Playing(compiled(a_process().start("by_signal", signal("S")).service("work").end()))

    run.start("by_signal", n=1)

    assert run.waiting == ["work"]
    assert run.variables == {"n": 1}
