"""What people type, read: times, companies, who the operator is."""

import getpass
import os
import re
from datetime import UTC, datetime, timedelta

from ingestd.identifiers import normalise_vat
from ingestd.reasons import CATALOGUE
from ingestd.store import StoreError

_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_AGO = re.compile(r"(\d{1,5})([mhdw])")
POSTMASTER = "postmaster"


class ArgumentError(StoreError):
    """What was typed cannot be understood; the message says what would be."""


def since(text: str | None) -> datetime | None:
    """Return the time that `--since` names: an ISO date or time (UTC without a zone), or how long
    ago: `30m`, `3h`, `2d`, `1w`."""
    if text is None:
        return None
    if match := _AGO.fullmatch(text.strip()):
        return datetime.now(UTC) - timedelta(**{_UNITS[match[2]]: int(match[1])})
    try:
        time = datetime.fromisoformat(text.strip())
    except ValueError:
        raise ArgumentError(
            f"--since {text}: not a time. Give a date (2026-10-02), a time (2026-10-02T14:00), or how "
            "long ago (3h, 2d)."
        ) from None
    return time.replace(tzinfo=UTC) if time.tzinfo is None else time


def company(text: str | None) -> str | None:
    """Return the VAT number that `--company` names, in its one spelling. Raises InvalidIdentifier."""
    return text if text in (None, POSTMASTER) else normalise_vat(str(text))


def reason(code: str | None) -> str | None:
    """Return the reason that `--reason` names. Raises ArgumentError for what the catalogue has not."""
    if code is not None and code not in CATALOGUE:
        raise ArgumentError(f"no such reason: {code}; see `ingestd reasons`.")
    return code


def operator() -> str:
    """Return who decides: the person behind sudo, else the user of this process."""
    try:
        return os.environ.get("SUDO_USER") or getpass.getuser()
    except (OSError, KeyError):  # no such user in this container
        return str(os.getuid())
