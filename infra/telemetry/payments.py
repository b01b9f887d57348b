"""The bank's port, counted: what became of each order that was handed over."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Protocol

from infra.telemetry.metrics import Metrics
from workflows.domain.payment import (
    AccountCheck,
    AccountReport,
    ElementsCheck,
    ElementsReport,
    PaymentOrder,
    PaymentReport,
)
from workflows.domain.systems import OutcomeUnknown, SystemUnavailable


class Bank(Protocol):
    """What is counted."""

    @property
    def keys_kept(self) -> timedelta:
        """How long it remembers an idempotency key."""

    async def check_account(self, check: AccountCheck) -> AccountReport:
        """Ask about an account."""

    async def check_elements(self, check: ElementsCheck) -> ElementsReport:
        """Ask whether four elements belong together."""

    async def disburse(self, order: PaymentOrder) -> PaymentReport:
        """Pay."""

    async def collect(self, order: PaymentOrder) -> PaymentReport:
        """Collect."""

    async def query(self, idempotency_key: str) -> PaymentReport | None:
        """Ask about an order."""


class CountedBank:
    """A bank whose orders are counted by outcome."""

    def __init__(self, bank: Bank, metrics: Metrics) -> None:
        self._bank = bank
        self._metrics = metrics

    @property
    def keys_kept(self) -> timedelta:
        """Return how long the bank remembers an idempotency key."""
        return self._bank.keys_kept

    async def check_account(self, check: AccountCheck) -> AccountReport:
        """Ask about an account."""
        return await self._bank.check_account(check)

    async def check_elements(self, check: ElementsCheck) -> ElementsReport:
        """Ask whether four elements belong together."""
        return await self._bank.check_elements(check)

    async def disburse(self, order: PaymentOrder) -> PaymentReport:
        """Pay, and count what became of it."""
        return await self._counted(self._bank.disburse, order)

    async def collect(self, order: PaymentOrder) -> PaymentReport:
        """Collect, and count what became of it."""
        return await self._counted(self._bank.collect, order)

    async def _counted(
        self, send: Callable[[PaymentOrder], Awaitable[PaymentReport]], order: PaymentOrder
    ) -> PaymentReport:
        outcome = "bug"
        try:
            report = await send(order)
            outcome = report.state.lower()
        except OutcomeUnknown:
            outcome = "unknown"
            raise
        except SystemUnavailable:
            outcome = "unavailable"
            raise
        finally:
            self._metrics.paid(outcome)
        return report

    async def query(self, idempotency_key: str) -> PaymentReport | None:
        """Ask about an order."""
        return await self._bank.query(idempotency_key)
