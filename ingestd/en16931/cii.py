"""The CII binding (EN 16931-3-3): UN/CEFACT Cross Industry Invoice D16B and D22B to `model.Invoice`.

Serves Factur-X and ZUGFeRD 2 in all profiles, XRechnung and EXTENDED-CTC-FR; ZUGFeRD 1 is renamed to
these elements first (`zugferd1`). Nothing is judged here.
"""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from lxml import etree

from ingestd.en16931 import profiles
from ingestd.en16931._supporting import SupportingSyntax, supporting_documents
from ingestd.en16931._values import Values, term_of, xml_sources
from ingestd.model import (
    AllowanceCharge,
    Format,
    Invoice,
    InvoiceLine,
    SupportingDocument,
    VatBreakdown,
)

_UNCEFACT = "urn:un:unece:uncefact:data:standard:"
NAMESPACES = {
    "rsm": f"{_UNCEFACT}CrossIndustryInvoice:100",
    "ram": f"{_UNCEFACT}ReusableAggregateBusinessInformationEntity:100",
    "udt": f"{_UNCEFACT}UnqualifiedDataType:100",
    "qdt": f"{_UNCEFACT}QualifiedDataType:100",
}
INVOICE = f"{{{NAMESPACES['rsm']}}}CrossIndustryInvoice"

_CONTEXT = "rsm:ExchangedDocumentContext"
_DOCUMENT = "rsm:ExchangedDocument"
_TRANSACTION = "rsm:SupplyChainTradeTransaction"
_AGREEMENT = f"{_TRANSACTION}/ram:ApplicableHeaderTradeAgreement"
_DELIVERY = f"{_TRANSACTION}/ram:ApplicableHeaderTradeDelivery"
_SETTLEMENT = f"{_TRANSACTION}/ram:ApplicableHeaderTradeSettlement"
_MEANS = f"{_SETTLEMENT}/ram:SpecifiedTradeSettlementPaymentMeans"
_PERIOD = f"{_SETTLEMENT}/ram:BillingSpecifiedPeriod"
_TOTALS = f"{_SETTLEMENT}/ram:SpecifiedTradeSettlementHeaderMonetarySummation"
_VAT_TOTAL = f"{_TOTALS}/ram:TaxTotalAmount"

