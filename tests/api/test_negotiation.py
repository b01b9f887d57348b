"""What a caller accepts is answered, or 406 is."""

import pytest

from api.negotiation import accepts
from tests.api.door import Door, is_problem


@pytest.mark.parametrize(
    ("header", "media", "is_met"),
    [
        ("*/*", "application/json", True),
        ("", "application/json", True),
        ("text/html, application/*;q=0.1", "application/json", True),
        ("Application/JSON; charset=utf-8", "application/json", True),
        ("text/html", "application/json", False),
        ("application/json;q=0, */*", "application/json", False),
        ("application/json; q=0.000", "application/json", False),
        ("application/json; q=0.5, application/*;q=0", "application/json", True),
        ("application/xml", "application/zip", False),
        ("nonsense", "application/json", False),
    ],
)
def test_the_most_exact_range_decides(header: str, media: str, is_met: bool):
    assert accepts(header, media) is is_met


async def test_nothing_is_done_for_who_could_not_read_the_answer(door: Door):
    case = await door.start()

    async def read(path: str, accept: str):
        headers = {**door.bearer("auditor"), "Accept": accept}
        return await door.client.get(path, headers=headers)

    page, pack = f"/v1/cases/{case}", f"/v1/cases/{case}/evidence"
    refused = await read(page, "text/html")

    assert is_problem(refused, 406, "not-acceptable")
    assert refused.json()["detail"] == "Accept application/json."
    assert (await read(page, "application/json")).status_code == 200
    assert (await read(pack, "application/json")).json()["detail"] == "Accept application/zip."
