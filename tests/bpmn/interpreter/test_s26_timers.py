"""S26: timers in the interpreter; what a timer's text means is tested with ``timers``."""

from datetime import datetime, timedelta

import pytest

from tests.builders.process import a_process, timer
from tests.playing import START, play
from workflows.bpmn.interpreter.commands import StartTimer
from workflows.bpmn.interpreter.occurrences import TimerFired


def a_catch(**form):
    return a_process().start().catch("wait", timer(**form)).end()


def a_tick(**form):
    model = a_process().start().service("work").end()
    return model.boundary("work", "tick", timer(**form), interrupting=False).end("tock")


def due(run):
    return [one.due for one in run.issued(StartTimer)]


def test_a_duration_counts_from_the_occurrence():
    run = play(a_catch(duration="PT90M"))

    assert due(run) == [START + timedelta(minutes=90)]
    run.fire("wait").assert_over()


def test_a_date_is_absolute():
    run = play(a_catch(date="2026-03-01T08:00:00+08:00"))

    assert due(run) == [datetime.fromisoformat("2026-03-01T00:00:00+00:00")]


def test_a_date_in_the_past_is_due_at_once():
    run = play(a_catch(date="2020-01-01T00:00:00Z"))

    assert due(run)[0] < START
    run.fire("wait").assert_over()


def test_an_expression_may_give_a_duration():
    run = play(a_catch(duration='=duration("P" + string(days) + "D")'), days=3)

    assert due(run) == [START + timedelta(days=3)]


def test_an_expression_may_give_a_date_and_time():
    run = play(a_catch(date='=now() + duration("P1D")'))

    assert due(run) == [START + timedelta(days=1)]


@pytest.mark.parametrize("value", [None, "soon", 5, "-PT1H", True])
def test_a_timer_that_cannot_be_evaluated_is_an_incident(value):
    run = play(a_catch(duration="=value"), value=value)

    assert run.codes == ["timer-invalid"]
    run.resolve(value="PT1S").fire("wait").assert_over()


def test_a_cycle_is_counted_from_its_due_time():
    run = play(a_tick(cycle="R3/PT1H"))
    (first,) = run.waits("timer")
    run.now = START + timedelta(minutes=70)

    run.happen(TimerFired(at=run.now, wait=first.wait))

    assert due(run)[-1] == START + timedelta(hours=2)


def test_missed_occurrences_fire_once_and_the_series_goes_on():
    run = play(a_tick(cycle="R/PT1H"))
    (first,) = run.waits("timer")
    run.now = START + timedelta(hours=5, minutes=30)

    run.happen(TimerFired(at=run.now, wait=first.wait))

    assert run.entered["tock"] == 1
    assert due(run)[-1] == START + timedelta(hours=6)


def test_a_cycle_with_a_start_fires_first_at_the_start():
    run = play(a_tick(cycle="R/2026-01-05T00:00:00Z/P1D"))

    assert due(run) == [datetime.fromisoformat("2026-01-05T00:00:00+00:00")]


def test_a_cycle_survives_the_snapshot():
    run = play(a_tick(cycle="R3/PT1H")).fire("tick").snapshot().fire("tick").snapshot().fire("tick")

    assert run.entered["tock"] == 3
    assert run.waits("timer") == []
    run.complete("work").assert_over()


def test_cron_fires_by_the_calendar():
    run = play(a_tick(cycle="0 0 9 ? * MON"))

    assert due(run) == [datetime.fromisoformat("2026-01-05T09:00:00+00:00")]
    run.fire("tick")
    assert due(run)[-1] == datetime.fromisoformat("2026-01-12T09:00:00+00:00")


def test_every_firing_is_a_timer_of_its_own():
    run = play(a_tick(cycle="R3/PT1H")).fire("tick").fire("tick")

    waits = [one.wait for one in run.issued(StartTimer)]
    assert len(set(waits)) == 3


def test_a_timer_that_fires_twice_changes_nothing():
    run = play(a_catch(duration="PT1H"))
    (wait,) = run.waits("timer")
    run.fire("wait")

    run.happen(TimerFired(at=run.now, wait=wait.wait))

    assert run.trail[-1].event == "late"


def test_a_local_time_is_read_in_the_configured_zone():
    from tests.playing import Playing, compiled
    from workflows.bpmn.interpreter.occurrences import Started

    run = Playing(compiled(a_catch(date="2026-03-01T08:00:00")))
    run.happen(Started(at=run.now, zone="Asia/Shanghai"))

    assert due(run) == [datetime.fromisoformat("2026-03-01T00:00:00+00:00")]
