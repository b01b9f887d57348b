"""Limits to tell of a breach, in the mailboxes of the privacy desk: once at each mark."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from infra.db.tables.breaches import breach_mails
from infra.systems.notifier import SmtpNotifier
from tests.activities.office import ZONE, Office, an_operator, moment
from workers.breach_notices import BreachNotices
from workflows.domain.breach import Breach
from workflows.domain.systems import SystemUnavailable

KNOWN, WARNED, OVER = "2026-10-12T00:00", "2026-10-12T23:00", "2026-10-13T00:00"


def notices(office: Office, at: str, port: int | None = None) -> BreachNotices:
    return BreachNotices(
        database=office.database,
        mailer=SmtpNotifier(
            host="127.0.0.1", port=port or office.smtp_port, sender="service@insurer.example"
        ),
        zone=ZONE,
        clock_offset=moment(at) - datetime.now(UTC),
    )


@pytest.fixture
async def leaked(office: Office) -> Office:
    """A leak that the authority has to be told of within the day; three people, two at the desk."""
    people: tuple[tuple[str, tuple[str, ...], dict[str, str]], ...] = (
        ("privacy-1", ("privacy",), {"mail": "privacy-1@staff.example"}),
        ("privacy-2", ("privacy",), {}),
        ("lead-1", (), {"mail": "lead-1@staff.example"}),
    )
    for name, groups, more in people:
        await office.add_operator(an_operator(name, 3, groups=groups, **more))
    async with office.database.work() as books:
        await books.breaches.report(
            Breach(
                id="BCH-1",
                kind="DISCLOSURE",
                severity="HIGH",
                data=("PHONE",),
                people=3,
                case_id=None,
                description="a list left the house in an open mail",
                exposure="",
                known_at=moment(KNOWN),
                reported_by="lead-1",
                reported_at=moment(KNOWN),
                pack="cn-life-2026.3",
                authority_due_at=moment("2026-10-12T23:59:59"),
                subjects_due_at=None,
            )
        )
    return office


async def states(office: Office) -> list[tuple[int, str, str]]:
    async with office.registry.connect() as connection:
        query = select(breach_mails.c.mark, breach_mails.c.told_to, breach_mails.c.state)
        rows = await connection.execute(query.order_by(breach_mails.c.mark, breach_mails.c.told_to))
        return [(row.mark, row.told_to, row.state) for row in rows]


async def test_the_desk_is_mailed_once_at_each_mark_by_number_only(leaked: Office):
    for at in (WARNED, WARNED, OVER, OVER):
        await notices(leaked, at).round()

    assert await states(leaked) == [
        (80, "privacy-1", "SENT"), (80, "privacy-2", "NO_ADDRESS"),
        (100, "privacy-1", "SENT"), (100, "privacy-2", "NO_ADDRESS"),
    ]  # fmt: skip
    mails = leaked.mails()
    assert [str(mail["Subject"]) for mail in mails] == [
        "BCH-1: telling the authority used up to 80 %",
        "BCH-1: telling the authority used up to 100 %",
    ]
    assert all("open mail" not in mail.get_content() for mail in mails)


async def test_a_mail_system_that_is_away_is_tried_again(leaked: Office):
    with pytest.raises(SystemUnavailable):
        await notices(leaked, WARNED, port=1).round()
    before = await states(leaked)
    await notices(leaked, WARNED).round()

    assert before[0] == (80, "privacy-1", "TO_SEND")
    assert len(leaked.mails()) == 1
