"""A mailbox refuses for good (550): another way is found, and who owns the address is asked."""

from datetime import date

from activities.follow_up.wording import on_paper, word
from infra.db.connections.rows import to_row
from infra.db.tables import parties
from tests.activities.office import Office, a_party, moment
from tests.activities.test_follow_up import OCCASION, letter
from workflows.contracts.follow_up import NoFacts
from workflows.domain.party import ContactKind, ContactPoint


async def test_a_letter_to_somebody_without_an_address_waits_at_the_counter(office: Office):
    await office.add_party(a_party("PT-2"), mail=None)

    answer = await office.do("follow_up.letter", **(letter() | {"applicantPartyId": "PT-2"}))

    assert answer["letter"]["channel"] == "COUNTER"
    assert office.mails() == []
    assert await anomalies(office) == [("DATA", "UNDELIVERABLE", "PT-2")]


async def test_a_letter_that_the_mailbox_refuses_goes_to_the_next_address(office: Office):
    await refusing(office)
    await office.add(parties.contact_points, to_row(point("CT-NEXT", "EMAIL", "z2@mail.example")))

    answer = await office.do("follow_up.letter", **letter())

    (mail,) = office.mails()
    assert (mail["To"], answer["letter"]["channel"]) == ("z2@mail.example", "EMAIL")
    assert await tried(office) == [("EMAIL", "refused"), ("EMAIL", "sent")]
    assert await anomalies(office) == [("DATA", "UNDELIVERABLE", "CP-PT-1")]


async def test_a_letter_that_no_mailbox_takes_is_posted_and_the_phone_is_told(office: Office):
    await refusing(office)
    await office.add(
        parties.contact_points,
        to_row(point("CT-HOME", "ADDRESS", "上海市黄浦区1号")),
        to_row(point("CT-CELL", "PHONE", "13900000001")),
    )

    answer = await office.do("follow_up.letter", **letter())

    (label,) = (office.folder / "post").glob("*.txt")
    (text,) = office.mails()
    assert label.read_text() == "张三\n上海市黄浦区1号\n"
    assert label.with_suffix(".pdf").read_bytes().startswith(b"%PDF-")
    assert text["To"] == "13900000001@sms.example"
    assert answer["letter"]["channel"] == "LETTER"
    assert await tried(office) == [("EMAIL", "refused"), ("LETTER", "sent"), ("SMS", "sent")]


async def test_an_address_that_refuses_is_one_anomaly_a_case_due_by_the_limit_for_data(
    office: Office,
):
    await refusing(office)

    await office.do("follow_up.letter", **letter())
    await office.do("follow_up.letter", **letter("superseded"))

    async with office.database.work() as books:
        (anomaly,) = await books.anomalies.of_case("BQ-1")
    assert (anomaly.route, anomaly.due_on) == ("applicant", date(2026, 10, 19))


async def test_a_survey_that_no_mailbox_takes_holds_nothing_up(office: Office):
    await refusing(office)

    answer = await office.do("feedback.survey", policyNo="P-1", applicantPartyId="PT-1")

    assert answer["survey"]["id"]
    assert await tried(office) == [("EMAIL", "refused")]


def test_paper_asks_for_an_address_that_works():
    content = word("withdrawn", OCCASION, NoFacts())

    posted = on_paper(content, date(2026, 10, 19))

    assert posted.paragraphs[: len(content.paragraphs)] == content.paragraphs
    assert "2026-10-19" in posted.paragraphs[-1]


async def refusing(office: Office) -> None:
    """The mailbox of the applicant is not known any more."""
    await office.readdress("zhang@unknown.example")


def point(contact_id: str, kind: ContactKind, value: str) -> ContactPoint:
    return ContactPoint(
        id=contact_id,
        party_id="PT-1",
        kind=kind,
        value=value,
        since=moment("2017-01-01T00:00"),
        verified_at=moment("2017-01-01T00:00") if kind == "PHONE" else None,
    )


async def tried(office: Office) -> list[tuple[str, str]]:
    async with office.database.work() as books:
        known = await books.communications.of_case("BQ-1")
    return [
        (each.channel, "refused" if each.refused_at else "sent" if each.sent_at else "?")
        for each in known
    ]


async def anomalies(office: Office) -> list[tuple[str, str, str]]:
    async with office.database.work() as books:
        known = await books.anomalies.of_case("BQ-1")
    return [(each.class_, each.reason, each.detail) for each in known]
