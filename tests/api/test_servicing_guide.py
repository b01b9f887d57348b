"""The handbook in docs/servicing.md: every section, and nothing named that is not there."""

import re
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from api.cli.__main__ import assembled
from api.permissions import DEVELOPMENT, PERMISSIONS

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "servicing.md").read_text("utf-8")
COUNTS = (5, 5, 5, 5, 5, 5, 5, 5)
SECTIONS = [
    f"{chapter}.{no}" for chapter, most in enumerate(COUNTS, 1) for no in range(1, most + 1)
]
WORDS = re.findall(r"`([^`]+)`", TEXT)
COMMANDS = sorted({word for word in WORDS if word.startswith("baoquan ")})
ROUTES = sorted({word for word in WORDS if re.match(r"(GET|POST) /", word)})
PATHS = sorted({word for word in WORDS if re.fullmatch(r"[a-z_]+/[\w./-]+", word)})


def test_the_forty_sections_stand_in_order_each_with_its_three_answers():
    parts = re.split(r"^## ", TEXT, flags=re.MULTILINE)[1:]

    assert [part.split()[0] for part in parts] == SECTIONS
    for part in parts:
        labels = re.findall(r"^- (\w[\w ]*):", part, flags=re.MULTILINE)
        assert labels == ["Serves", "See", "Not covered"], part[:40]


@pytest.fixture(scope="module")
def top() -> Any:
    return get_command(assembled())


def test_every_command_named_is_one_with_its_options(top: Any):
    for line in COMMANDS:
        words, command = line.split()[1:], top
        while words and hasattr(command, "commands"):
            assert words[0] in command.commands, line
            command = command.commands[words.pop(0)]
        known = {name for parameter in command.params for name in parameter.opts}
        assert {word for word in words if word.startswith("--")} <= known, line
        assert not hasattr(command, "commands"), f"{line}: a command is missing"


def test_every_command_that_is_written_out_says_as_whom(top: Any):
    for line in COMMANDS:
        words, command = line.split()[1:], top
        while hasattr(command, "commands"):
            command = command.commands[words.pop(0)]
        wanted = [each for each in command.params if each.required]
        asks = any("--as" in each.opts for each in command.params)
        if asks and len(words) >= 2 * len(wanted):
            assert "--as" in words, line


def test_every_route_named_is_one():
    assert {tuple(route.split()) for route in ROUTES} <= {*PERMISSIONS, *DEVELOPMENT}


def test_every_file_named_is_there():
    assert len(PATHS) > 20
    assert [path for path in PATHS if not (ROOT / path).exists()] == []
