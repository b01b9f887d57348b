"""The JSON gate: what a body may be, before anything else looks at it.

Media type, size, encoding, and everything Python's parser is too kind about: NaN, duplicate keys,
lone surrogates, NUL, deep nesting, giant numbers.
"""

import asyncio
import json
import re
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.problems import Problem

MAX_BODY = 1024 * 1024
MAX_MODELS = 4 * MAX_BODY
_ROOMIER = {"/v1/definitions": MAX_MODELS, "/v1/definitions/lint": MAX_MODELS}
"""Where drawings come in, all that are deployed together: more than an ordinary body."""
BODY_SECONDS = 20.0
"""How long a body may be on its way."""
MAX_DEPTH = 32
MAX_KEYS = 1000
MAX_INTEGER = 10**18
MAX_NUMBER_TEXT = 40
MAX_LENGTH_TEXT = 18

_BODY_METHODS = frozenset(("POST", "PUT", "PATCH", "DELETE"))
_CHARSETS = frozenset((b"", b"charset=utf-8", b'charset="utf-8"'))
_BAD_TEXT = re.compile("[\x00\ud800-\udfff]")


def limit_on(path: str) -> int:
    """Return how many bytes a body may have that is sent to a path."""
    return _ROOMIER.get(path, MAX_BODY)


class JsonGate:
    """ASGI middleware that refuses bodies that are not plain, bounded JSON."""

    def __init__(
        self,
        app: ASGIApp,
        binary_paths: frozenset[str] = frozenset(),
        patience: float = BODY_SECONDS,
    ) -> None:
        self.app = app
        self.patience = patience
        self.binary_paths = binary_paths
        """Paths whose bodies are files: capped, not parsed."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Read the body once, judge it, and hand it on."""
        if scope["type"] != "http" or scope["method"] not in _BODY_METHODS:
            await self.app(scope, receive, send)
            return
        try:
            body = await self._body(scope, receive)
            if body is None:
                return
            if scope["path"] not in self.binary_paths:
                _judge(scope, body)
        except Problem as problem:
            await problem.response()(scope, receive, send)
            return
        await self.app(scope, _replay(body, receive), send)

    async def _body(self, scope: Scope, receive: Receive) -> bytes | None:
        try:
            async with asyncio.timeout(self.patience):
                return await _read(scope, receive)
        except TimeoutError:
            raise Problem(408, "slow-body", "Send the whole body without a pause.") from None


async def _read(scope: Scope, receive: Receive) -> bytes | None:
    limit = limit_on(scope["path"])
    declared = _header(scope, b"content-length")
    if declared.isdigit() and (len(declared) > MAX_LENGTH_TEXT or int(declared) > limit):
        raise _too_large(limit)
    if _header(scope, b"content-encoding").lower() not in (b"", b"identity"):
        raise Problem(415, "content-encoding", "Send the body without compression.")
    chunks: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        chunk = message.get("body", b"")
        size += len(chunk)
        if size > limit:
            raise _too_large(limit)
        chunks.append(chunk)
        if not message.get("more_body", False):
            return b"".join(chunks)


def _judge(scope: Scope, body: bytes) -> None:
    given = _header(scope, b"content-type").lower()
    if not body and not given:
        return  # nothing was sent: whether something had to be, the route says
    media, _, parameters = given.partition(b";")
    if media.strip() != b"application/json" or parameters.strip() not in _CHARSETS:
        raise Problem(415, "media-type", "Send application/json in UTF-8.")
    parse_strictly(body)


def parse_strictly(body: bytes) -> object:
    """Parse plain JSON; raises Problem 400 for anything a careful system should not accept."""
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        raise _unreadable("The body is not UTF-8.") from None
    try:
        document = json.loads(
            text,
            object_pairs_hook=_members,
            parse_constant=_constant,
            parse_int=_integer,
            parse_float=_decimal,
        )
    except RecursionError:
        raise _too_deep() from None
    except ValueError:
        raise _unreadable("The body is not one well-formed JSON document.") from None
    _walk(document)
    return document


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise _unreadable("A key stands twice in one object.")
    if len(members) > MAX_KEYS:
        raise _unreadable(f"An object has more than {MAX_KEYS} keys.")
    for key in members:
        _check_text(key)
    return members


def _constant(_: str) -> None:
    raise _unreadable("NaN and Infinity are not JSON.")


def _integer(text: str) -> int:
    if len(text) > MAX_NUMBER_TEXT or abs(value := int(text)) > MAX_INTEGER:
        raise _unreadable("A number is too large.")
    return value


def _decimal(text: str) -> float:
    value = float(text)
    if len(text) > MAX_NUMBER_TEXT or abs(value) > MAX_INTEGER:
        raise _unreadable("A number is too large or too long.")
    return value


def _walk(document: object) -> None:
    stack = [(document, 1)]
    while stack:
        item, depth = stack.pop()
        match item:
            case str():
                _check_text(item)
                continue
            case dict():
                inside = list(item.values())
            case list():
                inside = item
            case _:
                continue
        if depth > MAX_DEPTH:
            raise _too_deep()
        stack.extend((value, depth + 1) for value in inside)


def _check_text(text: str) -> None:
    if _BAD_TEXT.search(text):
        raise _unreadable("A text holds a NUL or half a character.")


def _replay(body: bytes, receive: Receive) -> Receive:
    pending: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def again() -> Message:
        return pending.pop() if pending else await receive()

    return again


def _header(scope: Scope, name: bytes) -> bytes:
    return next((bytes(value) for key, value in scope["headers"] if key == name), b"")


def _too_large(limit: int) -> Problem:
    return Problem(413, "too-large", f"A body has at most {limit} bytes.")


def _too_deep() -> Problem:
    return _unreadable(f"The body is nested deeper than {MAX_DEPTH} levels.")


def _unreadable(detail: str) -> Problem:
    return Problem(400, "unreadable", detail)
