"""The JSON of invoices: what is unknown is null."""

from dataclasses import replace

import pytest

from ingestd.cli import report
from ingestd.model import Format
from tests._judgements import invoice


@pytest.mark.parametrize(
    ("form", "told"),
    [(Format.UBL, 0), (Format.FACTUR_X, 0), (Format.PDF, None), (Format.IMAGE, None)],
)
def test_lines_that_could_not_be_read_are_unknown(form: Format, told: int | None) -> None:
    """A profile without lines has none; of a page only what was read is known."""
    assert report.invoice_terms(replace(invoice(), format=form, lines=()))["lines"] == told
    assert report.invoice_terms(replace(invoice(), format=form))["lines"] == 1


def test_of_nothing_nothing_is_known() -> None:
    assert report.invoice_terms(None)["lines"] is None
