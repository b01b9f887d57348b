"""A case as ``baoquan case show`` prints it: where it stands, why, what is stuck, what runs out."""

from api.cli.connection import Document
from api.cli.printing import say

_STUCK = frozenset(("incident", "problem", "no-worker", "suspended", "held"))


def print_case(detail: Document) -> None:
    """Print a case for a person."""
    say(f"{detail['caseId']}  {detail['status']}  {detail['process']} v{detail['version']}")
    accepted = moment(detail["acceptedAt"])
    say(f"  {detail['item']} on policy {detail['policyNo']}, accepted {accepted}")
    if detail["finishedAt"]:
        say(f"  ended {moment(detail['finishedAt'])}: {detail['outcome']}")
    if detail["reasons"]:
        say("It waits for:")
    incidents = {one["incidentId"]: one for one in detail["incidents"]}
    for reason in detail["reasons"]:
        _reason(reason)
        _ways_out(incidents.get(reason["id"] or ""))
    for hold in detail["legalHolds"] or ():
        say(f"Kept by legal hold {hold['holdId']} on {hold['kind']} {hold['target']}.")
    if detail["clocks"]:
        say("Clocks:")
    for clock in detail["clocks"]:
        state = clock["state"]
        gone = f", {clock['alarm']} % gone" if clock["alarm"] and state == "RUNNING" else ""
        still = ", stands still" if clock["standsStill"] else ""
        target = clock["targetOn"] or clock["dueOn"]
        meant = f", meant for {target}" if target != clock["dueOn"] else ""
        say(
            f"  {clock['rule']} due {clock['dueOn']}{meant} ({state}{gone}{still})",
            fg="red" if state == "BREACHED" else None,
        )
    for deed in detail["graceDeeds"]:
        until = moment(deed["inGraceUntil"])
        say(f"In grace: {deed['act']} {deed['taskId']} at {moment(deed['at'])}, until {until}")


def moment(text: str) -> str:
    """Return an instant as people read it, to the second."""
    return text.replace("T", " ").split(".")[0].removesuffix("Z").removesuffix("+00:00") + "Z"


def _reason(reason: Document) -> None:
    """One named reason: what it waits for, since when, and the id to act on it by."""
    id_ = f" {reason['id']}" if reason["id"] else ""
    line = f"  {reason['kind']}{id_}: {reason['text']} Since {moment(reason['since'])}."
    say(line, fg="red" if reason["kind"] in _STUCK else None)


def _ways_out(incident: Document | None) -> None:
    if incident is None:
        return
    say(f"    {incident['meaning']}")
    for action in incident["actions"]:
        say(f"    can: {action['act']} - {action['how']}")
