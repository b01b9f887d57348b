"""The register of breaches: reported, told to whom the law says, remedied, closed."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Query, Request

from api.answers import Asked
from api.auth import Caller
from api.dependencies import Composed, Deployment, Known, operator_of
from api.paging import page_of
from api.permissions import ADMIN, AUDITOR
from api.problems import Problem, refusals
from api.schemas.breaches import (
    BreachPage,
    BreachQuery,
    BreachReported,
    BreachSeen,
    BreachStepSeen,
    BreachStepTaken,
)
from api.schemas.shapes import Identifier
from infra.db.unit_of_work import ReadingRoom, UnitOfWork
from workflows.domain.breach import (
    DESK,
    DUTY_RULES,
    Breach,
    BreachStep,
    Duty,
    due_of,
    fulfilled_at,
    has_duties,
    lacking,
)
from workflows.domain.clocks import deadline
from workflows.domain.ids import derive
from workflows.domain.jurisdiction import JurisdictionPack, UnknownRule

router = APIRouter(prefix="/v1/breaches", tags=["breaches"])


@router.post("", status_code=201, responses=refusals(404, 422))
async def report_breach(body: BreachReported, composed: Composed, asked: Asked) -> BreachSeen:
    """Report a breach; of personal data, the limits to tell of it run from when it was known.

    They are those of the law of its case, without one those of the deployment.
    """
    now = composed.now()
    known_at = (body.known_at or now).astimezone(UTC)
    if known_at > now:
        raise Problem(422, "breach-in-future", "The breach is not known yet.")

    async def act(books: UnitOfWork) -> BreachSeen:
        pack = await _pack_of(books, body.case_id, known_at, composed)
        due = await _duties(books, pack, known_at, composed) if has_duties(body.kind) else {}
        breach = Breach(
            id=derive("BCH", asked.request_id),
            kind=body.kind,
            severity=body.severity,
            data=tuple(body.data),
            people=body.people,
            case_id=body.case_id,
            description=body.description,
            exposure=body.exposure or "",
            known_at=known_at,
            reported_by=asked.caller.subject,
            reported_at=now,
            pack=pack.id,
            authority_due_at=due.get("AUTHORITY"),
            subjects_due_at=due.get("SUBJECTS"),
        )
        await books.breaches.report(breach)
        return _seen(breach, (), now)

    return await asked.write(BreachSeen, act, 201)


@router.get("")
async def list_breaches(
    request: Request, composed: Composed, caller: Known, query: Annotated[BreachQuery, Query()]
) -> BreachPage:
    """List breaches, those known longest at the head; for auditors, admins, the privacy desk."""
    await _may_deal(composed, caller)
    page, now = page_of(query, composed.cursors, request.url.path), composed.now()
    place = page.place
    async with composed.database.reading() as room:
        found = await room.breaches.list(
            closed=query.closed,
            after=(datetime.fromisoformat(place[0]), place[1]) if place else None,
            limit=page.with_one_more,
        )
        steps = {one.id: await room.breaches.steps(one.id) for one in found}
    told, following = page.cut(found, lambda one: (one.known_at.isoformat(), one.id))
    return BreachPage(breaches=[_seen(one, steps[one.id], now) for one in told], next=following)


@router.get("/{breach_id}", responses=refusals(404))
async def read_breach(breach_id: Identifier, composed: Composed, caller: Known) -> BreachSeen:
    """Read a breach with everything that was done about it."""
    await _may_deal(composed, caller)
    async with composed.database.reading() as room:
        found = await _found(room, breach_id)
        return _seen(found, await room.breaches.steps(breach_id), composed.now())


@router.post("/{breach_id}/steps", responses=refusals(404, 409))
async def take_step(
    breach_id: Identifier, body: BreachStepTaken, composed: Composed, asked: Asked
) -> BreachSeen:
    """Write down a measure, who was told, or that it is over: not before everybody was told."""
    await _may_deal(composed, asked.caller)
    now, by = composed.now(), asked.caller.subject

    async def act(books: UnitOfWork) -> BreachSeen:
        found = await _found(books, breach_id)
        if found.closed_at is not None:
            raise Problem(409, "not-open", "The breach was closed already.")
        steps = await books.breaches.steps(breach_id)
        missing = lacking(found, body.step, steps)
        if missing is not None:
            raise Problem(409, "not-done-yet", f"Before it comes {missing}.")
        step = BreachStep(breach_id=breach_id, step=body.step, note=body.note, by=by, at=now)
        await books.breaches.take(step)
        return _seen(await _found(books, breach_id), (*steps, step), now)

    return await asked.write(BreachSeen, act)


async def _may_deal(composed: Deployment, caller: Caller) -> None:
    """Raise Problem 403 for who may report a breach, but not look into the register."""
    if caller.roles & {AUDITOR, ADMIN}:
        return
    async with composed.database.reading() as room:
        operator = await operator_of(room, caller)
    if DESK not in operator.groups:
        raise Problem(403, "authority", "The register is the privacy desk's, and the auditors'.")


async def _pack_of(
    books: UnitOfWork, case_id: str | None, since: datetime, composed: Deployment
) -> JurisdictionPack:
    """Find the law in force when it was known: that of the case's policy, or of the deployment."""
    on = since.astimezone(composed.zone).date()
    if case_id is None:
        return (await books.packs.of_deployment(on)).pack
    case = await books.cases.get(case_id)
    if case is None:
        raise Problem(404, "unknown-case", "There is no such case.")
    return await books.packs.for_policy(case.policy_no, on)


async def _duties(
    books: UnitOfWork, pack: JurisdictionPack, since: datetime, composed: Deployment
) -> dict[Duty, datetime]:
    """When the authority and the persons have to be told at the latest, where the law says so."""
    on = since.astimezone(composed.zone).date()
    calendar = await books.calendars.load(pack.calendar)
    due: dict[Duty, datetime] = {}
    for duty, rule_id in DUTY_RULES.items():
        try:
            rule = pack.clock(rule_id, on)
        except UnknownRule:
            continue
        due[duty] = deadline(rule, since, calendar, composed.zone).due_strict.astimezone(UTC)
    return due


async def _found(books: UnitOfWork | ReadingRoom, breach_id: str) -> Breach:
    found = await books.breaches.get(breach_id)
    if found is None:
        raise Problem(404, "unknown-breach", "There is no such breach in the register.")
    return found


def _seen(one: Breach, steps: Sequence[BreachStep], now: datetime) -> BreachSeen:
    told = {duty: fulfilled_at(duty, steps) for duty in DUTY_RULES}
    late = (
        due is not None and (told[duty] or now) > due
        for duty in DUTY_RULES
        for due in (due_of(one, duty),)
    )
    return BreachSeen(
        breach_id=one.id,
        kind=one.kind,
        severity=one.severity,
        data=list(one.data),
        people=one.people,
        case_id=one.case_id,
        description=one.description,
        exposure=one.exposure,
        known_at=one.known_at,
        reported_by=one.reported_by,
        reported_at=one.reported_at,
        pack=one.pack,
        authority_due_at=one.authority_due_at,
        authority_told_at=told["AUTHORITY"],
        subjects_due_at=one.subjects_due_at,
        subjects_told_at=told["SUBJECTS"],
        is_late=any(late),
        closed_at=one.closed_at,
        steps=[
            BreachStepSeen(step=each.step, note=each.note, by=each.by, at=each.at) for each in steps
        ],
    )
