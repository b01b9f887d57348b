"""A certificate that has ended: seven days more where no money moves, none where it does."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import select, update

from activities.human_tasks import human_task_act
from api.presenting import case_detail, without_content
from infra.db.tables import cases, trail
from tests.activities.office import Office, an_operator, moment
from workflows.contracts.human_task import ActAnswer, ActCall, TaskAct, content_hash
from workflows.domain.authority import Operator
from workflows.domain.standing_in import Delegation
from workflows.feel.wire import encode

SHOWN = {"requiredLevel": encode("L2")}
ENDED = "2026-10-12T12:00"
LAST = "2026-10-19T23:59"
OVER = "2026-10-20T00:00"


def ending(name: str, level: int = 3, **more: Any) -> Operator:
    """Somebody whose certificate ends at noon."""
    person = an_operator(name, level)
    held = replace(person.certificates[0], **({"valid_to": moment(ENDED)} | more))
    return replace(person, certificates=(held,))


async def opened(office: Office, item: str) -> Office:
    """A task of a checker, in a case of the item."""
    batch = office.batch(
        "taskOpened",
        candidateGroups=["L2"],
        candidateUsers=[],
        headers={"act": "decision"},
        variables=SHOWN,
        contentHash=content_hash(SHOWN),
    )
    entries = tuple(each.model_copy(update={"key": 1}) for each in batch.entries)
    async with office.database.work() as books:
        await books.journal.append(batch.model_copy(update={"entries": entries}))
    async with office.registry.begin() as connection:
        await connection.execute(update(cases.cases).values(item=item))
    return office


async def act(office: Office, kind: str, at: str, by: str = "pat") -> ActAnswer:
    given: dict[str, Any] = {"request_id": f"{kind}-{at}", "act": kind, "task_key": 1, "actor": by}
    if kind == "complete":
        given |= {"outcome": "approve", "content_hash": content_hash(SHOWN)}
    call = ActCall(
        case_id="BQ-1",
        instance_id="BQ-1",
        at=moment(at).astimezone(UTC),
        act=TaskAct(**given),
    )
    activity: Any = human_task_act(office.equipment)
    answer: ActAnswer = await activity(call)
    return answer


async def graces(office: Office) -> list[datetime | None]:
    async with office.database.engine.connect() as connection:
        query = select(trail.human_task_deeds.c.in_grace_until).order_by(
            trail.human_task_deeds.c.no
        )
        return list(await connection.scalars(query))


async def test_where_no_money_moves_work_goes_on_for_seven_days_and_the_deeds_say_so(
    office: Office,
) -> None:
    await opened(office, "CONTACT")
    await office.add_operator(ending("pat"))

    claimed = await act(office, "claim", "2026-10-12T11:59")
    decided = await act(office, "complete", LAST)

    async with office.database.work() as books:
        verdict = await books.audit.verify("BQ-1")
    assert (claimed.refusal, decided.refusal, verdict.intact) == (None, None, True)
    assert await graces(office) == [None, moment(OVER)]


async def test_the_page_of_the_case_shows_what_was_done_in_grace_and_names_nobody(
    office: Office,
) -> None:
    await opened(office, "CONTACT")
    await office.add_operator(ending("pat"))
    await act(office, "claim", "2026-10-12T11:59")
    await act(office, "complete", LAST)

    async with office.database.reading() as room:
        detail = await room.cases.detail("BQ-1")
    assert detail is not None
    page = case_detail(detail, (), see=without_content)

    (deed,) = page.grace_deeds
    assert (deed.task_id, deed.act, deed.at) == ("BQ-1~1", "complete", moment(LAST))
    assert deed.in_grace_until == moment(OVER)
    assert "pat" not in page.model_dump_json()


@pytest.mark.parametrize("kind", ["claim", "complete"])
@pytest.mark.parametrize(
    ("item", "at", "more", "refusal"),
    [
        ("CONTACT", ENDED, {}, None),
        ("BENEFICIARY_CHANGE", LAST, {}, None),
        ("APL_OPTION", LAST, {}, None),
        ("CONTACT", OVER, {}, "QUALIFICATION_EXPIRED"),
        ("CONTACT", LAST, {"revoked_at": moment("2026-10-13T09:00")}, "QUALIFICATION_EXPIRED"),
        ("TERMINATE", ENDED, {}, "QUALIFICATION_EXPIRED"),
        ("POLICY_LOAN", ENDED, {}, "QUALIFICATION_EXPIRED"),
        ("PAYOUT_AUTHORISATION", ENDED, {}, "QUALIFICATION_EXPIRED"),
        ("REDUCED_PAID_UP", ENDED, {}, "QUALIFICATION_EXPIRED"),
        ("ORPHAN_ASSIGN", ENDED, {}, "QUALIFICATION_EXPIRED"),
    ],
)
async def test_grace_is_for_items_that_move_no_money_to_its_last_instant(
    office: Office, kind: str, item: str, at: str, more: dict[str, Any], refusal: str | None
) -> None:
    await opened(office, item)
    await office.add_operator(ending("pat", **more))

    assert (await act(office, kind, at)).refusal == refusal


async def test_a_certificate_that_is_valid_goes_before_one_in_its_grace(office: Office) -> None:
    await opened(office, "CONTACT")
    over = ending("pat").certificates[0]
    valid = replace(over, id="CERT-new", valid_to=moment("2027-01-01T00:00"))
    await office.add_operator(an_operator("pat", 3, certificates=(over, valid)))

    await act(office, "claim", LAST)

    assert await graces(office) == [None]


async def test_who_lends_authority_in_the_own_grace_is_told_with_the_deed(office: Office) -> None:
    await opened(office, "CONTACT")
    await office.add_operator(an_operator("pat", 1))
    await office.add_operator(ending("lin"))
    lent = Delegation(
        id="DG-1",
        given_by="lin",
        given_to="pat",
        items=("CONTACT",),
        maximum_minor=None,
        currency="CNY",
        since=moment(ENDED),
        until=moment("2026-11-01T00:00"),
        reason="in hospital",
        made_at=moment(ENDED),
    )
    async with office.database.work() as books:
        await books.standing_in.delegate(lent)

    answer = await act(office, "claim", LAST)

    assert answer.refusal is None
    assert await graces(office) == [moment(OVER)]
