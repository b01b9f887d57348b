"""Where a case is taken up again, by what became of it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from temporalio.client import WorkflowExecutionStatus as Status

from infra.replay_points import NoReplay, _Known, _point
from infra.run_history import Run, Turn
from tests.api.door import Door, is_problem

START = datetime(2026, 10, 12, tzinfo=UTC)
OFFSET = timedelta(days=300)


def a_turn(place: int, **changes) -> Turn:
    facts = {
        "run_id": "r",
        "event_id": 4 * place,
        "started_at": START + timedelta(seconds=place),
        "last_event_id": 4 * place + 3,
        **changes,
    }
    return Turn(**facts)


def a_run(status: Status, *turns: Turn, **changes) -> Run:
    return Run(
        run_id="r", status=status, turns=list(turns) or [a_turn(n) for n in (1, 2, 3)], **changes
    )


def known(**changes) -> _Known:
    nothing: dict[str, Any] = {
        "incident_at": None,
        "incident_element": None,
        "problems": False,
        "decision_at": None,
        "element_at": None,
        "replayed": frozenset(),
    }
    return _Known(offset=OFFSET, **{**nothing, **changes})


def business(seconds: float) -> datetime:
    return START + OFFSET + timedelta(seconds=seconds)


@pytest.mark.parametrize("status", [Status.FAILED, Status.TERMINATED, Status.TIMED_OUT])
def test_a_run_that_was_ended_goes_on_at_its_end(status):
    turn, _, _ = _point(a_run(status), known(), "last-good-point")

    assert turn.event_id == 12


def test_a_cancelled_case_goes_on_before_its_cancellation():
    turns = (a_turn(1), a_turn(2, cancels=True), a_turn(3))

    turn, _, why = _point(a_run(Status.COMPLETED, *turns), known(), "last-good-point")

    assert (turn.event_id, why) == (8, "before the case was cancelled")


def test_a_case_cancelled_in_temporal_goes_on_before_that_was_asked():
    run = a_run(Status.CANCELED, cancel_requested_id=10)

    assert _point(run, known(), "last-good-point")[0].event_id == 4


def test_a_completed_case_goes_on_before_its_last_decision():
    at = known(decision_at=business(2.4))

    assert _point(a_run(Status.COMPLETED), at, "last-good-point")[0].event_id == 8
    assert _point(a_run(Status.COMPLETED), known(), "last-good-point")[0].event_id == 4


def test_a_stuck_case_goes_on_before_the_element_where_it_is_stuck():
    stuck = known(incident_at=business(2.1), incident_element="quote")

    turn, element, _ = _point(a_run(Status.RUNNING), stuck, "last-good-point")

    assert (turn.event_id, element) == (8, "quote")


def test_a_case_that_runs_well_is_not_replayed_by_default():
    with pytest.raises(NoReplay, match="not stuck"):
        _point(a_run(Status.RUNNING), known(), "last-good-point")


def test_an_element_and_an_event_name_the_point():
    run = a_run(Status.RUNNING)

    assert _point(run, known(element_at=business(1.5)), "make")[0].event_id == 4
    assert _point(run, known(), 10)[0].event_id == 8
    for nowhere in ("never_entered", 1, 1_000):
        with pytest.raises(NoReplay) as refused:
            _point(run, known(), nowhere)
        assert refused.value.code == "no-such-point"


def test_a_point_in_a_run_before_the_newest_is_a_turn_of_that_run():
    run = a_run(Status.RUNNING, a_turn(1, run_id="earlier"), a_turn(2, run_id="earlier"), a_turn(3))

    turn, _, _ = _point(run, known(element_at=business(2.5)), "make")

    assert (turn.run_id, turn.event_id) == ("earlier", 8)
    assert _point(run, known(), 12)[0].run_id == "r"
    with pytest.raises(NoReplay, match="newest run"):
        _point(run, known(), 8)


def test_a_point_in_a_run_that_temporal_keeps_no_more_is_refused():
    with pytest.raises(NoReplay, match="keeps no more"):
        _point(a_run(Status.RUNNING), known(element_at=business(0)), "make")


async def test_a_case_that_nobody_knows_is_not_replayed(bare_door: Door):
    answer = await bare_door.post("/v1/cases/BQ-1/replay", {"reason": "mended"}, "ops")

    assert is_problem(answer, 404, "unknown-case")


async def test_without_temporal_a_replay_is_answered_503(bare_door: Door):
    case_id = await bare_door.start()
    before = bare_door.rows()
    del before["idempotency_keys"]  # an order that may be repeated stays bound to its key

    for order in ({"reason": "mended"}, {"reason": "mended", "dryRun": True}):
        answer = await bare_door.post(f"/v1/cases/{case_id}/replay", order, "ops")
        assert is_problem(answer, 503, "temporal-away")

    after = bare_door.rows()
    del after["idempotency_keys"]
    assert after == before
