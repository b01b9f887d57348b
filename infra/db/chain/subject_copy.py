"""A copy of what is held of one person, for that person: PIPL article 45.

One table says what belongs to it. What another law forbids to tell the person (suspicions of money
laundering) and what is of others is left out, and named.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType
from typing import Any, Final

from pydantic.alias_generators import to_camel
from sqlalchemy import ColumnElement, RowMapping, Select, Table, select
from sqlalchemy.ext.asyncio import AsyncConnection

from infra.db.tables import (
    cases,
    consents,
    contact,
    data_stores,
    feedback,
    money,
    papers,
    parties,
    policies,
)
from infra.db.tables.sealed import Mark

Rows = list[dict[str, Any]]
_REPORTED: Final = frozenset({"no", "salt", "before_hash", "after_hash", "hash", "payload_hash"})
"""Marks of the house on a row: nothing of the person."""

LEFT_OUT: Final[Mapping[str, str]] = MappingProxyType({
    "risk": "Risk assessments, alerts, name lists: who is suspected is not told (AML Law).",
    "staff": "What the house's people wrote while working on cases: it is in the audit trail.",
    "others": "Persons with other roles on the same policies: their data is not this person's.",
    "files": "The contents of documents: fetched by their SHA-256 where documents are kept.",
})  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """Rows of one table that are about the person."""

    table: Table
    of: str
    """The column that names the person, or the case."""
    without: frozenset[str] = frozenset()
    by_case: bool = False
    """Of the cases that the person applied for."""


SECTIONS: Final[Mapping[str, Section]] = MappingProxyType({
    "person": Section(table=parties.parties, of="id", without=frozenset({"aml_listed"})),
    "contactPoints": Section(table=parties.contact_points, of="party_id"),
    "bankAccounts": Section(table=parties.bank_accounts, of="party_id"),
    "formerData": Section(table=contact.party_versions, of="party_id"),
    "roles": Section(table=policies.policy_roles, of="party_id"),
    "cases": Section(
        table=cases.cases, of="applicant_party_id",
        without=frozenset({"variables", "fingerprint", "program_hash", "started_by"}),
    ),
    "requests": Section(table=cases.case_requests, of="case_id", by_case=True),
    "requestedChanges": Section(table=contact.contact_proposals, of="party_id"),
    "consents": Section(table=consents.consents, of="party_id"),
    "debitAuthorities": Section(table=consents.debit_authorities, of="party_id"),
    "paymentInstructions": Section(table=policies.payment_instructions, of="party_id"),
    "obligations": Section(table=money.obligations, of="party_id"),
    "documents": Section(
        table=papers.documents, of="party_id", without=frozenset({"store_ref"})
    ),
    "communications": Section(table=papers.communications, of="party_id"),
    "surveys": Section(table=cases.surveys, of="party_id"),
    "surveyChoice": Section(table=feedback.survey_choices, of="party_id"),
    "leftInStores": Section(
        table=data_stores.data_store_entries, of="case_id", by_case=True
    ),
})  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class SubjectCopy:
    """What is held of a person, by kind; and the policies it is held for."""

    contents: Mapping[str, Rows]

    @property
    def counts(self) -> dict[str, int]:
        """How many rows of each kind."""
        return {name: len(rows) for name, rows in self.contents.items()}


async def subject_copy(connection: AsyncConnection, party_id: str) -> SubjectCopy | None:
    """Copy what is held of a person; None: there is no such person."""
    contents = {
        name: await _rows(connection, section, party_id) for name, section in SECTIONS.items()
    }
    if not contents["person"]:
        return None
    held = sorted({row["policyNo"] for row in contents["roles"]})
    contents["policies"] = await _policies(connection, held)
    return SubjectCopy(contents=contents)


async def _rows(connection: AsyncConnection, section: Section, party_id: str) -> Rows:
    table = section.table
    left_out = _REPORTED | section.without
    listed = [
        column
        for column in table.c
        if column.name not in left_out and not isinstance(column.type, Mark)
    ]
    query = select(*listed).where(_about(section, party_id)).order_by(*table.primary_key)
    return _plain((await connection.execute(query)).mappings().all())


def _about(section: Section, party_id: str) -> ColumnElement[bool]:
    column = section.table.c[section.of]
    if not section.by_case:
        return column == party_id
    return column.in_(_own_cases(party_id))


def _own_cases(party_id: str) -> Select[Any]:
    return select(cases.cases.c.id).where(cases.cases.c.applicant_party_id == party_id)


async def _policies(connection: AsyncConnection, held: Sequence[str]) -> Rows:
    table = policies.policies
    query = (
        select(table.c.policy_no, table.c.state, table.c.issued_on, table.c.ended_on)
        .where(table.c.policy_no.in_(held))
        .order_by(table.c.policy_no)
    )
    return _plain((await connection.execute(query)).mappings().all())


def _plain(rows: Sequence[RowMapping]) -> Rows:
    return [{to_camel(name): _value(value) for name, value in row.items()} for row in rows]


def _value(value: object) -> object:
    return value.isoformat() if isinstance(value, datetime | date) else value
