"""What is fuzzed, and what must be true of every input: more than that nothing crashes.

A target takes octets and raises AssertionError (or anything else) for a finding. All limits are small,
so that a bomb shows as a broken limit rather than as a slow run.
"""

import base64
import io
import re
import socket
import tempfile
import threading
import unicodedata
import zipfile
from binascii import b2a_uu
from collections.abc import Callable
from datetime import date
from pathlib import Path

from ingestd.model import Case, Finding, Limits, Part, Unavailable
from ingestd.readers import kinds, mime, pdf, tnef
from ingestd.readers import zip as archives
from ingestd.reasons import CATALOGUE
from ingestd.scanner import Scanner
from tests.hostile.fuzz import dialogue, door

Target = Callable[[bytes], None]

MOST = 1 << 20
CASE = Case(
    company=None,
    today=date(2026, 10, 5),
    limits=Limits(decoded_bytes=MOST, file_bytes=MOST, archive_bytes=MOST, archive_members=50),
)
_ADDRESS = b"From: a@b.example\r\nSubject: x\r\n"
_SHOWABLE = re.compile(r"[\x00-\x1f\x7f\u202a-\u202e\u2066-\u2069]")


def _read(
    reader: Callable[..., object], kind: str, content: bytes
) -> tuple[list[Part], list[Finding]]:
    """Return the parts and findings of a reader, each of which holds what every reader promises."""
    found = list(reader(Part(path="1", kind=kind, content=content, trail=("x",)), CASE))  # type: ignore[call-overload]
    parts = [one for one in found if isinstance(one, Part)]
    findings = [one for one in found if isinstance(one, Finding)]
    assert len(parts) + len(findings) == len(found), "something that is neither part nor finding"
    assert len({part.path for part in parts}) == len(parts), "two parts at one place"
    for part in parts:
        _check_part(part)
    for finding in findings:
        assert finding.reason in CATALOGUE, finding.reason
        repr(finding).encode("utf-8")
        str(finding.detail).encode("utf-8")
    return parts, findings


def _check_part(part: Part) -> None:
    for text in (
        part.path,
        part.kind,
        part.filename,
        part.declared_type,
        part.disposition,
        part.content_id,
    ):
        text.encode("utf-8")  # a lone surrogate can neither be stored nor shown
    assert part.path.startswith("1/"), part.path
    assert len(part.filename) <= 255, "a name without end"
    assert unicodedata.is_normalized("NFC", part.filename), "one name in two spellings"
    assert not _SHOWABLE.search(part.path.removeprefix("1/")), (
        f"a path that deceives: {part.path!r}"
    )


def names(data: bytes) -> None:
    """File names from Content-Disposition and Content-Type: text that can be stored, of bounded size."""
    line = data.replace(b"\r\n\r\n", b"").replace(b"\n\n", b"").replace(b"\r\r", b"")
    mail = _ADDRESS + b"Content-Type: application/pdf\r\nContent-Disposition: attachment; " + line
    parts, _ = _read(mime.read, kinds.MESSAGE, mail + b"\r\n\r\nx\r\n")
    assert len(parts) >= 1, "the attachment is gone"


def encodings(data: bytes) -> None:
    """Transfer encodings: what was encoded by the book comes back octet by octet; what was not, is
    a part all the same."""
    way, content = data[:1], data[1:]
    if not content:  # an empty file in uuencode is no file
        return
    name, encoded = _encoded(way[0], content)
    mail = _ADDRESS + b"Content-Type: application/octet-stream\r\nContent-Transfer-Encoding: "
    parts, findings = _read(mime.read, kinds.MESSAGE, mail + name + b"\r\n\r\n" + encoded)
    assert parts, "the content is gone"
    if name != b"x-raw":
        assert parts[0].content == content, f"{name!r} does not come back"
        assert not findings, findings


