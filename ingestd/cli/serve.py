"""What runs for long: the door (`smtpd`), a judging process (`worker`), and both (`serve`).

Each returns its exit code: 0 after SIGTERM or SIGINT, 2 when the spool or a port cannot be used or
documents cannot be read in confinement, which is found out before anything listens. Everything heavy
is imported inside.
"""

import signal
import sys
from collections.abc import Callable
from socket import socket
from typing import TYPE_CHECKING, Any

from ingestd import journal, metrics
from ingestd.config import Settings

if TYPE_CHECKING:
    from ingestd.cli._children import Child

CANNOT_BE_USED = 2


def smtpd(settings: Settings) -> int:
    """Receive mail into the spool until told to stop."""
    journal.configure(settings.log.format, "smtpd")
    metrics.configure(settings.metrics_socket)
    if (sockets := _open(settings)) is None:
        return CANNOT_BE_USED
    _receive(settings, sockets)
    return 0


def worker(settings: Settings) -> int:
    """Judge what is in the spool, in worker.processes processes, until told to stop."""
    journal.configure(settings.log.format, "worker")
    if not _confined(settings) or not _prepared(settings):
        return CANNOT_BE_USED
    _run_children(_workers(settings), [])
    journal.stopped("worker")
    return 0


def serve(settings: Settings) -> int:
    """Run the door and the workers as processes of their own until told to stop. The sockets are
    bound here, so that clients wait rather than fail while a door is started again."""
    from ingestd.cli._children import Child

    journal.configure(settings.log.format, "serve")
    if not _confined(settings) or (sockets := _open(settings)) is None:
        return CANNOT_BE_USED
    if not _exposable(settings):
        return CANNOT_BE_USED
    values = settings.model_dump()
    children = [Child("smtpd", _door_process, (values, sockets)), *_workers(settings)]
    if settings.metrics.listen:
        children.append(Child("metrics", _metrics_process, (values,)))
    _run_children(children, sockets)
    journal.stopped("serve")
    return 0


def expose(settings: Settings) -> int:
    """Expose the metrics of door and workers that run as services of their own, until told to stop."""
    journal.configure(settings.log.format, "metrics")
    if not settings.metrics.listen:
        _say(ValueError("metrics.listen says on which address and port: set it"))
        return CANNOT_BE_USED
    if not _exposable(settings):
        return CANNOT_BE_USED
    _expose(settings)
    return 0


def _exposable(settings: Settings) -> bool:
    if not settings.metrics.listen:
        return True
    from ingestd.metrics.exposition import CannotExpose, prove

    try:
        prove(settings.metrics.listen)
    except CannotExpose as error:
        _say(error)
        return False
    return True


def _workers(settings: Settings) -> "list[Child]":
    from ingestd.cli._children import Child

    names = [f"worker-{number}" for number in range(1, settings.worker.processes + 1)]
    return [Child(name, _worker_process, (settings.model_dump(), name)) for name in names]


def _run_children(children: "list[Child]", sockets: list[socket]) -> None:
    from ingestd.cli._children import Stop, end, tend

    stop = Stop()
    _on_signal(stop.set)
    try:
        tend(children, stop)
    finally:
        for one in sockets:
            one.close()  # what still waits to be greeted is told to come again
        end(children)


def _open(settings: Settings) -> list[socket] | None:
    """Prove the spool and bind the ports; None, having said why, when that cannot be."""
    from ingestd.sources.smtp import CannotListen, bind

    if not _prepared(settings):
        return None
    try:
        return bind(settings)
    except CannotListen as error:
        _say(error)
        return None


def _prepared(settings: Settings) -> bool:
    from ingestd.spool import SpoolUnusable
    from ingestd.spool.local import LocalSpool

    try:
        LocalSpool(settings.spool_path).prepare()
    except SpoolUnusable as error:
        _say(error)
        return False
    return True


def _confined(settings: Settings) -> bool:
    """Prove that documents can be read in the confinement that is set; False, having said why not."""
    from ingestd.sandbox import proof
    from ingestd.sandbox.confinement import Mode, Unconfinable

    try:
        proof.demand(Mode(settings.sandbox.mode))
    except Unconfinable as error:
        _say(error)
        return False
    return True


def _say(error: Exception) -> None:
    sys.stderr.write(f"ingestd: {error}\n")


def _on_signal(stop: Callable[[], None]) -> None:
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: stop())


def _door_process(values: dict[str, Any], sockets: list[socket]) -> None:
    def run(settings: Settings) -> None:
        from ingestd.spool.local import LocalSpool

        LocalSpool(settings.spool_path).prepare()  # sweeps what the door before this one left
        _receive(settings, sockets)

    _child(values, "smtpd", run)


def _metrics_process(values: dict[str, Any]) -> None:
    _child(values, "metrics", _expose)


def _expose(settings: Settings) -> None:
    from ingestd.cli._children import Stop
    from ingestd.cli._exposition import expose

    stop = Stop()
    _on_signal(stop.set)
    expose(settings, stop)
    journal.stopped("metrics")


def _worker_process(values: dict[str, Any], name: str) -> None:
    _child(values, name, _judge)


def _child(values: dict[str, Any], name: str, run: Callable[[Settings], None]) -> None:
    settings = Settings(**values)
    journal.configure(settings.log.format, name)
    metrics.configure(settings.metrics_socket)
    try:
        run(settings)
    except Exception as error:
        journal.process_fault(error)
        raise SystemExit(1) from error


def _judge(settings: Settings) -> None:
    from ingestd.cli._children import Stop

    stop = Stop()
    _on_signal(stop.set)
    from ingestd.worker import run  # takes a second: we can be told to stop before

    run(settings, stop)
    journal.stopped("worker")


def _receive(settings: Settings, sockets: list[socket]) -> None:
    import uvloop

    uvloop.run(_receive_until_stopped(settings, sockets))
    journal.stopped("smtpd")


async def _receive_until_stopped(settings: Settings, sockets: list[socket]) -> None:
    import asyncio
    from contextlib import suppress

    from ingestd.cli._children import Stop
    from ingestd.intake import Intake
    from ingestd.sources import smtp
    from ingestd.spool.threaded import ThreadedReceiver

    loop = asyncio.get_running_loop()
    receiver = ThreadedReceiver(settings.spool_path).receive(loop.call_soon_threadsafe)
    door = loop.create_task(smtp.run(settings, Intake(settings, receiver), sockets))
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
