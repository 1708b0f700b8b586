"""What a COMMIT frame holds: `<spool id> <company> <company> ...`, LF, the line of the envelope."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from ingestd.model import Envelope
from ingestd.spool._entry import Entry, read_name, received_ms, write_envelope
from ingestd.spool._frames import LARGEST_PAYLOAD


@dataclass(frozen=True, slots=True)
class Commit:
    """A message that is whole. `line` is its envelope, as the first line of an entry has it."""

    spool_id: str
    companies: tuple[str, ...]
    line: bytes

    @property
    def entries(self) -> list[Entry]:
        """What the message is called in `queue/`: always the same, whoever sorts it how often."""
        due_ms = received_ms(self.spool_id)
        return [Entry(due_ms, 0, company, self.spool_id) for company in self.companies]


def write_commit(spool_id: str, companies: Sequence[str], envelope: Envelope) -> bytes:
    """Return the payload of a COMMIT. Raises ValueError for no company, or one that cannot be part
    of a file name, or an envelope without end."""
    names = tuple(dict.fromkeys(companies))
    if not names:
        raise ValueError("a message needs a company")
    for company in names:
        if not _can_be_named(company):
            raise ValueError(f"{company!r} cannot be part of a file name")
    line = write_envelope(envelope, spool_id)
    payload = " ".join((spool_id, *names)).encode() + b"\n" + line
    if len(payload) > LARGEST_PAYLOAD:
        raise ValueError("the envelope is too large")
    return payload


@lru_cache(maxsize=4096)
def _can_be_named(company: str) -> bool:
    return read_name(Entry(0, 0, company, "0" * 16).name) is not None


def read_commit(payload: bytes) -> Commit:
    """Read what `write_commit` wrote."""
    names, _, line = payload.partition(b"\n")
    spool_id, *companies = names.decode().split(" ")
    return Commit(spool_id, tuple(companies), line)
