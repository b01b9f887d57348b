"""A conversation in FEEL: lines are answered as they come."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Final

import typer

from api.cli.feel_completion import prepared_terminal
from api.cli.feel_showing import error_lines, finding_lines, value_lines, warning_lines
from api.cli.feel_values import Scope, evaluate, fresh_environment, read_file
from workflows.feel import FeelError, FeelSyntaxError, check, compile_expression
from workflows.feel.checked_calls import signatures
from workflows.feel.library import LIBRARY
from workflows.feel.library.results import RESULTS
from workflows.feel.printer import print_tree

PROMPT, MORE = "feel> ", "    > "
GREETING = "FEEL. An expression is evaluated; :help tells the rest, Ctrl-D ends."

Answer = Iterator[str]


class Session:
    """What is known in a conversation."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.is_over = False

    def answer(self, line: str) -> Answer:
        """Answer a line: a command where it begins with a colon, else an expression."""
        if not line.strip():
            return
        try:
            if line.startswith(":"):
                word, _, rest = line[1:].partition(" ")
                yield from self._command(word.strip(), rest.strip())
            else:
                yield from self._evaluated(line)
        except FeelError as error:
            yield from error_lines(error)
        except ValueError as error:
            yield f"error: {error}"

    def wants_more(self, text: str) -> bool:
        """Tell whether an expression stops before its end, so that another line belongs to it."""
        if text.startswith(":") or not text.strip():
            return False
        try:
            compile_expression(text, self.scope)
        except FeelSyntaxError as error:
            return error.position >= len(text.rstrip())
        return False

    def _evaluated(self, text: str) -> Answer:
        environment = fresh_environment()
        value = evaluate(text, self.scope, environment)
        yield from warning_lines(environment.warnings)
        yield from value_lines(value)

    def _command(self, word: str, rest: str) -> Answer:
        command = COMMANDS.get(word)
        if command is None:
            raise ValueError(f"There is no command :{word}; :help lists them.")
        return command[1](self, rest)

    def let(self, rest: str) -> Answer:
        """Name the value of an expression."""
        name, sign, text = rest.partition("=")
        if not sign or not name.strip():
            raise ValueError("Say :let name = expression.")
        environment = fresh_environment()
        value = evaluate(text, self.scope, environment)
        yield from warning_lines(environment.warnings)
        self.scope[name.strip()] = value
        yield from value_lines(value)

    def load(self, rest: str) -> Answer:
        """Take over the variables of a file."""
        found = read_file(Path(rest).expanduser())
        self.scope |= found
        yield f"{len(found)} variables: {', '.join(found)}"

    def show(self, _: str) -> Answer:
        """List the variables."""
        for name, value in self.scope.items():
            (text,) = value_lines(value)
            yield f"{name} = {text}"

    def check(self, rest: str) -> Answer:
        """Check an expression against the variables, or against any where there are none."""
        compiled = compile_expression(rest, self.scope)
        findings = check(compiled.tree, self.scope or None).findings
        yield from finding_lines(rest, findings)
        if not findings:
            yield "Nothing is wrong that could be known now."

    def format(self, rest: str) -> Answer:
        """Print an expression's canonical form."""
        yield print_tree(compile_expression(rest, self.scope).tree)

    def functions(self, rest: str) -> Answer:
        """List the built-in functions whose names hold a text."""
        for name, function in sorted(LIBRARY.items()):
            if rest in name:
                yield f"{name}{signatures(function)}: {RESULTS[name]}"

    def help(self, _: str) -> Answer:
        """List the commands."""
        for word, (usage, command) in COMMANDS.items():
            yield f"{f':{word} {usage}':<24} {(command.__doc__ or '').strip()}"

    def quit(self, _: str) -> Answer:
        """End the conversation."""
        self.is_over = True
        return iter(())


COMMANDS: Final[Mapping[str, tuple[str, Callable[[Session, str], Answer]]]] = {
    "let": ("name = expression", Session.let),
    "load": ("FILE", Session.load),
    "vars": ("", Session.show),
    "check": ("expression", Session.check),
    "format": ("expression", Session.format),
    "functions": ("[text]", Session.functions),
    "help": ("", Session.help),
    "quit": ("", Session.quit),
}


def converse(scope: Scope) -> None:
    """Talk on the terminal, until the end of the input."""
    session = Session(scope)
    typer.echo(GREETING)
    with prepared_terminal(session.scope, COMMANDS):
        while not session.is_over:
            try:
                text = _read(session)
            except EOFError:
                typer.echo()
                return
            except KeyboardInterrupt:
                typer.echo()
                continue
            for line in session.answer(text):
                typer.echo(line)


def _read(session: Session) -> str:
    """Read a line, and those that belong to it; an empty one ends them."""
    text = input(PROMPT)
    while session.wants_more(text):
        more = input(MORE)
        if not more.strip():
            break
        text += f"\n{more}"
    return text
