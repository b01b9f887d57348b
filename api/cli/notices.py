"""``baoquan notices``: what a supervisor was told about tasks of the unit."""

from api.cli.connection import Connection
from api.cli.printing import As, Json, show


def list_notices(as_: As = None, json_: Json = False) -> None:
    """List what you were told about tasks of people below you, the newest first."""
    page = Connection(as_).get("notices")
    show(page, "notices", ("at", "code", "about", "caseId", "taskId"), json_)
