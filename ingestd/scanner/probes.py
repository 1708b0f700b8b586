"""Proof that the clamd that answers finds what it must, and says what it could not scan.

As it comes, clamd answers OK of what is over one of its limits, and of what is encrypted. Its protocol
tells nothing of its configuration, so it is asked about samples: each is over any value that the limit
may have, and still costs next to nothing, because it claims more than it holds.
"""

import io
import struct
import tarfile
import zipfile
import zlib
from dataclasses import dataclass
from functools import cache

from ingestd.model import ScanResult
from ingestd.scanner import NoVerdict, Scanner, Version, Way

EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-" + rb"STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"

_LIMITS = "set AlertExceedsMax yes in clamd.conf, as deploy/clamd.conf.in has it"
_ENCRYPTED = "set AlertEncrypted yes in clamd.conf, as deploy/clamd.conf.in has it"
_SIGNATURES = "load the official signatures: freshclam"

_NESTING = 101  # clamd can be told 100
_CROWDS = (3_001, 10_001)  # over what we ship, and over what clamd comes with
_BEYOND_BYTES = 5 << 30  # clamd cannot scan files over 2 GiB, whatever is configured
_CLAIM_BYTES = (1 << 31) - 1  # a claim over 2 GiB is passed over
_ANNOUNCED_BYTES = (1 << 32) - 1
_ANNOUNCE_S = 2.0


@dataclass(frozen=True, slots=True)
class Probe:
    """One thing that must hold of clamd, what to do where it does not, and what it said: "" is OK."""

    name: str
    holds: bool
    said: str
    todo: str


@dataclass(frozen=True, slots=True)
class Report:
    """What the probes found: clamd's version, how content gets to it, and each probe."""

    version: Version
    way: Way
    probes: tuple[Probe, ...]

    @property
    def failed(self) -> tuple[Probe, ...]:
        """The probes that did not hold; with any of them, "clean" means nothing."""
        return tuple(probe for probe in self.probes if not probe.holds)


def probe(scanner: Scanner, largest_bytes: int) -> Report:
    """Put all probes to clamd. `largest_bytes` is the largest file that it must be able to take.

    Takes about a fifth of a second of its time. Raises NoVerdict when it does not answer.
    """
    version = scanner.version()
    harmless = scanner.scan(b"ingestd: harmless")
    room = scanner.scan(_claim(largest_bytes))
    found = [
        Probe("harmless text", harmless.clean, harmless.signature, _SIGNATURES),
        _must_find("EICAR", scanner.scan(EICAR), _SIGNATURES),
        _must_find(
            "EICAR in a zip", scanner.scan(_zip_of(("eicar.com", EICAR))), "set ScanArchive yes"
        ),
        _must_not_pass("MaxRecursion", scanner.scan(_nested()), _LIMITS),
        _must_not_pass("MaxFiles", _scan_crowd(scanner), _LIMITS),
        _must_not_pass("MaxScanSize", scanner.scan(_claim(_CLAIM_BYTES)), _LIMITS),
        _must_not_pass("encrypted zip", scanner.scan(_locked_zip()), _ENCRYPTED),
        _must_not_pass("encrypted PDF", scanner.scan(_locked_pdf()), _ENCRYPTED),
        _stream_limit(scanner),
        Probe("room for the largest file", room.clean, room.signature, _room(largest_bytes)),
    ]
    if scanner.way is Way.DESCRIPTOR:  # by stream nothing of this size can be sent
        hole = scanner.scan_hole(_BEYOND_BYTES)
        found.append(_must_not_pass("MaxFileSize", hole, _LIMITS))
    return Report(version, scanner.way, tuple(found))


def _must_find(name: str, result: ScanResult, todo: str) -> Probe:
    return Probe(name, not result.clean and not result.inconclusive, result.signature, todo)


def _must_not_pass(name: str, result: ScanResult, todo: str) -> Probe:
    return Probe(name, not result.clean, result.signature, todo)


