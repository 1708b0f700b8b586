"""What runs for long: the door (`smtpd`), a judging process (`worker`), and both (`serve`).

Each returns its exit code: 0 after SIGTERM or SIGINT, 2 when the spool or a port cannot be used,
which is found out before anything listens. Everything heavy is imported inside.
"""

import signal
import sys
from collections.abc import Callable
from socket import socket
from typing import Any

from ingestd import journal
from ingestd.config import Settings

CANNOT_BE_USED = 2


def smtpd(settings: Settings) -> int:
    """Receive mail into the spool until told to stop."""
    journal.configure(settings.log.format, "smtpd")
    if (sockets := _open(settings)) is None:
        return CANNOT_BE_USED
    _receive(settings, sockets)
    return 0


def worker(settings: Settings) -> int:
    """Judge what is in the spool until told to stop."""
    journal.configure(settings.log.format, "worker")
    if not _prepared(settings):
        return CANNOT_BE_USED
    _judge(settings)
    return 0


def serve(settings: Settings) -> int:
    """Run the door and the workers as processes of their own until told to stop. The sockets are
    bound here, so that clients wait rather than fail while a door is started again."""
    from ingestd.cli._children import Child, Stop, end, tend

    journal.configure(settings.log.format, "serve")
    if (sockets := _open(settings)) is None:
        return CANNOT_BE_USED
    values = settings.model_dump()
    children = [
        Child("smtpd", _door_process, (values, sockets)),
        *(
            Child(f"worker-{number}", _worker_process, (values, f"worker-{number}"))
            for number in range(1, settings.worker.processes + 1)
        ),
    ]
    stop = Stop()
    _on_signal(stop.set)
    try:
        tend(children, stop)
    finally:
        for one in sockets:
            one.close()
        end(children)
    journal.stopped("serve")
    return 0


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


def _say(error: Exception) -> None:
    sys.stderr.write(f"ingestd: {error}\n")


def _on_signal(stop: Callable[[], None]) -> None:
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: stop())


def _door_process(values: dict[str, Any], sockets: list[socket]) -> None:
    _child(values, "smtpd", lambda settings: _receive(settings, sockets))


def _worker_process(values: dict[str, Any], name: str) -> None:
    _child(values, name, _judge)


def _child(values: dict[str, Any], name: str, run: Callable[[Settings], None]) -> None:
    settings = Settings(**values)
    journal.configure(settings.log.format, name)
    try:
        run(settings)
    except Exception as error:
        journal.process_fault(error)
        raise SystemExit(1) from error


def _judge(settings: Settings) -> None:
    from ingestd.cli._children import Stop
    from ingestd.worker import run

    stop = Stop()
    _on_signal(stop.set)
    run(settings, stop)
    journal.stopped("worker")


def _receive(settings: Settings, sockets: list[socket]) -> None:
    import asyncio

    asyncio.run(_receive_until_stopped(settings, sockets))
    journal.stopped("smtpd")


async def _receive_until_stopped(settings: Settings, sockets: list[socket]) -> None:
    import asyncio
    from contextlib import suppress

    from ingestd.cli._children import Stop
    from ingestd.intake import Intake
    from ingestd.sources import smtp
    from ingestd.spool.local import LocalSpool

    loop = asyncio.get_running_loop()
    door = loop.create_task(
        smtp.run(settings, Intake(settings, LocalSpool(settings.spool_path)), sockets)
    )
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
