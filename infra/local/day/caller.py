"""The API as an operator of the sample insurer uses it."""

import asyncio
import uuid
from collections.abc import Mapping
from typing import Any

import httpx

Json = dict[str, Any]
ATTEMPTS = 8
RETRIED = frozenset((429, 502, 503, 504))


class Refusal(Exception):
    """The API refused; the message has its sentence."""

    def __init__(self, sentence: str, problem: str = "") -> None:
        super().__init__(sentence)
        self.problem = problem
        """The last part of the problem's type."""


class ApiCaller:
    """Calls ``/v1`` as any sample operator; repeats by the same key what got no answer."""

    def __init__(self, url: str) -> None:
        self.client = httpx.AsyncClient(base_url=url, timeout=30)
        self._tokens: dict[str, str] = {}

    async def get(
        self, operator: str, path: str, parameters: Mapping[str, Any] | None = None
    ) -> Json:
        """Read a resource."""
        return await self._send(operator, "GET", path, params=dict(parameters or {}))

    async def post(self, operator: str, path: str, body: Json, *, key: str | None = None) -> Json:
        """Do something once."""
        headers = {"Idempotency-Key": key or uuid.uuid4().hex}
        return await self._send(operator, "POST", path, json=body, headers=headers)

    async def upload(self, operator: str, label: Json, content: bytes) -> str:
        """Store a document; returns its id."""
        headers = {"Idempotency-Key": uuid.uuid4().hex, "Content-Type": "application/pdf"}
        stored = await self._send(
            operator, "POST", "/v1/documents", params=label, content=content, headers=headers
        )
        return str(stored["documentId"])

    async def close(self) -> None:
        """Hang up."""
        await self.client.aclose()

    async def _send(  # the options of httpx, as they are
        self,
        operator: str,
        method: str,
        path: str,
        **options: Any,  # noqa: ANN401
    ) -> Json:
        headers = {**options.pop("headers", {}), "Authorization": await self._bearer(operator)}
        for attempt in range(ATTEMPTS):
            try:
                response = await self.client.request(method, path, headers=headers, **options)
            except httpx.TransportError:
                if attempt == ATTEMPTS - 1:
                    raise
            else:
                if response.status_code not in RETRIED:
                    return _content(response)
            await asyncio.sleep(0.2 * 2**attempt)
        raise Refusal(f"{method} {path}: no answer after {ATTEMPTS} attempts.")

    async def _bearer(self, operator: str) -> str:
        if operator not in self._tokens:
            response = await self.client.post("/dev/token", json={"operator": operator})
            self._tokens[operator] = str(_content(response)["token"])
        return f"Bearer {self._tokens[operator]}"


def _sentence(response: httpx.Response) -> str:
    try:
        problem = response.json()
    except ValueError:
        return f"{response.request.method} {response.url.path}: {response.status_code}"
    where = [".".join(found["loc"]) for found in problem.get("errors", ()) if "loc" in found]
    at = f"{response.request.method} {response.url.path}"
    return f"{at}: {response.status_code} {problem['detail']} {', '.join(where)}".strip()


def _problem(response: httpx.Response) -> str:
    try:
        return str(response.json()["type"]).rpartition("/")[2]
    except (ValueError, KeyError):
        return ""


def _content(response: httpx.Response) -> Json:
    if not response.is_success:
        raise Refusal(_sentence(response), _problem(response))
    content: Json = response.json()
    return content
