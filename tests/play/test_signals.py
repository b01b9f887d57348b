"""S25 in a world of many instances: who hears a broadcast, in which order, what it starts."""

from tests.builders.events import escalation, signal
from tests.builders.process import a_flow, a_process
from tests.play.playground import elements, ok, played, standing


def listener(process="p"):
    return a_process(process).start().catch("wait", signal("S")).end()


def test_a_broadcast_reaches_every_instance_that_listens():
    steps = [{"start": "p"}, {"start": "q"}, {"start": "p"}, {"broadcast": "S"}]

    result = ok(played(listener(), listener("q"), steps=steps))

    assert [state for _, state in standing(result)] == ["completed"] * 3
    heard = [one["instance"] for one in result["trace"] if one["event"] == "completing"]
    assert list(dict.fromkeys(heard[3:])) == [1, 2, 3]


def test_a_signal_is_not_kept():
    steps = [{"start": "p"}, {"broadcast": "S"}, {"start": "p"}]

    assert standing(ok(played(listener(), steps=steps)))[1] == ("p", "active")


def test_a_broadcast_begins_one_new_instance_of_each_process_with_such_a_start():
    model = a_process("p").start("by", signal("S")).end("a").start("again", signal("S")).end("b")

    result = ok(played(model, steps=[{"broadcast": "S", "variables": {"n": 1}}]))

    assert standing(result) == [("p", "completed")]
    assert result["instances"][0]["variables"] == {"n": 1}


def test_what_one_process_throws_another_catches():
    thrower = a_process("t").start().throw("up", signal("S"), inputs={"n": "=1"}).end()

    result = ok(played(listener(), thrower, steps=[{"start": "p"}, {"start": "t"}]))

    assert standing(result) == [("p", "completed"), ("t", "completed")]
    assert result["instances"][0]["variables"] == {"n": 1}


def test_the_thrower_hears_itself_before_it_goes_on():
    handler = a_flow().start("es", signal("S")).end("heard")
    model = a_process("p").start().throw("up", signal("S")).end("over")

    result = ok(played(model.event_sub_process("esp", handler), steps=[{"start": "p"}]))

    assert "heard" in elements(result)
    assert "over" not in elements(result)


def test_a_broadcast_nobody_hears_is_an_error_of_the_scenario():
    result = played(listener(), steps=[{"broadcast": "S"}])

    assert result["error"] == {"step": 0, "message": "Nobody waits for signal 'S'."}


def test_waiting_names_the_signal():
    result = ok(played(listener(), steps=[{"start": "p"}, {"snapshot": True}]))

    assert result["waiting"] == [{"instance": 1, "element": "wait", "for": "signal", "name": "S"}]


def caller(*, interrupting):
    model = a_process("p").start().call("call", "q").end("over")
    model = model.boundary("call", "edge", escalation("E"), interrupting=interrupting)
    return model.end("told")


def child():
    return a_process("q").start().throw("up", escalation("E")).service("after").end("done")


def test_an_escalation_of_a_called_process_reaches_its_caller_and_it_goes_on():
    steps = [{"start": "p"}, {"complete": "after"}]

    result = ok(played(caller(interrupting=False), child(), steps=steps))

    assert standing(result) == [("p", "completed"), ("q", "completed")]
    assert "told" in elements(result)


def test_a_caller_that_interrupts_ends_the_called_process_at_the_throw():
    result = ok(played(caller(interrupting=True), child(), steps=[{"start": "p"}]))

    assert standing(result) == [("p", "completed"), ("q", "terminated")]
    assert "after" not in elements(result, "activating")


def test_a_worker_may_escalate():
    model = a_process("p").start().service("work").end()
    model = model.boundary("work", "edge", escalation("E"), interrupting=False).end("told")
    steps = [
        {"start": "p"},
        {"throwEscalation": "work", "escalationCode": "E"},
        {"complete": "work"},
    ]

    result = ok(played(model, steps=steps))

    assert standing(result) == [("p", "completed")]
    assert "told" in elements(result)
