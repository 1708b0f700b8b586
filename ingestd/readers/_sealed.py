"""Wrappings that are known and not opened: each says so, so that nothing vanishes in them."""

from collections.abc import Iterator

from ingestd.model import Case, Finding, Part


def read_pgp(part: Part, case: Case) -> Iterator[Finding]:
    """Yield `mail-encrypted` for an OpenPGP message (RFC 9580): there is no key for it here."""
    yield Finding("mail-encrypted", part.path, detail="OpenPGP")
