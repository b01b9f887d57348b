"""The published contract of core systems as OpenAPI: made from the messages and routes in use."""

from datetime import UTC, datetime
from typing import Any

from infra.systems.core_simulator.app import Core, create_core
from infra.systems.core_simulator.books import CoreBooks


def published() -> dict[str, Any]:
    """Return the contract as an OpenAPI document."""
    books = CoreBooks(":memory:", lambda: datetime.now(UTC))
    try:
        document = create_core(Core(books=books)).openapi()
    finally:
        books.close()
    document["components"]["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer"}}
    document["security"] = [{"token": []}]
    document["components"]["schemas"].pop("HTTPValidationError", None)
    document["components"]["schemas"].pop("ValidationError", None)
    return document
