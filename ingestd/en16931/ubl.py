"""The UBL 2.1 binding (EN 16931-3-2): Invoice and CreditNote to `model.Invoice`.

The two differ in four element names only. Nothing is judged here: what the syntax says is read as it
stands, and what is absent is None.
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

_UBL = "urn:oasis:names:specification:ubl:schema:xsd:"
INVOICE = f"{{{_UBL}Invoice-2}}Invoice"
CREDIT_NOTE = f"{{{_UBL}CreditNote-2}}CreditNote"
NAMESPACES = {
    "cac": f"{_UBL}CommonAggregateComponents-2",
    "cbc": f"{_UBL}CommonBasicComponents-2",
}

_INVOICE = {
    "number": "cbc:ID",
    "issue_date": "cbc:IssueDate",
    "type_code": "cbc:InvoiceTypeCode | cbc:CreditNoteTypeCode",
    "currency_code": "cbc:DocumentCurrencyCode",
    "vat_accounting_currency_code": "cbc:TaxCurrencyCode",
    # A credit note has no DueDate of its own.
    "payment_due_date": "cbc:DueDate | cac:PaymentMeans/cbc:PaymentDueDate",
    "buyer_reference": "cbc:BuyerReference",
    "project_reference": "cac:ProjectReference/cbc:ID",
    "contract_reference": "cac:ContractDocumentReference/cbc:ID",
    "purchase_order_reference": "cac:OrderReference/cbc:ID",
    "sales_order_reference": "cac:OrderReference/cbc:SalesOrderID",
    "despatch_advice_reference": "cac:DespatchDocumentReference/cbc:ID",
    "buyer_accounting_reference": "cbc:AccountingCost",
    "payment_terms": "cac:PaymentTerms/cbc:Note",
    "notes": "cbc:Note",
    "business_process_type": "cbc:ProfileID",
    "specification_identifier": "cbc:CustomizationID",
    "preceding_invoice_references": "cac:BillingReference/cac:InvoiceDocumentReference/cbc:ID",
    "payee_name": "cac:PayeeParty/cac:PartyName/cbc:Name",
    "actual_delivery_date": "cac:Delivery/cbc:ActualDeliveryDate",
    "invoicing_period_start_date": "cac:InvoicePeriod/cbc:StartDate",
    "invoicing_period_end_date": "cac:InvoicePeriod/cbc:EndDate",
    "payment_means_type_code": "cac:PaymentMeans/cbc:PaymentMeansCode",
    "remittance_information": "cac:PaymentMeans/cbc:PaymentID",
    "payment_account_identifiers": "cac:PaymentMeans/cac:PayeeFinancialAccount/cbc:ID",
    "payment_service_provider_identifiers": (
        "cac:PaymentMeans/cac:PayeeFinancialAccount/cac:FinancialInstitutionBranch/cbc:ID"
    ),
    "sum_of_line_net_amounts": "cac:LegalMonetaryTotal/cbc:LineExtensionAmount",
    "sum_of_allowances": "cac:LegalMonetaryTotal/cbc:AllowanceTotalAmount",
    "sum_of_charges": "cac:LegalMonetaryTotal/cbc:ChargeTotalAmount",
    "total_amount_without_vat": "cac:LegalMonetaryTotal/cbc:TaxExclusiveAmount",
    "total_amount_with_vat": "cac:LegalMonetaryTotal/cbc:TaxInclusiveAmount",
    "paid_amount": "cac:LegalMonetaryTotal/cbc:PrepaidAmount",
    "rounding_amount": "cac:LegalMonetaryTotal/cbc:PayableRoundingAmount",
    "amount_due_for_payment": "cac:LegalMonetaryTotal/cbc:PayableAmount",
}
_PARTY = {
    "name": "cac:PartyLegalEntity/cbc:RegistrationName",
    "trading_name": "cac:PartyName/cbc:Name",
    "legal_registration_identifier": "cac:PartyLegalEntity/cbc:CompanyID",
    "electronic_address": "cbc:EndpointID",
    "city": "cac:PostalAddress/cbc:CityName",
    "post_code": "cac:PostalAddress/cbc:PostalZone",
    "country_code": "cac:PostalAddress/cac:Country/cbc:IdentificationCode",
}
_VAT_BREAKDOWN = {
    "taxable_amount": "cbc:TaxableAmount",
    "tax_amount": "cbc:TaxAmount",
    "category_code": "cac:TaxCategory/cbc:ID",
    "category_rate": "cac:TaxCategory/cbc:Percent",
    "exemption_reason_text": "cac:TaxCategory/cbc:TaxExemptionReason",
    "exemption_reason_code": "cac:TaxCategory/cbc:TaxExemptionReasonCode",
}
_ALLOWANCE_CHARGE = {
    "amount": "cbc:Amount",
    "base_amount": "cbc:BaseAmount",
    "percentage": "cbc:MultiplierFactorNumeric",
    "vat_category_code": "cac:TaxCategory/cbc:ID",
    "vat_rate": "cac:TaxCategory/cbc:Percent",
    "reason": "cbc:AllowanceChargeReason",
    "reason_code": "cbc:AllowanceChargeReasonCode",
}
_LINE = {
    "identifier": "cbc:ID",
    "note": "cbc:Note",
    "quantity": "cbc:InvoicedQuantity | cbc:CreditedQuantity",
    "unit_code": "cbc:InvoicedQuantity/@unitCode | cbc:CreditedQuantity/@unitCode",
    "net_amount": "cbc:LineExtensionAmount",
    "net_price": "cac:Price/cbc:PriceAmount",
    "vat_category_code": "cac:Item/cac:ClassifiedTaxCategory/cbc:ID",
    "vat_rate": "cac:Item/cac:ClassifiedTaxCategory/cbc:Percent",
    "item_name": "cac:Item/cbc:Name",
    "item_description": "cac:Item/cbc:Description",
    "sellers_item_identifier": "cac:Item/cac:SellersItemIdentification/cbc:ID",
}
_SUPPORTING = SupportingSyntax(
    embedded=f"{{{NAMESPACES['cbc']}}}EmbeddedDocumentBinaryObject",
    type_code="cbc:DocumentTypeCode",
    reference="cbc:ID",
    description="cbc:DocumentDescription",
    external_location="cac:Attachment/cac:ExternalReference/cbc:URI",
)
_INVOICED_OBJECT = "130"
_PROJECT = "50"


def read(root: etree._Element, part: str) -> Invoice:
    """Return the invoice in a UBL Invoice or CreditNote. `part` is the path of its part."""
    values = Values(NAMESPACES)
    read_ = values.bind(Invoice, root, _INVOICE)
    read_ |= _party(values, root, "cac:AccountingSupplierParty/cac:Party", "seller")
    read_ |= _party(values, root, "cac:AccountingCustomerParty/cac:Party", "buyer")
    read_["seller_tax_representative_vat_identifier"] = _tax_identifier(
        values, root, "cac:TaxRepresentativeParty", vat=True
    )
    read_["project_reference"] = read_["project_reference"] or _project(values, root)
    read_["total_vat_amount"] = _total_vat(values, root, read_["currency_code"])
    if read_["vat_accounting_currency_code"] != read_["currency_code"]:
        read_["total_vat_amount_in_accounting_currency"] = _vat_amount_in(
            values, root, read_["vat_accounting_currency_code"]
        )
    read_["vat_breakdown"] = tuple(
        VatBreakdown(**values.bind(VatBreakdown, subtotal, _VAT_BREAKDOWN))
        for subtotal in values.find(root, "cac:TaxTotal/cac:TaxSubtotal")
    )
    read_["allowances_charges"] = tuple(_allowances_charges(values, root))
    read_["supporting_documents"] = tuple(_supporting_documents(values, root))
    read_["lines"] = tuple(_lines(values, root))
    specification = read_["specification_identifier"]
    return Invoice(
        part=part,
        format=profiles.format_of(specification, Format.UBL),
        profile=profiles.profile_of(specification),
        unreadable=tuple(values.unreadable),
        sources=xml_sources(read_),
        **read_,
    )


def _party(values: Values, root: etree._Element, path: str, role: str) -> dict[str, Any]:
    """Return a party's fields. BT-90 (SEPA creditor) shares the element of BT-29 and is left out."""
    named = {f"{role}_{name}": f"{path}/{steps}" for name, steps in _PARTY.items()}
    party = values.bind(Invoice, root, named)
    party[f"{role}_identifiers"] = tuple(
        identifier.text.strip()
        for identifier in values.find(root, f"{path}/cac:PartyIdentification/cbc:ID")
        if identifier.get("schemeID") != "SEPA" and identifier.text and identifier.text.strip()
    )
    party[f"{role}_vat_identifier"] = _tax_identifier(values, root, path, vat=True)
    if role == "seller":
        party["seller_tax_registration_identifier"] = _tax_identifier(values, root, path, vat=False)
    return party


