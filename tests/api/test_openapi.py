"""The OpenAPI document is complete: it is what a caller has to go by."""

import inspect
import re

import pytest
from fastapi import FastAPI
from pydantic import BaseModel

from api.examples import EXAMPLES
from api.json_gate import MAX_KEYS
from api.permissions import PERMISSIONS, PUBLIC
from api.routers import development, tasks
from api.schemas import (
    agents,
    alerts,
    anomalies,
    asking,
    audit,
    backtests,
    batches,
    breaches,
    calendars,
    case_record,
    cases,
    changes,
    codec,
    conditions,
    data_stores,
    decisions,
    definitions,
    disclosures,
    emergency,
    erasures,
    ex_gratia,
    exports,
    feedback,
    insight,
    items,
    kpis,
    legal_holds,
    loans,
    migrations,
    notices,
    offers,
    operators,
    payment_account,
    prospects,
    reconciliation,
    registry,
    releases,
    repairs,
    replays,
    risk_alerts,
    signals,
    standstills,
    subject_copies,
    survey_choices,
    suspensions,
    traces,
    work,
)
from api.schemas.shapes import WHOLE, Sent

SCHEMAS = {
    name: schema
    for module in (
        agents,
        alerts,
        anomalies,
        asking,
        audit,
        backtests,
        batches,
        breaches,
        calendars,
        case_record,
        cases,
        changes,
        codec,
        conditions,
        data_stores,
        decisions,
        definitions,
        disclosures,
        emergency,
        erasures,
        exports,
        feedback,
        insight,
        items,
        kpis,
        legal_holds,
        loans,
        migrations,
        notices,
        offers,
        operators,
        ex_gratia,
        payment_account,
        prospects,
        reconciliation,
        registry,
        risk_alerts,
        signals,
        releases,
        standstills,
        subject_copies,
        survey_choices,
        replays,
        repairs,
        suspensions,
        work,
        tasks,
        development,
        traces,
    )
    for name, schema in inspect.getmembers(module, inspect.isclass)
    if issubclass(schema, BaseModel)
}


@pytest.fixture(scope="module")
def document(app: FastAPI):
    return app.openapi()


def operations(document):
    return [
        (method.upper(), path, operation)
        for path, item in document["paths"].items()
        for method, operation in item.items()
    ]


def test_every_operation_is_described(document):
    for method, path, operation in operations(document):
        assert operation.get("description"), (method, path)
        assert operation["tags"], (method, path)


def test_operation_ids_are_unique(document):
    ids = [operation["operationId"] for _, _, operation in operations(document)]

    assert len(ids) == len(set(ids))


def test_who_may_call_is_declared(document):
    assert document["components"]["securitySchemes"]["bearer"]["scheme"] == "bearer"
    for method, path, operation in operations(document):
        roles = PERMISSIONS.get((method, path))
        assert operation.get("security") == ([{"bearer": []}] if roles else None), path
        assert operation.get("x-roles") == (sorted(roles) if roles else None), path


def test_every_refusal_is_a_problem_document(document):
    for method, path, operation in operations(document):
        wanted = {"401", "403", "422", "500", "503"} if (method, path) in PERMISSIONS else set()
        if method == "POST":
            wanted |= {"400", "413", "415", "422"}
        if "{" in path and "definitions" not in path:
            wanted |= {"404"}
        assert wanted <= set(operation["responses"]), (method, path)
        for status, answer in operation["responses"].items():
            if status[0] in "45" and (method, path) not in PUBLIC:
                (media, content), *rest = answer["content"].items()
                assert (media, rest) == ("application/problem+json", [])
                assert content["schema"] == {"$ref": "#/components/schemas/Problem"}
                assert content["example"]["status"] == int(status)


def test_the_frameworks_own_errors_are_not_promised(document):
    assert "HTTPValidationError" not in str(document)


