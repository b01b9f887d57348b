"""Trouble that a worker sees itself, of cases that cannot tell of it."""

from datetime import datetime
from typing import Protocol

from workflows.domain.stuck import Suspicion


class Troubles(Protocol):
    """Incidents seen from outside."""

    async def tell(self, one: Suspicion, at: datetime) -> None:
        """Write down what was seen, once, and when it was seen last."""
        ...
