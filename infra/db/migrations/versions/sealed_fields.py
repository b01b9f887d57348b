"""Who people are, how to reach and to pay them, comes to lie under a key of each person."""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from types import MappingProxyType
from typing import Any, Final

import sqlalchemy as sa
from alembic import op

from infra.db.tables.columns import Instant
from infra.db.tables.sealed import (
    KEY_ID_LENGTH,
    Mark,
    Plain,
    Sealed,
    SealedDate,
    SealedJson,
    SealedText,
    WrappedKey,
    living_key,
)

revision = "sealed_fields"
down_revision = "certificate_grace"
branch_labels = None
depends_on = None

_FORMER: Final[Mapping[str, Mapping[str, tuple[sa.types.TypeEngine[Any], bool]]]] = (
    MappingProxyType({
        "parties": {
            "name": (sa.String(200), False),
            "id_no": (sa.String(60), False),
            "born_on": (sa.Date(), True),
        },
        "contact_points": {"value": (sa.String(300), False)},
        "bank_accounts": {
            "account_no": (sa.String(60), False),
            "holder_name": (sa.String(200), False),
        },
        "contact_proposals": {"wanted": (sa.JSON(), False)},
        "party_versions": {"before_image": (sa.JSON(), False)},
    })
)  # fmt: skip
"""The columns that are sealed: the type they had, and whether they may be NULL."""

_KEYS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType({
    "contact_proposals": ("case_id",), "party_versions": ("party_id", "no"),
})  # fmt: skip
_MARKS: Final[Mapping[str, tuple[str, str]]] = MappingProxyType({
    "parties": ("id_no_mark", "id_no"),
    "contact_points": ("mark", "value"),
    "bank_accounts": ("mark", "account_no"),
})  # fmt: skip


def upgrade() -> None:
    _make_key_table()
    for name, columns in _FORMER.items():
        _widen(name, columns)
    op.create_index(op.f("ix_parties_id_no_mark"), "parties", ["id_no_mark"], unique=False)
    op.create_index(
        op.f("ix_contact_points_kind_mark"), "contact_points", ["kind", "mark"], unique=False
    )
    keys = _make_keys()
    for name in _FORMER:
        _seal(name, keys)


def _make_key_table() -> None:
    op.create_table(
        "subject_keys",
        sa.Column("id", sa.CHAR(length=KEY_ID_LENGTH), nullable=False),
        sa.Column("subject", sa.String(length=120), nullable=False),
        sa.Column("wrapped", sa.Text(), nullable=True),
        sa.Column("made_at", Instant, nullable=False),
        sa.Column("destroyed_at", Instant, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subject_keys")),
    )
    op.create_index(op.f("ix_subject_keys_subject"), "subject_keys", ["subject"], unique=False)
    op.create_index(
        "uq_subject_keys_living",
        "subject_keys",
        ["subject"],
        unique=True,
        sqlite_where=sa.text("destroyed_at IS NULL"),
        postgresql_where=sa.text("destroyed_at IS NULL"),
    )


def _widen(name: str, columns: Mapping[str, tuple[sa.types.TypeEngine[Any], bool]]) -> None:
    """What is encrypted is longer, and text whatever it was."""
    if name == "contact_points":
        op.drop_index(op.f("ix_contact_points_kind_value"), "contact_points")
    with op.batch_alter_table(name) as table:
        for column, (former, nullable) in columns.items():
            table.alter_column(
                column,
                existing_type=former,
                type_=sa.Text(),
                existing_nullable=nullable,
                postgresql_using=f'"{column}"::text',
            )
        if name in _MARKS:
            table.add_column(sa.Column(_MARKS[name][0], sa.String(64), nullable=True))


def _make_keys() -> dict[str, tuple[str, str]]:
    """A key for every person on the books."""
    connection = op.get_bind()
    table = sa.table(
        "subject_keys",
        sa.column("id", sa.CHAR(KEY_ID_LENGTH)),
        sa.column("subject", sa.String()),
        sa.column("wrapped", WrappedKey()),
        sa.column("made_at", Instant),
    )
    now = datetime.now(UTC)
    persons = connection.execute(sa.text("SELECT id FROM parties ORDER BY id")).scalars().all()
    rows = [living_key(person, now) for person in persons]
    if rows:
        connection.execute(sa.insert(table), rows)
    made = connection.execute(sa.text("SELECT subject, id, wrapped FROM subject_keys"))
    return {row.subject: (row.id, row.wrapped) for row in made}


def _seal(name: str, keys: Mapping[str, tuple[str, str]]) -> None:
    table, place = _sealed_table(name), _KEYS.get(name, ("id",))
    changed = sa.update(table).where(
        *(table.c[each] == sa.bindparam(f"at_{each}") for each in place)
    )
    for row in _rows(name, place):
        whose = keys[row["id" if name == "parties" else "party_id"]]
        values: dict[str, Any] = {f"at_{each}": row[each] for each in place}
        for column in _FORMER[name]:
            value = _read(name, column)(row[column])
            values[column] = None if value is None else Plain(value, *whose)
        if name in _MARKS:
            mark, of = _MARKS[name]
            values[mark] = row[of] or None
        op.get_bind().execute(changed, [values])


def _rows(name: str, place: tuple[str, ...]) -> Sequence[Mapping[str, Any]]:
    """Every row as it lies there, read before any is changed."""
    listed = ", ".join(place)
    found = op.get_bind().execute(sa.text(f"SELECT * FROM {name} ORDER BY {listed}"))  # noqa: S608
    return [dict(row) for row in found.mappings()]


def _read(name: str, column: str) -> Callable[[Any], Any]:
    former = _FORMER[name][column][0]
    if isinstance(former, sa.JSON):
        return json.loads
    if isinstance(former, sa.Date):
        return lambda text: None if text is None else date.fromisoformat(text)
    return str


def _sealed_table(name: str) -> sa.Table:
    sealed: list[sa.Column[Any]] = [
        sa.Column(column, _sealed(former)(f"{name}.{column}"))
        for column, (former, _) in _FORMER[name].items()
    ]
    if name in _MARKS:
        mark, of = _MARKS[name]
        sealed.append(sa.Column(mark, Mark(of)))
    place: list[sa.Column[Any]] = [sa.Column(each) for each in _KEYS.get(name, ("id",))]
    return sa.Table(name, sa.MetaData(), *place, *sealed)


def _sealed(former: sa.types.TypeEngine[Any]) -> Callable[[str], Sealed[Any]]:
    if isinstance(former, sa.JSON):
        return SealedJson
    return SealedDate if isinstance(former, sa.Date) else SealedText
