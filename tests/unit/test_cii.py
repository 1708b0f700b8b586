"""A Cross Industry Invoice is read term by term; and both syntaxes read the samples as they must."""

import base64
import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from ingestd.en16931.xml import document_element
from ingestd.model import Case, Finding, Format, Invoice, Note, Part, Profile
from ingestd.readers import cii, reader_for
from tests.unit._invoices import CASE, CII, part
from tests.unit._invoices import cii as document


def read(**pieces: str) -> list[Part | Invoice | Finding]:
    return list(cii.read(part(document(**pieces), CII), CASE))


def invoice(**pieces: str) -> Invoice:
    (found,) = [each for each in read(**pieces) if isinstance(each, Invoice)]
    return found


def day(text: str, code: str = "102") -> str:
    return f'<udt:DateTimeString format="{code}">{text}</udt:DateTimeString>'


def guideline(identifier: str) -> str:
    return (
        "<ram:GuidelineSpecifiedDocumentContextParameter>"
        f"<ram:ID>{identifier}</ram:ID></ram:GuidelineSpecifiedDocumentContextParameter>"
    )


def test_the_terms_of_the_head() -> None:
    found = invoice(
        context=guideline("urn:cen.eu:en16931:2017#compliant#urn:factur-x.eu:1p0:basic"),
        document=f"""<ram:ID>F-1</ram:ID><ram:TypeCode>380</ram:TypeCode>
            <ram:IssueDateTime>{day("20261002")}</ram:IssueDateTime>
            <ram:IncludedNote><ram:Content>Hello</ram:Content></ram:IncludedNote>""",
        agreement="""<ram:BuyerReference>Desk 3</ram:BuyerReference>
            <ram:BuyerOrderReferencedDocument><ram:IssuerAssignedID>PO-1</ram:IssuerAssignedID>
            </ram:BuyerOrderReferencedDocument>
            <ram:ContractReferencedDocument><ram:IssuerAssignedID>C-1</ram:IssuerAssignedID>
            </ram:ContractReferencedDocument>""",
        delivery=f"""<ram:ActualDeliverySupplyChainEvent><ram:OccurrenceDateTime>
            {day("20260930")}</ram:OccurrenceDateTime></ram:ActualDeliverySupplyChainEvent>""",
        settlement=f"""<ram:PaymentReference>RF18</ram:PaymentReference>
            <ram:InvoiceCurrencyCode>EUR</ram:InvoiceCurrencyCode>
            <ram:SpecifiedTradePaymentTerms><ram:Description>30 days</ram:Description>
            <ram:DueDateDateTime>{day("20261101")}</ram:DueDateDateTime>
            </ram:SpecifiedTradePaymentTerms>
            <ram:InvoiceReferencedDocument><ram:IssuerAssignedID>F-0</ram:IssuerAssignedID>
            </ram:InvoiceReferencedDocument>""",
    )
    assert (found.format, found.profile) == (Format.FACTUR_X, Profile.BASIC)
    assert (found.number, found.type_code) == ("F-1", "380")
    assert found.issue_date == date(2026, 10, 2)
    assert found.actual_delivery_date == date(2026, 9, 30)
    assert found.payment_due_date == date(2026, 11, 1)
    assert (found.buyer_reference, found.purchase_order_reference) == ("Desk 3", "PO-1")
    assert (found.contract_reference, found.payment_terms) == ("C-1", "30 days")
    assert found.preceding_invoice_references == ("F-0",)
    assert found.remittance_information == "RF18"
    assert found.notes == (Note(text="Hello"),)


def test_a_party_with_all_its_identifiers() -> None:
    found = invoice(
        agreement="""<ram:SellerTradeParty><ram:ID>S-1</ram:ID>
            <ram:GlobalID schemeID="0088">4000001</ram:GlobalID><ram:Name>Shop SARL</ram:Name>
            <ram:SpecifiedLegalOrganization><ram:ID schemeID="0002">303265045</ram:ID>
            <ram:TradingBusinessName>The Shop</ram:TradingBusinessName>
            </ram:SpecifiedLegalOrganization>
            <ram:PostalTradeAddress><ram:PostcodeCode>59000</ram:PostcodeCode>
            <ram:CityName>Lille</ram:CityName><ram:CountryID>FR</ram:CountryID>
            </ram:PostalTradeAddress>
            <ram:URIUniversalCommunication><ram:URIID schemeID="EM">a@b.example</ram:URIID>
            </ram:URIUniversalCommunication>
            <ram:SpecifiedTaxRegistration><ram:ID schemeID="FC">22/815</ram:ID>
            </ram:SpecifiedTaxRegistration>
            <ram:SpecifiedTaxRegistration><ram:ID schemeID="VA">FR 40 303265045</ram:ID>
            </ram:SpecifiedTaxRegistration></ram:SellerTradeParty>
            <ram:BuyerTradeParty><ram:Name>Buyer</ram:Name></ram:BuyerTradeParty>"""
    )
    assert (found.seller_name, found.seller_trading_name) == ("Shop SARL", "The Shop")
    assert found.seller_identifiers == ("S-1", "4000001")
    assert found.seller_legal_registration_identifier == "303265045"
    assert found.seller_vat_identifier == "FR 40 303265045"
    assert found.seller_tax_registration_identifier == "22/815"
    assert found.seller_electronic_address == "a@b.example"
    assert (found.seller_post_code, found.seller_country_code) == ("59000", "FR")
    assert (found.buyer_name, found.buyer_vat_identifier) == ("Buyer", None)


