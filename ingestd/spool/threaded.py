"""The spool of files as the door calls it: nothing blocks, the disk's threads answer by a call back.

For as long as a message is a file of its own; the segment log has its own writer.
"""

from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Lock

from ingestd.model import Envelope
from ingestd.spool._incoming import LocalIncoming
from ingestd.spool.local import LocalSpool

Notify = Callable[[Callable[[], None]], object]


class ThreadedIncoming:
    """One message: its steps run one after the other in the threads of the receiver."""

    def __init__(self, incoming: LocalIncoming, disk: ThreadPoolExecutor, notify: Notify) -> None:
        self._incoming, self._disk, self._notify = incoming, disk, notify
        self._steps: deque[Callable[[], None]] = deque()
        self._lock = Lock()
        self._running = False
        self._error: Exception | None = None
        self._over = False
        self.spool_id = incoming.spool_id
        self.size_bytes = 0
        self.waiting_bytes = 0

    def write(self, chunk: bytes) -> None:
        """Hand octets over."""
        self.size_bytes += len(chunk)
        self.waiting_bytes += len(chunk)
        self._then(lambda: self._write(chunk))

    def commit(self, companies: Sequence[str], done: Callable[[Exception | None], None]) -> None:
        """Make the message durable; `done` is called by `notify`."""
        self._over = True
        self._then(lambda: self._commit(companies, done))

    def abort(self) -> None:
        """Forget the message."""
        if not self._over:
            self._over = True
            self._then(self._incoming.abort)

    def _write(self, chunk: bytes) -> None:
        try:
            if self._error is None:
                self._incoming.write(chunk)
        except Exception as error:  # noqa: BLE001 - told at the commit
            self._error = error
        self.waiting_bytes -= len(chunk)

    def _commit(self, companies: Sequence[str], done: Callable[[Exception | None], None]) -> None:
        error = self._error
        try:
            if error is None:
                self._incoming.write(b"")
                self._incoming.commit(companies)
        except Exception as failed:  # noqa: BLE001 - told
            error = failed
        self._notify(lambda: done(error))

    def _then(self, step: Callable[[], None]) -> None:
        with self._lock:
            self._steps.append(step)
            if self._running:
                return
            self._running = True
        self._disk.submit(self._run)

    def _run(self) -> None:
        while True:
            with self._lock:
                if not self._steps:
                    self._running = False
                    return
                step = self._steps.popleft()
            step()


class ThreadedReceiver(LocalSpool):
    """The spool with the door's way in."""

    def receive(self, notify: Notify) -> "ThreadedReceiver":
        """Call `notify` from now on."""
        self._disk = ThreadPoolExecutor(16, thread_name_prefix="disk")
        self._tell = notify
        return self

    def begin(self, envelope: Envelope) -> ThreadedIncoming:  # type: ignore[override]
        """See `spool.Spool`."""
        return ThreadedIncoming(super().begin(envelope), self._disk, self._tell)

    def close(self) -> None:
        """Wait for the disk."""
        self._disk.shutdown()
