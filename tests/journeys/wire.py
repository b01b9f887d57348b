"""The line to the bank, listened to: which orders and questions really went over it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any
from urllib.parse import unquote

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]


class Wire:
    """Hears every order to pay and every question about one."""

    def __init__(self) -> None:
        self.seen: list[tuple[str, str]] = []
        """Method and payment key, in order."""

        self.outages = 0
        """So many orders to come meet a gateway that is out of order; the bank never sees them."""

    @property
    def orders(self) -> list[str]:
        """The keys of the orders sent, in order."""
        return [key for method, key in self.seen if method == "POST"]

    def listening(self, application: Application) -> Application:
        """Put the ear between the line and the bank."""

        async def heard(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] == "http" and scope["path"].startswith("/payments"):
                headers = dict(scope["headers"])
                key = headers.get(b"idempotency-key", b"").decode()
                self.seen.append((scope["method"], key or unquote(scope["path"][10:])))
                if scope["method"] == "POST" and self.outages > 0:
                    self.outages -= 1
                    await _bad_gateway(send)
                    return
            await application(scope, receive, send)

        return heard


async def _bad_gateway(send: Send) -> None:
    await send({"type": "http.response.start", "status": 502, "headers": []})
    await send({"type": "http.response.body", "body": b""})
