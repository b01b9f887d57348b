"""Run a step once per effect key: what was done is found again, never done again.

Journal, effect, ledger and audit commit in one transaction, or none of them does. Around an
outside system there are two: the intent before the call, the outcome after it; a crash between
them leaves the intent, by which the next attempt asks before it sends anything again.
"""

import json
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.envelope import read_request, read_values, write_result, write_values
from activities.errors import Fault, Held, Refused, Unavailable, as_application_error
from activities.ports import Books
from activities.step import AnyStep, Done, Equipment, Failed, Job, Local, Outside
from workflows.contracts.activity import ActivityContract, Request, TaskAnswer, TaskCall
from workflows.contracts.journal import JournalBatch, MessageDelivery
from workflows.domain.canonical import canonical_json
from workflows.domain.effects import UNDOES, Effect
from workflows.domain.systems import OutcomeUnknown, SystemUnavailable, Undeliverable

log = logging.getLogger(__name__)
_EXPECTED = (
    Fault, Refused, Unavailable, Held, SystemUnavailable, OutcomeUnknown, Undeliverable,
)  # fmt: skip
_SYSTEM = "system:{}"
_ROOMS = frozenset({"activities", "infra", "workflows"})
Messages = tuple[MessageDelivery, ...]


@dataclass(frozen=True, slots=True)
class Once:
    """One activity type, ready to be called any number of times."""

    equipment: Equipment
    contract: ActivityContract
    step: AnyStep

    async def run(self, call: TaskCall) -> TaskAnswer:
        """Do the work, or answer what it answered before."""
        try:
            standing = await self._let_through(call)
            request = read_request(self.contract.request, call.variables)
            match self.step:
                case Local() as local:
                    answer = await self._local(local, call, request)
                case Outside() as outside:
                    answer = await self._outside(outside, call, request)
            return answer.model_copy(update={"standing": standing}) if standing else answer
        except Exception as error:  # noqa: BLE001 - the boundary: every failure has one form
            await self._keep(call.journal)
            raise _told(error, call.type) from None

    async def _let_through(self, call: TaskCall) -> tuple[str, ...]:
        """Return what stands still; raises Held where that is the case's process or this work."""
        standing = await self.equipment.standing()
        systems = self.step.systems if isinstance(self.step, Outside) else ()
        own = (f"process:{call.process_id}", f"activity:{call.type}", *map(_SYSTEM.format, systems))
        for source in own:
            if source in standing and not await self.equipment.circuit.may_try(source):
                raise Held(source)
        return tuple(sorted(standing))

    async def _local(self, step: Local[Any, Any], call: TaskCall, request: Request) -> TaskAnswer:
        job = self._job(call)

        async def unit() -> tuple[Effect | None, Effect, Messages]:
            async with self.equipment.work() as books:
                key, known, messages = await _begun(books, call)
                if known is not None:
                    return known, known, messages
                own = replace(job, effect_key=key)
                done = await step.run(own, request, books)
                effect = await self._record(books, own, call, done)
                self.equipment.failpoint("effect.before_commit")
                return None, effect, messages

        known, effect, messages = await self.equipment.again(unit)
        if known is None:
            self.equipment.failpoint("effect.after_commit")
            self._passed(step, "recorded")
        return _answer(_own(effect, call), messages)

    async def _outside(
        self, step: Outside[Any, Any, Any, Any], call: TaskCall, request: Request
    ) -> TaskAnswer:
        job = self._job(call)

        async def intent() -> tuple[Effect | None, Messages, Any]:
            async with self.equipment.work() as books:
                key, known, messages = await _begun(books, call)
                own = replace(job, effect_key=key)
                plan = None if known is not None else await step.prepare(own, request, books)
                return known, messages, plan

        effect, messages, plan = await self.equipment.again(intent)
        if effect is None:
            self._passed(step, "intent_written")
            outcome = await self._called(step, plan, call.case_id)
            self._passed(step, "sent")
            effect = await self._concluded(step, call, plan, outcome)
        return _answer(_own(effect, call), messages)

    async def _concluded(
        self, step: Outside[Any, Any, Any, Any], call: TaskCall, plan: object, outcome: object
    ) -> Effect:
        job = self._job(call)

        async def unit() -> Effect:
            async with self.equipment.work() as books:
                key, known, _ = await _begun(books, call, with_journal=False)
                if known is not None:
                    return known
                own = replace(job, effect_key=key)
                done = await step.conclude(own, plan, outcome, books)
                effect = await self._record(books, own, call, done)
                self.equipment.failpoint("effect.before_commit")
                return effect

        effect = await self.equipment.again(unit)
        self.equipment.failpoint("effect.after_commit")
        self._passed(step, "recorded")
        return effect

    async def _called(
        self, step: Outside[Any, Any, Any, Any], plan: object, case_id: str
    ) -> object:
        try:
            outcome: object = await step.call(plan, self.equipment.systems)
        except OutcomeUnknown:
            await self._heard(step, answered=False)
            await self._unknown(step, plan, case_id)
            raise
        except SystemUnavailable:
            await self._heard(step, answered=False)
            raise
        if outcome is not None:  # else there was nothing to ask
            await self._heard(step, answered=True)
        return outcome

    async def _heard(self, step: Outside[Any, Any, Any, Any], *, answered: bool) -> None:
        if step.systems:
            await self.equipment.circuit.heard(step.systems[-1], answered=answered)

    async def _unknown(self, step: Outside[Any, Any, Any, Any], plan: object, case_id: str) -> None:
        write = step.unknown
        if write is None:
            return

        async def unit() -> None:
            async with self.equipment.work() as books:
                await books.hold(case_id)
                await write(plan, books)

        await self.equipment.again(unit)

    async def _record(
        self, books: Books, job: Job, call: TaskCall, done: Done[Any] | Failed
    ) -> Effect:
        detail = json.loads(canonical_json(done.detail))
        if call.undoes_keys and isinstance(done, Done):
            detail[UNDOES] = list(call.undoes_keys)
        elif call.undoes and isinstance(done, Done):
            undone = await books.effects.to_undo(call.instance_id, call.undoes)
            detail[UNDOES] = list(undone if call.undoes_all else undone[:1])
        effect = _effect(job, _written(done), detail)
        await books.effects.record(effect)
        return effect

    async def _keep(self, batch: JournalBatch | None) -> None:
        """The work failed, what the case did before it did not: keep the journal all the same."""
        if batch is None:
            return

        async def unit() -> None:
            async with self.equipment.work() as books:
                await books.journal.append(batch)

        try:
            await self.equipment.again(unit)
        except Exception as error:  # noqa: BLE001 - the case carries the batch again
            log.warning("journal of %s not kept: %s", batch.instance_id, type(error).__name__)

    def _job(self, call: TaskCall) -> Job:
        return Job(
            case_id=call.case_id,
            instance_id=call.instance_id,
            type=call.type,
            element=call.element,
            effect_key=call.effect_key,
            at=call.at.astimezone(self.equipment.zone),
            zone=self.equipment.zone,
            waited=_waited(),
            headers=call.headers,
            customer_site=self.equipment.customer_site,
        )

    def _passed(self, step: AnyStep, instant: str) -> None:
        if step.failpoints:
            self.equipment.failpoint(f"{step.failpoints}.{instant}")


