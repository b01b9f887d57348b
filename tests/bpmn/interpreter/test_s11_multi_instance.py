"""S11: a body holds the instances; the collection is kept, outputs go by index."""

import pytest

from tests.builders.process import a_flow, a_process, error, message, multi_instance, timer
from tests.playing import play, unplain
from workflows.bpmn.interpreter.commands import CancelTask, RunTask


def a_loop(**more):
    given = {"collection": "=items", "element": "item", **more}
    return a_process().start().service("each", "j", loop=multi_instance(**given)).end()


COLLECT = {"output": "results", "output_element": "=r"}


def answer(run, *results):
    for key, result in zip(
        [one.key for one in run.instances("each") if one.work], results, strict=False
    ):
        from workflows.bpmn.interpreter.occurrences import TaskCompleted
        from workflows.feel.wire import from_plain

        run.happen(TaskCompleted(at=run.now, key=key, variables={"r": from_plain(result)}))
    return run


def test_parallel_instances_all_run_at_once():
    run = play(a_loop(), items=[1, 2, 3])

    assert len(run.issued(RunTask)) == 3


def test_sequential_instances_run_one_after_the_other():
    run = play(a_loop(sequential=True), items=["a", "b"])
    assert len(run.issued(RunTask)) == 1

    run.complete("each").complete("each").assert_over()

    assert [job.variables["item"] for job in run.issued(RunTask)] == ["a", "b"]


def test_each_instance_has_its_item_and_counts_from_one():
    run = play(a_loop(), items=["a", "b"])

    given = [unplain(job.variables) for job in run.issued(RunTask)]
    assert [(one["item"], one["loopCounter"]) for one in given] == [("a", 1), ("b", 2)]


def test_an_empty_collection_completes_with_an_empty_output():
    run = play(a_loop(**COLLECT), items=[])

    assert run.assert_over().variables["results"] == []


def test_outputs_are_ordered_by_input_whatever_completes_first():
    run = play(a_loop(**COLLECT), items=[1, 2, 3])
    keys = [one.key for one in run.instances("each") if one.work]

    from workflows.bpmn.interpreter.occurrences import TaskCompleted

    for key, result in zip(reversed(keys), ("c", "b", "a"), strict=True):
        run.happen(TaskCompleted(at=run.now, key=key, variables={"r": result}))

    assert run.assert_over().variables["results"] == ["a", "b", "c"]


def test_what_one_instance_answers_is_not_seen_by_another():
    run = play(a_loop(**COLLECT), items=[1, 2])

    answer(run, "mine")
    answer(run, None)

    assert run.assert_over().variables == {"items": [1, 2], "results": ["mine", None]}


def test_the_collection_is_read_once():
    run = play(a_loop(sequential=True), items=[1, 2])

    run.set(items=[9, 9, 9]).complete("each").complete("each").assert_over()


def test_the_output_goes_up_only_when_the_body_completes():
    run = play(a_loop(**COLLECT), items=[1, 2])

    answer(run, "x")

    assert "results" not in run.variables


def test_the_completion_condition_ends_the_rest():
    run = play(a_loop(until="=numberOfCompletedInstances >= 2", **COLLECT), items=[1, 2, 3, 4])

    answer(run, "a", "b")

    assert run.assert_over().variables["results"] == ["a", "b", None, None]
    assert len(run.issued(CancelTask)) == 2


def test_the_completion_condition_sees_all_four_counters_and_the_result():
    condition = (
        "=numberOfInstances = 3 and numberOfActiveInstances = 2"
        ' and numberOfCompletedInstances = 1 and numberOfTerminatedInstances = 0 and r = "stop"'
    )
    run = play(a_loop(until=condition, **COLLECT), items=[1, 2, 3])

    answer(run, "stop")

    run.assert_over()


def test_the_completion_condition_stops_a_sequential_loop():
    run = play(a_loop(sequential=True, until="=loopCounter = 2"), items=[1, 2, 3])

    run.complete("each").complete("each").assert_over()

    assert len(run.issued(RunTask)) == 2


