import os
import pty
import re
import select
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

from api.cli.feel_completion import completions
from api.cli.feel_session import COMMANDS, Session
from tests.feel.evaluating import an_environment
from workflows.feel import compile_expression
from workflows.feel.library import LIBRARY
from workflows.feel.wire import from_plain

ROOT = Path(__file__).parents[2]
SCOPE = {
    "policy": from_plain({"sum insured": 100, "owner": {"name": "Li"}}),
    "lines": from_plain([{"amount": 1}, {"amount": 2}]),
    "day": compile_expression('@"2026-03-04"').evaluate({}, an_environment()),
}


def a_session():
    return Session(dict(SCOPE))


def answers(session, *lines):
    return [text for line in lines for text in session.answer(line)]


def test_an_expression_is_answered_with_its_value():
    assert answers(a_session(), "policy.sum insured * 2") == ["200"]


def test_a_null_is_answered_with_its_reason_and_the_inputs():
    assert answers(a_session(), 'policy.owner.name - "x"') == [
        "warning: There is no string - string. (line 1, column 19)",
        'policy.owner.name - "x"',
        "                  ^",
        "inputs:",
        '  policy = {sum insured:100, owner:{name:"Li"}}',
        "null",
    ]


def test_a_syntax_error_is_answered_with_a_caret():
    assert answers(a_session(), "1 + * 2") == [
        "error: Expected an expression, but found '*' (line 1, column 5)",
        "1 + * 2",
        "    ^",
    ]


def test_a_limit_is_answered():
    assert answers(a_session(), "for a in 1..100000 return a") == [
        "error: A list has at most 10000 items."
    ]


def test_a_named_value_is_seen_afterwards():
    assert answers(a_session(), ":let sum due = 1 + 1", "sum due * 2") == ["2", "4"]


def test_variables_are_loaded_from_a_file(tmp_path):
    file = tmp_path / "variables.json"
    file.write_text('{"a": 1, "b c": "x"}')

    assert answers(Session({}), f":load {file}", ":vars") == [
        "2 variables: a, b c",
        "a = 1",
        'b c = "x"',
    ]


def test_an_expression_is_checked_and_formatted_without_being_evaluated():
    session = a_session()

    assert answers(session, ":check lines[amount > 1]") == [
        "Nothing is wrong that could be known now."
    ]
    assert answers(session, ":check polici")[0] == (
        "error: There is no variable 'polici'; did you mean 'policy'? (line 1, column 1)"
    )
    assert answers(session, ":format (1+2)*3") == ["(1 + 2) * 3"]


def test_functions_are_listed_with_their_parameters():
    assert answers(a_session(), ":functions day of") == [
        "day of week(date): string",
        "day of year(date): number",
        "last day of month(date): date",
    ]


def test_help_lists_every_command():
    told = answers(a_session(), ":help")

    assert [line.split()[0] for line in told] == [f":{word}" for word in COMMANDS]


@pytest.mark.parametrize("line", [":nonsense", ":let 1", ":load /nowhere/at/all", ":load"])
def test_a_command_at_fault_is_an_error_and_ends_nothing(line):
    session = a_session()

    (told,) = answers(session, line)

    assert told.startswith("error: ")
    assert not session.is_over


def test_quit_ends_the_conversation():
    session = a_session()
    answers(session, ":quit")

    assert session.is_over


def test_nothing_shown_steers_the_terminal():
    session = Session({"x": "\x1b[31mred\u202e"})

    told = answers(session, "x", "x - 1", ":vars", '"\x1b" + * 1')

    assert not [line for line in told if "\x1b" in line or "\u202e" in line]


