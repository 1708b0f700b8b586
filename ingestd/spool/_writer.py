"""The one thread that writes a door's log: it takes all that is queued, appends, syncs once, answers.

The order, which tests/faults holds against the system calls of a running door:

    at the start:  mkdir log/DOOR, flock it, fsync log/;  open two segments, fsync log/DOOR for each
    for a batch:   writev(segment) until all is written;  fdatasync(segment), if a message ends in it;
                   only then are the clients of the batch answered
    in between:    fdatasync(segment) and close, when it is full or old; the next one is open already;
                   open the one behind it, fsync log/DOOR

So a 250 waits for its octets, for the commit behind them, and for the name of the file they are in.
There is no timer: while one batch is on its way to the disk, the next one gathers.

What the disk refuses costs the messages of the batch; the segment is cut back to where the batch began
and never written again, because somebody may have read beyond. A sync that failed for any other reason
than a full disk is final: what the kernel then dropped is not known, and the next sync would succeed.
A segment that somebody deleted takes no mail: that is looked at after each sync.
"""

import errno
import os
import threading
import time
from contextlib import suppress
from pathlib import Path
from queue import Empty, SimpleQueue

from ingestd import journal
from ingestd.model import Unavailable
from ingestd.spool import StorageFull
from ingestd.spool._frames import Kind, write_head
from ingestd.spool._orders import Done, Letter, Notify, Order, behind, portions
from ingestd.spool._segments import create_segment, read_marker

SEGMENT_BYTES = 64 << 20
SEGMENT_AGE_S = 60.0
_NONE = -1
_GATHERED_BYTES = 1 << 20
_LARGEST_BATCH = 4096
_TRY_AGAIN_S = 1.0


