"""Rules about what messages, errors and links must say."""

from collections import Counter
from collections.abc import Iterator

from workflows.bpmn.compiler.correlation import keys_of
from workflows.bpmn.compiler.drawing import (
    Drawing,
    Finding,
    Scope,
    is_event_sub_process,
    link_name,
)
from workflows.bpmn.compiler.rules.rule import Rule, at
from workflows.bpmn.model import (
    ErrorEventDefinition,
    EscalationEventDefinition,
    Event,
    FlowNode,
    LinkEventDefinition,
    MessageEventDefinition,
    RootElement,
    Task,
    extension_of,
)

THROWING = ("intermediateThrowEvent", "endEvent")


def _caught(drawing: Drawing) -> Iterator[tuple[FlowNode, Scope, str | None]]:
    """Every element that catches a message, with its messageRef."""
    for node, scope in drawing.nodes:
        if isinstance(node, Task) and node.kind == "receiveTask":
            yield node, scope, node.message_ref
        elif isinstance(node, Event) and node.kind not in THROWING:
            for definition in node.definitions:
                if isinstance(definition, MessageEventDefinition):
                    yield node, scope, definition.message_ref


def _message_refs(drawing: Drawing) -> Iterator[Finding]:
    for node, _, reference in _caught(drawing):
        if reference is None:
            yield at(node, "Say by messageRef which message is awaited.")


def _used_messages(drawing: Drawing) -> Iterator[tuple[FlowNode, RootElement]]:
    for node, _ in drawing.nodes:
        references: list[str | None] = []
        if isinstance(node, Task):
            references = [node.message_ref]
        elif isinstance(node, Event):
            references = [
                definition.message_ref
                for definition in node.definitions
                if isinstance(definition, MessageEventDefinition)
            ]
        for reference in references:
            message = drawing.root(reference, "message")
            if message is not None:
                yield node, message


def _message_names(drawing: Drawing) -> Iterator[Finding]:
    unnamed = {message.id: message for _, message in _used_messages(drawing)}
    for message in unnamed.values():
        if not message.name.strip():
            yield at(message, "A message needs a name.")


def _message_keys(drawing: Drawing) -> Iterator[Finding]:
    seen: set[str] = set()
    for node, scope, reference in _caught(drawing):
        message = drawing.root(reference, "message")
        starts_process = node.kind == "startEvent" and scope.parent is None
        if message is None or starts_process or message.id in seen:
            continue
        subscription = extension_of(message, "subscription")
        key = subscription.attributes.get("correlationKey", "") if subscription else ""
        if not key.removeprefix("=").strip() and not _is_correlated(drawing, message.id):
            seen.add(message.id)
            text = f"The message needs a correlation key, for {node.id!r}: by zeebe:subscription,"
            yield at(message, f"{text} or by a correlationSubscription of the process.")


def _is_correlated(drawing: Drawing, message: str) -> bool:
    """Tell whether a correlation subscription of the process is about a message."""
    subscribed = {one.key for one in drawing.process.subscriptions}
    return any(key.id in subscribed for key in keys_of(drawing, message))


def _doubled(drawing: Drawing) -> Iterator[Finding]:
    """Two catchers of one message at one place could not be told apart (S23)."""
    for scope in drawing.scopes:
        for host, events in scope.boundary.items():
            catchers: list[FlowNode] = [*events]
            if host in scope.nodes:
                catchers.append(scope.nodes[host])
            yield from _repeated(drawing, catchers)
        yield from _repeated(drawing, _event_sub_process_starts(drawing, scope))
        for node in scope.nodes.values():
            if node.kind == "eventBasedGateway":
                flows = scope.outgoing.get(node.id, ())
                targets = {flow.target: None for flow in flows if flow.target in scope.nodes}
                yield from _repeated(drawing, [scope.nodes[target] for target in targets])
    yield from _repeated(
        drawing, [one for one in drawing.scopes[0].nodes.values() if one.kind == "startEvent"]
    )


def _event_sub_process_starts(drawing: Drawing, scope: Scope) -> list[FlowNode]:
    return [
        start
        for inner in drawing.scopes
        if inner.parent is scope and is_event_sub_process(inner.owner)
        for start in inner.nodes.values()
        if start.kind == "startEvent"
    ]


