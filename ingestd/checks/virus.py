"""Every part is scanned as its very own bytes; what was not found clean is never opened or filed."""

from collections.abc import Iterator

from ingestd.model import Case, Finding, Part


def check(part: Part, case: Case) -> Iterator[Finding]:
    """Yield `virus-found` for a hit and `scan-inconclusive` where the scanner gave up.

    Raises Unavailable when the scanner is away: cannot tell is never clean.
    """
    if case.scan is None or not part.content:
        return
    result = case.scan(part.content)
    if not result.clean:
        code = "scan-inconclusive" if result.inconclusive else "virus-found"
        yield Finding(code, part.path, detail=result.signature)
