"""What a caller accepts against what a route answers with: 406 instead of a body nobody reads.

A media range of ``Accept`` names a type, a kind of types or all; ``q=0`` leaves one out, and the
most exact range decides (RFC 9110, 12.5.1). Problems are answered in their own type all the same.
"""

from collections.abc import Iterator
from typing import Final

from fastapi import Request
from fastapi.routing import APIRoute

from api.problems import Problem

JSON: Final = "application/json"


async def acceptable(request: Request) -> None:
    """Raise Problem 406 when nothing that the route answers with is accepted."""
    accepted = request.headers.get("accept")
    route = request.scope["route"]
    if accepted is None or not isinstance(route, APIRoute):
        return
    if not any(accepts(accepted, media) for media in answered_by(route)):
        raise Problem(406, "not-acceptable", f"Accept {' or '.join(answered_by(route))}.")


def answered_by(route: APIRoute) -> tuple[str, ...]:
    """Return the media types of a route's success."""
    success = (answer for status, answer in route.responses.items() if str(status) == "200")
    named = tuple(media for answer in success for media in answer.get("content", {}))
    return named or (JSON,)


def accepts(header: str, media: str) -> bool:
    """Tell whether a media type is accepted; a header without any range accepts all."""
    ranges = dict(_ranges(header))
    kind = media.partition("/")[0]
    for name in (media, f"{kind}/*", "*/*"):
        if name in ranges:
            return ranges[name]
    return not ranges


def _ranges(header: str) -> Iterator[tuple[str, bool]]:
    """Each range, and whether it takes what it names."""
    for part in header.lower().split(","):
        name, *parameters = (piece.strip() for piece in part.split(";"))
        if name:
            yield name, not any(_is_zero(parameter) for parameter in parameters)


def _is_zero(parameter: str) -> bool:
    name, _, value = parameter.partition("=")
    return name.strip() == "q" and value.strip().rstrip("0") in ("0.", "", "0")
