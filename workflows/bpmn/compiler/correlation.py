"""Plain BPMN correlation linked: the key of a message, as it is sent and as it is awaited (§8.4.2).

A message is awaited under what the process's correlation subscription compares with, and sent under
what its own properties are. A key of several properties is one text: they are joined in order.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from workflows.bpmn.compiler.drawing import Drawing
from workflows.bpmn.compiler.linking import Linking
from workflows.bpmn.model import CorrelationKey, Element, Formal
from workflows.feel import Expression, compile_expression


@dataclass(frozen=True, slots=True, kw_only=True)
class Correlation:
    """The key of one message."""

    key: Expression
    is_composite: bool
    """It gives a list of the values of several properties."""


def awaited_key(linking: Linking, message: str, element: Element) -> Correlation | None:
    """What a message is compared with where it is awaited: the process's own data."""
    for subscription in linking.drawing.process.subscriptions:
        key = linking.drawing.definitions.correlation_keys.get(subscription.key or "")
        if key is not None and covers(linking.drawing, key, message):
            paths = [subscription.paths.get(name) for name in key.properties]
            return _linked(linking, element, paths, "data path")
    return None


def sent_key(linking: Linking, message: str, element: Element) -> Correlation | None:
    """What a message says itself, where it is sent."""
    definitions = linking.drawing.definitions
    for key in definitions.correlation_keys.values():
        if covers(linking.drawing, key, message):
            properties = [definitions.correlation_properties[name] for name in key.properties]
            paths = [one.paths.get(message) for one in properties]
            return _linked(linking, element, paths, "message path")
    return None


def covers(drawing: Drawing, key: CorrelationKey, message: str) -> bool:
    """Tell whether a key says where a message has each of its properties."""
    properties = drawing.definitions.correlation_properties
    found = [properties.get(name) for name in key.properties]
    return bool(found) and all(one is not None and message in one.paths for one in found)


def keys_of(drawing: Drawing, message: str) -> Iterator[CorrelationKey]:
    """List the keys that a message has."""
    for key in drawing.definitions.correlation_keys.values():
        if covers(drawing, key, message):
            yield key


def _linked(
    linking: Linking, element: Element, paths: Sequence[Formal | None], what: str
) -> Correlation | None:
    drawn = [path for path in paths if path is not None]
    if len(drawn) != len(paths):
        return None
    parsed = [linking.formal(path, what, element) for path in drawn]
    known = [one for one in parsed if one is not None]
    if len(known) != len(paths):
        return None
    if len(known) == 1:
        return Correlation(key=known[0], is_composite=False)
    listed = compile_expression(f"[{', '.join(f'({one.text})' for one in known)}]")
    return Correlation(key=listed, is_composite=True)
