"""Rehearsals from a terminal: recorded histories against this code, or that of another version.

The rehearsal runs in a process of its own: with ``--with`` in the other version's code, read from
its checkout or by the interpreter that it is installed in.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated, Final

import typer

from api.cli.connection import Document, show_json
from api.cli.printing import say

OtherVersion = Annotated[
    Path | None,
    typer.Option(
        "--with", help="Another version: its checkout, or the interpreter it is installed in."
    ),
]
UNFIT: Final = 2
"""Exit code when nothing could be rehearsed."""
_ROOMS: Final = ("workers", "workflows")
_MODULE: Final = "workers.rehearsal"


def rehearse(arguments: Sequence[str], other: Path | None, as_json: bool) -> None:
    """Run a rehearsal and tell its outcomes; exit code 1: something differs."""
    interpreter, environment = _version(other)
    command = [interpreter, "-P", "-m", _MODULE, *arguments]
    with subprocess.Popen(  # noqa: S603 - our own module; the interpreter is the operator's choice
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        outcomes = list(_told(process, as_json))
        trouble = process.stderr.read() if process.stderr else ""
    if process.returncode not in {0, 1} or (not outcomes and arguments[:1] == ["--case"]):
        last = trouble.strip().rpartition("\n")[2] or "The rehearsal ended without an answer."
        typer.secho(last, err=True, fg=typer.colors.RED)
        raise typer.Exit(UNFIT)
    if as_json:
        show_json({"outcomes": outcomes})
    else:
        _sum_up(outcomes)
    if process.returncode:
        raise typer.Exit(1)


def _version(other: Path | None) -> tuple[str, dict[str, str]]:
    """Return the interpreter, and where it finds the product's code."""
    environment = dict(os.environ)
    here = Path(__file__).resolve().parents[2]
    if other is None:
        return sys.executable, environment | {"PYTHONPATH": str(here)}
    if other.is_file():
        environment.pop("PYTHONPATH", None)
        return str(other), environment
    if not all((other / room).is_dir() for room in _ROOMS):
        raise typer.BadParameter(f"{other} is neither a checkout nor an interpreter.")
    if not (other / "workers" / "rehearsal").is_dir():
        raise typer.BadParameter(f"{other} is of a version that cannot rehearse.")
    own = other / ".venv" / "bin" / "python"
    interpreter = str(own) if own.is_file() else sys.executable
    return interpreter, environment | {"PYTHONPATH": str(other.resolve())}


def _told(process: "subprocess.Popen[str]", as_json: bool) -> Iterator[Document]:
    for line in process.stdout or ():
        if not line.startswith("{"):
            continue
        outcome: Document = json.loads(line)
        lines = outcome.pop("lines")
        if not as_json:
            for told in lines:
                say(told, None if outcome["verdict"] == "same" else typer.colors.RED)
        yield outcome


def _sum_up(outcomes: Sequence[Document]) -> None:
    failed = sum(one["verdict"] != "same" for one in outcomes)
    build = f" by build {outcomes[0]['build']}" if outcomes else ""
    say(
        f"{len(outcomes)} histories rehearsed{build}: "
        + (f"{failed} differ." if failed else "all the same."),
        typer.colors.RED if failed else typer.colors.GREEN,
    )