@pytest.mark.parametrize("items", [None, 7, "text", {"a": 1}])
def test_a_collection_that_is_no_list_is_an_incident(items):
    run = play(a_loop(), items=items)

    assert run.codes == ["collection-not-list"]
    run.resolve(items=[1]).complete("each").assert_over()


def test_a_completion_condition_that_is_null_keeps_the_instance():
    run = play(a_loop(until="=r", **COLLECT), items=[1])

    answer(run, None)

    assert run.codes == ["condition-not-boolean"]


def test_cardinality():
    model = a_process().start().service("each", loop=multi_instance(cardinality="=n")).end()

    run = play(model, n=3)

    assert len(run.issued(RunTask)) == 3


@pytest.mark.parametrize("n", [-1, 1.5, "x", None])
def test_a_cardinality_that_is_no_whole_number_is_an_incident(n):
    model = a_process().start().service("each", loop=multi_instance(cardinality="=n")).end()

    assert play(model, n=n).codes == ["cardinality-invalid"]


def test_an_interrupting_boundary_event_ends_all_without_output():
    model = a_loop(**COLLECT).boundary("each", "late", timer(duration="PT1H")).end("expired")
    run = play(model, items=[1, 2])
    answer(run, "x")

    run.fire("late")

    assert "results" not in run.assert_over().variables
    assert "expired" in run.completed


def test_there_is_one_boundary_subscription_for_the_whole_loop():
    model = a_loop().boundary("each", "late", timer(duration="PT1H")).end("expired")

    run = play(model, items=[1, 2, 3])

    assert len(run.waits("timer")) == 1


def test_an_error_of_one_instance_is_caught_at_the_body():
    model = a_loop().boundary("each", "oops", error("E")).end("caught")
    run = play(model, items=[1, 2, 3])

    run.throw("each", "E").assert_over()

    assert run.entered["caught"] == 1


def test_a_sub_process_is_looped_with_its_own_variables():
    inner = (
        a_flow().start("in").script("calc", "=item * 2", "twice", outputs={"out": "=twice"})
        .end("out")
    )  # fmt: skip
    loop = multi_instance("=items", element="item", output="all", output_element="=out")
    model = a_process().start().sub_process("sub", inner, loop=loop).end()

    run = play(model, items=[1, 2, 3])

    assert run.assert_over().variables == {"items": [1, 2, 3], "all": [2, 4, 6]}


def test_mappings_run_in_each_instance():
    loop = multi_instance("=items", element="item", output="all", output_element="=y")
    model = (
        a_process()
        .start()
        .service("each", loop=loop, inputs={"x": "=item + 1"}, outputs={"y": "=x * 10"})
        .end()
    )
    run = play(model, items=[1, 2]).complete("each").complete("each")

    assert run.assert_over().variables["all"] == [20, 30]


def test_receive_tasks_each_have_their_key():
    loop = multi_instance("=items", element="item")
    model = a_process().start().receive("each", message("m", "=item"), loop=loop).end()
    run = play(model, items=["a", "b"])

    assert [wait.correlation_key for wait in run.waits("message")] == ["a", "b"]
    run.message("m").message("m").assert_over()


def test_an_incident_in_one_instance_leaves_the_others():
    run = play(a_loop(), items=[1, 2])

    run.fail("each").complete("each")

    assert run.codes == ["job-failed"]
    run.resolve().complete("each").assert_over()


def test_a_thousand_instances_complete_in_chunks():
    run = play(a_loop(), items=list(range(1_000)))

    assert len(run.issued(RunTask)) == 1_000
    assert len(run.state.agenda) == 0


def test_too_many_instances_are_an_incident():
    model = a_process().start().service("each", loop=multi_instance(cardinality="=n")).end()

    assert play(model, n=10_001).codes == ["collection-too-large"]


def test_terminating_the_activity_ends_the_body_and_all_its_instances():
    run = play(a_loop(), items=[1, 2, 3])

    run.modify(terminate=("each",)).assert_over("terminated")


def test_body_and_instances_are_both_traced():
    run = play(a_loop(), items=[1, 2])

    activated = [
        one.body for one in run.trail if one.element == "each" and one.event == "activated"
    ]

    assert activated == [True, False, False]
