"""Signals: who listens, what was broadcast, and who is still to hear it."""

import sqlalchemy as sa
from alembic import op

from infra.db.tables.columns import UtcDateTime

revision = "signals"
down_revision = "payment_instructions"
branch_labels = None
depends_on = None

_SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "signal_subscriptions",
        sa.Column("instance_id", sa.String(length=120), nullable=False),
        sa.Column("wait", sa.Integer(), nullable=False),
        sa.Column("signal", sa.String(length=120), nullable=False),
        sa.Column("opened_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("instance_id", "wait", name=op.f("pk_signal_subscriptions")),
    )
    op.create_index(
        op.f("ix_signal_subscriptions_signal_instance_id_wait"),
        "signal_subscriptions",
        ["signal", "instance_id", "wait"],
        unique=False,
    )
    op.create_table(
        "signals",
        sa.Column("no", _SERIAL, autoincrement=True, nullable=False),
        sa.Column("id", sa.String(length=300), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("variables", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("publisher", sa.String(length=120), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("salt", sa.String(length=32), nullable=True),
        sa.PrimaryKeyConstraint("no", name=op.f("pk_signals")),
        sqlite_autoincrement=True,
    )
    op.create_index("uq_signals_name_id", "signals", ["name", "id"], unique=True)
    op.create_index(op.f("ix_signals_at"), "signals", ["at"], unique=False)
    _deliveries()


def _deliveries() -> None:
    op.create_table(
        "signal_deliveries",
        sa.Column("signal_no", _SERIAL, nullable=False),
        sa.Column("instance_id", sa.String(length=120), nullable=False),
        sa.Column("wait", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=60), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.CheckConstraint(
            "state IN ('PENDING', 'CONSUMED', 'RETURNED')", name=op.f("ck_signal_deliveries_state")
        ),
        sa.ForeignKeyConstraint(
            ["signal_no"], ["signals.no"], name=op.f("fk_signal_deliveries_signal_no_signals")
        ),
        sa.PrimaryKeyConstraint(
            "signal_no", "instance_id", "wait", name=op.f("pk_signal_deliveries")
        ),
    )
    op.create_index(
        op.f("ix_signal_deliveries_instance_id_state_signal_no"),
        "signal_deliveries",
        ["instance_id", "state", "signal_no"],
        unique=False,
    )
    op.create_index(
        op.f("ix_signal_deliveries_state_at"), "signal_deliveries", ["state", "at"], unique=False
    )
