"""A scenario of the standard: a drawing, what is done to it, and what the clause asks of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from tests.builders.process import ProcessBuilder
from workflows.bpmn.deployment import compile_bundle
from workflows.bpmn.interpreter import new_state, step
from workflows.bpmn.interpreter.commands import OpenHumanTask
from workflows.bpmn.interpreter.occurrences import Started
from workflows.play import play

START = {"start": "p"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """What has to happen, by element, position and clause of BPMN 2.0.2."""

    element: str
    position: str = ""
    clause: str
    rule: str
    """What the clause asks, in our words."""
    models: tuple[ProcessBuilder, ...]
    steps: Sequence[Mapping[str, Any]] = (START,)
    done: str = ""
    """What completes, in order; bodies of loops and processes themselves left out."""
    any_order: bool = False
    """The standard leaves the order open: only how often each completes counts."""
    never: str = ""
    """What may not even begin."""
    states: tuple[str, ...] = ("completed",)
    variables: Mapping[str, Any] | None = None
    """Of the first instance, those that are named."""
    waiting: tuple[str, ...] = ()
    offered: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """To which groups the user tasks are offered."""
    refused: str = ""
    """The rules by which it may be refused, as long as it is not executed."""
    files: Mapping[str, bytes] = field(default_factory=dict)
    """Decisions that come along."""
    one_file: bool = False
    """The processes are pools of one file."""

    @property
    def name(self) -> str:
        """Its id among the tests."""
        return " ".join(filter(None, (self.element, self.position, self.clause, self.rule)))

    @property
    def sources(self) -> dict[str, bytes]:
        """The files as they are deployed."""
        if self.one_file:
            return {"pools.bpmn": self.models[0].xml(*self.models[1:]), **self.files}
        return {f"{one.identity}.bpmn": one.xml() for one in self.models} | dict(self.files)

    @property
    def is_executed(self) -> bool:
        """Whether the core executes it today."""
        return not (self.refused and self.refusals())

    def played(self, *, carried: bool = False) -> dict[str, Any]:
        """The result of playing it, with a snapshot behind every step when it is carried over."""
        steps = [part for step in self.steps for part in (step, {"snapshot": True})]
        files = self.sources
        document = {"models": [*files], "steps": steps if carried else [*self.steps]}
        return dict(play(document, files))

    def refusals(self) -> list[str]:
        """The rules by which it may not be deployed."""
        found = compile_bundle(self.sources).diagnostics
        return sorted({one.code for one in found if one.severity == "error"})


def seen(result: Mapping[str, Any], one: Scenario) -> dict[str, Any]:
    """What happened, in the words of the scenario."""
    completed = events(result, "completed")
    variables = result["instances"][0]["variables"] if result["instances"] else {}
    offers = _offers(one) if one.offered else {}
    return {
        "rejected": result["rejected"],
        "error": result["error"],
        "incidents": result["incidents"],
        "done": Counter(completed) if one.any_order else completed,
        "never": [name for name in one.never.split() if name in events(result, "activating")],
        "states": tuple(instance["state"] for instance in result["instances"]),
        "variables": {name: variables.get(name) for name in one.variables or ()},
        "waiting": tuple(f"{wait['element']} {wait['for']}" for wait in result["waiting"]),
        "offered": {name: offers.get(name) for name in one.offered},
    }


def asked(one: Scenario) -> dict[str, Any]:
    """What the scenario asks for, to be compared with what was seen."""
    done = one.done.split()
    return {
        "rejected": None,
        "error": None,
        "incidents": [],
        "done": Counter(done) if one.any_order else done,
        "never": [],
        "states": one.states,
        "variables": dict(one.variables or {}),
        "waiting": one.waiting,
        "offered": dict(one.offered),
    }


def events(result: Mapping[str, Any], event: str) -> list[str]:
    """The elements that reached a phase, in order."""
    return [
        line["element"]
        for line in result["trace"]
        if line["event"] == event
        and line["type"] != "process"
        and not line.get("body")
        and "/" not in line["element"]  # parts of an element that nobody draws
    ]


def _offers(one: Scenario) -> dict[str, tuple[str, ...]]:
    """The groups that user tasks are offered to at the beginning."""
    program = next(iter(compile_bundle(one.sources).programs.values()))
    started = Started(at=datetime(2026, 1, 1, tzinfo=UTC), variables={})
    commands = step(program, new_state(), started).commands
    found = [command for command in commands if isinstance(command, OpenHumanTask)]
    return {command.element: command.candidate_groups for command in found}
