"""Lines of a batch: JSON lines from a file or from standard input, each judged by itself."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer

STANDARD_INPUT = Path("-")


def batch_lines(batch: Path) -> Iterator[bytes]:
    """Read the lines of a batch, undecoded; empty ones are passed over."""
    if batch == STANDARD_INPUT:
        yield from (line for line in sys.stdin.buffer if line.strip())
        return
    try:
        with batch.open("rb") as lines:
            yield from (line for line in lines if line.strip())
    except OSError as error:
        message = f"'{batch}' cannot be read: {error.strerror}."
        raise typer.BadParameter(message, param_hint="--batch") from None


def read_case(line: bytes) -> dict[str, Any]:
    """Read the object on a line; raises ValueError or TypeError for a line that is none."""
    case = json.loads(line.decode("utf-8-sig"))
    if not isinstance(case, dict):
        raise TypeError("Expected a JSON object on the line.")
    return case
