"""How well pages are read, held to what was promised: fails when quality breaks, and says of which
field; `python -m tests.bench.extraction --wrong` says where."""

import pytest

from tests.bench import extraction
from tests.bench.extraction_scores import Score, total

_TOTALS = (
    "number",
    "total_amount_without_vat",
    "total_vat_amount",
    "total_amount_with_vat",
    "amount_due_for_payment",
)
_DATES = ("issue_date", "payment_due_date", "seller_vat_identifier", "buyer_vat_identifier")
_PRECISION = 0.99


@pytest.fixture(scope="module")
def run(corpus: object) -> extraction.Run:
    """What is read of real layouts with text: hybrid PDFs, plain and synthetic ones."""
    options = extraction.arguments(["--only", "real,plain,synthetic", "--no-rival"])
    return extraction.measure(extraction.chosen(options), options)


@pytest.fixture(scope="module")
def layouts(run: extraction.Run) -> dict[str, Score]:
    return total(run.ours)


@pytest.mark.parametrize("field", _TOTALS)
def test_totals_and_numbers_are_right(layouts: dict[str, Score], field: str) -> None:
    accuracy = layouts[field].accuracy or 0
    assert accuracy >= 0.97, f"{field}: {accuracy:.1%} right"


@pytest.mark.parametrize("field", _DATES)
def test_dates_and_vat_numbers_are_right(layouts: dict[str, Score], field: str) -> None:
    accuracy = layouts[field].accuracy or 0
    assert accuracy >= 0.98, f"{field}: {accuracy:.1%} right"


def test_what_is_sure_is_true(layouts: dict[str, Score]) -> None:
    sure = sum(one.sure for one in layouts.values())
    right = sum(one.sure_right for one in layouts.values())
    failing = {
        name: f"{one.precision:.1%}" for name, one in layouts.items() if (one.precision or 1) < 1
    }
    assert right >= _PRECISION * sure, f"{right} of {sure}: {failing}"


def test_no_invoice_of_the_corpus_is_called_otherwise(run: extraction.Run) -> None:
    assert not [name for _, name in run.called if name in extraction.kinds.PAPERS]
