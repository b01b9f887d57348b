"""Broadcast a BPMN signal from a case; the broker in the database tells everybody (S25)."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict

from workflows.contracts.journal import JournalBatch, MessageDelivery
from workflows.domain.ids import derive


class SignalDelivery(BaseModel):
    """A signal for one instance: what of it listened when the signal was broadcast."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    instance_id: str
    no: int
    """The broker counts signals up; an instance hears those of one name in this order."""
    name: str
    waits: tuple[int, ...]
    variables: dict[str, Any] = {}
    """Wire-encoded FEEL values by name."""

    @property
    def update_id(self) -> str:
        """Return the id that Temporal keeps of the delivery."""
        return derive("signal", self.no)


class Broadcast(BaseModel):
    """What the local activity ``signal.broadcast`` receives."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    case_id: str
    instance_id: str
    element: str
    key: int
    """Element instance key of the throwing event."""
    effect_key: str
    """``<instance>/<element>/<key>``: the signal's id."""
    name: str
    variables: dict[str, Any] = {}
    """Wire-encoded FEEL values by name."""
    at: datetime
    clock_offset: float = 0.0
    journal: JournalBatch | None = None


class BroadcastReceipt(BaseModel):
    """The signal is with the broker; ``signals`` is what the throwing instance itself hears."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    signals: tuple[SignalDelivery, ...] = ()
    messages: tuple[MessageDelivery, ...] = ()
