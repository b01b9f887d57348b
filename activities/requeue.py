"""Back into the queue: whose certificate ended between claim and completion holds a task no longer.

What was entered is kept with the task for whoever takes it next, and those above are told.
"""

import hashlib
from dataclasses import replace

from activities.entitlement import Refusal, Situation
from activities.ports import Books
from workflows.domain.human_task import Deed
from workflows.domain.notice import StaffNotice

_CODE = "QUALIFICATION_EXPIRED"


def must_requeue(situation: Situation, refusal: Refusal) -> bool:
    """Tell whether the task is held by somebody who may not finish it any more."""
    act = situation.act
    return refusal.code == _CODE and act.act == "complete" and situation.task.assignee == act.actor


async def requeue(books: Books, situation: Situation, refused: Deed) -> None:
    """Give the task back in the name of who held it, keep what was entered, tell those above."""
    person = situation.person
    given_back = replace(refused, act="unclaim", request_id=f"{refused.request_id}/requeue")
    await books.human_tasks.perform(given_back)
    name = f"{refused.instance_id}/{refused.key}/{refused.request_id}"
    await books.notices.tell(
        StaffNotice(
            id=f"NT-{hashlib.sha256(name.encode()).hexdigest()[:20].upper()}",
            code=_CODE,
            case_id=refused.case_id,
            instance_id=refused.instance_id,
            key=refused.key,
            about=person.id,
            unit=person.unit,
            above_level=person.level,
            at=refused.at,
        )
    )
