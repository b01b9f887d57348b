"""The API description as one plain page: no script, no style sheet, nothing fetched."""

import json
from collections.abc import Iterator
from html import escape
from typing import Any

Json = dict[str, Any]


def render(document: Json) -> str:
    """Return the OpenAPI document as HTML: every call with roles, parameters, body, answers."""
    title = escape(document["info"]["title"])
    parts = [
        '<!doctype html><html lang="en"><meta charset="utf-8">',
        f"<title>{title}</title><h1>{title}</h1>",
        f"<p>{escape(document['info']['description'])}",
        ' The same for programs: <a href="/openapi.json">openapi.json</a>.</p><ul>',
        *(
            f'<li><a href="#{_anchor(m, p)}">{m} {escape(p)}</a></li>'
            for m, p, _ in _calls(document)
        ),
        "</ul>",
        *(_call(document, *call) for call in _calls(document)),
    ]
    return "".join(parts)


def _calls(document: Json) -> Iterator[tuple[str, str, Json]]:
    for path, item in document["paths"].items():
        for method, operation in item.items():
            yield method.upper(), path, operation


def _call(document: Json, method: str, path: str, operation: Json) -> str:
    roles = ", ".join(operation.get("x-roles", ())) or "nobody needs a token"
    return "".join(
        (
            f'<h2 id="{_anchor(method, path)}">{method} {escape(path)}</h2>',
            f"<p>{escape(operation.get('description', ''))}</p>",
            f"<p><b>Roles:</b> {escape(roles)}</p>",
            _parameters(operation),
            _body(document, operation),
            _answers(document, operation),
        )
    )


def _parameters(operation: Json) -> str:
    rows = "".join(
        f"<tr><td>{escape(one['name'])}</td><td>{escape(one['in'])}</td>"
        f"<td>{'required' if one.get('required') else ''}</td>"
        f"<td>{escape(one.get('description', ''))}</td></tr>"
        for one in operation.get("parameters", ())
    )
    return f"<table>{rows}</table>" if rows else ""


def _body(document: Json, operation: Json) -> str:
    content = operation.get("requestBody", {}).get("content", {})
    examples = [_example(document, media.get("schema", {})) for media in content.values()]
    return "".join(f"<p><b>Body:</b></p>{example}" for example in examples if example)


def _answers(document: Json, operation: Json) -> str:
    rows = ""
    for status, answer in operation["responses"].items():
        example = ""
        if status.startswith("2"):
            content = answer.get("content", {}).get("application/json", {})
            example = _example(document, content.get("schema", {}))
        rows += f"<tr><td>{status}</td><td>{escape(answer['description'])}{example}</td></tr>"
    return f"<table>{rows}</table>"


def _example(document: Json, schema: Json) -> str:
    name = schema.get("$ref", "").rpartition("/")[2]
    found = document["components"]["schemas"].get(name, {}).get("examples")
    if not found:
        return ""
    return f"<pre>{escape(json.dumps(found[0], ensure_ascii=False, indent=2))}</pre>"


def _anchor(method: str, path: str) -> str:
    return escape(f"{method}{path}".replace("/", "-").replace("{", "").replace("}", ""))