async def journaled(books: Books, batch: JournalBatch | None) -> Messages:
    """Append the journal that came along; answers the messages that were waiting for it."""
    return () if batch is None else await books.journal.append(batch)


async def _begun(
    books: Books, call: TaskCall, *, with_journal: bool = True
) -> tuple[str, Effect | None, Messages]:
    """What every unit of work begins with; answers its key, and the effect if it stands.

    Whoever works on a case holds it from the first statement on: no two can do the same work, and
    no two can wait for each other.
    """
    await books.hold(call.case_id)
    messages = await journaled(books, call.journal) if with_journal else ()
    return *await _known(books, call), messages


async def _known(books: Books, call: TaskCall) -> tuple[str, Effect | None]:
    """What was done under this key, or under another before the case told it anew."""
    key, known = await books.effects.standing(call.effect_key)
    if known is not None or key != call.effect_key or call.undoes_keys:
        return key, known
    left = await books.effects.left_over(_asked(call))
    if left is not None:
        await books.effects.record(left)
    return key, left


async def guarded(kind: str, run: Callable[[], Awaitable[Any]]) -> Any:  # noqa: ANN401 - its answer
    """Run a platform activity; its failures take the same form as those of a step."""
    try:
        return await run()
    except Exception as error:  # noqa: BLE001 - the boundary: every failure has one form
        raise _told(error, kind) from None


def _effect(job: Job, result: dict[str, Any], detail: dict[str, Any]) -> Effect:
    return Effect(
        key=job.effect_key,
        kind=job.type,
        case_id=job.case_id,
        instance_id=job.instance_id,
        element=job.element,
        result=result,
        at=job.at,
        detail=detail,
    )


def _asked(call: TaskCall) -> Effect:
    return Effect(
        key=call.effect_key,
        kind=call.type,
        case_id=call.case_id,
        instance_id=call.instance_id,
        element=call.element,
        result={},
        at=call.at,
        detail={},
    )


def _own(effect: Effect, call: TaskCall) -> Effect:
    """A key belongs to one piece of work: its answer is never given to another.

    Other variables are no other work: a replay or reset finds what was committed.
    """
    if (effect.kind, effect.case_id) != (call.type, call.case_id):
        raise Refused("EFFECT_KEY_REUSED", "The effect key belongs to other work.")
    return effect


def _waited() -> timedelta:
    """How long ago the work was scheduled, by the server's clock."""
    if not activity.in_activity():
        return timedelta()
    info = activity.info()
    return max(info.started_time - info.scheduled_time, timedelta())


def _written(done: Done[Any] | Failed) -> dict[str, Any]:
    match done:
        case Done():
            return {"variables": write_result(done.result)}
        case Failed():
            fault = done.fault
            return {
                "fault": {"code": fault.code, "message": fault.message},
                "variables": write_values(fault.variables),
            }


def _answer(effect: Effect, messages: Messages) -> TaskAnswer:
    written: Any = effect.result
    thrown = written.get("fault")
    if thrown is not None:
        raise Fault(thrown["code"], thrown["message"], read_values(written["variables"]))
    return TaskAnswer(variables=written["variables"], messages=messages)


def _told(error: Exception, kind: str) -> ApplicationError:
    if not isinstance(error, _EXPECTED):
        # Where it happened, not what it said: a text may quote personal data.
        frames = _places(error)
        log.error("%s failed: %s at %s", kind, type(error).__name__, " < ".join(frames))
    variables = write_values(error.variables) if isinstance(error, Fault) else {}
    return as_application_error(error, variables)


def _places(error: Exception) -> list[str]:
    """Where it went through our own rooms, the deepest place first."""
    places: list[str] = []
    trace = error.__traceback__
    while trace is not None:
        code, module = trace.tb_frame.f_code, trace.tb_frame.f_globals.get("__name__", "")
        if module.partition(".")[0] in _ROOMS:
            places.append(f"{module}:{trace.tb_lineno} {code.co_name}")
        trace = trace.tb_next
    return places[::-1][:8]
