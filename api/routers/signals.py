"""Signals: broadcast to every case that listens."""

from typing import Final

from fastapi import APIRouter

from api.answers import Asked
from api.dependencies import Composed
from api.intake import wire
from api.problems import Problem
from api.schemas.signals import SignalBroadcast, SignalReceipt
from infra.db.unit_of_work import UnitOfWork
from workflows.domain.signal import Broadcast, SignalIdReused

router = APIRouter(prefix="/v1/signals", tags=["signals"])

MOST_SHOWN: Final = 1_000


@router.post("", status_code=202)
async def broadcast_signal(
    body: SignalBroadcast, composed: Composed, asked: Asked
) -> SignalReceipt:
    """Broadcast a signal: everything that listens in any case hears it once; nothing is kept."""
    broadcast = Broadcast(
        name=body.name,
        signal_id=body.id or asked.request_id,
        variables=wire(body.variables),
        at=composed.now(),
        publisher=asked.caller.subject,
        clock_offset=composed.clock_offset,
    )

    async def act(books: UnitOfWork) -> SignalReceipt:
        try:
            result = await books.signals.broadcast(broadcast, is_asked=True)
        except SignalIdReused:
            raise Problem(
                422, "signal-id-reused", "This signal id was used for another content."
            ) from None
        return SignalReceipt(
            signal_id=result.signal_id,
            duplicate=result.duplicate,
            instances=list(result.instances[:MOST_SHOWN]),
            listening=len(result.instances),
            begun=list(result.begun),
        )

    return await asked.write(SignalReceipt, act, 202)
