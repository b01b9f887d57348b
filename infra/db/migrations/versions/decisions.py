"""What tables decided stands in the journal; nobody ever wrote the table beside it."""

from alembic import op

revision = "decisions"
down_revision = "population"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_table("decisions")
