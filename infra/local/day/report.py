"""The day as a table, model by model: what happened in one line, what it paid, who decided."""

from collections import Counter
from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

from infra.local.day.caller import Json
from infra.local.day.player import Played
from infra.local.day.scenario import MODELS
from infra.local.day.verdict import anomalies, differences, settled


def show(
    results: Sequence[Played],
    alerts: Sequence[Json],
    links: Sequence[tuple[str, str]],
    console: Console,
) -> bool:
    """Print the day; returns whether everything came out as expected."""
    console.print(_table(results))
    for played in results:
        for difference in differences(played):
            console.print(f"  [red]{played.scenario.name}: {difference}[/]", markup=True)
    console.print(_summary(results))
    for alert in alerts:
        console.print(_looked_into(alert))
    for name, url in links:
        console.print(f"  {name:<22} {url}")
    return bool(alerts) and all(not differences(played) for played in results)


def _table(results: Sequence[Played]) -> Table:
    table = Table("case", "what happened", "outcome", "CNY", "decided by", "went wrong", "ok")
    for model, title in MODELS.items():
        ours = [played for played in results if played.scenario.model == model]
        if ours:
            table.add_section()
            table.add_row(f"[bold]{model}[/]", f"[bold]{title}[/]")
        for played in ours:
            table.add_row(*_row(played))
    return table


def _row(played: Played) -> tuple[str, ...]:
    scenario = played.scenario
    marks = dict.fromkeys(each.partition(" ")[0] for each in anomalies(played))
    return (
        played.case_id,
        f"{scenario.name}: [dim]{scenario.story}[/]",
        str(played.detail.get("status", "")),
        _money(played),
        " ".join(played.deciders) or ("" if played.is_recalled else "by rule"),
        f"[yellow]{' '.join(marks)}[/]",
        "[green]yes[/]" if not differences(played) else "[red]no[/]",
    )


def _looked_into(alert: Json) -> str:
    group = f"{alert['grouping']} {alert['key'][:20]}"
    return (
        f"  [yellow]{alert['severity']} {alert['rule']}[/] {group}: {alert['count']}, usual"
        f" {alert['usual']:.1f}; for the {alert['owner']} until {alert['dueOn']}."
    )


def _money(played: Played) -> str:
    """What went to the customer, or came from the customer."""
    out, in_ = settled(played.ledger), settled(played.ledger, "IN")
    return f"{out:,.2f}" if out else f"+{in_:,.2f}" if in_ else ""


def _summary(results: Sequence[Played]) -> str:
    right = sum(not differences(played) for played in results)
    seen = Counter(each.partition(" ")[0] for played in results for each in anomalies(played))
    classes = ", ".join(f"{name} {count}" for name, count in sorted(seen.items()))
    models = len({played.scenario.model for played in results} - {"Items"})
    paid = sum(settled(played.ledger) for played in results)
    return (
        f"{len(results)} cases over {models} models, {right} as expected; CNY {paid:,.2f} paid; "
        f"anomalies by class: {classes}."
    )
