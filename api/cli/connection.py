"""How the command line reaches a running deployment: an ordinary caller of ``/v1``."""

import json
import os
import uuid
from collections.abc import Mapping
from typing import Any

import httpx
import typer

URL = "BAOQUAN_URL"
TOKEN = "BAOQUAN_TOKEN"  # noqa: S105 - the name of a variable, not a secret
DEFAULT_URL = "http://127.0.0.1:8080"


class Connection:
    """Calls the API as one caller; refusals end the command with their sentence."""

    def __init__(self, operator: str | None) -> None:
        self.client = httpx.Client(base_url=os.environ.get(URL, DEFAULT_URL), timeout=30)
        token = os.environ.get(TOKEN) if operator is None else self._development_token(operator)
        if not token:
            raise typer.BadParameter(
                f"Set {TOKEN}, or name a sample operator with --as (dev only)."
            )
        self.client.headers["Authorization"] = f"Bearer {token}"

    def get(self, path: str, parameters: Mapping[str, Any] | None = None) -> Any:  # noqa: ANN401
        """Read a resource."""
        given = {name: value for name, value in (parameters or {}).items() if value is not None}
        return self._send("GET", path, params=given)

    def post(self, path: str, body: Mapping[str, Any], key: str | None = None) -> Any:  # noqa: ANN401
        """Do something once: the key makes repeating it safe."""
        return self._send(
            "POST", path, json=dict(body), headers={"Idempotency-Key": key or uuid.uuid4().hex}
        )

    def _development_token(self, operator: str) -> str:
        answer = self._send("POST", "/dev/token", json={"operator": operator})
        return str(answer["token"])

    def _send(self, method: str, path: str, **options: Any) -> Any:  # noqa: ANN401
        try:
            response = self.client.request(method, path, **options)
        except httpx.HTTPError as error:
            raise _ended(f"{self.client.base_url} does not answer ({error}). Is it up?") from None
        if response.is_success:
            return response.json()
        raise _ended(_sentence(response))


def show_json(document: object) -> None:
    """Print a document for programs."""
    typer.echo(json.dumps(document, ensure_ascii=False, indent=2))


def _sentence(response: httpx.Response) -> str:
    try:
        problem = response.json()
    except ValueError:
        return f"{response.status_code}: the server gave no reason."
    where = "".join(
        f"\n  {'.'.join(error['loc'])}: {error['type']}" for error in problem.get("errors", ())
    )
    return f"{problem['status']} {problem['title']}: {problem['detail']}{where}"


def _ended(sentence: str) -> typer.Exit:
    typer.secho(sentence, err=True, fg=typer.colors.RED)
    return typer.Exit(1)
