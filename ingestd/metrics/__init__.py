"""Counters for operators: one function for each thing that is counted, as `journal` has for events.

Door and workers are processes of their own. Each sends what it counted as one datagram to whoever
exposes the metrics (`exposition`), and never waits: where nobody listens, it is lost. There is no
memory or file that processes share, for the one that reads hostile documents would share it too.
"""

import json
import socket
import threading
from collections import deque
from collections.abc import Iterable, Mapping
from pathlib import Path

from ingestd.metrics import families
from ingestd.metrics.families import Family

Sample = tuple[str, tuple[str, ...], float]
"""A metric's name, its label values, and what to add, observe or set."""

_KEPT = 1_000


class _Sender:
    """The way to the exposition; none until `configure`."""

    def __init__(self) -> None:
        self._socket: socket.socket | None = None
        self._address = ""
        self._kept: deque[bytes] = deque()
        self._lost = 0
        self._lock = threading.Lock()

    def configure(self, address: Path | None) -> None:
        if self._socket:
            self._socket.close()
        self._socket = None
        self._kept.clear()
        if address is not None:
            self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
            self._socket.setblocking(False)
            self._address = str(address)

    def send(self, samples: list[Sample]) -> None:
        if self._socket is None or not samples:
            return
        with self._lock:  # the door writes to the disk in threads
            self._send(self._socket, samples)

    def _send(self, way: socket.socket, samples: list[Sample]) -> None:
        self._kept.append(json.dumps(samples).encode())
        if len(self._kept) > _KEPT:
            self._kept.popleft()
            self._lost += 1
        try:
            while self._kept:
                way.sendto(self._kept[0], self._address)
                self._kept.popleft()
            if self._lost:
                lost = _count(families.LOST, by=self._lost)
                way.sendto(json.dumps([lost]).encode(), self._address)
                self._lost = 0
        except BlockingIOError:
            return  # it is behind: with the next
        except OSError:
            self._kept.clear()  # nobody listens


_sender = _Sender()


def configure(address: Path | None) -> None:
    """Send what this process counts to the socket `address`; None for nowhere."""
    _sender.configure(address)


def _count(family: Family, *labels: str, by: float = 1) -> Sample:
    return family.name, labels, by


def message_accepted(size_bytes: int) -> None:
    """250 was answered."""
    _sender.send([_count(families.ACCEPTED), _count(families.ACCEPTED_BYTES, by=size_bytes)])


def message_refused(reply: str) -> None:
    """DATA or MAIL was refused with this reply, of which the code is counted."""
    _sender.send([_count(families.REFUSED, reply[:3])])


def recipient_refused(reason: str) -> None:
    """RCPT was refused, with the reason's code."""
    _sender.send([_count(families.RECIPIENTS_REFUSED, reason)])


def certificate(days_left: float) -> None:
    """For how many days the certificate for STARTTLS is still valid."""
    _sender.send([_count(families.CERTIFICATE, by=days_left)])


def connections_refused(reply: str, count: int) -> None:
    """So many clients were refused with this reply, of which the enhanced code is counted."""
    _sender.send([_count(families.CONNECTIONS_REFUSED, reply[4:9], by=count)])


def recipients_probed(by: str) -> None:
    """Unknown recipients were asked for too often, by `one` network or by `all` together."""
    _sender.send([_count(families.PROBED, by)])


def judged(outcome: str, reasons: Iterable[str], elapsed_s: float) -> None:
    """A mail was judged and filed."""
    samples = [_count(families.FINDINGS, reason) for reason in sorted(set(reasons))]
    samples += [
        _count(families.JUDGED, outcome),
        _count(families.JUDGEMENT, by=elapsed_s),
    ]
    _sender.send(samples)


def log_damaged() -> None:
    """Octets of the spool's log are not those that were written."""
    _sender.send([_count(families.LOG_DAMAGED)])


def put_off() -> None:
    """A judgement waits for the world."""
    _sender.send([_count(families.WAITED)])


def handed_over(lane: str) -> None:
    """A mail goes on in another lane."""
    _sender.send([_count(families.HANDED_OVER, lane)])


def recognised(pages: int, unread: int, elapsed_s: float) -> None:
    """Text recognition was asked for pages of one mail."""
    samples = [_count(families.PAGES, by=pages), _count(families.PAGES_UNREAD, by=unread)]
    _sender.send([*samples, _count(families.RECOGNITION, by=elapsed_s)])


def recognition_probed(fit: bool) -> None:
    """Text recognition was proved: whether it is there and reads what it must."""
    _sender.send([_count(families.RECOGNITION_UP, by=fit)])


def reader_stopped(limit: str) -> None:
    """The cage ended a reader."""
    _sender.send([_count(families.STOPPED, limit)])


def worker_fault() -> None:
    """We made a mistake."""
    _sender.send([_count(families.FAULTS)])


def rule_engine_ended(why: str) -> None:
    """A rule engine was ended, or died: `tired`, `grown`, `new pack`, `died`, `hung` or `nonsense`."""
    _sender.send([_count(families.ENGINES, why)])


def scanned(verdict: str, elapsed_s: float) -> None:
    """Something was scanned: `clean`, `infected`, `inconclusive`, or `none` for no verdict."""
    _sender.send([_count(families.SCANS, verdict), _count(families.SCAN, by=elapsed_s)])


def scanner_probed(fit: bool, probes: Mapping[str, bool], signatures_from_s: float | None) -> None:
    """ClamAV was proved: whether it may be believed, which probes held (none when it is away), and the
    date of its signatures in seconds since 1970."""
    samples = [_count(families.PROBE, name, by=holds) for name, holds in probes.items()]
    samples.append(_count(families.CLAMAV_UP, by=fit))
    if probes:
        samples.append(_count(families.SIGNATURES, by=signatures_from_s or 0))
    _sender.send(samples)
