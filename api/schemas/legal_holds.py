"""Legal holds as they are placed, lifted and shown."""

from typing import Annotated

from pydantic import StringConstraints as Text

from api.schemas.shapes import Identifier, Moment, Page, PageQuery, Reason, Seen, Sent
from workflows.domain.legal_hold import HoldBasis, HoldKind


class HoldPlaced(Sent):
    """An order to keep everything about a person, a policy or a case."""

    kind: HoldKind
    target: Identifier
    """Id of the person, number of the policy, id of the case."""
    basis: HoldBasis
    reference: (
        Annotated[str, Text(min_length=1, max_length=120, pattern=r"^[^\x00-\x1f\x7f]*$")] | None
    ) = None
    """What the court or authority calls it."""
    reason: Reason


class HoldLifted(Sent):
    """Why it is lifted."""

    reason: Reason


class HoldQuery(PageQuery):
    """Which holds; those that were lifted only when asked for."""

    kind: HoldKind | None = None
    target: Identifier | None = None
    lifted: bool = False


class HoldSeen(Seen):
    """A legal hold."""

    hold_id: str
    kind: HoldKind
    target: str
    basis: HoldBasis
    reference: str | None
    reason: str
    placed_by: str
    placed_at: Moment
    lift_ordered_by: str | None
    lifted_by: str | None
    lifted_at: Moment | None
    lift_reason: str | None


class HoldPage(Page):
    """A page of holds, the newest first."""

    holds: list[HoldSeen]
