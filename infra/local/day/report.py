"""The day as a table: outcome, duration, ledger effect, links."""

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

from infra.local.day.player import Played
from infra.local.day.verdict import differences, paid


def show(results: Sequence[Played], links: Sequence[tuple[str, str]], console: Console) -> bool:
    """Print the day; returns whether everything came out as expected."""
    table = Table("case", "scenario", "outcome", "paid CNY", "seconds", "ledger", "as expected")
    for played in results:
        found = differences(played)
        table.add_row(
            played.case_id,
            played.scenario.name,
            str(played.detail.get("status", "")),
            f"{paid(played.ledger):,.2f}",
            f"{played.seconds:.1f}",
            _ledger_effect(played),
            "[green]yes[/]" if not found else f"[red]{'; '.join(found)}[/]",
        )
    console.print(table)
    for name, url in links:
        console.print(f"  {name:<22} {url}")
    return all(not differences(played) for played in results)


def _ledger_effect(played: Played) -> str:
    lines = played.ledger.get("lines", ())
    journals = {line["journalId"] for line in lines}
    return f"{len(journals)} journals, {len(lines)} lines"
