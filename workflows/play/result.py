"""What a played scenario tells: instances, trace, what waits, incidents (play.md)."""

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import TypedDict, cast

from workflows.bpmn.interpreter import Trace, Waiting, waiting
from workflows.bpmn.interpreter.lifecycle import PHASES
from workflows.diagnostics import Diagnostic
from workflows.feel import Value
from workflows.feel.wire import write_json
from workflows.play.world import Case, World

Told = dict[str, object]


class Result(TypedDict):
    """One result, in the words of play.md."""

    rejected: list[Told] | None
    error: Told | None
    instances: list[Told]
    trace: list[Told]
    waiting: list[Told]
    incidents: list[Told]


def rejection(diagnostics: Iterable[Diagnostic]) -> Result:
    """Tell that the models may not be deployed."""
    result = failure(None, None)
    result["rejected"] = [_diagnostic(one) for one in diagnostics]
    return result


def failure(message: str | None, step: int | None) -> Result:
    """Tell that nothing was played, and why."""
    error: Told | None = None if message is None else {"step": step, "message": message}
    return Result(rejected=None, error=error, instances=[], trace=[], waiting=[], incidents=[])


def told(world: World, error: Told | None) -> Result:
    """Tell how a world stands, and all that happened in it."""
    return Result(
        rejected=None,
        error=error,
        instances=[_instance(case) for case in world.cases.values()],
        trace=[
            line
            for instance, _, trace in world.trail
            if (line := _trace(instance, trace)) is not None
        ],
        waiting=[line for case in world.active() for line in _waiting(case)],
        incidents=[line for case in world.active() for line in _incidents(case)],
    )


def _diagnostic(one: Diagnostic) -> Told:
    return {
        "code": one.code,
        "element": one.element,
        "message": one.message,
        "clause": one.clause,
        "severity": one.severity,
        "file": one.file,
        "line": one.line,
        "column": one.column,
    }


def _instance(case: Case) -> Told:
    root = case.state.root
    variables = case.variables if root is None else root.locals or {}
    return {
        "key": case.key,
        "process": case.process_id,
        "state": case.standing,
        "variables": dict(variables),
    }


_SHOWN = frozenset({*PHASES, "taken"})


def _trace(instance: int, trace: Trace) -> Told | None:
    if trace.event == "job":
        job: Told = {"instance": instance, "element": trace.element, "event": "job"}
        return {**job, **(trace.detail or {})}
    if trace.event not in _SHOWN:
        return None
    line: Told = {
        "instance": instance,
        "element": trace.element,
        "type": trace.kind,
        "event": trace.event,
    }
    if trace.body:
        line["body"] = True
    return line


def _waiting(case: Case) -> Iterable[Told]:
    for one in waiting(case.program, case.state):
        line: Told = {
            "instance": case.key,
            "element": one.element,
            "for": one.waits_for,
            "name": one.name,
        }
        yield {**line, **_particulars(one)}


def _particulars(one: Waiting) -> Told:
    if one.due is not None:
        return {"due": moment(one.due)}
    return {"key": one.correlation_key} if one.waits_for == "message" else {}


def _incidents(case: Case) -> Iterable[Told]:
    for incident in case.state.incidents.values():
        yield {
            "instance": case.key,
            "element": case.program.nodes[incident.node].id,
            "kind": incident.code,
            "message": incident.message,
        }


def moment(time: datetime) -> str:
    """Write a moment as ISO 8601 in UTC."""
    return time.astimezone(UTC).isoformat().replace("+00:00", "Z")


# --- writing ----------------------------------------------------------------------------------


def write_result(result: Mapping[str, object]) -> str:
    """Write a result as one line of JSON; numbers of variables exactly as they are."""
    return _write(result)


def _write(told: object) -> str:
    match told:
        case dict():
            entries = (
                f"{json.dumps(str(name), ensure_ascii=False)}: {_write(value)}"
                for name, value in told.items()
            )
            return "{" + ", ".join(entries) + "}"
        case list() | tuple():
            return "[" + ", ".join(map(_write, told)) + "]"
        case None | bool() | int() | str():
            return json.dumps(told, ensure_ascii=False)
        case _:
            return write_json(cast(Value, told))