_INVOICE = {
    "number": f"{_DOCUMENT}/ram:ID",
    "issue_date": f"{_DOCUMENT}/ram:IssueDateTime/udt:DateTimeString"
    f" | {_DOCUMENT}/ram:IssueDateTime/udt:DateTime",
    "type_code": f"{_DOCUMENT}/ram:TypeCode",
    "currency_code": f"{_SETTLEMENT}/ram:InvoiceCurrencyCode",
    "vat_accounting_currency_code": f"{_SETTLEMENT}/ram:TaxCurrencyCode",
    "payment_due_date": (
        f"{_SETTLEMENT}/ram:SpecifiedTradePaymentTerms/ram:DueDateDateTime/udt:DateTimeString"
        f" | {_SETTLEMENT}/ram:SpecifiedTradePaymentTerms/ram:DueDateDateTime/udt:DateTime"
    ),
    "buyer_reference": f"{_AGREEMENT}/ram:BuyerReference",
    "project_reference": f"{_AGREEMENT}/ram:SpecifiedProcuringProject/ram:ID",
    "contract_reference": f"{_AGREEMENT}/ram:ContractReferencedDocument/ram:IssuerAssignedID",
    "purchase_order_reference": (
        f"{_AGREEMENT}/ram:BuyerOrderReferencedDocument/ram:IssuerAssignedID"
    ),
    "sales_order_reference": f"{_AGREEMENT}/ram:SellerOrderReferencedDocument/ram:IssuerAssignedID",
    "despatch_advice_reference": (
        f"{_DELIVERY}/ram:DespatchAdviceReferencedDocument/ram:IssuerAssignedID"
    ),
    "buyer_accounting_reference": (
        f"{_SETTLEMENT}/ram:ReceivableSpecifiedTradeAccountingAccount/ram:ID"
    ),
    "payment_terms": f"{_SETTLEMENT}/ram:SpecifiedTradePaymentTerms/ram:Description",
    "notes": f"{_DOCUMENT}/ram:IncludedNote/ram:Content",
    "business_process_type": (
        f"{_CONTEXT}/ram:BusinessProcessSpecifiedDocumentContextParameter/ram:ID"
    ),
    "specification_identifier": f"{_CONTEXT}/ram:GuidelineSpecifiedDocumentContextParameter/ram:ID",
    "preceding_invoice_references": (
        f"{_SETTLEMENT}/ram:InvoiceReferencedDocument/ram:IssuerAssignedID"
    ),
    "payee_name": f"{_SETTLEMENT}/ram:PayeeTradeParty/ram:Name",
    "actual_delivery_date": (
        f"{_DELIVERY}/ram:ActualDeliverySupplyChainEvent/ram:OccurrenceDateTime/udt:DateTimeString"
    ),
    "invoicing_period_start_date": f"{_PERIOD}/ram:StartDateTime/udt:DateTimeString",
    "invoicing_period_end_date": f"{_PERIOD}/ram:EndDateTime/udt:DateTimeString",
    "payment_means_type_code": f"{_MEANS}/ram:TypeCode",
    "remittance_information": f"{_SETTLEMENT}/ram:PaymentReference",
    "payment_service_provider_identifiers": (
        f"{_MEANS}/ram:PayeeSpecifiedCreditorFinancialInstitution/ram:BICID"
    ),
    "sum_of_line_net_amounts": f"{_TOTALS}/ram:LineTotalAmount",
    "sum_of_allowances": f"{_TOTALS}/ram:AllowanceTotalAmount",
    "sum_of_charges": f"{_TOTALS}/ram:ChargeTotalAmount",
    "total_amount_without_vat": f"{_TOTALS}/ram:TaxBasisTotalAmount",
    "total_amount_with_vat": f"{_TOTALS}/ram:GrandTotalAmount",
    "paid_amount": f"{_TOTALS}/ram:TotalPrepaidAmount",
    "rounding_amount": f"{_TOTALS}/ram:RoundingAmount",
    "amount_due_for_payment": f"{_TOTALS}/ram:DuePayableAmount",
}
_PARTY = {
    "name": "ram:Name",
    "trading_name": "ram:SpecifiedLegalOrganization/ram:TradingBusinessName",
    "identifiers": "ram:ID | ram:GlobalID",
    "legal_registration_identifier": "ram:SpecifiedLegalOrganization/ram:ID",
    "vat_identifier": "ram:SpecifiedTaxRegistration/ram:ID[@schemeID='VA']",
    "electronic_address": "ram:URIUniversalCommunication/ram:URIID",
    "city": "ram:PostalTradeAddress/ram:CityName",
    "post_code": "ram:PostalTradeAddress/ram:PostcodeCode",
    "country_code": "ram:PostalTradeAddress/ram:CountryID",
}
_SELLER = _PARTY | {
    "tax_registration_identifier": "ram:SpecifiedTaxRegistration/ram:ID[@schemeID='FC']"
}
_VAT_BREAKDOWN = {
    "taxable_amount": "ram:BasisAmount",
    "tax_amount": "ram:CalculatedAmount",
    "category_code": "ram:CategoryCode",
    "category_rate": "ram:RateApplicablePercent",
    "exemption_reason_text": "ram:ExemptionReason",
    "exemption_reason_code": "ram:ExemptionReasonCode",
}
_ALLOWANCE_CHARGE = {
    "amount": "ram:ActualAmount",
    "base_amount": "ram:BasisAmount",
    "percentage": "ram:CalculationPercent",
    "vat_category_code": "ram:CategoryTradeTax/ram:CategoryCode",
    "vat_rate": "ram:CategoryTradeTax/ram:RateApplicablePercent",
    "reason": "ram:Reason",
    "reason_code": "ram:ReasonCode",
}
_LOGISTICS_CHARGE = {
    "amount": "ram:AppliedAmount",
    "vat_category_code": "ram:AppliedTradeTax/ram:CategoryCode",
    "vat_rate": "ram:AppliedTradeTax/ram:RateApplicablePercent",
    "reason": "ram:Description",
}
"""Freight and the like (BG-X-42 of Factur-X EXTENDED), counted in the sum of charges (BT-108)."""
_LINE_SETTLEMENT = "ram:SpecifiedLineTradeSettlement"
_LINE = {
    "identifier": "ram:AssociatedDocumentLineDocument/ram:LineID",
    "note": "ram:AssociatedDocumentLineDocument/ram:IncludedNote/ram:Content",
    "status_reason_code": "ram:AssociatedDocumentLineDocument/ram:LineStatusReasonCode",
    "quantity": "ram:SpecifiedLineTradeDelivery/ram:BilledQuantity",
    "unit_code": "ram:SpecifiedLineTradeDelivery/ram:BilledQuantity/@unitCode",
    "net_amount": (
        f"{_LINE_SETTLEMENT}/ram:SpecifiedTradeSettlementLineMonetarySummation/ram:LineTotalAmount"
    ),
    "net_price": ("ram:SpecifiedLineTradeAgreement/ram:NetPriceProductTradePrice/ram:ChargeAmount"),
    "vat_category_code": f"{_LINE_SETTLEMENT}/ram:ApplicableTradeTax/ram:CategoryCode",
    "vat_rate": f"{_LINE_SETTLEMENT}/ram:ApplicableTradeTax/ram:RateApplicablePercent",
    "item_name": "ram:SpecifiedTradeProduct/ram:Name",
    "item_description": "ram:SpecifiedTradeProduct/ram:Description",
    "sellers_item_identifier": "ram:SpecifiedTradeProduct/ram:SellerAssignedID",
}
_SUPPORTING = SupportingSyntax(
    embedded=f"{{{NAMESPACES['ram']}}}AttachmentBinaryObject",
    type_code="ram:TypeCode",
    reference="ram:IssuerAssignedID",
    description="ram:Name",
    external_location="ram:URIID",
)
_NOT_SUPPORTING = ("50", "130")
"""Type codes of a tender reference (BT-17) and of the invoiced object (BT-18)."""


