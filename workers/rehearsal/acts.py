"""What a case asks Temporal for: as its history records it, and as its code asks for it."""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from temporalio.api.common.v1 import Payload
from temporalio.api.enums.v1 import EventType
from temporalio.api.history.v1 import HistoryEvent
from temporalio.bridge.proto.workflow_commands import WorkflowCommand
from temporalio.client import WorkflowHistory
from temporalio.converter import DataConverter


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """Something a case asks Temporal for."""

    kind: str
    name: str = ""
    element: str = ""
    """Of the model; empty: the case's own doing."""
    label: str = ""
    """The element's name."""
    event_id: int = 0

    @property
    def key(self) -> tuple[str, str, str]:
        """What makes it the same act in a history and in a replay."""
        return (self.kind, self.name, self.label)

    def sentence(self) -> str:
        """Say it in terms of the model."""
        place = f" at {self.element}" if self.element else ""
        label = f" ({self.label})" if self.label and self.label != self.element else ""
        return f"{self.kind}{' ' + self.name if self.name else ''}{place}{label}"


_COMMANDS: Final[Mapping[str, Callable[[WorkflowCommand], tuple[str, str]]]] = {
    "schedule_activity": lambda c: ("activity", c.schedule_activity.activity_type),
    "schedule_local_activity": lambda c: (
        "local activity", c.schedule_local_activity.activity_type,
    ),
    "start_timer": lambda _: ("timer", ""),
    "start_child_workflow_execution": lambda _: ("called process", ""),
    "signal_external_workflow_execution": lambda c: (
        "signal", c.signal_external_workflow_execution.signal_name,
    ),
    "set_patch_marker": lambda c: ("patch", c.set_patch_marker.patch_id),
    "complete_workflow_execution": lambda _: ("end", ""),
    "fail_workflow_execution": lambda _: ("failure", ""),
    "cancel_workflow_execution": lambda _: ("cancellation", ""),
    "continue_as_new_workflow_execution": lambda _: ("new run", ""),
}  # fmt: skip


def act_of(command: WorkflowCommand) -> Act | None:
    """Read a command; None: it says nothing of the case's course."""
    read = _COMMANDS.get(command.WhichOneof("variant") or "")
    if read is None:
        return None
    kind, name = read(command)
    return Act(
        kind=kind,
        name=name,
        element=_element(command.event_group_markers),
        label=_text(command.user_metadata.summary),
    )


def _marker(event: HistoryEvent) -> tuple[str, str]:
    marker = event.marker_recorded_event_attributes
    told: dict[str, Any] = {}
    for payloads in marker.details.values():
        for payload in payloads.payloads[:1]:
            read = _json(payload)
            told |= read if isinstance(read, dict) else {}
    if marker.marker_name == "core_local_activity":
        return "local activity", str(told.get("activity_type", ""))
    return "patch", str(told.get("id", marker.marker_name))


_EVENTS: Final[Mapping[int, Callable[[HistoryEvent], tuple[str, str]]]] = {
    EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED: lambda e: (
        "activity", e.activity_task_scheduled_event_attributes.activity_type.name,
    ),
    EventType.EVENT_TYPE_MARKER_RECORDED: _marker,
    EventType.EVENT_TYPE_TIMER_STARTED: lambda _: ("timer", ""),
    EventType.EVENT_TYPE_START_CHILD_WORKFLOW_EXECUTION_INITIATED: lambda _: ("called process", ""),
    EventType.EVENT_TYPE_SIGNAL_EXTERNAL_WORKFLOW_EXECUTION_INITIATED: lambda e: (
        "signal", e.signal_external_workflow_execution_initiated_event_attributes.signal_name,
    ),
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_COMPLETED: lambda _: ("end", ""),
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_FAILED: lambda _: ("failure", ""),
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_CANCELED: lambda _: ("cancellation", ""),
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_CONTINUED_AS_NEW: lambda _: ("new run", ""),
}  # fmt: skip


async def acts_of(history: WorkflowHistory, converter: DataConverter) -> list[Act]:
    """Read a history; what is encrypted in it is decrypted."""
    acts = []
    for event in history.events:
        read = _EVENTS.get(event.event_type)
        if read is None:
            continue
        kind, name = read(event)
        summary = event.user_metadata.summary
        if summary.data and converter.payload_codec is not None:
            summary = (await converter.payload_codec.decode([summary]))[0]
        acts.append(
            Act(
                kind=kind,
                name=name,
                element=_element(event.event_group_markers),
                label=_text(summary),
                event_id=event.event_id,
            )
        )
    return acts


def _element(markers: Iterable[Any]) -> str:
    return next((str(marker.label.id) for marker in markers), "")


def _text(payload: Payload) -> str:
    read = _json(payload) if payload.data else ""
    return read if isinstance(read, str) else ""


def _json(payload: Payload) -> object:
    try:
        return json.loads(payload.data)
    except ValueError:
        return None
