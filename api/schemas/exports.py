"""What callers may ask of exports."""

from typing import Literal

from api.schemas.shapes import Asking, Instant, ProcessId


class JournalExport(Asking):
    """Which cases to export, and how."""

    format: Literal["xes", "csv"] = "xes"
    process: ProcessId | None = None
    since: Instant | None = None
    """Cases accepted then or later."""
    until: Instant | None = None
    """Cases accepted before."""
