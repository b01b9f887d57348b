"""HTTP seen: a span and figures for every request served, a span for every request sent."""

import re
import time
import uuid
from collections.abc import Callable
from contextvars import ContextVar
from typing import Final

import httpx
import structlog
from opentelemetry.trace import SpanContext, SpanKind
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from infra.telemetry import words
from infra.telemetry.recorder import OpenSpan, Recorder, current, read_traceparent, traceparent

_REQUEST_SPAN: ContextVar[OpenSpan | None] = ContextVar("baoquan_request", default=None)
_QUIET: Final = frozenset(("/healthz", "/readyz", "/metrics"))
"""Asked every few seconds by machines; not worth a trace."""
_METHODS: Final = frozenset(("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"))
UNMATCHED: Final = "unmatched"
_ERRORS_FROM: Final = 500
_TRACEPARENT_BYTES: Final = 55
_SEGMENT: Final = re.compile(r"[a-z][a-z-]{0,30}")

Served = Callable[[str, str, int, float], None]
"""Takes method, route, status and seconds of an answered request."""
Sent = Callable[[str, str, str, float], None]
"""Takes method, route, status (``none``: no answer) and seconds of a request sent."""


def belongs_to_case(case_id: str | None) -> None:
    """Tell the request under way which case it is about."""
    span = _REQUEST_SPAN.get()
    if span is not None and case_id is not None:
        span.attributes[words.CASE] = case_id


class SeenRequests:
    """ASGI middleware, the outermost: one span, one request id, one observation per request."""

    def __init__(self, app: ASGIApp, recorder: Recorder | None, served: Served) -> None:
        self.app = app
        self._recorder = recorder
        self._served = served

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request_id, status, begun = uuid.uuid4().hex, 500, time.perf_counter()

        async def sending(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                header = (b"x-request-id", request_id.encode())
                message["headers"] = [*message.get("headers", ()), header]
            await send(message)

        try:
            with structlog.contextvars.bound_contextvars(request_id=request_id):
                if self._recorder is None or scope["path"] in _QUIET:
                    await self.app(scope, receive, sending)
                else:
                    await self._traced(self._recorder, scope, receive, sending)
        finally:
            seconds = time.perf_counter() - begun
            self._served(_method(scope), _route(scope), status, seconds)

    async def _traced(self, recorder: Recorder, scope: Scope, receive: Receive, send: Send) -> None:
        span = recorder.begin(
            _method(scope),
            kind=SpanKind.SERVER,
            parent=_caller(scope),
            attributes={words.METHOD: _method(scope)},
        )

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                span.attributes[words.STATUS] = message["status"]
                if message["status"] >= _ERRORS_FROM:
                    span.fail(str(message["status"]))
            await send(message)

        token = _REQUEST_SPAN.set(span)
        with recorder.current(span):
            try:
                await self.app(scope, receive, sending)
            except Exception as error:
                span.fail(type(error).__name__)
                raise
            finally:
                _REQUEST_SPAN.reset(token)
                _name(span, scope)


def _name(span: OpenSpan, scope: Scope) -> None:
    """Name a span by its route, which is known only now."""
    span.name = f"{_method(scope)} {_route(scope)}"
    span.attributes[words.ROUTE] = _route(scope)
    case_id = words.case_of(scope.get("path_params", {}).get("case_id"))
    if case_id is not None:
        span.attributes[words.CASE] = case_id


def _method(scope: Scope) -> str:
    return scope["method"] if scope["method"] in _METHODS else "_OTHER"


def _route(scope: Scope) -> str:
    return getattr(scope.get("route"), "path", None) or UNMATCHED


def _caller(scope: Scope) -> SpanContext | None:
    """Return the caller's trace context; several are none, as the standard has it."""
    given = [value for name, value in scope["headers"] if name == b"traceparent"]
    if len(given) != 1 or len(given[0]) > _TRACEPARENT_BYTES:
        return None
    return read_traceparent(given[0].decode("latin-1"), is_remote=True)


class SeenTransport(httpx.AsyncBaseTransport):
    """Sends requests on with a ``traceparent``, each in a span of its own, and counts them."""

    def __init__(
        self, inner: httpx.AsyncBaseTransport, recorder: Recorder | None, sent: Sent
    ) -> None:
        self._inner = inner
        self._recorder = recorder
        self._sent = sent

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send one request."""
        template = template_of(request.url.raw_path.decode("ascii"))
        status, begun = "none", time.perf_counter()
        try:
            answer = await self._send(request, template)
            status = str(answer.status_code)
        finally:
            self._sent(request.method, template, status, time.perf_counter() - begun)
        return answer

    async def _send(self, request: httpx.Request, template: str) -> httpx.Response:
        if self._recorder is None:
            return await self._inner.handle_async_request(request)
        span = self._recorder.begin(
            f"{request.method} {template}",
            kind=SpanKind.CLIENT,
            parent=current(),
            attributes={
                words.METHOD: request.method,
                words.TEMPLATE: template,
                words.SERVER: request.url.host,
                words.PORT: request.url.port or (443 if request.url.scheme == "https" else 80),
            },
        )
        request.headers["traceparent"] = traceparent(span.context)
        with self._recorder.current(span):
            try:
                answer = await self._inner.handle_async_request(request)
            except Exception as error:
                span.fail(type(error).__name__)
                raise
            span.attributes[words.STATUS] = answer.status_code
            if answer.status_code >= _ERRORS_FROM:
                span.fail(str(answer.status_code))
            return answer

    async def aclose(self) -> None:
        """Close the connections."""
        await self._inner.aclose()


def template_of(path: str) -> str:
    """Return a path with everything that may be an id or a key replaced."""
    parts = path.split("?", maxsplit=1)[0].strip("/").split("/")
    kept = [part if _SEGMENT.fullmatch(part) else "{id}" for part in parts[:6] if part]
    return "/" + "/".join(kept)
