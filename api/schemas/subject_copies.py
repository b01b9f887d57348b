"""A copy of a person's data, as callers see it."""

from typing import Any, Literal

from api.schemas.shapes import Moment, Seen

CopyPurpose = Literal["SUBJECT_REQUEST", "AUTHORITY_REQUEST"]
"""The person asked for it (PIPL art. 45), or an authority that may."""


class SubjectCopySeen(Seen):
    """What is held of a person."""

    subject_id: str
    at: Moment
    purpose: CopyPurpose
    contents: dict[str, list[dict[str, Any]]]
    """By kind: ``person``, ``contactPoints``, ``bankAccounts``, ``roles``, ``cases``…"""
    left_out: dict[str, str]
    """What is held and not told here, and why."""
