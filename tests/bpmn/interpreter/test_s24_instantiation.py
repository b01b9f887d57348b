"""S24: receive tasks and event-based gateways that begin a process (10.3.3, 10.6.6, 13.2)."""

import pytest

from tests.builders.events import signal
from tests.builders.process import a_process, message
from tests.play.playground import elements, ok, played, standing
from tests.playing import Playing, compiled


def receiving():
    model = a_process().receive("ask", message("m", "=k"), instantiate=True)
    return model.service("work").end()


def racing(kind="Exclusive"):
    model = a_process().node(
        "eventBasedGateway", "first", {"instantiate": True, "eventGatewayType": kind}
    )
    model = model.catch("a", message("a", "=k")).service("after_a").end("a_end")
    return model.at("first").catch("b", message("b", "=k")).service("after_b").end("b_end")


def test_a_receive_task_begins_the_process_like_a_message_start():
    run = Playing(compiled(receiving())).start("ask", k="1", n=1)

    assert run.waiting == ["work"]
    assert run.variables == {"k": "1", "n": 1}
    run.complete("work").assert_over()


@pytest.mark.parametrize("event", ["a", "b"])
def test_the_first_event_of_an_exclusive_gateway_begins_it_and_the_others_are_closed(event):
    run = Playing(compiled(racing())).start(event, k="1")

    assert run.waiting == [f"after_{event}"]
    run.complete(f"after_{event}").assert_over()


def test_behind_a_parallel_gateway_the_others_are_awaited_in_the_same_instance():
    run = Playing(compiled(racing("Parallel"))).start("b", k="7")

    assert run.waiting == ["a", "after_b"]
    assert run.waits("message")[0].correlation_key == "7"
    run.complete("after_b")
    assert run.outcome == ""
    run.message("a").complete("after_a").assert_over()


def test_in_a_world_of_many_a_message_begins_one_and_its_partner_joins_it():
    steps = [
        {"publish": "a", "key": "1", "variables": {"k": "1"}},
        {"publish": "b", "key": "1", "variables": {"k": "1"}},
    ]

    result = ok(played(racing("Parallel"), steps=steps, workers={"*": {"complete": {}}}))

    assert standing(result) == [("process", "completed")]
    assert {"a_end", "b_end"} <= set(elements(result))


def test_a_signal_begins_one_too():
    model = a_process().node("eventBasedGateway", "first", {"instantiate": True})
    model = model.catch("s", signal("S")).end("s_end")
    model = model.at("first").catch("m", message("m", "=k")).end("m_end")

    result = ok(played(model, steps=[{"broadcast": "S"}]))

    assert standing(result) == [("process", "completed")]


def test_several_start_events_are_told_apart():
    model = a_process().start("plain").service("work").end()
    model = model.start("asked", message("m")).connect("work").start("other").connect("work")
    program = compiled(model)

    for start in ("plain", "asked", "other"):
        assert Playing(program).start(start).waiting == ["work"]
    assert Playing(program).start().completed == ["plain"]
