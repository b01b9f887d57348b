"""The desk of a case: updates and signals come in here, and leave as occurrences.

A handler never changes the case. It puts an occurrence into the inbox, waits until the loop has
dealt with it and its consequences are in the journal, and answers.
"""

from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

from pydantic import BaseModel
from temporalio import workflow

from workflows.bpmn.interpreter.occurrences import (
    Cancelled,
    EscalationThrown,
    IncidentResolved,
)
from workflows.contracts.case import (
    Cancellation,
    CaseInput,
    CaseResult,
    Escalation,
    IncidentResolution,
    Receipt,
    ReplayNote,
)
from workflows.contracts.human_task import TaskAct, TaskReceipt
from workflows.contracts.journal import MessageDelivery
from workflows.contracts.repair import Forecast, RepairOrder, Standstill
from workflows.contracts.signal import SignalDelivery
from workflows.host import reborn, repairs, suspension
from workflows.host.case import Act, Case, Noted, Ordered, Posted, decode_all, is_readable
from workflows.host.human_tasks import objection
from workflows.host.jobs import takes_queue
from workflows.host.loop import live
from workflows.host.messages import delivery_id, post_delivery, take_up
from workflows.host.requests import Reply, refusal
from workflows.host.signals import post_signal, signal_id, was_heard

_Answer = TypeVar("_Answer", bound=BaseModel)


