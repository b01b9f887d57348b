"""Anomaly 异常: a record, its class, its route, its close."""

from collections.abc import Mapping
from datetime import datetime
from typing import Literal

from pydantic import Field

from workflows.contracts.activity import ActivityContract, Request, Result

AnomalyClass = Literal[
    "DATA", "DOC", "IDENTITY", "CONSENT", "ELIGIBILITY", "RISK",
    "MONEY", "SYSTEM", "CONFLICT", "LEGAL_HOLD", "SLA", "CUSTOMER",
]  # fmt: skip


class RecordRequest(Request):
    """Something is wrong: write it down and route it."""

    anomaly_class: AnomalyClass = Field(alias="class")
    reason: str = Field(max_length=200)
    detail: str | None = Field(default=None, max_length=2000)
    element: str | None = Field(default=None, max_length=200)


class Anomaly(Result):
    """The record: who gets it, and by when."""

    id: str
    anomaly_class: AnomalyClass = Field(alias="class")
    route: str
    due_at: datetime | None
    """None: no limit of its own (a legal hold)."""


class RecordResult(Result):
    """The anomaly recorded."""

    anomaly: Anomaly


class CloseRequest(Request):
    """The anomaly was dealt with."""

    anomaly_id: str
    outcome: str = Field(max_length=100)
    note: str | None = Field(default=None, max_length=2000)


class CloseResult(Result):
    """Nothing to say."""


CONTRACTS: Mapping[str, ActivityContract] = {
    contract.type: contract
    for contract in (
        ActivityContract(
            type="anomaly.record", runs="local", request=RecordRequest, result=RecordResult
        ),
        ActivityContract(
            type="anomaly.close", runs="local", request=CloseRequest, result=CloseResult
        ),
    )
}
