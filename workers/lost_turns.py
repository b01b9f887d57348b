"""Lost turns: what a case told and Temporal may have lost is offered to it once more.

A case tells the database before Temporal has its turn; an update lives in Temporal's memory until
then. When both are lost with a crash and whoever asked never asks again, nobody else would bring
the message, decision or cancellation. A case that had it says so, one that lost it takes it now.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from pydantic import BaseModel
from temporalio.client import (
    Client,
    WorkflowUpdateFailedError,
    WorkflowUpdateRPCTimeoutOrCancelledError,
)
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError, RPCStatusCode

from infra.db.unit_of_work import Database
from workflows.contracts.routing import CANCEL_CASE, COMPLETE_TASK, DELIVER_MESSAGE

RPC_TIMEOUT: Final = timedelta(seconds=10)
SURE: Final = timedelta(seconds=15)
"""A turn that has not come to Temporal by then is lost."""
LOOK_BACK: Final = timedelta(hours=1)
MOST: Final = 50
"""In one round: they must not hold up what is new."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """An update that a case may have lost."""

    instance_id: str
    update: str
    argument: BaseModel
    id: str

    @property
    def name(self) -> str:
        """Tell it from all others."""
        return f"{self.instance_id}/{self.update}/{self.id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class LostTurns:
    """Looks back, and offers each thing until the case or Temporal has answered for it."""

    client: Client
    database: Database
    _known: set[str] = field(default_factory=set)
    """Offers that the case is known to have, of those that are looked back at."""

    async def round(self, now: datetime) -> None:
        """Look once."""
        offers = {offer.name: offer for offer in await self._offers(now)}
        self._known.intersection_update(offers)
        for name in [name for name in offers if name not in self._known][:MOST]:
            if await self._is_there(offers[name]):
                self._known.add(name)

    async def _offers(self, now: datetime) -> Sequence[Offer]:
        since, before = now - LOOK_BACK, now - SURE
        async with self.database.reading() as room:
            messages = await room.messages.taken(since, before)
            decisions = await room.acts.decisions(since, before)
            cancellations = await room.acts.cancellations(since, before)
        return [
            *(
                Offer(
                    instance_id=one.instance_id,
                    update=DELIVER_MESSAGE,
                    argument=one,
                    id=one.update_id,
                )
                for one in messages
            ),
            *(
                Offer(instance_id=place, update=COMPLETE_TASK, argument=act, id=act.request_id)
                for place, act in decisions
            ),
            *(
                Offer(instance_id=place, update=CANCEL_CASE, argument=order, id=order.request_id)
                for place, order in cancellations
            ),
        ]

    async def _is_there(self, offer: Offer) -> bool:
        handle = self.client.get_workflow_handle(offer.instance_id)
        try:
            await handle.execute_update(
                offer.update, offer.argument, id=offer.id, rpc_timeout=RPC_TIMEOUT
            )
        except WorkflowUpdateFailedError as refused:
            return _kind(refused) != "UNAVAILABLE"  # else the case is past that
        except (RPCError, WorkflowUpdateRPCTimeoutOrCancelledError) as error:
            return getattr(error, "status", None) == RPCStatusCode.NOT_FOUND  # else asked again
        return True


def _kind(refused: WorkflowUpdateFailedError) -> str | None:
    return refused.cause.type if isinstance(refused.cause, ApplicationError) else None
