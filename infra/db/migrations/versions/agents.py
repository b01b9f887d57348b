"""Agents of record, and the cases about the policies they left behind."""

import sqlalchemy as sa
from alembic import op

revision = "agents"
down_revision = "watching"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "agents",
        sa.Column("id", sa.String(length=120), nullable=False),
        sa.Column("unit", sa.String(length=60), nullable=False),
        sa.Column("status", sa.String(length=60), nullable=False),
        sa.Column("left_on", sa.Date(), nullable=True),
        sa.CheckConstraint("status IN ('ACTIVE', 'LEFT')", name=op.f("ck_agents_status")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agents")),
    )
    op.create_table(
        "orphaned_policies",
        sa.Column("case_id", sa.String(length=120), nullable=False),
        sa.Column("agent_id", sa.String(length=120), nullable=False),
        sa.Column("policy_no", sa.String(length=120), nullable=False),
        sa.ForeignKeyConstraint(
            ["agent_id"], ["agents.id"], name=op.f("fk_orphaned_policies_agent_id_agents")
        ),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_orphaned_policies")),
    )
    op.create_index(
        op.f("ix_orphaned_policies_agent_id"), "orphaned_policies", ["agent_id"], unique=False
    )
    # Whoever is named on a policy or works as an agent is one; nothing else was kept of them.
    op.execute(
        "INSERT INTO agents (id, unit, status) SELECT agent_id, min(servicing_unit), 'ACTIVE'"
        " FROM policies WHERE agent_id IS NOT NULL GROUP BY agent_id"
    )
    op.execute(
        "INSERT INTO agents (id, unit, status) SELECT agent_id, min(unit), 'ACTIVE' FROM operators"
        " WHERE agent_id IS NOT NULL AND agent_id NOT IN (SELECT id FROM agents) GROUP BY agent_id"
    )
