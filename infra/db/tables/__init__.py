"""Every table. Money is minor units with a currency, instants are UTC, ids are opaque text."""

from infra.db.tables import (
    attendance,
    broadcasts,
    cases,
    consents,
    contact,
    definitions,
    erasures,
    money,
    notices,
    papers,
    parties,
    people,
    policies,
    reconciliation,
    repairs,
    starts,
    trail,
)
from infra.db.tables.columns import metadata

__all__ = [
    "attendance",
    "broadcasts",
    "cases",
    "consents",
    "contact",
    "definitions",
    "erasures",
    "metadata",
    "money",
    "notices",
    "papers",
    "parties",
    "people",
    "policies",
    "reconciliation",
    "repairs",
    "starts",
    "trail",
]
