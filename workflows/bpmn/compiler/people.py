"""What a user task asks of people: who, when, how urgent, with which form."""

from collections.abc import Iterator

from workflows.bpmn.compiler.drawing import Drawing, headers_of
from workflows.bpmn.compiler.linking import Linking
from workflows.bpmn.model import Lane, Task, extension_of
from workflows.bpmn.program import Human, Text

DEFAULT_PRIORITY = "50"
EMBEDDED_FORM = "camunda-forms:bpmn:"

_PARTS = ("assignmentDefinition", "taskSchedule", "priorityDefinition")


def human_work(linking: Linking, task: Task) -> Human:
    """The work of a user task."""
    assignee = _text(linking, task, "assignee")
    groups = _text(linking, task, "candidateGroups")
    users = _text(linking, task, "candidateUsers")
    if assignee is None and groups is None and users is None:
        groups = _lane_of(linking.drawing, task.id)
    return Human(
        assignee=assignee,
        candidate_groups=groups,
        candidate_users=users,
        due_date=_text(linking, task, "dueDate"),
        follow_up_date=_text(linking, task, "followUpDate"),
        priority=_text(linking, task, "priority") or DEFAULT_PRIORITY,
        form=_form(linking.drawing, task),
        headers=headers_of(task),
    )


def _text(linking: Linking, task: Task, attribute: str) -> Text | None:
    for part in _PARTS:
        extension = extension_of(task, part)
        if extension is not None and attribute in extension.attributes:
            value = extension.attributes[attribute]
            return linking.optional(value, attribute, task, extension.place)
    return None


def _form(drawing: Drawing, task: Task) -> dict[str, str]:
    """The form's attributes as drawn; an embedded form brings its body along."""
    definition = extension_of(task, "formDefinition")
    if definition is None:
        return {}
    form = dict(definition.attributes)
    wanted = form.get("formKey", "").removeprefix(EMBEDDED_FORM)
    for extension in drawing.process.extensions:
        if extension.name == "userTaskForm" and extension.attributes.get("id") == wanted:
            form["body"] = extension.text
    return form


def _lane_of(drawing: Drawing, task_id: str) -> str | None:
    """A lane is the default candidate group of the user tasks drawn in it; the innermost counts."""
    for scope in drawing.scopes:
        owner = scope.owner
        for lane in _innermost_first(owner.content.lanes):
            if task_id in lane.members:
                return lane.name or None
    return None


def _innermost_first(lanes: tuple[Lane, ...]) -> Iterator[Lane]:
    for lane in lanes:
        yield from _innermost_first(lane.lanes)
        yield lane
