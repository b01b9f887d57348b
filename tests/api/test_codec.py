"""The codec endpoint: payloads for the eyes of ops and auditors, from one origin, on the record."""

import base64
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
from temporalio.api.common.v1 import Payload
from temporalio.converter import WorkflowSerializationContext

from api.app import _limits, create_app
from api.decoding import CODEC_STREAM
from infra.payload_codec import key_path
from infra.settings import Settings
from tests.api.door import Door, is_problem
from workflows.domain.audit import verify

UI = "http://127.0.0.1:8233"
PERSON = "张三 110101199003077774"


def in_json(payload: Payload) -> dict[str, Any]:
    metadata = {name: base64.b64encode(value).decode() for name, value in payload.metadata.items()}
    return {"metadata": metadata, "data": base64.b64encode(payload.data).decode()}


PLAIN = Payload(metadata={"encoding": b"json/plain"}, data=PERSON.encode())


async def sealed(door: Door, workflow_id: str = "BQ-1") -> dict[str, Any]:
    codec = door.deployment.codec
    assert codec is not None
    [written] = await codec.with_context(
        WorkflowSerializationContext("default", workflow_id)
    ).encode([PLAIN])
    return in_json(written)


@pytest.mark.parametrize("role", ["ops", "auditor"])
async def test_payloads_are_decrypted_for(door: Door, role):
    body = {"payloads": [await sealed(door), await sealed(door, "BQ-2")]}

    answer = await door.post("/codec/decode?preserveStorageRefs=true", body, role)

    assert answer.status_code == 200
    assert answer.json() == {"payloads": [in_json(PLAIN)] * 2}


async def test_who_read_which_case_is_logged_and_not_what(door: Door, caplog):
    body = {"payloads": [await sealed(door), await sealed(door, "BQ-2")]}

    with caplog.at_level(logging.WARNING, "api.routers.codec"):
        await door.post("/codec/decode", body, "auditor")

    [line] = [record.getMessage() for record in caplog.records]
    assert line == "payloads decrypted for auditor-1 (auditor): 2 of BQ-1, BQ-2"


async def test_every_reading_is_in_the_audit_chain_of_its_case(door: Door):
    case_id = await door.start()
    child = f"{case_id}/payout/1"
    await door.journal(case_id, {"kind": "caseStarted"}, instance=child)
    broken = {**(await sealed(door, case_id)), "data": "AAAA"}
    sent = [
        await sealed(door, case_id), await sealed(door, case_id), await sealed(door, child),
        await sealed(door, "another-workflow"), broken,
    ]  # fmt: skip

    await door.post("/codec/decode", {"payloads": sent}, "ops")

    async with door.deployment.database.reading() as room:
        told = {
            stream: [
                (one.change.actor, one.change.object_id, dict(one.change.detail))
                for one in await room.audit.records(stream)
                if one.change.action == "codec.decode"
            ]
            for stream in (case_id, CODEC_STREAM)
        }
        verdicts = [await room.audit.verify(stream) for stream in told]
        streams = await room.audit_survey.streams()
    assert told == {
        case_id: [
            ("ops-1", case_id, {"role": "ops", "payloads": 2}),
            ("ops-1", child, {"role": "ops", "payloads": 1}),
        ],
        CODEC_STREAM: [
            ("ops-1", "another-workflow", {"role": "ops", "payloads": 1}),
            ("ops-1", "unreadable", {"role": "ops", "payloads": 1}),
        ],
    }
    assert all(verdict.intact for verdict in verdicts)
    assert CODEC_STREAM in streams


async def test_a_record_of_a_reading_that_is_taken_away_is_found(door: Door):
    case_id = await door.start()
    await door.post("/codec/decode", {"payloads": [await sealed(door, case_id)]}, "auditor")
    async with door.deployment.database.reading() as room:
        chain = await room.audit.chain(case_id)

    assert chain[-1].change.action == "codec.decode"
    assert verify(case_id, chain).intact
    kept = [one for one in chain if one.change.action != "codec.decode"]
    async with door.deployment.database.reading() as room:
        assert not (await room.audit.examine(case_id, kept)).intact


async def test_what_cannot_be_recorded_is_not_shown(door: Door):
    body = {"payloads": [await sealed(door)]}
    door.hand.shut()

    answer = await door.post("/codec/decode", body, "auditor")

    assert is_problem(answer, 503, "database-away")


