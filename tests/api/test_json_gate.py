"""What a body may be, before anything else looks at it."""

import asyncio
import json

import pytest

from api.json_gate import MAX_BODY, MAX_DEPTH, JsonGate, parse_strictly
from api.problems import Problem
from tests.api.door import Door, is_problem

UNREADABLE = {
    "nothing": b"",
    "blank": b"   ",
    "cut off": b'{"policyNo": "P-',
    "trailing garbage": b"{} x",
    "two documents": b"{}{}",
    "trailing comma": b'{"a": 1,}',
    "comment": b"{} // c",
    "single quotes": b"{'a': 1}",
    "byte order mark": b"\xef\xbb\xbf{}",
    "UTF-16": '{"a": 1}'.encode("utf-16"),
    "invalid UTF-8": b'{"a": "\xff"}',
    "overlong UTF-8": b'{"a": "\xc0\xaf"}',
    "encoded surrogate": b'{"a": "\xed\xa0\x80"}',
    "NaN": b'{"a": NaN}',
    "Infinity": b'{"a": Infinity}',
    "minus Infinity": b'{"a": -Infinity}',
    "duplicate key": b'{"a": 1, "a": 2}',
    "duplicate key inside": b'{"r": [{"a": 1, "a": 1}]}',
    "duplicate key in disguise": b'{"a": 1, "\\u0061": 2}',
    "lone surrogate": b'{"a": "\\ud800"}',
    "lone low surrogate": b'{"a": "x\\udfffy"}',
    "surrogate in a key": b'{"\\ud800": 1}',
    "NUL": b'{"a": "\\u0000"}',
    "NUL in a key": b'{"\\u0000": 1}',
    "raw control character": b'{"a": "\x01"}',
    "giant integer": b'{"a": ' + b"9" * 5000 + b"}",
    "integer above 10**18": b'{"a": 1000000000000000001}',
    "integer below -10**18": b'{"a": -1000000000000000001}',
    "1e400": b'{"a": 1e400}',
    "1e19": b'{"a": 1e19}',
    "long fraction": b'{"a": 0.' + b"1" * 60 + b"}",
    "depth 33": b"[" * 33 + b"]" * 33,
    "depth 900": b'{"a":' * 900 + b"1" + b"}" * 900,
    "depth 100,000": b"[" * 100_000,
    "depth 100,000, closed": b"[" * 100_000 + b"]" * 100_000,
    "1,001 keys": json.dumps({str(key): 1 for key in range(1001)}).encode(),
}


@pytest.mark.parametrize("body", UNREADABLE.values(), ids=UNREADABLE)
def test_unreadable(body):
    with pytest.raises(Problem) as caught:
        parse_strictly(body)

    assert caught.value.status == 400
    assert caught.value.code == "unreadable"


@pytest.mark.parametrize(
    ("body", "found"),
    [
        (b"{}", {}),
        (b'{"a": 1e2, "b": -0, "c": 1000000000000000000}', {"a": 100.0, "b": 0, "c": 10**18}),
        ('{"a": "保全 😀"}'.encode(), {"a": "保全 😀"}),
        (b'{"a": "\\ud83d\\ude00"}', {"a": "😀"}),
        (b'{"a": [1, [2, {"b": null}]]}', {"a": [1, [2, {"b": None}]]}),
        (b'{"a": "[[[[[[[[\\"{{{{"}', {"a": '[[[[[[[["{{{{'}),
        (b'{"__proto__": 1, "constructor": 2}', {"__proto__": 1, "constructor": 2}),
    ],
)
def test_readable(body, found):
    assert parse_strictly(body) == found


def test_the_deepest_body_that_is_taken():
    assert parse_strictly(b"[" * MAX_DEPTH + b"]" * MAX_DEPTH)


