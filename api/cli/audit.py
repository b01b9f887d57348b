"""``baoquan audit``: verify the trail offline, export it, fetch the evidence of a case."""

import asyncio
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Annotated

import typer

from api.cli.connection import Connection, show_json
from api.cli.terminal import visible
from infra.auditing.offline import (
    CannotVerify,
    Sources,
    export_url,
    prove_consistency,
    sources,
    verify_file,
    verify_url,
)
from infra.auditing.report import Report

Database = Annotated[
    str | None, typer.Option(help="Database URL; this deployment's when not given.")
]
Anchors = Annotated[
    Path | None, typer.Option(help="Folder of anchors; this deployment's when not given.")
]
Keys = Annotated[
    list[Path] | None,
    typer.Option("--key", help="Public key (PEM) you trust; may be given several times."),
]
As = Annotated[
    str | None, typer.Option("--as", help="Sample operator to act as (development issuer).")
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]

UNREADABLE = 2
"""Exit code when there was nothing to verify."""
_SHOWN = 20

audit_app = typer.Typer(no_args_is_help=True, help="The audit trail: verify, export, evidence.")


@audit_app.command("verify")
def verify_audit(
    file: Annotated[
        Path | None,
        typer.Argument(help="An export, a pack or a proof of consistency; else the database."),
    ] = None,
    database: Database = None,
    anchors: Anchors = None,
    key: Keys = None,
    expect: Annotated[
        str | None, typer.Option(help="NO:HASH of an anchor that you wrote down before.")
    ] = None,
    json_: Json = False,
) -> None:
    """Verify every chain, what it vouches for, and every anchor. Exit code 1: something is wrong.

    Needs the database (or an export, or a pack), the anchors and the public key, nothing else.
    """
    given = sources(database, anchors, tuple(key or ()), _expected(expect))
    try:
        report = _verified(file, given)
    except CannotVerify as error:
        raise _unreadable(error) from None
    if json_:
        show_json(report.as_json())
    else:
        _tell(report, given)
    if not report.intact:
        raise typer.Exit(1)


@audit_app.command("verify-pack")
def verify_pack(
    file: Annotated[Path, typer.Argument(help="An evidence pack.")],
    key: Keys = None,
    json_: Json = False,
) -> None:
    """Verify an evidence pack by the public key alone. Exit code 1: something is wrong."""
    verify_audit(file, key=key, json_=json_)


@audit_app.command("export")
def export_audit(
    target: Annotated[Path, typer.Option("--output", "-o", help="File to write.")],
    case: Annotated[str | None, typer.Option(help="Only the chain of this case.")] = None,
    database: Database = None,
    anchors: Anchors = None,
    key: Keys = None,
) -> None:
    """Write the trail as JSON lines, every chain with its proof of inclusion."""
    given = sources(database, anchors, tuple(key or ()))
    try:
        count = asyncio.run(_write(target, export_url(given, case)))
    except CannotVerify as error:
        raise _unreadable(error) from None
    typer.echo(f"{target}: {count} lines.")


@audit_app.command("consistency")
def prove_anchors_consistent(
    since: Annotated[int, typer.Option(min=1, help="Number of the older anchor.")],
    target: Annotated[Path, typer.Option("--output", "-o", help="File to write.")],
    anchors: Anchors = None,
) -> None:
    """Write the proof that the newest anchor extends an older one: nothing before was changed.

    Verified with the public key alone: ``baoquan audit verify FILE --key K --expect NO:HASH``.
    """
    try:
        proof = prove_consistency(sources(None, anchors, ()), since)
    except CannotVerify as error:
        raise _unreadable(error) from None
    target.write_text(f"{proof}\n", encoding="utf-8")
    typer.echo(f"{target}: check it with: baoquan audit verify {target} --key KEY")


@audit_app.command("evidence")
def fetch_evidence(
    case_id: str,
    target: Annotated[
        Path | None, typer.Option("--output", "-o", help="File to write; CASE.zip if not given.")
    ] = None,
    as_: As = None,
) -> None:
    """Fetch the evidence pack of a case from a running deployment; that is audited itself."""
    content = Connection(as_).fetch("cases", case_id, "evidence")
    target = target or Path(f"{case_id}.zip")
    target.write_bytes(content)
    typer.echo(f"{target}: {len(content)} bytes. Check it with: baoquan audit verify {target}")


def _expected(text: str | None) -> tuple[int, str] | None:
    if text is None:
        return None
    no, _, hash_ = text.partition(":")
    if not (no.isascii() and no.isdigit() and int(no) > 0 and hash_):
        raise typer.BadParameter(f"{text!r} is not NO:HASH, as verify prints it.")
    return int(no), hash_


def _verified(file: Path | None, given: Sources) -> Report:
    if file is None:
        return asyncio.run(verify_url(given, _progress))
    if not file.is_file():
        raise CannotVerify(f"There is no file {file}.")
    return verify_file(file, given)


async def _write(target: Path, lines: AsyncIterator[str]) -> int:
    count = 0
    with target.open("w", encoding="utf-8") as file:
        async for line in lines:
            file.write(line + "\n")
            count += 1
    return count


def _progress(done: int, total: int) -> None:
    """One line that renews itself, for a person at a terminal only."""
    if sys.stderr.isatty() and (done % 50 == 0 or done == total):
        end = "\n" if done == total else ""
        typer.echo(f"\r{done} of {total} chains{end}", err=True, nl=False)


def _tell(report: Report, given: Sources) -> None:
    for finding in report.findings[:_SHOWN]:
        typer.secho(visible(finding.sentence()), fg=typer.colors.RED)
    if len(report.findings) > _SHOWN:
        typer.echo(f"… and {len(report.findings) - _SHOWN} more; --json lists them all.")
    for note in report.notes:
        typer.secho(note, fg=typer.colors.YELLOW)
    if not given.keys:
        typer.secho(
            "No key was given: the one beside the anchors, or in the pack, was taken. Use --key.",
            fg=typer.colors.YELLOW,
        )
    last = report.last_anchor
    if last is not None:
        typer.echo(
            f"Last anchor {last.no} of {last.at.isoformat()}: --expect {last.no}:{last.hash}"
        )
    verdict = "intact" if report.intact else f"{len(report.findings)} findings"
    typer.secho(
        f"{report.scope}: {verdict}.", fg=typer.colors.GREEN if report.intact else typer.colors.RED
    )


def _unreadable(error: CannotVerify) -> typer.Exit:
    typer.secho(visible(str(error)), err=True, fg=typer.colors.RED)
    return typer.Exit(UNREADABLE)
