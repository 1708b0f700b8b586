"""What an answer of clamd means. Pure: octets in, a verdict out, or none.

| clamd says | is |
|---|---|
| `stream: OK`, `fd[N]: OK`, that line and nothing else, to what was asked | clean |
| `NAME FOUND` | malware |
| `Heuristics.* FOUND`, `PUA.* FOUND` | inconclusive: over its limits, encrypted, or only suspected |
| `INSTREAM size limit exceeded. ERROR` | inconclusive |
| anything else, or nothing | no verdict: ask again later |
"""

import re
from enum import StrEnum

import clamd

from ingestd.model import ScanResult
from ingestd.scanner._wire import MOST_BYTES, Half, NoVerdict, package_verdict


class Way(StrEnum):
    """How content gets to clamd."""

    DESCRIPTOR = "descriptor"
    STREAM = "stream"


_CLEAN = {
    Way.DESCRIPTOR: re.compile(rb"fd\[\d{1,9}\]: OK\n"),
    Way.STREAM: re.compile(rb"stream: OK\n"),
}
_NAME = {Way.DESCRIPTOR: re.compile(r"fd\[\d{1,9}\]"), Way.STREAM: re.compile(r"stream")}
_SIZE_LIMIT = b"INSTREAM size limit exceeded. ERROR\n"
_DOUBT = re.compile(r"(Heuristics|PUA)\.")
"""clamd's word for what it did not see to the end, or suspects without knowing a piece of malware."""

_SIGNATURE_CHARACTERS = 200


def read(answer: bytes, way: Way, half: Half) -> ScanResult:
    """Return the verdict of `answer`, given to content sent by `way`. Raises NoVerdict.

    An answer to content of which it had not all yet (`half`) cannot say that it is clean.
    """
    if _CLEAN[way].fullmatch(answer) and half is Half.SENT:
        return ScanResult(clean=True)
    if way is Way.STREAM and answer == _SIZE_LIMIT:
        return ScanResult(clean=False, signature="StreamMaxLength", inconclusive=True)
    if signature := _found(answer, way):
        doubt = _DOUBT.match(signature) is not None
        return ScanResult(clean=False, signature=signature, inconclusive=doubt)
    raise NoVerdict(f"ClamAV gave no verdict: {answer[:200]!r}")


def is_refusal(answer: bytes) -> bool:
    """Tell whether clamd says that it could not take a descriptor (AppArmor, another container, an old
    one): a whole line of text that is an error. By stream it may still say."""
    line = answer.removesuffix(b"\n")
    refused = line.endswith(b"ERROR") or line == b"UNKNOWN COMMAND"
    return refused and answer.endswith(b"\n") and line.isascii() and b"\n" not in line


def _found(answer: bytes, way: Way) -> str:
    """Return the signature of a hit, "" for anything else."""
    if not answer.endswith(b"\n") or len(answer) >= MOST_BYTES:
        return ""
    try:
        line = answer[:-1].decode("ascii")
        name, signature, status = package_verdict(line)
    except (clamd.ResponseError, ValueError):
        return ""
    if status != "FOUND" or not signature or not _NAME[way].fullmatch(name):
        return ""
    return signature[:_SIGNATURE_CHARACTERS] if signature.isprintable() else ""
