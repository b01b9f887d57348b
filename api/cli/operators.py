"""``baoquan operator``: who may do what, lent authority, absences, certificates, limits."""

from typing import Annotated

import typer

from api.cli.connection import Connection, Document, show_json
from api.cli.printing import As, Json, Reason, done, say, show

operator_app = typer.Typer(
    no_args_is_help=True,
    help="Operators: enter, change, suspend, lend authority, be away, certify, set limits.",
)
From = Annotated[
    str | None, typer.Option("--from", help="From when on, with offset; now when absent.")
]
Until = Annotated[str, typer.Option("--until", help="Until when, with offset.")]
Items = Annotated[list[str], typer.Option("--item", help="An item; may be repeated.")]
_EMERGENCY = (
    "grantId", "givenTo", "level", "items", "until", "orderedBy", "agreedBy", "reviewDueOn",
    "isOverdue", "finding",
)  # fmt: skip
Roles = Annotated[list[str], typer.Option("--role", help="A role; may be repeated.")]
Groups = Annotated[list[str] | None, typer.Option("--group", help="A desk; may be repeated.")]
Interests = Annotated[
    list[str] | None,
    typer.Option("--interest", help="A policy or person of interest; may be repeated."),
]
Mail = Annotated[str | None, typer.Option(help="Where alarms of time limits go.")]
Maximum = Annotated[str | None, typer.Option("--maximum", help="Up to so many yuan.")]


@operator_app.command("show")
def show_operator(operator_id: str, as_: As = None, json_: Json = False) -> None:
    """Show an operator: level, certificates, lent authority, absences."""
    found = Connection(as_).get("operators", operator_id)
    if json_:
        show_json(found)
        return
    away = ", away" if found["isAbsent"] else ""
    say(f"{operator_id}: L{found['level']} of {found['unit']}, {found['status']}{away}.")
    show(found, "certificates", ("certificateId", "type", "validTo", "revokedAt"), json_)
    if found["history"]:
        show(found, "history", ("act", "proposedBy", "by", "reason", "at"), json_)
    columns = ("delegationId", "givenBy", "givenTo", "items", "maximum", "until", "revokedAt")
    show(found, "delegations", columns, json_)
    show(found, "absences", ("absenceId", "substitute", "since", "until", "endedAt"), json_)
    if found["emergencyGrants"]:
        show(found, "emergencyGrants", _EMERGENCY, json_)


@operator_app.command("list")
def list_operators(
    unit: Annotated[str | None, typer.Option(help="Of one unit.")] = None,
    status: Annotated[str | None, typer.Option(help="ACTIVE, SUSPENDED or LEFT.")] = None,
    role: Annotated[str | None, typer.Option(help="With one role.")] = None,
    as_: As = None,
    json_: Json = False,
) -> None:
    """List those who work here, and who did."""
    found = Connection(as_).get(
        "operators", parameters={"unit": unit, "status": status, "role": role}
    )
    show(found, "operators", ("operatorId", "unit", "level", "roles", "groups", "status"), json_)


@operator_app.command("enter")
def enter_operator(  # noqa: PLR0913, PLR0917 - every one is an option of the command
    operator_id: str,
    unit: Annotated[str, typer.Option(help="Where the person works.")],
    level: Annotated[int, typer.Option(help="0 (decides nothing) to 6.")],
    role: Roles,
    reason: Reason,
    group: Groups = None,
    interest: Interests = None,
    party: Annotated[str | None, typer.Option(help="The person's id on the books.")] = None,
    agent: Annotated[str | None, typer.Option(help="Registration number of an agent.")] = None,
    mail: Mail = None,
    as_: As = None,
    json_: Json = False,
) -> None:
    """Enter somebody; another admin sends the very same to agree. No --interest: declared none."""
    body = _given(
        operatorId=operator_id, unit=unit, level=level, roles=role, groups=group or [],
        interests=interest or [], partyId=party, agentId=agent, mail=mail, reason=reason,
    )  # fmt: skip
    entered = Connection(as_).post("operators", body=body)
    done(entered, f"{operator_id} is entered: L{level} of {unit}.", json_)


