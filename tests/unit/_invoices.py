"""Small invoices for the unit tests: the whole document in sight, with holes for what a test is about."""

from datetime import date
from decimal import Decimal
from typing import Any

from ingestd.model import (
    Case,
    Format,
    Invoice,
    InvoiceLine,
    Part,
    VatBreakdown,
)

CASE = Case(company=None, today=date(2026, 11, 1))

UBL_NAMESPACES = (
    'xmlns:cac="urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2" '
    'xmlns:cbc="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2"'
)
UBL_INVOICE = "{urn:oasis:names:specification:ubl:schema:xsd:Invoice-2}Invoice"
UBL_CREDIT_NOTE = "{urn:oasis:names:specification:ubl:schema:xsd:CreditNote-2}CreditNote"
CII = "{urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100}CrossIndustryInvoice"
ZUGFERD_1 = "{urn:ferd:CrossIndustryDocument:invoice:1p0}CrossIndustryDocument"


def ubl(body: str, root: str = "Invoice", encoding: str = "utf-8") -> bytes:
    namespace = f"urn:oasis:names:specification:ubl:schema:xsd:{root}-2"
    return (
        f'<?xml version="1.0" encoding="{encoding.upper()}"?>\n'
        f'<{root} xmlns="{namespace}" {UBL_NAMESPACES}>\n{body}\n</{root}>\n'
    ).encode(encoding)


def cii(
    context: str = "",
    document: str = "",
    agreement: str = "",
    delivery: str = "",
    settlement: str = "",
    lines: str = "",
) -> bytes:
    uncefact = "urn:un:unece:uncefact:data:standard:"
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<rsm:CrossIndustryInvoice xmlns:rsm="{uncefact}CrossIndustryInvoice:100"
  xmlns:ram="{uncefact}ReusableAggregateBusinessInformationEntity:100"
  xmlns:udt="{uncefact}UnqualifiedDataType:100">
  <rsm:ExchangedDocumentContext>{context}</rsm:ExchangedDocumentContext>
  <rsm:ExchangedDocument>{document}</rsm:ExchangedDocument>
  <rsm:SupplyChainTradeTransaction>
    {lines}
    <ram:ApplicableHeaderTradeAgreement>{agreement}</ram:ApplicableHeaderTradeAgreement>
    <ram:ApplicableHeaderTradeDelivery>{delivery}</ram:ApplicableHeaderTradeDelivery>
    <ram:ApplicableHeaderTradeSettlement>{settlement}</ram:ApplicableHeaderTradeSettlement>
  </rsm:SupplyChainTradeTransaction>
</rsm:CrossIndustryInvoice>
""".encode()


def part(content: bytes, kind: str, path: str = "2") -> Part:
    return Part(path=path, kind=kind, content=content, trail=("mail", "invoice"))


def good(**changes: Any) -> Invoice:
    """A complete invoice whose sums are right: 100.00 and 20 % VAT."""
    values: dict[str, Any] = {
        "part": "2",
        "format": Format.UBL,
        "specification_identifier": "urn:cen.eu:en16931:2017",
        "number": "F-1",
        "issue_date": date(2026, 10, 2),
        "type_code": "380",
        "currency_code": "EUR",
        "seller_name": "Seller",
        "buyer_name": "Buyer",
        "sum_of_line_net_amounts": Decimal("100.00"),
        "total_amount_without_vat": Decimal("100.00"),
        "total_vat_amount": Decimal("20.00"),
        "total_amount_with_vat": Decimal("120.00"),
        "amount_due_for_payment": Decimal("120.00"),
        "vat_breakdown": (
            VatBreakdown(
                taxable_amount=Decimal("100.00"),
                tax_amount=Decimal("20.00"),
                category_code="S",
                category_rate=Decimal("20"),
            ),
        ),
        "lines": (InvoiceLine(identifier="1", net_amount=Decimal("100.00")),),
    }
    return Invoice(**(values | changes))
