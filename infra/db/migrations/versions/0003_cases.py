"""Cases: requests, clocks, findings, feedback; deployed process models."""

import sqlalchemy as sa
from alembic import op

from infra.db.tables.columns import UtcDateTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _anomalies()
    _cases()
    _clocks()
    _decisions()
    _idempotency_keys()
    _surveys()
    _verifications()
    _case_requests()
    _recoveries()
    _bundles()
    _bundle_files()
    _definitions()


def _anomalies() -> None:
    op.create_table(
        "anomalies",
        sa.Column(
            "no",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("id", sa.String(length=120), nullable=False),
        sa.Column("case_id", sa.String(length=120), nullable=False),
        sa.Column("class", sa.String(length=60), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("element", sa.String(length=120), nullable=True),
        sa.Column("route", sa.String(length=60), nullable=False),
        sa.Column("opened_at", UtcDateTime(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("outcome", sa.String(length=60), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("closed_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("no", name=op.f("pk_anomalies")),
        sa.UniqueConstraint("id", name=op.f("uq_anomalies_id")),
    )
    op.create_index(op.f("ix_anomalies_case_id"), "anomalies", ["case_id"], unique=False)


def _cases() -> None:
    op.create_table(
        "cases",
        sa.Column("id", sa.String(length=120), nullable=False),
        sa.Column("process_id", sa.String(length=120), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("program_hash", sa.String(length=64), nullable=False),
        sa.Column("status", sa.String(length=60), nullable=False),
        sa.Column("policy_no", sa.String(length=120), nullable=False),
        sa.Column("item", sa.String(length=60), nullable=False),
        sa.Column("channel", sa.String(length=60), nullable=False),
        sa.Column("notice_arrived_at", UtcDateTime(), nullable=False),
        sa.Column("applicant_party_id", sa.String(length=120), nullable=False),
        sa.Column("applicant_role", sa.String(length=60), nullable=False),
        sa.Column("started_by", sa.String(length=120), nullable=False),
        sa.Column("accepted_at", UtcDateTime(), nullable=False),
        sa.Column("variables", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("clock_offset", sa.Float(), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=True),
        sa.Column("duplicate_of", sa.String(length=120), nullable=True),
        sa.Column("started_at", UtcDateTime(), nullable=True),
        sa.Column("finished_at", UtcDateTime(), nullable=True),
        sa.Column("outcome", sa.String(length=60), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cases")),
    )
    op.create_index(op.f("ix_cases_accepted_at_id"), "cases", ["accepted_at", "id"], unique=False)
    op.create_index(
        op.f("ix_cases_applicant_party_id"), "cases", ["applicant_party_id"], unique=False
    )
    op.create_index(op.f("ix_cases_fingerprint"), "cases", ["fingerprint"], unique=False)
    op.create_index(op.f("ix_cases_policy_no"), "cases", ["policy_no"], unique=False)
    op.create_index(
        op.f("ix_cases_status_accepted_at_id"),
        "cases",
        ["status", "accepted_at", "id"],
        unique=False,
    )


def _clocks() -> None:
    op.create_table(
        "clocks",
        sa.Column("case_id", sa.String(length=120), nullable=False),
        sa.Column("rule_id", sa.String(length=60), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("started_at", UtcDateTime(), nullable=False),
        sa.Column("zone_offset_minutes", sa.Integer(), nullable=False),
        sa.Column("warn_at", UtcDateTime(), nullable=False),
        sa.Column("due_strict", UtcDateTime(), nullable=False),
        sa.Column("due_legal", UtcDateTime(), nullable=False),
        sa.Column("provisional", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=60), nullable=False),
        sa.Column("closed_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint(
            "state IN ('RUNNING', 'MET', 'BREACHED', 'STOPPED')", name=op.f("ck_clocks_state")
        ),
        sa.PrimaryKeyConstraint("case_id", "rule_id", name=op.f("pk_clocks")),
    )
    op.create_index(
        op.f("ix_clocks_state_due_strict"), "clocks", ["state", "due_strict"], unique=False
    )


def _decisions() -> None:
    op.create_table(
        "decisions",
        sa.Column(
            "no",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("id", sa.String(length=120), nullable=False),
        sa.Column("case_id", sa.String(length=120), nullable=False),
        sa.Column("table", sa.String(length=120), nullable=False),
        sa.Column("inputs", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("outputs", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("rules", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("by", sa.String(length=120), nullable=False),
        sa.PrimaryKeyConstraint("no", name=op.f("pk_decisions")),
        sa.UniqueConstraint("id", name=op.f("uq_decisions_id")),
    )
    op.create_index(op.f("ix_decisions_case_id"), "decisions", ["case_id"], unique=False)


def _idempotency_keys() -> None:
    op.create_table(
        "idempotency_keys",
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("principal", sa.String(length=120), nullable=False),
        sa.Column("body_hash", sa.String(length=64), nullable=False),
        sa.Column("status_code", sa.Integer(), nullable=False),
        sa.Column("response", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("key", "principal", name=op.f("pk_idempotency_keys")),
    )


def _surveys() -> None:
    op.create_table(
        "surveys",
        sa.Column("id", sa.String(length=120), nullable=False),
        sa.Column("case_id", sa.String(length=120), nullable=False),
        sa.Column("party_id", sa.String(length=120), nullable=False),
        sa.Column("type", sa.String(length=60), nullable=False),
        sa.Column("sent_at", UtcDateTime(), nullable=False),
        sa.Column("csat", sa.Integer(), nullable=True),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("answered_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_surveys")),
    )
    op.create_index(op.f("ix_surveys_case_id"), "surveys", ["case_id"], unique=False)


def _verifications() -> None:
    op.create_table(
        "verifications",
        sa.Column(
            "no",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("id", sa.String(length=120), nullable=False),
        sa.Column("case_id", sa.String(length=120), nullable=False),
        sa.Column("subject", sa.String(length=120), nullable=False),
        sa.Column("type", sa.String(length=60), nullable=False),
        sa.Column("provider", sa.String(length=60), nullable=False),
        sa.Column("result", sa.String(length=60), nullable=False),
        sa.Column("score", sa.String(length=60), nullable=True),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=True),
        sa.Column("evidence", sa.JSON(none_as_null=True), nullable=False),
        sa.PrimaryKeyConstraint("no", name=op.f("pk_verifications")),
        sa.UniqueConstraint("id", name=op.f("uq_verifications_id")),
    )
    op.create_index(op.f("ix_verifications_case_id"), "verifications", ["case_id"], unique=False)


def _case_requests() -> None:
    op.create_table(
        "case_requests",
        sa.Column("case_id", sa.String(length=120), nullable=False),
        sa.Column("no", sa.Integer(), nullable=False),
        sa.Column("policy_no", sa.String(length=120), nullable=False),
        sa.Column("item", sa.String(length=60), nullable=False),
        sa.Column("payload", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("payload_hash", sa.String(length=64), nullable=False),
        sa.Column("quote", sa.JSON(none_as_null=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["case_id"], ["cases.id"], name=op.f("fk_case_requests_case_id_cases")
        ),
        sa.PrimaryKeyConstraint("case_id", "no", name=op.f("pk_case_requests")),
    )


def _recoveries() -> None:
    op.create_table(
        "recoveries",
        sa.Column("id", sa.String(length=120), nullable=False),
        sa.Column("survey_id", sa.String(length=120), nullable=False),
        sa.Column("case_id", sa.String(length=120), nullable=False),
        sa.Column("opened_at", UtcDateTime(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("closed_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["survey_id"], ["surveys.id"], name=op.f("fk_recoveries_survey_id_surveys")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recoveries")),
        sa.UniqueConstraint("survey_id", name=op.f("uq_recoveries_survey_id")),
    )
    op.create_index(op.f("ix_recoveries_case_id"), "recoveries", ["case_id"], unique=False)


def _bundles() -> None:
    op.create_table(
        "bundles",
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("deployed_at", UtcDateTime(), nullable=False),
        sa.Column("deployed_by", sa.String(length=120), nullable=False),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_bundles")),
    )


def _bundle_files() -> None:
    op.create_table(
        "bundle_files",
        sa.Column("bundle_hash", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["bundle_hash"], ["bundles.hash"], name=op.f("fk_bundle_files_bundle_hash_bundles")
        ),
        sa.PrimaryKeyConstraint("bundle_hash", "name", name=op.f("pk_bundle_files")),
    )


def _definitions() -> None:
    op.create_table(
        "definitions",
        sa.Column("process_id", sa.String(length=120), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("bundle_hash", sa.String(length=64), nullable=False),
        sa.Column("version_tag", sa.String(length=120), nullable=True),
        sa.Column("deployed_at", UtcDateTime(), nullable=False),
        sa.Column("deployed_by", sa.String(length=120), nullable=False),
        sa.ForeignKeyConstraint(
            ["bundle_hash"], ["bundles.hash"], name=op.f("fk_definitions_bundle_hash_bundles")
        ),
        sa.PrimaryKeyConstraint("process_id", "version", name=op.f("pk_definitions")),
    )
    op.create_index(
        "uq_definitions_process_id_bundle_hash",
        "definitions",
        ["process_id", "bundle_hash"],
        unique=True,
    )