@operator_app.command("change")
def change_operator(  # noqa: PLR0913, PLR0917 - every one is an option of the command
    operator_id: str,
    reason: Reason,
    unit: Annotated[str | None, typer.Option(help="Where the person works now.")] = None,
    level: Annotated[int | None, typer.Option(help="0 to 6.")] = None,
    role: Roles | None = None,
    group: Groups = None,
    no_group: Annotated[bool, typer.Option("--no-group", help="Of no desk any more.")] = False,
    interest: Interests = None,
    no_interest: Annotated[bool, typer.Option("--no-interest", help="None any more.")] = False,
    mail: Mail = None,
    as_: As = None,
    json_: Json = False,
) -> None:
    """Change an entry; what is named replaces what was. Another admin sends the very same."""
    body = _given(
        unit=unit, level=level, roles=role, groups=[] if no_group else group,
        interests=[] if no_interest else interest, mail=mail, reason=reason,
    )  # fmt: skip
    changed = Connection(as_).post("operators", operator_id, "change", body=body)
    done(changed, f"{operator_id} is L{changed['level']} of {changed['unit']} now.", json_)


@operator_app.command("declare")
def declare_interests(
    operator_id: str, interest: Interests, reason: Reason, as_: As = None, json_: Json = False
) -> None:
    """Declare policies and persons of conflicting interest: one's own and the family's."""
    body = {"interests": interest or [], "reason": reason}
    declared = Connection(as_).post("operators", operator_id, "interests", body=body)
    done(declared, f"{operator_id} never acts on {', '.join(declared['interests'])}.", json_)


@operator_app.command("suspend")
def suspend_operator(operator_id: str, reason: Reason, as_: As = None, json_: Json = False) -> None:
    """Suspend somebody at once; tasks in hand are for others to take. One admin is enough."""
    _ended("suspend", operator_id, reason, as_, json_)


@operator_app.command("resume")
def resume_operator(operator_id: str, reason: Reason, as_: As = None, json_: Json = False) -> None:
    """End a suspension; another admin sends the very same to agree."""
    _ended("resume", operator_id, reason, as_, json_)


@operator_app.command("leave")
def let_operator_leave(
    operator_id: str, reason: Reason, as_: As = None, json_: Json = False
) -> None:
    """End somebody's work here for good; another admin sends the very same to agree."""
    _ended("leave", operator_id, reason, as_, json_)


@operator_app.command("delegate")
def delegate(  # noqa: PLR0913, PLR0917 - every one is an option of the command
    to: str,
    item: Items,
    until: Until,
    reason: Reason,
    since: From = None,
    maximum: Maximum = None,
    as_: As = None,
    json_: Json = False,
) -> None:
    """Lend own authority to an operator: for these items, up to a limit, for a time."""
    body = _given(items=item, until=until, reason=reason, since=since, maximum=maximum)
    made = Connection(as_).post("operators", to, "delegations", body=body)
    told = f"{made['delegationId']}: {to} decides for {made['givenBy']} until {made['until']}."
    done(made, told, json_)


@operator_app.command("take-back")
def take_back(delegation_id: str, reason: Reason, as_: As = None, json_: Json = False) -> None:
    """Take lent authority back; decisions taken under it stand."""
    ended = Connection(as_).post("delegations", delegation_id, "revoke", body={"reason": reason})
    done(ended, f"{delegation_id} is taken back from {ended['givenTo']}.", json_)


@operator_app.command("absent")
def tell_absence(  # noqa: PLR0913, PLR0917 - every one is an option of the command
    operator_id: str,
    until: Until,
    reason: Reason,
    since: From = None,
    substitute: Annotated[str | None, typer.Option(help="Who takes over work in hand.")] = None,
    as_: As = None,
    json_: Json = False,
) -> None:
    """Tell that an operator will be away: work in hand is for the substitute and the group."""
    body = _given(until=until, reason=reason, since=since, substitute=substitute)
    told = Connection(as_).post("operators", operator_id, "absences", body=body)
    done(told, f"{told['absenceId']}: {operator_id} is away until {told['until']}.", json_)


@operator_app.command("back")
def tell_return(absence_id: str, reason: Reason, as_: As = None, json_: Json = False) -> None:
    """Tell that somebody is back: what nobody took is theirs again."""
    ended = Connection(as_).post("absences", absence_id, "end", body={"reason": reason})
    done(ended, f"{ended['operatorId']} is back.", json_)