def _repeated(drawing: Drawing, catchers: list[FlowNode]) -> Iterator[Finding]:
    seen: dict[tuple[str, str], str] = {}
    for node in catchers:
        for what in _catches(drawing, node):
            if what in seen:
                kind, name = what
                which = f"the {kind} {name!r}" if name else f"every {kind}"
                yield at(node, f"{seen[what]!r} already catches {which} here.")
            else:
                seen[what] = node.id


def _catches(drawing: Drawing, node: FlowNode) -> Iterator[tuple[str, str]]:
    if isinstance(node, Task) and node.kind == "receiveTask":
        message = drawing.root(node.message_ref, "message")
        if message is not None:
            yield "message", message.name
    if not isinstance(node, Event):
        return
    for definition in node.definitions:
        if isinstance(definition, MessageEventDefinition):
            message = drawing.root(definition.message_ref, "message")
            if message is not None:
                yield "message", message.name
        elif isinstance(definition, ErrorEventDefinition):
            error = drawing.root(definition.error_ref, "error")
            yield "error", (error.code or "") if error is not None else ""
        elif isinstance(definition, EscalationEventDefinition):
            escalation = drawing.root(definition.escalation_ref, "escalation")
            yield "escalation", (escalation.code or "") if escalation is not None else ""


def _error_codes(drawing: Drawing) -> Iterator[Finding]:
    for node, _ in drawing.nodes:
        if not isinstance(node, Event) or node.kind not in THROWING:
            continue
        for definition in node.definitions:
            if not isinstance(definition, ErrorEventDefinition):
                continue
            error = drawing.root(definition.error_ref, "error")
            if definition.error_ref is None:
                yield at(node, "Say by errorRef which error is thrown.")
            elif error is not None and not (error.code or "").strip():
                yield at(error, f"The error thrown by {node.id!r} needs an errorCode.")


def _link_names(drawing: Drawing) -> Iterator[Finding]:
    for node, _ in drawing.nodes:
        for definition in node.definitions if isinstance(node, Event) else ():
            if isinstance(definition, LinkEventDefinition) and not definition.name:
                yield at(node, "A link event needs a link name.", definition.place)


def _link_pairs(drawing: Drawing) -> Iterator[Finding]:
    for scope in drawing.scopes:
        nodes = list(scope.nodes.values())
        throws = {name: node for node in nodes if (name := link_name(node, THROWING[0]))}
        catching = [
            (name, node) for node in nodes if (name := link_name(node, "intermediateCatchEvent"))
        ]
        counts = Counter(name for name, _ in catching)
        for name, node in throws.items():
            if not counts[name]:
                yield at(node, f"No link catch event {name!r} stands in the same scope.")
        for name, node in catching:
            if counts[name] > 1:
                yield at(node, f"Several link catch events {name!r} stand in the same scope.")
            if name not in throws:
                yield at(node, f"No link throw event {name!r} stands in the same scope.")


RULES = (
    Rule(
        code="message-ref-required",
        clause="BPMN 2.0.2 §10.5.5",
        summary="Whoever catches a message says which.",
        check=_message_refs,
    ),
    Rule(
        code="message-name-required",
        clause="S23",
        summary="A message has a name.",
        check=_message_names,
    ),
    Rule(
        code="message-key-required",
        clause="S23",
        summary="A message caught other than at a process start has a correlation key.",
        check=_message_keys,
    ),
    Rule(
        code="catch-doubled",
        clause="S16 to S18, S23",
        summary="No two catchers at one place wait for the same message, error or escalation.",
        check=_doubled,
    ),
    Rule(
        code="error-code-required",
        clause="S17",
        summary="An error that is thrown has a code.",
        check=_error_codes,
    ),
    Rule(
        code="link-name-required",
        clause="S13",
        summary="A link has a name.",
        check=_link_names,
    ),
    Rule(
        code="link-pair",
        clause="S13",
        summary="Link throws of one name meet exactly one catch of that name in their scope.",
        check=_link_pairs,
    ),
)
