"""What never comes together in one person."""

from typing import Any

import pytest

from infra.db.sample_book.staff import OPERATORS
from workflows.domain.authority import Operator
from workflows.domain.registration import unfit


def somebody(*roles: Any, level: int = 0, groups: tuple[str, ...] = ()) -> Operator:
    return Operator(
        id="new-1", party_id=None, unit="SH-01", level=level, roles=roles, groups=groups,
        status="ACTIVE",
    )  # fmt: skip


@pytest.mark.parametrize("operator", OPERATORS, ids=lambda one: one.id)
def test_the_sample_staff_keeps_duties_apart(operator: Operator) -> None:
    assert unfit(operator) is None


@pytest.mark.parametrize(
    "pair",
    [
        ("ops", "supervisor"),
        ("admin", "supervisor"),
        ("admin", "ops"),
        ("admin", "auditor"),
        ("admin", "back_office"),
        ("auditor", "supervisor"),
        ("auditor", "ops"),
        ("auditor", "back_office"),
    ],
    ids="-".join,
)
def test_duties_that_watch_each_other_are_not_one_persons(pair: tuple[str, str]) -> None:
    level = 1 if "supervisor" in pair else 0

    assert unfit(somebody(*pair, level=level)) == f"Nobody is {pair[0]} and {pair[1]} at once." or (
        unfit(somebody(*pair, level=level)) == f"Nobody is {pair[1]} and {pair[0]} at once."
    )


def test_a_maker_may_be_of_the_first_level_never_check_nor_release() -> None:
    assert unfit(somebody("back_office", "supervisor", level=1)) is None
    assert "checks and releases none" in str(unfit(somebody("back_office", "supervisor", level=2)))
    of_finance = somebody("back_office", "supervisor", level=1, groups=("finance",))
    assert "checks and releases none" in str(unfit(of_finance))


def test_a_level_goes_with_the_role_that_decides() -> None:
    assert "goes with the role" in str(unfit(somebody("ops", level=3)))
    assert "goes with the role" in str(unfit(somebody("supervisor")))


def test_a_level_is_never_given_as_a_desk() -> None:
    assert "never as a group" in str(unfit(somebody("supervisor", level=1, groups=("L6",))))
