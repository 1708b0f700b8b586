"""A UBL Invoice or CreditNote is read term by term, as it is written."""

import base64
from datetime import date
from decimal import Decimal

import pytest

from ingestd.model import (
    Finding,
    Format,
    Invoice,
    Note,
    Part,
    Profile,
    Source,
)
from ingestd.readers import ubl
from tests.unit._invoices import CASE, UBL_CREDIT_NOTE, UBL_INVOICE, part
from tests.unit._invoices import ubl as document


def read(body: str, root: str = "Invoice") -> list[Part | Invoice | Finding]:
    kind = UBL_INVOICE if root == "Invoice" else UBL_CREDIT_NOTE
    return list(ubl.read(part(document(body, root), kind), CASE))


def invoice(body: str, root: str = "Invoice") -> Invoice:
    (found,) = [each for each in read(body, root) if isinstance(each, Invoice)]
    return found


def test_the_terms_of_the_head() -> None:
    found = invoice(
        """
        <cbc:CustomizationID>urn:cen.eu:en16931:2017</cbc:CustomizationID>
        <cbc:ProfileID>urn:fdc:peppol.eu:2017:poacc:billing:01:1.0</cbc:ProfileID>
        <cbc:ID> F-2026-17 </cbc:ID>
        <cbc:IssueDate>2026-10-02</cbc:IssueDate>
        <cbc:DueDate>2026-11-01</cbc:DueDate>
        <cbc:InvoiceTypeCode>380</cbc:InvoiceTypeCode>
        <cbc:Note>First line
second line</cbc:Note>
        <cbc:Note>Another</cbc:Note>
        <cbc:DocumentCurrencyCode>EUR</cbc:DocumentCurrencyCode>
        <cbc:AccountingCost>4711</cbc:AccountingCost>
        <cbc:BuyerReference>Desk 3</cbc:BuyerReference>
        <cac:InvoicePeriod><cbc:StartDate>2026-09-01</cbc:StartDate>
          <cbc:EndDate>2026-09-30</cbc:EndDate></cac:InvoicePeriod>
        <cac:OrderReference><cbc:ID>PO-1</cbc:ID><cbc:SalesOrderID>SO-1</cbc:SalesOrderID>
        </cac:OrderReference>
        <cac:BillingReference><cac:InvoiceDocumentReference><cbc:ID>F-15</cbc:ID>
        </cac:InvoiceDocumentReference></cac:BillingReference>
        <cac:BillingReference><cac:InvoiceDocumentReference><cbc:ID>F-16</cbc:ID>
        </cac:InvoiceDocumentReference></cac:BillingReference>
        <cac:ContractDocumentReference><cbc:ID>C-1</cbc:ID></cac:ContractDocumentReference>
        <cac:ProjectReference><cbc:ID>P-1</cbc:ID></cac:ProjectReference>
        """
    )
    assert found.part == "2"
    assert (found.format, found.profile) == (Format.UBL, Profile.EN16931)
    assert found.number == "F-2026-17"
    assert found.issue_date == date(2026, 10, 2)
    assert found.payment_due_date == date(2026, 11, 1)
    assert found.type_code == "380"
    assert found.notes == (Note(text="First line\nsecond line"), Note(text="Another"))
    assert found.buyer_accounting_reference == "4711"
    assert found.buyer_reference == "Desk 3"
    assert found.invoicing_period_end_date == date(2026, 9, 30)
    assert (found.purchase_order_reference, found.sales_order_reference) == ("PO-1", "SO-1")
    assert found.preceding_invoice_references == ("F-15", "F-16")
    assert (found.contract_reference, found.project_reference) == ("C-1", "P-1")
    assert found.sources["number"] == Source("xml", 1.0, "cbc:ID, line 6")
    assert "seller_name" not in found.sources


def party(element: str, content: str) -> str:
    return f"<cac:{element}><cac:Party>{content}</cac:Party></cac:{element}>"


