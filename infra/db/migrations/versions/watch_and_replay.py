"""Incidents of the watchdog, attempts of waiting work, rows the relay fails at, replays."""

import sqlalchemy as sa
from alembic import op

from infra.db.tables.columns import UtcDateTime

revision = "watch_and_replay"
down_revision = "consents"
branch_labels = None
depends_on = None

_SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    with op.batch_alter_table("incidents") as incidents:
        incidents.add_column(
            sa.Column("source", sa.String(length=60), nullable=False, server_default="case")
        )
        incidents.add_column(sa.Column("last_seen_at", UtcDateTime(), nullable=True))
        incidents.add_column(sa.Column("attempts", sa.Integer(), nullable=True))
    with op.batch_alter_table("waits") as waits:
        waits.add_column(sa.Column("attempt", sa.Integer(), nullable=True))
        waits.add_column(sa.Column("next_attempt_at", UtcDateTime(), nullable=True))
    _relay_failures()
    _replays()


def _relay_failures() -> None:
    op.create_table(
        "relay_failures",
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("id", sa.String(length=400), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_at", UtcDateTime(), nullable=False),
        sa.Column("error", sa.String(length=300), nullable=False),
        sa.PrimaryKeyConstraint("kind", "id", name=op.f("pk_relay_failures")),
    )


def _replays() -> None:
    op.create_table(
        "replays",
        sa.Column("id", sa.String(length=120), nullable=False),
        sa.Column("case_id", sa.String(length=120), nullable=False),
        sa.Column("base_run_id", sa.String(length=120), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("element", sa.String(length=120), nullable=True),
        sa.Column("point_at", UtcDateTime(), nullable=False),
        sa.Column("deeds_until", _SERIAL, nullable=False),
        sa.Column("actor", sa.String(length=120), nullable=False),
        sa.Column("role", sa.String(length=60), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("new_run_id", sa.String(length=120), nullable=True),
        sa.Column("finished_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_replays")),
    )
    op.create_index(op.f("ix_replays_case_id"), "replays", ["case_id"], unique=False)
    op.create_index(
        op.f("ix_replays_finished_at_at"), "replays", ["finished_at", "at"], unique=False
    )
