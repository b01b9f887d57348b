"""S7: one subscription per target; the first event is taken, the others close in the same step."""

from tests.builders.process import a_process, message, timer
from tests.playing import play
from workflows.bpmn.interpreter.commands import CancelTimer, Subscribe, Unsubscribe


def a_race():
    return (
        a_process()
        .start()
        .event_based("race")
        .catch("answer", message("answer", "=key"))
        .end("answered")
        .at("race")
        .catch("late", timer(duration="P1D"))
        .end("expired")
    )


def test_the_gateway_opens_one_subscription_for_each_target():
    run = play(a_race(), key="k")

    assert run.waiting == ["answer", "late"]
    assert run.issued(Subscribe)[0].correlation_key == "k"


def test_the_message_wins_with_its_variables():
    run = play(a_race(), key="k").message("answer", yes=True)

    assert "answered" in run.completed
    assert run.variables == {"key": "k", "yes": True}
    assert len(run.issued(CancelTimer)) == 1
    run.assert_over()


def test_the_timer_wins():
    run = play(a_race(), key="k").fire("late")

    assert "expired" in run.completed
    assert len(run.issued(Unsubscribe)) == 1
    run.assert_over()


def test_the_flow_of_the_event_that_came_is_taken():
    run = play(a_race(), key="k").fire("late")

    assert run.taken == ["start_to_race", "race_to_late", "late_to_expired"]


def test_receive_tasks_may_be_targets():
    model = (
        a_process()
        .start()
        .event_based("race")
        .receive("yes", message("yes", "=1"))
        .end("y")
        .at("race")
        .receive("no", message("no", "=1"))
        .end("n")
    )
    run = play(model)
    assert run.waiting == ["no", "yes"]

    run.message("no", reason="late")

    assert "n" in run.completed
    assert run.entered["yes"] == 0
    assert run.assert_over().variables == {"reason": "late"}


def test_a_key_that_is_null_is_an_incident_and_nothing_is_open():
    run = play(a_race(), key=None)

    assert run.codes == ["correlation-key-invalid"]
    assert run.waits() == []

    run.resolve(key=7)
    assert run.waiting == ["answer", "late"]


def test_a_late_second_event_changes_nothing():
    run = play(a_race(), key="k")
    wait = run.waits("timer")[0].wait
    run.message("answer")

    from workflows.bpmn.interpreter.occurrences import TimerFired

    run.happen(TimerFired(at=run.now, wait=wait))

    assert run.trail[-1].event == "late"
    assert "expired" not in run.completed
