"""The CII binding (EN 16931-3-3): UN/CEFACT Cross Industry Invoice D16B and D22B to `model.Invoice`.

Serves Factur-X and ZUGFeRD 2 in all profiles, XRechnung and EXTENDED-CTC-FR; ZUGFeRD 1 is renamed to
these elements first (`zugferd1`). Nothing is judged here.
"""

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
_SHIP_TO = f"{_DELIVERY}/ram:ShipToTradeParty"
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
    "vat_point_date": f"{_SETTLEMENT}/ram:ApplicableTradeTax/ram:TaxPointDate/udt:DateString",
    "vat_point_date_code": f"{_SETTLEMENT}/ram:ApplicableTradeTax/ram:DueDateTypeCode",
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
    "receiving_advice_reference": (
        f"{_DELIVERY}/ram:ReceivingAdviceReferencedDocument/ram:IssuerAssignedID"
    ),
    "tender_or_lot_reference": (
        f"{_AGREEMENT}/ram:AdditionalReferencedDocument[ram:TypeCode='50']/ram:IssuerAssignedID"
    ),
    "invoiced_object_identifier": (
        f"{_AGREEMENT}/ram:AdditionalReferencedDocument[ram:TypeCode='130']/ram:IssuerAssignedID"
    ),
    "buyer_accounting_reference": (
        f"{_SETTLEMENT}/ram:ReceivableSpecifiedTradeAccountingAccount/ram:ID"
    ),
    "payment_terms": f"{_SETTLEMENT}/ram:SpecifiedTradePaymentTerms/ram:Description",
    "business_process_type": (
        f"{_CONTEXT}/ram:BusinessProcessSpecifiedDocumentContextParameter/ram:ID"
    ),
    "specification_identifier": f"{_CONTEXT}/ram:GuidelineSpecifiedDocumentContextParameter/ram:ID",
    "preceding_invoice_references": (
        f"{_SETTLEMENT}/ram:InvoiceReferencedDocument/ram:IssuerAssignedID"
    ),
    "seller_additional_legal_information": f"{_AGREEMENT}/ram:SellerTradeParty/ram:Description",
    "payee_name": f"{_SETTLEMENT}/ram:PayeeTradeParty/ram:Name",
    "payee_identifiers": (
        f"{_SETTLEMENT}/ram:PayeeTradeParty/ram:ID | {_SETTLEMENT}/ram:PayeeTradeParty/ram:GlobalID"
    ),
    "payee_legal_registration_identifier": (
        f"{_SETTLEMENT}/ram:PayeeTradeParty/ram:SpecifiedLegalOrganization/ram:ID"
    ),
    "deliver_to_name": f"{_SHIP_TO}/ram:Name",
    "deliver_to_location_identifier": f"{_SHIP_TO}/ram:ID | {_SHIP_TO}/ram:GlobalID",
    "actual_delivery_date": (
        f"{_DELIVERY}/ram:ActualDeliverySupplyChainEvent/ram:OccurrenceDateTime/udt:DateTimeString"
    ),
    "invoicing_period_start_date": f"{_PERIOD}/ram:StartDateTime/udt:DateTimeString",
    "invoicing_period_end_date": f"{_PERIOD}/ram:EndDateTime/udt:DateTimeString",
    "payment_means_type_code": f"{_MEANS}/ram:TypeCode",
    "payment_means_text": f"{_MEANS}/ram:Information",
    "remittance_information": f"{_SETTLEMENT}/ram:PaymentReference",
    "payment_account_names": f"{_MEANS}/ram:PayeePartyCreditorFinancialAccount/ram:AccountName",
    "payment_service_provider_identifiers": (
        f"{_MEANS}/ram:PayeeSpecifiedCreditorFinancialInstitution/ram:BICID"
    ),
    "payment_card_primary_account_number": (
        f"{_MEANS}/ram:ApplicableTradeSettlementFinancialCard/ram:ID"
    ),
    "payment_card_holder_name": (
        f"{_MEANS}/ram:ApplicableTradeSettlementFinancialCard/ram:CardholderName"
    ),
    "mandate_reference_identifier": (
        f"{_SETTLEMENT}/ram:SpecifiedTradePaymentTerms/ram:DirectDebitMandateID"
    ),
    "bank_assigned_creditor_identifier": f"{_SETTLEMENT}/ram:CreditorReferenceID",
    "debited_account_identifier": f"{_MEANS}/ram:PayerPartyDebtorFinancialAccount/ram:IBANID",
    "sum_of_line_net_amounts": f"{_TOTALS}/ram:LineTotalAmount",
    "sum_of_allowances": f"{_TOTALS}/ram:AllowanceTotalAmount",
    "sum_of_charges": f"{_TOTALS}/ram:ChargeTotalAmount",
    "total_amount_without_vat": f"{_TOTALS}/ram:TaxBasisTotalAmount",
    "total_amount_with_vat": f"{_TOTALS}/ram:GrandTotalAmount",
    "paid_amount": f"{_TOTALS}/ram:TotalPrepaidAmount",
    "rounding_amount": f"{_TOTALS}/ram:RoundingAmount",
    "amount_due_for_payment": f"{_TOTALS}/ram:DuePayableAmount",
}
_ADDRESS = {
    "address_line_1": "ram:LineOne",
    "address_line_2": "ram:LineTwo",
    "address_line_3": "ram:LineThree",
    "city": "ram:CityName",
    "post_code": "ram:PostcodeCode",
    "country_subdivision": "ram:CountrySubDivisionName",
    "country_code": "ram:CountryID",
}
_CONTACT = "ram:DefinedTradeContact"
_PARTY = {
    "name": "ram:Name",
    "trading_name": "ram:SpecifiedLegalOrganization/ram:TradingBusinessName",
    "identifiers": "ram:ID | ram:GlobalID",
    "legal_registration_identifier": "ram:SpecifiedLegalOrganization/ram:ID",
    "legal_registration_scheme": "ram:SpecifiedLegalOrganization/ram:ID/@schemeID",
    "vat_identifier": "ram:SpecifiedTaxRegistration/ram:ID[@schemeID='VA']",
    "electronic_address": "ram:URIUniversalCommunication/ram:URIID",
    "electronic_address_scheme": "ram:URIUniversalCommunication/ram:URIID/@schemeID",
    "contact_point": f"{_CONTACT}/ram:PersonName | {_CONTACT}/ram:DepartmentName",
    "contact_telephone_number": (
        f"{_CONTACT}/ram:TelephoneUniversalCommunication/ram:CompleteNumber"
    ),
    "contact_email_address": f"{_CONTACT}/ram:EmailURIUniversalCommunication/ram:URIID",
    **{name: f"ram:PostalTradeAddress/{steps}" for name, steps in _ADDRESS.items()},
}
_SELLER = _PARTY | {
    "tax_registration_identifier": "ram:SpecifiedTaxRegistration/ram:ID[@schemeID='FC']"
}
_REPRESENTATIVE = Table(
    Invoice,
    {
        f"seller_tax_representative_{name}": steps
        for name, steps in (
            ("name", _PARTY["name"]),
            ("vat_identifier", _PARTY["vat_identifier"]),
            *((name, f"ram:PostalTradeAddress/{steps}") for name, steps in _ADDRESS.items()),
        )
    },
    NAMESPACES,
)
_WHOLE = Table(
    Invoice,
    _INVOICE
    | named("seller", f"{_AGREEMENT}/ram:SellerTradeParty", _SELLER)
    | named("buyer", f"{_AGREEMENT}/ram:BuyerTradeParty", _PARTY)
    | named("deliver_to", f"{_SHIP_TO}/ram:PostalTradeAddress", _ADDRESS),
    NAMESPACES,
)
_VAT_BREAKDOWN = Table(
    VatBreakdown,
    {
        "taxable_amount": "ram:BasisAmount",
        "tax_amount": "ram:CalculatedAmount",
        "category_code": "ram:CategoryCode",
        "category_rate": "ram:RateApplicablePercent",
        "exemption_reason_text": "ram:ExemptionReason",
        "exemption_reason_code": "ram:ExemptionReasonCode",
    },
    NAMESPACES,
)
_ALLOWANCE_CHARGE = Table(
    AllowanceCharge,
    {
        "amount": "ram:ActualAmount",
        "base_amount": "ram:BasisAmount",
        "percentage": "ram:CalculationPercent",
        "vat_category_code": "ram:CategoryTradeTax/ram:CategoryCode",
        "vat_rate": "ram:CategoryTradeTax/ram:RateApplicablePercent",
        "reason": "ram:Reason",
        "reason_code": "ram:ReasonCode",
    },
    NAMESPACES,
)
_LOGISTICS_CHARGE = Table(
    AllowanceCharge,
    {
        "amount": "ram:AppliedAmount",
        "vat_category_code": "ram:AppliedTradeTax/ram:CategoryCode",
        "vat_rate": "ram:AppliedTradeTax/ram:RateApplicablePercent",
        "reason": "ram:Description",
    },
    NAMESPACES,
)
"""Freight and the like (BG-X-42 of Factur-X EXTENDED), counted in the sum of charges (BT-108)."""
_LINE_SETTLEMENT = "ram:SpecifiedLineTradeSettlement"
_LINE_AGREEMENT = "ram:SpecifiedLineTradeAgreement"
_NET_PRICE = f"{_LINE_AGREEMENT}/ram:NetPriceProductTradePrice"
_GROSS_PRICE = f"{_LINE_AGREEMENT}/ram:GrossPriceProductTradePrice"
_LINE_IDENTIFIER = "ram:AssociatedDocumentLineDocument/ram:LineID"
_LINE = Table(
    InvoiceLine,
    {
        "identifier": _LINE_IDENTIFIER,
        "note": "ram:AssociatedDocumentLineDocument/ram:IncludedNote/ram:Content",
        "status_reason_code": "ram:AssociatedDocumentLineDocument/ram:LineStatusReasonCode",
        "quantity": "ram:SpecifiedLineTradeDelivery/ram:BilledQuantity",
        "unit_code": "ram:SpecifiedLineTradeDelivery/ram:BilledQuantity/@unitCode",
        "net_amount": (
            f"{_LINE_SETTLEMENT}/ram:SpecifiedTradeSettlementLineMonetarySummation/ram:LineTotalAmount"
        ),
        "object_identifier": (
            f"{_LINE_SETTLEMENT}/ram:AdditionalReferencedDocument[ram:TypeCode='130']"
            "/ram:IssuerAssignedID"
        ),
        "purchase_order_line_reference": (
            f"{_LINE_AGREEMENT}/ram:BuyerOrderReferencedDocument/ram:LineID"
        ),
        "buyer_accounting_reference": (
            f"{_LINE_SETTLEMENT}/ram:ReceivableSpecifiedTradeAccountingAccount/ram:ID"
        ),
        "period_start_date": (
            f"{_LINE_SETTLEMENT}/ram:BillingSpecifiedPeriod/ram:StartDateTime/udt:DateTimeString"
        ),
        "period_end_date": (
            f"{_LINE_SETTLEMENT}/ram:BillingSpecifiedPeriod/ram:EndDateTime/udt:DateTimeString"
        ),
        "net_price": f"{_NET_PRICE}/ram:ChargeAmount",
        "price_discount": f"{_GROSS_PRICE}/ram:AppliedTradeAllowanceCharge/ram:ActualAmount",
        "gross_price": f"{_GROSS_PRICE}/ram:ChargeAmount",
        "price_base_quantity": f"{_NET_PRICE}/ram:BasisQuantity | {_GROSS_PRICE}/ram:BasisQuantity",
        "price_base_quantity_unit_code": (
            f"{_NET_PRICE}/ram:BasisQuantity/@unitCode | {_GROSS_PRICE}/ram:BasisQuantity/@unitCode"
        ),
        "vat_category_code": f"{_LINE_SETTLEMENT}/ram:ApplicableTradeTax/ram:CategoryCode",
        "vat_rate": f"{_LINE_SETTLEMENT}/ram:ApplicableTradeTax/ram:RateApplicablePercent",
        "item_name": "ram:SpecifiedTradeProduct/ram:Name",
        "item_description": "ram:SpecifiedTradeProduct/ram:Description",
        "sellers_item_identifier": "ram:SpecifiedTradeProduct/ram:SellerAssignedID",
        "buyers_item_identifier": "ram:SpecifiedTradeProduct/ram:BuyerAssignedID",
        "standard_item_identifier": "ram:SpecifiedTradeProduct/ram:GlobalID",
        "item_classification_identifiers": (
            "ram:SpecifiedTradeProduct/ram:DesignatedProductClassification/ram:ClassCode"
        ),
        "item_country_of_origin": "ram:SpecifiedTradeProduct/ram:OriginTradeCountry/ram:ID",
    },
    NAMESPACES,
)
_LINE_ALLOWANCE_CHARGE = Table(
    LineAllowanceCharge,
    {
        "amount": "ram:ActualAmount",
        "base_amount": "ram:BasisAmount",
        "percentage": "ram:CalculationPercent",
        "reason": "ram:Reason",
        "reason_code": "ram:ReasonCode",
    },
    NAMESPACES,
)
_ATTRIBUTE = Table(ItemAttribute, {"name": "ram:Description", "value": "ram:Value"}, NAMESPACES)
_NOTE = Table(Note, {"text": "ram:Content", "subject_code": "ram:SubjectCode"}, NAMESPACES)
_PRECEDING = Table(
    PrecedingInvoice,
    {
        "reference": "ram:IssuerAssignedID",
        "issue_date": "ram:FormattedIssueDateTime/qdt:DateTimeString",
    },
    NAMESPACES,
)
_SUPPORTING = SupportingSyntax(
    embedded=f"{{{NAMESPACES['ram']}}}AttachmentBinaryObject",
    type_code="ram:TypeCode",
    reference="ram:IssuerAssignedID",
    description="ram:Name",
    external_location="ram:URIID",
)
_NOT_SUPPORTING = ("50", "130")
"""Type codes of a tender reference (BT-17) and of the invoiced object (BT-18)."""
_GROUPS = {
    "notes": f"{_DOCUMENT}/ram:IncludedNote",
    "preceding_invoices": f"{_SETTLEMENT}/ram:InvoiceReferencedDocument",
    "payment_account_identifiers": f"{_MEANS}/ram:PayeePartyCreditorFinancialAccount",
    "vat_breakdown": f"{_SETTLEMENT}/ram:ApplicableTradeTax",
    "allowances_charges": (
        f"{_SETTLEMENT}/ram:SpecifiedTradeAllowanceCharge"
        f" | {_SETTLEMENT}/ram:SpecifiedLogisticsServiceCharge"
    ),
    "supporting_documents": f"{_AGREEMENT}/ram:AdditionalReferencedDocument",
    "lines": f"{_TRANSACTION}/ram:IncludedSupplyChainTradeLineItem",
}
"""Where the fields stand that are read element by element."""


