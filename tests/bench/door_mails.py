"""The mails of the benchmark: invoices as they come, of 5 kB, 60 kB and 1 MB as sent."""

import re

from tests.bench.judge import typical
from tests.documents.mails import document, mail

TOKEN = b"00UNIQUE-TOKEN-HERE0"
"""What the load generator replaces by a number of its own in each message."""

SIDE = {"60 kB": 185, "1 MB": 850}
"""Length of the edge of the picture in the PDF, in pixels of one octet that do not compress."""

SIZES = {"5": "5 kB", "60": "60 kB", "1000": "1 MB"}
"""What is given on the command line, in kB, to the name of a size."""


def make(size: str) -> bytes:
    """Return the mail of a size, with `TOKEN` in its subject and its Message-ID."""
    if size == "5 kB":
        made = mail("Facture", document("plain-invoice.pdf"), document("logo.png"))
    else:
        made = typical(SIDE[size])
    made = re.sub(rb"(?m)^Subject: .*\r$", b"Subject: Facture " + TOKEN + b"\r", made, count=1)
    return re.sub(rb"(?m)^Message-ID: <[^@]*", b"Message-ID: <" + TOKEN, made, count=1)
