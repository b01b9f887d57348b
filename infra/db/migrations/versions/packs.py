"""The law a case goes by, bound when it is accepted."""

import sqlalchemy as sa
from alembic import op

revision = "packs"
down_revision = "repairs"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("cases", sa.Column("pack", sa.String(length=60)))
    op.add_column("cases", sa.Column("pack_hash", sa.String(length=64)))
