"""Money owed stands on an account of its own kind: surrenders, loans, premiums received."""

import sqlalchemy as sa
from alembic import op

revision = "lending"
down_revision = "starts"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "obligations",
        sa.Column("ledger_account", sa.String(length=60), nullable=False, server_default="2202"),
    )
