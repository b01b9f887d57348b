"""Notices to staff: what a superior has to know about a task of somebody in the unit."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffNotice:
    """Told to those above somebody, in the same unit or at head office."""

    id: str
    code: str
    """QUALIFICATION_EXPIRED, …"""
    case_id: str
    instance_id: str
    key: int
    """The task's element instance key."""
    about: str
    """Operator id."""
    unit: str
    above_level: int
    """Only those of a higher level are told."""
    at: datetime
