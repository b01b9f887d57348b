"""Why lent authority was taken back, an absence ended, a certificate revoked."""

import sqlalchemy as sa
from alembic import op

revision = "registry_reasons"
down_revision = "emergency_grants"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table, column in (
        ("delegations", "revoked_reason"),
        ("absences", "ended_reason"),
        ("qualifications", "revoked_reason"),
    ):
        op.add_column(table, sa.Column(column, sa.String(length=500), nullable=True))
