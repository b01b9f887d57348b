"""Calls of global tasks: the task stands where it is called (BPMN 2.0.2 §10.3.6).

"A Call Activity … calls a Global Task": the call brings its place, its name, its loop, its data
and its boundary events; the global task brings its kind, and what is done.
"""

from collections.abc import Mapping
from dataclasses import replace

from workflows.bpmn.compiler.work import called_process_id
from workflows.bpmn.model import (
    CallActivity,
    Content,
    FlowNode,
    GlobalTask,
    Process,
    SubProcess,
    Task,
)


def with_global_tasks(process: Process, known: Mapping[str, GlobalTask]) -> Process:
    """The process with each global task in the place of what calls it."""
    if not known:
        return process
    return replace(process, content=_content(process.content, known))


def _content(content: Content, known: Mapping[str, GlobalTask]) -> Content:
    return replace(content, nodes=tuple(_node(node, known) for node in content.nodes))


def _node(node: FlowNode, known: Mapping[str, GlobalTask]) -> FlowNode:
    match node:
        case SubProcess():
            return replace(node, content=_content(node.content, known))
        case CallActivity():
            called = known.get(called_process_id(node) or "")
            return node if called is None else _standing(node, called)
        case _:
            return node


def _standing(call: CallActivity, called: GlobalTask) -> Task:
    own = tuple(one for one in call.extensions if one.name != "calledElement")
    return replace(
        called.task,
        id=call.id,
        name=call.name or called.name,
        place=call.place,
        extensions=(*own, *called.extensions),
        extension_attributes=call.extension_attributes,
        foreign=(*call.foreign, *called.foreign),
        unexecuted=(*call.unexecuted, *called.unexecuted),
        default=call.default,
        for_compensation=call.for_compensation,
        start_quantity=call.start_quantity,
        completion_quantity=call.completion_quantity,
        loop=call.loop,
        data=call.data,
        stands_for=called.id,
    )
