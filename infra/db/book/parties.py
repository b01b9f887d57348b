"""Parties, contact points, accounts; and what happened lately around them."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Row, Select, Table, exists, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from infra.db.chain.sealing import sealed
from infra.db.connections.rows import columns_of, to_noun, to_row
from infra.db.tables import money, people, policies
from infra.db.tables import parties as tables
from workflows.domain.money import Money
from workflows.domain.party import BankAccount, ContactPoint, NameMatch, Party, RiskHistory

V = TypeVar("V")
_WINDOW = timedelta(days=30)
_FAMILY = ("SELF", "SPOUSE", "PARENT", "CHILD")
_LEFT_BY_CHOICE = ("COOLING_OFF", "SURRENDER", "NEGOTIATED")

_contacts = tables.contact_points
_accounts = tables.bank_accounts
_policies = policies.policies
_roles = policies.policy_roles
_obligations = money.obligations


class PartyTable:
    """Who is who, and how to reach and pay them."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def get(self, party_id: str) -> Party | None:
        """A party by id."""
        row = await self._first(select(tables.parties).where(tables.parties.c.id == party_id))
        return None if row is None else to_noun(Party, row)

    async def named(self, id_type: str, id_no: str) -> Party | None:
        """The party with an identity document."""
        table = tables.parties
        row = await self._first(
            select(table).where(table.c.id_type == id_type, table.c.id_no_mark == id_no)
        )
        return None if row is None else to_noun(Party, row)

    async def enter(self, party: Party) -> None:
        """Put a party on the books; one that is there stays as it is."""
        if await self.get(party.id) is None:
            values = {**to_row(party), "critically_ill": False}
            await self._insert(tables.parties, values)

    async def contacts(self, party_id: str, *, former: bool = False) -> tuple[ContactPoint, ...]:
        """Contact points: the current ones, and on request those of before."""
        query = (
            select(_contacts)
            .where(_contacts.c.party_id == party_id)
            .order_by(_contacts.c.kind, _contacts.c.since)
        )
        if not former:
            query = query.where(_contacts.c.until.is_(None))
        return tuple(to_noun(ContactPoint, row) for row in await self._connection.execute(query))

    async def contact(self, contact_id: str) -> ContactPoint | None:
        """A contact point by id, current or not."""
        row = await self._first(select(_contacts).where(_contacts.c.id == contact_id))
        return None if row is None else to_noun(ContactPoint, row)

    async def verified_phone(self, party_id: str, before: datetime) -> ContactPoint | None:
        """The newest phone that was verified and on file before an instant."""
        query = (
            select(_contacts)
            .where(
                _contacts.c.party_id == party_id,
                _contacts.c.kind == "PHONE",
                _contacts.c.verified_at.is_not(None),
                _contacts.c.voided_at.is_(None),
                _contacts.c.since < before,
            )
            .order_by(_contacts.c.since.desc())
        )
        row = await self._first(query.limit(1))
        return None if row is None else to_noun(ContactPoint, row)

    async def accounts(self, party_id: str) -> tuple[BankAccount, ...]:
        """Accounts on our books."""
        query = (
            select(_accounts)
            .where(_accounts.c.party_id == party_id)
            .order_by(_accounts.c.added_at, _accounts.c.id)
        )
        return tuple(to_noun(BankAccount, row) for row in await self._connection.execute(query))

    async def account(self, account_id: str) -> BankAccount | None:
        """An account by id."""
        row = await self._first(select(_accounts).where(_accounts.c.id == account_id))
        return None if row is None else to_noun(BankAccount, row)

    async def open_account(self, account: BankAccount) -> None:
        """Put an account on the books; one that is there stays as it is."""
        if await self.account(account.id) is None:
            await self._insert(_accounts, to_row(account))

    async def record_match(self, account_id: str, match: NameMatch, at: datetime) -> None:
        """What the bank said of an account."""
        await self._connection.execute(
            update(_accounts).where(_accounts.c.id == account_id).values(match=match, checked_at=at)
        )

    async def risk_history(
        self,
        policy_no: str,
        party_id: str,
        *,
        case_id: str,
        at: datetime,
        new_phone: str | None = None,
    ) -> RiskHistory:
        """What happened lately around a policy and its applicant, who may get a ``new_phone``."""
        policy = await self._first(
            select(*columns_of(_policies, "agent_id", "issued_on", "reissued_on", "currency"))
            .where(_policies.c.policy_no == policy_no)
        )  # fmt: skip
        if policy is None:
            raise LookupError(f"Expected a policy {policy_no}, but there is none")
        count, amount = await self._money_out(party_id, case_id, at)
        return RiskHistory(
            last_contact_change=await self._last_contact_change(party_id),
            last_account_change=await self._scalar(
                select(func.max(_accounts.c.added_at)).where(_accounts.c.party_id == party_id)
            ),
            last_holder_change=await self._last_change(policy_no, "PH", policy.issued_on),
            last_beneficiary_change=await self._last_change(
                policy_no, "BENEF_DEATH", policy.issued_on
            ),
            last_reissue=policy.reissued_on,
            agent_surrenders_30d=await self._agent_surrenders(policy_no, policy.agent_id, at),
            holder_money_out_30d=count,
            holder_amount_out_30d=Money(amount, policy.currency),
            phone_shared_with=await self._phone_shared_with(policy_no, party_id, new_phone),
            phone_is_agents=await self._phone_is_agents(party_id, new_phone),
            insured_critical=await self._exists(self._insured_critical(policy_no)),
            unrelated_payer=await self._exists(_unrelated_payers(policy_no)),
        )

    async def _last_contact_change(self, party_id: str) -> datetime | None:
        """The first contact point of a kind is no change; those that took its place are."""
        earlier = _contacts.alias()
        query = select(func.max(_contacts.c.since)).where(
            _contacts.c.party_id == party_id,
            _contacts.c.voided_at.is_(None),
            exists().where(
                earlier.c.party_id == party_id,
                earlier.c.kind == _contacts.c.kind,
                earlier.c.since < _contacts.c.since,
            ),
        )
        changed: datetime | None = await self._scalar(query)
        return changed

    async def _last_change(self, policy_no: str, kind: str, issued_on: date) -> date | None:
        query = select(func.max(_roles.c.since)).where(
            _roles.c.policy_no == policy_no, _roles.c.kind == kind, _roles.c.since > issued_on
        )
        changed: date | None = await self._scalar(query)
        return changed

    async def _agent_surrenders(self, policy_no: str, agent_id: str | None, at: datetime) -> int:
        if agent_id is None:
            return 0
        query = select(func.count()).where(
            _policies.c.agent_id == agent_id,
            _policies.c.policy_no != policy_no,
            _policies.c.termination_reason.in_(_LEFT_BY_CHOICE),
            _policies.c.ended_on >= (at - _WINDOW).date(),
        )
        return await self._scalar(query) or 0

    async def _money_out(self, party_id: str, case_id: str, at: datetime) -> tuple[int, int]:
        query = select(func.count(), func.coalesce(func.sum(_obligations.c.amount_minor), 0)).where(
            _obligations.c.party_id == party_id,
            _obligations.c.direction == "OUT",
            _obligations.c.case_id != case_id,
            _obligations.c.state != "CANCELLED",
            _obligations.c.opened_at >= at - _WINDOW,
        )
        row = (await self._connection.execute(query)).one()
        return int(row[0]), int(row[1])

    async def _phone_shared_with(self, policy_no: str, party_id: str, new_phone: str | None) -> int:
        related = select(_roles.c.party_id).where(_roles.c.policy_no == policy_no)
        query = select(func.count(func.distinct(_contacts.c.party_id))).where(
            self._has_phone_of(party_id, new_phone), _contacts.c.party_id.not_in(related)
        )
        return await self._scalar(query) or 0

    async def _phone_is_agents(self, party_id: str, new_phone: str | None) -> bool:
        agents = select(people.operators.c.party_id).where(people.operators.c.agent_id.is_not(None))
        on_policies = select(_roles.c.party_id).where(_roles.c.kind == "AGENT")
        query = select(_contacts.c.id).where(
            self._has_phone_of(party_id, new_phone),
            or_(_contacts.c.party_id.in_(agents), _contacts.c.party_id.in_(on_policies)),
        )
        return await self._exists(query)

    def _has_phone_of(self, party_id: str, new_phone: str | None) -> ColumnElement[bool]:
        """A current phone of somebody else that equals a phone of the party, or its next."""
        own = _contacts.alias()
        phones = select(own.c.mark).where(
            own.c.party_id == party_id, own.c.kind == "PHONE", own.c.until.is_(None)
        )
        return (
            (_contacts.c.kind == "PHONE")
            & _contacts.c.until.is_(None)
            & (_contacts.c.party_id != party_id)
            & or_(_contacts.c.mark.in_(phones), _contacts.c.mark == new_phone)
        )

    def _insured_critical(self, policy_no: str) -> Select[Any]:
        return (
            select(tables.parties.c.id)
            .join(_roles, _roles.c.party_id == tables.parties.c.id)
            .where(
                _roles.c.policy_no == policy_no,
                _roles.c.kind == "INSURED",
                tables.parties.c.critically_ill,
            )
        )

    async def _insert(self, table: Table, row: Mapping[str, Any]) -> None:
        rows = await sealed(self._connection, table, [row])
        await self._connection.execute(insert(table), rows)

    async def _first(self, query: Select[Any]) -> Row[Any] | None:
        row: Row[Any] | None = (await self._connection.execute(query)).first()
        return row

    async def _scalar(self, query: Select[V]) -> V | None:
        value: V | None = (await self._connection.execute(query)).scalar()
        return value

    async def _exists(self, query: Select[Any]) -> bool:
        return (await self._connection.execute(query.limit(1))).first() is not None


def _unrelated_payers(policy_no: str) -> Select[Any]:
    return select(_roles.c.place).where(
        _roles.c.policy_no == policy_no,
        _roles.c.kind == "PAYER",
        _roles.c.relation.not_in(_FAMILY),
    )
