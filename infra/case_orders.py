"""One act of operations on one case, by its own workflow: foreseen, carried out once, answered.

Everything is asked under a request id that belongs to the item of a batch, so that whoever repeats
it after a crash repeats nothing: a case that knows the id answers as it did.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from pydantic import BaseModel
from temporalio.client import (
    Client,
    WorkflowQueryFailedError,
    WorkflowUpdateFailedError,
    WorkflowUpdateRPCTimeoutOrCancelledError,
)
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError, RPCStatusCode

from infra import replay_points
from infra.db.journal.replays import Replay
from infra.db.journal.versions import taking_back
from infra.db.operations.batches import Batch, Item
from infra.db.unit_of_work import Database
from infra.replay_points import NoReplay, Plan, Wanted, looks_at_undoing
from infra.temporal_answers import is_away
from workflows.contracts.batch import BatchAct
from workflows.contracts.case import Cancellation, IncidentResolution, Receipt, UndoOrder
from workflows.contracts.four_eyes import wants_two
from workflows.contracts.repair import (
    Cancel,
    Forecast,
    Instruction,
    Modify,
    RepairAct,
    RepairOrder,
    Resume,
    Retry,
    Skip,
    Suspend,
    Throw,
)
from workflows.contracts.routing import (
    CANCEL_CASE,
    FORESEE_REPAIR,
    REPAIR_CASE,
    RESOLVE_INCIDENT,
)
from workflows.domain.ids import derive

RPC_TIMEOUT: Final = timedelta(seconds=10)
_PASSING: Final = frozenset(("NOT_READY",))
_OVER: Final = "case-not-running"
_NEVER: Final = "not-migrated"
_IF_DONE: Final = frozenset((_OVER, _NEVER))
"""What a case says that has done it before, too."""
_OTHER: Final = "other-version"
_REUSED: Final = "REQUEST_REUSED"
_DONE_ALREADY: Final = "already"


class CaseAway(Exception):
    """The case could not be reached, or did not answer in time; asking again is safe."""


class CaseRefuses(Exception):
    """The case, or what it is, stands against it."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code.lower().replace("_", "-")
        self.detail = detail


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseOrders:
    """Who carries out orders on cases."""

    client: Client
    database: Database
    now: Callable[[], datetime]

    async def carry_out(self, batch: Batch, item: Item) -> str:
        """Do it once; returns a remark. Raises CaseRefuses or CaseAway."""
        act = batch.what
        if act.do == "replay":
            return await self._replay(batch, item, act)
        try:
            return await self._ask(batch, item, act)
        except CaseRefuses as refusal:
            if refusal.code in _IF_DONE and await self._is_done(item):
                return _DONE_ALREADY
            raise

    async def _ask(self, batch: Batch, item: Item, act: BatchAct) -> str:
        """Ask the case itself, whoever asked before: the journal may tell of a turn that is lost.

        What the case knows it answers as it did.
        """
        if act.do == "cancel":
            order = Cancellation(
                request_id=request_of(item),
                actor=batch.ordered_by,
                role=batch.role,
                reason=batch.reason,
            )
            await self._update(item.instance_id, CANCEL_CASE, order, order.request_id)
            return ""
        return await self._repair(batch, item, act)

    async def foresee(self, batch: Batch, item: Item) -> Forecast:
        """Say what would come of it; faults where it would be refused."""
        act = batch.what
        try:
            if act.do == "replay":
                found, _ = await self._point(item, act)
                return Forecast(faults=() if found.run_id else ("There is no such point.",))
            if act.do == "cancel":
                return await self._foresee(item, self._order(batch, item, Cancel()))
            acts = await self._acts(item, act)
            if not acts:
                return Forecast(faults=("There is no plan from the case's version.",))
            return await self._foresee(item, self._order(batch, item, acts[0]))
        except CaseRefuses as refusal:
            return Forecast(faults=(refusal.detail,))
        except NoReplay as refusal:
            return Forecast(faults=(refusal.detail,))

    # --- repairs

    async def _repair(self, batch: Batch, item: Item, act: BatchAct) -> str:
        refusal = CaseRefuses("NO_PLAN", "The batch has no plan from the case's version.")
        for one in await self._acts(item, act):
            try:
                return await self._mend(batch, item, act, one)
            except CaseRefuses as other:
                if other.code != _OTHER:
                    raise
                refusal = other
        raise refusal

    async def _mend(self, batch: Batch, item: Item, act: BatchAct, one: RepairAct) -> str:
        order = self._order(batch, item, one)
        if act.do not in ("retry", "suspend", "resume") or act.variables:
            # With faults it is asked all the same: a repeat after a crash gets its first answer.
            told = await self._foresee(item, order)
            if wants_two(told):
                if not batch.proposed_by:
                    raise CaseRefuses(
                        "SECOND_PERSON",
                        "This could move money or passes over a decision; one person ordered it.",
                    )
                order = order.model_copy(update={"proposed_by": batch.proposed_by})
        if isinstance(order.act, Retry):
            await self._retry(item, act, order, order.act)
        else:
            await self._update(item.instance_id, REPAIR_CASE, order, order.request_id)
        return ""

    def _order(self, batch: Batch, item: Item, act: RepairAct) -> RepairOrder:
        return RepairOrder(
            request_id=request_of(item),
            actor=batch.ordered_by,
            role=batch.role,
            reason=batch.reason,
            act=act,
        )

    async def _acts(self, item: Item, act: BatchAct) -> list[RepairAct]:
        """Return what may be meant: of a migration every plan, as the case alone knows its version.

        The one for the version that was told comes first; that may be where we took it before.
        """
        if act.do != "migrate":
            return [await self._act(item, act)]
        async with self.database.reading() as room:
            known = await room.versions.of_case(item.case_id)
        told = next((one for one in known if one.instance_id == item.instance_id), None)
        if act.undo:
            back = None if told is None or told.is_back else taking_back(told)
            if back is None:
                raise CaseRefuses(_NEVER, "This was never migrated, or has gone back already.")
            return [back]
        first = "" if told is None else told.program_hash
        return [act.plans[one] for one in sorted(act.plans, key=lambda one: (one != first, one))]

    async def _act(self, item: Item, act: BatchAct) -> RepairAct:
        incident, given = item.incident or 0, act.variables
        match act.do:
            case "retry":
                return Retry(incident=incident, variables=given, retries=act.retries)
            case "skip":
                return Skip(incident=incident, variables=given)
            case "throw":
                return Throw(incident=incident, code=act.code, variables=given)
            case "suspend" | "resume":
                return Suspend() if act.do == "suspend" else Resume()
            case "modify":
                return await self._modification(item, act)
            case "migrate" | "replay" | "cancel":
                raise AssertionError(f"Expected a repair, but got {act.do}")

    async def _retry(self, item: Item, act: BatchAct, order: RepairOrder, retry: Retry) -> None:
        resolution = IncidentResolution(
            request_id=order.request_id,
            actor=order.actor,
            role=order.role,
            reason=order.reason,
            incident=retry.incident,
            variables=retry.variables,
            retries=retry.retries,
            queue=act.queue,
            proposed_by=order.proposed_by,
        )
        await self._update(item.instance_id, RESOLVE_INCIDENT, resolution, order.request_id)

    async def _modification(self, item: Item, act: BatchAct) -> Modify:
        """Name the live instances that are to be moved: their keys are the case's own."""
        if not act.moves:
            return Modify(instructions=act.instructions)
        looking = RepairOrder(
            request_id=request_of(item),
            actor="batch",
            role="",
            reason="look",
            act=Modify(instructions=()),
        )
        told = await self._foresee(item, looking)
        tokens = told.before.tokens if told.before else ()
        moves = tuple(
            Instruction(do="move", key=token.key, element=act.moves[token.element])
            for token in tokens
            if token.element in act.moves and token.kind != "join"
        )
        if not moves:
            # With nothing to move the case is only asked whether it knows the order.
            if await self._is_done(item):
                return Modify(instructions=())
            raise CaseRefuses("NOT_THERE", "The case is not at any of these elements any more.")
        return Modify(instructions=(*moves, *act.instructions))

    # --- replays

    async def _replay(self, batch: Batch, item: Item, act: BatchAct) -> str:
        replay_id = f"RP-{request_of(item)}"
        async with self.database.reading() as room:
            known = await room.replays.get(replay_id)
        if known is not None and known.finished_at is not None:
            return _DONE_ALREADY
        try:
            if known is not None:  # ordered before a crash: it is carried to its end
                done = await self._reset(known, frozenset())
            else:
                done = await self._new_replay(batch, item, act, replay_id)
        except NoReplay as refusal:
            raise CaseRefuses(refusal.code, refusal.detail) from None
        except WorkflowUpdateRPCTimeoutOrCancelledError as error:
            raise CaseAway(str(error)) from None
        except (RPCError, RuntimeError) as error:
            raise _unanswered(error) from None
        return f"run {done.new_run_id}"

    async def _new_replay(self, batch: Batch, item: Item, act: BatchAct, replay_id: str) -> Replay:
        found, undo = await self._point(item, act)
        order = Replay(
            id=replay_id,
            case_id=item.case_id,
            base_run_id=found.run_id,
            event_id=found.event_id,
            element=found.element,
            point_at=found.at,
            actor=batch.ordered_by,
            role=batch.role,
            reason=batch.reason,
            at=self.now(),
            variables=act.variables or None,
            proposed_by=batch.proposed_by or None,
            undo=None if undo is None else undo.model_dump(mode="json"),
        )
        return await self._reset(order, found.replayed)

    async def _point(self, item: Item, act: BatchAct) -> tuple[Plan, UndoOrder | None]:
        """Find where a case would go on, and what it would undo first."""
        looks = looks_at_undoing(act.undo, corrects=bool(act.variables))
        wanted = Wanted(to=act.to, run_id=None, undo=looks)
        found = await replay_points.plan(self.client, self.database, item.case_id, wanted)
        return found, await replay_points.undo_of(self.database, found, act.undo)

    async def _reset(self, order: Replay, replayed: frozenset[str]) -> Replay:
        return await replay_points.carry_out(self.client, self.database, order, replayed, self.now)

    # --- asking

    async def _is_done(self, item: Item) -> bool:
        async with self.database.reading() as room:
            return await room.acts.is_done(item.instance_id, request_of(item))

    async def _foresee(self, item: Item, order: RepairOrder) -> Forecast:
        handle = self.client.get_workflow_handle(item.instance_id)
        try:
            told: Forecast = await handle.query(
                FORESEE_REPAIR, order, result_type=Forecast, rpc_timeout=RPC_TIMEOUT
            )
        except WorkflowQueryFailedError as error:
            raise CaseAway(str(error)) from None
        except (RPCError, RuntimeError) as error:
            raise _unanswered(error) from None
        return told

    async def _update(self, instance_id: str, name: str, order: BaseModel, request_id: str) -> None:
        handle = self.client.get_workflow_handle(instance_id)
        try:
            await handle.execute_update(
                name, order, id=request_id, result_type=Receipt, rpc_timeout=RPC_TIMEOUT
            )
        except WorkflowUpdateFailedError as error:
            _refused(error)
        except WorkflowUpdateRPCTimeoutOrCancelledError as error:
            raise CaseAway(str(error)) from None
        except (RPCError, RuntimeError) as error:
            raise _unanswered(error) from None


def request_of(item: Item) -> str:
    """Return the name under which a case is asked for the sake of an item: always the same."""
    return derive("BI", item.batch_id, item.no)


def _refused(error: WorkflowUpdateFailedError) -> None:
    """Raise what an update was answered; our own name with another content was us, before."""
    cause: Any = error.cause
    code = cause.type if isinstance(cause, ApplicationError) and cause.type else "REFUSED"
    detail = cause.message if isinstance(cause, ApplicationError) else "The case refused."
    if code == _REUSED:
        return
    if code in _PASSING:
        raise CaseAway(detail) from None
    raise CaseRefuses(code, detail) from None


def _unanswered(error: RPCError | RuntimeError) -> Exception:
    if isinstance(error, RPCError) and error.status == RPCStatusCode.NOT_FOUND:
        return CaseRefuses("CASE_NOT_RUNNING", "The case has ended, or has not begun yet.")
    return CaseAway(str(error)) if is_away(error) else error
