"""Data stores: what outlives the processes that read it and write to it (BPMN 2.0.2 §10.4.1)."""

from collections.abc import Mapping
from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict, Field

from workflows.bpmn.stores import NAME_LENGTH, READ, WRITE
from workflows.contracts.activity import ActivityContract, Request, Result


class ReadRequest(Request):
    """Which stores, say the headers: their names, by the variables they are read as."""


class ReadResult(Result):
    """What the stores hold, by variable."""

    stores: Mapping[str, Any]
    """FEEL values."""

    def values_by_name(self) -> dict[str, Any]:
        """What it answers, the values as they are."""
        return {"stores": self.stores}


class Write(BaseModel):
    """One write: of all a store holds, or of the part that a path leads to."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    store: str = Field(min_length=1, max_length=NAME_LENGTH)
    path: tuple[str, ...] = ()
    value: Any
    """A FEEL value; null takes away."""
    capacity: int | None = None
    """How much the store holds; None is any amount."""


class WriteRequest(Request):
    """What to write, in order; all of it or nothing."""

    keeps_values: ClassVar[bool] = True

    writes: tuple[Write, ...]


class WriteResult(Result):
    """Nothing to say."""


CONTRACTS: Mapping[str, ActivityContract] = {
    READ: ActivityContract(type=READ, runs="local", request=ReadRequest, result=ReadResult),
    WRITE: ActivityContract(type=WRITE, runs="local", request=WriteRequest, result=WriteResult),
}
