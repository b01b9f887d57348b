"""Renewal premiums and reinstatement, as callers ask for them."""

from typing import Annotated

from pydantic import Field

from api.schemas.changes import ConsentHeld
from api.schemas.shapes import Day, Identifier, Sent


class RenewalPremium(Sent):
    """Which premium falls due."""

    due_on: Day
    """The due date; another one than the policy's next is not taken up."""


class Reinstatement(Sent):
    """How a lapsed contract comes back into force."""

    health_declared: bool
    """Whether the declaration of health, occupation and finances came with the request."""
    adverse: bool = True
    """Whether it tells of anything that an underwriter must see."""
    account_id: Identifier | None = None
    """The policyholder's account to collect arrears from; none: they are transferred."""
    consents: Annotated[list[ConsentHeld], Field(max_length=10)] = Field(default_factory=list)
    """The insured's, or a guardian's."""
