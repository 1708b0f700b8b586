"""ClamAV through the `clamd` package, behind an adapter for which only an exact OK is clean.

The stock client fails open: it shares one socket between threads, returns None for an empty answer
and lets a short write pass. So the wire is ours (`_wire`), its answers are read by one strict function
(`_answers`), and whatever is neither OK nor a hit means "cannot tell", which is never "clean".
`probes` proves that the clamd that answers is one that says what it could not scan.
"""

from datetime import UTC, datetime

from ingestd.model import ScanResult
from ingestd.scanner._answers import Way, is_refusal, read
from ingestd.scanner._version import Version, read_version
from ingestd.scanner._wire import Clamd, Half, NoVerdict

__all__ = ["NoVerdict", "Scanner", "Version", "Way"]


class Scanner:
    """One clamd, reached by its UNIX socket. Safe to share between threads and after a fork.

    Content is handed over as a sealed file in memory (FILDES), and as a stream to a clamd that may not
    read it, as under AppArmor. `timeout_s` is for one scan as a whole.
    """

    def __init__(self, path: str, timeout_s: float) -> None:
        self.path = path
        self.way = Way.DESCRIPTOR
        self._timeout_s = timeout_s

    def begin(self) -> str:
        """Begin a judgement: return clamd's version and that of its signatures, which can only become
        newer meanwhile. Raises NoVerdict when it is away."""
        return self.version().line

    def scan(self, content: bytes) -> ScanResult:
        """Return what ClamAV says of exactly these bytes.

        Raises NoVerdict when it gives none: away, slow, reloading, an error, garbage.
        """
        if self.way is Way.DESCRIPTOR:
            answer, half = self._clamd().scan_descriptor(content)
            if not is_refusal(answer):
                return read(answer, Way.DESCRIPTOR, half)
        answer, half = self._clamd().scan_stream(content)
        result = read(answer, Way.STREAM, half)
        self.way = Way.STREAM  # it works, where the other did not
        return result

    def scan_hole(self, size_bytes: int) -> ScanResult:
        """Scan that many zeros that take no memory; by descriptor, whatever the way. Raises NoVerdict."""
        answer, half = self._clamd().scan_hole(size_bytes)
        return read(answer, Way.DESCRIPTOR, half)

    def announce(self, size_bytes: int, timeout_s: float) -> ScanResult:
        """Announce a stream of that size, and send none of it. Raises NoVerdict, also when clamd waits
        for it."""
        clamd = Clamd(self.path, min(timeout_s, self._timeout_s))
        return read(clamd.announce(size_bytes), Way.STREAM, Half.SENT)

    def version(self) -> Version:
        """Return what clamd says of itself and its signatures. Raises NoVerdict."""
        return read_version(self._clamd().command("VERSION"), datetime.now(UTC))

    def _clamd(self) -> Clamd:
        return Clamd(self.path, self._timeout_s)
