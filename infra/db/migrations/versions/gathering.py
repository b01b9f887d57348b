"""Conditions that begin cases, and events kept until all that a start waits for has happened."""

import sqlalchemy as sa
from alembic import op

from infra.db.tables.columns import UtcDateTime

revision = "gathering"
down_revision = "erasures"
branch_labels = None
depends_on = None

_SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_KIND = op.f("ck_start_events_kind")
_KINDS = "kind IN ('none', 'message', 'signal', 'timer', 'condition')"


def upgrade() -> None:
    with op.batch_alter_table("start_events") as starts:
        starts.drop_constraint(_KIND, type_="check")
        starts.create_check_constraint(_KIND, _KINDS)
        starts.add_column(sa.Column("condition", sa.JSON(none_as_null=True), nullable=True))
        starts.add_column(
            sa.Column("gathers", sa.Boolean(), nullable=False, server_default=sa.false())
        )
    _gathered_events()


def _gathered_events() -> None:
    op.create_table(
        "gathered_events",
        sa.Column("no", _SERIAL, autoincrement=True, nullable=False),
        sa.Column("process_id", sa.String(length=120), nullable=False),
        sa.Column("element", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("source", sa.String(length=120), nullable=False),
        sa.Column("key", sa.String(length=300), nullable=False),
        sa.Column("variables", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("publisher", sa.String(length=120), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("case_id", sa.String(length=120), nullable=True),
        sa.PrimaryKeyConstraint("no", name=op.f("pk_gathered_events")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "uq_gathered_events_kind_source_process_id",
        "gathered_events",
        ["kind", "source", "process_id"],
        unique=True,
    )
    op.create_index(
        op.f("ix_gathered_events_process_id_element_key"),
        "gathered_events",
        ["process_id", "element", "key"],
    )
