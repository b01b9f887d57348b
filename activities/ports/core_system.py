"""The insurer's own core policy system, where there is one, and what it was asked."""

from datetime import timedelta
from typing import Protocol

from workflows.domain.core_system import CoreOrder, CoreReport, CoreState


class CoreSystem(Protocol):
    """The core system. Raises SystemUnavailable (not taken) or OutcomeUnknown (perhaps taken)."""

    @property
    def keys_kept(self) -> timedelta:
        """How long it remembers a key."""
        ...

    async def order(self, order: CoreOrder) -> CoreReport:
        """Reserve, commit, cancel or reverse, once per key."""
        ...

    async def query(self, key: str) -> CoreReport | None:
        """What became of an order; None: the core system never took it."""
        ...


class CoreOrders(Protocol):
    """What the core system was asked."""

    async def get(self, key: str) -> CoreOrder | None:
        """An order by key."""
        ...

    async def of_case(self, case_id: str) -> tuple[CoreOrder, ...]:
        """The orders of a case, in order."""
        ...

    async def start(self, order: CoreOrder) -> None:
        """Write the intent, before the core system is called."""
        ...

    async def move(self, key: str, state: CoreState, ref: str | None = None) -> None:
        """What became of an order; one that has ended stays as it is."""
        ...
