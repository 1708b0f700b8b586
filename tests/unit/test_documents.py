"""The sample documents are what they claim: made by make.py, adding up, with numbers that are valid."""

import json
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest

from ingestd.identifiers import InvalidIdentifier, normalise_vat
from tests.documents.mails import EICAR, HERE, MAILS

EXPECTED = sorted(HERE.glob("*.expected.json"))
FIELDS = {
    *("number", "type_code", "issue_date", "payment_due_date", "currency_code"),
    *("seller_name", "seller_vat_identifier", "seller_legal_registration_identifier"),
    *("buyer_name", "buyer_vat_identifier", "buyer_legal_registration_identifier"),
    *("buyer_reference", "purchase_order_reference", "preceding_invoice_references"),
    *("total_amount_without_vat", "total_vat_amount", "total_amount_with_vat"),
    *("amount_due_for_payment", "payment_account_identifiers", "lines"),
}


@pytest.mark.parametrize("file", EXPECTED, ids=lambda file: file.name)
def test_expected_fields_are_the_contracts_and_add_up(file: Path) -> None:
    invoice = json.loads(file.read_text(encoding="utf-8"))["invoice"]
    assert set(invoice) == FIELDS
    without, vat = invoice["total_amount_without_vat"], invoice["total_vat_amount"]
    assert Decimal(without) + Decimal(vat) == Decimal(invoice["total_amount_with_vat"])
    for number in (invoice["seller_vat_identifier"], invoice["buyer_vat_identifier"]):
        assert number is None or normalise_vat(number) == number


def test_one_supplier_number_is_mistyped_on_purpose() -> None:
    text = (HERE / "ubl-wrong-supplier-number.xml").read_text(encoding="utf-8")
    assert "BE0764312984" in text
    with pytest.raises(InvalidIdentifier):
        normalise_vat("BE0764312984")


def test_making_them_again_changes_nothing(tmp_path: Path) -> None:
    subprocess.run([sys.executable, HERE / "make.py", tmp_path], check=True)
    made = {file.name for file in tmp_path.iterdir()}
    assert made == {file.name for file in HERE.iterdir() if file.suffix not in (".py", "")}
    for name in made:
        if name.endswith((".xml", ".json")):  # what is compressed differs from zlib to zlib
            assert (tmp_path / name).read_bytes() == (HERE / name).read_bytes(), name


@pytest.mark.parametrize("name", MAILS)
def test_mails_are_the_same_at_each_run(name: str) -> None:
    build = MAILS[name]
    assert build() == build()
    assert name == "empty" or build(run="other") != build()


def test_the_test_virus_is_whole() -> None:
    assert len(EICAR) == 68
