"""Short ways to play a scenario on builders of BPMN."""

from collections.abc import Sequence

from tests.builders.process import ProcessBuilder
from workflows.play import Result, play


def played(*models: ProcessBuilder, steps: Sequence[object] | None = None, **scenario) -> Result:
    """Play steps on models drawn in place."""
    files = {f"{one.identity}.bpmn": one.xml() for one in models}
    document = {"models": list(files), "steps": list(steps or []), **scenario}
    return play(document, files)


def standing(result: Result) -> list[tuple[object, object]]:
    """Process and state of every instance, in order."""
    return [(one["process"], one["state"]) for one in result["instances"]]


def elements(result: Result, event: str = "completed", instance: int | None = None) -> list[object]:
    """Elements in the order in which they reached a phase."""
    return [
        line["element"]
        for line in result["trace"]
        if line["event"] == event and instance in (None, line["instance"])
    ]


def waits(result: Result) -> list[tuple[object, object]]:
    """What waits: element and for what."""
    return [(line["element"], line["for"]) for line in result["waiting"]]


def ok(result: Result) -> Result:
    """It was played to the end."""
    assert result["rejected"] is None
    assert result["error"] is None, result["error"]
    return result