def test_the_totals_and_both_vat_currencies() -> None:
    found = invoice(
        settlement="""<ram:TaxCurrencyCode>SEK</ram:TaxCurrencyCode>
            <ram:InvoiceCurrencyCode>EUR</ram:InvoiceCurrencyCode>
            <ram:SpecifiedTradeSettlementHeaderMonetarySummation>
            <ram:LineTotalAmount>100.00</ram:LineTotalAmount>
            <ram:TaxBasisTotalAmount>100.00</ram:TaxBasisTotalAmount>
            <ram:TaxTotalAmount currencyID="SEK">210.50</ram:TaxTotalAmount>
            <ram:TaxTotalAmount currencyID="EUR">20.00</ram:TaxTotalAmount>
            <ram:RoundingAmount>0.01</ram:RoundingAmount>
            <ram:GrandTotalAmount>120.00</ram:GrandTotalAmount>
            <ram:TotalPrepaidAmount>20.00</ram:TotalPrepaidAmount>
            <ram:DuePayableAmount>100.01</ram:DuePayableAmount>
            </ram:SpecifiedTradeSettlementHeaderMonetarySummation>"""
    )
    assert found.total_vat_amount == Decimal("20.00")
    assert found.total_vat_amount_in_accounting_currency == Decimal("210.50")
    assert found.total_amount_with_vat == Decimal("120.00")
    assert (found.paid_amount, found.rounding_amount) == (Decimal("20.00"), Decimal("0.01"))
    assert found.amount_due_for_payment == Decimal("100.01")


def test_allowances_charges_and_freight() -> None:
    found = invoice(
        settlement="""<ram:SpecifiedTradeAllowanceCharge>
            <ram:ChargeIndicator><udt:Indicator>false</udt:Indicator></ram:ChargeIndicator>
            <ram:ActualAmount>10.00</ram:ActualAmount></ram:SpecifiedTradeAllowanceCharge>
            <ram:SpecifiedTradeAllowanceCharge>
            <ram:ChargeIndicator><udt:Indicator>true</udt:Indicator></ram:ChargeIndicator>
            <ram:ActualAmount>5.00</ram:ActualAmount></ram:SpecifiedTradeAllowanceCharge>
            <ram:SpecifiedLogisticsServiceCharge><ram:Description>Freight</ram:Description>
            <ram:AppliedAmount>7.00</ram:AppliedAmount></ram:SpecifiedLogisticsServiceCharge>"""
    )
    assert [(each.is_charge, each.amount) for each in found.allowances_charges] == [
        (False, Decimal("10.00")),
        (True, Decimal("5.00")),
        (True, Decimal("7.00")),
    ]


def test_accounts_in_their_order_iban_or_other() -> None:
    account = (
        "<ram:SpecifiedTradeSettlementPaymentMeans><ram:TypeCode>30</ram:TypeCode>"
        "<ram:PayeePartyCreditorFinancialAccount>{}</ram:PayeePartyCreditorFinancialAccount>"
        "</ram:SpecifiedTradeSettlementPaymentMeans>"
    )
    debited = (
        "<ram:SpecifiedTradeSettlementPaymentMeans><ram:PayerPartyDebtorFinancialAccount>"
        "<ram:IBANID>FR00</ram:IBANID></ram:PayerPartyDebtorFinancialAccount>"
        "</ram:SpecifiedTradeSettlementPaymentMeans>"
    )
    found = invoice(
        settlement=account.format("<ram:ProprietaryID>123</ram:ProprietaryID>")
        + debited
        + account.format("<ram:IBANID>DE02</ram:IBANID>")
    )
    assert found.payment_account_identifiers == ("123", "DE02")