def _encoded(way: int, content: bytes) -> tuple[bytes, bytes]:
    """Return a transfer encoding and `content` in it, one of the right ways or (`x-raw`) as it is."""
    width = 4 + way % 73
    data = base64.b64encode(content)
    lines = b"\r\n".join(data[n : n + width] for n in range(0, len(data), width))
    quoted = b"".join(b"=%02X" % one + b"=\r\n" * (not n % width) for n, one in enumerate(content))
    uu = b"".join(b2a_uu(content[n : n + 45]) for n in range(0, len(content), 45))
    return (
        (b"base64", lines + b"\r\n"),
        (b"BASE64 (c)", data.rstrip(b"=")),
        (b"quoted-printable", quoted),
        (b"x-uuencode", b"begin 644 a\r\n" + uu.replace(b"\n", b"\r\n") + b"`\r\nend\r\n"),
        (b"x-raw", content),
    )[way % 5]  # fmt: skip


def header(data: bytes) -> None:
    """Whole messages: every reading of the header is text, and every section has its own number."""
    said = mime.read_header(data)
    for text in (said.message_id, said.from_, said.subject, said.date):
        text.encode("utf-8")
        assert len(text) <= 998
    mime.is_message(data)
    mime.is_automatic(data)
    mime.is_report(data)
    assert mime.received_fields(data) >= 0
    parts, findings = _read(mime.read, kinds.MESSAGE, data)
    assert parts or findings, "a mail of which nothing is said"


def zips(data: bytes) -> None:
    """Archives: refused as a whole, or every member as another reader unpacks it, within the limits."""
    parts, findings = _read(archives.read, kinds.ZIP, data)
    assert not (parts and any(one.reason == "archive-refused" for one in findings)), "half refused"
    assert sum(len(part.content) for part in parts) <= MOST, "over the limit"
    if parts:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = [one for one in archive.infolist() if not one.filename.endswith("/")]
            assert [part.content for part in parts] == [archive.read(one) for one in members]


def pdfs(data: bytes) -> None:
    """PDFs: within the limits, and what is refused yields no file."""
    parts, findings = _read(pdf.read, kinds.PDF, data)
    assert sum(len(part.content) for part in parts) <= MOST, "over the limit"
    refused = {"pdf-password", "document-bomb"} & {one.reason for one in findings}
    assert not (parts and refused), f"refused for {refused}, and read all the same"


def tnefs(data: bytes) -> None:
    """Outlook's winmail.dat: parts within the limits, and damage is said once."""
    parts, findings = _read(tnef.read, tnef.KIND, b"\x78\x9f\x3e\x22" + data)
    assert len(findings) <= 1, "damage that is said twice"
    assert sum(len(part.content) for part in parts) <= 4 * MOST, "over the limit"


class Clamd:
    """A clamd that answers whatever it is told to."""

    def __init__(self, answer: bytes = b"") -> None:
        self.path = Path(tempfile.mkdtemp(prefix="clamd-")) / "clamd"
        self.answer = answer
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(self.path))
        self._listener.listen(8)
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            client, _ = self._listener.accept()
            with client:
                try:
                    client.recv(1 << 16)
                    client.sendall(self.answer)
                    client.shutdown(socket.SHUT_WR)
                    while client.recv(1 << 16):
                        pass
                except OSError:
                    continue


_clamd: list[Clamd] = []
_CLEAN = re.compile(rb"\n*(stream|fd\[\d+\]): OK\n*")


def answers(data: bytes) -> None:
    """ClamAV's answers: only an exact OK is clean, and a hit keeps its name."""
    if not _clamd:
        _clamd.append(Clamd())
    _clamd[0].answer = data
    try:
        result = Scanner(str(_clamd[0].path), 5).scan(b"content")
    except Unavailable:
        return
    assert not result.clean or _CLEAN.fullmatch(data), f"clean: {data!r}"
    assert result.clean or result.signature, "a hit without a name"


TARGETS: dict[str, Target] = {
    "names": names,
    "encodings": encodings,
    "header": header,
    "zip": zips,
    "pdf": pdfs,
    "tnef": tnefs,
    "clamav": answers,
    "address": door.addresses,
    "data": door.data,
    "dialogue": dialogue.sessions,
}
