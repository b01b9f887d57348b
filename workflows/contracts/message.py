"""Publish a BPMN message from a case; the broker in the database correlates it (S23)."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict

from workflows.contracts.journal import JournalBatch, MessageDelivery


class Publication(BaseModel):
    """What the local activity ``message.publish`` receives."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    case_id: str
    instance_id: str
    element: str
    key: int
    """Element instance key of the throwing event or task."""
    effect_key: str
    """``<instance>/<element>/<key>``; the message id where the model gives none."""
    name: str
    correlation_key: str
    message_id: str | None = None
    time_to_live: str | None = None
    """ISO 8601 duration; None or zero: not buffered."""
    variables: dict[str, Any] = {}
    """Wire-encoded FEEL values by name."""
    at: datetime
    clock_offset: float = 0.0
    journal: JournalBatch | None = None


class PublicationReceipt(BaseModel):
    """The message is with the broker; ``messages`` are deliveries to the publishing instance."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    messages: tuple[MessageDelivery, ...] = ()
