"""Letters of complaints go out once, as letters of their case, whoever sends them."""

from dataclasses import replace

from infra.db.casework.complaint_letters import ComplaintLetter
from tests.activities.office import NOTICE, Office, moment
from workers.complaint_letters import ComplaintLetters

DECIDED = {
    "complaintId": "CP-1",
    "outcome": "UPHELD",
    "facts": "it lay for a week",
    "basis": "4号令 art. 19(1)",
    "reviewUntil": "2026-11-11",
}


async def owe(office: Office, **facts: str) -> None:
    letter = ComplaintLetter(
        id="CL-1",
        complaint_id="CP-1",
        case_id="BQ-1",
        template="complaint_decided",
        facts={**DECIDED, **facts},
        asked_at=moment(NOTICE),
    )
    async with office.database.work() as books:
        await books.complaint_letters.owe(letter)


def sender(office: Office) -> ComplaintLetters:
    equipment = replace(office.equipment, now=lambda: moment(NOTICE))
    return ComplaintLetters(database=office.database, equipment=equipment)


async def owed(office: Office) -> int:
    async with office.database.reading() as room:
        return len(await room.complaint_letters.owed(9))


async def test_a_decision_reaches_the_customer_once(office: Office):
    await owe(office)

    await sender(office).round()
    await sender(office).round()

    (mail,) = office.mails()
    async with office.database.work() as books:
        (communication,) = await books.communications.of_case("BQ-1")
    assert mail["To"] == "zhang@mail.example"
    assert communication.template == "complaint_decided@1"
    assert await owed(office) == 0


async def test_a_letter_that_cannot_go_now_is_owed_still_and_holds_nothing_up(office: Office):
    await owe(office)
    port, office.smtp_port = office.smtp_port, 1
    await sender(office).round()
    while_away = await owed(office)
    office.smtp_port = port

    await sender(office).round()

    assert (while_away, await owed(office), len(office.mails())) == (1, 0, 1)
