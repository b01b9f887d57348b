"""``baoquan survey``: a person does not want to be asked how it went, or does again."""

from typing import Annotated

import typer

from api.cli.connection import Connection
from api.cli.printing import As, Json, done

survey_app = typer.Typer(no_args_is_help=True, help="Who does not want to be sent surveys.")
Channel = Annotated[str, typer.Option(help="How the person said so.")]


@survey_app.callback()
def surveys() -> None:
    """Who does not want to be sent surveys."""


@survey_app.command("opt-out")
def opt_out(party_id: str, channel: Channel = "PHONE", as_: As = None, json_: Json = False) -> None:
    """Send a person no surveys any more; planned ones are not sent either."""
    told = _choose(party_id, channel, as_, wanted=False)
    done(told, f"{party_id} is sent no surveys.", json_)


@survey_app.command("opt-in")
def opt_in(party_id: str, channel: Channel = "PHONE", as_: As = None, json_: Json = False) -> None:
    """Take an opt-out back: the person is asked again."""
    told = _choose(party_id, channel, as_, wanted=True)
    done(told, f"{party_id} is sent surveys.", json_)


def _choose(party_id: str, channel: str, as_: str | None, *, wanted: bool) -> dict[str, object]:
    body = {"wanted": wanted, "channel": channel}
    return Connection(as_).post("subjects", party_id, "survey-choice", body=body)
