"""Batches: one act on many cases, watched and steered."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query, Request
from temporalio.client import WorkflowUpdateFailedError
from temporalio.service import RPCError, RPCStatusCode

from api.answers import Asked, Once
from api.batching import SHOWN, batch_of, batch_seen, begin, look
from api.case_client import away, is_away
from api.dependencies import Composed, Deployment
from api.paging import page_of
from api.permissions import acting_as
from api.problems import Problem, refusals
from api.schemas.batches import (
    BatchMade,
    BatchPage,
    BatchSeen,
    BatchSent,
    ResultPage,
    ResultQuery,
    ResultSeen,
    SteeringSeen,
    SteeringSent,
)
from api.schemas.shapes import Identifier, PageQuery
from infra import batching
from workflows.contracts.batch import Steering, SteerOrder, steered

router = APIRouter(prefix="/v1/batches", tags=["batches"])


@router.post("", responses=refusals(404, 409))
async def start_batch(body: BatchSent, composed: Composed, asked: Asked) -> BatchMade:
    """Do one thing to many cases, at a rate; the dry run says to which, and what would come."""
    role = acting_as(asked.caller.roles, "POST", "/v1/batches")
    if body.dry_run:
        return await look(composed, await batch_of(composed, asked, role, body), SHOWN)

    async def act() -> BatchMade:
        try:
            return await begin(composed, await batch_of(composed, asked, role, body))
        except (RPCError, RuntimeError) as error:
            raise away() if is_away(error) else error from None

    return await asked.send(BatchMade, act)


@router.get("")
async def list_batches(
    request: Request, composed: Composed, query: Annotated[PageQuery, Query()]
) -> BatchPage:
    """List batches, the newest first."""
    page = page_of(query, composed.cursors, request.url.path)
    place = page.place
    after = (datetime.fromisoformat(place[0]), place[1]) if place else None
    async with composed.database.reading() as room:
        found = await room.batches.list(after=after, limit=page.with_one_more)
        cut, following = page.cut(found, lambda one: (one.ordered_at.isoformat(), one.id))
        shown = [batch_seen(one, await room.batches.counts(one.id)) for one in cut]
    return BatchPage(batches=shown, next=following)


@router.get("/{batch_id}", responses=refusals(404))
async def read_batch(batch_id: Identifier, composed: Composed) -> BatchSeen:
    """Read how far a batch is."""
    async with composed.database.reading() as room:
        found = await room.batches.get(batch_id)
        if found is None:
            raise _unknown()
        return batch_seen(found, await room.batches.counts(batch_id))


@router.get("/{batch_id}/results", responses=refusals(404))
async def list_results(
    request: Request,
    batch_id: Identifier,
    composed: Composed,
    query: Annotated[ResultQuery, Query()],
) -> ResultPage:
    """List what came of each."""
    page = page_of(query, composed.cursors, request.url.path)
    after = int(page.place[0]) if page.place else 0
    async with composed.database.reading() as room:
        if await room.batches.get(batch_id) is None:
            raise _unknown()
        found = await room.batches.results(
            batch_id, state=query.state, after=after, limit=page.with_one_more
        )
    cut, following = page.cut(found, lambda one: (str(one.no),))
    return ResultPage(
        results=[
            ResultSeen(
                no=one.no,
                case_id=one.case_id,
                instance_id=one.instance_id,
                incident=one.incident,
                state=one.state,
                problem=one.problem,
                detail=one.detail,
                attempts=one.attempts,
                at=one.at,
            )
            for one in cut
        ],
        next=following,
    )


@router.post("/{batch_id}/pause", responses=refusals(404, 409))
async def pause_batch(
    batch_id: Identifier, body: SteeringSent, composed: Composed, asked: Asked
) -> SteeringSeen:
    """Let a batch begin nothing more for now; what is under way ends first."""
    return await _steer("pause", batch_id, body, composed, asked)


@router.post("/{batch_id}/resume", responses=refusals(404, 409))
async def resume_batch(
    batch_id: Identifier, body: SteeringSent, composed: Composed, asked: Asked
) -> SteeringSeen:
    """Let a batch go on that was paused, or stopped because too much of it failed."""
    return await _steer("resume", batch_id, body, composed, asked)


@router.post("/{batch_id}/cancel", responses=refusals(404, 409))
async def cancel_batch(
    batch_id: Identifier, body: SteeringSent, composed: Composed, asked: Asked
) -> SteeringSeen:
    """End a batch before all of it is done; what is under way ends first."""
    return await _steer("cancel", batch_id, body, composed, asked)


async def _steer(
    act: Steering, batch_id: str, body: SteeringSent, composed: Deployment, asked: Once
) -> SteeringSeen:
    if body.dry_run:
        would = steered((await read_batch(batch_id, composed)).state, act)
        if would is None:
            raise _over()
        return SteeringSeen(batch_id=batch_id, dry_run=True, state=would)
    order = SteerOrder(
        request_id=asked.request_id,
        actor=asked.caller.subject,
        role=acting_as(asked.caller.roles, "POST", f"/v1/batches/{{batch_id}}/{act}"),
        reason=body.reason,
        act=act,
    )

    async def steer() -> SteeringSeen:
        async with composed.database.reading() as room:
            if await room.batches.get(batch_id) is None:
                raise _unknown()
        try:
            receipt = await batching.steer(composed.cases.client, batch_id, order)
        except WorkflowUpdateFailedError:
            raise _over() from None
        except (RPCError, RuntimeError) as error:
            if isinstance(error, RPCError) and error.status == RPCStatusCode.NOT_FOUND:
                raise _over() from None
            raise away() if is_away(error) else error from None
        return SteeringSeen(batch_id=batch_id, state=receipt.state)

    return await asked.send(SteeringSeen, steer)


def _unknown() -> Problem:
    return Problem(404, "unknown-batch", "There is no such batch.")


def _over() -> Problem:
    return Problem(409, "batch-state", "The batch has ended, or is not in a state for this.")
