"""Plain BPMN correlation as drawn: properties, keys, and what a process compares them with."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from workflows.bpmn.model.element import Formal, Place


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrelationProperty:
    """A field of messages: where each message has it."""

    id: str
    paths: Mapping[str, Formal] = field(default_factory=dict)
    """By message id: the ``messagePath``."""
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrelationKey:
    """Properties that together tell which conversation a message belongs to."""

    id: str
    properties: tuple[str, ...]
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrelationSubscription:
    """What a process compares the properties of a key with."""

    key: str | None
    paths: Mapping[str, Formal]
    """By correlation property: the ``dataPath``."""
    place: Place