def _tax_identifier(values: Values, root: etree._Element, path: str, *, vat: bool) -> str | None:
    """Return the first tax number of a party that is for VAT (BT-31), or is for another tax (BT-32)."""
    for scheme in values.find(root, f"{path}/cac:PartyTaxScheme"):
        tax = values.text(scheme, "cac:TaxScheme/cbc:ID") or ""
        if (tax.upper() == "VAT") is vat and (number := values.text(scheme, "cbc:CompanyID")):
            return number
    return None


def _project(values: Values, root: etree._Element) -> str | None:
    """Return BT-11 of a credit note, which has no ProjectReference: a reference of type 50."""
    if root.tag != CREDIT_NOTE:
        return None
    for reference in values.find(root, "cac:AdditionalDocumentReference"):
        if values.text(reference, "cbc:DocumentTypeCode") == _PROJECT:
            return values.text(reference, "cbc:ID")
    return None


def _total_vat(values: Values, root: etree._Element, currency: str | None) -> Decimal | None:
    """Return BT-110: of several TaxTotals the one in the invoice's currency, a sole one as it is."""
    in_currency = _vat_amount_in(values, root, currency)
    if in_currency is None and len(list(values.find(root, "cac:TaxTotal"))) == 1:
        return values.amount(root, "cac:TaxTotal/cbc:TaxAmount", term_of("total_vat_amount"))
    return in_currency