def test_a_party_with_all_its_identifiers() -> None:
    found = invoice(
        party(
            "AccountingSupplierParty",
            """
            <cbc:EndpointID schemeID="0009">12345678200077</cbc:EndpointID>
            <cac:PartyIdentification><cbc:ID schemeID="0088">4000001</cbc:ID>
            </cac:PartyIdentification>
            <cac:PartyIdentification><cbc:ID schemeID="SEPA">FR98ZZZ999</cbc:ID>
            </cac:PartyIdentification>
            <cac:PartyName><cbc:Name>The
                Shop</cbc:Name></cac:PartyName>
            <cac:PostalAddress><cbc:CityName>Lille</cbc:CityName><cbc:PostalZone>59000
            </cbc:PostalZone><cac:Country><cbc:IdentificationCode>FR</cbc:IdentificationCode>
            </cac:Country></cac:PostalAddress>
            <cac:PartyTaxScheme><cbc:CompanyID>22/815</cbc:CompanyID>
              <cac:TaxScheme><cbc:ID>FC</cbc:ID></cac:TaxScheme></cac:PartyTaxScheme>
            <cac:PartyTaxScheme><cbc:CompanyID>FR 40 303265045</cbc:CompanyID>
              <cac:TaxScheme><cbc:ID>vat</cbc:ID></cac:TaxScheme></cac:PartyTaxScheme>
            <cac:PartyLegalEntity><cbc:RegistrationName>Shop SARL</cbc:RegistrationName>
              <cbc:CompanyID schemeID="0002">303265045</cbc:CompanyID></cac:PartyLegalEntity>
            """,
        )
    )
    assert found.seller_name == "Shop SARL"
    assert found.seller_trading_name == "The Shop"
    assert found.seller_identifiers == ("4000001",)
    assert found.seller_legal_registration_identifier == "303265045"
    assert found.seller_vat_identifier == "FR 40 303265045"
    assert found.seller_tax_registration_identifier == "22/815"
    assert found.seller_electronic_address == "12345678200077"
    assert (found.seller_post_code, found.seller_city) == ("59000", "Lille")
    assert found.seller_country_code == "FR"
    assert found.buyer_name is None


def test_the_trading_name_is_not_taken_for_the_name() -> None:
    name = "<cac:PartyName><cbc:Name>Shop</cbc:Name></cac:PartyName>"
    found = invoice(party("AccountingSupplierParty", name))
    assert (found.seller_name, found.seller_trading_name) == (None, "Shop")


def tax_total(currency: str, amount: str, breakdown: str = "") -> str:
    return (
        f'<cac:TaxTotal><cbc:TaxAmount currencyID="{currency}">{amount}</cbc:TaxAmount>'
        f"{breakdown}</cac:TaxTotal>"
    )


def test_of_two_vat_totals_each_goes_to_its_currency() -> None:
    found = invoice(
        "<cbc:DocumentCurrencyCode>EUR</cbc:DocumentCurrencyCode>"
        "<cbc:TaxCurrencyCode>SEK</cbc:TaxCurrencyCode>"
        + tax_total("SEK", "210.50")
        + tax_total("EUR", "20.00")
    )
    assert found.total_vat_amount == Decimal("20.00")
    assert found.total_vat_amount_in_accounting_currency == Decimal("210.50")


def test_a_sole_vat_total_counts_whatever_its_currency() -> None:
    found = invoice(
        "<cbc:DocumentCurrencyCode>EUR</cbc:DocumentCurrencyCode>" + tax_total("USD", "20.00")
    )
    assert found.total_vat_amount == Decimal("20.00")


def test_amounts_keep_the_decimals_they_are_written_with() -> None:
    found = invoice(
        '<cac:LegalMonetaryTotal><cbc:TaxExclusiveAmount currencyID="EUR">100.10'
        '</cbc:TaxExclusiveAmount><cbc:PayableAmount currencyID="EUR">-5'
        "</cbc:PayableAmount></cac:LegalMonetaryTotal>"
    )
    assert str(found.total_amount_without_vat) == "100.10"
    assert str(found.amount_due_for_payment) == "-5"


