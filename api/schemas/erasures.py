"""Erasing a person's data, as callers ask for it and see it."""

from datetime import date
from typing import Literal

from api.schemas.shapes import Moment, Reason, Seen, Sent
from infra.db.chain.erasing import ErasureBasis


class ErasureOrder(Sent):
    """Propose, or agree to, the erasure of a person's data."""

    basis: ErasureBasis
    """Why it may be erased: PIPL article 47."""
    reason: Reason
    """For the register of erasures; name nobody in it."""
    dry_run: bool = False
    """Only say what would go, and what must be kept."""


class KeptSeen(Seen):
    """Something that must be kept."""

    what: Literal["policy", "case", "legal-hold"]
    id: str
    until: date | None
    """None: as long as it lasts, and the retention after it."""


class ErasureSeen(Seen):
    """How far the erasure is."""

    subject_id: str
    state: Literal["NONE", "PROPOSED", "ERASED"]
    erasure_id: str | None
    proposed_by: str | None
    confirmed_by: str | None
    at: Moment
    dry_run: bool
    cases: int
    """Cases that lose their personal content; their chains stay whole."""
    documents: int
    kept: list[KeptSeen]
    """What forbids it; shown on a dry run."""
