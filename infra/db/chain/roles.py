"""Who may do what in PostgreSQL: a role to migrate, one to work, one to look, each with the least.

What the product only ever adds to (audit, journal, effects, ledger) its own role cannot change, and
the triggers that refuse changes belong to another. New tables get rights from ``grant`` after every
migration; a table that nobody thought of here can be read, added to and changed, never emptied.
"""

import re
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, fields
from types import MappingProxyType
from typing import Final

from sqlalchemy import TextClause, text
from sqlalchemy.ext.asyncio import AsyncConnection

from infra.db.chain.emptying import EMPTIED
from infra.db.chain.guards import APPEND_ONLY
from infra.db.connections.postgresql import SESSION, create_migrating

WRITTEN_ONCE: Final = frozenset({
    *APPEND_ONLY, "bundles", "bundle_files", "contact_proposals", "definitions", "erased_cases",
    "authority_limits", "operator_acts",
})  # fmt: skip
"""The product adds rows, and never touches them again."""

KEPT_FOR_A_WHILE: Final = frozenset({"idempotency_keys"})
"""The product adds rows, and takes them away again as they are: given up, or past retention."""

KEPT_BY_OTHERS: Final = frozenset({
    "alembic_version", "products", "product_rules", "cash_values", "calendars", "calendar_days",
})  # fmt: skip
"""The product only reads them: they come with a migration, or from those who keep products."""

REWRITTEN: Final = frozenset({
    "coverages", "policy_roles", "loans", "policy_locks", "waits", "incidents", "human_tasks",
    "human_task_candidates", "subscriptions", "messages", "message_deliveries", "relay_failures",
    "debit_authorities", "signal_subscriptions", "signals", "signal_deliveries",
    "start_events", "gathered_events", "repair_proposals", "incident_marks", "standstills",
    "data_store_entries",
})  # fmt: skip
"""Projections, parts of policies, messages: rows go when what they stood for is over."""

EMPTIABLE: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType({
    **{table: tuple(empty) for table, empty in EMPTIED.items()},
    "contact_proposals": ("wanted",),
})  # fmt: skip
"""Columns that an erasure empties; triggers see to it that nothing else is done with most."""

AUDITED: Final = frozenset({
    *APPEND_ONLY, "audit_heads", "instances", "anchors", "audit_anchors", "erasures",
    "erased_cases",
})  # fmt: skip
"""What an auditor reads."""

_NAME: Final = re.compile(r"[a-z_][a-z0-9_]{0,62}")
_TABLES = text("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename")
_EXISTING = text("SELECT rolname FROM pg_roles WHERE rolname = ANY(:names)")
_POWERFUL = text(
    "SELECT rolname FROM pg_roles WHERE rolname = ANY(:names)"
    " AND (rolsuper OR rolcreatedb OR rolcreaterole OR rolreplication OR rolbypassrls)"
)
_OWNED = text(
    "SELECT format('ALTER %s %s OWNER TO ', kind, name) FROM ("
    " SELECT 'TABLE' AS kind, format('%I.%I', schemaname, tablename) AS name, tableowner AS owner"
    " FROM pg_tables WHERE schemaname = 'public'"
    " UNION ALL SELECT 'FUNCTION', p.oid::regprocedure::text, pg_get_userbyid(p.proowner)"
    " FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace"
    ") AS things WHERE owner <> :owner"
)


