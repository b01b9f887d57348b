"""An API process that kills itself at one instant between two of its calls."""

from __future__ import annotations

import os
import signal
from importlib import import_module
from typing import Any, Literal


def main(place: str, when: Literal["before", "after"]) -> None:
    """Serve the API; die at ``module:name`` or ``module:class.method``, before or after it ran."""
    module, _, path = place.partition(":")
    owner: Any = import_module(module)
    *within, name = path.split(".")
    for part in within:
        owner = getattr(owner, part)
    own = getattr(owner, name)

    async def passing(*arguments: Any, **named: Any) -> Any:
        if when == "after":
            await own(*arguments, **named)
        os.kill(os.getpid(), signal.SIGKILL)

    setattr(owner, name, passing)
    from api.__main__ import main as serve

    serve()
