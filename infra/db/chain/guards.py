"""What may only ever be added to: the database itself refuses to change or delete it."""

from collections.abc import Iterator

APPEND_ONLY = (
    "audit",
    "journal",
    "effects",
    "ledger_journals",
    "ledger_entries",
    "verifications",
    "human_task_deeds",
)


def guard_statements(dialect: str) -> Iterator[str]:
    """The triggers that refuse UPDATE and DELETE, in the words of a database."""
    if dialect == "sqlite":
        yield from _sqlite()
    else:
        yield from _postgresql()


def _sqlite() -> Iterator[str]:
    for table in APPEND_ONLY:
        for act in ("UPDATE", "DELETE"):
            yield (
                f"CREATE TRIGGER {table}_no_{act.lower()} BEFORE {act} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )


def _postgresql() -> Iterator[str]:
    yield (
        "CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$"
    )
    for table in APPEND_ONLY:
        yield (
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )
