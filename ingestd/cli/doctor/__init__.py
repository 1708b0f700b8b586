"""`ingestd doctor`: every dependency, limit and probe, with what to do about each failure."""

from collections.abc import Callable, Iterator
from dataclasses import asdict

from ingestd.cli.doctor import _machine, _mail, _reading, _scanning
from ingestd.cli.doctor.line import Line, State
from ingestd.cli.faults import CANNOT_TELL
from ingestd.cli.terminal import Here, Terminal
from ingestd.model import Unavailable

EXAMINATIONS: tuple[Callable[[Terminal], Iterator[Line]], ...] = (
    _machine.configuration,
    _machine.storage,
    _machine.database,
    _scanning.clamav,
    _scanning.sandbox,
    _reading.rules,
    _reading.recognition,
    _reading.printing,
    _reading.templates,
    _scanning.libmagic,
    _mail.spool,
    _mail.recipients,
    _mail.certificate,
    _mail.door,
    _machine.packages,
)


def doctor(*, terminal: Here) -> int:
    """Examine every dependency and limit, and say what to do about each failure."""
    lines = [line for examine in EXAMINATIONS for line in _safely(examine, terminal)]
    healthy = all(line.state is not State.MISSING for line in lines)
    if terminal.json:
        terminal.document({"ok": healthy, "checks": [asdict(line) for line in lines]})
    else:
        rows = [(line.check, terminal.tr(line.state), line.detail, line.todo) for line in lines]
        terminal.table(("Check", "State", "Found", "What to do"), rows)
    return 0 if healthy else CANNOT_TELL


def _safely(examine: Callable[[Terminal], Iterator[Line]], terminal: Terminal) -> Iterator[Line]:
    """Go on with the other examinations when one finds the world away or unusable."""
    from ingestd.spool import SpoolUnusable
    from ingestd.store import StoreError

    name = examine.__name__
    try:
        yield from examine(terminal)
    except (StoreError, SpoolUnusable) as error:
        yield Line(name, State.MISSING, str(error), "see `ingestd config` for where it should be")
    except Unavailable as error:
        yield Line(name, State.MISSING, str(error), "free what holds it and ask again")
    except PermissionError as error:
        detail = f"{error.filename}: {error.strerror}"
        yield Line(name, State.MISSING, detail, "ask as the user that runs ingestd")
