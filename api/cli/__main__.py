"""``baoquan``: every command, assembled."""

import os
import sys

import typer

from api.cli.dmn import dmn_command
from api.cli.feel import feel_command
from api.cli.lint import lint_command
from api.cli.operations import case_app, deploy_files, incident_app, publish_message, task_app
from api.cli.play import play_command

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="BPMN workflow orchestration on Temporal for life-insurance policy servicing (保全).",
)
app.command("play")(play_command)
app.command("lint")(lint_command)
app.command("feel")(feel_command)
app.command("dmn")(dmn_command)
app.command("deploy")(deploy_files)
app.command("message")(publish_message)
app.add_typer(case_app, name="case")
app.add_typer(task_app, name="task")
app.add_typer(incident_app, name="incident")


@app.command("up")
def up(demo: bool = typer.Option(False, help="Play the day, check it, and stop.")) -> None:
    """Start everything on this machine and play a working day (the same as ``make run``)."""
    arguments = [sys.executable, "-m", "infra.local", *(["--demo"] if demo else [])]
    os.execv(sys.executable, arguments)  # noqa: S606 - our own interpreter, our own module


def main() -> None:
    """Run the command line."""
    app()


if __name__ == "__main__":
    main()
