"""How the bank behaves towards an account: in good order, unless told otherwise."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel


class Behaviour(BaseModel):
    """What happens to payments to one account, and what a check of it answers."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, alias_generator=to_camel, populate_by_name=True
    )

    latency: float = Field(default=0.0, ge=0, le=60)
    """Seconds before an answer; the effect stands before the wait."""
    fail_status: Literal[500, 502, 503] | None = None
    """Answer this and do nothing."""
    reject_code: str | None = Field(default=None, max_length=40)
    """Refuse the order for good."""
    lost_answer: bool = False
    """Take the order, then let the answer get lost: 504 after the latency."""
    outcome: Literal["SETTLED", "RETURNED"] = "SETTLED"
    return_code: str = Field(default="ACCOUNT_CLOSED", max_length=40)
    after: float = Field(default=0.0, ge=0, le=30 * 86_400)
    """Seconds from order to outcome."""
    reports: int = Field(default=1, ge=0, le=5)
    """How often the outcome is reported."""
    name_mismatch: bool = False
    """A check of the account denies the holder's name."""
    times: int | None = Field(default=None, ge=1)
    """How many orders it applies to; always, when absent."""


class Script(BaseModel):
    """A behaviour for an account; ``*`` is every account that has none of its own."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    account: str = Field(min_length=1, max_length=40)
    behaviour: Behaviour


class Account(BaseModel):
    """An account to open at the bank, or to close."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    number: str = Field(min_length=1, max_length=40)
    holder: str = Field(min_length=1, max_length=100)
    status: Literal["OPEN", "CLOSED"] = "OPEN"
