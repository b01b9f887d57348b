"""Signals between the broker and the instance: broadcast once, taken up once, in order (S25)."""

from collections.abc import Iterable

from workflows.bpmn.interpreter.commands import BroadcastSignal
from workflows.bpmn.interpreter.occurrences import (
    Occurrence,
    SignalArrived,
    TaskCompleted,
    TaskFailed,
)
from workflows.contracts.human_task import SIGNAL_BROADCAST
from workflows.contracts.signal import Broadcast, BroadcastReceipt, SignalDelivery
from workflows.host.broker import hand_over
from workflows.host.case import Case, Posted, decode_all, is_readable
from workflows.host.messages import take_up
from workflows.host.requests import Reply


def signal_id(signal: SignalDelivery) -> str:
    """Return the request id of a delivery."""
    return f"signal/{signal.no}"


def was_heard(case: Case, signal: SignalDelivery) -> bool:
    """Tell whether a signal was taken up before; those of one name come in the broker's order."""
    return signal.no <= case.heard.get(signal.name, 0)


def post_signal(case: Case, signal: SignalDelivery) -> Reply:
    """Post a signal that was not taken up before."""
    reply = case.requests.open(signal_id(signal), signal)
    case.heard[signal.name] = signal.no
    arrived = SignalArrived(
        at=case.now(),
        signal=signal.name,
        signal_id=str(signal.no),
        waits=signal.waits,
        variables=decode_all(signal.variables),
    )
    case.inbox.append(Posted(occurrence=arrived, request_id=signal_id(signal), reply=reply))
    return reply


def hear(case: Case, signals: Iterable[SignalDelivery]) -> None:
    """Post what the instance is given with its own broadcast, unless it was taken up before."""
    for signal in signals:
        if not was_heard(case, signal) and is_readable(signal.variables):
            post_signal(case, signal)


async def broadcast(case: Case, command: BroadcastSignal) -> Occurrence:
    """Hand a signal of the model to the broker; what listens in this instance hears it first.

    The broker must know what listens here: everything not yet acknowledged goes along.
    """
    batch = None if case.journal.is_acknowledged else case.journal.take()
    call = Broadcast(
        case_id=case.input.case_id,
        instance_id=case.instance_id,
        element=command.element,
        key=command.key,
        effect_key=case.effect_key(command.element, command.key),
        name=command.signal,
        variables=case.encodings.all(command.variables),
        at=case.now(),
        clock_offset=case.input.clock_offset,
        journal=batch,
    )
    receipt = await hand_over(case, command, SIGNAL_BROADCAST, call, BroadcastReceipt)
    if isinstance(receipt, TaskFailed):
        return receipt
    take_up(case, receipt.messages)
    hear(case, receipt.signals)
    return TaskCompleted(at=case.now(), key=command.key)
