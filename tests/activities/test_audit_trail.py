"""The trail of a whole case, done by the real activities: it verifies, and it names nobody."""

from pathlib import Path

from sqlalchemy import select

from infra.anchoring.anchorer import Anchorer
from infra.anchoring.folder import AnchorFolder
from infra.anchoring.keys import load_or_create_key, read_public_keys
from infra.auditing.anchor_log import read_log
from infra.auditing.verifier import verify_database
from infra.db.tables import parties
from tests.activities.office import Office, moment
from tests.activities.test_scenarios import Walk, office, sample

__all__ = ["office", "sample"]


async def surrendered(office: Office) -> None:
    walk = await Walk(office, "P-S3", "2026-10-12T10:00").begin()
    await walk.do(
        "verification.intake",
        policyNo="P-S3",
        item="TERMINATE",
        noticeArrivedAt=moment(walk.notice),
        applicantPartyId=walk.holder,
        applicantRole="PH",
        request=walk.asked,
    )
    order = await walk.committed(await walk.quoted("SURRENDER"))
    payment = await walk.do("execution.pay", **order)
    settled = await walk.result(order, payment)
    await walk.do("execution.settle", "2026-10-14T10:00", payment=settled, **order)


async def test_everything_a_case_wrote_is_vouched_for(office: Office, tmp_path: Path) -> None:
    await surrendered(office)
    key, folder = load_or_create_key(tmp_path / "key.pem"), AnchorFolder(tmp_path / "anchors")
    await Anchorer(office.database, folder, key).round()
    log = read_log(folder.lines(), read_public_keys([key.public_pem()]))

    async with office.database.snapshot() as connection:
        report = await verify_database(connection, log)

    assert report.intact, report.findings
    assert {"BQ-1", "ledger"} <= set(log.points)


async def test_trail_and_anchors_name_nobody(office: Office, tmp_path: Path) -> None:
    await surrendered(office)
    folder = AnchorFolder(tmp_path / "anchors")
    await Anchorer(office.database, folder, load_or_create_key(tmp_path / "key.pem")).round()

    async with office.database.snapshot() as connection:
        columns = (
            parties.parties.c.name,
            parties.parties.c.id_no,
            parties.contact_points.c.value,
            parties.bank_accounts.c.account_no,
            parties.bank_accounts.c.holder_name,
        )
        known = {
            str(value)
            for column in columns
            for value in (await connection.execute(select(column))).scalars()
        }
        rows = (await connection.exec_driver_sql("SELECT * FROM audit")).all()
    told = f"{rows}{folder.log.read_text()}"

    assert len(known) > 10
    assert "BQ-1" in told
    assert [value for value in known if value in told] == []
