"""What people did in the grace of a certificate that had ended."""

import sqlalchemy as sa
from alembic import op

from infra.db.tables.columns import Instant

revision = "certificate_grace"
down_revision = "voices"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("human_task_deeds", sa.Column("in_grace_until", Instant, nullable=True))
