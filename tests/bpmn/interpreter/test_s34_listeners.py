"""S34: execution listeners block, in document order, before the work and before the end."""

import pytest

from tests.builders.process import a_flow, a_process, error, multi_instance
from tests.playing import play
from workflows.bpmn.interpreter.commands import RunTask


def listening(*told):
    lines = "".join(
        f'<zeebe:executionListener eventType="{event}" type="{type_}" />' for event, type_ in told
    )
    return f"<zeebe:executionListeners>{lines}</zeebe:executionListeners>"


def asked(run):
    return [one.type for one in run.issued(RunTask)]


JOB = '<zeebe:taskDefinition type="work" />'
ALL = listening(("start", "s1"), ("end", "e1"), ("start", "s2"))


def a_task(extension=ALL, **more):
    return a_process().start().node("serviceTask", "work", extension=JOB + extension, **more)


def test_start_listeners_go_before_the_work_and_end_listeners_before_the_end():
    run = play(a_task().end())

    for element in ("work/start1", "work/start3", "work", "work/end2"):
        assert run.waiting == [element]
        run.complete(element)

    assert asked(run.assert_over()) == ["s1", "s2", "work", "e1"]


def test_they_run_after_the_input_mappings_and_before_subscriptions():
    model = a_task(inputs={"x": "=1"}).end().boundary("work", "edge", error("E")).end("caught")
    run = play(model)

    assert run.issued(RunTask)[0].variables == {"x": 1}
    assert run.instance("work").phase == "activating"


def test_what_a_listener_answers_is_seen_by_the_work():
    run = play(a_task(inputs={"x": "=1"}).end()).complete("work/start1", x=2)
    run.complete("work/start3")

    assert run.issued(RunTask)[-1].variables == {"x": 2}


def test_a_failing_listener_is_an_incident_at_it():
    run = play(a_task().end()).fail("work/start1")

    assert run.codes == ["job-failed"]
    run.resolve("work/start1").complete("work/start1")
    assert run.waiting == ["work/start3"]


def test_work_that_sticks_does_not_run_its_start_listeners_again():
    extension = '<zeebe:taskDefinition type="=kind" />' + listening(("start", "s1"))
    model = a_process().start().node("serviceTask", "work", extension=extension).end()
    run = play(model).complete("work/start1")

    assert run.codes == ["job-type-invalid"]
    run.resolve("work", kind="k")
    assert asked(run) == ["s1", "k"]


@pytest.mark.parametrize("kind", ["exclusiveGateway", "parallelGateway", "inclusiveGateway"])
def test_gateways_have_listeners(kind):
    model = a_process().start().node(kind, "g", extension=listening(("start", "s")))
    run = play(model.end()).complete("g/start1")

    run.assert_over()


def test_events_sub_processes_and_the_process_have_them():
    inner = a_flow().start("in", extension=listening(("end", "b"))).end("out")
    model = a_process(extension=listening(("start", "a"), ("end", "d"))).start()
    model = model.sub_process("sub", inner, extension=listening(("end", "c"))).end()
    run = play(model)
    for element in ("process/start1", "in/end1", "sub/end1", "process/end2"):
        run.complete(element)

    assert asked(run.assert_over()) == ["a", "b", "c", "d"]


def test_each_instance_of_a_loop_has_its_own():
    loop = multi_instance(cardinality="2", sequential=True)
    run = play(a_task(listening(("start", "s")), loop=loop).end())
    for _ in range(2):
        run.complete("work/start1").complete("work")

    run.assert_over()


def test_an_interruption_withdraws_a_listener():
    inner = a_flow().start("in").parallel("f").service("other").end("o").at("f")
    inner = inner.node("task", "work", extension=listening(("start", "s"))).end("w")
    model = a_process().start().sub_process("sub", inner).end()
    model = model.boundary("sub", "edge", error("E")).end("caught")

    run = play(model).throw("other", "E").assert_over()

    assert "work/start1" in run.events("terminated")


# --- beforeAll and cancel ----------------------------------------------------------------------


def test_before_all_runs_once_before_the_first_instance_and_may_bring_the_collection():
    before = JOB + listening(("beforeAll", "b"), ("beforeAll", "c"), ("start", "s"))
    loop = multi_instance("=items", element="one")
    model = a_process().start().node("serviceTask", "work", extension=before, loop=loop).end()
    run = play(model)

    assert run.waiting == ["work/beforeAll1"]
    run.complete("work/beforeAll1").complete("work/beforeAll2", items=[1, 2])

    assert run.waiting == ["work/start3", "work/start3"]
    run.complete("work/start3").complete("work/start3").complete("work").complete("work")
    assert asked(run.assert_over()) == ["b", "c", "s", "s", "work", "work"]


def test_a_process_that_is_cancelled_waits_for_those_who_listen_to_it():
    model = a_process().start().service("t").end().xml().decode()
    told = f"<bpmn:extensionElements>{listening(('cancel', 'a'), ('cancel', 'b'))}"
    model = model.replace('<bpmn:startEvent id="start"', f"{told}</bpmn:extensionElements>@", 1)
    model = model.replace("@", '<bpmn:startEvent id="start"')
    run = play(model).cancel()

    assert run.waiting == ["process/cancel1"]
    run.complete("process/cancel1").complete("process/cancel2").assert_over("terminated")
    play(model).complete("t").assert_over()
