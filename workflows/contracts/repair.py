"""What operations order about a running case: one order, one act, one answer; and its preview."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field


class _Message(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


BY_OPERATOR = "case"
"""The source of a suspension that somebody ordered for this very case."""
BY_REPLAY = "replay"
"""The source of a suspension that lasts until what a replay undoes first is undone."""
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


class Retry(_Message):
    """Try the stuck element again; only previewed here, ordered by ``resolve_incident``."""

    act: Literal["retry"] = "retry"
    incident: int
    variables: dict[str, Any] = {}
    retries: int = 1


class Cancel(_Message):
    """End the case from outside its model; only previewed here, ordered by ``cancel_case``."""

    act: Literal["cancel"] = "cancel"


class Skip(_Message):
    """Take the stuck element for done; the variables are what its work would have brought."""

    act: Literal["skip"] = "skip"
    incident: int
    variables: dict[str, Any] = {}


class Throw(_Message):
    """Let the stuck element throw a BPMN error instead of trying again."""

    act: Literal["throw"] = "throw"
    incident: int
    code: str
    message: str = ""
    variables: dict[str, Any] = {}


class Instruction(_Message):
    """One instruction about tokens; what it needs beside ``do`` depends on that."""

    do: Literal["activate", "terminate", "move", "addInstance", "setVariables", "compensate"]
    element: str = ""
    key: int = 0
    scope: int = 0
    variables: dict[str, Any] = {}
    item: Any = None
    """Wire-encoded."""


class Modify(_Message):
    """Move tokens and set variables, all together."""

    act: Literal["modify"] = "modify"
    instructions: tuple[Instruction, ...]


class Chosen(_Message):
    """An activity that an ad-hoc sub-process offers, with variables of its own."""

    element: str
    variables: dict[str, Any] = {}


class Begin(_Message):
    """Take up the offer of an ad-hoc sub-process; after the last choice it is over."""

    act: Literal["begin"] = "begin"
    wait: int
    activities: tuple[Chosen, ...] = ()
    is_last: bool = False


class Migrate(_Message):
    """Go on by another version of the model; element ids of the old one to those of the new."""

    act: Literal["migrate"] = "migrate"
    source_hash: str = ""
    """The version that the plan begins from; a case that goes by another refuses."""
    version: int
    program_hash: str
    elements: dict[str, str | None]
    """None dissolves a sub-process."""
    flows: dict[str, str] = {}
    """For tokens that wait at joins."""
    renew: tuple[str, ...] = ()
    """Events whose timer, message or signal is worked out anew."""
    dues: dict[str, datetime] = {}
    """Timers that begin, but not anew."""
    undoes: str = ""
    """The request id of the migration that this takes back."""


RepairAct = Annotated[
    Suspend | Resume | Retry | Cancel | Skip | Throw | Modify | Begin | Migrate,
    Field(discriminator="act"),
]


class RepairOrder(_Message):
    """Somebody wants a case mended."""

    request_id: str
    actor: str
    role: str
    reason: str
    act: RepairAct
    proposed_by: str = ""
    """The first person, where two have to order it."""


class TokenTold(_Message):
    """A live element instance, or tokens that wait at a join."""

    element: str
    key: int
    scope: int
    kind: str
    phase: str = ""
    count: int = 1


class WaitTold(_Message):
    """Something that is awaited."""

    element: str
    waits_for: str
    name: str
    key: int
    due: datetime | None = None


class StuckTold(_Message):
    """An incident."""

    incident: int
    element: str
    key: int
    code: str


class StandingTold(_Message):
    """Where the case stands."""

    tokens: tuple[TokenTold, ...]
    waits: tuple[WaitTold, ...]
    incidents: tuple[StuckTold, ...]
    compensations: tuple[str, ...]
    outcome: str = ""


class EffectTold(_Message):
    """Work that would begin, or be withdrawn."""

    what: str
    """begins, withdrawn, or answered: work whose place an operator takes."""
    element: str
    type: str
    """Type of the job, called process, or name of the message."""


class Forecast(_Message):
    """What would come of an order; with ``faults`` it would be refused."""

    faults: tuple[str, ...] = ()
    before: StandingTold | None = None
    after: StandingTold | None = None
    effects: tuple[EffectTold, ...] = ()


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
