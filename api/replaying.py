"""Replay over HTTP: what stands against it, and Temporal's absence, as problems."""

from collections.abc import Iterator
from contextlib import contextmanager

from temporalio.client import WorkflowUpdateRPCTimeoutOrCancelledError
from temporalio.service import RPCError

from api.case_client import away, is_away
from api.dependencies import Deployment
from api.problems import Problem
from infra import replay_points
from infra.db.replays import Replay
from infra.replay_points import LAST_GOOD as LAST_GOOD
from infra.replay_points import NoReplay
from infra.replay_points import Plan as Plan
from infra.replay_points import Wanted as Wanted
from infra.undo_plans import undo_order
from workflows.contracts.case import UndoOrder
from workflows.contracts.undoing import UndoPlan


async def plan(composed: Deployment, case_id: str, wanted: Wanted) -> Plan:
    """Find the point; raises Problem when there is none."""
    with _as_problems():
        return await replay_points.plan(composed.cases.client, composed.database, case_id, wanted)


async def carry_out(composed: Deployment, order: Replay, replayed: frozenset[str]) -> Replay:
    """Write the order down, then do it; the relay completes what a crash or an outage left.

    ``replayed``: the runs that replays had begun when the point was found; more by now, and
    somebody was faster.
    """
    client, database = composed.cases.client, composed.database
    with _as_problems():
        return await replay_points.carry_out(client, database, order, replayed, composed.now)


def is_said(found: Plan, wanted: bool | None) -> UndoPlan:
    """Return what could be undone; raises Problem where nobody says whether it shall be."""
    would = found.undo or UndoPlan()
    if wanted is None and would.steps:
        kinds = ", ".join(f"{one.last.kind} at {one.last.element}" for one in would.steps)
        raise Problem(
            409,
            "undo-or-keep",
            f"Corrected variables do not reach what is found again: {kinds}. Say whether it is "
            "undone first (undo: true), or kept as it is (undo: false).",
        )
    return would


async def undoing(composed: Deployment, found: Plan, wanted: bool | None) -> UndoOrder | None:
    """Return what is to be undone first; raises Problem where it cannot be, or is not said."""
    would = is_said(found, wanted)
    if not wanted:
        return None
    if would.barred:
        kinds = ", ".join(f"{one.kind} at {one.element}" for one in would.barred)
        raise Problem(409, "cannot-be-undone", f"Nothing undoes {kinds}.")
    return await undo_order(composed.database, would)


@contextmanager
def _as_problems() -> Iterator[None]:
    try:
        yield
    except NoReplay as refusal:
        raise Problem(refusal.status, refusal.code, refusal.detail) from None
    except WorkflowUpdateRPCTimeoutOrCancelledError:  # it is ordered; the relay goes on with it
        raise away() from None
    except (RPCError, RuntimeError) as error:
        if is_away(error):
            raise away() from None
        raise
