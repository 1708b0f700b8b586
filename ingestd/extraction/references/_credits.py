"""Which number of a credit note is its own: beside one of its own, the number of an invoice is that of
the invoice it corrects (BT-25)."""

from collections.abc import Sequence
from dataclasses import replace

from ingestd.extraction.references._numbers import Candidate

_OWN = 0.85
"""From this worth on, a label that names no kind of paper (`Number`) names the one it stands on."""
_ALONE = 0.9
"""Programs that print credit notes as invoices leave the label as it was: a doubt, no more."""


def apart(found: Sequence[Candidate]) -> tuple[list[Candidate], list[Candidate]]:
    """Return what may be the number of a credit note, and what is the number of its invoice."""
    own = [one for one in found if one.of_credit or not one.of_invoice]
    invoices = [one for one in found if one.of_invoice and not one.of_credit]
    named = {one.plain for one in own if one.worth >= _OWN}
    if named:
        return own, [one for one in invoices if one.plain not in named]
    return [*own, *(replace(one, worth=min(one.worth, _ALONE)) for one in invoices)], []