async def test_so_many_readings_a_minute_and_no_more(door: Door, settings: Settings):
    body, bearer = {"payloads": [await sealed(door)]}, door.bearer("auditor")
    async with page(settings, costly_per_minute=2) as client:
        answers = [await client.post("/codec/decode", json=body, headers=bearer) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert (
        _limits(Settings(profile="dev").model_copy(update={"profile": "production"})).costly == 60
    )


async def test_a_body_has_an_end(door: Door):
    many = {"payloads": [{"data": ""}] * 1001}
    large = {"payloads": [{"data": "A" * (1024 * 1024)}]}

    assert is_problem(await door.post("/codec/decode", many, "ops"), 422, "invalid")
    assert is_problem(await door.post("/codec/decode", large, "ops"), 413, "too-large")


@pytest.mark.parametrize("role", ["back_office", "supervisor", "admin", "system"])
async def test_nobody_else_may(door: Door, role):
    answer = await door.post("/codec/decode", {"payloads": [await sealed(door)]}, role)

    assert is_problem(answer, 403, "forbidden")


async def test_what_cannot_be_decrypted_comes_back_as_it_was(door: Door):
    broken = await sealed(door)
    broken["data"] = f"AAAA{broken['data'][4:]}"
    body = {"payloads": [in_json(PLAIN), broken, await sealed(door)]}

    answer = await door.post("/codec/decode", body, "ops")

    assert [one["data"] for one in answer.json()["payloads"]] == [
        in_json(PLAIN)["data"],
        broken["data"],
        in_json(PLAIN)["data"],
    ]


async def test_a_field_of_a_later_temporal_does_no_harm(door: Door):
    body = {"payloads": [{**await sealed(door), "externalPayloads": []}]}

    assert (await door.post("/codec/decode", body, "ops")).json() == {"payloads": [in_json(PLAIN)]}


@pytest.mark.parametrize("text", ["a", "YQ=", "Y=Q="])
async def test_what_is_not_base64_is_refused_without_repeating_it(door: Door, text):
    answer = await door.post("/codec/decode", {"payloads": [{"data": text}]}, "ops")

    assert is_problem(answer, 422, "not-base64")


async def test_nothing_is_encrypted_for_anybody(door: Door):
    answer = await door.post("/codec/encode", {"payloads": [in_json(PLAIN)]}, "ops")

    assert is_problem(answer, 404, "not-found")


# --- the browser -------------------------------------------------------------------------------


@asynccontextmanager
async def page(settings: Settings, **changes: Any) -> AsyncIterator[httpx.AsyncClient]:
    app = create_app(settings.model_copy(update={"temporal_ui_origin": UI, **changes}))
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(
            transport=httpx.ASGITransport(app), base_url="http://127.0.0.1"
        ) as client,
    ):
        yield client


async def asked(client: httpx.AsyncClient, origin: str, path: str = "/codec/decode") -> str | None:
    answer = await client.options(
        path,
        headers={
            "Origin": origin,
            "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": "authorization,content-type,x-namespace",
        },
    )
    allowed: str | None = answer.headers.get("access-control-allow-origin")
    return allowed


@pytest.mark.usefixtures("door")
async def test_only_the_page_of_temporals_ui_may_ask(settings: Settings):
    async with page(settings) as client:
        assert await asked(client, UI) == UI
        for other in ("http://127.0.0.1:8234", "https://127.0.0.1:8233", "null", f"{UI}.evil"):
            assert await asked(client, other) is None
        assert await asked(client, UI, "/v1/cases") is None
    async with page(settings, temporal_ui_origin="") as client:
        assert await asked(client, UI) is None


async def test_a_session_of_the_browser_decrypts_and_opens_nothing_else(
    door: Door, settings: Settings
):
    body = {"payloads": [await sealed(door)]}
    async with page(settings) as client:
        before = await client.post("/codec/decode", json=body, headers={"Origin": UI})
        opened = await client.get("/dev/codec-session", params={"operator": "auditor-1"})
        after = await client.post("/codec/decode", json=body, headers={"Origin": UI})
        elsewhere = await client.get("/v1/cases", headers={"Cookie": _cookie(opened)})

    assert is_problem(before, 401, "unauthenticated")
    assert before.headers["access-control-allow-origin"] == UI
    assert after.json() == {"payloads": [in_json(PLAIN)]}
    assert after.headers["access-control-allow-credentials"] == "true"
    assert elsewhere.status_code == 401
    for rule in ("HttpOnly", "SameSite=strict", "Path=/codec/decode", "Max-Age=3600"):
        assert rule in opened.headers["set-cookie"]


async def test_production_reads_no_cookie(door: Door, settings: Settings):
    body = {"payloads": [await sealed(door)]}
    cookie = f"baoquan-codec={door.issuer.token('auditor-1', ['auditor'])}"
    keys = key_path(settings)
    async with page(settings, profile="production", payload_keys=keys) as client:
        answer = await client.post("/codec/decode", json=body, headers={"Cookie": cookie})

    assert is_problem(answer, 401, "unauthenticated")


async def test_there_is_no_session_for_a_stranger(door: Door):
    answer = await door.client.get("/dev/codec-session", params={"operator": "nobody-1"})

    assert is_problem(answer, 404, "unknown-operator")
    assert "set-cookie" not in answer.headers


def _cookie(answer: httpx.Response) -> str:
    return answer.headers["set-cookie"].partition(";")[0]
