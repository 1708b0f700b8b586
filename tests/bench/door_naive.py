"""A receiver as one would write it first: plain aiosmtpd, a file a message, fsync before the 250.

python -m tests.bench.door_naive PORT DIRECTORY
"""

import asyncio
import os
import signal
import sys
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session


class Keeper:
    """Writes each message to a file of its own and makes it and its name durable."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._count = 0

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        """Keep one message."""
        self._count += 1
        name = self._directory / f"{self._count}.eml"
        coming = name.with_suffix(".tmp")
        with coming.open("xb") as file:
            file.write(envelope.original_content or b"")
            file.flush()
            os.fsync(file.fileno())
        coming.rename(name)
        names = os.open(self._directory, os.O_RDONLY)
        os.fsync(names)
        os.close(names)
        return f"250 2.0.0 queued as {self._count}"


async def serve(port: int, directory: Path) -> None:
    """Receive mail until SIGTERM."""
    loop = asyncio.get_running_loop()
    keeper = Keeper(directory)
    stopped = loop.create_future()
    loop.add_signal_handler(signal.SIGTERM, stopped.set_result, None)
    server = await loop.create_server(
        lambda: SMTP(keeper, hostname="mx.example.com", loop=loop), "127.0.0.1", port, backlog=1024
    )
    await stopped
    server.close()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), Path(sys.argv[2])))
