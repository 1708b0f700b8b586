"""Confirms the door's list of recipients from the database, every few minutes, in every worker.

So a door knows that its list is what the database says, and notices (addresses.snapshot_max_age_h)
when nobody can tell any more: no worker runs, or the database is away.
"""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from ingestd import address, journal
from ingestd.store import Store, companies

EVERY = timedelta(minutes=5)
_LOOK_EVERY_S = 60.0


class Confirmation:
    """When to confirm. `monotonic` gives seconds."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._look_at = monotonic()

    def look(self, store: Store) -> None:
        """Confirm the list when nobody did for five minutes; of all workers, one does. Raises
        Unavailable when the database is away: then nobody can confirm anything."""
        if self._monotonic() < self._look_at:
            return
        self._look_at = self._monotonic() + _LOOK_EVERY_S
        try:
            if _age(store) >= EVERY:
                companies.publish(store)
        except OSError as error:  # a full disk; judging goes on
            journal.recipients_unconfirmed(str(store.settings.recipients_file), error)


def _age(store: Store) -> timedelta:
    """Return how old the confirmation is; one in the future, by a clock that was wrong, is old."""
    try:
        confirmed_at = address.read_recipients(store.settings.recipients_file).confirmed_at
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return EVERY
    age = datetime.now(UTC) - (confirmed_at or datetime.min.replace(tzinfo=UTC))
    return age if age >= timedelta(0) else EVERY