@pytest.mark.parametrize(
    "written", ["2400,00", "1.149.80", "1e3", "NaN", "INF", "1 000.00", "12 EUR", "１２", "9" * 40]
)
def test_an_amount_that_is_none_is_told_and_not_guessed(written: str) -> None:
    found = invoice(
        f"<cac:LegalMonetaryTotal><cbc:PayableAmount>{written}</cbc:PayableAmount>"
        "</cac:LegalMonetaryTotal>"
    )
    assert found.amount_due_for_payment is None
    (unreadable,) = found.unreadable
    assert (unreadable.term, unreadable.written) == ("BT-115", written)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("2026-10-02", date(2026, 10, 2)),
        ("2026-10-02Z", date(2026, 10, 2)),
        ("2026-10-02+01:00", date(2026, 10, 2)),
        ("2026-02-30", None),
        ("02/10/2026", None),
        ("02.10.2026", None),
    ],
)
def test_a_date_is_a_day_that_exists(written: str, read: date | None) -> None:
    found = invoice(f"<cbc:IssueDate>{written}</cbc:IssueDate>")
    assert found.issue_date == read
    assert [each.written for each in found.unreadable] == ([] if read else [written])


def test_a_name_as_long_as_a_book_is_no_name() -> None:
    name = f"<cbc:RegistrationName>{'x' * 200_000}</cbc:RegistrationName>"
    found = invoice(
        party("AccountingSupplierParty", f"<cac:PartyLegalEntity>{name}</cac:PartyLegalEntity>")
    )
    assert found.seller_name is None
    assert len(found.unreadable[0].written) < 100


def test_payment_has_every_account() -> None:
    means = (
        "<cac:PaymentMeans><cbc:PaymentMeansCode>30</cbc:PaymentMeansCode>"
        "<cbc:PaymentID>RF18</cbc:PaymentID><cac:PayeeFinancialAccount><cbc:ID>{}</cbc:ID>"
        "<cac:FinancialInstitutionBranch><cbc:ID>BIC{}</cbc:ID></cac:FinancialInstitutionBranch>"
        "</cac:PayeeFinancialAccount></cac:PaymentMeans>"
    )
    found = invoice(means.format("FR76 1", 1) + means.format("DE02", 2))
    assert found.payment_account_identifiers == ("FR76 1", "DE02")
    assert found.payment_service_provider_identifiers == ("BIC1", "BIC2")
    assert (found.payment_means_type_code, found.remittance_information) == ("30", "RF18")


def test_allowances_charges_vat_and_lines() -> None:
    found = invoice(
        """
        <cac:AllowanceCharge><cbc:ChargeIndicator>false</cbc:ChargeIndicator>
          <cbc:AllowanceChargeReason>Rebate</cbc:AllowanceChargeReason>
          <cbc:Amount currencyID="EUR">10.00</cbc:Amount></cac:AllowanceCharge>
        <cac:AllowanceCharge><cbc:ChargeIndicator>true</cbc:ChargeIndicator>
          <cbc:Amount currencyID="EUR">5.00</cbc:Amount></cac:AllowanceCharge>
        <cac:TaxTotal><cbc:TaxAmount currencyID="EUR">0</cbc:TaxAmount><cac:TaxSubtotal>
          <cbc:TaxableAmount currencyID="EUR">95.00</cbc:TaxableAmount>
          <cbc:TaxAmount currencyID="EUR">0.00</cbc:TaxAmount><cac:TaxCategory>
          <cbc:ID>AE</cbc:ID><cbc:Percent>0</cbc:Percent>
          <cbc:TaxExemptionReason>Reverse charge</cbc:TaxExemptionReason>
          </cac:TaxCategory></cac:TaxSubtotal></cac:TaxTotal>
        <cac:InvoiceLine><cbc:ID>1</cbc:ID>
          <cbc:InvoicedQuantity unitCode="HUR">2.5</cbc:InvoicedQuantity>
          <cbc:LineExtensionAmount currencyID="EUR">100.00</cbc:LineExtensionAmount>
          <cac:AllowanceCharge><cbc:ChargeIndicator>true</cbc:ChargeIndicator>
            <cbc:Amount>1</cbc:Amount></cac:AllowanceCharge>
          <cac:Item><cbc:Name>Work</cbc:Name><cac:ClassifiedTaxCategory><cbc:ID>AE</cbc:ID>
            <cbc:Percent>0</cbc:Percent></cac:ClassifiedTaxCategory></cac:Item>
          <cac:Price><cbc:PriceAmount currencyID="EUR">40.000</cbc:PriceAmount></cac:Price>
        </cac:InvoiceLine>
        """
    )
    rebate, freight = found.allowances_charges
    assert (rebate.is_charge, rebate.amount, rebate.reason) == (False, Decimal("10.00"), "Rebate")
    assert (freight.is_charge, freight.amount) == (True, Decimal("5.00"))
    (vat,) = found.vat_breakdown
    assert (vat.category_code, vat.exemption_reason_text) == ("AE", "Reverse charge")
    (line,) = found.lines
    assert (line.quantity, line.unit_code) == (Decimal("2.5"), "HUR")
    assert (line.net_amount, line.net_price) == (Decimal("100.00"), Decimal("40.000"))
    assert (line.item_name, line.vat_category_code) == ("Work", "AE")


