"""``baoquan case tokens`` and ``case modify``: where a case stands, and moving its tokens."""

from typing import Annotated, Final

import typer

from api.cli.connection import Connection, Document, show_json
from api.cli.forecasts import tell
from api.cli.printing import As, Json, Reason, say, variables_of
from api.cli.suspensions import Dry

Instance = Annotated[str | None, typer.Option(help="A process that the case called.")]
Compensate = Annotated[
    list[str] | None, typer.Option(help="ELEMENT whose work is undone; 'all': every one.")
]
_LOOK: Final = "only looked at"


def show_tokens(
    case_id: str, instance: Instance = None, as_: As = None, json_: Json = False
) -> None:
    """Show every live element of a case with its key."""
    body: Document = {"reason": _LOOK, "instructions": [], "dryRun": True}
    if instance:
        body["instanceId"] = instance
    told = Connection(as_).post("cases", case_id, "modification", body=body)
    if json_:
        show_json(told)
    else:
        tell(told["forecast"])


def modify_case(  # noqa: PLR0913, PLR0917 - every one is an option of the command
    case_id: str,
    reason: Reason,
    activate: Annotated[
        list[str] | None, typer.Option(help="ELEMENT, or ELEMENT@KEY of the scope to put it into.")
    ] = None,
    terminate: Annotated[
        list[str] | None, typer.Option(help="KEY of an element instance, or ELEMENT: all there.")
    ] = None,
    move: Annotated[list[str] | None, typer.Option(help="KEY:ELEMENT.")] = None,
    add: Annotated[
        list[str] | None, typer.Option(help="KEY=item: one more for a multi-instance body.")
    ] = None,
    set_: Annotated[
        list[str] | None, typer.Option("--set", help="name=value, or KEY:name=value, as JSON.")
    ] = None,
    compensate: Compensate = None,
    dry_run: Dry = False,
    instance: Instance = None,
    as_: As = None,
    json_: Json = False,
) -> None:
    """Move tokens and set variables, all together; ends first, then variables, then beginnings."""
    instructions = [
        *map(_terminate, terminate or ()),
        *map(_move, move or ()),
        *map(_set, set_ or ()),
        *map(_add, add or ()),
        *map(_compensate, compensate or ()),
        *map(_activate, activate or ()),
    ]
    body: Document = {"reason": reason, "instructions": instructions, "dryRun": dry_run}
    if instance:
        body["instanceId"] = instance
    told = Connection(as_).post("cases", case_id, "modification", body=body)
    if json_:
        show_json(told)
        return
    say(f"{told['instanceId']} {'would be' if dry_run else 'was'} modified:")
    tell(told["forecast"])


def _activate(text: str) -> Document:
    element, at, scope = text.partition("@")
    return {"do": "activate", "element": element, **({"scope": _key(scope)} if at else {})}


def _terminate(text: str) -> Document:
    named = {"key": int(text)} if text.isascii() and text.isdigit() else {"element": text}
    return {"do": "terminate", **named}


def _move(text: str) -> Document:
    key, _, element = text.partition(":")
    if not element:
        raise typer.BadParameter(f"{text!r} is not KEY:ELEMENT.")
    return {"do": "move", "key": _key(key), "element": element}


def _set(text: str) -> Document:
    head, colon, rest = text.partition(":")
    if colon and head.isascii() and head.isdigit():
        return {"do": "setVariables", "key": int(head), "variables": variables_of([rest])}
    return {"do": "setVariables", "variables": variables_of([text])}


def _add(text: str) -> Document:
    ((key, item),) = variables_of([text]).items()
    return {"do": "addInstance", "key": _key(key), "item": item}


def _compensate(text: str) -> Document:
    return {"do": "compensate", **({} if text == "all" else {"element": text})}


def _key(text: str) -> int:
    if not (text.isascii() and text.isdigit()):
        raise typer.BadParameter(f"{text!r} is no key; ``case tokens`` shows them.")
    return int(text)
