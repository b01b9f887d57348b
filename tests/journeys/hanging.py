"""A worker of a release that hangs: the turn in which one case hears a message never ends."""

import os

from workers.__main__ import main as work
from workflows.bpmn.interpreter.occurrences import MessageArrived, Occurrence
from workflows.host import loop
from workflows.host.case import Case
from workflows.host.record import write_occurrence

HANGING = "HANGING_CASE"
"""The variable that names the case."""


def _hangs(case: Case, occurrence: Occurrence) -> None:
    while case.instance_id == os.environ[HANGING] and isinstance(occurrence, MessageArrived):
        pass
    write_occurrence(case, occurrence)


def main() -> None:
    """Work, and hang."""
    setattr(loop, "write_occurrence", _hangs)  # noqa: B010 - the release is patched, not typed
    work()
