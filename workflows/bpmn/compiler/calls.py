"""Calls between the processes of a bundle: what is inlined, what can never end."""

from collections.abc import Iterator, Mapping

from workflows.bpmn.compiler.link import Linked
from workflows.bpmn.compiler.rules.soundness import certain_nodes
from workflows.bpmn.model import Element
from workflows.bpmn.program import Call
from workflows.diagnostics import Diagnostic

MAX_NODES = 5_000
"""Flow nodes of one program, inlined processes counted at each of their calls (S36)."""


def check_calls(bundle: Mapping[str, Linked]) -> list[Diagnostic]:
    """Every finding about calls inside the bundle."""
    recursive = [*_recursion(bundle)]
    grown = [] if recursive else [*_grown(bundle)]
    loose = [*_missing(bundle), *_not_callable(bundle), *_with_data(bundle)]
    return [*loose, *_endless(bundle), *recursive, *grown]


def _calls(linked: Linked) -> Iterator[tuple[Element, Call]]:
    for node, _ in linked.drawing.nodes:
        work = linked.nodes[node.id].work
        if isinstance(work, Call):
            yield node, work


def _missing(bundle: Mapping[str, Linked]) -> Iterator[Diagnostic]:
    for linked in bundle.values():
        for node, call in _calls(linked):
            if not isinstance(call.process_id, str):
                if call.inline:
                    message = "An inlined call names its process statically."
                    yield _finding("static-expected", node, message, "S22")
            elif call.process_id not in bundle and (call.inline or call.binding == "deployment"):
                message = f"The process {call.process_id!r} is not in this bundle; deploy it along."
                yield _finding("called-process-missing", node, message, "S22")


def _not_callable(bundle: Mapping[str, Linked]) -> Iterator[Diagnostic]:
    """A called process begins at a none start event (BPMN 2.0.2 §10.3.6)."""
    for linked in bundle.values():
        for node, call in _calls(linked):
            called = bundle.get(str(call.process_id))
            if called is not None and not any(
                drawn.kind == "startEvent" and called.nodes[drawn.id].event is None
                for drawn in called.drawing.scopes[0].nodes.values()
            ):
                message = (
                    f"The process {call.process_id!r} has no none start event to be called at."
                )
                yield _finding("called-start-missing", node, message, "S22")


def _with_data(bundle: Mapping[str, Linked]) -> Iterator[Diagnostic]:
    """What stands inside the caller has no variables of its own for BPMN data."""
    for linked in bundle.values():
        for node, call in _calls(linked):
            called = bundle.get(str(call.process_id)) if call.inline else None
            if called is None:
                continue
            if called.data or linked.nodes[node.id].data or called.listeners:
                message = f"{call.process_id!r} has BPMN data or listeners: call it as a case."
                yield _finding("inline-plain", node, message, "S22, S31, S34")


def _endless(bundle: Mapping[str, Linked]) -> Iterator[Diagnostic]:
    """Processes that surely call themselves again, directly or over others."""
    certain: dict[str, dict[str, Element]] = {}
    for name, linked in bundle.items():
        sure = certain_nodes(linked.drawing.scopes[0])
        certain[name] = {
            str(call.process_id): node
            for node, call in _calls(linked)
            if node.id in sure and call.process_id in bundle and not call.inline
        }
    yield from _cycles(certain, "call-endless", "always calls {back!r} again; it never ends")


def _recursion(bundle: Mapping[str, Linked]) -> Iterator[Diagnostic]:
    """An inlined process that contains itself would have no end."""
    inlined = {
        name: {
            str(call.process_id): node
            for node, call in _calls(linked)
            if call.inline and call.process_id in bundle
        }
        for name, linked in bundle.items()
    }
    yield from _cycles(inlined, "call-recursive", "leads back into {back!r}; call it as a child")


def _cycles(
    edges: Mapping[str, Mapping[str, Element]], code: str, complaint: str
) -> Iterator[Diagnostic]:
    for name, targets in edges.items():
        for target, node in targets.items():
            if name in _reached(edges, target):
                said = complaint.format(back=name)
                yield _finding(code, node, f"The process {target!r} {said}.", "bpmn.md §1.7, S22")


def _grown(bundle: Mapping[str, Linked]) -> Iterator[Diagnostic]:
    sizes: dict[str, int] = {}
    for name, linked in bundle.items():
        if _size(name, bundle, sizes) > MAX_NODES:
            message = f"With its inlined calls the process has more than {MAX_NODES} elements."
            yield _finding("too-many-elements", linked.drawing.process, message, "S36")


def _size(name: str, bundle: Mapping[str, Linked], sizes: dict[str, int]) -> int:
    """The nodes of a process with all it inlines; calls are not recursive here."""
    stack = [name]
    while stack:
        linked = bundle[stack[-1]]
        inlined = [
            str(call.process_id)
            for _, call in _calls(linked)
            if call.inline and call.process_id in bundle
        ]
        unknown = [called for called in inlined if called not in sizes]
        if unknown:
            stack += unknown
            continue
        own = sum(len(scope.nodes) for scope in linked.drawing.scopes)
        sizes[stack.pop()] = own + sum(sizes[called] for called in inlined)
    return sizes[name]


def _reached(edges: Mapping[str, Mapping[str, Element]], start: str) -> set[str]:
    found, stack = {start}, [start]
    while stack:
        for target in edges[stack.pop()]:
            if target not in found:
                found.add(target)
                stack.append(target)
    return found


CALL_CODES = {
    "static-expected": "An inlined call names its process statically (S22).",
    "called-process-missing": "Inlined and deployment-bound processes stand in the bundle (S22).",
    "called-start-missing": "A called process has a none start event (S22).",
    "inline-plain": "A process with BPMN data or listeners is no inlined one (S31, S34).",
    "call-endless": "No process surely calls itself again (§1.7).",
    "call-recursive": "No inlined process contains itself (S22).",
    "too-many-elements": "A program has at most 5,000 flow nodes, inlined ones counted (S36).",
}
"""Codes of findings about calls between processes."""


def _finding(code: str, element: Element, message: str, clause: str) -> Diagnostic:
    return Diagnostic(
        code=code,
        message=message,
        element=element.id,
        clause=clause,
        file=element.place.file,
        line=element.place.line,
        column=element.place.column,
    )
