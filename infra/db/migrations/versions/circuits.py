"""When a system that a circuit let stand still is tried again."""

import sqlalchemy as sa
from alembic import op

revision = "circuits"
down_revision = "replay_undo"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("standstills", sa.Column("probe_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column(
        "standstills", sa.Column("tries", sa.Integer(), nullable=False, server_default="0")
    )