class RoleRefused(Exception):
    """A role cannot be what it is meant to be; the message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Roles:
    """The names of the three roles."""

    migrator: str = "baoquan_migrator"
    app: str = "baoquan_app"
    auditor: str = "baoquan_auditor"

    def __post_init__(self) -> None:
        names = self.names()
        for name in names:
            if not _NAME.fullmatch(name):
                raise RoleRefused(f"Expected a role name in lower case, but got {name!r}.")
        if len(set(names)) != len(names):
            raise RoleRefused("Expected three different roles.")

    def names(self) -> list[str]:
        """All three."""
        return [getattr(self, field.name) for field in fields(self)]


async def establish(url: str, roles: Roles) -> None:
    """Create what is missing of the roles and give each its rights; repeating changes nothing.

    Connects as somebody who may create roles. The roles have no passwords: whoever administers
    the server sets them, or uses certificates.
    """
    async with _connected(url) as connection:
        await _refuse_powerful(connection, roles)
        known = set(await _column(connection, _EXISTING, names=roles.names()))
        for name in roles.names():
            if name not in known:
                await connection.exec_driver_sql(
                    f"CREATE ROLE {name} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION"
                )
        database = (await connection.execute(text("SELECT current_database()"))).scalar_one()
        for statement in _house_rules(str(database), roles):
            await connection.exec_driver_sql(statement)
        for change in await _column(connection, _OWNED, owner=roles.migrator):
            await connection.exec_driver_sql(f"{change}{roles.migrator}")
        await _grant(connection, roles)


async def grant(url: str, roles: Roles) -> bool:
    """Give the rights on tables, as their owner, after a migration; False: there are no roles."""
    async with _connected(url) as connection:
        known = await _column(connection, _EXISTING, names=roles.names())
        if len(known) < len(roles.names()):
            return False
        await _grant(connection, roles)
        return True


def rights_on(table: str) -> str:
    """What the product's role may do with a table."""
    if table in KEPT_BY_OTHERS:
        return "SELECT"
    if table in WRITTEN_ONCE:
        return "SELECT, INSERT"
    if table in KEPT_FOR_A_WHILE:
        return "SELECT, INSERT, DELETE"
    return "SELECT, INSERT, UPDATE, DELETE" if table in REWRITTEN else "SELECT, INSERT, UPDATE"


def _house_rules(database: str, roles: Roles) -> Iterator[str]:
    everybody, quoted = ", ".join(roles.names()), '"' + database.replace('"', '""') + '"'
    yield f"REVOKE ALL ON DATABASE {quoted} FROM PUBLIC"
    yield f"GRANT CONNECT ON DATABASE {quoted} TO {everybody}"
    yield "REVOKE ALL ON SCHEMA public FROM PUBLIC"
    yield f"GRANT USAGE ON SCHEMA public TO {everybody}"
    yield f"GRANT CREATE ON SCHEMA public TO {roles.migrator}"
    for name in (roles.app, roles.auditor):
        for setting, value in SESSION.items():
            if setting.endswith("_timeout"):
                yield f"ALTER ROLE {name} IN DATABASE {quoted} SET {setting} = '{value}'"
    yield f"ALTER ROLE {roles.auditor} IN DATABASE {quoted} SET default_transaction_read_only = on"


def _rights(tables: Iterable[str], roles: Roles) -> Iterator[str]:
    for table in tables:
        yield f"REVOKE ALL ON public.{table} FROM PUBLIC, {roles.app}, {roles.auditor}"
        yield f"GRANT {rights_on(table)} ON public.{table} TO {roles.app}"
        if table in EMPTIABLE:
            yield f"GRANT UPDATE ({', '.join(EMPTIABLE[table])}) ON public.{table} TO {roles.app}"
        if table in AUDITED:
            yield f"GRANT SELECT ON public.{table} TO {roles.auditor}"
    yield "REVOKE ALL ON ALL FUNCTIONS IN SCHEMA public FROM PUBLIC"
    yield f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {roles.app}"


async def _grant(connection: AsyncConnection, roles: Roles) -> None:
    for statement in _rights(await _column(connection, _TABLES), roles):
        await connection.exec_driver_sql(statement)


async def _refuse_powerful(connection: AsyncConnection, roles: Roles) -> None:
    powerful = await _column(connection, _POWERFUL, names=roles.names())
    if powerful:
        raise RoleRefused(
            f"Expected roles without powers over the server, but {', '.join(powerful)} has some."
        )


async def _column(connection: AsyncConnection, query: TextClause, **values: object) -> list[str]:
    return list((await connection.execute(query, values)).scalars())


@asynccontextmanager
async def _connected(url: str) -> AsyncIterator[AsyncConnection]:
    engine = create_migrating(url)
    try:
        async with engine.begin() as connection:
            yield connection
    finally:
        await engine.dispose()
