"""Rules about what tasks, calls, forms and loops must say."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping

from workflows.bpmn.compiler.drawing import Drawing, Finding
from workflows.bpmn.compiler.linking import is_expression
from workflows.bpmn.compiler.rules.rule import Rule, at
from workflows.bpmn.compiler.timers import timer_fault
from workflows.bpmn.compiler.work import called_process_id
from workflows.bpmn.model import (
    Activity,
    CallActivity,
    Element,
    Event,
    Extension,
    MessageEventDefinition,
    MultiInstanceLoop,
    StandardLoop,
    Task,
    children_of,
    extension_of,
)

_ALTERNATIVES: Mapping[str, tuple[str, ...]] = {
    "serviceTask": ("taskDefinition",),
    "sendTask": ("taskDefinition", "publishMessage"),
    "scriptTask": ("taskDefinition", "script"),
    "businessRuleTask": ("taskDefinition", "calledDecision"),
}
"""What says how a task is done; one of them."""


def _task_work(drawing: Drawing) -> Iterator[Finding]:
    for node, _ in drawing.nodes:
        if not isinstance(node, Task) or node.kind not in _ALTERNATIVES:
            continue
        wanted = _ALTERNATIVES[node.kind]
        found = [extension.name for extension in node.extensions if extension.name in wanted]
        sends = node.kind == "sendTask" and node.message_ref is not None
        if not found and not sends:
            yield at(node, f"Say what the {node.kind} does: zeebe:{' or zeebe:'.join(wanted)}.")
        if len(found) > 1:
            yield at(node, f"The {node.kind} says twice what it does: {', '.join(found)}.")
        if "publishMessage" in found and not sends:
            yield at(node, "zeebe:publishMessage needs a messageRef: which message is published?")


def _thrown_messages(drawing: Drawing) -> Iterator[Finding]:
    for node, _ in drawing.nodes:
        if not isinstance(node, Event) or node.kind not in ("intermediateThrowEvent", "endEvent"):
            continue
        for definition in node.definitions:
            if not isinstance(definition, MessageEventDefinition):
                continue
            job = extension_of(node, "taskDefinition")
            publish = extension_of(node, "publishMessage")
            if job is not None and publish is not None:
                yield at(node, "Use zeebe:taskDefinition or zeebe:publishMessage, not both.")
            if job is None and definition.message_ref is None:
                yield at(node, "Say what is thrown: a messageRef, or a zeebe:taskDefinition.")


def _called(drawing: Drawing) -> Iterator[Finding]:
    for node, _ in drawing.nodes:
        if isinstance(node, CallActivity) and not (called_process_id(node) or "").strip("= "):
            yield at(node, "Say which process is called: zeebe:calledElement with a processId.")


def _job_users(drawing: Drawing) -> Iterator[Finding]:
    for node, _ in drawing.nodes:
        if isinstance(node, Task) and node.kind == "userTask" and not _is_product_task(node):
            yield at(node, "Add zeebe:userTask; the kind without it is deprecated.")


def _is_product_task(task: Task) -> bool:
    return extension_of(task, "userTask") is not None


def _forms(drawing: Drawing) -> Iterator[Finding]:
    for node, _ in drawing.nodes:
        form = extension_of(node, "formDefinition")
        if form is None:
            continue
        kinds = ("formKey", "formId", "externalReference")
        given = [kind for kind in kinds if form.attributes.get(kind, "").strip()]
        if len(given) != 1:
            message = "A form has exactly one of formKey, formId and externalReference."
            yield at(node, message, form.place)


def _form_bodies(drawing: Drawing) -> Iterator[Finding]:
    for extension in drawing.process.extensions:
        if extension.name == "userTaskForm" and not extension.text.strip():
            yield at(drawing.process, "The embedded form is empty.", extension.place)


def _headers(drawing: Drawing) -> Iterator[Finding]:
    for node, _ in drawing.nodes:
        headers = children_of(node, "taskHeaders", "header")
        counts = Counter(header.attributes.get("key", "") for header in headers)
        for key, count in counts.items():
            if count > 1:
                yield at(node, f"The header {key!r} is there {count} times; the last one counts.")


# --- loops -------------------------------------------------------------------------------------


def _multi_instance(drawing: Drawing) -> Iterator[tuple[Activity, MultiInstanceLoop]]:
    for node, _ in drawing.nodes:
        if isinstance(node, Activity) and isinstance(node.loop, MultiInstanceLoop):
            yield node, node.loop


def _loop_attributes(loop: MultiInstanceLoop) -> Mapping[str, str]:
    found = (part for part in loop.extensions if part.name == "loopCharacteristics")
    return next((part.attributes for part in found), {})


def _collections(drawing: Drawing) -> Iterator[Finding]:
    for node, loop in _multi_instance(drawing):
        collection = _loop_attributes(loop).get("inputCollection", "").removeprefix("=").strip()
        given = (collection, loop.cardinality is not None, loop.input_ref is not None)
        if sum(map(bool, given)) != 1:
            message = "A multi-instance activity runs over an inputCollection or a loopCardinality."
            yield at(node, f"{message} It needs exactly one.", loop.place)


def _outputs(drawing: Drawing) -> Iterator[Finding]:
    for node, loop in _multi_instance(drawing):
        given = _loop_attributes(loop)
        pair = [bool(given.get(name, "").strip()) for name in ("outputCollection", "outputElement")]
        if pair[0] != pair[1]:
            yield at(node, "outputCollection and outputElement go together.", loop.place)


def _standard_loops(drawing: Drawing) -> Iterator[Finding]:
    for node, _ in drawing.nodes:
        loop = node.loop if isinstance(node, Activity) else None
        if not isinstance(loop, StandardLoop):
            continue
        if loop.condition is None and loop.maximum is None:
            yield at(node, "A loop needs a loopCondition or a loopMaximum.", loop.place)
        fault = None if loop.maximum is None else _whole_number(loop.maximum.strip())
        if fault is not None:
            yield at(node, f"loopMaximum: {fault}", loop.place)


def _quantities(drawing: Drawing) -> Iterator[Finding]:
    for node, _ in drawing.nodes:
        if isinstance(node, Activity) and min(node.start_quantity, node.completion_quantity) < 1:
            yield at(node, "startQuantity and completionQuantity are whole numbers from 1.")


def _ad_hoc_content(drawing: Drawing) -> Iterator[Finding]:
    for node, scope in drawing.nodes:
        if scope.owner.kind == "adHocSubProcess" and node.kind in ("startEvent", "endEvent"):
            yield at(node, "An ad-hoc sub-process has no start and end events.")


# --- static values -----------------------------------------------------------------------------

_MAX_PRIORITY = 100
_BINDINGS = ("latest", "deployment", "versionTag")


def _whole_number(text: str) -> str | None:
    if text.isascii() and text.isdigit():
        return None
    return f"{text!r} is not a whole number."


def _priority(text: str) -> str | None:
    if text.isascii() and text.isdigit() and int(text) <= _MAX_PRIORITY:
        return None
    return f"The priority {text!r} is not a whole number from 0 to {_MAX_PRIORITY}."


def _moment(text: str) -> str | None:
    return timer_fault("date", text)


def _length(text: str) -> str | None:
    return timer_fault("duration", text)


def _binding(text: str) -> str | None:
    return None if text in _BINDINGS else f"The binding {text!r} is none of {', '.join(_BINDINGS)}."


def _boolean(text: str) -> str | None:
    return None if text in ("true", "false") else f"{text!r} is neither true nor false."


def _form_key(text: str) -> str | None:
    dangerous = text.casefold().replace(" ", "").startswith(("javascript:", "data:", "vbscript:"))
    return "A form key may not run code." if dangerous else None


_VALUES: Mapping[tuple[str, str], Callable[[str], str | None]] = {
    ("taskDefinition", "retries"): _whole_number,
    ("priorityDefinition", "priority"): _priority,
    ("jobPriorityDefinition", "priority"): _priority,
    ("taskSchedule", "dueDate"): _moment,
    ("taskSchedule", "followUpDate"): _moment,
    ("publishMessage", "timeToLive"): _length,
    ("calledElement", "bindingType"): _binding,
    ("calledElement", "propagateAllParentVariables"): _boolean,
    ("calledElement", "propagateAllChildVariables"): _boolean,
    ("calledDecision", "bindingType"): _binding,
    ("formDefinition", "bindingType"): _binding,
    ("formDefinition", "formKey"): _form_key,
    ("formDefinition", "externalReference"): _form_key,
}


def _values(drawing: Drawing) -> Iterator[Finding]:
    for node in (drawing.process, *(node for node, _ in drawing.nodes)):
        for extension in node.extensions:
            for name, text in extension.attributes.items():
                fault = _value_fault(extension, name, text.strip())
                if fault is not None:
                    yield at(node, f"zeebe:{extension.name} {name}: {fault}", extension.place)


def _value_fault(extension: Extension, name: str, text: str) -> str | None:
    if is_expression(text) or not text:
        return None
    check = _VALUES.get((extension.name, name))
    return check(text) if check else None


def _version_tags(drawing: Drawing) -> Iterator[Finding]:
    for node, _ in drawing.nodes:
        for extension in node.extensions:
            given = extension.attributes
            if given.get("bindingType") == "versionTag" and not given.get("versionTag", "").strip():
                message = f"zeebe:{extension.name} with bindingType versionTag needs a versionTag."
                yield at(node, message, extension.place)


def _foreign_expressions(drawing: Drawing) -> Iterator[Finding]:
    elements: list[Element] = [node for node, _ in drawing.nodes]
    for element in elements:
        for extension in element.extensions:
            for name, text in extension.attributes.items():
                if text.lstrip().startswith(("${", "#{")):
                    message = (
                        f"zeebe:{extension.name} {name} looks like JUEL; write FEEL after '='."
                    )
                    yield at(element, message, extension.place)


RULES = (
    Rule(
        code="task-work-required",
        clause="zeebe:taskDefinition",
        summary="A service-like task says exactly once how it is done.",
        check=_task_work,
    ),
    Rule(
        code="throw-work-required",
        clause="S23",
        summary="A message throw says which message is published, or which job does it.",
        check=_thrown_messages,
    ),
    Rule(
        code="called-element-required",
        clause="S22",
        summary="A call activity says which process it calls.",
        check=_called,
    ),
    Rule(
        code="user-task-kind",
        clause="zeebe:userTask",
        summary="User tasks bear zeebe:userTask; people are offered those without it as well.",
        check=_job_users,
        severity="warning",
    ),
    Rule(
        code="form-reference",
        clause="zeebe:formDefinition",
        summary="A form is named exactly once.",
        check=_forms,
    ),
    Rule(
        code="form-body",
        clause="zeebe:userTaskForm",
        summary="An embedded form has a body.",
        check=_form_bodies,
    ),
    Rule(
        code="header-doubled",
        clause="zeebe:taskHeaders",
        summary="Header keys are unique.",
        check=_headers,
        severity="warning",
    ),
    Rule(
        code="loop-collection",
        clause="S11",
        summary="Multi-instance runs over a collection or a cardinality.",
        check=_collections,
    ),
    Rule(
        code="loop-output",
        clause="S11",
        summary="Output collection and output element go together.",
        check=_outputs,
    ),
    Rule(
        code="loop-condition",
        clause="S10",
        summary="A standard loop has a condition or a maximum.",
        check=_standard_loops,
    ),
    Rule(
        code="quantity-invalid",
        clause="S9",
        summary="Start and completion quantities are whole numbers from 1.",
        check=_quantities,
    ),
    Rule(
        code="ad-hoc-content",
        clause="BPMN 2.0.2 §10.3.5",
        summary="An ad-hoc sub-process has no start and end events.",
        check=_ad_hoc_content,
    ),
    Rule(
        code="value-invalid",
        clause="bpmn.md §3",
        summary="Static values of extension elements are of their type.",
        check=_values,
    ),
    Rule(
        code="version-tag-required",
        clause="zeebe:versionTag",
        summary="A binding by version tag names the tag.",
        check=_version_tags,
    ),
    Rule(
        code="foreign-expression",
        clause="S32",
        summary="Expressions are FEEL; ${…} and #{…} are not.",
        check=_foreign_expressions,
    ),
)
