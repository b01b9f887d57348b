"""Legal holds at the door: who places, lifts and sees them."""

from dataclasses import asdict

from api.auth import Caller
from api.dependencies import operator_of
from api.permissions import AUDITOR
from api.problems import Problem
from api.schemas.legal_holds import HoldPlaced, HoldSeen
from infra.db.unit_of_work import ReadingRoom
from workflows.domain.legal_hold import DESKS, LegalHold


async def knows_holds(room: ReadingRoom, caller: Caller) -> bool:
    """Tell whether somebody may know of holds: an auditor, or the desks for law and privacy."""
    if AUDITOR in caller.roles:
        return True
    operator = await room.operators.get(caller.subject)
    return operator is not None and bool(DESKS & set(operator.groups))


async def keeper(room: ReadingRoom, caller: Caller) -> None:
    """Raise Problem 403 unless it is an auditor, or the desk for law or privacy."""
    if AUDITOR not in caller.roles:
        await operator_of(room, caller)
    if not await knows_holds(room, caller):
        raise Problem(
            403, "authority", "Auditors, and the desks legal and privacy, keep legal holds."
        )


async def find_target(room: ReadingRoom, placed: HoldPlaced) -> None:
    """Raise Problem 422 for a person, a policy or a case that is not on the books."""
    match placed.kind:
        case "PERSON":
            found: object = await room.parties.get(placed.target)
        case "POLICY":
            found = await room.policies.get(placed.target)
        case "CASE":
            found = await room.cases.get(placed.target)
    if found is None:
        what = placed.kind.lower()
        raise Problem(422, "unknown-target", f"There is no {what} {placed.target} on the books.")


def hold_seen(hold: LegalHold) -> HoldSeen:
    """Return a hold as it is shown."""
    told = asdict(hold)
    return HoldSeen(hold_id=told.pop("id"), **told)