def read(root: etree._Element, part: str) -> Invoice:
    """Return the invoice in a Cross Industry Invoice. `part` is the path of its part."""
    values = Values(NAMESPACES)
    read_ = values.bind(_WHOLE, root)
    for path in (_AGREEMENT, _SETTLEMENT):
        found = next(values.find(root, f"{path}/ram:SellerTaxRepresentativeTradeParty"), None)
        if found is not None:
            read_ |= values.bind(_REPRESENTATIVE, found)
    read_["notes"] = tuple(
        Note(**values.bind(_NOTE, note))
        for note in values.find(root, f"{_DOCUMENT}/ram:IncludedNote")
    )
    read_["preceding_invoices"] = tuple(
        PrecedingInvoice(**values.bind(_PRECEDING, reference))
        for reference in values.find(root, f"{_SETTLEMENT}/ram:InvoiceReferencedDocument")
    )
    read_["payment_account_identifiers"] = tuple(_accounts(values, root))
    read_["total_vat_amount"] = _total_vat(values, root, read_["currency_code"])
    values.place("total_vat_amount")
    if read_["vat_accounting_currency_code"] != read_["currency_code"]:
        read_["total_vat_amount_in_accounting_currency"] = _vat_amount_in(
            values, root, read_["vat_accounting_currency_code"]
        )
        values.place("total_vat_amount_in_accounting_currency")
    read_["vat_breakdown"] = tuple(
        VatBreakdown(**values.bind(_VAT_BREAKDOWN, tax))
        for tax in values.find(root, f"{_SETTLEMENT}/ram:ApplicableTradeTax")
    )
    read_["allowances_charges"] = tuple(_allowances_charges(values, root))
    read_["supporting_documents"] = tuple(_supporting_documents(values, root))
    read_["lines"] = tuple(_lines(values, root))
    values.compare_currencies(root, read_["currency_code"])
    values.place_groups(root, _GROUPS)
    specification = read_["specification_identifier"]
    return Invoice(
        part=part,
        format=profiles.format_of(specification, Format.CII),
        profile=profiles.profile_of(specification),
        unreadable=tuple(values.unreadable),
        several=tuple(values.several),
        sources=xml_sources(read_, values.places),
        **read_,
    )


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
        read_ = values.bind(_ALLOWANCE_CHARGE, element)
        yield AllowanceCharge(is_charge=indicator in ("true", "1"), **read_)
    for element in values.find(root, f"{_SETTLEMENT}/ram:SpecifiedLogisticsServiceCharge"):
        read_ = values.bind(_LOGISTICS_CHARGE, element)
        yield AllowanceCharge(is_charge=True, **read_)


