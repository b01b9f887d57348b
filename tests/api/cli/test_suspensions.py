"""``baoquan case suspend`` and ``case resume``."""

import httpx
import pytest

from tests.api.cli.conftest import read
from tests.api.door import Door
from tests.api.states import SUSPENDED

FOR_A_LOOK = ("--reason", "for a look", "--as", "ops-1")


@pytest.fixture
def suspended(server, case_id):
    """The case stands still."""
    door = Door(server.app, httpx.AsyncClient(), server.hand)
    server.do(door.journal(case_id, SUSPENDED))
    return case_id


def test_a_dry_run_says_what_a_suspension_would_touch_and_orders_nothing(baoquan, cases, case_id):
    shown = baoquan("case", "suspend", case_id, "--dry-run", *FOR_A_LOOK).output

    assert f"{case_id}: 1 instance(s) would stand still." in shown
    assert "timer at due, due 2026-10-19 15:59:59Z" in shown
    assert "1 open task(s)" in shown
    assert cases.acts == []


def test_a_case_is_suspended_with_the_reason(baoquan, cases, case_id):
    told = read(baoquan("case", "suspend", case_id, *FOR_A_LOOK, "--json"))

    ((instance, order),) = cases.acts
    assert (instance, order.act.act, order.actor) == (case_id, "suspend", "ops-1")
    assert order.reason == "for a look"
    assert told["dryRun"] is False
    assert told["at"] is not None


def test_a_suspended_case_says_so_and_who_and_why(baoquan, suspended):
    lines = baoquan("case", "show", suspended, "--as", "ops-1").output.splitlines()

    assert any(one.startswith("  suspended: Suspended by ops-2: for a look.") for one in lines)


def test_a_case_goes_on(baoquan, cases, suspended):
    shown = baoquan("case", "resume", suspended, *FOR_A_LOOK).output

    assert f"{suspended}: 1 instance(s) go on." in shown
    assert cases.acts[0][1].act.act == "resume"


def test_what_stands_still_is_not_suspended_again_in_a_dry_run(baoquan, suspended):
    result = baoquan("case", "suspend", suspended, "--dry-run", *FOR_A_LOOK)

    assert result.exit_code == 1
    assert "suspended already" in result.output
