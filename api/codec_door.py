"""The codec endpoint for the pages of Temporal's UI: which origin may ask, and how it is known.

The UI sends its user's token to a codec endpoint only over https. Where there is none (development)
a cookie of this host takes the token along; it is read for this one path and nothing else.
"""

from http.cookies import CookieError, SimpleCookie
from typing import Final

from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

PATH: Final = "/codec/decode"
COOKIE: Final = "baoquan-codec"
_HEADERS: Final = ("Authorization", "Authorization-Extras", "Content-Type", "X-Namespace")


class CodecDoor:
    """ASGI middleware for one path: CORS for one exact origin, and the development cookie."""

    def __init__(self, app: ASGIApp, *, origin: str, with_cookie: bool) -> None:
        self.app = app
        self.with_cookie = with_cookie
        self.cors = CORSMiddleware(
            app,
            allow_origins=(origin,) if origin else (),
            allow_methods=("POST",),
            allow_headers=_HEADERS,
            allow_credentials=with_cookie,
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve the one path across origins, every other as it is."""
        if scope["type"] != "http" or scope["path"] != PATH:
            await self.app(scope, receive, send)
            return
        await self.cors(_known(scope) if self.with_cookie else scope, receive, send)


def _known(scope: Scope) -> Scope:
    given = dict(scope["headers"])
    if b"authorization" in given:
        return scope
    try:
        cookies = SimpleCookie(given.get(b"cookie", b"").decode("latin-1"))
    except CookieError:
        return scope
    if COOKIE not in cookies:
        return scope
    bearer = b"Bearer " + cookies[COOKIE].value.encode("latin-1")
    return {**scope, "headers": [*scope["headers"], (b"authorization", bearer)]}
