"""``baoquan item`` and ``baoquan pack``: the catalogue of items, and the numbers of law."""

from typing import Annotated

import typer

from api.cli.connection import Connection, Document, show_json
from api.cli.printing import As, Json, say
from api.cli.quotes import print_quote

item_app = typer.Typer(no_args_is_help=True, help="Servicing items: who may ask, on what papers.")
pack_app = typer.Typer(no_args_is_help=True, help="Jurisdiction packs: the numbers of law.")


@item_app.command("list")
def list_items(as_: As = None, json_: Json = False) -> None:
    """List every item: what can be started, then what cannot yet, and why."""
    found = Connection(as_).get("items")
    if json_:
        show_json(found)
        return
    for item in found["items"]:
        served = item["process"] if item["startable"] else f"not yet: {item['reason']}"
        say(f"{item['code']:<28} {item['name']}  ({served})")


@item_app.command("show")
def show_item(code: str, as_: As = None, json_: Json = False) -> None:
    """Show an entry: who may ask, papers, consents, limits, authority, formula."""
    item = Connection(as_).get("items", code)
    if json_:
        show_json(item)
        return
    say(f"{item['code']}  {item['name']}")
    for name, told in _lines(item):
        say(f"  {name:<12} {told}")


@item_app.command("quote")
def quote_item(  # noqa: PLR0913, PLR0917 - every one is an option of the command
    code: Annotated[str, typer.Argument(metavar="ITEM")],
    policy: str,
    date: Annotated[str | None, typer.Option(help="The day of the notice, YYYY-MM-DD.")] = None,
    channel: Annotated[str | None, typer.Option(help="COUNTER, APP, AGENT or MAIL.")] = None,
    party: Annotated[str | None, typer.Option(help="Who would ask; else the holder.")] = None,
    role: Annotated[str | None, typer.Option(help="As what: PH, INSURED, GUARDIAN…")] = None,
    amount: Annotated[str | None, typer.Option(help="Of the loan, repayment, or cover.")] = None,
    value: Annotated[str | None, typer.Option(help="The word that is chosen.")] = None,
    account: Annotated[str | None, typer.Option(help="An account by its id.")] = None,
    lender: Annotated[str | None, typer.Option(help="Who would hold the pledge.")] = None,
    benefit: Annotated[str | None, typer.Option(help="Which kind of benefit.")] = None,
    elsewhere: Annotated[str | None, typer.Option(help="Cover by other insurers.")] = None,
    as_: As = None,
    json_: Json = False,
) -> None:
    """Quote an item on a policy without a case: rules, papers, consents, limits, money."""
    wanted = {
        "date": date, "channel": channel, "partyId": party, "role": role, "amount": amount,
        "value": value, "accountId": account, "lenderId": lender, "benefit": benefit,
        "coverElsewhere": elsewhere,
    }  # fmt: skip
    found = Connection(as_).get("policies", policy, "items", code, "quote", parameters=wanted)
    if json_:
        show_json(found)
    else:
        print_quote(found)


def _lines(item: Document) -> list[tuple[str, str]]:
    papers = [
        f"{each['type']} ({', '.join(each['channels'])}; {each['form']})"
        for each in item["documents"]
    ]
    lines = {
        "not yet": item["reason"],
        "model": item["process"],
        "may ask": ", ".join(item["applicants"]),
        "when": item["standing"],
        "body": item["body"],
        "needs": item["needs"],
        "choices": ", ".join(item["values"]),
        "papers": ", ".join(papers),
        "consents": ", ".join(item["consents"]),
        "limits": ", ".join(item["clocks"]),
        "authority": item["authority"],
        "identity": None if item["identityLevel"] is None else f"IAL{item['identityLevel']}",
        "formula": item["formula"],
        "basis": item["basis"],
    }
    return [(name, str(told)) for name, told in lines.items() if told]


@pack_app.command("list")
def list_packs(as_: As = None, json_: Json = False) -> None:
    """List the installed packs."""
    found = Connection(as_).get("packs")
    if json_:
        show_json(found)
        return
    for pack in found["packs"]:
        say(f"{pack['id']:<20} since {pack['since']}  {pack['title']}")


@pack_app.command("show")
def show_pack(pack_id: str, as_: As = None, json_: Json = False) -> None:
    """Show every number of a pack with where it is written and how well we know it."""
    pack = Connection(as_).get("packs", pack_id)
    if json_:
        show_json(pack)
        return
    say(f"{pack['id']}  {pack['title']}  ({pack['hash'][:12]})")
    say(f"  calendar {pack['calendar']}, known until {pack['coveredUntil']}")
    for rule in pack["rules"]:
        days = f"from {rule['since']}" + (f" until {rule['until']}" if rule["until"] else "")
        say(f"  {rule['id']:<24} {rule['value']:>10} {rule['unit']:<8} [{rule['evidence']}] {days}")
        say(f"  {'':<24} {rule['says']} · {rule['basis']}")
