"""Valid invoices, and the few cuts by which they are made into something else."""

import re
from random import Random

from tests.hostile._hostile import sample

UBL = ("ubl-invoice.xml", "ubl-credit-note.xml")


CII = ("cii-invoice.xml", "xrechnung-cii.xml")


ALL = (*UBL, *CII, "zugferd-1.xml")


_DECLARATION = re.compile(rb"^<\?xml[^>]*\?>\s*")


def bare(document: bytes) -> bytes:
    """Return a document without its XML declaration."""
    return _DECLARATION.sub(b"", document)


def root_name(document: bytes) -> bytes:
    """Return the qualified name of the root element."""
    match = re.match(rb"<([\w:]+)", bare(document))
    assert match
    return match[1]


def inside(document: bytes, content: bytes) -> bytes:
    """Put `content` right before the end tag of the root."""
    end = document.rindex(b"</")
    return document[:end] + content + document[end:]


def on_root(document: bytes, attributes: bytes) -> bytes:
    """Put attributes on the root element."""
    declared = _DECLARATION.match(document)
    head = declared[0] if declared else b""
    name = b"<" + root_name(document)
    return head + bare(document).replace(name, name + b" " + attributes, 1)


def wrong_total(document: bytes) -> bytes:
    """Raise what is to be paid by thousands: such an invoice is held, whatever else is in it."""
    names = b"PayableAmount|GrandTotalAmount|DuePayableAmount|TaxInclusiveAmount"
    return re.sub(rb"(<(?:\w+:)?(?:" + names + rb")[^>]*>)", rb"\g<1>9", document)


def any_invoice(rng: Random) -> bytes:
    return sample(rng.choice(ALL))
