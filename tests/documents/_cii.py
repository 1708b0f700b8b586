"""A sale as a UN/CEFACT Cross Industry Invoice D22B, in any Factur-X profile or XRechnung."""

from datetime import date

from _sales import Party, Sale
from lxml import etree

NAMESPACES = {
    "rsm": "urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100",
    "ram": "urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100",
    "udt": "urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100",
}
SPECIFICATION = {
    "minimum": "urn:factur-x.eu:1p0:minimum",
    "basic": "urn:cen.eu:en16931:2017#compliant#urn:factur-x.eu:1p0:basic",
    "en16931": "urn:cen.eu:en16931:2017",
    "xrechnung": "urn:cen.eu:en16931:2017#compliant#urn:xeinkauf.de:kosit:xrechnung_3.0",
}
Node = etree._Element | None


def node(tag: str, *content: "Node | str", **attributes: str) -> Node:
    """Return an element `prefix:Name`, its None children left out; None when nothing is in it."""
    prefix, _, name = tag.partition(":")
    element = etree.Element(f"{{{NAMESPACES[prefix]}}}{name}", attributes, NAMESPACES)
    kept = [one for one in content if one is not None and one != ""]
    if not kept and not attributes:
        return None
    for one in kept:
        if isinstance(one, str):
            element.text = one
        else:
            element.append(one)
    return element


def when(tag: str, day: date | None) -> Node:
    """Return `tag` with a date in format 102."""
    if day is None:
        return None
    return node(tag, node("udt:DateTimeString", f"{day:%Y%m%d}", format="102"))


def party(tag: str, one: Party, profile: str, with_vat: bool = True) -> Node:
    """Return BG-4 or BG-7; MINIMUM knows only name, number, country and the seller's VAT number."""
    full = profile != "minimum"
    number = node("ram:ID", one.number, **({"schemeID": one.scheme} if one.scheme else {}))
    return node(
        tag,
        node("ram:Name", one.name),
        node("ram:SpecifiedLegalOrganization", number),
        contact(one) if profile in ("en16931", "xrechnung") else None,
        node(
            "ram:PostalTradeAddress",
            node("ram:PostcodeCode", one.post_code) if full else None,
            node("ram:LineOne", one.street) if full else None,
            node("ram:CityName", one.city) if full else None,
            node("ram:CountryID", one.country),
        )
        if full or with_vat
        else None,
        electronic_address(one) if full else None,
        node("ram:SpecifiedTaxRegistration", node("ram:ID", one.vat, schemeID="VA"))
        if with_vat
        else None,
    )


def contact(one: Party) -> Node:
    """Return BG-6."""
    if not one.contact:
        return None
    return node(
        "ram:DefinedTradeContact",
        node("ram:PersonName", one.contact),
        node("ram:TelephoneUniversalCommunication", node("ram:CompleteNumber", one.phone)),
        node("ram:EmailURIUniversalCommunication", node("ram:URIID", one.mail)),
    )


def electronic_address(one: Party) -> Node:
    """Return BT-34 or BT-49: the mail address, else the VAT number's."""
    address, scheme = (one.mail, "EM") if one.mail else (one.number, one.scheme)
    return node("ram:URIUniversalCommunication", node("ram:URIID", address, schemeID=scheme))


def lines(sale: Sale) -> list[Node]:
    """Return BG-25."""
    return [
        node(
            "ram:IncludedSupplyChainTradeLineItem",
            node("ram:AssociatedDocumentLineDocument", node("ram:LineID", str(position))),
            node("ram:SpecifiedTradeProduct", node("ram:Name", line.name)),
            node(
                "ram:SpecifiedLineTradeAgreement",
                node("ram:NetPriceProductTradePrice", node("ram:ChargeAmount", str(line.price))),
            ),
            node(
                "ram:SpecifiedLineTradeDelivery",
                node("ram:BilledQuantity", str(line.quantity), unitCode=line.unit),
            ),
            node(
                "ram:SpecifiedLineTradeSettlement",
                tax(sale, with_amounts=False),
                node(
                    "ram:SpecifiedTradeSettlementLineMonetarySummation",
                    node("ram:LineTotalAmount", str(line.net)),
                ),
            ),
        )
        for position, line in enumerate(sale.lines, 1)
    ]


