"""What a task does, by a table from task kind to linking function."""

from collections.abc import Callable, Mapping
from typing import Literal

from workflows.bpmn.compiler.correlation import awaited_key, sent_key
from workflows.bpmn.compiler.drawing import headers_of
from workflows.bpmn.compiler.linking import Linking
from workflows.bpmn.compiler.people import human_work
from workflows.bpmn.model import (
    CallActivity,
    Element,
    Task,
    children_of,
    extension_of,
)
from workflows.bpmn.program import (
    Call,
    Decision,
    Job,
    MessageDefinition,
    Publish,
    Receive,
    Script,
    Text,
    Work,
)

Binding = Literal["latest", "deployment", "versionTag"]

DEFAULT_RETRIES = "3"


def job_of(linking: Linking, element: Element) -> Job | None:
    """The job a ``zeebe:taskDefinition`` asks for."""
    definition = extension_of(element, "taskDefinition")
    if definition is None:
        return None
    given, place = definition.attributes, definition.place
    return Job(
        type=linking.text(given.get("type", ""), "task type", element, place),
        retries=linking.text(given.get("retries") or DEFAULT_RETRIES, "retries", element, place),
        headers=headers_of(element),
        priority=_job_priority(linking, element),
    )


def _job_priority(linking: Linking, element: Element) -> Text | None:
    """The priority of an element's jobs: its own, or that of the process."""
    for bearer in (element, linking.drawing.process):
        drawn = extension_of(bearer, "jobPriorityDefinition")
        if drawn is not None:
            given = drawn.attributes.get("priority")
            return linking.optional(given, "job priority", element, drawn.place)
    return None


def caught_message(
    linking: Linking, element: Element, reference: str | None, *, keyed: bool
) -> MessageDefinition | None:
    """The message an element waits for; ``keyed`` where a correlation key belongs to it."""
    message = linking.drawing.root(reference, "message")
    if message is None:
        return None
    subscription = extension_of(message, "subscription")
    key = subscription.attributes.get("correlationKey", "") if subscription else ""
    name = linking.text(message.name, "message name", element, message.place)
    if not keyed:
        return MessageDefinition(name=name)
    if key.strip():
        return MessageDefinition(name=name, key=linking.feel(key, "correlation key", message))
    plain = awaited_key(linking, message.id, element)
    if plain is None:
        return MessageDefinition(name=name)
    return MessageDefinition(name=name, key=plain.key, is_composite=plain.is_composite)


def publication(linking: Linking, element: Element, reference: str | None) -> Publish | None:
    """A message the product publishes: by ``zeebe:publishMessage``, else as the message says."""
    message = linking.drawing.root(reference, "message")
    if message is None:
        return None
    publish = extension_of(element, "publishMessage")
    given = publish.attributes if publish else {}
    place = publish.place if publish else message.place
    subscription = extension_of(message, "subscription")
    subscribed = subscription.attributes.get("correlationKey", "") if subscription else ""
    key = given.get("correlationKey")
    if key is None and subscribed.strip():
        key = f"={subscribed.removeprefix('=')}"
    plain = sent_key(linking, message.id, element) if key is None else None
    return Publish(
        name=linking.text(message.name, "message name", element, message.place),
        key=plain.key
        if plain is not None
        else linking.optional(key, "correlation key", element, place),
        is_composite=plain is not None and plain.is_composite,
        message_id=linking.optional(given.get("messageId"), "message id", element, place),
        time_to_live=linking.optional(given.get("timeToLive"), "time to live", element, place),
    )


def _nothing(_: Linking, __: Task) -> Work | None:
    return None


def _service(linking: Linking, task: Task) -> Work | None:
    return job_of(linking, task)


def _send(linking: Linking, task: Task) -> Work | None:
    return job_of(linking, task) or publication(linking, task, task.message_ref)


def _receive(linking: Linking, task: Task) -> Work | None:
    message = caught_message(linking, task, task.message_ref, keyed=True)
    return None if message is None else Receive(message=message)


def _script(linking: Linking, task: Task) -> Work | None:
    script = extension_of(task, "script")
    if script is None:
        return job_of(linking, task)
    given, place = script.attributes, script.place
    parsed = linking.feel(given.get("expression", ""), "script", task, place)
    result = linking.name(given.get("resultVariable", ""), "result variable", task, place)
    return None if parsed is None else Script(expression=parsed, result_variable=result)


def _rule(linking: Linking, task: Task) -> Work | None:
    called = extension_of(task, "calledDecision")
    if called is None:
        return job_of(linking, task)
    given, place = called.attributes, called.place
    identity = linking.static(given.get("decisionId", ""), "decision id", task, place)
    result = linking.name(given.get("resultVariable", ""), "result variable", task, place)
    decision = linking.decisions.get(identity)
    if decision is None:
        message = f"The decision {identity!r} is not in this bundle; deploy its DMN file along."
        linking.flag("decision-missing", message, task, place, clause="BPMN 2.0.2 §10.3.3")
        return None
    wanted = given.get("versionTag") if given.get("bindingType") == "versionTag" else None
    if wanted is not None and decision.version_tag != wanted:
        message = f"The decision {identity!r} of this bundle does not bear the tag {wanted!r}."
        linking.flag("decision-missing", message, task, place, clause="zeebe:calledDecision")
    return Decision(decision_id=identity, decision=decision, result_variable=result)


_TASKS: Mapping[str, Callable[[Linking, Task], Work | None]] = {
    "task": _nothing,
    "manualTask": _nothing,
    "serviceTask": _service,
    "sendTask": _send,
    "receiveTask": _receive,
    "scriptTask": _script,
    "businessRuleTask": _rule,
    "userTask": human_work,
}


def task_work(linking: Linking, task: Task) -> Work | None:
    """What a task does; None passes through (or was refused by a rule)."""
    return _TASKS[task.kind](linking, task)


# --- called processes --------------------------------------------------------------------------


def called_process_id(activity: CallActivity) -> str | None:
    """The text that names the called process; the plain BPMN attribute where nothing else does."""
    called = extension_of(activity, "calledElement")
    if called is None:
        return activity.called_element
    legacy = called.attributes.get("processIdExpression")
    if legacy is not None:
        return f"={legacy.removeprefix('=')}"
    return called.attributes.get("processId")


def is_inline(activity: CallActivity) -> bool:
    """Tell whether the called process is to be linked into the caller's program (S22)."""
    return any(
        item.attributes.get("name") == "inline" and item.attributes.get("value") == "true"
        for item in children_of(activity, "properties", "property")
    )


_BINDINGS: Mapping[str, Binding] = {"deployment": "deployment", "versionTag": "versionTag"}


def call_work(linking: Linking, activity: CallActivity) -> Work | None:
    """The call of a process."""
    identity = called_process_id(activity)
    if not identity:
        return None
    called = extension_of(activity, "calledElement")
    given = called.attributes if called else {}
    place = called.place if called else None
    return Call(
        process_id=linking.text(identity, "process id", activity, place),
        inline=is_inline(activity),
        propagate_all_parent_variables=given.get("propagateAllParentVariables") != "false",
        propagate_all_child_variables=given.get("propagateAllChildVariables") != "false",
        binding=_BINDINGS.get(given.get("bindingType", ""), "latest"),
        version_tag=given.get("versionTag"),
    )
