"""A played scenario for a reader at a terminal: the trail, line by line, and how it stands."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Final

from workflows.bpmn.interpreter import Trace, waiting
from workflows.feel.text import to_text
from workflows.play.result import moment
from workflows.play.world import Case, World


def story(world: World) -> Iterator[str]:
    """Tell what happened, in order, then every instance as it stands."""
    before: datetime | None = None
    for instance, time, trace in world.trail:
        words = _WORDS.get(trace.event)
        if words is None or trace.kind == "sequenceFlow":
            continue
        clock = moment(time) if time != before else ""
        before = time
        body = " (all)" if trace.body else ""
        yield f"{clock:<20} #{instance}  {trace.element + body:<32} {words(trace)}"
    for case in world.cases.values():
        yield ""
        yield from _standing(case)


def _standing(case: Case) -> Iterator[str]:
    yield f"#{case.key} {case.process_id}: {case.standing}"
    root = case.state.root
    for name, value in (case.variables if root is None else root.locals or {}).items():
        yield f"    {name} = {to_text(value)}"
    for one in waiting(case.program, case.state):
        key = f" with key '{one.correlation_key}'" if one.waits_for == "message" else ""
        due = f" due {moment(one.due)}" if one.due is not None else ""
        yield f"    waits at '{one.element}' for {one.waits_for} '{one.name}'{key}{due}"
    for incident in case.state.incidents.values():
        element = case.program.nodes[incident.node].id
        yield f"    incident at '{element}' ({incident.code}): {incident.message}"


def _plainly(words: str) -> Callable[[Trace], str]:
    return lambda _: words


def _with(words: str, *names: str) -> Callable[[Trace], str]:
    def tell(trace: Trace) -> str:
        detail: Mapping[str, object] = trace.detail or {}
        return " ".join([words, *(f"'{detail.get(name)}'" for name in names)])

    return tell


def _variables(trace: Trace) -> str:
    return f"has {', '.join(trace.detail or {})}"


_WORDS: Final[Mapping[str, Callable[[Trace], str]]] = {
    "activated": _plainly("begins"),
    "completed": _plainly("completed"),
    "terminated": _plainly("terminated"),
    "job": _with("asks for a job", "job"),
    "userTask": _plainly("is offered to people"),
    "decision": _with("decides by", "decision"),
    "error": _with("throws the error", "code"),
    "escalation": _with("throws the escalation", "code"),
    "incident": _with("is stuck:", "message"),
    "cancelled": _plainly("is cancelled"),
    "late": _with("too late:", "occurrence"),
    "variables": _variables,
}
"""The events that a reader is shown."""
