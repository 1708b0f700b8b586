"""A sale as UBL 2.1 Invoice or CreditNote (EN 16931, or Peppol BIS Billing 3), and an Order."""

from _sales import Party, Sale
from lxml import etree

_UBL = "urn:oasis:names:specification:ubl:schema:xsd:"
CAC, CBC = _UBL + "CommonAggregateComponents-2", _UBL + "CommonBasicComponents-2"
EN16931 = "urn:cen.eu:en16931:2017"
PEPPOL = EN16931 + "#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0"
PEPPOL_PROCESS = "urn:fdc:peppol.eu:2017:poacc:billing:01:1.0"
_PEPPOL_SCHEME = {"0002": "0002", "0208": "0208"}
Node = etree._Element | None


def cbc(name: str, text: str, **attributes: str) -> Node:
    """Return a basic component, None without text."""
    if not text:
        return None
    element = etree.Element(f"{{{CBC}}}{name}", attributes)
    element.text = text
    return element


def cac(name: str, *children: Node) -> Node:
    """Return an aggregate component with its children that are not None."""
    element = etree.Element(f"{{{CAC}}}{name}")
    element.extend(child for child in children if child is not None)
    return element


def money(name: str, amount: object) -> Node:
    """Return an amount in euro."""
    return cbc(name, str(amount), currencyID="EUR")


def party(role: str, one: Party) -> Node:
    """Return BG-4 or BG-7."""
    scheme = {"schemeID": one.scheme} if one.scheme else {}
    contact = cac(
        "Contact",
        cbc("Name", one.contact),
        cbc("Telephone", one.phone),
        cbc("ElectronicMail", one.mail),
    )
    return cac(
        role,
        cac(
            "Party",
            cbc("EndpointID", one.number, **scheme) if one.scheme in _PEPPOL_SCHEME else None,
            cac("PartyName", cbc("Name", one.name)),
            cac(
                "PostalAddress",
                cbc("StreetName", one.street),
                cbc("CityName", one.city),
                cbc("PostalZone", one.post_code),
                cac("Country", cbc("IdentificationCode", one.country)),
            ),
            cac("PartyTaxScheme", cbc("CompanyID", one.vat), cac("TaxScheme", cbc("ID", "VAT"))),
            cac(
                "PartyLegalEntity",
                cbc("RegistrationName", one.name),
                cbc("CompanyID", one.number, **scheme),
            ),
            contact if one.contact else None,
        ),
    )


def category(name: str, sale: Sale) -> Node:
    """Return a VAT category (BT-118/119 or BT-151/152)."""
    scheme = cac("TaxScheme", cbc("ID", "VAT"))
    return cac(name, cbc("ID", sale.category), cbc("Percent", str(sale.rate)), scheme)


def totals(sale: Sale) -> list[Node]:
    """Return BG-23 and BG-22."""
    subtotal = cac(
        "TaxSubtotal",
        money("TaxableAmount", sale.net),
        money("TaxAmount", sale.vat),
        category("TaxCategory", sale),
    )
    return [
        cac("TaxTotal", money("TaxAmount", sale.vat), subtotal),
        cac(
            "LegalMonetaryTotal",
            money("LineExtensionAmount", sale.net),
            money("TaxExclusiveAmount", sale.net),
            money("TaxInclusiveAmount", sale.total),
            money("PayableAmount", sale.total),
        ),
    ]


def lines(sale: Sale) -> list[Node]:
    """Return BG-25."""
    credit = sale.type_code == "381"
    return [
        cac(
            "CreditNoteLine" if credit else "InvoiceLine",
            cbc("ID", str(position)),
            cbc(
                "CreditedQuantity" if credit else "InvoicedQuantity",
                str(line.quantity),
                unitCode=line.unit,
            ),
            money("LineExtensionAmount", line.net),
            cac("Item", cbc("Name", line.name), category("ClassifiedTaxCategory", sale)),
            cac("Price", money("PriceAmount", line.price)),
        )
        for position, line in enumerate(sale.lines, 1)
    ]


def references(sale: Sale) -> list[Node]:
    """Return BT-13 and BG-3."""
    found = [cac("OrderReference", cbc("ID", sale.order))] if sale.order else []
    if sale.preceding:
        day = str(sale.preceding_issued or "")
        before = cac("InvoiceDocumentReference", cbc("ID", sale.preceding), cbc("IssueDate", day))
        found.append(cac("BillingReference", before))
    return found


def payment(sale: Sale) -> Node:
    """Return BG-16 with BT-84."""
    return cac(
        "PaymentMeans",
        cbc("PaymentMeansCode", "58"),
        cbc("PaymentID", sale.number),
        cac("PayeeFinancialAccount", cbc("ID", sale.seller.iban)),
    )


def serialise(name: str, children: list[Node]) -> bytes:
    """Return a UBL document of type `name` as XML in UTF-8."""
    root = etree.Element(
        f"{{{_UBL}{name}-2}}{name}", nsmap={None: f"{_UBL}{name}-2", "cac": CAC, "cbc": CBC}
    )
    root.extend(child for child in children if child is not None)
    etree.indent(root)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def document(sale: Sale, specification: str = EN16931) -> bytes:
    """Return the invoice or credit note; a sale of type 381 is a CreditNote."""
    credit = sale.type_code == "381"
    due = str(sale.due)
    return serialise(
        "CreditNote" if credit else "Invoice",
        [
            cbc("CustomizationID", specification),
            cbc("ProfileID", PEPPOL_PROCESS if specification == PEPPOL else ""),
            cbc("ID", sale.number),
            cbc("IssueDate", str(sale.issued)),
            None if credit else cbc("DueDate", due),
            cbc("CreditNoteTypeCode" if credit else "InvoiceTypeCode", sale.type_code),
            cbc("DocumentCurrencyCode", "EUR"),
            cbc("BuyerReference", sale.reference),
            *references(sale),
            party("AccountingSupplierParty", sale.seller),
            party("AccountingCustomerParty", sale.buyer),
            payment(sale),
            *totals(sale),
            *lines(sale),
        ],
    )


def order(sale: Sale) -> bytes:
    """Return the buyer's order for the sale: XML that is no invoice."""
    return serialise(
        "Order",
        [
            cbc("ID", sale.order),
            cbc("IssueDate", str(sale.issued)),
            cbc("DocumentCurrencyCode", "EUR"),
            party("BuyerCustomerParty", sale.buyer),
            party("SellerSupplierParty", sale.seller),
            *(
                cac(
                    "OrderLine",
                    cac(
                        "LineItem",
                        cbc("ID", str(position)),
                        cbc("Quantity", str(line.quantity), unitCode=line.unit),
                        money("LineExtensionAmount", line.net),
                        cac("Item", cbc("Name", line.name)),
                    ),
                )
                for position, line in enumerate(sale.lines, 1)
            ),
        ],
    )
