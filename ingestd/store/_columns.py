"""Column types that keep our promises on every database: exact money, UTC times, storable words.

A stranger's text may hold what a database refuses (NUL in PostgreSQL, half a surrogate pair in
SQLite); it is replaced by U+FFFD here, in one place, so that no mail can make filing fail.
"""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import JSON, DateTime, Dialect, String
from sqlalchemy.types import TypeDecorator


def storable(text: str) -> str:
    """Return `text` without what a database cannot hold."""
    whole = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return whole.replace("\0", "\ufffd")


def _storable_all(value: Any) -> Any:
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, dict):
        return {storable(key): _storable_all(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_storable_all(one) for one in value]
    return value


class Words(TypeDecorator[str]):
    """Text that a stranger wrote."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Make `value` storable."""
        return None if value is None else storable(value)


class Json(TypeDecorator[Any]):
    """A JSON value, its strings made storable."""

    impl = JSON
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        """Make every string of `value` storable."""
        return _storable_all(value)


class Money(TypeDecorator[Decimal]):
    """A decimal as it was written, `100.00` and not 100.0; SQLite's own numbers are binary."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> str | None:
        """Write without an exponent."""
        return None if value is None else format(value, "f")

    def process_result_value(self, value: str | None, dialect: Dialect) -> Decimal | None:
        """Read exactly what was written."""
        return None if value is None else Decimal(value)


class Timestamp(TypeDecorator[datetime]):
    """An aware time, kept and given back in UTC; SQLite alone would forget the zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Convert to UTC. Raises ValueError for a naive time, which would be a guess."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a time without zone: {value}")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give the zone back."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
