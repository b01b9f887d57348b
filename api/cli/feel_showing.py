"""Values, warnings and errors of FEEL as people read them, and as programs do."""

import json
from collections.abc import Iterable, Iterator

from api.cli.terminal import visible
from workflows.feel import (
    FeelError,
    FeelSyntaxError,
    FeelWarning,
    Finding,
    Spot,
    Value,
)
from workflows.feel.explaining import shown_inputs
from workflows.feel.text import literal_text
from workflows.feel.wire import encode


def value_lines(value: Value) -> Iterator[str]:
    """Write a value; what would steer the terminal is written out."""
    yield visible(literal_text(value))


def warning_lines(warnings: Iterable[FeelWarning]) -> Iterator[str]:
    """Tell why there is a null: what, where, and over which inputs."""
    inputs: tuple[tuple[str, str], ...] = ()
    for warning in warnings:
        yield f"warning: {visible(warning.message)} ({warning.spot})"
        yield from _excerpt(warning.spot)
        inputs = tuple(shown_inputs(warning))
    if inputs:
        yield "inputs:"
        yield from (f"  {visible(name)} = {visible(text)}" for name, text in inputs)


def error_lines(error: FeelError) -> Iterator[str]:
    """Tell what is no FEEL, or which limit was met."""
    yield f"error: {visible(str(error))}"
    if isinstance(error, FeelSyntaxError):
        yield from _excerpt(error.spot)


def finding_lines(text: str, findings: Iterable[Finding]) -> Iterator[str]:
    """Tell what the checks found."""
    for found in findings:
        spot = Spot(text, found.position)
        yield f"{found.severity}: {visible(found.message)} ({spot})"
        yield from _excerpt(spot)


def _excerpt(spot: Spot) -> Iterator[str]:
    """Show the line and a caret under the place; tabs stay, so that the two align."""
    for line in spot.caret().split("\n"):
        yield "\t".join(visible(part) for part in line.split("\t"))


def value_as_json(value: Value, warnings: Iterable[FeelWarning]) -> dict[str, object]:
    """Tell a value and its warnings to a program."""
    return {"value": encode(value), "warnings": [_warning_as_json(each) for each in warnings]}


def _warning_as_json(warning: FeelWarning) -> dict[str, object]:
    spot = warning.spot
    return {
        "message": warning.message,
        "position": warning.position,
        "line": spot.line,
        "column": spot.column,
        "inputs": dict(shown_inputs(warning)),
    }


def finding_as_json(text: str, found: Finding) -> dict[str, object]:
    """Tell a finding to a program."""
    spot = Spot(text, found.position)
    return {
        "code": found.code,
        "severity": found.severity,
        "message": found.message,
        "position": found.position,
        "line": spot.line,
        "column": spot.column,
    }


def error_as_json(error: Exception) -> dict[str, object]:
    """Tell an error to a program."""
    if isinstance(error, FeelSyntaxError):
        place = {"position": error.position, "line": error.line, "column": error.column}
        return {"error": str(error), **place}
    return {"error": str(error)}


def json_line(content: object) -> str:
    """Write JSON on one line."""
    return json.dumps(content, ensure_ascii=False)