def test_every_post_has_its_idempotency_key(document):
    for method, path, operation in operations(document):
        names = {parameter["name"]: parameter for parameter in operation.get("parameters", ())}
        if method == "POST" and path.startswith("/v1"):
            assert names["Idempotency-Key"]["required"], path
            assert names["Idempotency-Key"]["description"]
        else:
            assert "Idempotency-Key" not in names


def test_lists_are_paged(document):
    for path in ("/v1/cases", "/v1/tasks", "/v1/incidents", "/v1/definitions", "/v1/audit"):
        parameters = document["paths"][path]["get"]["parameters"]
        assert {"cursor", "limit"} <= {parameter["name"] for parameter in parameters}


def test_every_body_has_an_example(document):
    bodies = {
        name: schema
        for name, schema in document["components"]["schemas"].items()
        if schema.get("type") == "object"
    }

    assert {name for name, schema in bodies.items() if not schema.get("examples")} == set()


def test_every_reference_leads_somewhere(document):
    known = {f"#/components/schemas/{name}" for name in document["components"]["schemas"]}

    def walk(part):
        if isinstance(part, dict):
            assert part.get("$ref", next(iter(known))) in known
            for inside in part.values():
                walk(inside)
        elif isinstance(part, list):
            for inside in part:
                walk(inside)

    walk(document["paths"])


def test_no_body_that_fits_its_schema_stops_at_the_gate(document):
    """NUL, huge numbers and too many keys: where a field could hold them, its schema says no."""
    schemas = document["components"]["schemas"]
    sent = bodies_of(document)

    loose = [name for name in sent - {"Value"} if any(loose_in(schemas[name]))]

    assert {"InstructionSent", "PlanSent", "MigrationOrder"} < sent
    assert loose == []


def bodies_of(document):
    """The schemas that requests are made of."""
    schemas = document["components"]["schemas"]
    found: set[str] = set()
    ahead = [operation.get("requestBody", {}) for _, _, operation in operations(document)]
    while ahead:
        named = set(re.findall(r"'#/components/schemas/(\w+)'", str(ahead.pop()))) - found
        found |= named
        ahead.extend(schemas[name] for name in named)
    return found


def loose_in(schema):
    """Whether anything, at each place of a schema where a value stands."""
    match schema:
        case {"$ref": _} | {"enum": _} | {"const": _}:
            pass
        case {"type": "object"}:
            others = schema.get("additionalProperties", True)
            yield others is True
            yield others is not False and "pattern" not in schema.get("propertyNames", {})
            yield schema.get("maxProperties", 0) > MAX_KEYS
            inside = ("properties", "patternProperties")
            for one in (one for name in inside for one in schema.get(name, {}).values()):
                yield from loose_in(one)
        case {"type": "array"}:
            yield from loose_in(schema["items"])
        case {"type": "string"}:
            yield not {"pattern", "format"} & set(schema)
        case {"type": "integer" | "number"}:
            yield not {"minimum", "maximum"} <= set(schema)
        case {"type": _}:
            pass
        case {"anyOf": kinds}:
            for kind in kinds:
                yield from loose_in(kind)
        case _:
            yield True


@pytest.mark.parametrize("name", sorted(EXAMPLES))
def test_an_example_fits_its_schema(name):
    schema = SCHEMAS[name]
    example = EXAMPLES[name]

    read = schema.model_validate(example)

    assert set(example) <= {field.alias or name for name, field in type(read).model_fields.items()}


def test_a_whole_number_in_a_body_may_be_written_with_a_point():
    """In JSON 2.0 is an integer."""
    sent = [schema for schema in SCHEMAS.values() if issubclass(schema, Sent)]
    numbers = {
        f"{schema.__name__}.{name}": WHOLE in field.metadata
        for schema in sent
        for name, field in schema.model_fields.items()
        if field.annotation is int
    }

    assert len(numbers) > 2
    assert all(numbers.values()), numbers
