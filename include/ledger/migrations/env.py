"""Alembic's way in; `include.ledger.migrate` passes the connection and owns the transaction."""

from alembic import context

from include.ledger.models import Base

context.configure(connection=context.config.attributes["connection"], target_metadata=Base.metadata)
context.run_migrations()
