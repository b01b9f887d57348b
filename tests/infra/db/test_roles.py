"""Each role of PostgreSQL may do its work and nothing else."""

import asyncio

import asyncpg
import pytest
from sqlalchemy import make_url

from infra.db.chain.roles import AUDITED, RoleRefused, Roles, establish, grant, rights_on
from infra.db.migrations import upgrade_to_head
from infra.db.tables import metadata
from infra.db.unit_of_work import Database
from tests.cluster import OWNER, Cluster
from tests.infra.db.cases_at_hand import accepted, batch, entry, started
from tests.shelf import ROLES, Shelf, shelf_of

EVERYBODY = (
    "CREATE ROLE somebody",
    "CREATE DATABASE another",
    "ALTER ROLE {role} SUPERUSER",
    "SET ROLE postgres",
    "SET ROLE {other}",
    "ALTER SYSTEM SET fsync = off",
    "COPY (SELECT 1) TO PROGRAM 'true'",
    "SELECT pg_read_file('/etc/passwd')",
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'postgres'",
    "SELECT rolpassword FROM pg_authid",
)
NO_SCHEMA = (
    "CREATE TABLE public.more (id integer)",
    "CREATE SCHEMA more",
    "CREATE TEMPORARY TABLE more (id integer)",
    "CREATE FUNCTION public.f() RETURNS integer LANGUAGE sql AS 'SELECT 1'",
    "DROP TABLE cases",
    "ALTER TABLE audit DISABLE TRIGGER ALL",
    "DROP TRIGGER audit_append_only ON audit",
    "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS"
    " 'BEGIN RETURN NULL; END'",
    "SET session_replication_role = replica",
    "ALTER TABLE audit OWNER TO {role}",
    "BEGIN; LOCK TABLE audit IN ACCESS EXCLUSIVE MODE",
)
FORBIDDEN = {
    "app": (
        *EVERYBODY,
        *NO_SCHEMA,
        "UPDATE audit SET actor = 'x'",
        "DELETE FROM audit",
        "TRUNCATE audit",
        "UPDATE journal SET kind = 'x'",
        "UPDATE effects SET kind = 'x'",
        "UPDATE ledger_entries SET amount_minor = 1",
        "DELETE FROM ledger_journals",
        "TRUNCATE ledger_entries, ledger_journals",
        "DELETE FROM human_task_deeds",
        "DELETE FROM cases",
        "DELETE FROM audit_heads",
        "TRUNCATE obligations",
        "UPDATE bundle_files SET content = ''",
        "UPDATE authority_limits SET maximum_minor = NULL",
        "DELETE FROM operators",
        "INSERT INTO calendars SELECT * FROM calendars",
        "UPDATE alembic_version SET version_num = '0'",
        "SELECT setval('ledger_journals_no_seq', 1)",
    ),
    "auditor": (
        *EVERYBODY,
        *NO_SCHEMA,
        "INSERT INTO audit SELECT * FROM audit",
        "UPDATE audit SET actor = 'x'",
        "DELETE FROM journal",
        "UPDATE audit_heads SET seq = 0",
        "SELECT name, id_no FROM parties",
        "SELECT account_no FROM bank_accounts",
        "SELECT value FROM contact_points",
        "SELECT variables FROM cases",
        "SELECT payload FROM case_requests",
        "SELECT response FROM idempotency_keys",
        "SELECT * FROM messages",
        "SELECT nextval('ledger_journals_no_seq')",
    ),
    "migrator": (
        *EVERYBODY,
        "CREATE SCHEMA more",
        "ALTER DATABASE postgres RENAME TO another",
        "SET session_replication_role = replica",
        "ALTER ROLE {other} LOGIN",
        "DROP ROLE {other}",
        "DROP DATABASE postgres",
        "ALTER DATABASE {database} OWNER TO {role}",
        "SELECT lo_import('/etc/passwd')",
        "CREATE TABLESPACE elsewhere LOCATION '/tmp'",
        "UPDATE audit SET actor = 'x'",
        "DELETE FROM ledger_journals",
        "TRUNCATE audit",
    ),
}
REFUSED = (
    asyncpg.InsufficientPrivilegeError,
    asyncpg.RaiseError,  # the triggers, for those whom privileges do not stop
    asyncpg.ReadOnlySQLTransactionError,
)
EACH = [(role, statement) for role, listed in FORBIDDEN.items() for statement in listed]


