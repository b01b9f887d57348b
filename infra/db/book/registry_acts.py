"""What is done to the registry of those who work here, as its chain tells it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from workflows.domain.audit import Change
from workflows.domain.notice import REGISTRY

STREAM: Final = REGISTRY
"""The chain of what is done to the registry of those who work here."""


def registry_act(
    action: str, by: str, at: datetime, object_id: str, detail: Mapping[str, object]
) -> Change:
    """Return an act on an operator, or on what belongs to one, as it stands in the chain."""
    return Change(
        stream=STREAM,
        action=action,
        actor=by,
        at=at,
        object_type="operator",
        object_id=object_id,
        detail=detail,
    )
