"""How the command line reaches a running deployment: an ordinary caller of ``/v1``."""

import json
import os
import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import typer

from api.cli.terminal import visible

URL = "BAOQUAN_URL"
TOKEN = "BAOQUAN_TOKEN"  # noqa: S105 - the name of a variable, not a secret
DEFAULT_URL = "http://127.0.0.1:8080"
SECONDS = 30.0

Document = dict[str, Any]


class Connection:
    """Calls the API as one caller; refusals end the command with their sentence."""

    def __init__(self, operator: str | None) -> None:
        self.url = os.environ.get(URL, DEFAULT_URL)
        token = os.environ.get(TOKEN) if operator is None else self._development_token(operator)
        if not token:
            raise typer.BadParameter(
                f"Set {TOKEN}, or name a sample operator with --as (dev only)."
            )
        self.headers = {"Authorization": f"Bearer {token}"}

    def get(self, *path: str, parameters: Mapping[str, Any] | None = None) -> Document:
        """Read a resource, named by the parts of its path below ``/v1``."""
        given = {name: value for name, value in (parameters or {}).items() if value is not None}
        return self._send("GET", address(*path), headers=self.headers, params=given)

    def post(self, *path: str, body: Mapping[str, Any], key: str | None = None) -> Document:
        """Do something once: the key makes repeating it safe."""
        headers = {**self.headers, "Idempotency-Key": key or uuid.uuid4().hex}
        return self._send("POST", address(*path), json=dict(body), headers=headers)

    def fetch(self, *path: str) -> bytes:
        """Read a resource that is a file."""
        response = self._answer("GET", address(*path), headers=self.headers)
        if response.is_success:
            return response.content
        raise _ended(_sentence(response.status_code, _content(response)))

    def download(self, *path: str, parameters: Mapping[str, Any], target: Path) -> int:
        """Write a resource into a file as it arrives; what was cut off leaves no file behind."""
        given = {name: value for name, value in parameters.items() if value is not None}
        partial = target.with_name(f"{target.name}.part")
        try:
            with (
                self._client() as client,
                client.stream(
                    "GET", address(*path), headers=self.headers, params=given
                ) as response,
            ):
                if not response.is_success:
                    response.read()
                    raise _ended(_sentence(response.status_code, _content(response)))
                with partial.open("wb") as file:
                    size = sum(file.write(chunk) for chunk in response.iter_bytes())
            partial.replace(target)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise self._away(error) from None
        except OSError as error:
            raise typer.BadParameter(f"{target} cannot be written: {error.strerror}.") from None
        finally:
            partial.unlink(missing_ok=True)
        return size

    def _client(self) -> httpx.Client:
        # Certificates are read where there is TLS to check: it takes longer than the request.
        verify = self.url.startswith("https:")
        return httpx.Client(base_url=self.url, timeout=SECONDS, verify=verify)

    def _away(self, error: Exception) -> typer.Exit:
        return _ended(f"{self.url} does not answer ({error}). Is it up?")

    def _development_token(self, operator: str) -> str:
        answer = self._send("POST", "/dev/token", json={"operator": operator})
        return str(answer["token"])

    def _send(self, method: str, path: str, **options: Any) -> Document:  # noqa: ANN401
        response = self._answer(method, path, **options)
        content = _content(response)
        if response.is_success and content is not None:
            return content
        raise _ended(_sentence(response.status_code, content))

    def _answer(self, method: str, path: str, **options: Any) -> httpx.Response:  # noqa: ANN401
        try:
            with self._client() as client:
                return client.request(method, path, **options)
        except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
            raise self._away(error) from None


def address(*parts: str) -> str:
    """Return the path of a resource; whatever an id holds stays inside its part."""
    return "/v1/" + "/".join(quote(part, safe="~:") for part in parts)


def show_json(document: object) -> None:
    """Print a document for programs."""
    typer.echo(json.dumps(document, ensure_ascii=False, indent=2))


def _content(response: httpx.Response) -> Document | None:
    try:
        content = response.json()
    except ValueError:
        return None
    return content if isinstance(content, dict) else None


def _sentence(status: int, problem: Document | None) -> str:
    if problem is None or "detail" not in problem:
        return f"{status}: the server gave no reason. Is this the address of a deployment?"
    where = "".join(f"\n  {_finding(error)}" for error in problem.get("errors", ()))
    return f"{status} {problem.get('title', '')}: {problem['detail']}{where}"


def _finding(error: Document) -> str:
    """A field at fault, or a finding about a model."""
    if "loc" in error:
        return f"{'.'.join(error['loc'])}: {error.get('type', '')}"
    place = ":".join(str(error[part]) for part in ("file", "line") if error.get(part))
    return f"{place} {error.get('element') or '-'} {error.get('message', '')}".strip()


def _ended(sentence: str) -> typer.Exit:
    shown = "\n".join(visible(line) for line in sentence.split("\n"))
    typer.secho(shown, err=True, fg=typer.colors.RED)
    return typer.Exit(1)