class Desk:
    """Everything that the workflow class passes on."""

    def __init__(self, given: CaseInput) -> None:
        self.case = Case(given)
        suspension.take_over(self.case, given.carried or {})
        reborn.listen(self.case)

    async def live(self) -> CaseResult:
        """Run the case to its end."""
        return await live(self.case)

    # human tasks

    def check_completion(self, act: TaskAct) -> None:
        """Refuse a completion that cannot be right."""
        if act.act != "complete":
            raise refusal(
                "INVALID",
                "This update only completes tasks.",
            )
        self._check_act(act)

    def check_claim(self, act: TaskAct) -> None:
        """Refuse a claim that cannot be right."""
        if act.act == "complete":
            raise refusal("INVALID", "This update does not complete tasks.")
        self._check_act(act)

    def _check_act(self, act: TaskAct) -> None:
        if self.case.requests.recall(act.request_id, act) is not None:
            return
        error = objection(self.case, act)
        if error is not None and not self._may_come(self._has_task(act)):
            raise error

    async def act(self, act: TaskAct) -> TaskReceipt:
        """Have an act judged, and answer when its consequences are journaled."""
        await self.case.until_there(self._has_task(act))
        return await self._ask(act.request_id, act, partial(self._post_act, act), TaskReceipt)

    async def hear_act(self, act: TaskAct) -> None:
        """Have an act judged; nobody waits, what was refused stands in the journal."""
        await self.case.until_there(self._has_task(act))
        if not self.case.requests.knows(act.request_id):
            self._post_act(act)

    def _has_task(self, act: TaskAct) -> Callable[[], bool]:
        return lambda: act.task_key in self.case.waits.tasks

    def _may_come(self, is_there: Callable[[], bool]) -> bool:
        """Tell whether what is not open may be so yet; the loop will see."""
        return self.case.is_on_its_way and not is_there()

    def _post_act(self, act: TaskAct) -> Reply:
        reply = self.case.requests.open(act.request_id, act)
        self.case.inbox.append(Act(act=act, reply=reply))
        return reply

    # messages

    def check_delivery(self, message: MessageDelivery) -> None:
        """Refuse a message that nothing waits for."""
        if self.case.requests.recall(delivery_id(message), message) is not None:
            return
        heard = self.case.waits.messages.get(message.wait)
        is_other = heard is None or heard.message != message.name or self.case.finish is not None
        if is_other and not self._may_come(self._listens(message)):
            raise refusal("NOT_OPEN", "The case does not wait for this message.")
        self._check_variables(message.variables)

    async def deliver(self, message: MessageDelivery) -> Receipt:
        """Take up a message, and answer when its consequences are journaled."""
        await self.case.until_there(self._listens(message))
        post = partial(post_delivery, self.case, message)
        return await self._ask(delivery_id(message), message, post, Receipt)

    async def hear_message(self, message: MessageDelivery) -> None:
        """Take up a message; nobody waits."""
        await self.case.until_there(self._listens(message))
        take_up(self.case, (message,))

    def _listens(self, message: MessageDelivery) -> Callable[[], bool]:
        return lambda: message.wait in self.case.waits.messages

    # signals

    def check_signal(self, signal: SignalDelivery) -> None:
        """Refuse a signal that nothing listens for any more."""
        if was_heard(self.case, signal):
            return
        if not self._hears(signal)() and not self._may_come(self._hears(signal)):
            raise refusal("NOT_OPEN", "The case does not listen for this signal.")
        self._check_variables(signal.variables)

    async def hear_signal(self, signal: SignalDelivery) -> Receipt:
        """Take up a signal, and answer when its consequences are journaled."""
        await self.case.until_there(self._hears(signal))
        if was_heard(self.case, signal) and not self.case.requests.knows(signal_id(signal)):
            return await self._heard_long_ago(signal)
        post = partial(post_signal, self.case, signal)
        return await self._ask(signal_id(signal), signal, post, Receipt)

    async def _heard_long_ago(self, signal: SignalDelivery) -> Receipt:
        case = self.case
        await case.journaled(case.journal.last)
        return Receipt(instance_id=case.instance_id, request_id=signal_id(signal), at=case.now())

    def _hears(self, signal: SignalDelivery) -> Callable[[], bool]:
        return lambda: not self.case.waits.signals.keys().isdisjoint(signal.waits)

    # called processes

    def hear_escalation(self, told: Escalation) -> None:
        """Take up an escalation that a called process has thrown (S18)."""
        thrown = EscalationThrown(
            at=self.case.now(), key=told.key, code=told.code, variables=decode_all(told.variables)
        )
        self.case.post(thrown)

    def hear_standstill(self, word: Standstill) -> None:
        """Take up the caller's word about standing still."""
        self.case.inbox.append(Ordered(order=word))

    # operations

    def check_resolution(self, order: IncidentResolution) -> None:
        """Refuse what resolves nothing."""
        if self.case.requests.recall(order.request_id, order) is not None:
            return
        if not self._is_stuck(order)() and not self._may_come(self._is_stuck(order)):
            raise refusal("NOT_OPEN", "The incident is not open.")
        stuck = self.case.state.incidents.get(order.incident)
        if order.queue and stuck is not None and not takes_queue(self.case, stuck.node):
            raise refusal(
                "INVALID", "This element has no work on a task queue to be sent elsewhere."
            )
        self._check_variables(order.variables)

    async def resolve(self, order: IncidentResolution) -> Receipt:
        """Try a failed element again."""
        await self.case.until_there(self._is_stuck(order))
        return await self._ask(
            order.request_id, order, lambda: self._post_resolution(order), Receipt
        )

    def _is_stuck(self, order: IncidentResolution) -> Callable[[], bool]:
        return lambda: order.incident in self.case.incidents

    def _post_resolution(self, order: IncidentResolution) -> Reply:
        reply = self.case.requests.open(order.request_id, order)
        occurrence = IncidentResolved(
            at=self.case.now(),
            incident=order.incident,
            variables=decode_all(order.variables),
            retries=order.retries,
        )
        told = {**_act("incident.retry", order), "incident": order.incident}
        if order.proposed_by:
            told["proposedBy"] = order.proposed_by
        stuck = self.case.state.incidents.get(order.incident)
        if order.queue and stuck is not None:
            told["queue"] = order.queue
            self.case.waits.detours[stuck.item[1]] = order.queue
        posted = Posted(occurrence=occurrence, request_id=order.request_id, reply=reply, told=told)
        self.case.inbox.append(posted)
        return reply

    def check_cancellation(self, order: Cancellation) -> None:
        """Refuse to cancel what has ended."""
        if self.case.requests.recall(order.request_id, order) is None and self.case.finish:
            raise refusal("NOT_OPEN", "The case has already ended.")

    async def cancel(self, order: Cancellation) -> Receipt:
        """End the case."""
        return await self._ask(
            order.request_id, order, lambda: self._post_cancellation(order), Receipt
        )

    def _post_cancellation(self, order: Cancellation) -> Reply:
        reply = self.case.requests.open(order.request_id, order)
        occurrence = Cancelled(at=self.case.now(), reason=f"{order.reason} [{order.actor}]")
        told = _act("case.cancel", order)
        posted = Posted(occurrence=occurrence, request_id=order.request_id, reply=reply, told=told)
        self.case.inbox.append(posted)
        return reply

    def check_repair(self, order: RepairOrder) -> None:
        """Refuse an order that cannot be carried out."""
        repairs.check(self.case, order)

    async def repair(self, order: RepairOrder) -> Receipt:
        """Mend the case."""
        return await self._ask(
            order.request_id, order, partial(repairs.post, self.case, order), Receipt
        )

    def foresee(self, order: RepairOrder) -> Forecast:
        """Say what would come of an order."""
        return repairs.forecast(self.case, order)

    # a run that took over from another

    async def note_replay(self, note: ReplayNote) -> Receipt:
        """Write down who replayed the case; what another run told from here on is superseded."""
        return await self._ask(note.request_id, note, partial(self._write_replay, note), Receipt)

    def _write_replay(self, note: ReplayNote) -> Reply:
        reply = self.case.requests.open(note.request_id, note)
        self.case.inbox.append(
            Noted(told=reborn.told(note), request_id=note.request_id, reply=reply)
        )
        return reply

    # all of them

    async def _ask(
        self,
        request_id: str,
        request: BaseModel,
        post: Callable[[], Reply],
        answer: type[_Answer],
    ) -> _Answer:
        self.case.updates += 1
        reply = self.case.requests.recall(request_id, request) or post()
        await workflow.wait_condition(lambda: reply.is_settled)
        await self.case.journaled(reply.seq)
        if reply.refusal is not None:
            raise reply.refusal
        return answer.model_validate(reply.receipt)

    @staticmethod
    def _check_variables(variables: dict[str, object]) -> None:
        if not is_readable(variables):
            raise refusal("INVALID", "A variable is not a wire-encoded value.")


def _act(name: str, order: Cancellation | IncidentResolution) -> dict[str, Any]:
    return {
        "act": name,
        "actor": order.actor,
        "role": order.role,
        "reason": order.reason,
        "requestId": order.request_id,
    }