def test_names_that_differ_only_in_normalisation_are_two_names():
    assert len(parse_strictly('{"é": 1, "e\u0301": 2}'.encode())) == 2  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "media",
    [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/jsonp",
        "application/xml",
        "application/json; charset=utf-7",
        "application/json; charset=utf-16",
        "application/json, text/plain",
        "json",
    ],
)
async def test_another_media_type_is_415(door: Door, media):
    answer = await door.post("/v1/cases", content=b"{}", headers={"Content-Type": media})

    assert is_problem(answer, 415, "media-type")


@pytest.mark.parametrize(
    "media",
    ["application/json", "Application/JSON", "application/json;charset=UTF-8",
     'application/json; charset="utf-8"'],
)  # fmt: skip
async def test_json_in_utf_8_is_taken(door: Door, media):
    answer = await door.post("/v1/cases", content=b"{}", headers={"Content-Type": media})

    assert is_problem(answer, 422, "invalid")


async def test_a_body_without_a_media_type_is_415(door: Door):
    answer = await door.post("/v1/cases", content=b"{}")

    assert is_problem(answer, 415, "media-type")


async def test_a_missing_body_is_named(door: Door):
    answer = await door.post("/v1/cases", content=b"")

    assert is_problem(answer, 422, "invalid")
    assert {"loc": ["body"], "type": "missing"} in answer.json()["errors"]


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "GZIP"])
async def test_compression_is_415(door: Door, encoding):
    headers = {"Content-Type": "application/json", "Content-Encoding": encoding}
    answer = await door.post("/v1/cases", content=b"\x1f\x8b", headers=headers)

    assert is_problem(answer, 415, "content-encoding")


async def test_a_body_above_the_cap_is_413(door: Door):
    body = b'{"a": "' + b"x" * MAX_BODY + b'"}'
    answer = await door.post("/v1/cases", content=body)

    assert is_problem(answer, 413, "too-large")


async def test_a_stream_above_the_cap_is_413_whatever_it_declared(door: Door):
    async def pieces():
        for _ in range(20):
            yield b" " * 65_536

    headers = {"Content-Type": "application/json"}
    answer = await door.post("/v1/cases", content=pieces(), headers=headers)

    assert is_problem(answer, 413, "too-large")


@pytest.mark.parametrize("declared", [str(MAX_BODY + 1), "9" * 20, "9" * 6000])
async def test_a_declared_length_above_the_cap_is_413_unread(door: Door, declared):
    headers = {"Content-Type": "application/json", "Content-Length": declared}
    answer = await door.post("/v1/cases", content=b"{}", headers=headers)

    assert is_problem(answer, 413, "too-large")


@pytest.mark.parametrize("body", [b"[]", b"null", b"1", b'"x"', b"[{}]"])
async def test_a_document_that_is_no_object_is_422(door: Door, body):
    answer = await door.post(
        "/v1/cases", content=body, headers={"Content-Type": "application/json"}
    )

    assert is_problem(answer, 422, "invalid")


@pytest.mark.parametrize("body", [b'{"__class__": 1}', b'{"' + b"k" * 900_000 + b'": 1}'])
async def test_a_key_nobody_knows_is_refused_in_few_words(door: Door, body):
    headers = {"Content-Type": "application/json"}
    answer = await door.post("/v1/cases", content=body, headers=headers)

    assert is_problem(answer, 422, "invalid")
    assert len(answer.content) < 2_000


async def test_a_body_that_pauses_too_long_is_408():
    sent = []

    async def application(*_: object) -> None:
        raise AssertionError("nobody is called before the body is whole")

    async def receive():
        await asyncio.sleep(0.01)
        return {"type": "http.request", "body": b"{", "more_body": True}

    async def send(message):
        sent.append(message)

    scope = {"type": "http", "method": "POST", "path": "/v1/cases", "headers": []}
    await JsonGate(application, patience=0.05)(scope, receive, send)

    assert sent[0]["status"] == 408
    assert json.loads(sent[1]["body"])["type"] == "/problems/slow-body"
