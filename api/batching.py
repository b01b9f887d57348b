"""Batches from request to workflow: what is meant, what would come of it, who has to order it."""

import hashlib
from collections.abc import Iterable
from typing import Final

from api.answers import Once
from api.dependencies import Deployment
from api.intake import wire
from api.migrating import definition, migration_act
from api.problems import Problem
from api.repairing import forecast_seen, instruction
from api.schemas.batches import BatchMade, BatchSeen, BatchSent, FilterSent, ItemForecastSeen
from api.second_person import seconded_by
from infra import batching
from infra.case_orders import CaseAway, CaseOrders
from infra.db.journal.versions import InstanceVersion
from infra.db.operations.batch_selection import spelt
from infra.db.operations.batches import MOST, Batch, Item
from infra.db.operations.incidents import SHORT_NAME
from infra.db.operations.repairs import Proposal
from workflows.contracts.batch import BatchAct, BatchCounts, BatchFilter
from workflows.contracts.four_eyes import wants_two
from workflows.contracts.repair import Forecast, Migrate
from workflows.domain.ids import derive

SHOWN: Final = 100
LOOKED_AT: Final = 10
"""Of how many it is foreseen what would come of them."""
_FORESEEN: Final = frozenset(("skip", "throw", "modify", "migrate", "cancel"))
_CORRECTED: Final = frozenset(("retry", "skip", "throw", "replay"))
_UNDONE: Final = frozenset(("replay", "migrate"))
_STREAM: Final = "batches"


async def batch_of(composed: Deployment, asked: Once, role: str, body: BatchSent) -> Batch:
    """Return a batch as it is ordered; raises Problem 422 for an order that makes no sense."""
    _check(body)
    batch_id = derive("BT", asked.request_id)
    wanted = filter_of(body.filter)
    await _check_cause(composed, batch_id, wanted)
    act = BatchAct(
        do=body.do,
        variables=wire(body.variables),
        retries=body.retries,
        queue=body.queue or "",
        code=body.code or "",
        instructions=tuple(map(instruction, body.instructions)),
        moves=dict(body.moves),
        plans=await _plans(composed, body) if body.do == "migrate" and not body.undo else {},
        to=body.to or "last-good-point",
        undo=body.undo,
    )
    return Batch(
        id=batch_id,
        act=act.model_dump(mode="json"),
        filter=wanted.model_dump(mode="json", exclude_defaults=True),
        rate=body.rate,
        failure_share=body.failure_share,
        ordered_by=asked.caller.subject,
        role=role,
        reason=body.reason,
        ordered_at=composed.now(),
    )


def filter_of(sent: FilterSent) -> BatchFilter:
    """Return a filter as it is kept."""
    return BatchFilter(
        case_ids=tuple(sent.case_ids),
        process_id=sent.process,
        version=sent.version,
        element=sent.element,
        cause=sent.cause,
        since=sent.since,
        until=sent.until,
        policy_no=sent.policy_no,
        product=sent.product,
        outcome=sent.outcome,
    )


async def _check_cause(composed: Deployment, batch_id: str, wanted: BatchFilter) -> None:
    """Refuse a cause that nobody is stuck by; of a batch that stands it may be gone by now."""
    if wanted.cause is None or not SHORT_NAME.fullmatch(wanted.cause):
        return
    async with composed.database.reading() as room:
        known = await room.batches.get(batch_id)
        found = await room.incidents.group(wanted.cause)
    if known is None and found is None:
        raise Problem(409, "not-open", "No open incident has this cause any more.")
    if known is None and found is not None and spelt(wanted, found) is None:
        raise Problem(409, "not-open", "The cause is of another process or element.")


def _check(body: BatchSent) -> None:
    if body.filter == FilterSent():
        raise Problem(422, "no-filter", "Say which cases are meant.")
    if body.do == "throw" and body.code is None:
        raise Problem(422, "no-error-code", "Name the code of the error to throw.")
    if body.do == "modify" and not (body.moves or body.instructions):
        raise Problem(422, "no-instructions", "Say what is to be modified.")
    if body.variables and body.do not in _CORRECTED:
        raise Problem(422, "no-variables", "This act writes no variables.")
    if body.undo is not None and body.do not in _UNDONE:
        raise Problem(422, "no-undo", "Only replays and migrations undo what was done.")
    if any(one.key or one.scope for one in body.instructions):
        raise Problem(422, "keys", "Keys belong to one case; name elements.")
    if body.do == "migrate" and body.filter.process is None:
        raise Problem(422, "no-process", "Name the process whose cases are to be migrated.")
    if body.plan is not None and body.filter.version is None:
        raise Problem(422, "no-version", "A plan is made for one version; name it in the filter.")


