"""The Temporal workflow: occurrences in, commands carried out."""

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
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
    from workflows.contracts.journal import JournalHead, MessageDelivery
    from workflows.contracts.repair import Forecast, RepairOrder, Standstill
    from workflows.contracts.routing import (
        CANCEL_CASE,
        CASE_WORKFLOW,
        CLAIM_TASK,
        COMPLETE_TASK,
        DELIVER_MESSAGE,
        DELIVER_SIGNAL,
        ESCALATE,
        FORESEE_REPAIR,
        JOURNAL_HEAD,
        NOTE_REPLAY,
        REPAIR_CASE,
        RESOLVE_INCIDENT,
        SIGNAL_SUFFIX,
        STAND_STILL,
    )
    from workflows.contracts.signal import SignalDelivery
    from workflows.host.desk import Desk


@workflow.defn(name=CASE_WORKFLOW)
class ServicingCase:
    """A servicing case: it executes the BPMN model that its input names by hash."""

    @workflow.init
    def __init__(self, given: CaseInput) -> None:
        self.desk = Desk(given)

    @workflow.run
    async def run(self, _given: CaseInput) -> CaseResult:
        """Live until the model, a cancellation or an operator ends it."""
        return await self.desk.live()

    @workflow.update(name=COMPLETE_TASK)
    async def complete_task(self, act: TaskAct) -> TaskReceipt:
        """Complete a human task: approve, reject, return, or hand in work."""
        return await self.desk.act(act)

    @complete_task.validator
    def _check_completion(self, act: TaskAct) -> None:
        self.desk.check_completion(act)

    @workflow.update(name=CLAIM_TASK)
    async def claim_task(self, act: TaskAct) -> TaskReceipt:
        """Claim a human task, give it back, or delegate it."""
        return await self.desk.act(act)

    @claim_task.validator
    def _check_claim(self, act: TaskAct) -> None:
        self.desk.check_claim(act)

    @workflow.update(name=DELIVER_MESSAGE)
    async def deliver_message(self, message: MessageDelivery) -> Receipt:
        """Take up a message that was correlated to a subscription of this instance."""
        return await self.desk.deliver(message)

    @deliver_message.validator
    def _check_delivery(self, message: MessageDelivery) -> None:
        self.desk.check_delivery(message)

    @workflow.update(name=DELIVER_SIGNAL)
    async def deliver_signal(self, signal: SignalDelivery) -> Receipt:
        """Take up a signal that this instance listened for when it was broadcast."""
        return await self.desk.hear_signal(signal)

    @deliver_signal.validator
    def _check_signal(self, signal: SignalDelivery) -> None:
        self.desk.check_signal(signal)

    @workflow.update(name=RESOLVE_INCIDENT)
    async def resolve_incident(self, order: IncidentResolution) -> Receipt:
        """Try the failed element again."""
        return await self.desk.resolve(order)

    @resolve_incident.validator
    def _check_resolution(self, order: IncidentResolution) -> None:
        self.desk.check_resolution(order)

    @workflow.update(name=CANCEL_CASE)
    async def cancel_case(self, order: Cancellation) -> Receipt:
        """End the case."""
        return await self.desk.cancel(order)

    @cancel_case.validator
    def _check_cancellation(self, order: Cancellation) -> None:
        self.desk.check_cancellation(order)

    @workflow.update(name=NOTE_REPLAY)
    async def note_replay(self, note: ReplayNote) -> Receipt:
        """Take over from another run, and say so in the journal."""
        return await self.desk.note_replay(note)

    @workflow.update(name=REPAIR_CASE)
    async def repair_case(self, order: RepairOrder) -> Receipt:
        """Stand still, go on, skip, throw or move tokens, as operations say."""
        return await self.desk.repair(order)

    @repair_case.validator
    def _check_repair(self, order: RepairOrder) -> None:
        self.desk.check_repair(order)

    @workflow.query(name=FORESEE_REPAIR)
    def foresee_repair(self, order: RepairOrder) -> Forecast:
        """Say what would come of an order; nothing changes."""
        return self.desk.foresee(order)

    @workflow.signal(name=STAND_STILL)
    async def hear_standstill(self, word: Standstill) -> None:
        """Hear from the caller whether to stand still."""
        self.desk.hear_standstill(word)

    @workflow.signal(name=COMPLETE_TASK + SIGNAL_SUFFIX)
    async def complete_task_signal(self, act: TaskAct) -> None:
        """Complete a human task, asking for no answer."""
        await self.desk.hear_act(act)

    @workflow.signal(name=ESCALATE)
    async def hear_escalation(self, told: Escalation) -> None:
        """Hear an escalation of a called process."""
        self.desk.hear_escalation(told)

    @workflow.signal(name=DELIVER_MESSAGE + SIGNAL_SUFFIX)
    async def deliver_message_signal(self, message: MessageDelivery) -> None:
        """Take up a correlated message, asking for no answer."""
        await self.desk.hear_message(message)

    @workflow.query(name=JOURNAL_HEAD)
    def journal_head(self) -> JournalHead:
        """Tell where the journal stands."""
        return self.desk.case.journal.head
