"""ZUGFeRD 1.0 (2014): its elements renamed to those of the Cross Industry Invoice, then read as CII.

ZUGFeRD 1 is the CII of D13B: the same structure, older names. The renamed tree exists only here; the
document itself is kept as it came.
"""

from dataclasses import replace

from lxml import etree

from ingestd.en16931 import cii
from ingestd.model import Format, Invoice

_RSM = "urn:ferd:CrossIndustryDocument:invoice:1p0"
INVOICE = f"{{{_RSM}}}CrossIndustryDocument"

_UNCEFACT = "urn:un:unece:uncefact:data:standard:"
_NAMESPACES = {
    _RSM: cii.NAMESPACES["rsm"],
    f"{_UNCEFACT}ReusableAggregateBusinessInformationEntity:12": cii.NAMESPACES["ram"],
    f"{_UNCEFACT}UnqualifiedDataType:15": cii.NAMESPACES["udt"],
    f"{_UNCEFACT}QualifiedDataType:12": cii.NAMESPACES["qdt"],
}
_NAMES = {
    "CrossIndustryDocument": "CrossIndustryInvoice",
    "SpecifiedExchangedDocumentContext": "ExchangedDocumentContext",
    "HeaderExchangedDocument": "ExchangedDocument",
    "SpecifiedSupplyChainTradeTransaction": "SupplyChainTradeTransaction",
    "ApplicableSupplyChainTradeAgreement": "ApplicableHeaderTradeAgreement",
    "ApplicableSupplyChainTradeDelivery": "ApplicableHeaderTradeDelivery",
    "ApplicableSupplyChainTradeSettlement": "ApplicableHeaderTradeSettlement",
    "SpecifiedSupplyChainTradeAgreement": "SpecifiedLineTradeAgreement",
    "SpecifiedSupplyChainTradeDelivery": "SpecifiedLineTradeDelivery",
    "SpecifiedSupplyChainTradeSettlement": "SpecifiedLineTradeSettlement",
    "ApplicablePercent": "RateApplicablePercent",
    "SpecifiedTradeAccountingAccount": "ReceivableSpecifiedTradeAccountingAccount",
}
_TOTALS = "SpecifiedTradeSettlementMonetarySummation"
_TOTALS_BELOW = {
    "ApplicableSupplyChainTradeSettlement": "SpecifiedTradeSettlementHeaderMonetarySummation",
    "SpecifiedSupplyChainTradeSettlement": "SpecifiedTradeSettlementLineMonetarySummation",
}
_REFERENCE = "ReferencedDocument"


def read(root: etree._Element, part: str) -> Invoice:
    """Return the invoice in a ZUGFeRD 1.0 document; `root` is renamed in place and not to be kept."""
    # Children before parents, so that a parent still has its old name when its child asks for it.
    for element in reversed(list(root.iter())):
        element.tag = _renamed(element)
    return replace(cii.read(root, part), format=Format.ZUGFERD_1)


def _renamed(element: etree._Element) -> str:
    name = etree.QName(element)
    parent = element.getparent()
    above = "" if parent is None else etree.QName(parent).localname
    local = _NAMES.get(name.localname, name.localname)
    if local == _TOTALS:
        local = _TOTALS_BELOW.get(above, local)
    elif local == "ID" and above.endswith(_REFERENCE):
        local = "IssuerAssignedID"
    namespace = _NAMESPACES.get(name.namespace or "", name.namespace)
    return f"{{{namespace}}}{local}" if namespace else local
