"""Signals as callers send them, and what they are answered."""

from typing import Annotated

from pydantic import Field

from api.schemas.shapes import Identifier, Seen, Sent, Variables

SignalName = Annotated[str, Field(pattern=r"^[^\x00-\x1f\x7f]{1,100}$")]


class SignalBroadcast(Sent):
    """Broadcast a signal to every case that listens now."""

    name: SignalName
    id: Identifier | None = None
    """Repeating a signal under its id does nothing; the Idempotency-Key when absent."""
    variables: Variables = Field(default_factory=dict)


class SignalReceipt(Seen):
    """The signal is on its way; it is not kept for those who listen later."""

    signal_id: str
    duplicate: bool
    """True: this id was broadcast before, and these listened then."""
    instances: list[str]
    """Every instance that listened, in the order in which they are told; the first 1,000."""
    listening: int
    """How many listened."""
    begun: list[str]
    """The cases that it began: one of each process whose newest version starts by it."""