class Writer:
    """Appends orders to the segments of one door. `door` is its directory, `held` the open directory.

    Raises OSError when the first segments cannot be made.
    """

    def __init__(self, door: Path, held: int, notify: Notify) -> None:
        self._door = door
        self._held = held
        self._notify = notify
        self._orders: SimpleQueue[list[Order] | None] = SimpleQueue()
        self._gathered: list[Order] = []
        self._gathered_bytes = 0
        self._put_bytes = self._settled_bytes = 0
        self._gathering = threading.Lock()
        self._number = 0
        self._ahead = self._file = _NONE
        self._size = self._synced_size = 0
        self._used_since: float | None = None
        self._unsynced: set[Letter] = set()
        self._given_up: set[int] = set()
        self._marker = read_marker(door)
        self._tries_again_at = 0.0
        self.broken: Exception | None = None
        self._open_ahead()
        self._turn()
        self._open_ahead()
        self._thread = threading.Thread(target=self._run, name="log", daemon=True)
        self._thread.start()

    @property
    def waiting_bytes(self) -> int:
        """How many octets of all messages are here and not yet written."""
        return self._put_bytes - self._settled_bytes

    def put(self, order: Order) -> None:
        """Queue an order. Never blocks. The thread is woken when somebody waits, or for a large
        write: many small ones cost the kernel twice as much."""
        with self._gathering:
            self._gathered.append(order)
            self._gathered_bytes += order.content_bytes
            self._put_bytes += order.content_bytes
            if order.done or self._gathered_bytes >= _GATHERED_BYTES:
                self._hand_over()

    def close(self) -> None:
        """Write what is queued, answer, and end."""
        with self._gathering:
            self._hand_over()
            self._orders.put(None)
        self._thread.join()

    def _hand_over(self) -> None:
        self._orders.put(self._gathered)
        self._gathered, self._gathered_bytes = [], 0

    # the thread

    def _run(self) -> None:
        open_for_more = True
        while open_for_more:
            batch, open_for_more = self._take()
            if batch:
                self._tell(self._settle(batch))
            self._keep_house()
        self._leave()
        if self._ahead != _NONE:
            os.close(self._ahead)

    def _take(self) -> tuple[list[Order], bool]:
        """Wait for orders, or until the segment is old; return all there are, and whether there will
        be more."""
        batch: list[Order] = []
        try:
            orders = self._orders.get(timeout=self._ages_in_s())
            while orders is not None:
                batch += orders
                if self._orders.empty() or len(batch) > _LARGEST_BATCH:
                    return batch, True
                orders = self._orders.get_nowait()
        except Empty:
            return batch, True
        return batch, False

    def _settle(self, batch: list[Order]) -> list[tuple[Done, Exception | None]]:
        """Do what the batch asks for; return whom to tell what."""
        writable = [order for order in batch if self._fault(order.letter) is None]
        try:
            if writable:
                self._write(writable)
        except Exception as error:  # noqa: BLE001 - ours: who waits is told all the same, and nobody is misled
            self._break(error)
        for order in batch:
            order.letter.written_bytes += order.content_bytes
            self._settled_bytes += order.content_bytes
        return [(order.done, self._fault(order.letter)) for order in batch if order.done]

    def _fault(self, letter: Letter) -> Unavailable | None:
        if letter.fault is None and self.broken is not None:
            letter.fault = _unavailable(self.broken)
        return letter.fault

    def _write(self, batch: list[Order]) -> None:
        begin = self._size
        try:
            self._make_ready()
            begin = self._size
            aborts = [self._frame(Kind.ABORT, number) for number in self._given_up]
            self._append(aborts + [octets for order in batch for octets in order.octets])
        except OSError as error:
            self._give_up({order.letter for order in batch}, error)
            if self._size > begin:
                self._cut_back(begin)
                self._leave()
            return
        self._given_up.clear()
        self._unsynced.update(order.letter for order in batch)
        if any(order.commits for order in batch):
            self._sync()

    def _append(self, octets: list[bytes]) -> None:
        for portion in portions(octets):
            left = portion
            while left:
                written = os.writev(self._file, left)
                self._size += written
                left = behind(left, written)

    def _sync(self) -> None:
        """Make durable what was written; where that fails, nobody who wrote may believe that it is."""
        if not self._unsynced:
            return
        try:
            os.fdatasync(self._file)
            if not os.fstat(self._file).st_nlink:  # nobody will ever find what is in it
                raise FileNotFoundError(errno.ENOENT, "the segment was deleted by somebody")
        except OSError as error:
            self._give_up(self._unsynced, error)
            if not (_is_full(error) or isinstance(error, FileNotFoundError)):
                self._break(error)
            self._cut_back(self._synced_size)
            self._unsynced.clear()
            self._leave()
        else:
            self._synced_size = self._size
            self._unsynced.clear()

    def _give_up(self, letters: set[Letter], error: OSError) -> None:
        """None of these is taken; the log says so as soon as it can, so that no segment is kept for
        what was written of them."""
        for letter in letters:
            letter.fault = _unavailable(error)
            self._given_up.add(letter.number)

    def _frame(self, kind: Kind, number: int = 0) -> bytes:
        return write_head(self._marker, kind, number, 0, b"")

    def _break(self, error: Exception) -> None:
        self.broken = error
        journal.log_broken(error)

    def _cut_back(self, size: int) -> None:
        """Take back what nobody was told 250 for, as far as the disk lets us."""
        with suppress(OSError):
            os.ftruncate(self._file, size)

    # its segments

    def _make_ready(self) -> None:
        if self._file == _NONE:
            self._open_ahead()
            self._turn()
        self._used_since = self._used_since or time.monotonic()

    def _open_ahead(self) -> None:
        if self._ahead != _NONE:
            return
        self._number += 1
        file = create_segment(self._door, self._number)
        try:
            os.fsync(self._held)
        except OSError as error:
            os.close(file)
            if not _is_full(error):
                self._break(error)
            raise
        self._ahead = file

    def _turn(self) -> None:
        """Leave the segment for the one that is open ahead, and say so in it."""
        self._leave()
        self._file, self._ahead = self._ahead, _NONE
        try:
            self._append([self._frame(Kind.BEGIN)])
        except OSError:
            self._leave()
            raise

    def _leave(self) -> None:
        """Close the segment, durable; what is in it and was not committed may be committed in others."""
        self._sync()
        if self._file != _NONE:
            os.close(self._file)
        self._file = _NONE
        self._used_since = None
        self._size = self._synced_size = 0

    def _keep_house(self) -> None:
        """Turn to the next segment when it is time, and open another ahead; where that fails, the
        present one is written on."""
        if time.monotonic() < self._tries_again_at:
            return
        try:
            self._open_ahead()
            if self._size >= SEGMENT_BYTES or self._ages_in_s() == 0:
                self._turn()
                self._open_ahead()
        except OSError:
            self._tries_again_at = time.monotonic() + _TRY_AGAIN_S

    def _ages_in_s(self) -> float | None:
        if self._used_since is None:
            return None
        until = max(self._used_since + SEGMENT_AGE_S, self._tries_again_at)
        return max(until - time.monotonic(), 0.0)

    def _tell(self, results: list[tuple[Done, Exception | None]]) -> None:
        def tell() -> None:
            for done, fault in results:
                try:
                    done(fault)
                except Exception as error:  # noqa: BLE001 - the others are still owed their answer
                    journal.door_fault("", error)

        if results:
            with suppress(RuntimeError):  # the event loop has ended, and its clients with it
                self._notify(tell)


def _is_full(error: Exception) -> bool:
    return isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT)


def _unavailable(error: Exception) -> Unavailable:
    return (StorageFull if _is_full(error) else Unavailable)(f"spool: {error}")
