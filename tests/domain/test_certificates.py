"""When somebody is reminded of a certificate that runs out, and who besides the holder."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.activities.office import an_operator
from workflows.domain.certificates import leads_of, reached

END = datetime(2026, 12, 31, tzinfo=UTC)
STAFF = (
    an_operator("clerk", 1),
    an_operator("lead", 3),
    an_operator("desk", 3, groups=("finance",)),
    an_operator("gone", 3, status="LEFT"),
    an_operator("elsewhere", 3, unit="BJ-01"),
    an_operator("head", 4),
    an_operator("director", 5, unit="HQ"),
    an_operator("executive", 6, unit="HQ"),
)


@pytest.mark.parametrize(
    ("left", "mark"),
    [
        (timedelta(days=60, seconds=1), None),
        (timedelta(days=60), 60),
        (timedelta(days=30, seconds=1), 60),
        (timedelta(days=30), 30),
        (timedelta(days=7), 7),
        (timedelta(seconds=1), 7),
        (timedelta(), None),
    ],
)
def test_the_nearest_mark_counts_until_the_end(left: timedelta, mark: int | None):
    assert reached(END, END - left) == mark


@pytest.mark.parametrize(
    ("holder", "leads"),
    [
        (an_operator("clerk", 1), ["lead"]),
        (an_operator("checker", 2), ["lead"]),
        (an_operator("lead", 3), ["head"]),
        (an_operator("head", 4), ["director"]),
        (an_operator("clerk-bj", 1, unit="BJ-01"), ["elsewhere"]),
        (an_operator("lead-bj", 3, unit="BJ-01"), ["director"]),
        (an_operator("executive", 6, unit="HQ"), []),
    ],
    ids=lambda given: given.id if hasattr(given, "id") else "",
)
def test_the_next_above_in_the_unit_is_told_else_head_office(holder, leads: list[str]):
    assert [each.id for each in leads_of(holder, STAFF)] == leads
