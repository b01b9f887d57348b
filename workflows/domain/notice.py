"""Notices to staff: what a superior has to know about a task of somebody, or about somebody."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

REGISTRY: Final = "operators"
"""Where a case stands otherwise: it is about an entry of the registry of those who work here."""

BREACHES: Final = "breaches"
"""Where a case stands otherwise: it is about an entry of the register of breaches."""
NOBODY_ABOVE: Final = 6
"""The highest level: what is above it is for a desk, not for those above somebody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffNotice:
    """Told to those above somebody, in the unit or at head office; of a breach, to its desk."""

    id: str
    code: str
    """QUALIFICATION_EXPIRED, …"""
    case_id: str
    """``REGISTRY``, ``BREACHES``: about no case."""
    instance_id: str
    key: int
    """The task's element instance key; with a certificate's or a breach's id before it, 0."""
    about: str
    """Operator id; of a breach, its own."""
    unit: str
    above_level: int
    """Only those of a higher level are told."""
    at: datetime
