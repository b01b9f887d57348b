"""History and completion of a conversation in FEEL, by the terminal's own line editor."""

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from workflows.feel import Value
from workflows.feel.compiler.paths import PROPERTIES
from workflows.feel.library import LIBRARY
from workflows.feel.names import RESERVED

HISTORY_LINES = 1000
DELIMITERS = '+-*/()[]{},<>="@?\t\n'
"""What ends a word; no blank, as names may hold some, and no dot."""
_START = re.compile(r"(?<![\w.])(?=\w)")


def completions(text: str, scope: Mapping[str, Value]) -> list[str]:
    """Complete the longest end of a text that begins a name: a variable, an entry, a built-in."""
    for start in (found.start() for found in _START.finditer(text)):
        tail = text[start:]
        known = _entries(tail, scope) if "." in tail else _names(scope)
        found = sorted({name for name in known if name.startswith(tail)})
        if found:
            return [text[:start] + name for name in found]
    return []


def _names(scope: Mapping[str, Value]) -> Iterator[str]:
    yield from scope
    yield from (f"{name}(" for name in LIBRARY)
    yield from RESERVED


def _entries(path: str, scope: Mapping[str, Value]) -> Iterator[str]:
    """Find what may follow the last dot: entries of the context there, properties of the value."""
    *steps, _ = path.split(".")
    value: Value = dict(scope)
    for step in steps:
        value = value.get(step) if isinstance(value, dict) else None
        value = value[0] if isinstance(value, list) and value else value
    names = value if isinstance(value, dict) else PROPERTIES.get(type(value), {})
    return (f"{'.'.join(steps)}.{name}" for name in names)


def history_file() -> Path:
    """Where lines are remembered between conversations."""
    state = os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state"
    return Path(state) / "baoquan" / "feel_history"


@contextmanager
def prepared_terminal(scope: Mapping[str, Value], commands: Iterable[str]) -> Iterator[None]:
    """Remember lines and complete names, where Python has a line editor."""
    try:
        import readline
    except ImportError:  # a Python without one reads plain lines
        yield
        return

    found: list[str] = []

    def complete(text: str, state: int) -> str | None:
        if state == 0:
            is_command = readline.get_line_buffer().startswith(":") and not readline.get_begidx()
            found[:] = (
                [f":{word} " for word in commands if f":{word}".startswith(text)]
                if is_command and " " not in text
                else completions(text, scope)
            )
        return found[state] if state < len(found) else None

    file = history_file()
    readline.set_completer_delims(DELIMITERS)
    readline.set_completer(complete)
    readline.parse_and_bind("tab: complete")
    readline.set_history_length(HISTORY_LINES)
    with suppress(OSError):
        readline.read_history_file(file)
    try:
        yield
    finally:
        readline.set_completer(None)
        with suppress(OSError):
            # Nobody else reads it: what is typed may be a customer's data.
            file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            readline.write_history_file(file)
            file.chmod(0o600)