@pytest.mark.parametrize(
    ("text", "code", "read"),
    [
        ("20261002", "102", date(2026, 10, 2)),
        ("202610", "610", date(2026, 10, 1)),
        ("202640", "616", date(2026, 9, 28)),
        ("2026-10-02", "102", date(2026, 10, 2)),
        ("20260230", "102", None),
        ("2.10.2026", "102", None),
        ("202613", "610", None),
    ],
)
def test_dates_in_their_formats(text: str, code: str, read: date | None) -> None:
    found = invoice(document=f"<ram:IssueDateTime>{day(text, code)}</ram:IssueDateTime>")
    assert found.issue_date == read
    assert [each.term for each in found.unreadable] == ([] if read else ["BT-2"])


def test_a_line_and_where_a_bad_amount_stands() -> None:
    found = invoice(
        lines="""<ram:IncludedSupplyChainTradeLineItem>
            <ram:AssociatedDocumentLineDocument><ram:LineID>7</ram:LineID>
            <ram:LineStatusReasonCode>GROUP</ram:LineStatusReasonCode>
            </ram:AssociatedDocumentLineDocument>
            <ram:SpecifiedTradeProduct><ram:Name>Work</ram:Name></ram:SpecifiedTradeProduct>
            <ram:SpecifiedLineTradeDelivery><ram:BilledQuantity unitCode="HUR">2
            </ram:BilledQuantity></ram:SpecifiedLineTradeDelivery>
            <ram:SpecifiedLineTradeSettlement>
            <ram:SpecifiedTradeSettlementLineMonetarySummation>
            <ram:LineTotalAmount>2400,00</ram:LineTotalAmount>
            </ram:SpecifiedTradeSettlementLineMonetarySummation>
            </ram:SpecifiedLineTradeSettlement></ram:IncludedSupplyChainTradeLineItem>"""
    )
    (line,) = found.lines
    assert (line.identifier, line.item_name, line.unit_code) == ("7", "Work", "HUR")
    assert (line.quantity, line.status_reason_code) == (Decimal(2), "GROUP")
    (unreadable,) = found.unreadable
    assert (unreadable.term, unreadable.place) == ("BT-131", "7")


def test_embedded_documents_wherever_they_stand() -> None:
    binary = (
        '<ram:AttachmentBinaryObject mimeCode="application/pdf" filename="{}">{}'
        "</ram:AttachmentBinaryObject>"
    )
    found = read(
        agreement="<ram:AdditionalReferencedDocument><ram:IssuerAssignedID>A"
        "</ram:IssuerAssignedID><ram:TypeCode>916</ram:TypeCode>"
        + binary.format("a.pdf", base64.b64encode(b"one").decode())
        + "</ram:AdditionalReferencedDocument><ram:AdditionalReferencedDocument>"
        "<ram:IssuerAssignedID>object 5</ram:IssuerAssignedID><ram:TypeCode>130</ram:TypeCode>"
        "</ram:AdditionalReferencedDocument>",
        lines="<ram:IncludedSupplyChainTradeLineItem><ram:AdditionalReferencedDocument>"
        + binary.format("a.pdf", base64.b64encode(b"two").decode())
        + "</ram:AdditionalReferencedDocument></ram:IncludedSupplyChainTradeLineItem>",
    )
    assert [(each.path, each.content) for each in found if isinstance(each, Part)] == [
        ("2/a.pdf", b"one"),
        ("2/a~2.pdf", b"two"),
    ]


def samples() -> list[Path]:
    return sorted((Path(__file__).parents[1] / "documents").glob("*.xml.expected.json"))


@pytest.mark.parametrize("expected", samples(), ids=lambda path: path.name.split(".")[0])
def test_each_sample_document_is_read_as_it_must_be(expected: Path) -> None:
    content = (expected.parent / expected.name.removesuffix(".expected.json")).read_bytes()
    kind = document_element(content) or ""
    reader = reader_for(kind)
    assert reader is not None
    (found,) = [
        each
        for each in reader(part(content, kind), Case(company=None, today=date(2026, 11, 1)))
        if isinstance(each, Invoice)
    ]
    wanted = json.loads(expected.read_text(encoding="utf-8"))
    assert found.format.value == wanted["format"]
    assert (found.profile.value if found.profile else None) == wanted["profile"]
    for field, value in wanted["invoice"].items():
        read_ = getattr(found, field)
        if field == "lines":
            assert len(read_) == value
        elif isinstance(value, list):
            assert list(read_) == value
        else:
            assert (None if read_ is None else str(read_)) == value, field
