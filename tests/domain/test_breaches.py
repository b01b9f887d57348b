"""When a limit to tell of a breach is told of itself: at four fifths, and when it is over."""

from datetime import UTC, datetime, timedelta

import pytest

from workflows.domain.breach import Breach, BreachStep, StepKind, reached

KNOWN = datetime(2026, 10, 12, 2, tzinfo=UTC)
BREACH = Breach(
    id="BCH-1",
    kind="LOSS",
    severity="LOW",
    data=("NAME",),
    people=1,
    case_id=None,
    description="a letter",
    exposure="",
    known_at=KNOWN,
    reported_by="privacy-1",
    reported_at=KNOWN,
    pack="cn-life-2026.3",
    authority_due_at=KNOWN + timedelta(hours=10),
)


@pytest.mark.parametrize(
    ("passed", "mark"),
    [
        (timedelta(hours=8, seconds=-1), None),
        (timedelta(hours=8), 80),
        (timedelta(hours=10), 80),
        (timedelta(hours=10, seconds=1), 100),
    ],
)
def test_a_mark_comes_at_its_instant(passed: timedelta, mark: int | None) -> None:
    assert reached(BREACH, "AUTHORITY", (), KNOWN + passed) == mark


@pytest.mark.parametrize(("step", "mark"), [("AUTHORITY_TOLD", None), ("SUBJECTS_TOLD", 100)])
def test_what_fulfils_the_duty_ends_its_marks(step: StepKind, mark: int | None) -> None:
    done = (BreachStep(breach_id="BCH-1", step=step, note="letter 7", by="privacy-1", at=KNOWN),)

    assert reached(BREACH, "AUTHORITY", done, KNOWN + timedelta(days=9)) == mark


def test_a_duty_that_there_is_not_has_no_mark() -> None:
    assert reached(BREACH, "SUBJECTS", (), KNOWN + timedelta(days=9)) is None