def _vat_amount_in(values: Values, root: etree._Element, currency: str | None) -> Decimal | None:
    """Return the VAT total in `currency`; the one with a breakdown first."""
    totals = [
        total
        for total in values.find(root, "cac:TaxTotal")
        if currency and values.text(total, "cbc:TaxAmount/@currencyID") == currency
    ]
    totals.sort(key=lambda total: values.text(total, "cac:TaxSubtotal/cbc:TaxAmount") is None)
    if not totals:
        return None
    return values.amount(totals[0], "cbc:TaxAmount", term_of("total_vat_amount"))


def _allowances_charges(values: Values, root: etree._Element) -> Iterator[AllowanceCharge]:
    for element in values.find(root, "cac:AllowanceCharge"):
        is_charge = values.text(element, "cbc:ChargeIndicator") in ("true", "1")
        read_ = values.bind(AllowanceCharge, element, _ALLOWANCE_CHARGE)
        yield AllowanceCharge(is_charge=is_charge, **read_)


def _supporting_documents(values: Values, root: etree._Element) -> Iterator[SupportingDocument]:
    references = values.find(root, "cac:AdditionalDocumentReference")
    other = (_INVOICED_OBJECT, _PROJECT if root.tag == CREDIT_NOTE else "")
    return supporting_documents(values, root, references, _SUPPORTING, other)


def _lines(values: Values, root: etree._Element) -> Iterator[InvoiceLine]:
    path = "cac:CreditNoteLine" if root.tag == CREDIT_NOTE else "cac:InvoiceLine"
    for element in values.find(root, path):
        place = values.text(element, "cbc:ID") or ""
        yield InvoiceLine(**values.bind(InvoiceLine, element, _LINE, place))
