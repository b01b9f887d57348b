"""Whatever is asked for, decided, answered and waited for at random: what must hold, holds.

In CI one short sequence, always the same; ``BAOQUAN_ITEMS=300`` plays as many, long ones, with
the long tests. A sequence that breaks something is shrunk, and told move by move.
"""

from __future__ import annotations

import asyncio
import copy
import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.items import book
from tests.items.evidence import Evidence, gather
from tests.items.inside import Inside, inside
from tests.items.invariants import INVARIANTS, violations
from tests.items.living import MOVES, Life, Move, drawn
from tests.journeys.house import CALL

pytestmark = [pytest.mark.journey, pytest.mark.timeout(3_600)]

MOMENT = "2026-10-12T09:30:00+08:00"
SEEDS = st.integers(0, 9_999)
BARE = settings(
    deadline=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
LONG = int(os.environ.get("BAOQUAN_ITEMS", "25"))


async def test_a_few_random_items_break_nothing(furnished: Path) -> None:
    await _played(furnished, seed=4, moves=drawn(4, 20))


@pytest.mark.long
@settings(BARE, max_examples=LONG)
@given(seed=SEEDS, moves=st.lists(MOVES, min_size=10, max_size=60))
def test_many_random_items_break_nothing(furnished: Path, seed: int, moves: list[Move]) -> None:
    asyncio.run(_played(furnished, seed, moves))


async def _played(furnished: Path, seed: int, moves: list[Move]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "house"
        shutil.copytree(furnished, home)
        async with inside(home, MOMENT) as house:
            await book.enlarge(house.settings.database_url, seed, 10)
            life, found = Life(house, [], []), None
            for move in moves:
                await life.make(move)
                found = gather(house, found)
                broken = violations(found)
                assert not broken, _told(life, broken)
            await _audited(house)


async def _audited(house: Inside) -> None:
    for (case,) in house.rows("SELECT id FROM cases"):
        assert (await house.get("auditor-1", f"/v1/cases/{case}/audit"))["whole"], case


def _told(life: Life, broken: dict[str, list[str]]) -> str:
    lines = [f"{name}: {one}" for name, each in broken.items() for one in each]
    return "\n".join([*life.said, "BROKEN", *lines])


# --- every invariant can be broken --------------------------------------------------------------


async def test_every_invariant_calls_its_violation_by_name(furnished: Path, tmp_path: Path) -> None:
    whole = await _a_surrender(furnished, tmp_path / "house")

    assert violations(whole) == {}
    assert set(VIOLATIONS) == set(INVARIANTS)
    for name, plant in VIOLATIONS.items():
        planted = copy.deepcopy(whole)
        plant(planted)
        assert name in violations(planted), name


async def _a_surrender(furnished: Path, home: Path) -> Evidence:
    """S3, paid; and a surrender that waits for its maker."""
    shutil.copytree(furnished, home)
    async with inside(home, MOMENT) as house:
        case = await house.request("P-S3")
        await house.decide("clerk-1", case, "make")
        await house.decide("checker-2", case, CALL)
        await house.decide("checker-1", case, "approval/check")
        before = gather(house)
        await house.decide("lead-1", case, "approval/approve")
        await house.request("P-S10")
        await house.settle()
        return gather(house, before)


def _changed(table: str, number: int = 0, /, **values: Any) -> Callable[[Evidence], None]:
    return lambda found: found.rows[table][number].update(values)


def _of(table: str, values: dict[str, Any], **wanted: Any) -> Callable[[Evidence], None]:
    def plant(found: Evidence) -> None:
        row = found.one(table, **wanted)
        assert row is not None
        row.update(values)

    return plant


def _without(table: str, **wanted: Any) -> Callable[[Evidence], None]:
    def plant(found: Evidence) -> None:
        for row in found.all(table, **wanted):
            found.rows[table].remove(row)

    return plant


def _twice_paid(found: Evidence) -> None:
    found.payments.append(found.payments[-1])


def _nobody_waits(found: Evidence) -> None:
    found.rows["waits"].clear()
    for task in found.rows["human_tasks"]:
        task["closed_at"] = "2026-10-12 05:00:00.000000"


def _stuck(found: Evidence) -> None:
    case = found.rows["cases"][0]["id"]
    stuck = {"case_id": case, "source": "case", "code": "job-bug", "element": "e", "message": "m"}
    found.rows["incidents"].append(stuck | {"closed_at": None})


def _odd_step(found: Evidence) -> None:
    told = {"reason": "CASE_STATUS_STEP", "class": "SYSTEM", "detail": "SUBMITTED > CLOSED"}
    case = found.rows["cases"][0]["id"]
    found.rows["anomalies"].append({"case_id": case, "element": "e", **told})


def _ended(found: Evidence) -> None:
    """The surrender that waits for its maker ended under everybody's hands."""
    row = found.one("cases", policy_no="P-S10")
    assert row is not None
    row.update(status="WITHDRAWN", finished_at="2026-10-12 05:00:00.000000")
    found.statuses[row["id"]].append("WITHDRAWN")


def _went_back(found: Evidence) -> None:
    row = found.one("cases", policy_no="P-S3")
    assert row is not None
    row["status"] = "APPROVAL"
    found.statuses[row["id"]].append("APPROVAL")


def _refused_but_changed(found: Evidence) -> None:
    row = found.one("cases", policy_no="P-S3")
    assert row is not None
    row.update(status="REJECTED", finished_at="2026-10-12 05:00:00.000000")
    found.statuses[row["id"]].append("REJECTED")


def _other_account(found: Evidence) -> None:
    """To the account of another policyholder, in whose name it is."""
    found.rows["payment_attempts"][0]["account_id"] = "AC-S10-1"


VIOLATIONS: dict[str, Callable[[Evidence], None]] = {
    "journals balance": _changed("ledger_entries", amount_minor=1),
    "loans are on the ledger": _of("loans", {"settled_on": None}, id="LN-S3"),
    "what is kept is on the ledger": _of(
        "policies", {"accumulated_dividends_minor": 5}, policy_no="P-S3"
    ),
    "what is owed is on the ledger": _changed("obligations", state="DUE"),
    "money goes to the entitled": _other_account,
    "the bank pays once": _twice_paid,
    "shares are whole": _of("policy_roles", {"share_bp": 9_999}, kind="BENEF_DEATH"),
    "every contract has its parties": _without("policy_roles", policy_no="P-S3", kind="INSURED"),
    "contracts live lawfully": _of("policies", {"state": "PENDING"}, policy_no="P-S3"),
    "cases go their way": _went_back,
    "every step is known": _odd_step,
    "who is refused moves nothing": _refused_but_changed,
    "nobody decides on his own": _of("human_task_deeds", {"actor": "clerk-1"}, actor="lead-1"),
    "clocks are there": _without("clocks", rule_id="K-SUR"),
    "clocks are never lost": _without("clocks", rule_id="K-ONE"),
    "clocks end with their cases": _ended,
    "clocks are met in time": _of(
        "clocks", {"closed_at": "2027-01-01 00:00:00.000000"}, rule_id="K-DO"
    ),
    "nothing is left behind": _ended,
    "everybody waits for something": _nobody_waits,
    "nobody is stuck": _stuck,
}