@pytest.mark.parametrize(
    ("text", "wants"),
    [("1 +", True), ("{a: 1,", True), ("1 + 1", False), ("1 + * 2", False), (":let a", False)],
)
def test_a_line_that_stops_early_wants_another(text, wants):
    assert a_session().wants_more(text) is wants


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("pol", ["policy"]),
        (" 1 + pol", [" 1 + policy"]),
        ("policy.", ["policy.owner", "policy.sum insured"]),
        ("policy.sum in", ["policy.sum insured"]),
        ("policy.owner.n", ["policy.owner.name"]),
        ("lines.", ["lines.amount"]),
        ("day.we", ["day.weekday"]),
        ("string le", ["string length("]),
        ("if string le", ["if string length("]),
        ("1 + ", []),
        ("", []),
        ("nothing.a", []),
    ],
)
def test_names_entries_and_built_ins_are_completed(text, found):
    assert completions(text, SCOPE) == found


def test_every_built_in_can_be_completed():
    assert [name for name in LIBRARY if f"{name}(" not in completions(name[:-1], {})] == []


# --- on a terminal -------------------------------------------------------------------------------


IN_CONTROL = """
import fcntl, os, sys, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
os.execv(sys.executable, [sys.executable, *sys.argv[1:]])
"""
"""Makes the terminal the controlling one, so that Ctrl-C reaches the command.

Done by the child itself: what runs between fork and exec in a process with threads may hang.
"""


class Terminal:
    """A conversation on a pseudo-terminal, with a home of its own."""

    def __init__(self, home, *arguments):
        ours, theirs = pty.openpty()
        self.file = ours
        self.seen = ""
        environment = {**os.environ, "XDG_STATE_HOME": str(home), "TERM": "dumb"}
        self.process = subprocess.Popen(
            [sys.executable, "-c", IN_CONTROL, "-m", "api.cli", "feel", *arguments],
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            cwd=ROOT,
            env={**environment, "INPUTRC": "/dev/null"},
            start_new_session=True,
        )
        os.close(theirs)

    def wait_for(self, pattern, seconds=60):
        until = time.monotonic() + seconds
        while not (found := re.search(pattern, self.seen)):
            assert time.monotonic() < until, f"no {pattern!r} in {self.seen!r}"
            if select.select([self.file], [], [], 0.2)[0]:
                try:
                    self.seen += os.read(self.file, 65536).decode()
                except OSError:
                    break
        self.seen = self.seen[found.end() :] if found else ""

    def type(self, keys):
        os.write(self.file, keys.encode())

    def interrupt(self):
        """Press Ctrl-C until there is a new prompt.

        Readline shows its prompt a moment before it waits; a signal in between is met by the next
        key only. No person is that fast, but a test is.
        """
        for _ in range(20):
            self.type("\x03")
            with suppress(AssertionError):
                self.wait_for("feel> ", 2)
                return

    def close(self):
        self.process.kill()
        self.process.wait()
        os.close(self.file)


@pytest.fixture
def terminal(tmp_path):
    opened = []

    def open_terminal(*arguments):
        opened.append(Terminal(tmp_path / "state", *arguments))
        return opened[-1]

    yield open_terminal
    for each in opened:
        each.close()


@pytest.mark.slow
def test_a_conversation_on_a_terminal_completes_answers_and_remembers(terminal, tmp_path):
    first = terminal("--var", 'policy={"sum insured": 100}')
    first.wait_for("feel> ")
    first.type("policy.su\t * 2\n")
    first.wait_for(r"policy\.sum insured \* 2\r\n200\r\n")
    first.wait_for("feel> ")
    first.type("{a: 1,\n")
    first.wait_for("    > ")
    first.type("b: a + 1}.b\n")
    first.wait_for(r"\r\n2\r\n")
    first.wait_for("feel> ")
    first.interrupt()
    first.type("\x04")
    assert first.process.wait(10) == 0

    history = tmp_path / "state" / "baoquan" / "feel_history"
    assert "policy.sum insured * 2" in history.read_text()
    assert history.stat().st_mode & 0o077 == 0

    second = terminal("--var", 'policy={"sum insured": 7}')
    second.wait_for("feel> ")
    second.type("\x1b[A\x1b[A\x1b[A\n")
    second.wait_for(r"\r\n14\r\n")
    second.type(":quit\n")
    assert second.process.wait(10) == 0
