"""Notices to staff: what a superior has to know about a task of somebody, or about somebody."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

REGISTRY: Final = "operators"
"""Where a case stands otherwise: it is about an entry of the registry of those who work here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffNotice:
    """Told to those above somebody, in the same unit or at head office."""

    id: str
    code: str
    """QUALIFICATION_EXPIRED, …"""
    case_id: str
    """``REGISTRY``: about no case."""
    instance_id: str
    key: int
    """The task's element instance key; with a certificate's id before it, 0."""
    about: str
    """Operator id."""
    unit: str
    above_level: int
    """Only those of a higher level are told."""
    at: datetime