def tax(sale: Sale, with_amounts: bool = True) -> Node:
    """Return BG-23 (or BG-30 of a line, without amounts)."""
    exempt = with_amounts and sale.category == "K"
    return node(
        "ram:ApplicableTradeTax",
        node("ram:CalculatedAmount", str(sale.vat)) if with_amounts else None,
        node("ram:TypeCode", "VAT"),
        node("ram:ExemptionReason", "Intra-community supply") if exempt else None,
        node("ram:BasisAmount", str(sale.net)) if with_amounts else None,
        node("ram:CategoryCode", sale.category),
        node("ram:ExemptionReasonCode", "VATEX-EU-IC") if exempt else None,
        node("ram:RateApplicablePercent", f"{sale.rate:.2f}"),
    )


def agreement(sale: Sale, profile: str) -> Node:
    """Return the header agreement: BT-10, the parties and BT-13."""
    return node(
        "ram:ApplicableHeaderTradeAgreement",
        node("ram:BuyerReference", sale.reference),
        party("ram:SellerTradeParty", sale.seller, profile),
        party("ram:BuyerTradeParty", sale.buyer, profile, with_vat=profile != "minimum"),
        node("ram:BuyerOrderReferencedDocument", node("ram:IssuerAssignedID", sale.order)),
    )


def delivery(sale: Sale, profile: str) -> Node:
    """Return the header delivery, which is there even when it is empty: BG-15 and BT-72. XRechnung
    wants an address with a city (BR-DE-10)."""
    element = etree.Element(f"{{{NAMESPACES['ram']}}}ApplicableHeaderTradeDelivery", {}, NAMESPACES)
    if sale.delivered and profile != "minimum":
        is_german = profile == "xrechnung"
        address = node(
            "ram:PostalTradeAddress",
            node("ram:PostcodeCode", sale.buyer.post_code) if is_german else None,
            node("ram:CityName", sale.buyer.city) if is_german else None,
            node("ram:CountryID", sale.buyer.country),
        )
        element.append(node("ram:ShipToTradeParty", address))
        day = when("ram:OccurrenceDateTime", sale.delivered)
        element.append(node("ram:ActualDeliverySupplyChainEvent", day))
    return element


def settlement(sale: Sale, profile: str) -> Node:
    """Return the header settlement: payment, BG-23, BT-9 and the totals."""
    full = profile != "minimum"
    account = node("ram:PayeePartyCreditorFinancialAccount", node("ram:IBANID", sale.seller.iban))
    means = node("ram:SpecifiedTradeSettlementPaymentMeans", node("ram:TypeCode", "58"), account)
    due = when("ram:DueDateDateTime", sale.due)
    return node(
        "ram:ApplicableHeaderTradeSettlement",
        node("ram:InvoiceCurrencyCode", "EUR"),
        *((means, tax(sale), node("ram:SpecifiedTradePaymentTerms", due)) if full else ()),
        node(
            "ram:SpecifiedTradeSettlementHeaderMonetarySummation",
            node("ram:LineTotalAmount", str(sale.net)) if full else None,
            node("ram:TaxBasisTotalAmount", str(sale.net)),
            node("ram:TaxTotalAmount", str(sale.vat), currencyID="EUR"),
            node("ram:GrandTotalAmount", str(sale.total)),
            node("ram:DuePayableAmount", str(sale.total)),
        ),
        preceding(sale),
    )


def preceding(sale: Sale) -> Node:
    """Return BG-3."""
    if not sale.preceding:
        return None
    return node(
        "ram:InvoiceReferencedDocument",
        node("ram:IssuerAssignedID", sale.preceding),
    )


def document(sale: Sale, profile: str) -> bytes:
    """Return the whole invoice as XML in UTF-8; `profile` is a key of `SPECIFICATION`."""
    process = (
        node(
            "ram:BusinessProcessSpecifiedDocumentContextParameter",
            node("ram:ID", "urn:fdc:peppol.eu:2017:poacc:billing:01:1.0"),
        )
        if profile == "xrechnung"
        else None
    )
    specification = node(
        "ram:GuidelineSpecifiedDocumentContextParameter", node("ram:ID", SPECIFICATION[profile])
    )
    root = node(
        "rsm:CrossIndustryInvoice",
        node("rsm:ExchangedDocumentContext", process, specification),
        node(
            "rsm:ExchangedDocument",
            node("ram:ID", sale.number),
            node("ram:TypeCode", sale.type_code),
            when("ram:IssueDateTime", sale.issued),
        ),
        node(
            "rsm:SupplyChainTradeTransaction",
            *(lines(sale) if profile != "minimum" else []),
            agreement(sale, profile),
            delivery(sale, profile),
            settlement(sale, profile),
        ),
    )
    etree.indent(root)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")
