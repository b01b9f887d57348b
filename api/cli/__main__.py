"""``baoquan``: every command, assembled; the one that is asked for is imported, not the others."""

import os
import sys
from collections.abc import Iterable, Mapping
from importlib import import_module
from typing import Final

import typer

COMMANDS: Final[Mapping[str, str]] = {
    "play": "api.cli.play:play_command",
    "lint": "api.cli.lint:lint_command",
    "feel": "api.cli.feel:feel_command",
    "dmn": "api.cli.dmn:dmn_command",
    "backtest": "api.cli.backtest:backtest_table",
    "deploy": "api.cli.operations:deploy_files",
    "message": "api.cli.operations:publish_message",
    "signal": "api.cli.operations:broadcast_signal",
    "condition": "api.cli.conditions:tell_conditions",
    "case": "api.cli.operations:case_app",
    "task": "api.cli.operations:task_app",
    "agent": "api.cli.agents:agent_app",
    "operator": "api.cli.operators:operator_app",
    "hold": "api.cli.holds:hold_app",
    "item": "api.cli.items:item_app",
    "pack": "api.cli.items:pack_app",
    "store": "api.cli.data_stores:store_app",
    "calendar": "api.cli.calendars:calendar_app",
    "alert": "api.cli.alerts:alert_app",
    "anomaly": "api.cli.anomalies:anomaly_app",
    "contract": "api.cli.contracts:contract_app",
    "subject": "api.cli.erasures:subject_app",
    "survey": "api.cli.surveys:survey_app",
    "notices": "api.cli.notices:list_notices",
    "trace": "api.cli.trace:show_trace",
    "audit": "api.cli.audit:audit_app",
    "keys": "api.cli.keys:keys_app",
    "database": "api.cli.database:database_app",
    "incident": "api.cli.repairs:incident_app",
    "batch": "api.cli.batches:batch_app",
    "migration": "api.cli.migrations:migration_app",
    "reconcile": "api.cli.reconciliation:reconcile_app",
    "kpi": "api.cli.kpis:show_kpis",
    "breach": "api.cli.breaches:breach_app",
    "complaint": "api.cli.feedback:complaint_app",
    "recovery": "api.cli.feedback:recovery_app",
    "improvement": "api.cli.feedback:improvement_app",
    "replay": "api.cli.replays:replay_case",
    "release": "api.cli.releases:release_app",
    "top": "api.cli.top:top",
    "export": "api.cli.exports:export_app",
    "suspend": "api.cli.standstills:suspend",
    "resume": "api.cli.standstills:resume",
    "standstills": "api.cli.standstills:list_standstills",
    "up": "api.cli.__main__:up",
}
"""Where each command stands: a function, or a group of its own."""


def up(
    demo: bool = typer.Option(False, help="Play the day, check it, and stop."),
    core: bool = typer.Option(False, help="Keep policies in a simulated core system, too."),
) -> None:
    """Start everything on this machine and play a working day (the same as ``make run``)."""
    wanted = [*(["--demo"] if demo else []), *(["--core"] if core else [])]
    arguments = [sys.executable, "-m", "infra.local", *wanted]
    os.execv(sys.executable, arguments)  # noqa: S606 - our own interpreter, our own module


def assembled(names: Iterable[str] = COMMANDS) -> typer.Typer:
    """Put the named commands together."""
    app = typer.Typer(
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        help="BPMN workflow orchestration on Temporal for life-insurance policy servicing (保全).",
    )
    app.callback()(_together)
    for name in names:
        module, _, attribute = COMMANDS[name].partition(":")
        command = getattr(import_module(module), attribute)
        if isinstance(command, typer.Typer):
            app.add_typer(command, name=name)
        else:
            app.command(name)(command)
    return app


def _together() -> None:
    """Stay a group, even of one command."""


def main() -> None:
    """Run the command line; what is not a command is answered with the list of them all."""
    wanted = sys.argv[1] if len(sys.argv) > 1 else ""
    app = assembled([wanted]) if wanted in COMMANDS else assembled()
    app()


if __name__ == "__main__":
    main()
