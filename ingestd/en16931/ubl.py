"""The UBL 2.1 binding (EN 16931-3-2): Invoice and CreditNote to `model.Invoice`.

The two differ in four element names only. Nothing is judged here: what the syntax says is read as it
stands, and what is absent is None.
"""

import re
from collections.abc import Iterator
from decimal import Decimal

from lxml import etree

from ingestd.en16931 import profiles
from ingestd.en16931._supporting import SupportingSyntax, supporting_documents
from ingestd.en16931._values import Table, Values, named, term_of, xml_sources
from ingestd.model import (
    AllowanceCharge,
    Format,
    Invoice,
    InvoiceLine,
    ItemAttribute,
    LineAllowanceCharge,
    Note,
    PrecedingInvoice,
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
    "vat_point_date": "cbc:TaxPointDate",
    "vat_point_date_code": "cac:InvoicePeriod/cbc:DescriptionCode",
    # A credit note has no DueDate of its own.
    "payment_due_date": "cbc:DueDate | cac:PaymentMeans/cbc:PaymentDueDate",
    "buyer_reference": "cbc:BuyerReference",
    "project_reference": "cac:ProjectReference/cbc:ID",
    "contract_reference": "cac:ContractDocumentReference/cbc:ID",
    "purchase_order_reference": "cac:OrderReference/cbc:ID",
    "sales_order_reference": "cac:OrderReference/cbc:SalesOrderID",
    "receiving_advice_reference": "cac:ReceiptDocumentReference/cbc:ID",
    "despatch_advice_reference": "cac:DespatchDocumentReference/cbc:ID",
    "tender_or_lot_reference": "cac:OriginatorDocumentReference/cbc:ID",
    "invoiced_object_identifier": (
        "cac:AdditionalDocumentReference[cbc:DocumentTypeCode='130']/cbc:ID"
    ),
    "buyer_accounting_reference": "cbc:AccountingCost",
    "payment_terms": "cac:PaymentTerms/cbc:Note",
    "business_process_type": "cbc:ProfileID",
    "specification_identifier": "cbc:CustomizationID",
    "preceding_invoice_references": "cac:BillingReference/cac:InvoiceDocumentReference/cbc:ID",
    "payee_name": "cac:PayeeParty/cac:PartyName/cbc:Name",
    "payee_legal_registration_identifier": "cac:PayeeParty/cac:PartyLegalEntity/cbc:CompanyID",
    "seller_tax_representative_name": "cac:TaxRepresentativeParty/cac:PartyName/cbc:Name",
    "deliver_to_name": "cac:Delivery/cac:DeliveryParty/cac:PartyName/cbc:Name",
    "deliver_to_location_identifier": "cac:Delivery/cac:DeliveryLocation/cbc:ID",
    "actual_delivery_date": "cac:Delivery/cbc:ActualDeliveryDate",
    "invoicing_period_start_date": "cac:InvoicePeriod/cbc:StartDate",
    "invoicing_period_end_date": "cac:InvoicePeriod/cbc:EndDate",
    "payment_means_type_code": "cac:PaymentMeans/cbc:PaymentMeansCode",
    "payment_means_text": "cac:PaymentMeans/cbc:PaymentMeansCode/@name",
    "remittance_information": "cac:PaymentMeans/cbc:PaymentID",
    "payment_account_identifiers": "cac:PaymentMeans/cac:PayeeFinancialAccount/cbc:ID",
    "payment_account_names": "cac:PaymentMeans/cac:PayeeFinancialAccount/cbc:Name",
    "payment_service_provider_identifiers": (
        "cac:PaymentMeans/cac:PayeeFinancialAccount/cac:FinancialInstitutionBranch/cbc:ID"
    ),
    "payment_card_primary_account_number": (
        "cac:PaymentMeans/cac:CardAccount/cbc:PrimaryAccountNumberID"
    ),
    "payment_card_holder_name": "cac:PaymentMeans/cac:CardAccount/cbc:HolderName",
    "mandate_reference_identifier": "cac:PaymentMeans/cac:PaymentMandate/cbc:ID",
    # The creditor has the element of an ordinary identifier, told apart by its scheme.
    "bank_assigned_creditor_identifier": (
        "cac:AccountingSupplierParty/cac:Party/cac:PartyIdentification/cbc:ID[@schemeID='SEPA']"
        " | cac:PayeeParty/cac:PartyIdentification/cbc:ID[@schemeID='SEPA']"
    ),
    "debited_account_identifier": (
        "cac:PaymentMeans/cac:PaymentMandate/cac:PayerFinancialAccount/cbc:ID"
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
_ADDRESS = {
    "address_line_1": "cbc:StreetName",
    "address_line_2": "cbc:AdditionalStreetName",
    "address_line_3": "cac:AddressLine/cbc:Line",
    "city": "cbc:CityName",
    "post_code": "cbc:PostalZone",
    "country_subdivision": "cbc:CountrySubentity",
    "country_code": "cac:Country/cbc:IdentificationCode",
}
_PARTY = {
    "name": "cac:PartyLegalEntity/cbc:RegistrationName",
    "trading_name": "cac:PartyName/cbc:Name",
    "legal_registration_identifier": "cac:PartyLegalEntity/cbc:CompanyID",
    "legal_registration_scheme": "cac:PartyLegalEntity/cbc:CompanyID/@schemeID",
    "electronic_address": "cbc:EndpointID",
    "electronic_address_scheme": "cbc:EndpointID/@schemeID",
    "contact_point": "cac:Contact/cbc:Name",
    "contact_telephone_number": "cac:Contact/cbc:Telephone",
    "contact_email_address": "cac:Contact/cbc:ElectronicMail",
    **{name: f"cac:PostalAddress/{steps}" for name, steps in _ADDRESS.items()},
}
_SELLER = _PARTY | {"additional_legal_information": "cac:PartyLegalEntity/cbc:CompanyLegalForm"}
_SUPPLIER = "cac:AccountingSupplierParty/cac:Party"
_CUSTOMER = "cac:AccountingCustomerParty/cac:Party"
_REPRESENTATIVE = "cac:TaxRepresentativeParty"
_WHOLE = Table(
    Invoice,
    _INVOICE
    | named("seller", _SUPPLIER, _SELLER)
    | named("buyer", _CUSTOMER, _PARTY)
    | named("seller_tax_representative", f"{_REPRESENTATIVE}/cac:PostalAddress", _ADDRESS)
    | named("deliver_to", "cac:Delivery/cac:DeliveryLocation/cac:Address", _ADDRESS),
    NAMESPACES,
)
_VAT_BREAKDOWN = Table(
    VatBreakdown,
    {
        "taxable_amount": "cbc:TaxableAmount",
        "tax_amount": "cbc:TaxAmount",
        "category_code": "cac:TaxCategory/cbc:ID",
        "category_rate": "cac:TaxCategory/cbc:Percent",
        "exemption_reason_text": "cac:TaxCategory/cbc:TaxExemptionReason",
        "exemption_reason_code": "cac:TaxCategory/cbc:TaxExemptionReasonCode",
    },
    NAMESPACES,
)
_ALLOWANCE_CHARGE = Table(
    AllowanceCharge,
    {
        "amount": "cbc:Amount",
        "base_amount": "cbc:BaseAmount",
        "percentage": "cbc:MultiplierFactorNumeric",
        "vat_category_code": "cac:TaxCategory/cbc:ID",
        "vat_rate": "cac:TaxCategory/cbc:Percent",
        "reason": "cbc:AllowanceChargeReason",
        "reason_code": "cbc:AllowanceChargeReasonCode",
    },
    NAMESPACES,
)
_LINE = Table(
    InvoiceLine,
    {
        "identifier": "cbc:ID",
        "note": "cbc:Note",
        "object_identifier": "cac:DocumentReference[cbc:DocumentTypeCode='130']/cbc:ID",
        "quantity": "cbc:InvoicedQuantity | cbc:CreditedQuantity",
        "unit_code": "cbc:InvoicedQuantity/@unitCode | cbc:CreditedQuantity/@unitCode",
        "net_amount": "cbc:LineExtensionAmount",
        "purchase_order_line_reference": "cac:OrderLineReference/cbc:LineID",
        "buyer_accounting_reference": "cbc:AccountingCost",
        "period_start_date": "cac:InvoicePeriod/cbc:StartDate",
        "period_end_date": "cac:InvoicePeriod/cbc:EndDate",
        "net_price": "cac:Price/cbc:PriceAmount",
        "price_discount": "cac:Price/cac:AllowanceCharge/cbc:Amount",
        "gross_price": "cac:Price/cac:AllowanceCharge/cbc:BaseAmount",
        "price_base_quantity": "cac:Price/cbc:BaseQuantity",
        "price_base_quantity_unit_code": "cac:Price/cbc:BaseQuantity/@unitCode",
        "vat_category_code": "cac:Item/cac:ClassifiedTaxCategory/cbc:ID",
        "vat_rate": "cac:Item/cac:ClassifiedTaxCategory/cbc:Percent",
        "item_name": "cac:Item/cbc:Name",
        "item_description": "cac:Item/cbc:Description",
        "sellers_item_identifier": "cac:Item/cac:SellersItemIdentification/cbc:ID",
        "buyers_item_identifier": "cac:Item/cac:BuyersItemIdentification/cbc:ID",
        "standard_item_identifier": "cac:Item/cac:StandardItemIdentification/cbc:ID",
        "item_classification_identifiers": (
            "cac:Item/cac:CommodityClassification/cbc:ItemClassificationCode"
        ),
        "item_country_of_origin": "cac:Item/cac:OriginCountry/cbc:IdentificationCode",
    },
    NAMESPACES,
)
_LINE_ALLOWANCE_CHARGE = Table(
    LineAllowanceCharge,
    {
        "amount": "cbc:Amount",
        "base_amount": "cbc:BaseAmount",
        "percentage": "cbc:MultiplierFactorNumeric",
        "reason": "cbc:AllowanceChargeReason",
        "reason_code": "cbc:AllowanceChargeReasonCode",
    },
    NAMESPACES,
)
_ATTRIBUTE = Table(ItemAttribute, {"name": "cbc:Name", "value": "cbc:Value"}, NAMESPACES)
_PRECEDING = Table(
    PrecedingInvoice, {"reference": "cbc:ID", "issue_date": "cbc:IssueDate"}, NAMESPACES
)
_SUBJECT = re.compile(r"#([A-Z]{3})#(.*)", re.DOTALL)
"""BT-21 stands before the note in UBL: `#AAB#Escompte ...` (EN 16931-3-2)."""
_SUPPORTING = SupportingSyntax(
    embedded=f"{{{NAMESPACES['cbc']}}}EmbeddedDocumentBinaryObject",
    type_code="cbc:DocumentTypeCode",
    reference="cbc:ID",
    description="cbc:DocumentDescription",
    external_location="cac:Attachment/cac:ExternalReference/cbc:URI",
)
_INVOICED_OBJECT = "130"
_PROJECT = "50"
_GROUPS = {
    "notes": "cbc:Note",
    "preceding_invoices": "cac:BillingReference/cac:InvoiceDocumentReference",
    **{
        f"{role}_identifiers": f"{path}/cac:PartyIdentification/cbc:ID"
        for role, path in (
            ("seller", "cac:AccountingSupplierParty/cac:Party"),
            ("buyer", "cac:AccountingCustomerParty/cac:Party"),
            ("payee", "cac:PayeeParty"),
        )
    },
    "vat_breakdown": "cac:TaxTotal/cac:TaxSubtotal",
    "allowances_charges": "cac:AllowanceCharge",
    "supporting_documents": "cac:AdditionalDocumentReference",
    "lines": "cac:InvoiceLine | cac:CreditNoteLine",
}
"""Where the fields stand that are read element by element."""


def read(root: etree._Element, part: str) -> Invoice:
    """Return the invoice in a UBL Invoice or CreditNote. `part` is the path of its part."""
    values = Values(NAMESPACES)
    read_ = values.bind(_WHOLE, root)
    for role, path in (("seller", _SUPPLIER), ("buyer", _CUSTOMER), ("payee", "cac:PayeeParty")):
        read_[f"{role}_identifiers"] = tuple(_identifiers(values, root, path))
    for role, path in (
        ("seller", _SUPPLIER),
        ("buyer", _CUSTOMER),
        ("seller_tax_representative", _REPRESENTATIVE),
    ):
        read_ |= _tax_identifiers(values, root, path, role)
    read_["notes"] = tuple(_notes(values, root))
    read_["preceding_invoices"] = tuple(
        PrecedingInvoice(**values.bind(_PRECEDING, reference))
        for reference in values.find(root, "cac:BillingReference/cac:InvoiceDocumentReference")
    )
    read_["project_reference"] = read_["project_reference"] or _project(values, root)
    read_["total_vat_amount"] = _total_vat(values, root, read_["currency_code"])
    values.place("total_vat_amount")
    if read_["vat_accounting_currency_code"] != read_["currency_code"]:
        read_["total_vat_amount_in_accounting_currency"] = _vat_amount_in(
            values, root, read_["vat_accounting_currency_code"]
        )
        values.place("total_vat_amount_in_accounting_currency")
    read_["vat_breakdown"] = tuple(
        VatBreakdown(**values.bind(_VAT_BREAKDOWN, subtotal))
        for subtotal in values.find(root, "cac:TaxTotal/cac:TaxSubtotal")
    )
    read_["allowances_charges"] = tuple(_allowances_charges(values, root))
    read_["supporting_documents"] = tuple(_supporting_documents(values, root))
    read_["lines"] = tuple(_lines(values, root))
    values.compare_currencies(root, read_["currency_code"])
    values.place_groups(root, _GROUPS)
    specification = read_["specification_identifier"]
    return Invoice(
        part=part,
        format=profiles.format_of(specification, Format.UBL),
        profile=profiles.profile_of(specification),
        unreadable=tuple(values.unreadable),
        several=tuple(values.several),
        sources=xml_sources(read_, values.places),
        **read_,
    )


def _identifiers(values: Values, root: etree._Element, path: str) -> Iterator[str]:
    """Yield a party's identifiers; BT-90 (SEPA creditor) shares their element and is left out."""
    for identifier in values.find(root, f"{path}/cac:PartyIdentification/cbc:ID"):
        text = values.text(identifier, ".")
        if text and identifier.get("schemeID") != "SEPA":
            yield text


def _tax_identifiers(
    values: Values, root: etree._Element, path: str, role: str
) -> dict[str, str | None]:
    """Return the first tax number of a party that is for VAT, and of the seller also the first that is
    for another tax (BT-32)."""
    found: dict[str, str | None] = {f"{role}_vat_identifier": None}
    if role == "seller":
        found["seller_tax_registration_identifier"] = None
    numbers = []
    for scheme in values.find(root, f"{path}/cac:PartyTaxScheme"):
        tax = values.text(scheme, "cac:TaxScheme/cbc:ID") or ""
        name = f"{role}_{'vat' if tax.upper() == 'VAT' else 'tax_registration'}_identifier"
        if name in found and not found[name]:
            found[name] = values.text(scheme, "cbc:CompanyID")
            values.place(name)
        if tax.upper() == "VAT":
            numbers.append(values.text(scheme, "cbc:CompanyID"))
    values.compare(term_of(f"{role}_vat_identifier"), numbers)
    return found


def _notes(values: Values, root: etree._Element) -> Iterator[Note]:
    for text in values.texts(root, "cbc:Note", "BT-22"):
        subject = _SUBJECT.fullmatch(text)
        yield Note(text=subject[2], subject_code=subject[1]) if subject else Note(text=text)


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
        read_ = values.bind(_ALLOWANCE_CHARGE, element)
        yield AllowanceCharge(is_charge=is_charge, **read_)


def _supporting_documents(values: Values, root: etree._Element) -> Iterator[SupportingDocument]:
    references = values.find(root, "cac:AdditionalDocumentReference")
    other = (_INVOICED_OBJECT, _PROJECT if root.tag == CREDIT_NOTE else "")
    return supporting_documents(values, root, references, _SUPPORTING, other)


def _lines(values: Values, root: etree._Element) -> Iterator[InvoiceLine]:
    path = "cac:CreditNoteLine" if root.tag == CREDIT_NOTE else "cac:InvoiceLine"
    for element in values.find(root, path):
        place = values.text(element, "cbc:ID") or ""
        yield InvoiceLine(
            item_attributes=tuple(
                ItemAttribute(**values.bind(_ATTRIBUTE, attribute))
                for attribute in values.find(element, "cac:Item/cac:AdditionalItemProperty")
            ),
            allowances_charges=tuple(_line_allowances_charges(values, element, place)),
            **values.bind(_LINE, element, place),
        )


def _line_allowances_charges(
    values: Values, line: etree._Element, place: str
) -> Iterator[LineAllowanceCharge]:
    for element in values.find(line, "cac:AllowanceCharge"):
        is_charge = values.text(element, "cbc:ChargeIndicator") in ("true", "1")
        read_ = values.bind(_LINE_ALLOWANCE_CHARGE, element, place)
        yield LineAllowanceCharge(is_charge=is_charge, **read_)
