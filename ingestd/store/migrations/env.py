"""How alembic runs here: on the connection that it is handed, in one transaction.

A migration is frozen in time, so it names plain column types and never our own classes.
"""

from typing import Any

from alembic import context
from sqlalchemy.types import TypeDecorator
from sqlmodel.sql.sqltypes import AutoString

from ingestd.store import tables


def _render(kind: str, item: Any, _context: Any) -> Any:
    if kind == "type" and isinstance(item, AutoString):
        return "sa.String()"
    if kind == "type" and isinstance(item, TypeDecorator):
        return f"sa.{item.impl_instance!r}"
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=tables.DocumentRow.metadata,
    render_as_batch=True,
    transactional_ddl=True,
    render_item=_render,
)
with context.begin_transaction():
    context.run_migrations()
