"""The last working day within a limit, on clocks and complaints."""

import sqlalchemy as sa
from alembic import op

revision = "target_days"
down_revision = "complaint_steps"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("clocks", "complaints"):
        op.add_column(table, sa.Column("target_on", sa.Date(), nullable=True))
