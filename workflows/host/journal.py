"""The journal on its way to the database: written here, carried by activities, acknowledged.

Entries ride as input of the next in-house activity and are committed with its effect; what no
activity takes along is flushed when the case comes to rest. A carrier always takes everything not
yet acknowledged, so the database never sees a gap; appending an entry twice changes nothing, so
when it is unknown whether a carrier committed, its entries are simply carried again.
"""

from collections import deque
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from workflows.contracts.journal import EntryKind, JournalBatch, JournalEntry, JournalHead

LONGEST_RIDE: Final = 200
"""Entries that may ride when some of them travel already; more wait for the acknowledgement."""


class Journal:
    """What one instance wrote and nobody has acknowledged yet."""

    def __init__(
        self,
        *,
        instance_id: str,
        case_id: str,
        run_id: str,
        written: int = 0,
        written_at: datetime | None = None,
    ) -> None:
        self.instance_id = instance_id
        self.case_id = case_id
        self.run_id = run_id
        self.last = written
        """Sequence number of the last entry."""
        self.last_at = written_at
        self.acknowledged = written
        self.waiters = 0
        """How many wait for an acknowledgement: updates, and work that others do."""
        self.tried: dict[int, int] = {}
        """How often work that has failed was tried, by key, until its incident is told."""
        self._acknowledged_at = written_at
        self._entries: deque[JournalEntry] = deque()
        self._travelling: list[int] = []
        """Last sequence number of each batch under way."""

    def write(
        self,
        kind: EntryKind,
        at: datetime,
        place: tuple[str | None, str | None, int | None] = (None, None, None),
        data: Mapping[str, Any] | None = None,
    ) -> None:
        """Append an entry; ``place`` is element, name and key."""
        self.last += 1
        self.last_at = at
        element, name, key = place
        self._entries.append(
            JournalEntry(
                seq=self.last,
                at=at,
                kind=kind,
                element=element,
                name=name,
                key=key,
                data={} if data is None else dict(data),
            )
        )

    @property
    def is_acknowledged(self) -> bool:
        """Tell whether everything written is in the database."""
        return self.acknowledged == self.last

    @property
    def head(self) -> JournalHead:
        """Tell where it stands."""
        return JournalHead(seq=self.last, at=self.last_at, is_acknowledged=self.is_acknowledged)

    @property
    def has_unsent(self) -> bool:
        """Tell whether there are entries that nothing carries."""
        return self.last > max((self.acknowledged, *self._travelling))

    def ride(self) -> JournalBatch | None:
        """Give what the next activity takes along."""
        if not self.has_unsent or (self._travelling and len(self._entries) > LONGEST_RIDE):
            return None
        return self.take()

    def take(self) -> JournalBatch:
        """Give everything that is not acknowledged."""
        self._travelling.append(self.last)
        return JournalBatch(
            instance_id=self.instance_id,
            case_id=self.case_id,
            run_id=self.run_id,
            entries=tuple(self._entries),
            after=self._acknowledged_at,
        )

    def settle(self, batch: JournalBatch | None, *, committed: bool) -> None:
        """A carrier came back; ``committed`` False: it may or may not have written its batch."""
        if batch is None or not batch.entries:
            return
        last = batch.entries[-1].seq
        self._travelling.remove(last)
        if not committed:
            return
        self.acknowledged = max(self.acknowledged, last)
        while self._entries and self._entries[0].seq <= self.acknowledged:
            self._acknowledged_at = self._entries.popleft().at
