"""S29: the ad-hoc sub-process runs its activities in any order (10.3.5, 13.3.5)."""

from tests.builders.events import condition, undone_by
from tests.builders.process import a_flow, a_process, attributes, error
from tests.playing import play


def ad_hoc(inner, *, given=None, zeebe=None, until=None, after="over"):
    condition = f"<bpmn:completionCondition>{until}</bpmn:completionCondition>" if until else ""
    extension = f"<zeebe:adHoc{attributes(zeebe)} />" if zeebe is not None else ""
    model = a_process().start()
    model.roots.update(inner.roots)
    inside = inner.content() + condition
    model = model.node("adHocSubProcess", "adhoc", given, inside=inside, extension=extension)
    return model.end(after)


def activities(*names):
    flow = a_flow()
    for name in names:
        flow.cursor = None
        flow.service(name)
    return flow


def test_in_plain_bpmn_what_needs_no_person_starts_once_on_entry():
    run = play(ad_hoc(activities("a", "b")))

    assert run.waiting == ["a", "b"]
    run.complete("b").complete("a").assert_over()


def test_inner_flows_are_followed():
    inner = activities("a").at("a").service("then")

    run = play(ad_hoc(inner)).complete("a")

    assert run.waiting == ["then"]
    run.complete("then").assert_over()


def test_what_needs_a_person_is_offered_and_can_be_begun():
    inner = activities("a")
    inner.cursor = None
    inner.user("talk")
    run = play(ad_hoc(inner, until="=enough")).complete("a", enough=False)

    assert run.waiting == []
    assert run.outcome == ""
    run.modify(activate=("talk",)).complete("talk", enough=True).assert_over()


def test_in_a_model_of_camunda_8_nothing_starts_by_itself():
    run = play(ad_hoc(activities("a"), zeebe={}, until="=true"))

    assert run.waiting == []
    run.modify(activate=("a",)).complete("a").assert_over()


def test_the_elements_named_are_activated():
    model = ad_hoc(activities("a", "b", "c"), zeebe={"activeElementsCollection": "=wanted"})

    run = play(model, wanted=["c", "a"])

    assert run.waiting == ["a", "c"]
    run.complete("a").complete("c").assert_over()


def test_with_nothing_named_it_completes_at_once():
    model = ad_hoc(activities("a"), zeebe={"activeElementsCollection": "=wanted"})

    play(model, wanted=[]).assert_over()


def test_an_element_that_does_not_exist_is_an_incident():
    model = ad_hoc(activities("a"), zeebe={"activeElementsCollection": "=wanted"})
    run = play(model, wanted=["x"])

    assert run.codes == ["active-elements-invalid"]
    run.resolve(wanted=["a"]).complete("a").assert_over()


def test_a_sequential_one_runs_one_at_a_time():
    run = play(ad_hoc(activities("a", "b"), given={"ordering": "Sequential"}))

    assert run.waiting == ["a"]
    run.complete("a")
    assert run.waiting == ["b"]
    run.complete("b").assert_over()


def test_what_is_begun_in_a_sequential_one_queues():
    inner = activities("a", "b")
    run = play(ad_hoc(inner, given={"ordering": "Sequential"})).modify(activate=("a",))

    assert run.waiting == ["a"]
    run.complete("a").complete("b").complete("a").assert_over()


def test_a_condition_that_is_true_ends_the_rest():
    run = play(ad_hoc(activities("a", "b"), until="=enough")).complete("a", enough=True)

    assert "b" in run.assert_over().events("terminated")


def test_it_may_wait_for_the_rest_instead():
    given = {"cancelRemainingInstances": False}
    run = play(ad_hoc(activities("a", "b"), given=given, until="=enough"))

    run.complete("a", enough=True)
    assert run.waiting == ["b"]
    run.complete("b", enough=False).assert_over()


def test_a_condition_that_is_false_goes_on():
    run = play(ad_hoc(activities("a", "b"), until="=enough")).complete("a", enough=False)

    assert run.waiting == ["b"]
    run.complete("b", enough=True).assert_over()


def test_a_condition_that_is_not_boolean_is_an_incident_at_the_inner_activity():
    run = play(ad_hoc(activities("a"), until="=enough")).complete("a")

    assert run.codes == ["condition-not-boolean"]
    run.resolve(enough=True).assert_over()


def test_with_nothing_left_and_a_condition_that_is_false_it_does_not_hang_in_silence():
    run = play(ad_hoc(activities("a"), until="=enough")).complete("a", enough=False)

    assert run.codes == ["nothing-to-begin"]
    run.resolve("adhoc", enough=True).assert_over()


def test_outputs_are_gathered_in_the_order_of_completion():
    zeebe = {
        "activeElementsCollection": '=["a", "b"]',
        "outputCollection": "all",
        "outputElement": "=r",
    }
    run = play(ad_hoc(activities("a", "b"), zeebe=zeebe))

    run.complete("b", r=2).complete("a", r=1).assert_over()
    assert run.variables["all"] == [2, 1]


def test_boundary_events_catch_what_happens_inside():
    model = ad_hoc(activities("a", "b")).boundary("adhoc", "edge", error("E")).end("caught")

    assert "caught" in play(model).throw("a", "E").assert_over().completed


def test_an_event_sub_process_may_interrupt_it():
    handler = a_flow().start("es", error("E")).service("handle").end("he")
    inner = activities("a", "b").event_sub_process("esp", handler)

    run = play(ad_hoc(inner)).throw("a", "E")

    assert run.waiting == ["handle"]
    run.complete("handle").assert_over()


def interruptible(**more):
    inner = activities("a", "b").event_sub_process(
        "takeover", a_flow().start("now", condition("=enough")).service("instead").end("done")
    )
    return ad_hoc(inner, **more)


def test_once_interrupted_it_begins_no_more_of_what_is_queued():
    run = play(interruptible(given={"ordering": "Sequential"}), enough=False)
    run.set(enough=True)

    assert run.waiting == ["instead"]
    run.complete("instead").assert_over()


def test_once_interrupted_it_completes_whatever_its_condition_says():
    run = play(interruptible(until="=false"), enough=False).set(enough=True)

    run.complete("instead").assert_over()


def test_an_interruption_overtakes_that_there_was_nothing_to_begin():
    run = play(interruptible(until="=false"), enough=False).complete("a").complete("b")
    assert run.codes == ["nothing-to-begin"]

    run.set(enough=True)

    assert run.codes == []
    run.complete("instead").assert_over()


def test_what_was_gathered_before_an_interruption_is_brought_out():
    zeebe = {
        "activeElementsCollection": '=["a", "b"]',
        "outputCollection": "all",
        "outputElement": "=n",
    }
    run = play(interruptible(zeebe=zeebe), enough=False, n=0).complete("a", n=1).snapshot()
    run.set(enough=True).snapshot().complete("instead").assert_over()

    assert run.variables["all"] == [1]


def test_an_empty_one_completes():
    play(ad_hoc(a_flow())).assert_over()


def test_a_handler_inside_does_not_start_by_itself():
    inner = activities("a")
    undone_by(inner, "a", "undo_a")

    assert play(ad_hoc(inner)).waiting == ["a"]
