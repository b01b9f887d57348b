"""Cases that events begin: once each, of the newest version, one at a time for a key."""

from datetime import timedelta

import pytest

from infra.db.events.definitions import Deployment
from infra.db.unit_of_work import Database
from tests.infra.db.cases_at_hand import NOW, a_message, batch, entry, listening, started
from tests.infra.db.test_messages import publish
from tests.infra.db.test_signals import a_signal, broadcast
from workflows.domain.case import Case
from workflows.domain.start import StartEvent, Trigger

BY_MESSAGE = StartEvent(element="paid", kind="message", name="paid")
BY_SIGNAL = StartEvent(element="changed", kind="signal", name="tariff")
BY_TIME = StartEvent(element="nightly", kind="timer", name="R/PT1H", form="cycle", due=NOW)


async def deploy(database: Database, *starts: StartEvent, process: str = "p", no: int = 1) -> None:
    deployment = Deployment(
        bundle_hash=f"{no:064d}",
        files={"m.bpmn": b"<x/>"},
        processes={process: None},
        at=NOW,
        by="ops-1",
        starts={process: starts},
    )
    async with database.work() as books:
        await books.definitions.deploy(deployment)


async def a_case(database: Database, case_id: str) -> Case:
    async with database.work() as books:
        found = await books.cases.get(case_id)
    assert found is not None
    return found


async def end(database: Database, case_id: str, process: str = "p") -> None:
    told = batch(
        started(process_id=process),
        entry(2, "caseFinished", outcome="completed"),
        instance=case_id,
        case=case_id,
    )
    async with database.work() as books:
        await books.journal.append(told)


async def test_a_message_begins_a_case_of_the_newest_version(database: Database) -> None:
    await deploy(database, BY_MESSAGE, no=1)
    await deploy(database, BY_MESSAGE, no=2)

    published = await publish(database, a_message(key=""))

    (case_id,) = published.begun
    case = await a_case(database, case_id)
    assert (published.result, published.instances) == ("correlated", (case_id,))
    assert (case.process_id, case.version, case.start_element) == ("p", 2, "paid")
    assert (case.channel, case.started_by, case.accepted_at) == ("EVENT", "bank", NOW)
    assert case.variables["state"] == {"t": "string", "v": "SETTLED"}
    assert case.variables["caseId"] == {"t": "string", "v": case_id}
    async with database.reading() as room:
        waiting = await room.acceptance.unstarted(NOW + timedelta(seconds=1))
    assert [each.id for each in waiting] == [case_id], "the relay starts it"


async def test_what_the_newest_version_does_not_listen_for_begins_nothing(
    database: Database,
) -> None:
    await deploy(database, BY_MESSAGE, no=1)
    await deploy(database, BY_SIGNAL, no=2)

    assert (await publish(database, a_message(key=""))).begun == ()


async def test_the_same_message_again_begins_nothing_more(database: Database) -> None:
    await deploy(database, BY_MESSAGE)

    first = await publish(database, a_message())
    again = await publish(database, a_message())

    assert (again.duplicate, again.begun) == (True, first.begun)


async def test_without_a_key_every_message_begins_one(database: Database) -> None:
    await deploy(database, BY_MESSAGE)

    begun = [(await publish(database, a_message(f"M{no}", key=""))).begun for no in range(3)]

    assert len({*begun}) == 3


async def test_for_a_key_the_next_message_waits_until_the_case_has_ended(
    database: Database,
) -> None:
    await deploy(database, BY_MESSAGE)
    first = await publish(database, a_message("M1"))
    second = await publish(database, a_message("M2"))
    third = await publish(database, a_message("M3"))
    elsewhere = await publish(database, a_message("M4", key="R2"))

    await end(database, first.begun[0])

    assert (second.result, third.result, elsewhere.result) == (
        "buffered", "buffered", "correlated",
    )  # fmt: skip
    repeated = await publish(database, a_message("M2"))
    assert len(repeated.begun) == 1
    await end(database, repeated.begun[0])
    assert len((await publish(database, a_message("M3"))).begun) == 1


async def test_a_message_reaches_the_waiting_case_and_begins_no_other_of_its_process(
    database: Database,
) -> None:
    await deploy(database, BY_MESSAGE, process="p", no=1)
    await deploy(database, BY_MESSAGE, process="q", no=2)
    told = batch(started(process_id="p"), listening(2, 1), instance="I1", case="I1")
    async with database.work() as books:
        await books.journal.append(told)

    published = await publish(database, a_message())

    assert published.instances[0] == "I1"
    assert [(await a_case(database, each)).process_id for each in published.begun] == ["q"]


async def test_a_signal_begins_one_case_of_each_process_whatever_many_starts_it_has(
    database: Database,
) -> None:
    again = StartEvent(element="too", kind="signal", name="tariff")
    await deploy(database, BY_SIGNAL, again, process="p", no=1)
    await deploy(database, again, process="q", no=2)

    result = await broadcast(database)
    repeated = await broadcast(database)

    cases = [await a_case(database, each) for each in result.begun]
    assert [(case.process_id, case.start_element) for case in cases] == [
        ("p", "changed"), ("q", "too"),
    ]  # fmt: skip
    assert repeated.begun == result.begun


async def test_a_case_is_about_what_the_event_says(database: Database) -> None:
    await deploy(database, BY_SIGNAL)
    words = {
        "policyNo": "P-S3", "item": "RENEWAL", "applicantPartyId": "PT-S3",
        "applicantRole": "PH",
    }  # fmt: skip
    variables = {name: {"t": "string", "v": word} for name, word in words.items()}

    result = await broadcast(database, a_signal(variables=variables))

    case = await a_case(database, result.begun[0])
    assert (case.policy_no, case.item) == ("P-S3", "RENEWAL")
    assert (case.applicant_party_id, case.applicant_role) == ("PT-S3", "PH")


async def test_a_timer_fires_once_whoever_looks(database: Database) -> None:
    await deploy(database, BY_TIME)
    async with database.reading() as room:
        ((process_id, part, start),) = await room.starts.due(NOW)
    following = StartEvent(element="nightly", kind="timer", due=NOW + timedelta(hours=1))

    async with database.work() as books:
        moves = [await books.starts.advance(process_id, part, start, following) for _ in range(2)]

    assert moves == [True, False]
    async with database.reading() as room:
        assert await room.starts.due(NOW) == ()


@pytest.mark.parametrize("gone", [True, False])
async def test_a_start_that_the_newest_version_does_not_have_begins_nothing(
    database: Database, gone: bool
) -> None:
    await deploy(database, BY_TIME)
    await deploy(database, *(() if gone else (BY_TIME,)), no=2)
    trigger = Trigger(kind="timer", source="T-1", at=NOW, by="clock", name="R/PT1H")

    async with database.work() as books:
        case_id = await books.starts.begin_at(trigger, "p", "nightly")

    assert (case_id is None) is gone


async def test_a_process_of_events_alone_does_not_begin_plainly(database: Database) -> None:
    await deploy(database, BY_MESSAGE, process="p", no=1)
    await deploy(database, StartEvent(element="s", kind="none"), BY_TIME, process="q", no=2)

    async with database.reading() as room:
        plainly = [await room.starts.begins_plainly(process, 1) for process in ("p", "q", "old")]

    assert plainly == [False, True, True]