@pytest.fixture(scope="session", params=["postgresql"])
def shelf(request: pytest.FixtureRequest) -> Shelf:
    """A file has no roles."""
    return shelf_of(request.param, request)


@pytest.fixture(scope="module")
def guarded(shelf: Shelf) -> str:
    """A database with roles."""
    url = shelf.new("guarded")
    upgrade_to_head(url)
    shelf.establish(url)
    return url


def name_of(role: str) -> str:
    return str(getattr(ROLES, role))


@pytest.mark.parametrize(("role", "statement"), EACH)
def test_a_role_is_refused_what_is_not_its_work(
    cluster: Cluster, guarded: str, role: str, statement: str
) -> None:
    database = str(make_url(guarded).database)
    other = ROLES.auditor if role == "app" else ROLES.app
    words = statement.format(role=name_of(role), other=other, database=database)

    async def attempt(connection: asyncpg.Connection) -> None:
        # A promise of the session to read only is not what keeps an auditor from writing.
        await connection.execute("SET default_transaction_read_only = off")
        await connection.execute(words)

    with pytest.raises(REFUSED):
        cluster.ask(attempt, database=database, user=name_of(role))


async def test_the_product_works_with_the_rights_of_its_role(shelf: Shelf, guarded: str) -> None:
    database = Database.at(shelf.working(guarded))

    await accepted(database)
    async with database.work() as books:
        await books.journal.append(batch(started(), entry(2, "statusChanged", status="ACCEPTED")))
    async with database.reading() as room:
        verdict = await room.audit.verify("BQ-1")

    await database.close()
    assert (verdict.intact, verdict.records) == (True, 2)


@pytest.mark.parametrize("table", sorted(metadata.tables))
def test_an_auditor_reads_the_trail_and_nothing_else(
    cluster: Cluster, guarded: str, table: str
) -> None:
    (found,) = cluster.rows(
        "SELECT has_table_privilege($1, $2, 'SELECT')",
        ROLES.auditor,
        table,
        database=str(make_url(guarded).database),
    )

    assert found == (table in AUDITED,)


def test_a_migration_by_its_own_role_gives_the_others_their_rights(
    shelf: Shelf, cluster: Cluster
) -> None:
    url = shelf.new("fresh")
    shelf.establish(url)  # before there is any table
    name = str(make_url(url).database)
    as_migrator = cluster.url(name, ROLES.migrator)

    upgrade_to_head(as_migrator)
    granted = asyncio.run(grant(as_migrator, ROLES))

    assert granted
    assert cluster.rows("SELECT count(*) FROM cases", database=name, user=ROLES.app) == [(0,)]
    owners = "SELECT DISTINCT tableowner FROM pg_tables WHERE schemaname = 'public'"
    assert cluster.rows(owners, database=name) == [(ROLES.migrator,)]
    shelf.drop(url)


def test_the_product_finds_its_schema_up_to_date_without_the_right_to_change_it(
    shelf: Shelf, guarded: str
) -> None:
    upgrade_to_head(shelf.working(guarded))


def test_establishing_roles_again_changes_nothing(shelf: Shelf, guarded: str) -> None:
    rights = (
        "SELECT relname::text, relacl::text FROM pg_class"
        " WHERE relnamespace = 'public'::regnamespace ORDER BY relname"
    )
    before = [(name, sorted(str(acl).split(","))) for name, acl in shelf.hand(guarded).rows(rights)]

    shelf.establish(guarded)

    after = [(name, sorted(str(acl).split(","))) for name, acl in shelf.hand(guarded).rows(rights)]
    assert after == before


def test_a_role_with_powers_over_the_server_is_refused(guarded: str) -> None:
    with pytest.raises(RoleRefused, match=OWNER):
        asyncio.run(establish(guarded, Roles(app=OWNER)))


@pytest.mark.parametrize(
    "names", [{"app": "x; DROP TABLE cases"}, {"app": "Upper"}, {"app": "baoquan_auditor"}]
)
def test_a_name_that_is_none_is_refused(names: dict[str, str]) -> None:
    with pytest.raises(RoleRefused):
        Roles(**names)


def test_what_is_only_added_to_may_only_be_added_to() -> None:
    assert {rights_on(table) for table in ("audit", "ledger_entries")} == {"SELECT, INSERT"}