async def _plans(composed: Deployment, body: BatchSent) -> dict[str, Migrate]:
    """Plan from every version that cases may go by; the one that is named by the plan sent."""
    process_id = str(body.filter.process)
    goal = await definition(composed, process_id, body.to_version)
    async with composed.database.reading() as room:
        versions = await room.definitions.versions(process_id)
    plans: dict[str, Migrate] = {}
    for one in versions:
        is_meant = body.filter.version in (None, one.version)
        if is_meant and one.bundle_hash != goal.bundle_hash:
            of = InstanceVersion(
                instance_id="",
                process_id=process_id,
                version=one.version,
                program_hash=one.bundle_hash,
            )
            plans[one.bundle_hash] = await migration_act(composed, of, goal.version, body.plan)
    return plans


# --- what would come of it --------------------------------------------------------------------


async def look(composed: Deployment, batch: Batch, shown: int) -> BatchMade:
    """Say which cases a batch means now, and of the first few what would come of it."""
    wanted = BatchFilter.model_validate(batch.filter)
    async with composed.database.reading() as room:
        found = await room.batches.meant(batch.what, wanted, MOST)
    items = [
        Item(batch_id=batch.id, no=no, case_id=case, instance_id=instance, incident=key)
        for no, (case, instance, key) in enumerate(found, 1)
    ]
    told = [await _foreseen(composed, batch, item) for item in items[:LOOKED_AT]]
    padded = [*told, *(None for _ in items[LOOKED_AT:])]
    return BatchMade(
        dry_run=True,
        total=len(items),
        wants_two=_takes_two(batch, [one for one in told if one is not None]),
        items=[
            ItemForecastSeen(
                case_id=item.case_id,
                instance_id=item.instance_id,
                incident=item.incident,
                forecast=None if one is None else forecast_seen(one),
            )
            for item, one in list(zip(items, padded, strict=True))[:shown]
        ],
    )


def _takes_two(batch: Batch, told: Iterable[Forecast]) -> bool:
    """As of a single case: whoever replays otherwise may pass over what people have decided."""
    match batch.what.do:
        case "replay":
            return bool(batch.what.variables or batch.what.undo)
        case "cancel":
            return False
        case _:
            return any(map(wants_two, told))


async def _foreseen(composed: Deployment, batch: Batch, item: Item) -> Forecast | None:
    act = batch.what
    if act.do not in _FORESEEN and not (act.do == "retry" and act.variables):
        return None
    orders = CaseOrders(client=composed.cases.client, database=composed.database, now=composed.now)
    try:
        return await orders.foresee(batch, item)
    except CaseAway:
        return None


# --- beginning --------------------------------------------------------------------------------


async def begin(composed: Deployment, batch: Batch) -> BatchMade:
    """Write a batch down and begin its workflow, once; two people where it takes two."""
    async with composed.database.reading() as room:
        known = await room.batches.get(batch.id)
    if known is None:
        seen = await look(composed, batch, 0)
        proposal = _proposal(batch)
        by = await seconded_by(composed, proposal) if seen.wants_two else ""
        async with composed.database.work() as books:
            known = await books.batches.order(_proposed(batch, by))
            if by:
                await books.repairs.withdraw(proposal.digest)
        total, wants = seen.total, seen.wants_two
    else:
        async with composed.database.reading() as room:
            counts = await room.batches.counts(batch.id)
        total, wants = counts.left + counts.done + counts.failed, bool(known.proposed_by)
    await batching.begin(composed.cases.client, composed.cases.task_queue, known)
    shown = batch_seen(known, BatchCounts(left=total, done=0, failed=0))
    return BatchMade(dry_run=False, total=total, wants_two=wants, items=[], batch=shown)


def _proposed(batch: Batch, by: str) -> Batch:
    return Batch(**{**{name: getattr(batch, name) for name in batch.__slots__}, "proposed_by": by})


def _proposal(batch: Batch) -> Proposal:
    """What two people have to order alike: the act and whom it is meant for."""
    wanted = BatchFilter.model_validate(batch.filter)
    told = f"{batch.what.model_dump_json()}\n{wanted.model_dump_json()}"
    return Proposal(
        digest=hashlib.sha256(told.encode()).hexdigest(),
        case_id=_STREAM,
        instance_id=_STREAM,
        act=str(batch.act["do"]),
        by=batch.ordered_by,
        reason=batch.reason,
        at=batch.ordered_at,
    )


def batch_seen(batch: Batch, counts: BatchCounts) -> BatchSeen:
    """Show a batch."""
    return BatchSeen.model_validate({
        "batch_id": batch.id,
        "do": batch.act["do"],
        "state": batch.state,
        "why": batch.why,
        "reason": batch.reason,
        "ordered_by": batch.ordered_by,
        "proposed_by": batch.proposed_by or None,
        "ordered_at": batch.ordered_at,
        "finished_at": batch.finished_at,
        "rate": batch.rate,
        "failure_share": batch.failure_share,
        "selected": batch.selected_at is not None,
        "total": counts.left + counts.done + counts.failed,
        **counts.model_dump(),
    })  # fmt: skip
