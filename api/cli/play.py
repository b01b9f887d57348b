"""``baoquan play``: play models in memory; one scenario, or a batch of JSON lines."""

import json
import traceback
from decimal import Decimal
from pathlib import Path
from typing import Annotated

import typer

from api.cli.batch import batch_lines
from api.cli.terminal import visible
from workflows.play import Result, World, run, story, told, write_result
from workflows.play.fields import ScenarioError
from workflows.play.result import failure
from workflows.play.scenario import Scenario, read_scenario

MAX_MODEL_BYTES = 2 * 1024 * 1024
"""Larger files are read only so far that the reader of models can refuse them."""

ScenarioFile = Annotated[Path | None, typer.Argument(help="A scenario, as JSON.")]
AsJson = Annotated[bool, typer.Option("--json", help="Write the result as JSON.")]
Batch = Annotated[
    Path | None, typer.Option(help="One scenario a line; one result a line. '-' is stdin.")
]


def play_command(
    scenario: ScenarioFile = None, as_json: AsJson = False, batch: Batch = None
) -> None:
    """Play models in memory, with scripted answers and a virtual clock."""
    if (scenario is None) == (batch is None):
        raise typer.BadParameter("Give either a scenario or --batch FILE.")
    if batch is not None:
        for line in batch_lines(batch):
            typer.echo(_play_line(line))
    elif scenario is not None:
        _play_one(scenario, as_json)


def _play_one(path: Path, as_json: bool) -> None:
    """Play one scenario; exit 1 when it is rejected or a step is in error."""
    try:
        text = path.read_bytes()
    except OSError as error:
        raise typer.BadParameter(f"'{path}' cannot be read: {error}") from None
    result, world = _play_text(text, path.parent)
    if as_json:
        typer.echo(write_result(result))
    else:
        _tell(result, world)
    if result["rejected"] is not None or result["error"] is not None:
        raise typer.Exit(1)


def _play_line(line: bytes) -> str:
    """Play one line of a batch; a fault of ours in it must not cost the other lines."""
    try:
        return write_result(_play_text(line, Path())[0])
    except Exception as fault:  # noqa: BLE001 - a process entry, told on both channels
        traceback.print_exc()
        told = failure(f"A fault of the player: {type(fault).__name__}: {fault}", None)
        return write_result(told)


def _play_text(text: bytes, folder: Path) -> tuple[Result, World | None]:
    """Read and play one scenario; whatever is wrong with it is in the result."""
    try:
        document = json.loads(
            text.decode("utf-8-sig"), parse_float=Decimal, parse_constant=_no_constant
        )
    except (ValueError, RecursionError) as error:
        return failure(f"The scenario is no JSON: {error}", None), None
    try:
        scenario = read_scenario(document)
        files = _models(scenario, folder)
    except ScenarioError as error:
        return failure(error.message, error.step), None
    played = run(scenario, files)
    if isinstance(played.world, World):
        return told(played.world, played.error), played.world
    return played.world, None


def _models(scenario: Scenario, folder: Path) -> dict[str, bytes]:
    files = {}
    for name in scenario.models:
        try:
            with (folder / name).open("rb") as file:
                files[name] = file.read(MAX_MODEL_BYTES + 1)
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or error
            raise ScenarioError(f"The model '{name[:200]}' cannot be read: {reason}.") from None
    return files


def _no_constant(text: str) -> object:
    raise ValueError(f"{text} is no number")


def _tell(result: Result, world: World | None) -> None:
    """Write for a reader."""
    for finding in result["rejected"] or ():
        where = f"{finding['file']}:{finding['line']} " if finding["line"] else ""
        line = f"{finding['severity']}: {where}{finding['element'] or ''} {finding['message']}"
        typer.echo(visible(line))
    if world is not None:
        for line in story(world):
            typer.echo(visible(line))
    error = result["error"]
    if error is not None:
        where = "" if error["step"] is None else f"step {error['step']}: "
        typer.secho(visible(f"{where}{error['message']}"), err=True, fg=typer.colors.RED)
