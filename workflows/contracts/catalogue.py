"""Every in-house activity type with its contract: what the host schedules and workers serve."""

from collections.abc import Mapping
from types import MappingProxyType

from workflows.contracts import (
    anomaly,
    benefit,
    changes,
    claim,
    collecting,
    consent,
    contact,
    data_store,
    execution,
    feedback,
    follow_up,
    item,
    lateness,
    lending,
    orphans,
    payment_account,
    population,
    reinstatement,
    renewal,
    risk,
    verification,
)
from workflows.contracts.activity import ActivityContract

STAGES = (
    verification, risk, consent, execution, changes, follow_up, anomaly, feedback, contact, orphans,
    payment_account, collecting, lateness, lending, renewal, reinstatement, item, benefit, claim,
    data_store, population,
)  # fmt: skip

CONTRACTS: Mapping[str, ActivityContract] = MappingProxyType(
    {name: contract for stage in STAGES for name, contract in stage.CONTRACTS.items()}
)
"""A type that is not here is served by others, on the task queue of its name."""
