"""The audit trail as auditors see it: records, proofs, the outcome of a verification."""

from typing import Annotated, Any

from pydantic import Field, StringConstraints

from api.schemas.shapes import WHOLE, Identifier, Moment, Page, PageQuery, Seen, Sent


class AuditQuery(PageQuery):
    """Which part of the trail."""

    case_id: Identifier | None = None


class AuditRecordSeen(Seen):
    """One record of a chain."""

    stream: str
    """A case id, or the name of what is changed outside cases."""
    seq: int
    previous: str
    hash: str
    action: str
    actor: str
    at: Moment
    object_type: str
    object_id: str
    detail: dict[str, Any]


class InclusionSeen(Seen):
    """Proof that a chain's head stands under the root of the anchor."""

    stream: str
    seq: int
    hash: str
    index: int
    size: int
    path: list[str]


class AuditPage(Page):
    """A page of the trail, chain by chain; proofs for the chains on it."""

    records: list[AuditRecordSeen]
    proofs: list[InclusionSeen]
    anchor: str | None
    """The anchor that the proofs lead to, as it stands in the log; signed."""
    public_key: str
    """PEM; compare it with the one you were given."""


class AuditVerify(Sent):
    """Verify some chains: from where the last answer ended, so many at most."""

    after: Annotated[str, StringConstraints(pattern=r"^[^\x00-\x1f\x7f]{0,120}$")] = ""
    limit: Annotated[int, Field(ge=1, le=1000), WHOLE] = 200


class FindingSeen(Seen):
    """Something that is not as it was when written."""

    kind: str
    stream: str | None
    seq: int | None
    reason: str


class AuditVerified(Seen):
    """What a verification found; ``next`` is where to go on, null at the end."""

    intact: bool
    findings: list[FindingSeen]
    chains: int
    """Verified by this call."""
    total: int
    """In all."""
    last_anchor: int | None
    next: str | None
