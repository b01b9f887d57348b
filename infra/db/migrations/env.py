"""How Alembic reaches the database: on the connection it is given."""

from alembic import context

from infra.db.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    # One transaction for all of it: a migration happened, or it did not.
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
