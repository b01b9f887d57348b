"""Who is told of a limit and when: S11 to the minute, and nobody's place left empty."""

import pytest

from tests.domain.calendars import china_2026
from tests.domain.packs import clock
from tests.domain.test_clocks import SHANGHAI, at
from workflows.domain.authority import Operator
from workflows.domain.clocks import deadline
from workflows.domain.escalation import chain, reached

S11 = deadline(clock("K-DO"), at("2026-09-24T09:30"), china_2026(), SHANGHAI)


@pytest.mark.parametrize(
    ("moment", "mark", "next_at"),
    [
        ("2026-09-24T10:00", 0, "2026-10-02T04:44:59.500000"),
        ("2026-10-08T17:59", 50, "2026-10-08T18:00:00"),
        ("2026-10-08T18:00", 80, "2026-10-10T00:00:00"),
        ("2026-10-09T23:59:59", 80, "2026-10-10T00:00:00"),
        ("2026-10-10T00:00", 100, "2026-10-10T18:00:00"),
        ("2026-10-10T18:00", 101, "2026-10-12T18:00:00"),
        ("2026-10-12T18:00", 102, "2026-10-13T18:00:00"),
    ],
)
def test_s11_marks_come_at_half_four_fifths_the_end_and_every_working_day_after(
    moment: str, mark: int, next_at: str
) -> None:
    found, following = reached(S11, at(moment), china_2026())

    assert (found, following.isoformat()) == (mark, f"{next_at}+08:00")


def an_operator(name: str, level: int, **more: object) -> Operator:
    given: dict[str, object] = {
        "id": name,
        "party_id": None,
        "unit": "HQ" if level == 5 else "SH-01",
        "level": level,
        "roles": ("supervisor",),
        "groups": (),
        "status": "ACTIVE",
    }
    return Operator(**(given | more))  # type: ignore[arg-type]


STAFF = (
    an_operator("clerk", 1),
    an_operator("lead", 3),
    an_operator("lead-gone", 3, status="LEFT"),
    an_operator("lead-elsewhere", 3, unit="BJ-02"),
    an_operator("risk", 3, groups=("risk-desk",)),
    an_operator("head", 4),
    an_operator("director", 5),
)


@pytest.mark.parametrize(
    ("mark", "told"),
    [
        (50, ["clerk"]),
        (80, ["clerk", "lead"]),
        (100, ["clerk", "lead", "head"]),
        (101, ["clerk", "lead", "head", "director"]),
    ],
)
def test_the_later_the_mark_the_higher_it_is_told(mark: int, told: list[str]) -> None:
    assert [each.operator.id for each in chain(mark, "SH-01", ["clerk"], STAFF)] == told


def test_what_nobody_has_claimed_is_told_to_the_lead_and_an_empty_place_to_the_next_above() -> None:
    unclaimed = chain(50, "SH-01", [], STAFF)
    headless = chain(100, "SH-01", [], [each for each in STAFF if each.level in {1, 5}])

    assert [each.operator.id for each in unclaimed] == ["lead"]
    assert [(each.operator.id, each.rung) for each in headless] == [("director", "DIRECTOR")]
