"""Replay over HTTP: what stands against it, and Temporal's absence, as problems."""

from collections.abc import Iterator
from contextlib import contextmanager

from temporalio.client import WorkflowUpdateRPCTimeoutOrCancelledError
from temporalio.service import RPCError

from api.case_client import away, is_away
from api.dependencies import Deployment
from api.problems import Problem
from infra import replay_points
from infra.db.journal.replays import Replay
from infra.replay_points import LAST_GOOD as LAST_GOOD
from infra.replay_points import NoReplay
from infra.replay_points import Plan as Plan
from infra.replay_points import Wanted as Wanted
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


async def undoing(composed: Deployment, found: Plan, wanted: bool | None) -> UndoOrder | None:
    """Return what is to be undone first; raises Problem where it cannot be, or is not said."""
    with _as_problems():
        return await replay_points.undo_of(composed.database, found, wanted)


def said(found: Plan, wanted: bool | None) -> UndoPlan | None:
    """Return what would be undone first; raises Problem where nobody says whether it shall be."""
    with _as_problems():
        replay_points.is_said(found, wanted)
    return found.undo if wanted else None


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
