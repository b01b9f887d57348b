"""What a policyholder chose for premiums, and from when the suicide clause counts anew."""

import sqlalchemy as sa
from alembic import op

revision = "renewal"
down_revision = "desk"
branch_labels = None
depends_on = None


def upgrade() -> None:
    nonforfeiture = sa.Column(
        "nonforfeiture", sa.String(length=60), nullable=False, server_default="LAPSE"
    )
    wanted: sa.Column[bool] = sa.Column(
        "reminders_wanted", sa.Boolean(), nullable=False, server_default=sa.false()
    )
    for column in (nonforfeiture, wanted, sa.Column("suicide_clause_from", sa.Date())):
        op.add_column("policies", column)
