"""What a replay corrects, and who proposed it."""

import sqlalchemy as sa
from alembic import op

revision = "replaying"
down_revision = "gathering"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("replays", sa.Column("variables", sa.JSON(none_as_null=True), nullable=True))
    op.add_column("replays", sa.Column("proposed_by", sa.String(length=120), nullable=True))
