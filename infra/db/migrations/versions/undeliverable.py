"""Communications that were refused for good."""

import sqlalchemy as sa
from alembic import op

from infra.db.tables.columns import Instant

revision = "undeliverable"
down_revision = "feedback"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("communications", sa.Column("refused_at", Instant, nullable=True))
