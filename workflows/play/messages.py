"""Messages in a played world: subscriptions, a buffer with time to live, ids told apart (S23)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice

from workflows.feel import Value


@dataclass(slots=True)
class Message:
    """A published message, and the processes it has reached."""

    name: str
    key: str
    id: str
    variables: Mapping[str, Value]
    expires: datetime
    """Until when it is kept."""
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


Address = tuple[str, str]
"""Name and correlation key."""


class Messages:
    """What listens, what is buffered, and which ids have been seen."""

    def __init__(self) -> None:
        self._places: dict[tuple[int, int], Subscription] = {}
        self._listening: dict[Address, dict[tuple[int, int], Subscription]] = {}
        self._buffer: dict[Address, _Queue] = {}
        self.delivered: dict[str, Message] = {}
        """By id, all that was ever sent on its way to a subscription."""
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

    # --- subscriptions

    def listen(self, subscription: Subscription) -> None:
        """Open a subscription."""
        place = (subscription.instance, subscription.wait)
        self._places[place] = subscription
        self._listening.setdefault(_address(subscription), {})[place] = subscription

    def close(self, instance: int, wait: int) -> None:
        """Close a subscription, if it is open."""
        subscription = self._places.pop((instance, wait), None)
        if subscription is not None:
            address = _address(subscription)
            del self._listening[address][(instance, wait)]
            if not self._listening[address]:
                del self._listening[address]

    def listeners(self, message: Message) -> list[Subscription]:
        """List the first subscription of each process that a message has not reached yet."""
        found: dict[str, Subscription] = {}
        for one in self._listening.get((message.name, message.key), {}).values():
            if one.process_id not in message.reached:
                found.setdefault(one.process_id, one)
        return list(found.values())

    # --- buffer

    def keep(self, message: Message) -> None:
        """Put a message into the buffer."""
        self._buffer.setdefault((message.name, message.key), _Queue()).messages.append(message)

    def oldest(self, address: Address, process_id: str, now: datetime) -> Message | None:
        """Find the oldest buffered message that has not reached a process yet."""
        queue = self._buffer.get(address)
        return None if queue is None else queue.oldest(process_id, now)

    def take_back(self, message: Message, process_id: str) -> None:
        """Note that a message did not reach a process after all."""
        message.reached.pop(process_id, None)
        queue = self._buffer.get((message.name, message.key))
        if queue is not None:
            queue.passed.pop(process_id, None)


class _Queue:
    """What is buffered for one address: "FIFO per (name, key), kept for the TTL" (S23)."""

    def __init__(self) -> None:
        self.messages: list[Message] = []
        self.passed: dict[str, int] = {}
        """By process: how many of the oldest can be of no more use to it."""

    def oldest(self, process_id: str, now: datetime) -> Message | None:
        """Find the oldest message that is alive and has not reached the process."""
        passed = self.passed.get(process_id, 0)
        for message in islice(self.messages, passed, None):
            if message.expires > now and process_id not in message.reached:
                self.passed[process_id] = passed
                return message
            passed += 1
        self.passed[process_id] = passed
        return None


def _address(subscription: Subscription) -> Address:
    return subscription.message, subscription.key
