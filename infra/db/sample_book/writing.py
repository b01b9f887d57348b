"""The sample book written to the database, a table at a time."""

from collections.abc import Iterable
from datetime import UTC, datetime, time
from typing import Any

from sqlalchemy import Table, insert
from sqlalchemy.ext.asyncio import AsyncConnection

from infra.db.book.ledger import LedgerTable
from infra.db.book.policies import PARTS, part_rows, policy_row, product_rows
from infra.db.chain.audit import AuditTable
from infra.db.chain.sealing import sealed
from infra.db.connections.rows import to_row
from infra.db.sample_book.content import Content
from infra.db.tables import consents, parties, people, policies
from workflows.domain.agents import Agent
from workflows.domain.authority import AuthorityLimit, Operator
from workflows.domain.policy import Policy, PolicyVersion, Product, image_hash


async def write_products(connection: AsyncConnection, products: Iterable[Product]) -> None:
    """Products and their rules."""
    for product in products:
        head, rules = product_rows(product)
        await _insert(connection, policies.products, [head])
        await _insert(connection, policies.product_rules, rules)


async def write_staff(
    connection: AsyncConnection,
    operators: Iterable[Operator],
    limits: Iterable[AuthorityLimit],
) -> None:
    """Operators, their certificates, the limits of levels."""
    for operator in operators:
        row = to_row(operator, leaving_out=("certificates",))
        await _insert(connection, people.operators, [row])
        await _insert(
            connection,
            people.qualifications,
            [{**to_row(each), "operator_id": operator.id} for each in operator.certificates],
        )
    await _insert(
        connection,
        people.authority_limits,
        [
            {
                **to_row(limit, leaving_out=("maximum",)),
                "maximum_minor": None if limit.maximum is None else limit.maximum.minor,
                "currency": "CNY",
            }
            for limit in limits
        ],
    )


async def write_content(connection: AsyncConnection, content: Content) -> None:
    """Parties, policies with everything that belongs to them, opening postings."""
    for table, rows in (
        (parties.parties, [{**to_row(each), "critically_ill": False} for each in content.parties]),
        (parties.contact_points, list(map(to_row, content.contacts))),
        (parties.bank_accounts, list(map(to_row, content.accounts))),
    ):
        await _insert(connection, table, await sealed(connection, table, rows))
    await _insert(connection, people.agents, map(to_row, _agents(content)))
    await _insert(connection, policies.policies, map(policy_row, content.policies))
    for name, table, _ in PARTS:
        rows = [
            row
            for policy in content.policies
            for row in part_rows(policy.policy_no, getattr(policy, name))
        ]
        await _insert(connection, table, rows)
    await _insert(connection, policies.policy_versions, map(_issue, content.policies))
    await _insert(
        connection,
        policies.cash_values,
        [
            {
                "policy_no": policy_no,
                "valid_from": since,
                "amount_minor": amount.minor,
                "currency": amount.currency,
            }
            for policy_no, since, amount in content.cash_values
        ],
    )
    await _insert(connection, consents.debit_authorities, map(to_row, content.debit_authorities))
    audit = AuditTable(connection)
    await LedgerTable(connection, audit).post_many(content.postings)
    await audit.settle()


def _agents(content: Content) -> Iterable[Agent]:
    """Everybody who serves a policy."""
    units = {policy.agent_id: policy.servicing_unit for policy in content.policies}
    for agent_id, unit in sorted((id, unit) for id, unit in units.items() if id is not None):
        yield Agent(id=agent_id, unit=unit)


def _issue(policy: Policy) -> dict[str, Any]:
    version = PolicyVersion(
        policy_no=policy.policy_no,
        no=policy.version,
        cause="ISSUE",
        case_id=None,
        effective_at=datetime.combine(policy.issued_on, time(), tzinfo=UTC),
        before_hash=None,
        after_hash=image_hash(policy),
    )
    return {**to_row(version), "before_image": None}


async def _insert(
    connection: AsyncConnection, table: Table, rows: Iterable[dict[str, Any]]
) -> None:
    listed = list(rows)
    if listed:
        await connection.execute(insert(table), listed)
