"""What cases did and wait for: journal, tasks, messages, effects, audit; guards."""

import sqlalchemy as sa
from alembic import op

from infra.db.chain.guards import guard_statements
from infra.db.tables.columns import UtcDateTime

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _audit()
    _audit_heads()
    _effects()
    _human_task_deeds()
    _human_tasks()
    _incidents()
    _instances()
    _journal()
    _messages()
    _subscriptions()
    _waits()
    _human_task_candidates()
    _message_deliveries()
    for statement in guard_statements(op.get_bind().dialect.name):
        op.execute(statement)


def _audit() -> None:
    op.create_table(
        "audit",
        sa.Column("stream", sa.String(length=120), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("action", sa.String(length=60), nullable=False),
        sa.Column("actor", sa.String(length=120), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("object_type", sa.String(length=60), nullable=False),
        sa.Column("object_id", sa.String(length=300), nullable=False),
        sa.Column("detail", sa.JSON(none_as_null=True), nullable=False),
        sa.Column(
            "recorded_at",
            UtcDateTime(),
            server_default=sa.text("(CURRENT_TIMESTAMP)"),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("stream", "seq", name=op.f("pk_audit")),
    )


def _audit_heads() -> None:
    op.create_table(
        "audit_heads",
        sa.Column("stream", sa.String(length=120), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("stream", name=op.f("pk_audit_heads")),
    )


def _effects() -> None:
    op.create_table(
        "effects",
        sa.Column("key", sa.String(length=300), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("case_id", sa.String(length=120), nullable=False),
        sa.Column("instance_id", sa.String(length=120), nullable=False),
        sa.Column("element", sa.String(length=120), nullable=False),
        sa.Column("result", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("actor", sa.String(length=120), nullable=False),
        sa.Column("detail", sa.JSON(none_as_null=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_effects")),
    )
    op.create_index(op.f("ix_effects_case_id"), "effects", ["case_id"], unique=False)


def _human_task_deeds() -> None:
    op.create_table(
        "human_task_deeds",
        sa.Column(
            "no",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("instance_id", sa.String(length=120), nullable=False),
        sa.Column("key", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.String(length=120), nullable=False),
        sa.Column("element", sa.String(length=120), nullable=False),
        sa.Column("request_id", sa.String(length=200), nullable=False),
        sa.Column("act", sa.String(length=60), nullable=False),
        sa.Column("actor", sa.String(length=120), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(length=60), nullable=True),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("variables", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=True),
        sa.Column("delegate_to", sa.String(length=120), nullable=True),
        sa.Column("limit_version", sa.Integer(), nullable=True),
        sa.Column("certificate_id", sa.String(length=120), nullable=True),
        sa.CheckConstraint(
            "act IN ('claim', 'unclaim', 'delegate', 'complete')",
            name=op.f("ck_human_task_deeds_act"),
        ),
        sa.PrimaryKeyConstraint("no", name=op.f("pk_human_task_deeds")),
    )
    op.create_index(op.f("ix_human_task_deeds_actor"), "human_task_deeds", ["actor"], unique=False)
    op.create_index(
        op.f("ix_human_task_deeds_case_id"), "human_task_deeds", ["case_id"], unique=False
    )
    op.create_index(
        "uq_human_task_deeds_instance_id_request_id",
        "human_task_deeds",
        ["instance_id", "request_id"],
        unique=True,
    )


def _human_tasks() -> None:
    op.create_table(
        "human_tasks",
        sa.Column("instance_id", sa.String(length=120), nullable=False),
        sa.Column("key", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.String(length=120), nullable=False),
        sa.Column("element", sa.String(length=120), nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("state", sa.String(length=60), nullable=False),
        sa.Column("assignee", sa.String(length=120), nullable=True),
        sa.Column("candidate_groups", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("candidate_users", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("due", UtcDateTime(), nullable=True),
        sa.Column("follow_up", UtcDateTime(), nullable=True),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("form", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("headers", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("variables", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("opened_at", UtcDateTime(), nullable=False),
        sa.Column("closed_at", UtcDateTime(), nullable=True),
        sa.Column("outcome", sa.String(length=60), nullable=True),
        sa.CheckConstraint(
            "state IN ('OPEN', 'CLAIMED', 'COMPLETED', 'WITHDRAWN')",
            name=op.f("ck_human_tasks_state"),
        ),
        sa.PrimaryKeyConstraint("instance_id", "key", name=op.f("pk_human_tasks")),
    )
    op.create_index(
        op.f("ix_human_tasks_assignee_state"), "human_tasks", ["assignee", "state"], unique=False
    )
    op.create_index(op.f("ix_human_tasks_case_id"), "human_tasks", ["case_id"], unique=False)
    op.create_index(
        op.f("ix_human_tasks_state_opened_at_instance_id_key"),
        "human_tasks",
        ["state", "opened_at", "instance_id", "key"],
        unique=False,
    )


def _incidents() -> None:
    op.create_table(
        "incidents",
        sa.Column("instance_id", sa.String(length=120), nullable=False),
        sa.Column("key", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.String(length=120), nullable=False),
        sa.Column("element", sa.String(length=120), nullable=True),
        sa.Column("name", sa.String(length=300), nullable=True),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("opened_at", UtcDateTime(), nullable=False),
        sa.Column("closed_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("instance_id", "key", name=op.f("pk_incidents")),
    )
    op.create_index(op.f("ix_incidents_case_id"), "incidents", ["case_id"], unique=False)
    op.create_index(
        op.f("ix_incidents_closed_at_opened_at"),
        "incidents",
        ["closed_at", "opened_at"],
        unique=False,
    )


def _instances() -> None:
    op.create_table(
        "instances",
        sa.Column("id", sa.String(length=120), nullable=False),
        sa.Column("case_id", sa.String(length=120), nullable=False),
        sa.Column("run_id", sa.String(length=120), nullable=False),
        sa.Column("process_id", sa.String(length=120), nullable=True),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("last_seq", sa.Integer(), nullable=False),
        sa.Column("started_at", UtcDateTime(), nullable=True),
        sa.Column("finished_at", UtcDateTime(), nullable=True),
        sa.Column("outcome", sa.String(length=60), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_instances")),
    )
    op.create_index(op.f("ix_instances_case_id"), "instances", ["case_id"], unique=False)


def _journal() -> None:
    op.create_table(
        "journal",
        sa.Column(
            "no",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("instance_id", sa.String(length=120), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.String(length=120), nullable=False),
        sa.Column("run_id", sa.String(length=120), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("element", sa.String(length=120), nullable=True),
        sa.Column("name", sa.String(length=300), nullable=True),
        sa.Column("key", sa.Integer(), nullable=True),
        sa.Column("data", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("no", name=op.f("pk_journal")),
    )
    op.create_index(op.f("ix_journal_case_id"), "journal", ["case_id"], unique=False)
    op.create_index(
        "uq_journal_instance_id_seq_generation",
        "journal",
        ["instance_id", "seq", "generation"],
        unique=True,
    )


def _messages() -> None:
    op.create_table(
        "messages",
        sa.Column(
            "no",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("id", sa.String(length=200), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("key", sa.String(length=300), nullable=False),
        sa.Column("variables", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("publisher", sa.String(length=120), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.Column("result", sa.String(length=60), nullable=False),
        sa.CheckConstraint(
            "result IN ('correlated', 'buffered', 'dropped')", name=op.f("ck_messages_result")
        ),
        sa.PrimaryKeyConstraint("no", name=op.f("pk_messages")),
    )
    op.create_index(
        op.f("ix_messages_name_key_expires_at"),
        "messages",
        ["name", "key", "expires_at"],
        unique=False,
    )
    op.create_index("uq_messages_name_key_id", "messages", ["name", "key", "id"], unique=True)


def _subscriptions() -> None:
    op.create_table(
        "subscriptions",
        sa.Column(
            "no",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("instance_id", sa.String(length=120), nullable=False),
        sa.Column("wait", sa.Integer(), nullable=False),
        sa.Column("process_id", sa.String(length=120), nullable=False),
        sa.Column("message", sa.String(length=120), nullable=False),
        sa.Column("correlation_key", sa.String(length=300), nullable=False),
        sa.Column("once", sa.Boolean(), nullable=False),
        sa.Column("opened_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("no", name=op.f("pk_subscriptions")),
    )
    op.create_index(
        op.f("ix_subscriptions_message_correlation_key"),
        "subscriptions",
        ["message", "correlation_key"],
        unique=False,
    )
    op.create_index(
        "uq_subscriptions_instance_id_wait", "subscriptions", ["instance_id", "wait"], unique=True
    )


def _waits() -> None:
    op.create_table(
        "waits",
        sa.Column("instance_id", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("key", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.String(length=120), nullable=False),
        sa.Column("element", sa.String(length=120), nullable=True),
        sa.Column("name", sa.String(length=300), nullable=True),
        sa.Column("due", UtcDateTime(), nullable=True),
        sa.Column("data", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("opened_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("instance_id", "kind", "key", name=op.f("pk_waits")),
    )
    op.create_index(op.f("ix_waits_case_id"), "waits", ["case_id"], unique=False)


def _human_task_candidates() -> None:
    op.create_table(
        "human_task_candidates",
        sa.Column("instance_id", sa.String(length=120), nullable=False),
        sa.Column("key", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=5), nullable=False),
        sa.Column("candidate", sa.String(length=120), nullable=False),
        sa.CheckConstraint("kind IN ('user', 'group')", name=op.f("ck_human_task_candidates_kind")),
        sa.ForeignKeyConstraint(
            ["instance_id", "key"],
            ["human_tasks.instance_id", "human_tasks.key"],
            name=op.f("fk_human_task_candidates_instance_id_key_human_tasks"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "instance_id", "key", "kind", "candidate", name=op.f("pk_human_task_candidates")
        ),
    )
    op.create_index(
        op.f("ix_human_task_candidates_kind_candidate"),
        "human_task_candidates",
        ["kind", "candidate"],
        unique=False,
    )


def _message_deliveries() -> None:
    op.create_table(
        "message_deliveries",
        sa.Column(
            "message_no", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("instance_id", sa.String(length=120), nullable=False),
        sa.Column("wait", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.String(length=200), nullable=False),
        sa.Column("process_id", sa.String(length=120), nullable=False),
        sa.Column("state", sa.String(length=60), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.CheckConstraint(
            "state IN ('PENDING', 'CONSUMED', 'RETURNED')", name=op.f("ck_message_deliveries_state")
        ),
        sa.ForeignKeyConstraint(
            ["message_no"], ["messages.no"], name=op.f("fk_message_deliveries_message_no_messages")
        ),
        sa.PrimaryKeyConstraint(
            "message_no", "instance_id", "wait", name=op.f("pk_message_deliveries")
        ),
    )
    op.create_index(
        op.f("ix_message_deliveries_instance_id_wait_state"),
        "message_deliveries",
        ["instance_id", "wait", "state"],
        unique=False,
    )
    op.create_index(
        op.f("ix_message_deliveries_state_at"), "message_deliveries", ["state", "at"], unique=False
    )