def _stream_limit(scanner: Scanner) -> Probe:
    """A clamd without a limit waits for the data; it says nothing, and so nothing wrong."""
    try:
        result = scanner.announce(_ANNOUNCED_BYTES, _ANNOUNCE_S)
    except NoVerdict:
        return Probe("StreamMaxLength", True, "no limit", "")
    return _must_not_pass("StreamMaxLength", result, "set StreamMaxLength 60M in clamd.conf")


def _room(largest_bytes: int) -> str:
    least = f"{-(-largest_bytes // (1 << 20))}M"
    return f"set MaxFileSize, StreamMaxLength and MaxScanSize in clamd.conf to more than {least}"


def _zip_of(*members: tuple[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return file.getvalue()


@cache
def _nested() -> bytes:
    """EICAR in a zip in a zip, deeper than clamd can be told to go."""
    content = EICAR
    for _ in range(_NESTING):
        content = _zip_of(("a.zip", content))
    return content


def _scan_crowd(scanner: Scanner) -> ScanResult:
    """Scan EICAR behind more members than clamd looks at. Where it looks at all, it finds it; then
    more of them, which cost it half a second."""
    result = scanner.scan(_crowd(_CROWDS[0]))
    if result.clean or result.inconclusive:
        return result
    return scanner.scan(_crowd(_CROWDS[1]))


@cache
def _crowd(count: int) -> bytes:
    members = [(b"%d" % number, b"") for number in range(count)]
    return _archive([*members, (b"eicar.com", EICAR)])


def _claim(size_bytes: int) -> bytes:
    """An archive that says that its member has so many bytes; the limits are held against that."""
    member = tarfile.TarInfo("a")
    member.size = size_bytes
    return member.tobuf(tarfile.USTAR_FORMAT) + bytes(tarfile.RECORDSIZE)


def _locked_zip() -> bytes:
    """A zip whose member says that it is encrypted (APPNOTE 4.4.4, bit 0)."""
    return _archive([(b"eicar.com", bytes(12) + EICAR)], flags=1)


def _archive(members: list[tuple[bytes, bytes]], flags: int = 0) -> bytes:
    """A zip of such members (APPNOTE 4.3), which zipfile does not write, or takes ten times as long
    for. They are deflated as one block, stored: clamd is slow on many members that are not."""
    local, central = bytearray(), bytearray()
    for name, content in members:
        packed = struct.pack("<BHH", 1, len(content), len(content) ^ 0xFFFF) + content
        common = struct.pack("<HHHHH", 20, flags, 8, 0, 0x21)
        common += struct.pack("<LLL", zlib.crc32(content), len(packed), len(content))
        common += struct.pack("<HH", len(name), 0)
        central += b"PK\1\2\x14\0" + common + struct.pack("<HHHLL", 0, 0, 0, 0, len(local)) + name
        local += b"PK\3\4" + common + name + packed
    count = len(members)
    end = struct.pack("<HHHHLLH", 0, 0, count, count, len(central), len(local), 0)
    return bytes(local + central) + b"PK\5\6" + end


def _locked_pdf() -> bytes:
    """A PDF without pages that says that it is encrypted (ISO 32000-1 section 7.6)."""
    objects = (
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[]/Count 0>>",
        b"<</Filter/Standard/V 1/R 2/O(%s)/U(%s)/P -4>>" % (b"o" * 32, b"u" * 32),
    )
    out, rows = b"%PDF-1.4\n", b"0000000000 65535 f \n"
    for number, body in enumerate(objects, 1):
        rows += b"%010d 00000 n \n" % len(out)
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    trailer = b"<</Size 4/Root 1 0 R/Encrypt 3 0 R/ID[<00><00>]>>"
    return out + b"xref\n0 4\n%strailer\n%s\nstartxref\n%d\n%%%%EOF\n" % (rows, trailer, len(out))