@operator_app.command("certify")
def certify(  # noqa: PLR0913, PLR0917 - every one is an option of the command
    operator_id: str,
    type_: Annotated[str, typer.Option("--type", help="Of which qualification.")],
    valid_from: Annotated[str, typer.Option("--valid-from", help="With offset.")],
    valid_to: Annotated[str, typer.Option("--valid-to", help="With offset.")],
    reason: Reason,
    as_: As = None,
    json_: Json = False,
) -> None:
    """Enter a certificate; another admin sends the very same to agree."""
    body = {"type": type_, "validFrom": valid_from, "validTo": valid_to, "reason": reason}
    entered = Connection(as_).post("operators", operator_id, "certificates", body=body)
    done(entered, f"{entered['certificateId']} is valid until {entered['validTo']}.", json_)


@operator_app.command("decertify")
def decertify(certificate_id: str, reason: Reason, as_: As = None, json_: Json = False) -> None:
    """Revoke a certificate, at once."""
    body = {"reason": reason}
    revoked = Connection(as_).post("certificates", certificate_id, "revoke", body=body)
    done(revoked, f"{certificate_id} of {revoked['operatorId']} is revoked.", json_)


@operator_app.command("break-glass")
def break_glass(  # noqa: PLR0913, PLR0917 - every one is an option of the command
    to: str,
    item: Items,
    level: Annotated[int, typer.Option(help="To which level: 2 to 6.")],
    hours: Annotated[int, typer.Option(help="For how many hours: 1 to 24.")],
    reason: Reason,
    as_: As = None,
    json_: Json = False,
) -> None:
    """Raise an operator to a level for hours; another supervisor sends the very same to agree."""
    body = {"items": item, "level": level, "hours": hours, "reason": reason}
    grant = Connection(as_).post("operators", to, "emergency-grants", body=body)
    until, due = grant["until"], grant["reviewDueOn"]
    done(grant, f"{grant['grantId']}: {to} is L{level} until {until}; review by {due}.", json_)


@operator_app.command("emergencies")
def list_emergencies(as_: As = None, json_: Json = False) -> None:
    """List emergency grants that wait for their review."""
    show(Connection(as_).get("emergency-grants"), "grants", _EMERGENCY, json_)


@operator_app.command("review")
def review_emergency(
    grant_id: str,
    finding: Annotated[str, typer.Option(help="JUSTIFIED or NOT_JUSTIFIED.")],
    reason: Reason,
    as_: As = None,
    json_: Json = False,
) -> None:
    """Review an emergency grant; one that is still in force ends at once."""
    body = {"finding": finding, "reason": reason}
    reviewed = Connection(as_).post("emergency-grants", grant_id, "review", body=body)
    done(reviewed, f"{grant_id} is reviewed: {reviewed['finding']}.", json_)


@operator_app.command("limits")
def list_limits(item: str, as_: As = None, json_: Json = False) -> None:
    """List up to how much each level may decide for an item."""
    found = Connection(as_).get("authority-limits", item)
    show(found, "limits", ("level", "maximum", "version", "effectiveFrom"), json_)


@operator_app.command("limit")
def set_limit(  # noqa: PLR0913, PLR0917 - every one is an option of the command
    item: str,
    level: Annotated[int, typer.Option(help="1 to 6.")],
    effective_from: Annotated[str, typer.Option("--from", help="The first day, YYYY-MM-DD.")],
    reason: Reason,
    maximum: Maximum = None,
    as_: As = None,
    json_: Json = False,
) -> None:
    """Set a level's limit for an item; another admin sends the very same to agree."""
    body = _given(
        item=item, level=level, effectiveFrom=effective_from, reason=reason, maximum=maximum
    )
    limit = Connection(as_).post("authority-limits", body=body)
    done(limit, f"L{level} for {item}: {limit['maximum'] or 'no limit'}.", json_)


def _ended(act: str, operator_id: str, reason: str, as_: As, json_: bool) -> None:
    ended = Connection(as_).post("operators", operator_id, act, body={"reason": reason})
    freed, stranded = ended["freedTasks"], ended["strandedTasks"]
    told = [f"{operator_id} is {ended['status']}."]
    if freed:
        told.append(f"For others to take: {', '.join(freed)}.")
    if stranded:
        told.append(
            f"Offered by name alone: {', '.join(stranded)}; hand them on with "
            f"`baoquan operator absent {operator_id} --substitute …`."
        )
    done(ended, "\n".join(told), json_)


def _given(**body: object) -> Document:
    return {name: value for name, value in body.items() if value is not None}