def test_a_credit_note_has_its_own_elements() -> None:
    found = invoice(
        """
        <cbc:CreditNoteTypeCode>381</cbc:CreditNoteTypeCode>
        <cac:AdditionalDocumentReference><cbc:ID>P-9</cbc:ID>
          <cbc:DocumentTypeCode>50</cbc:DocumentTypeCode></cac:AdditionalDocumentReference>
        <cac:PaymentMeans><cbc:PaymentDueDate>2026-11-01</cbc:PaymentDueDate></cac:PaymentMeans>
        <cac:CreditNoteLine><cbc:ID>1</cbc:ID>
          <cbc:CreditedQuantity unitCode="C62">3</cbc:CreditedQuantity></cac:CreditNoteLine>
        """,
        "CreditNote",
    )
    assert found.type_code == "381"
    assert found.payment_due_date == date(2026, 11, 1)
    assert found.project_reference == "P-9"
    assert found.supporting_documents == ()
    assert [line.quantity for line in found.lines] == [Decimal(3)]


def attachment(name: str, content: bytes | str) -> str:
    text = content if isinstance(content, str) else base64.encodebytes(content).decode()
    return (
        "<cac:AdditionalDocumentReference><cbc:ID>Annex</cbc:ID><cac:Attachment>"
        f'<cbc:EmbeddedDocumentBinaryObject mimeCode="text/csv" filename="{name}">{text}'
        "</cbc:EmbeddedDocumentBinaryObject></cac:Attachment></cac:AdditionalDocumentReference>"
    )


def test_embedded_documents_come_out_as_parts_with_safe_paths() -> None:
    found = read(attachment("../../etc/p\u202ecsv", b"a;b") + attachment("x.csv", b"c" * 100))
    first, second = [each for each in found if isinstance(each, Part)]
    assert (first.path, first.content) == ("2/p_csv", b"a;b")
    assert (second.path, second.declared_type, second.kind) == ("2/x.csv", "text/csv", "")
    assert second.parent == "2"
    assert second.trail == ("mail", "invoice", "x.csv")


def test_an_embedded_document_anywhere_is_found() -> None:
    hidden = f"<cac:Signature>{attachment('evil.exe', b'MZ')}</cac:Signature>"
    parts = [each for each in read(hidden) if isinstance(each, Part)]
    assert [each.content for each in parts] == [b"MZ"]


def test_an_embedded_document_that_cannot_be_decoded_is_told() -> None:
    found = invoice(attachment("x.csv", "!!! no base64 !!!"))
    assert [each.term for each in found.unreadable] == ["BT-125"]
    assert found.supporting_documents[0].content is None


def test_a_reference_to_a_document_elsewhere_is_kept_and_not_fetched() -> None:
    found = read(
        "<cac:AdditionalDocumentReference><cbc:ID>T-1</cbc:ID><cac:Attachment>"
        "<cac:ExternalReference><cbc:URI>http://127.0.0.1:9/x</cbc:URI></cac:ExternalReference>"
        "</cac:Attachment></cac:AdditionalDocumentReference>"
    )
    only, _schema = found
    assert isinstance(only, Invoice)
    assert only.supporting_documents[0].external_location == "http://127.0.0.1:9/x"


def test_broken_xml_is_told_with_its_line() -> None:
    content = document("<cbc:ID>1</cbc:Id>")
    (found,) = ubl.read(part(content, UBL_INVOICE), CASE)
    assert isinstance(found, Finding)
    assert (found.reason, found.part) == ("xml-broken", "2")
    assert str(getattr(found.detail, "en", "")).startswith("3: ")


def test_a_document_that_is_not_what_its_first_bytes_promised_is_not_read() -> None:
    (found,) = ubl.read(part(b"<other/>", UBL_INVOICE), CASE)
    assert isinstance(found, Finding)
    assert found.reason == "xml-unknown"
