"""How we connect to the database: the only file that knows which one it is.

SQLite: WAL with `synchronous=FULL` (NORMAL lost committed rows in power cuts, THREATS section 1),
foreign keys on, and transactions that begin when we say so: a writer takes the lock at once
(BEGIN IMMEDIATE), because a reader that turns into a writer cannot wait for another one.
"""

import os
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url

BUSY_TIMEOUT_MS = 5_000
"""How long one process waits for another's transaction before the database counts as away."""


def connect(url: str) -> Engine:
    """Return an engine for `url`. Nothing is opened before its first use."""
    engine = create_engine(url, hide_parameters=True)  # what is in a row is in no log
    if make_url(url).get_backend_name() == "sqlite":
        event.listen(engine, "connect", _prepare)
        event.listen(engine, "begin", _begin)
    # a forked child (the sandbox) must neither use nor close its parent's connections
    os.register_at_fork(after_in_child=lambda: engine.dispose(close=False))
    return engine


def _prepare(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # the driver shall not begin transactions by itself
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.close()


def _begin(connection: Connection) -> None:
    writing = connection.get_execution_options().get("writing", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")
