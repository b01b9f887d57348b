"""``baoquan agent``: an agent who leaves, and what became of the policies left behind."""

from typing import Annotated

import typer

from api.cli.connection import Connection, Document, show_json
from api.cli.printing import As, Json, Reason, say

agent_app = typer.Typer(
    no_args_is_help=True, help="Agents who leave: tell it, see what became of their policies."
)


@agent_app.command("depart")
def tell_departure(
    agent_id: str,
    left_on: Annotated[
        str,
        typer.Option("--on", help="The day the agent left, YYYY-MM-DD; the limit runs from it."),
    ],
    reason: Reason,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would happen.")] = False,
    as_: As = None,
    json_: Json = False,
) -> None:
    """Tell that an agent has left: one case for every policy, its holder is written to."""
    body: Document = {"leftOn": left_on, "reason": reason, "dryRun": dry_run}
    _tell(Connection(as_).post("agents", agent_id, "departure", body=body), json_)


@agent_app.command("show")
def show_departure(agent_id: str, as_: As = None, json_: Json = False) -> None:
    """Show how far the policies of an agent who left have come."""
    _tell(Connection(as_).get("agents", agent_id, "departure"), json_)


def _tell(departure: Document, as_json: bool) -> None:
    if as_json:
        show_json(departure)
        return
    verb = "would leave" if departure["dryRun"] else "left"
    say(f"{departure['agentId']} {verb} on {departure['leftOn']}: {departure['policies']} policies")
    say(f"  holders told: {departure['told']}, served by somebody else: {departure['assigned']}")
    say(f"  to be told by {departure['noticeDueOn']}, meant to be by {departure['noticeTargetOn']}")
