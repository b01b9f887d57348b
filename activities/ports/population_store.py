"""What many cases show together, and the alerts about it."""

from datetime import date, tzinfo
from typing import Protocol

from workflows.domain.population import Line, PopulationAlert


class Population(Protocol):
    """Groups of cases, counted."""

    async def lines(self, today: date, zone: tzinfo) -> tuple[Line, ...]:
        """Every group of today and yesterday that is worth a look, the highest counts first."""
        ...

    async def last(self, rule: str, line: Line) -> PopulationAlert | None:
        """The last alert of a rule about the group of a line, and its day where that counts."""
        ...

    async def raise_alert(self, alert: PopulationAlert) -> None:
        """Write down an alert."""
        ...

    async def see(self, alert: PopulationAlert, line: Line) -> None:
        """An open alert shows again."""
        ...
