"""What processes leave in data stores can be looked at, and nothing personal of it."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from tests.api.door import Door
from workflows.feel import Value

AT = datetime(2026, 10, 12, tzinfo=UTC)


async def entries(door: Door, **query: Any) -> Any:
    return (await door.get("/v1/stores", "ops", params=query)).json()


async def test_entries_are_listed_page_by_page_with_the_case_that_wrote_them(door: Door):
    async with door.deployment.database.work() as books:
        held: dict[str, Value] = {"P-1": {"sum": Decimal(7), "name": "张三"}, "张三": Decimal(1)}
        await books.data_stores.keep("Book of rates", held, case_id="BQ-1", at=AT)
        await books.data_stores.keep("Other", {"": ["x"]}, case_id="BQ-2", at=AT)

    first = await entries(door, limit=2)
    rest = await entries(door, cursor=first["next"])
    one = await entries(door, store="Other")

    assert [(each["store"], each["key"], each["value"]) for each in first["entries"]] == [
        ("Book of rates", "P-1", {"sum": 7, "name": "<text, 2>"}),
        ("Book of rates", "<name, 2>", 1),
    ]
    assert rest["entries"] == one["entries"]
    assert (one["entries"][0]["key"], one["entries"][0]["value"]) == ("", ["<text, 1>"])
    assert one["entries"][0]["caseId"] == "BQ-2"
