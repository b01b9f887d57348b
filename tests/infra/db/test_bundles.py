"""Bundles read where nothing may be awaited: in the middle of a running event loop."""

from infra.db.events.definitions import Deployment
from infra.db.unit_of_work import Database
from infra.definitions import BundleReader
from tests.infra.db.cases_at_hand import NOW

HASH = "b" * 64


async def test_a_deployed_bundle_is_read_synchronously(database: Database) -> None:
    files = {"model.bpmn": b"<xml/>", "table.dmn": "表".encode()}
    async with database.work() as books:
        await books.definitions.deploy(
            Deployment(bundle_hash=HASH, files=files, processes={"p": None}, at=NOW, by="ops-1")
        )
    reader = BundleReader(str(database.engine.url))

    read, unknown, hashes = reader(HASH), reader("0" * 64), reader.hashes()

    reader.close()
    assert (read, unknown, hashes) == (files, None, (HASH,))
