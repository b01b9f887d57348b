"""How a row that is only ever added loses its personal content, and nothing else of it changes.

The database lets a row be emptied where its case is among ``erased_cases``, in exactly the form
told here; every other change of it is refused as before. What the row was is still vouched for by
its hash in the audit chain, and with its salt gone nobody can try out what that hash is of.
"""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any, Final

from sqlalchemy import RowMapping

EMPTIED: Final[Mapping[str, Mapping[str, Any]]] = MappingProxyType({
    "journal": {"data": {}, "salt": None},
    "effects": {"result": {}, "detail": {}, "salt": None},
    "human_task_deeds": {"comment": "", "variables": {}, "salt": None},
    "verifications": {"evidence": {}, "score": None, "salt": None},
})  # fmt: skip
"""What remains in the columns of a row that was erased, by table."""

CASE_ERASED: Final = "case.erase"
"""The record in the chain of a case after which its rows may be empty."""

_FUNCTION: Final = """
CREATE FUNCTION refuse_unless_erased() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM erased_cases WHERE case_id = OLD.case_id)
     AND to_jsonb(NEW) = to_jsonb(OLD) || TG_ARGV[0]::jsonb
  THEN RETURN NEW; END IF;
  RAISE EXCEPTION '% is append-only', TG_TABLE_NAME;
END $$
"""


def is_emptied(table: str, row: RowMapping | dict[str, Any]) -> bool:
    """Whether a row has nothing left but what an erasure leaves."""
    empty = EMPTIED.get(table)
    return empty is not None and all(row[name] == left for name, left in empty.items())


def allow_statements(dialect: str) -> Iterator[str]:
    """The triggers that let a row be emptied, in the words of a database."""
    if dialect == "sqlite":
        yield from _sqlite()
    else:
        yield from _postgresql()


def _sqlite() -> Iterator[str]:
    for table, empty in EMPTIED.items():
        left = " AND ".join(f'NEW."{name}" IS {_literal(value)}' for name, value in empty.items())
        listed = "(SELECT 1 FROM erased_cases WHERE case_id = OLD.case_id)"
        others = ", ".join(f'"{name}"' for name in _KEPT[table])
        refusal = f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        yield f"DROP TRIGGER {table}_no_update"
        yield f"CREATE TRIGGER {table}_no_update BEFORE UPDATE OF {others} ON {table} {refusal}"
        yield (
            f"CREATE TRIGGER {table}_only_emptied BEFORE UPDATE ON {table} "
            f"WHEN NOT ({left} AND EXISTS {listed}) {refusal}"
        )


def _postgresql() -> Iterator[str]:
    yield _FUNCTION
    for table, empty in EMPTIED.items():
        left = ", ".join(f'"{name}": {_json(value)}' for name, value in empty.items())
        yield f"DROP TRIGGER {table}_append_only ON {table}"
        yield (
            f"CREATE TRIGGER {table}_append_only BEFORE DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )
        yield (
            f"CREATE TRIGGER {table}_only_emptied BEFORE UPDATE ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION refuse_unless_erased('{{{left}}}')"
        )


def _literal(value: object) -> str:
    return "NULL" if value is None else f"'{'{}' if value == {} else value}'"


def _json(value: object) -> str:
    return "null" if value is None else "{}" if value == {} else '""'


_KEPT: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType({
    "journal": (
        "no", "instance_id", "generation", "seq", "case_id", "run_id", "at", "kind", "element",
        "name", "key", "hash",
    ),
    "effects": ("key", "kind", "case_id", "instance_id", "element", "at", "actor"),
    "human_task_deeds": (
        "no", "instance_id", "key", "case_id", "element", "request_id", "act", "actor", "at",
        "level", "outcome", "content_hash", "delegate_to", "limit_version", "certificate_id",
    ),
    "verifications": (
        "no", "id", "case_id", "subject", "type", "provider", "result", "at", "expires_at",
    ),
})  # fmt: skip
"""What stays as it is, as of the migration that said so."""
