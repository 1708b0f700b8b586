"""What clamd says of itself: `ClamAV 1.4.6/27500/Thu Nov 19 09:26:44 2026`, all after the name only
where it has the official signatures."""

from dataclasses import dataclass
from datetime import UTC, datetime

_CHARACTERS = 200


@dataclass(frozen=True, slots=True)
class Version:
    """clamd's whole line, its name, the version of its signatures, their date and their age in seconds
    ("" and None where it does not say)."""

    line: str
    program: str
    signatures: str = ""
    signatures_from: datetime | None = None
    age_s: float | None = None


def read_version(answer: bytes, now: datetime) -> Version:
    """Read clamd's answer to VERSION; what it does not say stays empty."""
    line = answer[:_CHARACTERS].decode("ascii", "replace").strip()
    program, _, rest = line.partition("/")
    signatures, _, said = rest.partition("/")
    date = _date(said)
    return Version(line, program, signatures, date, (now - date).total_seconds() if date else None)


def _date(text: str) -> datetime | None:
    """Read a date as clamd writes it; it is in the time of its machine, taken as UTC: a few hours are
    nothing to an age in days."""
    try:
        return datetime.strptime(text.strip(), "%a %b %d %H:%M:%S %Y").replace(tzinfo=UTC)
    except ValueError:
        return None
