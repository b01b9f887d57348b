"""Which journal entries this process has told of: what two activities carry is told once."""

from collections import OrderedDict
from typing import Final

from workflows.contracts.journal import JournalBatch, JournalEntry

REMEMBERED: Final = 10_000
"""Instances."""


class Told:
    """The last entry told of, by instance."""

    def __init__(self) -> None:
        self._last: OrderedDict[str, tuple[str, int]] = OrderedDict()

    def fresh(self, batch: JournalBatch) -> tuple[JournalEntry, ...]:
        """Return the entries that were not told of yet, and take them for told."""
        run_id, last = self._last.get(batch.instance_id, (batch.run_id, 0))
        known = last if run_id == batch.run_id else 0
        fresh = tuple(entry for entry in batch.entries if entry.seq > known)
        if fresh:
            self._last[batch.instance_id] = (batch.run_id, fresh[-1].seq)
            self._last.move_to_end(batch.instance_id)
            while len(self._last) > REMEMBERED:
                self._last.popitem(last=False)
        return fresh
