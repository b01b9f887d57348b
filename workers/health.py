"""Ready, draining, stopped: the state of a worker process, in a file that probes can read."""

import json
import os
from pathlib import Path
from typing import Literal

State = Literal["starting", "ready", "draining", "stopped", "refused"]


class Health:
    """The health file of one process."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def tell(self, state: State, **facts: str) -> None:
        """Replace the file; a reader never sees half of it."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        fresh = self._path.with_suffix(".new")
        fresh.write_text(json.dumps({"state": state, "pid": os.getpid(), **facts}))
        fresh.replace(self._path)
