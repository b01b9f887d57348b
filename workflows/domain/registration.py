"""Who may be entered as what 人员登记: what never comes together in one person."""

import re
from typing import Final

from workflows.domain.authority import CHECKING_LEVEL, Operator, OperatorRole
from workflows.domain.human_task import HumanTask

ADMINS: Final = 2
"""How many active admins there always are: what takes two could never be agreed on with fewer."""
_RELEASING_DESK: Final = "finance"
_A_LEVEL: Final = re.compile(r"L\d+")
_APART: Final[tuple[tuple[OperatorRole, OperatorRole], ...]] = (
    ("ops", "supervisor"),
    ("admin", "supervisor"),
    ("admin", "ops"),
    ("admin", "auditor"),
    ("admin", "back_office"),
    ("auditor", "back_office"),
    ("auditor", "supervisor"),
    ("auditor", "ops"),
)
"""Separation of duties at grant time: who repairs does not decide, who grants uses no grant, and
who audits has done nothing of what is audited."""


def unfit(wanted: Operator) -> str | None:
    """Tell why somebody cannot be entered like that; None: nothing forbids it."""
    roles = set(wanted.roles)
    for one, other in _APART:
        if {one, other} <= roles:
            return f"Nobody is {one} and {other} at once."
    decides = wanted.level >= CHECKING_LEVEL or _RELEASING_DESK in wanted.groups
    if "back_office" in roles and decides:
        return "Who enters requests (back_office) checks and releases none: L1 at most, no finance."
    if bool(wanted.level) != ("supervisor" in roles):
        return "A level from L1 on goes with the role supervisor, and the role with a level."
    if any(_A_LEVEL.fullmatch(group) for group in wanted.groups):
        return "A level is given as the level, never as a group."
    return None


def is_candidate(person: Operator, task: HumanTask) -> bool:
    """Tell whether a task is offered to somebody by level, desk or name, or to everybody."""
    groups, users = set(task.candidate_groups), set(task.candidate_users)
    if not groups and not users:
        return True
    return person.id in users or bool(groups & set(person.candidate_groups))
