"""Payables and the attempts to pay them."""

from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from infra.db.chain.audit import AuditTable
from infra.db.connections.locking import to_change
from infra.db.connections.rows import to_noun, to_row
from infra.db.tables import money
from workflows.domain.audit import Change
from workflows.domain.money import CNY, Money
from workflows.domain.payment import (
    OBLIGATION_STEPS,
    AttemptState,
    Obligation,
    ObligationState,
    PaymentAttempt,
)

_obligations = money.obligations
_attempts = money.payment_attempts


class ObligationTable:
    """Obligations and payment attempts."""

    def __init__(self, connection: AsyncConnection, audit: AuditTable) -> None:
        self._connection = connection
        self._audit = audit

    async def open(self, obligation: Obligation) -> None:
        """Owe an amount."""
        await self._connection.execute(insert(_obligations), to_row(obligation))

    async def get(self, obligation_id: str) -> Obligation | None:
        """An obligation by id."""
        query = select(_obligations).where(_obligations.c.id == obligation_id)
        row = (await self._connection.execute(to_change(self._connection, query))).first()
        return None if row is None else to_noun(Obligation, row)

    async def of_case(self, case_id: str) -> tuple[Obligation, ...]:
        """The obligations of a case."""
        query = (
            select(_obligations)
            .where(_obligations.c.case_id == case_id)
            .order_by(_obligations.c.opened_at, _obligations.c.id)
        )
        return tuple(to_noun(Obligation, row) for row in await self._connection.execute(query))

    async def lately(
        self, *, party_id: str, policy_no: str, except_case: str, since: datetime
    ) -> Money:
        """The sum owed to a holder, or under a policy, by other cases since an instant."""
        query = select(func.coalesce(func.sum(_obligations.c.amount_minor), 0)).where(
            or_(_obligations.c.party_id == party_id, _obligations.c.policy_no == policy_no),
            _obligations.c.direction == "OUT",
            _obligations.c.currency == CNY,
            _obligations.c.case_id != except_case,
            _obligations.c.state != "CANCELLED",
            _obligations.c.opened_at >= since,
        )
        return Money(int((await self._connection.execute(query)).scalar_one()), CNY)

    async def is_collected(self, policy_no: str, *, except_case: str) -> bool:
        """Whether another case collects under a policy, and the bank has not said how it ended."""
        query = (
            select(_attempts.c.no)
            .join(_obligations, _obligations.c.id == _attempts.c.obligation_id)
            .where(
                _obligations.c.policy_no == policy_no,
                _obligations.c.direction == "IN",
                _obligations.c.case_id != except_case,
                _attempts.c.state.in_(("INTENT", "SENT", "UNKNOWN")),
            )
            .limit(1)
        )
        return (await self._connection.execute(query)).first() is not None

    async def move(
        self, obligation_id: str, state: ObligationState, payee_account_id: str | None = None
    ) -> Obligation:
        """Change the state along OBLIGATION_STEPS, and the account when one is given."""
        obligation = await self.get(obligation_id)
        if obligation is None:
            raise LookupError(f"Expected an obligation {obligation_id}, but there is none")
        if state != obligation.state and state not in OBLIGATION_STEPS[obligation.state]:
            raise ValueError(f"Expected a step from {obligation.state}, but got {state}")
        values: dict[str, Any] = {"state": state}
        if payee_account_id is not None:
            values["payee_account_id"] = payee_account_id
        statement = (
            update(_obligations)
            .where(_obligations.c.id == obligation_id)
            .values(values)
            .returning(_obligations)
        )
        return to_noun(Obligation, (await self._connection.execute(statement)).one())

    async def attempts(self, obligation_id: str) -> tuple[PaymentAttempt, ...]:
        """Every attempt, first to last."""
        query = (
            select(_attempts)
            .where(_attempts.c.obligation_id == obligation_id)
            .order_by(_attempts.c.no)
        )
        return tuple(to_noun(PaymentAttempt, row) for row in await self._connection.execute(query))

    async def start_attempt(self, attempt: PaymentAttempt) -> None:
        """Write the intent, before the bank is called, and its audit row: no effect has one."""
        await self._connection.execute(insert(_attempts), to_row(attempt))
        await self._audit.append(await self._change("payment.intent", attempt))

    async def record_attempt(
        self,
        obligation_id: str,
        no: int,
        state: AttemptState,
        *,
        bank_ref: str | None = None,
        return_code: str | None = None,
    ) -> PaymentAttempt:
        """What became of an attempt."""
        values: dict[str, Any] = {"state": state}
        if bank_ref is not None:
            values["bank_ref"] = bank_ref
        if return_code is not None:
            values["return_code"] = return_code
        statement = (
            update(_attempts)
            .where(_attempts.c.obligation_id == obligation_id, _attempts.c.no == no)
            .values(values)
            .returning(_attempts)
        )
        attempt = to_noun(PaymentAttempt, (await self._connection.execute(statement)).one())
        if state == "UNKNOWN":
            # Written when the call has no answer: outside any effect, so with a row of its own.
            await self._audit.append(await self._change("payment.unknown", attempt))
        return attempt

    async def _change(self, action: str, attempt: PaymentAttempt) -> Change:
        query = select(_obligations.c.case_id).where(_obligations.c.id == attempt.obligation_id)
        case_id = (await self._connection.execute(query)).scalar_one()
        return Change(
            stream=case_id,
            action=action,
            actor="system",
            at=attempt.at,
            object_type="payment attempt",
            object_id=attempt.idempotency_key,
            detail={"accountId": attempt.account_id, "amount": attempt.amount},
        )
