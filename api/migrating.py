"""Migrations from request to receipt: planned between two versions, foreseen, ordered."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

from api.answers import Once
from api.dependencies import Deployment
from api.problems import Problem
from api.repairing import carried_out, forecast_seen, foreseen, repair_order, seconding
from api.schemas.migrations import InstanceMigrated, MigrationOrder, PlanSent
from infra.db.events.definitions import Definition
from infra.db.journal.versions import InstanceVersion, taking_back
from workflows.bpmn.interpreter.migration import Plan, Proposal, faults_of, propose
from workflows.bpmn.program import Program
from workflows.contracts.repair import Forecast, Migrate, RepairOrder
from workflows.domain.ids import derive


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """One instance, and what is to become of it."""

    instance: InstanceVersion
    order: RepairOrder
    to: int


async def definition(composed: Deployment, process_id: str, version: int | None) -> Definition:
    """Return a version of a process, the newest where none is named; raises Problem 404."""
    async with composed.database.reading() as room:
        found = (
            await room.definitions.latest(process_id)
            if version is None
            else await room.definitions.get(process_id, version)
        )
    if found is None:
        raise Problem(404, "unknown-definition", "There is no such version of such a process.")
    return found


async def program_of(composed: Deployment, process_id: str, bundle_hash: str) -> Program:
    """Return a deployed process, compiled."""
    drawings = composed.drawings.recall(bundle_hash)
    if drawings is None:
        async with composed.database.reading() as room:
            files = await room.definitions.files(bundle_hash)
        if files is None:
            raise Problem(404, "unknown-definition", "There is no such version of such a process.")
        drawings = await asyncio.to_thread(composed.drawings.read, bundle_hash, files)
    return drawings.programs[process_id]


async def proposed(composed: Deployment, process_id: str, old: str, new: str) -> Proposal:
    """Propose a plan between two bundles' models of a process."""
    source = await program_of(composed, process_id, old)
    target = await program_of(composed, process_id, new)
    return await asyncio.to_thread(propose, source, target)


async def migration_act(
    composed: Deployment, of: InstanceVersion, to: int | None, sent: PlanSent | None
) -> Migrate:
    """Return a migration as an act; raises Problem 422 for a plan that makes no sense."""
    goal = await definition(composed, of.process_id, to)
    if sent is None:
        found = await proposed(composed, of.process_id, of.program_hash, goal.bundle_hash)
        plan = found.plan
    else:
        plan = Plan(
            elements=sent.elements, flows=sent.flows, renew=tuple(sent.renew), dues=sent.dues
        )
        await _check(composed, of, goal, plan)
    return Migrate(
        source_hash=of.program_hash,
        version=goal.version,
        program_hash=goal.bundle_hash,
        elements=dict(plan.elements),
        flows=dict(plan.flows),
        renew=plan.renew,
        dues=dict(plan.dues),
    )


async def _check(composed: Deployment, of: InstanceVersion, goal: Definition, plan: Plan) -> None:
    source = await program_of(composed, of.process_id, of.program_hash)
    target = await program_of(composed, of.process_id, goal.bundle_hash)
    faults = faults_of(source, target, plan)
    if faults:
        raise Problem(422, "plan-invalid", " ".join(faults)[:2_000])


def undoing(of: InstanceVersion) -> Migrate:
    """Return what takes the newest migration of an instance back; raises Problem 409."""
    act = taking_back(of)
    if act is None:
        raise Problem(409, "not-migrated", "This was never migrated.")
    return act


async def instances(composed: Deployment, case_id: str) -> Mapping[str, InstanceVersion]:
    """Return every instance of a case by id; raises Problem 404."""
    async with composed.database.reading() as room:
        if await room.cases.get(case_id) is None:
            raise Problem(404, "unknown-case", "There is no such case.")
        return {one.instance_id: one for one in await room.versions.of_case(case_id)}


async def wanted_of(
    composed: Deployment, asked: Once, role: str, case_id: str, body: MigrationOrder
) -> list[Wanted]:
    """Return every instance that an order is about, the one that is named first."""
    known = await instances(composed, case_id)
    named = known.get(body.instance_id or case_id)
    if named is None:
        raise Problem(404, "unknown-instance", "The case has not begun, or has called no such.")
    acts = {
        named.instance_id: undoing(named)
        if body.undo
        else await migration_act(composed, named, body.to, body.plan)
    }
    for one in known.values():
        to = body.calls.get(one.process_id)
        if to is not None and one is not named and not one.is_over and one.version != to:
            acts[one.instance_id] = await migration_act(composed, one, to, None)
    return [
        Wanted(
            instance=known[instance_id],
            order=_own(repair_order(asked, role, body.reason, act), instance_id, case_id),
            to=act.version,
        )
        for instance_id, act in acts.items()
    ]


def _own(order: RepairOrder, instance_id: str, case_id: str) -> RepairOrder:
    """A called process is asked under a name of its own, the same when all is repeated."""
    if instance_id == case_id:
        return order
    return order.model_copy(update={"request_id": derive("M", order.request_id, instance_id)})


async def carry_out_all(
    composed: Deployment, asked: Once, case_id: str, wanted: list[Wanted]
) -> list[InstanceMigrated]:
    """Have every instance migrated; none is, unless all could be when they were looked at."""
    told = [await foreseen(composed, one.instance.instance_id, one.order) for one in wanted]
    for one, forecast in zip(wanted, told, strict=True):
        if forecast.faults and not _is_done(one, forecast):
            detail = f"{one.instance.process_id}: {' '.join(forecast.faults)}"
            raise Problem(409, "cannot-migrate", detail[:2_000])
    orders = [
        await seconding(composed, asked, (case_id, one.instance.instance_id), one.order, forecast)
        for one, forecast in zip(wanted, told, strict=True)
    ]
    done = []
    for one, order, forecast in zip(wanted, orders, told, strict=True):
        receipt = await carried_out(composed, one.instance.instance_id, order)
        done.append(seen(one, forecast).model_copy(update={"at": receipt.at}))
    return done


def _is_done(one: Wanted, forecast: Forecast) -> bool:
    """The answer was lost, the migration was not: the case will answer as it did."""
    return len(forecast.faults) == 1 and one.instance.migration == one.order.request_id


def seen(one: Wanted, forecast: Forecast) -> InstanceMigrated:
    """Show an instance and what would come of it."""
    return InstanceMigrated(
        instance_id=one.instance.instance_id,
        process=one.instance.process_id,
        version=one.instance.version,
        to=one.to,
        forecast=forecast_seen(forecast),
    )
