"""Plays a scenario from beginning to end."""

from collections.abc import Mapping
from typing import NamedTuple

from workflows.bpmn.deployment import compile_bundle
from workflows.play.clock import schedule_starts
from workflows.play.fields import ScenarioError
from workflows.play.result import Result, Told, failure, rejection, told
from workflows.play.running import settle
from workflows.play.scenario import Scenario, read_scenario
from workflows.play.steps import take
from workflows.play.world import World


def play(document: object, files: Mapping[str, bytes]) -> Result:
    """Play a scenario, plain JSON data, on model files by name; nothing is ever raised."""
    try:
        scenario = read_scenario(document)
    except ScenarioError as error:
        return failure(error.message, error.step)
    played = run(scenario, files)
    return told(played.world, played.error) if isinstance(played.world, World) else played.world


class Played(NamedTuple):
    """A world as a scenario left it, or why there is none; and the step in error."""

    world: World | Result
    error: Told | None = None


def run(scenario: Scenario, files: Mapping[str, bytes]) -> Played:
    """Play a scenario that has been read."""
    missing = [name for name in scenario.models if name not in files]
    if missing:
        return Played(failure(f"There is no model file '{missing[0]}'.", None))
    compilation = compile_bundle({name: files[name] for name in scenario.models})
    if not compilation.is_deployable:
        return Played(rejection(compilation.diagnostics))
    world = World(compilation.programs, scenario.clock, scenario.workers, scenario.limit)
    number: int | None = None
    try:
        schedule_starts(world)
        settle(world)
        for number, step in enumerate(scenario.steps):  # noqa: B007 - told with the error
            take(world, step)
    except ScenarioError as error:
        return Played(world, {"step": number, "message": error.message})
    return Played(world)
