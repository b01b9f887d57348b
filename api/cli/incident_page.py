"""An incident as ``baoquan incident show`` prints it: what, where, since when, and what to do."""

import json

from api.cli.case_page import moment
from api.cli.connection import Document
from api.cli.printing import say


def print_incident(found: Document) -> None:
    """Print an incident for a person."""
    say(f"{found['incidentId']}  {found['status']}  {found['code']}")
    say(f"  {found['meaning']}")
    say(f"  {found['message']}")
    attempts = f", {found['attempts']} attempts" if found["attempts"] else ""
    name = f" ({found['name']})" if found["name"] else ""
    say(f"  case {found['caseId']}, element {found['element']}{name}{attempts}")
    if found["standsAt"]:
        say(f"  it stands at {', '.join(found['standsAt'])}")
    times = "once" if found["times"] == 1 else f"{found['times']} times"
    say(f"  {times}, first {moment(found['firstAt'])}, last {moment(found['lastAt'])}")
    aside = found["aside"]
    if aside:
        as_ = f" as {aside['anomalyId']}" if aside["anomalyId"] else ""
        say(f"  {aside['state']}{as_} by {aside['by']} {moment(aside['at'])}: {aside['reason']}")
    if found["inputs"]:
        say("  what the element sees (of what may be personal, how it looks):")
    for name, value in found["inputs"].items():
        say(f"    {name} = {json.dumps(value, ensure_ascii=False)}")
    for action in found["actions"]:
        say(f"  can: {action['act']} - {action['how']}")
