"""The ledger, the inbox and the blobs of one installation.

A filing is blobs first and then one transaction, so that whoever looks sees all of a judged mail or
nothing. A locked or absent database is `Unavailable`: nothing was done, due again.
"""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.exc import DatabaseError, DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlmodel import Session

from ingestd.config import Settings
from ingestd.durable import make_private
from ingestd.model import Unavailable
from ingestd.store import _engine, _schema
from ingestd.store.blobs import Blobs


class StoreError(Exception):
    """The storage as configured cannot be used, and waiting will not help; says what to do."""


class Conflict(Exception):  # noqa: N818 - it names what happened
    """Somebody filed the same invoice or file first. Judge again: it shows as a duplicate now."""


class NotFound(LookupError):  # noqa: N818 - it names what happened
    """There is no such row, or the beginning of its id fits several; the message says which."""


class Store:
    """One installation's database and blobs. Not to be shared between threads of one session."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.blobs = Blobs(settings.storage.path / "blobs")
        self._readers: Engine = _engine.connect(settings.database_url)
        self._writers = self._readers.execution_options(writing=True)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session that sees one state of the database and changes nothing."""
        with _translated(), Session(self._readers, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A session that is one transaction: committed at the end, undone by any exception."""
        with _translated(), Session(self._writers, expire_on_commit=False) as session:
            yield session
            session.commit()

    def revision(self) -> str | None:
        """Return the migration the database stands at, None for an empty one."""
        with _translated(), self._readers.connect() as connection:
            return _schema.revision(connection)

    def migrate(self) -> None:
        """Bring the database to the newest migration; one process at a time, all or nothing.

        Raises StoreError for a database that a newer ingestd wrote.
        """
        if self.revision() == _schema.NEWEST:
            return
        lock = self.settings.storage.path / "migrate.lock"
        with exclusive(lock), _translated(), self._writers.connect() as connection:
            _check_known(_schema.revision(connection), self.settings.database_url)
            _schema.upgrade(connection)

    def close(self) -> None:
        """Close all connections."""
        self._readers.dispose()


def open_store(settings: Settings) -> Store:
    """Return the store of `settings`, its directories made and its database migrated.

    Raises StoreError when the storage cannot be used as configured, Unavailable when the database is
    locked or away.
    """
    root = settings.storage.path
    try:
        make_private(root)
        (root / "blobs").mkdir(exist_ok=True)
        with (root / "migrate.lock").open("a"):
            pass
    except OSError as error:
        raise StoreError(
            f"storage.path: cannot write to {root.absolute()} ({error.strerror}). Create it for the user "
            "that runs ingestd, or set storage.path to a directory that this user may write to."
        ) from error
    store = Store(settings)
    store.migrate()
    return store


@contextmanager
def exclusive(lock: Path) -> Iterator[None]:
    """Hold the lock file `lock` against other processes of this machine."""
    try:
        with lock.open("a") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield
    except OSError as error:
        raise Unavailable(f"cannot lock {lock}: {error}") from error


def _check_known(revision: str | None, url: str) -> None:
    if revision is not None and revision not in _schema.revisions():
        raise StoreError(
            f"the database {url} is at version {revision}, which this ingestd does not know: a newer "
            "ingestd wrote it. Install that version again, or restore the backup from before it."
        )


@contextmanager
def _translated() -> Iterator[None]:
    """SQLAlchemy's errors do not leave the store: locked, full or away is `Unavailable`."""
    try:
        yield
    except (OperationalError, PoolTimeout) as error:
        cause = getattr(error, "orig", None) or error
        raise Unavailable(f"the database does not answer: {cause}") from error
    except DBAPIError as error:
        if error.connection_invalidated:
            raise Unavailable(f"the database is away: {error.orig}") from error
        if type(error) is DatabaseError:  # SQLite's word for a file that is none of its own
            raise Unavailable(f"the database is damaged: {error.orig}") from error
        raise
