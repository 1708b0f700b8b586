"""ZUGFeRD 1.0 is read like the CII it became, under its old names."""

from datetime import date
from decimal import Decimal

from ingestd.model import Finding, Format, Invoice
from ingestd.readers import zugferd1
from tests.unit._invoices import CASE, ZUGFERD_1, part

_UNCEFACT = "urn:un:unece:uncefact:data:standard:"
DOCUMENT = f"""<?xml version="1.0" encoding="UTF-8"?>
<rsm:CrossIndustryDocument xmlns:rsm="urn:ferd:CrossIndustryDocument:invoice:1p0"
  xmlns:ram="{_UNCEFACT}ReusableAggregateBusinessInformationEntity:12"
  xmlns:udt="{_UNCEFACT}UnqualifiedDataType:15">
  <rsm:SpecifiedExchangedDocumentContext><ram:GuidelineSpecifiedDocumentContextParameter>
    <ram:ID>urn:ferd:CrossIndustryDocument:invoice:1p0:comfort</ram:ID>
  </ram:GuidelineSpecifiedDocumentContextParameter></rsm:SpecifiedExchangedDocumentContext>
  <rsm:HeaderExchangedDocument><ram:ID>R-1</ram:ID><ram:TypeCode>380</ram:TypeCode>
    <ram:IssueDateTime><udt:DateTimeString format="102">20130305</udt:DateTimeString>
    </ram:IssueDateTime></rsm:HeaderExchangedDocument>
  <rsm:SpecifiedSupplyChainTradeTransaction>
    <ram:ApplicableSupplyChainTradeAgreement>
      <ram:SellerTradeParty><ram:Name>Lieferant GmbH</ram:Name>
        <ram:SpecifiedTaxRegistration><ram:ID schemeID="VA">DE123456789</ram:ID>
        </ram:SpecifiedTaxRegistration></ram:SellerTradeParty>
      <ram:BuyerTradeParty><ram:ID>GE2020211</ram:ID><ram:Name>Kunden AG</ram:Name>
      </ram:BuyerTradeParty>
      <ram:BuyerOrderReferencedDocument><ram:ID>PO-1</ram:ID></ram:BuyerOrderReferencedDocument>
    </ram:ApplicableSupplyChainTradeAgreement>
    <ram:ApplicableSupplyChainTradeDelivery>
      <ram:ActualDeliverySupplyChainEvent><ram:OccurrenceDateTime>
        <udt:DateTimeString format="102">20130304</udt:DateTimeString>
      </ram:OccurrenceDateTime></ram:ActualDeliverySupplyChainEvent>
    </ram:ApplicableSupplyChainTradeDelivery>
    <ram:ApplicableSupplyChainTradeSettlement>
      <ram:InvoiceCurrencyCode>EUR</ram:InvoiceCurrencyCode>
      <ram:SpecifiedTradeSettlementPaymentMeans><ram:PayeePartyCreditorFinancialAccount>
        <ram:IBANID>DE08700901001234567890</ram:IBANID>
      </ram:PayeePartyCreditorFinancialAccount></ram:SpecifiedTradeSettlementPaymentMeans>
      <ram:ApplicableTradeTax><ram:CalculatedAmount currencyID="EUR">37.62</ram:CalculatedAmount>
        <ram:BasisAmount currencyID="EUR">198.00</ram:BasisAmount>
        <ram:ApplicablePercent>19.00</ram:ApplicablePercent></ram:ApplicableTradeTax>
      <ram:SpecifiedTradeSettlementMonetarySummation>
        <ram:LineTotalAmount currencyID="EUR">198.00</ram:LineTotalAmount>
        <ram:TaxBasisTotalAmount currencyID="EUR">198.00</ram:TaxBasisTotalAmount>
        <ram:TaxTotalAmount currencyID="EUR">37.62</ram:TaxTotalAmount>
        <ram:GrandTotalAmount currencyID="EUR">235.62</ram:GrandTotalAmount>
      </ram:SpecifiedTradeSettlementMonetarySummation>
    </ram:ApplicableSupplyChainTradeSettlement>
    <ram:IncludedSupplyChainTradeLineItem>
      <ram:AssociatedDocumentLineDocument><ram:LineID>1</ram:LineID>
      </ram:AssociatedDocumentLineDocument>
      <ram:SpecifiedSupplyChainTradeAgreement><ram:NetPriceProductTradePrice>
        <ram:ChargeAmount currencyID="EUR">9.9000</ram:ChargeAmount>
      </ram:NetPriceProductTradePrice></ram:SpecifiedSupplyChainTradeAgreement>
      <ram:SpecifiedSupplyChainTradeDelivery>
        <ram:BilledQuantity unitCode="C62">20.0000</ram:BilledQuantity>
      </ram:SpecifiedSupplyChainTradeDelivery>
      <ram:SpecifiedSupplyChainTradeSettlement>
        <ram:ApplicableTradeTax><ram:ApplicablePercent>19.00</ram:ApplicablePercent>
        </ram:ApplicableTradeTax>
        <ram:SpecifiedTradeAccountingAccount><ram:ID>4711</ram:ID>
        </ram:SpecifiedTradeAccountingAccount>
        <ram:SpecifiedTradeSettlementMonetarySummation>
          <ram:LineTotalAmount currencyID="EUR">198.00</ram:LineTotalAmount>
        </ram:SpecifiedTradeSettlementMonetarySummation>
      </ram:SpecifiedSupplyChainTradeSettlement>
      <ram:SpecifiedTradeProduct><ram:Name>Trennblätter A4</ram:Name></ram:SpecifiedTradeProduct>
    </ram:IncludedSupplyChainTradeLineItem>
  </rsm:SpecifiedSupplyChainTradeTransaction>
</rsm:CrossIndustryDocument>
""".encode()


def test_every_level_is_read() -> None:
    (found,) = zugferd1.read(part(DOCUMENT, ZUGFERD_1), CASE)
    assert isinstance(found, Invoice)
    assert (found.format, found.profile) == (Format.ZUGFERD_1, None)
    assert (found.number, found.type_code, found.currency_code) == ("R-1", "380", "EUR")
    assert (found.issue_date, found.actual_delivery_date) == (date(2013, 3, 5), date(2013, 3, 4))
    assert (found.seller_name, found.seller_vat_identifier) == ("Lieferant GmbH", "DE123456789")
    assert (found.buyer_name, found.buyer_identifiers) == ("Kunden AG", ("GE2020211",))
    assert found.purchase_order_reference == "PO-1"
    assert found.payment_account_identifiers == ("DE08700901001234567890",)
    assert found.total_amount_without_vat == Decimal("198.00")
    assert found.total_vat_amount == Decimal("37.62")
    assert found.total_amount_with_vat == Decimal("235.62")
    assert found.amount_due_for_payment is None
    assert found.vat_breakdown[0].category_rate == Decimal("19.00")
    (line,) = found.lines
    assert (line.quantity, line.net_price) == (Decimal("20.0000"), Decimal("9.9000"))
    assert (line.net_amount, line.vat_rate) == (Decimal("198.00"), Decimal("19.00"))
    assert (line.item_name, line.buyer_accounting_reference) == ("Trennblätter A4", "4711")


def test_a_broken_one_is_told() -> None:
    (found,) = zugferd1.read(part(DOCUMENT[:-40], ZUGFERD_1), CASE)
    assert isinstance(found, Finding)
    assert found.reason == "xml-broken"
