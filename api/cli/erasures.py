"""``baoquan subject``: a person's data is copied, or goes once two persons want it."""

import json
from pathlib import Path
from typing import Annotated

import typer

from api.cli.connection import Connection, Document, show_json
from api.cli.printing import As, Json, Reason, say
from infra.secret_files import replace

subject_app = typer.Typer(
    no_args_is_help=True, help="People whose data is held: copy it, erase it."
)


@subject_app.callback()
def subjects() -> None:
    """People whose data is held."""


@subject_app.command("show")
def show_subject(
    party_id: str,
    purpose: Annotated[
        str | None,
        typer.Option(help="CALL_BACK, SERVICING or AUDIT: what it shows is on record with you."),
    ] = None,
    case: Annotated[str | None, typer.Option(help="Their running case that it is for.")] = None,
    as_: As = None,
    json_: Json = False,
) -> None:
    """Show a person: masked, or in clear as far as the purpose goes."""
    parameters = {"purpose": purpose, "caseId": case}
    told = Connection(as_).get("subjects", party_id, parameters=parameters)
    if json_:
        show_json(told)
        return
    say(f"{told['subjectId']}: {told['name']}, {told['idType']} {told['idNo']}, {told['bornOn']}")
    for contact in told["contacts"]:
        until = f"until {contact['until']}" if contact["until"] else "current"
        say(f"  {contact['kind']} {contact['value']}, since {contact['since']}, {until}")
    for account in told["accounts"]:
        say(f"  account {account['accountId']}: {account['bank']} {account['accountNo']}")


@subject_app.command("export")
def export_subject(
    party_id: str,
    purpose: Annotated[
        str,
        typer.Option(help="SUBJECT_REQUEST or AUTHORITY_REQUEST; it stands in the audit trail."),
    ] = "SUBJECT_REQUEST",
    output: Annotated[
        Path | None, typer.Option(help="Write it here, readable by you only.")
    ] = None,
    as_: As = None,
) -> None:
    """Copy everything that is held of a person, as JSON (an admin or an auditor)."""
    told = Connection(as_).get("subjects", party_id, "export", parameters={"purpose": purpose})
    if output is None:
        show_json(told)
        return
    replace(output, json.dumps(told, ensure_ascii=False, indent=2))
    say(f"{told['subjectId']}: {sum(len(rows) for rows in told['contents'].values())} records")
    for what, why in told["leftOut"].items():
        say(f"  left out: {what}. {why}")


@subject_app.command("erase")
def erase_subject(
    party_id: str,
    reason: Reason,
    basis: Annotated[
        str,
        typer.Option(
            help="RETENTION_OVER, PURPOSE_OVER, CONSENT_WITHDRAWN or UNLAWFUL (PIPL art. 47)."
        ),
    ] = "RETENTION_OVER",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would go.")] = False,
    as_: As = None,
    json_: Json = False,
) -> None:
    """Propose to erase a person's data (an admin), or agree to it (an auditor)."""
    body: Document = {"basis": basis, "reason": reason, "dryRun": dry_run}
    told = Connection(as_).post("subjects", party_id, "erase", body=body)
    if json_:
        show_json(told)
        return
    would = "would lose" if dry_run or told["state"] != "ERASED" else "lost"
    say(f"{told['subjectId']}: {told['state']}")
    say(f"  {told['cases']} case(s) {would} their content, {told['documents']} document(s) go")
    for kept in told["kept"]:
        until = f" until {kept['until']}" if kept["until"] else ""
        say(f"  to be kept: {kept['what']} {kept['id']}{until}")
    if told["state"] == "PROPOSED":
        say(f"  proposed by {told['proposedBy']}: an auditor has to agree")