def _supporting_documents(values: Values, root: etree._Element) -> Iterator[SupportingDocument]:
    references = values.find(root, f"{_AGREEMENT}/ram:AdditionalReferencedDocument")
    return supporting_documents(values, root, references, _SUPPORTING, _NOT_SUPPORTING)


def _lines(values: Values, root: etree._Element) -> Iterator[InvoiceLine]:
    for element in values.find(root, f"{_TRANSACTION}/ram:IncludedSupplyChainTradeLineItem"):
        place = values.text(element, _LINE_IDENTIFIER) or ""
        attributes = "ram:SpecifiedTradeProduct/ram:ApplicableProductCharacteristic"
        yield InvoiceLine(
            item_attributes=tuple(
                ItemAttribute(**values.bind(_ATTRIBUTE, attribute))
                for attribute in values.find(element, attributes)
            ),
            allowances_charges=tuple(_line_allowances_charges(values, element, place)),
            **values.bind(_LINE, element, place),
        )


def _line_allowances_charges(
    values: Values, line: etree._Element, place: str
) -> Iterator[LineAllowanceCharge]:
    for element in values.find(line, f"{_LINE_SETTLEMENT}/ram:SpecifiedTradeAllowanceCharge"):
        indicator = values.text(element, "ram:ChargeIndicator/udt:Indicator")
        read_ = values.bind(_LINE_ALLOWANCE_CHARGE, element, place)
        yield LineAllowanceCharge(is_charge=indicator in ("true", "1"), **read_)
