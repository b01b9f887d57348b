"""Four eyes over repairs: where money could move, or a person's decision is passed over.

The first person's order is written down and refused; another person who orders the very same within
a day carries it out. Both names stand in the audit chain.
"""

import hashlib
from datetime import timedelta
from typing import Final

from api.answers import Once
from api.dependencies import Deployment
from api.problems import Problem
from infra.db.operations.repairs import Proposal
from workflows.contracts.four_eyes import wants_two as wants_two
from workflows.contracts.repair import RepairOrder

VALID_FOR: Final = timedelta(days=1)


async def seconded(
    composed: Deployment, asked: Once, case_id: str, instance_id: str, order: RepairOrder
) -> str:
    """Return who proposed the order; raises Problem 409 to the first person, who proposes it."""
    wanted = Proposal(
        digest=_digest(instance_id, order),
        case_id=case_id,
        instance_id=instance_id,
        act=order.act.act,
        by=asked.caller.subject,
        reason=order.reason,
        at=composed.now(),
    )
    return await seconded_by(composed, wanted)


async def seconded_by(composed: Deployment, wanted: Proposal) -> str:
    """Return who proposed the very same before; raises Problem 409 to the first person."""
    async with composed.database.work() as books:
        known = await books.repairs.get(wanted.digest)
        if known is not None and known.at < composed.now() - VALID_FOR:
            await books.repairs.withdraw(wanted.digest)
        found = await books.repairs.propose(wanted)
    if found.by == wanted.by:
        raise Problem(
            409,
            "second-person",
            "This could move money or passes over a decision: it is proposed. Another person who "
            "orders the very same within a day carries it out.",
        )
    return found.by


async def done(composed: Deployment, instance_id: str, order: RepairOrder) -> None:
    """Forget a proposal that was carried out: the next one takes two persons again."""
    async with composed.database.work() as books:
        await books.repairs.withdraw(_digest(instance_id, order))


def _digest(instance_id: str, order: RepairOrder) -> str:
    told = f"{instance_id}\n{order.act.model_dump_json()}"
    return hashlib.sha256(told.encode()).hexdigest()
