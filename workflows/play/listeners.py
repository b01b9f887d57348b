"""Who listens for signals in a played world (S25)."""


class Listeners:
    """Every open signal subscription."""

    def __init__(self) -> None:
        self._listening: dict[tuple[int, int], str] = {}

    def listen(self, instance: int, wait: int, signal: str) -> None:
        """Open a subscription."""
        self._listening[instance, wait] = signal

    def stop(self, instance: int, wait: int) -> None:
        """Close a subscription."""
        del self._listening[instance, wait]

    def instances(self, signal: str) -> list[int]:
        """List the instances in which something listens, oldest first."""
        return sorted({place[0] for place, name in self._listening.items() if name == signal})
