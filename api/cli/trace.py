"""``baoquan trace CASE``: what a case did and was asked, as trees with durations."""

from typing import Annotated, Any, Final

import typer
from rich.console import Console
from rich.text import Text
from rich.tree import Tree

from api.cli.connection import Connection, show_json
from api.cli.terminal import visible

As = Annotated[
    str | None, typer.Option("--as", help="Sample operator to act as (development issuer).")
]

_FACTS: Final = (
    *("baoquan.element.type", "baoquan.result", "baoquan.code", "http.response.status_code"),
    *("error.type", "db.query.text"),
)
_UNITS: Final = (("d", 86_400_000), ("h", 3_600_000), ("min", 60_000), ("s", 1_000))


def show_trace(
    case_id: str,
    sql: Annotated[bool, typer.Option("--sql", help="Show every statement of SQL.")] = False,
    reads: Annotated[
        bool, typer.Option("--reads", help="Show requests that only read, too.")
    ] = False,
    as_: As = None,
    json_: Annotated[bool, typer.Option("--json", help="Print JSON for programs.")] = False,
) -> None:
    """Show the traces of a case: from requests through BPMN elements to SQL."""
    asked = {"statements": sql or None, "reads": reads or None}
    found = Connection(as_).get("cases", case_id, "traces", parameters=asked)
    if json_:
        show_json(found)
        return
    console = Console(highlight=False)
    if not console.is_terminal:
        console = Console(highlight=False, width=200)
    if not found["traces"]:
        typer.echo("No trace of this case is kept: it may be older than what is kept here.")
    for trace in found["traces"]:
        console.print(_tree(trace))


def _tree(trace: dict[str, Any]) -> Tree:
    root = Tree(Text(f"trace {visible(trace['traceId'])} · {trace['beganAt']}", style="bold"))
    above: list[Tree] = [root]
    for span in trace["spans"]:
        del above[span["depth"] + 1 :]
        above.append(above[-1].add(_line(span)))
    return root


def _line(span: dict[str, Any]) -> Text:
    line = Text(visible(span["name"]), style="red" if span["failed"] else "")
    line.append(f"  {length(span['durationMs'])}", style="cyan")
    facts = [str(span["attributes"][name]) for name in _FACTS if name in span["attributes"]]
    if span["statements"]:
        facts.append(f"{span['statements']} statements")
    line.append(f"  {visible(' · '.join(facts))}", style="dim")
    return line


def length(milliseconds: float | None) -> str:
    """Return a length of time as people say it."""
    if milliseconds is None:
        return "under way"
    for unit, size in _UNITS:
        if milliseconds >= size:
            return f"{milliseconds / size:.1f} {unit}"
    return f"{milliseconds:.1f} ms"
