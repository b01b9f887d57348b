"""The doorbell: tells the client process, over the worker's standard output, what happened.

It stands for whatever shows a person that a task is open. Every variant rings it at the same
moment: while it handles the workflow task that opened the human task.
"""

import json
import os

OUTPUT = 1


def ring(case_id: str, task_key: int = 0, content_hash: str = "") -> None:
    """Tell that the human task of a case is open."""
    tell({"case": case_id, "key": task_key, "hash": content_hash})


def tell(message: dict[str, object]) -> None:
    """Write one line; shorter than a pipe's buffer, so lines never mix."""
    os.write(OUTPUT, json.dumps(message).encode() + b"\n")
