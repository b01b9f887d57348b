"""What the documents tell people to type, and what the repair desk asks of every command."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from api.cli.__main__ import assembled
from workflows.domain.stuck import KINDS

ROOT = Path(__file__).parents[3]
DOCUMENTS = (
    ROOT / "README.md",
    ROOT / "docs" / "operations.md",
    *sorted((ROOT / "docs" / "guides").glob("*.md")),
)
LINE = re.compile(r"^(?:    |\$ )(baoquan [^#\n]*)", re.MULTILINE)
NAMED = re.compile(r"`baoquan ([a-z]+)(?: ([a-z][a-z-]+))?")
DESK = {"case", "incident", "batch", "migration", "replay", "release", "suspend", "resume"}
"""Commands of the people on call."""


def told() -> Iterator[tuple[str, str]]:
    for document in DOCUMENTS:
        for line in LINE.findall(document.read_text("utf-8")):
            yield document.name, line.strip()


def walk(command: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    if not hasattr(command, "commands"):
        yield path, command
        return
    for name, inner in command.commands.items():
        yield from walk(inner, (*path, name))


@pytest.fixture(scope="module")
def commands() -> dict[tuple[str, ...], Any]:
    return dict(walk(get_command(assembled())))


@pytest.mark.parametrize(("document", "line"), list(told()))
def test_what_a_document_says_can_be_typed(
    commands: dict[tuple[str, ...], Any], document: str, line: str
) -> None:
    words = shlex.split(line)[1:]
    depth = next((size for size in (1, 2) if tuple(words[:size]) in commands), 0)
    assert depth, f"{document}: there is no such command"

    command = commands[tuple(words[:depth])]

    assert command.make_context(" ".join(words[:depth]), words[depth:]) is not None


def test_what_a_document_names_in_passing_is_there(commands: dict[tuple[str, ...], Any]) -> None:
    groups = {path[0] for path in commands if len(path) > 1}
    missing = [
        (document.name, *named)
        for document in DOCUMENTS
        for named in NAMED.findall(document.read_text("utf-8"))
        if (named[0],) not in commands and (named[0] not in groups or named[1:] != ("",))
        if tuple(named) not in commands
    ]

    assert missing == []


def test_enough_is_told() -> None:
    assert len(list(told())) > 60


def test_whatever_the_desk_does_has_a_reason_and_is_looked_at_before(
    commands: dict[tuple[str, ...], Any],
) -> None:
    acts = {
        " ".join(path): {name for one in command.params for name in one.opts}
        for path, command in commands.items()
        if path[0] in DESK
    }

    changing = {name for name, options in acts.items() if "--reason" in options}

    assert len(changing) > 20
    assert [name for name in changing if "--dry-run" not in acts[name]] == []
    assert [name for name in acts if "--dry-run" in acts[name] and name not in changing] == []


def test_every_way_to_be_stuck_stands_in_the_guide_for_people_on_call() -> None:
    guides = (ROOT / "docs" / "operations.md", ROOT / "docs" / "guides" / "when-a-case-is-stuck.md")
    named = set(re.findall(r"`([a-z-]+)`", "\n".join(one.read_text("utf-8") for one in guides)))

    unnamed = {code for code in KINDS if not code.endswith("-invalid")} - named

    assert unnamed == set()
