"""Start events that listen, and the cases they have begun."""

import sqlalchemy as sa
from alembic import op

from infra.db.tables.columns import UtcDateTime

revision = "starts"
down_revision = "signals"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("cases", sa.Column("start_element", sa.String(length=120), nullable=True))
    op.create_table(
        "start_events",
        sa.Column("process_id", sa.String(length=120), nullable=False),
        sa.Column("element", sa.String(length=120), nullable=False),
        sa.Column("part", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("form", sa.String(length=60), nullable=False),
        sa.Column("due", UtcDateTime(), nullable=True),
        sa.Column("anchor", UtcDateTime(), nullable=True),
        sa.Column("left", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "kind IN ('none', 'message', 'signal', 'timer')", name=op.f("ck_start_events_kind")
        ),
        sa.ForeignKeyConstraint(
            ["process_id", "version"],
            ["definitions.process_id", "definitions.version"],
            name=op.f("fk_start_events_process_id_version_definitions"),
        ),
        sa.PrimaryKeyConstraint("process_id", "element", "part", name=op.f("pk_start_events")),
    )
    op.create_index(op.f("ix_start_events_kind_name"), "start_events", ["kind", "name"])
    op.create_index(op.f("ix_start_events_due"), "start_events", ["due"])
    op.create_table(
        "begun_cases",
        sa.Column("case_id", sa.String(length=120), nullable=False),
        sa.Column("process_id", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("source", sa.String(length=120), nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("key", sa.String(length=300), nullable=False),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_begun_cases")),
    )
    op.create_index(
        "uq_begun_cases_kind_source_process_id",
        "begun_cases",
        ["kind", "source", "process_id"],
        unique=True,
    )
    op.create_index(
        op.f("ix_begun_cases_process_id_name_key"), "begun_cases", ["process_id", "name", "key"]
    )
