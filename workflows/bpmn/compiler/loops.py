"""Loops and ad-hoc sub-processes linked: collections, conditions, what completion throws."""

from workflows.bpmn.compiler.data import with_loop_data
from workflows.bpmn.compiler.events import thrown
from workflows.bpmn.compiler.linking import Linking
from workflows.bpmn.model import (
    Activity,
    Element,
    Extension,
    Formal,
    MultiInstanceLoop,
    StandardLoop,
    SubProcess,
)
from workflows.bpmn.program import (
    AdHoc,
    Loop,
    MultiInstance,
    Throw,
    ThrownOnCompletion,
)
from workflows.bpmn.program import StandardLoop as Repetition
from workflows.feel import Expression

UNPLACED = -1
"""A node that has no index yet."""


def loop_of(linking: Linking, node: Activity) -> Loop | None:
    """The loop of an activity."""
    match node.loop:
        case MultiInstanceLoop() as loop:
            return _multi_instance(linking, node, loop)
        case StandardLoop() as loop:
            return _standard(linking, node, loop)
        case None:
            return None


def _multi_instance(linking: Linking, node: Activity, loop: MultiInstanceLoop) -> MultiInstance:
    given = _Given(linking, node, loop.extensions, "loopCharacteristics")

    def formal(drawn: Formal | None, what: str) -> Expression | None:
        return None if drawn is None else linking.formal(drawn, what, node)

    found = MultiInstance(
        sequential=loop.sequential,
        collection=given.feel("inputCollection"),
        cardinality=formal(loop.cardinality, "loop cardinality"),
        input_element=given.name("inputElement"),
        output_collection=given.name("outputCollection"),
        output_element=given.feel("outputElement"),
        completion_condition=formal(loop.completion_condition, "completion condition"),
        throws=tuple(
            ThrownOnCompletion(
                node=UNPLACED,
                when="first" if one.name == "One" else "every",
                condition=formal(one.condition, "condition of a complex behavior"),
            )
            for one in loop.throws
        ),
    )
    return with_loop_data(linking, node, found)


def thrown_on_completion(linking: Linking, node: Activity) -> tuple[tuple[Throw, ...], ...]:
    """What the completion of instances throws (S12)."""
    if not isinstance(node.loop, MultiInstanceLoop):
        return ()
    return tuple(thrown(linking, node, one.definitions) for one in node.loop.throws)


def _standard(linking: Linking, node: Activity, loop: StandardLoop) -> Repetition:
    condition, maximum = loop.condition, (loop.maximum or "").strip()
    return Repetition(
        condition=None if condition is None else linking.formal(condition, "loop condition", node),
        test_before=loop.test_before,
        maximum=int(maximum) if maximum.isascii() and maximum.isdigit() else None,
    )


def ad_hoc_of(linking: Linking, node: SubProcess) -> AdHoc | None:
    """What an ad-hoc sub-process says about itself (S29); whom it begins is resolved later."""
    if node.kind != "adHocSubProcess":
        return None
    given = _Given(linking, node, node.extensions, "adHoc")
    condition = node.completion_condition
    return AdHoc(
        sequential=node.sequential,
        active_elements=given.feel("activeElementsCollection"),
        completion_condition=None
        if condition is None
        else linking.formal(condition, "completion condition", node),
        cancel_remaining=node.cancel_remaining,
        output_collection=given.name("outputCollection"),
        output_element=given.feel("outputElement"),
    )


class _Given:
    """The attributes of one extension element."""

    def __init__(
        self, linking: Linking, element: Element, extensions: tuple[Extension, ...], name: str
    ) -> None:
        self._linking = linking
        self._element = element
        self._found = next((part for part in extensions if part.name == name), None)

    def _text(self, attribute: str) -> str:
        return self._found.attributes.get(attribute, "") if self._found else ""

    def feel(self, attribute: str) -> Expression | None:
        """An attribute that is always FEEL."""
        text, place = self._text(attribute), self._found.place if self._found else None
        if not text.strip():
            return None
        return self._linking.feel(text, attribute, self._element, place)

    def name(self, attribute: str) -> str | None:
        """An attribute that names a variable."""
        text = self._text(attribute)
        return self._linking.name(text, attribute, self._element) if text.strip() else None
