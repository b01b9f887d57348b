"""What data stores hold, as entries by key."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Protocol

from workflows.feel import Value


class DataStores(Protocol):
    """Data stores by name; one that nobody has written to is empty."""

    async def hold(self, stores: Collection[str]) -> None:
        """Be the only one to write to stores until the transaction ends."""
        ...

    async def entries(self, store: str) -> Mapping[str, Value]:
        """What a store holds."""
        ...

    async def keep(
        self, store: str, entries: Mapping[str, Value], *, case_id: str, at: datetime
    ) -> None:
        """Let a store hold these entries and no others; those that stay as they are stay whose."""
        ...
