"""The claims system's own messages over HTTP: a first notice, and its number."""

from datetime import date, datetime

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from workflows.domain.claims import ClaimEvent


class _Wire(BaseModel):
    model_config = ConfigDict(
        extra="forbid", frozen=True, alias_generator=to_camel, populate_by_name=True
    )


class Notification(_Wire):
    """An insured event on a policy; its key comes as ``Idempotency-Key``."""

    case_id: str = Field(min_length=1, max_length=60)
    """The key of ``claim.proofs``, ``claim.decided`` and ``claim.paid``."""
    policy_no: str = Field(min_length=1, max_length=60)
    event: ClaimEvent
    event_on: date
    noticed_at: datetime
    proofs: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    payable_minor: int = Field(ge=0)
    currency: str = Field(min_length=3, max_length=3)
    investigate: bool = False


class Receipt(_Wire):
    """It is registered, under this number."""

    reference: str = Field(min_length=1, max_length=60)
