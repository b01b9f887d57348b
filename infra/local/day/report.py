"""The day as a table: outcome, duration, ledger effect, links."""

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

from infra.local.day.player import Played
from infra.local.day.verdict import differences, paid


def show(results: Sequence[Played], links: Sequence[tuple[str, str]], console: Console) -> bool:
    """Print the day; returns whether everything came out as expected."""
    table = Table("case", "scenario", "outcome", "paid CNY", "seconds", "journals", "as expected")
    for played in results:
        found = differences(played)
        table.add_row(
            played.case_id,
            played.scenario.name,
            str(played.detail.get("status", "")),
            f"{paid(played.ledger):,.2f}",
            f"{played.seconds:.1f}",
            str(len({line["journalId"] for line in played.ledger.get("lines", ())})),
            "[green]yes[/]" if not found else "[red]no[/]",
        )
    console.print(table)
    for played in results:
        for difference in differences(played):
            console.print(f"  [red]{played.scenario.name}: {difference}[/]", markup=True)
    for name, url in links:
        console.print(f"  {name:<22} {url}")
    return all(not differences(played) for played in results)
