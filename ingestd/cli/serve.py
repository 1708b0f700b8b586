"""What runs for long: the door (`smtpd`), a judging process (`worker`), and both (`serve`).

Each returns its exit code: 0 after SIGTERM or SIGINT, 2 when the spool, a port or the certificate
cannot be used or documents cannot be read in confinement, which is found out before anything listens.
SIGHUP makes doors read the certificate and the recipients anew. A service manager is told by whatever
process it started (`supervision`). Everything heavy is imported inside.
"""

import json
import os
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from socket import socket
from typing import TYPE_CHECKING, Any

from ingestd import journal, metrics, supervision
from ingestd.cli import _ready
from ingestd.config import Settings
from ingestd.model import Lane

if TYPE_CHECKING:
    from ingestd.cli._children import Child
    from ingestd.sources.smtp import Place

CANNOT_BE_USED = 2
_NICENESS = 5
"""By how much the OCR lane, and all that it starts, stands back for others who want the CPU."""
HANDED = "INGESTD_HANDED_SETTINGS"
"""The environment variable that names the file descriptor of `resume`."""


def smtpd(settings: Settings) -> int:
    """Receive mail into the spool until told to stop."""
    journal.configure(settings.log.format, "smtpd")
    _hold_hangups()
    metrics.configure(settings.metrics_socket)
    if (rows := _ready.sockets(settings)) is None:
        return CANNOT_BE_USED
    if settings.smtp.processes > 1:
        _run_children(_doors(settings, rows), rows)
        journal.stopped("smtpd")
    else:
        _receive(settings, rows[0])
    return 0


def begin_anew(settings: Settings) -> None:
    """Go on as a fresh interpreter in this very process (its id, its sockets and its signals stay),
    which runs `resume`: what a command line is read with would be a fifth of a door's memory. Returns
    only when that cannot be done."""

    with suppress(OSError):
        handed = os.memfd_create("settings", 0)
        os.write(handed, settings.model_dump_json().encode())
        os.set_inheritable(handed, True)
        os.environ[HANDED] = str(handed)
        sys.stdout.flush()
        # -P: nothing is imported from the directory that it is started in, whoever may write there.
        os.execv(sys.executable, [sys.executable, "-P", "-m", "ingestd", "smtpd"])  # noqa: S606 - ourselves


def resume(handed: int) -> int:
    """Run the door with the settings in the file descriptor `handed`."""
    with os.fdopen(handed, "rb") as file:
        file.seek(0)
        values = json.load(file)
    return smtpd(Settings(**values))


def worker(settings: Settings, lane: Lane | None = None) -> int:
    """Judge what is in the spool until told to stop, in worker.processes processes for the main lane
    and ocr.processes for the OCR lane; or what is in one `lane` alone."""
    journal.configure(settings.log.format, "worker")
    _hold_hangups()
    if lane is Lane.OCR and not settings.ocr.enabled:
        _ready.say(ValueError("ocr.enabled is false: there is nothing to do in the OCR lane"))
        return CANNOT_BE_USED
    if (
        not _ready.confined(settings)
        or not _ready.templated(settings)
        or not _ready.prepared(settings)
    ):
        return CANNOT_BE_USED
    _run_children(_workers(settings, lane), [])
    journal.stopped("worker")
    return 0


def serve(settings: Settings) -> int:
    """Run the door and the workers as processes of their own until told to stop. The sockets are
    bound here, so that clients wait rather than fail while a door is started again."""
    from ingestd.cli._children import Child

    journal.configure(settings.log.format, "serve")
    _hold_hangups()
    if not _ready.confined(settings) or not _ready.templated(settings):
        return CANNOT_BE_USED
    if (rows := _ready.sockets(settings)) is None:
        return CANNOT_BE_USED
    if not _ready.exposable(settings):
        return CANNOT_BE_USED
    children = [*_doors(settings, rows), *_workers(settings)]
    if settings.metrics.listen:
        children.append(Child("metrics", _metrics_process, (settings.model_dump(),)))
    _run_children(children, rows)
    journal.stopped("serve")
    return 0


def expose(settings: Settings) -> int:
    """Expose the metrics of door and workers that run as services of their own, until told to stop."""
    journal.configure(settings.log.format, "metrics")
    if not settings.metrics.listen:
        _ready.say(ValueError("metrics.listen says on which address and port: set it"))
        return CANNOT_BE_USED
    if not _ready.exposable(settings):
        return CANNOT_BE_USED
    _expose(settings)
    return 0


