"""Fields of a scenario's objects, read once each and by type; what nobody reads is a fault."""

from collections.abc import Mapping
from decimal import Decimal

from workflows.bpmn.timers import DurationTimer, TimerError, parse_timer
from workflows.feel import FeelError, Value
from workflows.feel.temporal import Duration
from workflows.feel.wire import from_plain

Variables = dict[str, Value]


class ScenarioError(Exception):
    """A scenario that cannot be played on: the step, where there is one, and why."""

    def __init__(self, message: str, step: int | None = None) -> None:
        self.message = message
        self.step = step
        super().__init__(message)


class Fields:
    """An object of the document under reading."""

    def __init__(self, document: object, what: str) -> None:
        if not isinstance(document, Mapping):
            raise ScenarioError(f"{what} is no JSON object.")
        self._document = document
        self._what = what
        self._read: set[str] = set()

    def fault(self, message: str) -> ScenarioError:
        """Make an error that names this object."""
        return ScenarioError(f"{self._what} {message}.")

    def has(self, name: str) -> bool:
        """Tell whether a field is there."""
        return name in self._document

    def close(self) -> None:
        """Refuse what nobody has read."""
        unknown = sorted(str(name)[:80] for name in self._document if name not in self._read)
        if unknown:
            raise self.fault(f"has unknown keys: {', '.join(unknown)[:300]}")

    def text(self, name: str, *, empty: bool = False) -> str:
        """Read a text that must be there."""
        value = self._take(name)
        if not isinstance(value, str) or not (value or empty):
            raise self.fault(f"needs a text at '{name}'")
        return value

    def maybe(self, name: str) -> str | None:
        """Read a text that may be there."""
        return None if self._take(name) is None else self.text(name)

    def texts(self, name: str, *, required: bool = False) -> tuple[str, ...]:
        """Read a list of texts."""
        values = self.list(name)
        if (required and not values) or not all(isinstance(one, str) and one for one in values):
            raise self.fault(f"needs a list of texts at '{name}'")
        return tuple(str(one) for one in values)

    def list(self, name: str) -> list[object]:
        """Read a list that may be absent."""
        value = self._take(name)
        if value is None:
            return []
        if not isinstance(value, list):
            raise self.fault(f"needs a list at '{name}'")
        return value

    def mapping(self, name: str) -> Mapping[str, object]:
        """Read an object that may be absent."""
        value = self._take(name)
        if value is None:
            return {}
        if not isinstance(value, Mapping):
            raise self.fault(f"needs an object at '{name}'")
        return value

    def whole(self, name: str, default: int, *, lowest: int = 0) -> int:
        """Read a whole number that may be absent."""
        value = self._take(name)
        if value is None:
            return default
        if isinstance(value, bool) or not isinstance(value, int) or value < lowest:
            raise self.fault(f"needs a whole number from {lowest} on at '{name}'")
        return value

    def true(self, name: str) -> None:
        """Read a field that is only ever true."""
        if self._take(name) is not True:
            raise self.fault(f"needs true at '{name}'")

    def variables(self, name: str) -> Variables:
        """Read variables: plain JSON by name."""
        given = self.mapping(name)
        try:
            return {str(key): from_plain(value) for key, value in given.items()}
        except FeelError as error:
            raise self.fault(
                f"has a value at '{name}' that cannot be a variable: {str(error).rstrip('.')}"
            ) from None

    def key(self, name: str) -> str:
        """Read a correlation key: a text or a number, which compares as its string (S23)."""
        value = self._take(name)
        if value is None:
            return ""
        if isinstance(value, str):
            return value
        if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
            return format(Decimal(str(value)).normalize() + 0, "f")
        raise self.fault(f"needs a text or a number at '{name}'")

    def duration(self, name: str, text: str) -> Duration:
        """Read an ISO 8601 duration."""
        try:
            timer = parse_timer("duration", text)
        except TimerError as error:
            raise self.fault(f"needs a duration at '{name}': {error}") from None
        if not isinstance(timer, DurationTimer):
            raise self.fault(f"needs a duration at '{name}'")
        return timer.duration

    def _take(self, name: str) -> object:
        self._read.add(name)
        return self._document.get(name)
