"""What callers may ask of exports."""

from typing import Literal

from api.schemas.shapes import Asking, Moment, ProcessId


class JournalExport(Asking):
    """Which cases to export, and how."""

    format: Literal["xes", "csv"] = "xes"
    process: ProcessId | None = None
    since: Moment | None = None
    """Cases accepted then or later."""
    until: Moment | None = None
    """Cases accepted before."""