def _doors(settings: Settings, rows: "list[list[socket]]") -> "list[Child]":
    """Return the door processes, each with its sockets and its place on the board of who is here."""
    from ingestd.cli._children import Child
    from ingestd.sources.smtp import Place, places

    def door(place: Place, sockets: list[socket]) -> Child:
        name = f"smtpd-{place.column + 1}" if len(rows) > 1 else "smtpd"
        arguments = (settings.model_dump(), name, sockets, place)
        return Child(name, _door_process, arguments, takes_hangup=True)

    return [door(place, row) for place, row in zip(places(settings.smtp), rows, strict=True)]


def _workers(settings: Settings, only: Lane | None = None) -> "list[Child]":
    """Return the judging processes of all lanes, or of one."""
    from ingestd.cli._children import Child

    counts = {Lane.MAIN: settings.worker.processes}
    if settings.ocr.enabled:
        counts[Lane.OCR] = settings.ocr.processes
    names = {
        f"{'worker' if lane is Lane.MAIN else lane}-{number}": lane
        for lane, count in counts.items()
        for number in range(1, count + 1)
        if only in (None, lane)
    }
    values = settings.model_dump()
    return [Child(name, _worker_process, (values, name, lane)) for name, lane in names.items()]


def _run_children(children: "list[Child]", rows: "list[list[socket]]") -> None:
    from ingestd.cli._children import Stop, end, tend

    stop = Stop()
    _on_signal(stop.set)
    try:
        tend(children, stop)
    finally:
        supervision.stopping()
        for one in {id(one): one for row in rows for one in row}.values():
            one.close()  # what still waits to be greeted is told to come again
        end(children)


def _on_signal(stop: Callable[[], None]) -> None:
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: stop())


def _hold_hangups() -> None:
    """A SIGHUP that comes before it can be taken would end us; it waits."""
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGHUP})


def _door_process(values: dict[str, Any], name: str, sockets: list[socket], place: "Place") -> None:
    def run(settings: Settings) -> None:
        from ingestd.spool.local import LocalSpool

        LocalSpool(settings.spool_path).prepare()  # sweeps what the door before this one left
        _receive(settings, sockets, place)

    _child(values, name, run)


def _metrics_process(values: dict[str, Any]) -> None:
    _child(values, "metrics", _expose)


def _expose(settings: Settings) -> None:
    from ingestd.cli._children import Stop
    from ingestd.cli._exposition import expose

    stop = Stop()
    _on_signal(stop.set)
    expose(settings, stop)
    journal.stopped("metrics")


def _worker_process(values: dict[str, Any], name: str, lane: Lane) -> None:
    if lane is Lane.OCR:
        with suppress(OSError):  # where that is not allowed, as well as it can
            os.nice(_NICENESS)
    _child(values, name, lambda settings: _judge(settings, lane))


def _child(values: dict[str, Any], name: str, run: Callable[[Settings], None]) -> None:
    settings = Settings(**values)
    journal.configure(settings.log.format, name)
    metrics.configure(settings.metrics_socket)
    try:
        run(settings)
    except Exception as error:
        journal.process_fault(error)
        raise SystemExit(1) from error


def _judge(settings: Settings, lane: Lane) -> None:
    from ingestd.cli._children import Stop

    stop = Stop()
    _on_signal(stop.set)
    from ingestd.worker import run  # takes a second: we can be told to stop before

    run(settings, stop, lane)
    journal.stopped("worker")


def _receive(settings: Settings, sockets: list[socket], place: "Place | None" = None) -> None:
    import uvloop

    uvloop.run(_receive_until_stopped(settings, sockets, place))
    journal.stopped("smtpd")


async def _receive_until_stopped(
    settings: Settings, sockets: list[socket], place: "Place | None"
) -> None:
    import asyncio

    from ingestd.cli._children import Stop
    from ingestd.intake import Intake
    from ingestd.sources import smtp
    from ingestd.spool.log import LogReceiver

    loop = asyncio.get_running_loop()
    receiver = LogReceiver(settings.spool_path, loop.call_soon_threadsafe)
    door = loop.create_task(smtp.run(settings, Intake(settings, receiver), sockets, place))
    stop = Stop()
    _on_signal(stop.set)

    def cancel() -> None:
        for sentinel in stop.sentinels:
            loop.remove_reader(sentinel)
        door.cancel()

    for sentinel in stop.sentinels:
        loop.add_reader(sentinel, cancel)
    with suppress(asyncio.CancelledError):
        await door
    receiver.close()
