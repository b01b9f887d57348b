"""Turns of a run are found by time and by event."""

from datetime import UTC, datetime, timedelta

from infra.run_history import Turn, turn_at, turn_of_event

START = datetime(2026, 10, 12, tzinfo=UTC)
TURNS = [
    Turn(
        run_id="r",
        event_id=4 * place,
        started_at=START + timedelta(seconds=place),
        last_event_id=4 * place + 3,
    )
    for place in (1, 2, 3)
]


def test_a_moment_belongs_to_the_turn_that_had_begun() -> None:
    found = turn_at(TURNS, START + timedelta(seconds=2.5))

    assert found is TURNS[1]
    assert turn_at(TURNS, START + timedelta(seconds=3)) is TURNS[2]
    assert turn_at(TURNS, START) is None


def test_an_event_belongs_to_the_turn_that_wrote_it() -> None:
    assert turn_of_event(TURNS, 8) is TURNS[1]
    assert turn_of_event(TURNS, 11) is TURNS[1]
    assert turn_of_event(TURNS, 2) is None
    assert turn_of_event(TURNS, 99) is None
