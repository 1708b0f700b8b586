"""What is read of pages that were made, of layouts that no reader was fitted to: a floor under the
quality, which `python -m tests.bench.extraction --only made` shows in full."""

import pytest

from ingestd.extraction.kinds import PAPERS
from tests.bench import extraction
from tests.bench.extraction_samples import made
from tests.bench.extraction_scores import Score, total
from tests.documents import pages

_OPTIONS = extraction.arguments(["--no-rival"])
_COVERAGE = {
    "number": 0.93,
    "issue_date": 0.97,
    "currency_code": 0.97,
    "seller_vat_identifier": 0.95,
    "total_amount_without_vat": 0.97,
    "total_vat_amount": 0.97,
    "total_amount_with_vat": 0.97,
    "amount_due_for_payment": 0.97,
    "payment_account_identifiers": 0.97,
}
"""Right of known, at least."""


@pytest.fixture(scope="module")
def run() -> extraction.Run:
    documents = made(pages.invoices(4 * len(pages.LAYOUTS), 20261121), "made")
    return extraction.measure(documents, _OPTIONS)


@pytest.fixture(scope="module")
def scores(run: extraction.Run) -> dict[str, Score]:
    return total(run.ours)


def test_what_is_sure_is_true(scores: dict[str, Score]) -> None:
    sure = sum(one.sure for one in scores.values())
    right = sum(one.sure_right for one in scores.values())
    wrong = [
        f"{a.sample.name} {a.field}: {a.given}"
        for s in scores.values()
        for a in s.wrong
        if a.is_sure
    ]
    assert right >= 0.99 * sure, f"{right} of {sure}: {wrong}"


def test_much_is_sure(scores: dict[str, Score]) -> None:
    """A reader that doubts everything is never wrong."""
    sure, known = (sum(getattr(one, key) for one in scores.values()) for key in ("sure", "known"))
    assert sure >= 0.7 * known


@pytest.mark.parametrize(("field", "floor"), _COVERAGE.items())
def test_most_is_right(scores: dict[str, Score], field: str, floor: float) -> None:
    accuracy = scores[field].accuracy or 0
    assert accuracy >= floor, f"{field}: {accuracy:.1%} right"


def test_papers_that_are_no_invoice_are_told() -> None:
    papers = list(made(pages.papers(6 * len(pages.PAPERS), 20261121), "not an invoice"))
    called = extraction.measure(papers, _OPTIONS).called
    missed = [f"{sample.name}: {name}" for sample, name in called if name not in PAPERS]
    assert len(missed) <= 0.1 * len(papers), missed


def test_no_invoice_is_called_otherwise(run: extraction.Run) -> None:
    assert not [sample.name for sample, name in run.called if name in PAPERS]


def test_the_same_seed_gives_the_same_pages() -> None:
    once, again = (list(pages.invoices(len(pages.LAYOUTS), 3)) for _ in range(2))
    assert once == again
    assert once != list(pages.invoices(len(pages.LAYOUTS), 4))


def test_half_of_the_layouts_are_sealed() -> None:
    sealed = sum(map(pages.is_sealed, pages.LAYOUTS))
    assert len(pages.LAYOUTS) / 3 < sealed < 2 * len(pages.LAYOUTS) / 3
