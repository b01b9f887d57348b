"""What a replay has undone before a case goes on, as the case holds it."""

import asyncio
from dataclasses import dataclass

from workflows.contracts.case import ReplayNote, UndoStep


@dataclass(frozen=True, slots=True, kw_only=True)
class Undone:
    """What a replay undoes first is undone, or cannot be, for now."""

    failure: str
    """Empty: all of it is."""


@dataclass(eq=False, slots=True, kw_only=True)
class Undoing:
    """What a replay undoes before the case goes on, and how far that is."""

    note: ReplayNote
    steps: tuple[UndoStep, ...]
    anew: tuple[str, ...]
    done: int = 0
    is_under_way: bool = False
    task: asyncio.Task[str] | None = None
