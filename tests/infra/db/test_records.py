"""Papers, findings, anomalies and surveys go in and come out as they were."""

from dataclasses import replace
from datetime import UTC, date, datetime

from infra.db.events.definitions import Deployment
from infra.db.unit_of_work import Database
from workflows.domain.feedback import Answer, Survey
from workflows.domain.findings import Anomaly, Verification
from workflows.domain.records import Communication, Document, Endorsement

NOW = datetime(2026, 10, 13, 2, tzinfo=UTC)

LETTER = Communication(
    id="CM-1",
    case_id="BQ-1",
    party_id="PT-1",
    direction="OUT",
    channel="EMAIL",
    template="rejected@1",
    contact_id=None,
    content_hash="c" * 64,
    document_id=None,
    message_id="<1@baoquan>",
    sent_at=None,
)
CARD = Document(
    id="DC-1",
    type="ID_CARD",
    sha256="d" * 64,
    store_ref="dd/dd",
    media_type="image/png",
    size=3,
    received_at=NOW,
    case_id="BQ-1",
    party_id="PT-1",
    valid_to=date(2027, 1, 1),
)


async def test_a_communication_is_recorded_once(database: Database) -> None:
    async with database.work() as books:
        await books.communications.record(LETTER)
        await books.communications.record(replace(LETTER, template="other@1"))
        await books.communications.mark_sent("CM-1", NOW, "250 OK")

        assert await books.communications.of_case("BQ-1") == (
            replace(LETTER, sent_at=NOW, receipt="250 OK"),
        )


async def test_documents_held_are_those_still_valid(database: Database) -> None:
    async with database.work() as books:
        await books.documents.add(CARD)

        assert await books.documents.held("P1", "PT-1", date(2027, 1, 1)) == (CARD,)
        assert await books.documents.held("P1", "PT-1", date(2027, 1, 2)) == ()
        assert await books.documents.of_case("BQ-1") == (CARD,)


async def test_an_endorsement_is_voided(database: Database) -> None:
    endorsement = Endorsement(
        no="EN-1",
        case_id="BQ-1",
        policy_no="P1",
        item="TERMINATE",
        template="termination@1",
        before_hash="b" * 64,
        after_hash="a" * 64,
        policy_version=2,
        issued_at=NOW,
    )
    async with database.work() as books:
        await books.endorsements.issue(endorsement)
        await books.endorsements.void("EN-1", at=NOW, by="JN-2")

        assert await books.endorsements.of_case("BQ-1") == (
            replace(endorsement, voided_at=NOW, voided_by="JN-2"),
        )


async def test_findings_come_in_the_order_they_were_made(database: Database) -> None:
    checks = [
        Verification(
            id=f"VF-{no}",
            case_id="BQ-1",
            subject="PT-1",
            type="ID",
            provider="identity",
            result="PASSED",
            at=NOW,
            evidence={"ial": 3},
        )
        for no in (2, 1)
    ]
    async with database.work() as books:
        for check in checks:
            await books.findings.record(check)

        assert list(await books.findings.verifications("BQ-1")) == checks


async def test_a_closed_anomaly_stays_as_it_is(database: Database) -> None:
    anomaly = Anomaly(
        id="AN-1",
        case_id="BQ-1",
        class_="MONEY",
        reason="RETURNED",
        route="finance",
        opened_at=NOW,
        due_on=date(2026, 10, 14),
    )
    async with database.work() as books:
        await books.anomalies.record(anomaly)
        await books.anomalies.close("AN-1", "RETRIED", "again", NOW)
        last = await books.anomalies.close("AN-1", "SUSPENSE", "", NOW)

    assert last == replace(anomaly, outcome="RETRIED", note="again", closed_at=NOW)


async def test_a_survey_is_answered_once(database: Database) -> None:
    survey = Survey(id="SV-1", case_id="BQ-1", party_id="PT-1", type="CSAT", sent_at=NOW)
    async with database.work() as books:
        await books.surveys.open(survey)
        await books.surveys.answer("SV-1", Answer(csat=5, comment="谢谢"), NOW)

        answered = await books.surveys.answer("SV-1", Answer(csat=1), NOW)

    assert (answered.csat, answered.comment) == (5, "谢谢")


def a_bundle(bundle_hash: str, *, tag: str | None = None) -> Deployment:
    return Deployment(
        bundle_hash=bundle_hash,
        files={"p.bpmn": b"<xml/>"},
        processes={"p": tag},
        at=NOW,
        by="admin-1",
    )


async def test_a_changed_bundle_is_the_next_version(database: Database) -> None:
    async with database.work() as books:
        await books.definitions.deploy(a_bundle("1" * 64, tag="first"))
        await books.definitions.deploy(a_bundle("2" * 64))
        latest = await books.definitions.latest("p")
        tagged = await books.definitions.tagged("p", "first")

    assert latest is not None
    assert tagged is not None
    assert (latest.version, tagged.version) == (2, 1)


async def test_the_same_bundle_again_is_the_version_it_has(database: Database) -> None:
    async with database.work() as books:
        first = await books.definitions.deploy(a_bundle("1" * 64))
        again = await books.definitions.deploy(a_bundle("1" * 64))

        assert again == first
        assert len(await books.definitions.versions()) == 1


async def test_the_files_of_a_bundle_come_back_by_its_hash(database: Database) -> None:
    async with database.work() as books:
        await books.definitions.deploy(a_bundle("1" * 64))

        assert await books.definitions.files("1" * 64) == {"p.bpmn": b"<xml/>"}
        assert await books.definitions.files("9" * 64) is None
