"""The same invoice twice, by its bytes or by supplier, number and year."""

from datetime import date

import pytest

from ingestd.checks import duplicate
from ingestd.model import Case, FiledInvoice, Format, Invoice, Part


def key(**values: object) -> str | None:
    return duplicate.invoice_key(Invoice(part="2", format=Format.UBL, **values))  # type: ignore[arg-type]


FIRST = {
    "number": "F-1",
    "issue_date": date(2026, 10, 2),
    "seller_vat_identifier": "FR40303265045",
}


@pytest.mark.parametrize(
    "again",
    [
        FIRST | {"seller_vat_identifier": "FR 40 303 265 045"},
        FIRST | {"number": " f-1 "},
        FIRST | {"issue_date": date(2026, 3, 1)},
        FIRST | {"seller_name": "Other spelling", "seller_legal_registration_identifier": "1"},
    ],
)
def test_the_same(again: dict[str, object]) -> None:
    assert key(**again) == key(**FIRST)


@pytest.mark.parametrize(
    "other",
    [
        FIRST | {"number": "F-2"},
        FIRST | {"number": "F1"},
        FIRST | {"issue_date": date(2025, 10, 2)},
        FIRST | {"issue_date": None},
        FIRST | {"seller_vat_identifier": "DE136695976"},
    ],
)
def test_not_the_same(other: dict[str, object]) -> None:
    assert key(**other) not in (None, key(**FIRST))


def test_without_vat_number_the_next_best_names_the_supplier() -> None:
    by_name = key(number="1", seller_name="Café Émile SA")
    assert by_name == key(number="1", seller_name="CAFE EMILE  SA")
    assert key(number="1", seller_legal_registration_identifier="12 3") == key(
        number="1", seller_legal_registration_identifier="123"
    )


def test_no_key_without_supplier_or_number() -> None:
    assert key(number="1") is None
    assert key(seller_name="A") is None
    assert key(number="  ", seller_name="A") is None


def test_findings_name_the_first_copy() -> None:
    first = FiledInvoice(id="ABC", filed_on=date(2026, 10, 1), number="F-1")
    invoice = Invoice(part="2", format=Format.UBL, **FIRST)  # type: ignore[arg-type]
    case = Case(
        company=None,
        today=date(2026, 10, 5),
        filed_file={"sha": first}.get,
        filed_invoice={str(key(**FIRST)): first}.get,
    )
    (found,) = duplicate.check(invoice, case)
    assert (found.reason, found.values["ref"]) == ("duplicate-invoice", "ABC")
    part = Part(path="2", kind="application/pdf", content=b"", sha256="sha")
    (found,) = duplicate.check_file(part, case)
    assert (found.reason, found.values["date"]) == ("duplicate-file", "2026-10-01")
