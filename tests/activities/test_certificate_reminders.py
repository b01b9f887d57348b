"""Reminders of certificates that run out, in real mailboxes: once at each mark, and on record."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from infra.db.book.registry_acts import STREAM
from infra.systems.notifier import SmtpNotifier
from tests.activities.office import ZONE, Office, an_operator, moment
from workers.certificate_reminders import CertificateReminders
from workflows.domain.authority import Certificate, Operator
from workflows.domain.systems import SystemUnavailable

END = "2026-12-31T00:00"
EVERY_MARK = ("2026-10-31T00:00", "2026-11-01T00:00", "2026-12-01T00:00", "2026-12-24T00:00")


def reminders(office: Office, at: str, port: int | None = None) -> CertificateReminders:
    return CertificateReminders(
        database=office.database,
        mailer=SmtpNotifier(
            host="127.0.0.1", port=port or office.smtp_port, sender="service@insurer.example"
        ),
        zone=ZONE,
        clock_offset=moment(at) - datetime.now(UTC),
    )


def held(certificate_id: str, until: str = END, type_: str = "SERVICING") -> Certificate:
    return Certificate(
        id=certificate_id,
        type=type_,
        valid_from=moment("2025-01-01T00:00"),
        valid_to=moment(until),
    )


def clerk(*certificates: Certificate, **more: object) -> Operator:
    given = {"certificates": certificates, "mail": "clerk-1@staff.example", **more}
    return an_operator("clerk-1", 1, **given)


@pytest.fixture
async def unit(office: Office) -> Office:
    for name, level in (("lead-1", 3), ("lead-2", 3), ("head-1", 4)):
        forever = (held(f"CERT-{name}", "2030-01-01T00:00"),)
        mail = f"{name}@staff.example"
        await office.add_operator(an_operator(name, level, certificates=forever, mail=mail))
    return office


async def told(office: Office) -> list[str]:
    """The mails so far, by whom they are about and to."""
    return sorted(f"{mail['Subject']} -> {mail['To']}" for mail in office.mails())


async def read_by(office: Office, who: str) -> list[str]:
    async with office.database.reading() as room:
        reader = await room.operators.get(who)
        assert reader is not None
        found = await room.notices.list(reader, before=None, limit=50)
    return [notice.code for _, notice in reversed(found)]


async def test_holder_with_leads_are_told_once_at_sixty_thirty_seven_days(unit: Office):
    await unit.add_operator(clerk(held("C-1")))

    for at in EVERY_MARK:
        await reminders(unit, at).round()
        await reminders(unit, at).round()

    assert await told(unit) == sorted(
        f"clerk-1: SERVICING ends 2026-12-31 -> {to}@staff.example"
        for to in ("clerk-1", "lead-1", "lead-2") * 3
    )
    assert len({mail["Message-ID"] for mail in unit.mails()}) == 9
    marks = ["CERTIFICATE_ENDS_60", "CERTIFICATE_ENDS_30", "CERTIFICATE_ENDS_7"]
    for reader in ("clerk-1", "lead-1", "head-1"):
        assert await read_by(unit, reader) == marks
    async with unit.database.work() as books:
        assert (await books.audit.verify(STREAM)).intact
        chain = [each.change for each in await books.audit.records(STREAM)]
    assert [(each.action, each.object_id) for each in chain] == [("staff.told", "C-1")] * 3


async def test_a_colleague_reads_nothing_of_it(unit: Office):
    await unit.add_operator(clerk(held("C-1")))
    await unit.add_operator(
        an_operator("clerk-2", 1, certificates=(held("C-2", "2030-01-01T00:00"),))
    )

    await reminders(unit, "2026-12-24T00:00").round()

    assert await read_by(unit, "clerk-2") == []


async def test_what_was_entered_late_is_told_at_the_nearest_mark_alone(unit: Office):
    await unit.add_operator(clerk(held("C-1")))

    await reminders(unit, "2026-12-20T00:00").round()

    assert await read_by(unit, "clerk-1") == ["CERTIFICATE_ENDS_30"]


@pytest.mark.parametrize(
    "operator",
    [
        clerk(held("C-1", "2027-12-31T00:00")),
        clerk(held("C-1"), held("C-2", "2028-12-31T00:00")),
        clerk(held("C-1", "2026-10-01T00:00")),
        clerk(held("C-1"), status="LEFT"),
        clerk(held("C-1"), status="SUSPENDED"),
    ],
    ids=["far off", "renewed", "over", "left", "suspended"],
)
async def test_nobody_is_reminded_of_what_is_not_missed(unit: Office, operator: Operator):
    await unit.add_operator(operator)

    await reminders(unit, "2026-12-01T00:00").round()

    assert await told(unit) == []


async def test_one_that_begins_too_late_does_not_make_up_for_the_one_that_ends(unit: Office):
    late = replace(held("C-2", "2028-12-31T00:00"), valid_from=moment("2027-01-02T00:00"))
    await unit.add_operator(clerk(held("C-1"), late))

    await reminders(unit, "2026-12-01T00:00").round()

    assert await read_by(unit, "clerk-1") == ["CERTIFICATE_ENDS_30"]


async def test_another_kind_does_not_make_up_for_the_one_that_ends(unit: Office):
    await unit.add_operator(clerk(held("C-1"), held("C-2", "2028-12-31T00:00", "REINSTATEMENT")))

    await reminders(unit, "2026-12-01T00:00").round()

    assert await read_by(unit, "clerk-1") == ["CERTIFICATE_ENDS_30"]


async def test_a_mail_system_that_is_away_is_tried_again_and_nobody_is_told_twice(unit: Office):
    await unit.add_operator(clerk(held("C-1"), mail=None))
    with pytest.raises(SystemUnavailable):
        await reminders(unit, "2026-12-01T00:00", port=1).round()

    await reminders(unit, "2026-12-01T00:10").round()
    await reminders(unit, "2026-12-01T00:20").round()

    assert [line.rsplit(" ", 1)[1] for line in await told(unit)] == [
        "lead-1@staff.example", "lead-2@staff.example",
    ]  # fmt: skip
    assert await read_by(unit, "lead-1") == ["CERTIFICATE_ENDS_30"]
