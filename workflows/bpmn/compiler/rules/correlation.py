"""Rules about plain BPMN correlation (§8.4.2)."""

from collections.abc import Iterator

from workflows.bpmn.compiler.correlation import keys_of
from workflows.bpmn.compiler.drawing import Drawing, Finding
from workflows.bpmn.compiler.rules.rule import Rule, at


def _references(drawing: Drawing) -> Iterator[Finding]:
    definitions = drawing.definitions
    for key in definitions.correlation_keys.values():
        for name in key.properties or ("",):
            if name not in definitions.correlation_properties:
                message = f"The correlation property {name!r} of the key does not exist."
                yield Finding(element=key.id, place=key.place, message=message)


def _subscriptions(drawing: Drawing) -> Iterator[Finding]:
    for one in drawing.process.subscriptions:
        key = drawing.definitions.correlation_keys.get(one.key or "")
        if key is None:
            yield at(drawing.process, f"The correlation key {one.key!r} does not exist.", one.place)
            continue
        for name in key.properties:
            if name not in one.paths:
                message = f"Nothing of the process is compared with the property {name!r}."
                yield at(drawing.process, message, one.place)


def _one_key(drawing: Drawing) -> Iterator[Finding]:
    for root in drawing.definitions.roots.values():
        keys = [key.id for key in keys_of(drawing, root.id)] if root.tag == "message" else []
        if len(keys) > 1:
            yield at(root, f"The message has several correlation keys: {', '.join(keys)}.")


RULES = (
    Rule(
        code="correlation-property",
        clause="BPMN 2.0.2 §8.4.2",
        summary="A correlation key names correlation properties.",
        check=_references,
    ),
    Rule(
        code="correlation-subscription",
        clause="BPMN 2.0.2 §8.4.2",
        summary="A correlation subscription names a key and binds each of its properties.",
        check=_subscriptions,
    ),
    Rule(
        code="correlation-key",
        clause="S23",
        summary="A message has one correlation key.",
        check=_one_key,
    ),
)
