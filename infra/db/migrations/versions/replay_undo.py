"""What a replay undoes before anything else is done."""

import sqlalchemy as sa
from alembic import op

revision = "replay_undo"
down_revision = "data_stores"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("replays", sa.Column("undo", sa.JSON(none_as_null=True), nullable=True))
