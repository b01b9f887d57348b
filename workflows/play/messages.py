"""Messages in a played world: subscriptions, a buffer with time to live, ids told apart (S23)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from workflows.feel import Value


@dataclass(slots=True)
class Message:
    """A published message, and the processes it has reached."""

    name: str
    key: str
    id: str
    variables: Mapping[str, Value]
    expires: datetime | None
    """Until when it is kept; None is not buffered."""
    reached: dict[str, None] = field(default_factory=dict)
    """Process ids: "at most one instance of each process id"."""


@dataclass(frozen=True, slots=True)
class Subscription:
    """An instance that listens."""

    instance: int
    process_id: str
    wait: int
    message: str
    key: str
    once: bool


class Messages:
    """What listens, what is buffered, and which ids have been seen."""

    def __init__(self) -> None:
        self.subscriptions: dict[tuple[int, int], Subscription] = {}
        self.buffer: list[Message] = []
        self._seen: dict[str, tuple[str, str, Mapping[str, Value]]] = {}

    def is_repeated(
        self, message_id: str, name: str, key: str, variables: Mapping[str, Value]
    ) -> bool:
        """Tell whether an id was used before; with other content that is a ValueError."""
        content = (name, key, variables)
        known = self._seen.setdefault(message_id, content)
        if known is content:
            return False
        if known != content:
            raise ValueError(f"The message id '{message_id}' was used with other content.")
        return True

    def listeners(self, message: Message) -> list[Subscription]:
        """List the first subscription of each process that a message has not reached yet."""
        found: dict[str, Subscription] = {}
        for one in self.subscriptions.values():
            if (one.message, one.key) != (message.name, message.key):
                continue
            if one.process_id not in message.reached:
                found.setdefault(one.process_id, one)
        return list(found.values())

    def waiting_for(self, subscription: Subscription, now: datetime) -> Message | None:
        """Find the oldest buffered message for a new subscription."""
        self.expire(now)
        for message in self.buffer:
            if (message.name, message.key) != (subscription.message, subscription.key):
                continue
            if subscription.process_id not in message.reached:
                return message
        return None

    def starters(self, name: str, process_id: str, key: str, now: datetime) -> Message | None:
        """Find the oldest buffered message that may start a process for a key."""
        self.expire(now)
        for message in self.buffer:
            if (message.name, message.key) == (name, key) and process_id not in message.reached:
                return message
        return None

    def expire(self, now: datetime) -> None:
        """Drop what has outlived its time."""
        self.buffer = [one for one in self.buffer if one.expires is None or one.expires > now]

    def forget(self, instance: int) -> None:
        """Drop every subscription of an instance that has ended."""
        self.subscriptions = {
            place: one for place, one in self.subscriptions.items() if place[0] != instance
        }
