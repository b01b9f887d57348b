"""The identity bureau over HTTP: what it answers, and every way of not answering."""

from datetime import date
from typing import Any

import httpx
import pytest

from infra.systems.identity_bureau.app import Bureau, Condition, create_bureau
from infra.systems.identity_http import HttpIdentity
from workflows.domain.systems import SystemUnavailable

CALLER = "the-insurer"
PAPERS: dict[str, Any] = {
    "name": "张三",
    "id_type": "CN_RIC",
    "id_no": "360426199101010071",
    "on": date(2026, 2, 13),
}


def calling(bureau: Bureau, token: str = CALLER, *, control: bool = False) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(create_bureau(bureau, control=control), client=("127.0.0.1", 1))
    headers = {"Authorization": f"Bearer {token}"}
    return httpx.AsyncClient(transport=transport, base_url="http://bureau", headers=headers)


async def test_the_files_come_before_what_the_papers_prove():
    bureau = Bureau(token=CALLER)
    async with calling(bureau, control=True) as client:
        by_papers = await HttpIdentity(client).verify(**PAPERS)
        entry = {"idNo": PAPERS["id_no"], "answer": "DECEASED"}
        await client.post("/control/entries", json=entry)

        assert by_papers == "MATCH"
        assert await HttpIdentity(client).verify(**PAPERS) == "DECEASED"


@pytest.mark.parametrize("token", ["", "other"])
async def test_a_caller_it_does_not_know_is_refused(token: str):
    async with calling(Bureau(token=CALLER), token) as client:
        with pytest.raises(SystemUnavailable, match="401"):
            await HttpIdentity(client).verify(**PAPERS)


async def test_a_bureau_out_of_order_is_away():
    async with calling(Bureau(token=CALLER, condition=Condition(away=True))) as client:
        with pytest.raises(SystemUnavailable, match="503"):
            await HttpIdentity(client).verify(**PAPERS)


async def test_a_bureau_that_nobody_reaches_is_away():
    async with httpx.AsyncClient(base_url="http://127.0.0.1:9") as client:
        with pytest.raises(SystemUnavailable, match="ConnectError"):
            await HttpIdentity(client).verify(**PAPERS)


async def test_an_answer_that_cannot_be_read_is_no_answer():
    transport = httpx.MockTransport(lambda _: httpx.Response(200, json={"answer": "PERHAPS"}))
    async with httpx.AsyncClient(transport=transport, base_url="http://bureau") as client:
        with pytest.raises(SystemUnavailable, match="could not be read"):
            await HttpIdentity(client).verify(**PAPERS)


async def test_it_is_told_to_be_away_from_this_machine_only():
    transport = httpx.ASGITransport(create_bureau(Bureau(), control=True), client=("10.0.0.7", 1))
    async with httpx.AsyncClient(transport=transport, base_url="http://bureau") as client:
        answer = await client.post("/control/condition", json={"away": True})

    assert answer.status_code == 403
