"""Runs schema changes on the connection that `opening.migrate` hands over."""

from alembic import context

from mailkeep.store.tables import METADATA

context.configure(connection=context.config.attributes["connection"], target_metadata=METADATA)
context.run_migrations()
