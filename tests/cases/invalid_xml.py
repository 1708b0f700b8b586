"""Mails with a PDF and an XML that is invalid, for golden cases: held both, or the PDF filed in its
place where the company allows it (cases called `replaced-...`)."""

from collections.abc import Callable

from tests.documents.mails import document, mail
from tests.unit._pages import page, with_file

NUMBER = "2026/187"
PRINT = page(f"Factuur {NUMBER}", "Totaal te betalen 1.760,55 EUR")
"""A page that shows the invoice of `ubl-invoice.xml`."""


def invoice() -> bytes:
    """Return the good invoice that the others are made from."""
    return document("ubl-invoice.xml")[1]


def wrong_total() -> bytes:
    """Return it with one euro too much to pay: BR-CO-16."""
    return replaced(b"1760.55</cbc:PayableAmount>", b"1761.55</cbc:PayableAmount>")


def replaced(what: bytes, instead: bytes) -> bytes:
    """Return it with something else in one place."""
    content = invoice()
    assert content.count(what) == 1, what
    return content.replace(what, instead)


def broken() -> bytes:
    """Return it cut off in the middle."""
    return invoice()[:2_000]


def with_doctype() -> bytes:
    """Return it, cut off and with an external entity."""
    doctype = b'<!DOCTYPE Invoice [<!ENTITY x SYSTEM "file:///etc/hostname">]>\n<Invoice '
    return broken().replace(b"<Invoice ", doctype, 1)


def hybrid(xml: bytes) -> bytes:
    """Return the page with an XML inside."""
    return with_file(PRINT, "invoice.xml", xml)


def around(xml: bytes) -> bytes:
    """Return a mail with a PDF around an XML."""
    return mail(f"Factuur {NUMBER}", ("factuur.pdf", hybrid(xml)))


def beside(xml: bytes, shown: bytes = PRINT) -> bytes:
    """Return a mail with a PDF beside an XML."""
    return mail(f"Factuur {NUMBER}", ("factuur.xml", xml), ("factuur.pdf", shown))


def elsewhere() -> bytes:
    """Return an invalid invoice that is made out to somebody else."""
    content = document("ubl-wrong-recipient.xml")[1]
    return content.replace(b"1760.55</cbc:PayableAmount>", b"1761.55</cbc:PayableAmount>")


CASES: dict[str, Callable[[], bytes]] = {
    "invalid-xml-in-pdf": lambda: around(wrong_total()),
    "broken-xml-and-pdf": lambda: beside(broken()),
    "replaced-xml-in-pdf": lambda: around(wrong_total()),
    "replaced-broken-xml-in-pdf": lambda: around(broken()),
    "replaced-xml-beside-pdf": lambda: beside(wrong_total()),
    "replaced-broken-xml-beside-pdf": lambda: beside(broken()),
    "replaced-not-hostile": lambda: beside(with_doctype()),
    "replaced-not-elsewhere": lambda: beside(elsewhere(), page("Factuur 2026/192", "Totaal 1,00")),
}
BEFORE: dict[str, tuple[Callable[[], bytes], Callable[[], bytes]]] = {
    "replaced-then-corrected": (
        lambda: beside(wrong_total()),
        lambda: mail(f"Factuur {NUMBER}, verbeterd", document("ubl-invoice.xml")),
    ),
}
