"""Waits that a turn both opens and closes: nobody ever sees them, and nobody may find them open."""

from typing import Final

from temporalio import workflow

from workflows.bpmn.interpreter.commands import (
    CancelTimer,
    CloseHumanTask,
    Command,
    ListenForSignal,
    OfferActivities,
    OpenHumanTask,
    StartTimer,
    StopListening,
    Subscribe,
    Unsubscribe,
    WithdrawOffer,
)

PATCH: Final = "fleeting-waits"


def lasting(commands: list[Command]) -> list[Command]:
    """Leave out what is opened and closed within one turn, on both sides."""
    fleeting = _opened(commands) & _closed(commands)
    if not fleeting or not workflow.patched(PATCH):
        return commands
    return [each for each in commands if _place(each) not in fleeting]


def _opened(commands: list[Command]) -> set[tuple[str, int] | None]:
    kinds = (StartTimer, Subscribe, ListenForSignal, OfferActivities, OpenHumanTask)
    return {_place(each) for each in commands if isinstance(each, kinds)}


def _closed(commands: list[Command]) -> set[tuple[str, int] | None]:
    kinds = (CancelTimer, Unsubscribe, StopListening, WithdrawOffer, CloseHumanTask)
    return {_place(each) for each in commands if isinstance(each, kinds)}


def _place(command: Command) -> tuple[str, int] | None:
    match command:
        case StartTimer(wait=wait) | CancelTimer(wait=wait):
            return "timer", wait
        case Subscribe(wait=wait) | Unsubscribe(wait=wait):
            return "message", wait
        case ListenForSignal(wait=wait) | StopListening(wait=wait):
            return "signal", wait
        case OfferActivities(wait=wait) | WithdrawOffer(wait=wait):
            return "offer", wait
        case OpenHumanTask(key=key) | CloseHumanTask(key=key):
            return "task", key
        case _:
            return None
