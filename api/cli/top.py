"""``baoquan top``: where everything stands, on one page, once or again and again."""

import time
from datetime import datetime
from typing import Annotated

import typer
from rich.console import Console, Group
from rich.live import Live
from rich.table import Column, Table
from rich.text import Text

from api.cli.connection import Connection, Document, show_json
from api.cli.printing import As, Json
from api.cli.terminal import visible

_FEWEST = 0.5
_TABLES = (
    ("Cases", "cases", ("process", "status", "cases", "oldestAt")),
    ("At elements", "elements", ("process", "element", "waitsFor", "number", "oldestAt")),
    ("Clocks", "clocks", ("caseId", "rule", "left", "status", "waitsFor", "element", "waited")),
    ("Throughput", "throughput", ("hours", "accepted", "finished", "incidents")),
    ("Queues", "queues", ("queue", "kind", "backlog", "pollers", "jobs", "mostAttempts")),
    ("Slow, in seconds", "slow", ("process", "name", "times", "median", "p95", "longest")),
)
_MOST = 12
"""Rows of a table."""


def top(
    watch: Annotated[
        float | None, typer.Option(help="Look again every so many seconds, until Ctrl-C.")
    ] = None,
    as_: As = None,
    json_: Json = False,
) -> None:
    """Show where everything stands: cases, clocks, throughput, incidents, queues, slow work."""
    connection = Connection(as_)
    if watch is None:
        _once(connection.get("insight"), json_)
        return
    pause = max(watch, _FEWEST)
    try:
        if json_:
            while True:
                show_json(connection.get("insight"))
                time.sleep(pause)
        with Live(_page(connection.get("insight")), console=Console(), auto_refresh=False) as live:
            while True:
                time.sleep(pause)
                live.update(_page(connection.get("insight")), refresh=True)
    except KeyboardInterrupt:
        return


def _once(found: Document, as_json: bool) -> None:
    if as_json:
        show_json(found)
    else:
        Console().print(_page(found))


def _page(found: Document) -> Group:
    now = datetime.fromisoformat(found["at"])
    shown = [_headline(found)]
    rows = {**found, "clocks": [_clock(one) for one in found["clocks"]]}
    parts = [
        _table(title, rows[name], columns, now) for title, name, columns in _TABLES if rows[name]
    ]
    return Group(*shown, *parts)


def _headline(found: Document) -> Text:
    cases = sum(one["cases"] for one in found["cases"])
    stuck, ignored = found["openIncidents"], found["ignoredIncidents"]
    line = Text(f"{found['at'][:19]}  {cases} open cases, ")
    line.append(f"{stuck} incidents", style="red" if stuck else "")
    line.append(f" ({ignored} ignored)" if ignored else "")
    for source in found["standstills"]:
        line.append(f"\n{source} stands still", style="yellow")
    if found["workersSilent"]:
        line.append("\nNo worker shows that it lives.", style="red")
    return line


def _clock(one: Document) -> Document:
    left, waited = one["secondsLeft"], one["waitedSeconds"]
    return {
        **one,
        "left": f"over by {_span(-left)}" if left < 0 else _span(left),
        "waited": "" if waited is None else _span(waited),
    }


def _table(title: str, rows: list[Document], columns: tuple[str, ...], now: datetime) -> Table:
    table = Table(
        *(Column(name, no_wrap=name.endswith("Id"), overflow="fold") for name in columns),
        title=title,
        title_justify="left",
    )
    for row in rows[:_MOST]:
        table.add_row(*(Text(visible(_cell(name, row.get(name), now))) for name in columns))
    if len(rows) > _MOST:
        table.caption = f"and {len(rows) - _MOST} more, see --json"
    return table


def _cell(name: str, value: object, now: datetime) -> str:
    if value is None:
        return ""
    if name.endswith("At"):
        age = now - datetime.fromisoformat(str(value))
        return f"{_span(int(age.total_seconds()))} ago"
    return f"{value:.1f}" if isinstance(value, float) else str(value)


def _span(seconds: int) -> str:
    """A span as people say it: its two largest parts."""
    seconds = max(seconds, 0)
    parts = ((seconds // 86_400, "d"), (seconds // 3_600 % 24, "h"), (seconds // 60 % 60, "m"))
    told = [f"{number}{unit}" for number, unit in parts if number]
    return " ".join(told[:2]) or f"{seconds}s"