def read(root: etree._Element, part: str) -> Invoice:
    """Return the invoice in a Cross Industry Invoice. `part` is the path of its part."""
    values = Values(NAMESPACES)
    read_ = values.bind(Invoice, root, _INVOICE)
    read_ |= _party(values, root, f"{_AGREEMENT}/ram:SellerTradeParty", "seller", _SELLER)
    read_ |= _party(values, root, f"{_AGREEMENT}/ram:BuyerTradeParty", "buyer", _PARTY)
    read_["seller_tax_representative_vat_identifier"] = values.text(
        root,
        f"{_AGREEMENT}/ram:SellerTaxRepresentativeTradeParty/{_PARTY['vat_identifier']}"
        f" | {_SETTLEMENT}/ram:SellerTaxRepresentativeTradeParty/{_PARTY['vat_identifier']}",
    )
    read_["payment_account_identifiers"] = tuple(_accounts(values, root))
    read_["total_vat_amount"] = _total_vat(values, root, read_["currency_code"])
    if read_["vat_accounting_currency_code"] != read_["currency_code"]:
        read_["total_vat_amount_in_accounting_currency"] = _vat_amount_in(
            values, root, read_["vat_accounting_currency_code"]
        )
    read_["vat_breakdown"] = tuple(
        VatBreakdown(**values.bind(VatBreakdown, tax, _VAT_BREAKDOWN))
        for tax in values.find(root, f"{_SETTLEMENT}/ram:ApplicableTradeTax")
    )
    read_["allowances_charges"] = tuple(_allowances_charges(values, root))
    read_["supporting_documents"] = tuple(_supporting_documents(values, root))
    read_["lines"] = tuple(_lines(values, root))
    specification = read_["specification_identifier"]
    return Invoice(
        part=part,
        format=profiles.format_of(specification, Format.CII),
        profile=profiles.profile_of(specification),
        unreadable=tuple(values.unreadable),
        sources=xml_sources(read_),
        **read_,
    )


def _party(
    values: Values, root: etree._Element, path: str, role: str, paths: dict[str, str]
) -> dict[str, Any]:
    named = {
        f"{role}_{name}": " | ".join(f"{path}/{steps}" for steps in alternatives.split(" | "))
        for name, alternatives in paths.items()
    }
    return values.bind(Invoice, root, named)


def _accounts(values: Values, root: etree._Element) -> Iterator[str]:
    """Yield BT-84 in document order: of each payment means the IBAN, else another account number."""
    for account in values.find(root, f"{_MEANS}/ram:PayeePartyCreditorFinancialAccount"):
        if identifier := values.text(account, "ram:IBANID | ram:ProprietaryID"):
            yield identifier


def _total_vat(values: Values, root: etree._Element, currency: str | None) -> Decimal | None:
    """Return BT-110: of several totals the one in the invoice's currency, a sole one as it is."""
    in_currency = _vat_amount_in(values, root, currency)
    if in_currency is None and len(list(values.find(root, _VAT_TOTAL))) == 1:
        return values.amount(root, _VAT_TOTAL, term_of("total_vat_amount"))
    return in_currency


def _vat_amount_in(values: Values, root: etree._Element, currency: str | None) -> Decimal | None:
    for total in values.find(root, _VAT_TOTAL):
        if currency and total.get("currencyID") == currency:
            return values.amount(total, ".", term_of("total_vat_amount"))
    return None


def _allowances_charges(values: Values, root: etree._Element) -> Iterator[AllowanceCharge]:
    for element in values.find(root, f"{_SETTLEMENT}/ram:SpecifiedTradeAllowanceCharge"):
        indicator = values.text(element, "ram:ChargeIndicator/udt:Indicator")
        read_ = values.bind(AllowanceCharge, element, _ALLOWANCE_CHARGE)
        yield AllowanceCharge(is_charge=indicator in ("true", "1"), **read_)
    for element in values.find(root, f"{_SETTLEMENT}/ram:SpecifiedLogisticsServiceCharge"):
        read_ = values.bind(AllowanceCharge, element, _LOGISTICS_CHARGE)
        yield AllowanceCharge(is_charge=True, **read_)


def _supporting_documents(values: Values, root: etree._Element) -> Iterator[SupportingDocument]:
    references = values.find(root, f"{_AGREEMENT}/ram:AdditionalReferencedDocument")
    return supporting_documents(values, root, references, _SUPPORTING, _NOT_SUPPORTING)


def _lines(values: Values, root: etree._Element) -> Iterator[InvoiceLine]:
    for element in values.find(root, f"{_TRANSACTION}/ram:IncludedSupplyChainTradeLineItem"):
        place = values.text(element, _LINE["identifier"]) or ""
        yield InvoiceLine(**values.bind(InvoiceLine, element, _LINE, place))
