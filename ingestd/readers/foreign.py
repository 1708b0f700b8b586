"""XML that is known by name but not read: national formats, and business documents that are no
invoice. Everything else that is XML is `xml-unknown`, and what is not well-formed `xml-broken`.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase

from lxml import etree

from ingestd.en16931 import ubl, xml
from ingestd.model import Bilingual, Case, Finding, Part


@dataclass(frozen=True, slots=True)
class Foreign:
    """One kind of document that is recognised: why it is not taken, and what people call it."""

    reason: str
    name: Bilingual


def _format(en: str, fr: str = "") -> Foreign:
    return Foreign("format-foreign", Bilingual(en, fr or en))


def _document(en: str, fr: str) -> Foreign:
    return Foreign("not-an-invoice", Bilingual(en, fr))


FOREIGN: Mapping[str, Foreign] = {
    # Pattern of the document element (`*` is anything) -> what it is. The first that fits counts.
    "*FatturaElettronica": _format("FatturaPA (Italy)", "FatturaPA (Italie)"),
    "*FatturaElettronicaSemplificata": _format(
        "simplified FatturaPA (Italy)", "FatturaPA simplifiée (Italie)"
    ),
    "*Facturae": _format("Facturae (Spain)", "Facturae (Espagne)"),
    "{*ebinterface*}Invoice": _format("ebInterface (Austria)", "ebInterface (Autriche)"),
    "{*isdoc*}*": _format("ISDOC (Czechia)", "ISDOC (Tchéquie)"),
    "{*stormware*}*": _format("Pohoda (Czechia)", "Pohoda (Tchéquie)"),
    "*Finvoice": _format("Finvoice (Finland)", "Finvoice (Finlande)"),
    "*INVOICE_CENTER": _format("TEAPPSXML (Finland)", "TEAPPSXML (Finlande)"),
    "{*sfti:documents:BasicInvoice*}Invoice": _format("Svefaktura (Sweden)", "Svefaktura (Suède)"),
    "{*rep.oio.dk*}Invoice": _format("OIOXML (Denmark)", "OIOXML (Danemark)"),
    "{*crd.gov.pl*}Faktura": _format("KSeF FA (Poland)", "KSeF FA (Pologne)"),
    "{*ksef*}*": _format("KSeF (Poland)", "KSeF (Pologne)"),
    "{*NAV.gov.hu*}*": _format("NAV Online Invoice (Hungary)", "NAV Online Számla (Hongrie)"),
    "{*nav.gov.hu*}*": _format("NAV Online Invoice (Hungary)", "NAV Online Számla (Hongrie)"),
    "{*eslog*}Invoice": _format("eSLOG (Slovenia)", "eSLOG (Slovénie)"),
    "IzdaniRacunEnostavni": _format("eSLOG 1.6 (Slovenia)", "eSLOG 1.6 (Slovénie)"),
    "*InvoicesDoc": _format("myDATA (Greece)", "myDATA (Grèce)"),
    "*E_Invoice": _format("e-arve (Estonia)", "e-arve (Estonie)"),
    "*AuditFile": _document("accounting export (SAF-T)", "export comptable (SAF-T)"),
    "{*sat.gob.mx*}Comprobante": _format("CFDI (Mexico)", "CFDI (Mexique)"),
    "{*portalfiscal.inf.br/nfe*}*": _format("NF-e (Brazil)", "NF-e (Brésil)"),
    "{*xCBL*}Invoice": _format("xCBL"),
    "cXML": _format("cXML"),
    "{*opentrans*}INVOICE": _format("openTRANS"),
    "{*opentrans*}*": _document("order document (openTRANS)", "document de commande (openTRANS)"),
    "{*swissdigin*}*": _format("Swissdigin (Switzerland)", "Swissdigin (Suisse)"),
    "{*yellowbill*}*": _format("yellowbill (Switzerland)", "yellowbill (Suisse)"),
    "{*forum-datenaustausch*}*": _format("invoice of forum-datenaustausch.ch (Switzerland)"),
    "{*CBFBUY*}Invoice": _format("ZUGFeRD of a draft version", "ZUGFeRD d'une version provisoire"),
    "{*CrossIndustryInvoice:*}CrossIndustryInvoice": _format(
        "CII of another version", "CII d'une autre version"
    ),
    "{*CrossIndustryDocument:*}CrossIndustryDocument": _format(
        "ZUGFeRD of a draft version", "ZUGFeRD d'une version provisoire"
    ),
    "*SCRDMCCBDACIOMessageStructure": _document("order (Order-X)", "commande (Order-X)"),
    "*SCRDMCCBDACIOR*": _document("order response (Order-X)", "réponse de commande (Order-X)"),
    "*CrossDomainAcknowledgementAndResponse": _document(
        "life-cycle status message (CDAR)", "message de statut (CDAR)"
    ),
    "*CrossIndustryOrder": _document("order", "commande"),
    "*CrossIndustryOrderResponse": _document("order response", "réponse de commande"),
    "*CrossIndustryDespatchAdvice": _document("despatch advice", "avis d'expédition"),
    "*SupplyChainReferenceDataModel*": _document("supply chain message", "message logistique"),
    "{*ubl:*}ApplicationResponse": _document("acknowledgement", "accusé de traitement"),
    "{*ubl:*}AttachedDocument": _format("UBL AttachedDocument", "UBL AttachedDocument"),
    "{*ubl:*}Catalogue*": _document("catalogue", "catalogue"),
    "{*ubl:*}DebitNote": _format("UBL DebitNote", "UBL DebitNote"),
    "{*ubl:*}DespatchAdvice": _document("despatch advice", "avis d'expédition"),
    "{*ubl:*}FreightInvoice": _format("UBL FreightInvoice", "UBL FreightInvoice"),
    "{*ubl:*}Order": _document("order", "commande"),
    "{*ubl:*}OrderCancellation": _document("order cancellation", "annulation de commande"),
    "{*ubl:*}OrderChange": _document("order change", "modification de commande"),
    "{*ubl:*}OrderResponse*": _document("order response", "réponse de commande"),
    "{*ubl:*}Quotation": _document("quotation", "devis"),
    "{*ubl:*}RequestForQuotation": _document("request for quotation", "demande de devis"),
    "{*ubl:*}ReceiptAdvice": _document("receipt advice", "avis de réception"),
    "{*ubl:*}Reminder": _document("reminder", "relance"),
    "{*ubl:*}RemittanceAdvice": _document("remittance advice", "avis de paiement"),
    "{*ubl:*}SelfBilled*": _format("UBL SelfBilledInvoice", "UBL SelfBilledInvoice"),
    "{*ubl:*}Statement": _document("statement of account", "relevé de compte"),
    "{*ubl:*}TransportationStatus": _document("transport status", "suivi de transport"),
    "{*ubl:*}UtilityStatement": _document("utility statement", "relevé de consommation"),
    "{*ubl:*}Waybill": _document("waybill", "lettre de voiture"),
    "*StandardBusinessDocument": _document(
        "envelope of another version (SBDH)", "enveloppe d'une autre version (SBDH)"
    ),
    "{*iso:20022*}*": _document("bank message (ISO 20022)", "message bancaire (ISO 20022)"),
}

_DIALECTS = (
    # Where the dialect says its name (CustomizationID, ProfileID), and what people call it.
    (r"^OIOUBL-|oioubl\.dk:", Bilingual("OIOUBL (Denmark)", "OIOUBL (Danemark)")),
    (r"^TR\d", Bilingual("UBL-TR (Turkey)", "UBL-TR (Turquie)")),
    (r"^DIAN\b", Bilingual("DIAN (Colombia)", "DIAN (Colombie)")),
    (
        r"zatca\.gov\.sa|^reporting:1\.0$",
        Bilingual("ZATCA (Saudi Arabia)", "ZATCA (Arabie saoudite)"),
    ),
    (r"peppol:pint:.*@jp-", Bilingual("Peppol PINT (Japan)", "Peppol PINT (Japon)")),
    (r"peppol:pint:.*@sg-", Bilingual("Peppol PINT (Singapore)", "Peppol PINT (Singapour)")),
    (
        r"peppol:pint:.*@aunz-",
        Bilingual(
            "Peppol PINT (Australia, New Zealand)", "Peppol PINT (Australie, Nouvelle-Zélande)"
        ),
    ),
    (r"peppol:pint:.*@my-", Bilingual("Peppol PINT (Malaysia)", "Peppol PINT (Malaisie)")),
    (
        r"peppol:pint:.*@ae-",
        Bilingual("Peppol PINT (United Arab Emirates)", "Peppol PINT (Émirats arabes unis)"),
    ),
    (r"peppol:pint:|^urn:peppol:bis:billing$", Bilingual("Peppol PINT", "Peppol PINT")),
    (r"sbs-1\.0-draft", Bilingual("UBL 2.0 draft", "UBL 2.0 (projet)")),
    (r"difi\.no:ehf:", Bilingual("EHF 2 (Norway)", "EHF 2 (Norvège)")),
    (
        r":ehf:spec:payment-request:",
        Bilingual("EHF payment request (Norway)", "demande de paiement EHF (Norvège)"),
    ),
    (r"sunat|^SUNAT", Bilingual("SUNAT (Peru)", "SUNAT (Pérou)")),
    (r"jofotara|istd\.gov\.jo", Bilingual("JoFotara (Jordan)", "JoFotara (Jordanie)")),
    (r"myinvois|^urn:.*hasil\.gov\.my", Bilingual("MyInvois (Malaysia)", "MyInvois (Malaisie)")),
)

NOT_INVOICE_TYPES: Mapping[str, Bilingual] = {
    # UNTDID 1001 codes in BT-3 that make an invoice document something else.
    "220": Bilingual("order", "commande"),
    "231": Bilingual("order response", "réponse de commande"),
    "270": Bilingual("delivery note", "bon de livraison"),
    "310": Bilingual("quotation", "devis"),
    "325": Bilingual("pro forma invoice", "facture pro forma"),
    "351": Bilingual("despatch advice", "avis d'expédition"),
}


def read(part: Part, case: Case) -> Iterator[Finding]:
    """Yield why an XML part that no reader knows is not taken: exactly one finding."""
    try:
        root = xml.parse(part.content)
    except xml.XmlBroken as found:
        yield broken(part, found)
        return
    yield judge(part, root)


def judge(part: Part, root: etree._Element) -> Finding:
    """Return the finding for a document that is well-formed and not read."""
    known = next(
        (each for pattern, each in FOREIGN.items() if fnmatchcase(str(root.tag), pattern)), None
    )
    if known is None:
        return Finding("xml-unknown", part.path, detail=str(root.tag)[:200])
    return Finding(known.reason, part.path, values={"type": known.name})


def broken(part: Part, found: xml.XmlBroken) -> Finding:
    """Return `xml-broken` with the line and what is wrong there."""
    en, fr = (
        (found.detail.en, found.detail.fr)
        if isinstance(found.detail, Bilingual)
        else (found.detail, found.detail)
    )
    return Finding(
        "xml-broken", part.path, detail=Bilingual(f"{found.line}: {en}", f"{found.line} : {fr}")
    )


def dialect_of(root: etree._Element) -> Bilingual | None:
    """Return the name of the national dialect that a UBL document claims to be in, or None.

    An EN 16931 invoice names no dialect, and one of an unknown dialect is read.
    """
    if root.tag not in (ubl.INVOICE, ubl.CREDIT_NOTE):
        return None
    claims = [
        (root.findtext(f"cbc:{name}", "", ubl.NAMESPACES) or "").strip()
        for name in ("CustomizationID", "ProfileID")
    ]
    for pattern, name in _DIALECTS:
        if any(re.search(pattern, claim) for claim in claims):
            return name
    return None
