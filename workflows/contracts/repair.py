"""What operations order about a running case: one order, one act, one answer; and its preview."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field


class _Message(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


BY_OPERATOR = "case"
"""The source of a suspension that somebody ordered for this very case."""
BY_CALLER = "caller"
"""The source of a suspension that came down from the calling process."""


class Suspend(_Message):
    """Stand still: what happens is kept, nothing new begins."""

    act: Literal["suspend"] = "suspend"
    source: str = BY_OPERATOR


class Resume(_Message):
    """Go on: what was kept happens now, in the order in which it came; timers catch up."""

    act: Literal["resume"] = "resume"
    source: str = BY_OPERATOR


RepairAct = Annotated[Suspend | Resume, Field(discriminator="act")]


class RepairOrder(_Message):
    """Somebody wants a case mended."""

    request_id: str
    actor: str
    role: str
    reason: str
    act: RepairAct


class Standstill(_Message):
    """A caller tells a called process to stand still, or to go on; the newest word counts."""

    no: int
    is_suspended: bool
    by: str
    role: str
    reason: str


class RepairReceipt(_Message):
    """The act was carried out, and is journaled."""

    instance_id: str
    request_id: str
    at: datetime
    detail: dict[str, Any] = {}
