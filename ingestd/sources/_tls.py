"""The TLS side of STARTTLS: one context in force, exchanged when the files change.

A broken new pair leaves the old one in force and is told once. Connections that are up keep what they
began with. The context itself is made by `certificate`.
"""

import ssl
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from ingestd import certificate, journal, metrics
from ingestd.certificate import CertificateUnusable
from ingestd.config import Smtp

__all__ = ["CertificateUnusable", "Credentials", "credentials", "prove"]

_LOOK_EVERY_S = 5.0
_REPORT_EVERY_S = 60.0

_Seen = tuple[tuple[int, int, int], ...]


class Credentials:
    """The certificate and key in force. Raises `CertificateUnusable` when made of unusable files.

    `monotonic` gives seconds, `now` the wall clock that expiry is held against.
    """

    def __init__(
        self,
        chain: Path,
        key: Path,
        hostname: str,
        monotonic: Callable[[], float] = time.monotonic,
        now: Callable[[], datetime] = certificate.now,
    ) -> None:
        self._chain, self._key, self._hostname = chain, key, hostname
        self._monotonic, self._now = monotonic, now
        self._looked_at = self._reported_at = monotonic()
        self._seen = self._stamp()
        self._warned = -1
        self.context: ssl.SSLContext = certificate.context(chain, key)
        """For the next handshake; an attribute, so that a handshake costs no look at the disk."""
        self._certificate = certificate.read(chain)
        self._told()

    def look(self) -> None:
        """Once a second, beside the clients: take new files into force, warn of the end."""
        now = self._monotonic()
        if now - self._looked_at >= _LOOK_EVERY_S:
            self._looked_at = now
            if self._stamp() != self._seen:
                self.reload()
        if now - self._reported_at >= _REPORT_EVERY_S:
            self._reported_at = now
            self._warn()

    def reload(self) -> None:
        """Take the files as they are now into force (SIGHUP); a broken pair changes nothing."""
        self._seen = self._stamp()
        try:
            fresh = certificate.context(self._chain, self._key)
            found = certificate.read(self._chain)
        except CertificateUnusable as error:
            journal.certificate_unusable(str(error))
            return
        self.context, self._certificate = fresh, found
        self._warned = -1
        self._told()

    def _told(self) -> None:
        found = self._certificate
        journal.certificate_in_force(list(found.names), found.not_after)
        for doubt in certificate.doubts(found, self._key, self._hostname, self._now()):
            journal.certificate_doubtful(doubt)
        self._warned = self._stage()
        metrics.certificate(self._days_left())

    def _warn(self) -> None:
        """Tell of the end when one of its stages is reached, and of the days left at any time."""
        metrics.certificate(self._days_left())
        if (stage := self._stage()) > self._warned:
            self._warned = stage
            doubts = certificate.doubts(self._certificate, self._key, self._hostname, self._now())
            journal.certificate_doubtful(doubts[0])

    def _days_left(self) -> float:
        return self._certificate.left(self._now()) / timedelta(days=1)

    def _stage(self) -> int:
        """Return how many of the days of warning have come."""
        return sum(self._days_left() < days for days in certificate.WARN_DAYS)

    def _stamp(self) -> _Seen:
        """Return what changes when the files do; a link is followed (certbot's `live/` is links)."""
        try:
            found = [file.stat() for file in (self._chain, self._key)]
        except OSError:
            return ()
        return tuple((one.st_mtime_ns, one.st_ino, one.st_size) for one in found)


def prove(settings: Smtp) -> None:
    """Raise `CertificateUnusable` when the certificate of the settings cannot be used; says nothing."""
    if settings.tls_certificate:
        certificate.context(*_files(settings))
        certificate.read(Path(settings.tls_certificate))


def credentials(settings: Smtp) -> Credentials | None:
    """Return the certificate of the settings, None where STARTTLS is not to be offered. Raises
    `CertificateUnusable`."""
    if not settings.tls_certificate:
        return None
    return Credentials(*_files(settings), settings.hostname)


def _files(settings: Smtp) -> tuple[Path, Path]:
    return Path(settings.tls_certificate), Path(settings.tls_key or settings.tls_certificate)
