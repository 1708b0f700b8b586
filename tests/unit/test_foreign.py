"""What is known and not read is called by its name; the rest of XML is unknown or broken."""

import pytest

from ingestd import reasons
from ingestd.en16931.xml import document_element
from ingestd.model import Bilingual, Finding, Invoice
from ingestd.readers import foreign, ubl
from tests.unit._invoices import CASE, UBL_INVOICE, part
from tests.unit._invoices import ubl as document


def judged(content: bytes) -> Finding:
    (found,) = foreign.read(part(content, document_element(content) or "text/xml"), CASE)
    return found


@pytest.mark.parametrize(
    ("namespace", "root", "reason", "name"),
    [
        ("http://ivaservizi.agenziaentrate.gov.it/docs/xsd/fatture/v1.2", "FatturaElettronica",
         "format-foreign", "FatturaPA (Italy)"),
        ("http://www.fatturapa.gov.it/sdi/fatturapa/v1.1", "FatturaElettronica",
         "format-foreign", "FatturaPA (Italy)"),
        ("", "FatturaElettronica", "format-foreign", "FatturaPA (Italy)"),
        ("http://www.facturae.gob.es/formato/Versiones/Facturaev3_2_2.xml", "Facturae",
         "format-foreign", "Facturae (Spain)"),
        ("http://www.ebinterface.at/schema/6p0/", "Invoice",
         "format-foreign", "ebInterface (Austria)"),
        ("http://isdoc.cz/namespace/2013", "Invoice", "format-foreign", "ISDOC (Czechia)"),
        ("http://crd.gov.pl/wzor/2025/06/25/13775/", "Faktura",
         "format-foreign", "KSeF FA (Poland)"),
        ("", "Finvoice", "format-foreign", "Finvoice (Finland)"),
        ("http://www.sat.gob.mx/cfd/4", "Comprobante", "format-foreign", "CFDI (Mexico)"),
        ("urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:90", "CrossIndustryInvoice",
         "format-foreign", "CII of another version"),
        ("urn:un:unece:uncefact:data:SCRDMCCBDACIOMessageStructure:100",
         "SCRDMCCBDACIOMessageStructure", "not-an-invoice", "order (Order-X)"),
        ("urn:un:unece:uncefact:data:standard:CrossDomainAcknowledgementAndResponse:100",
         "CrossDomainAcknowledgementAndResponse",
         "not-an-invoice", "life-cycle status message (CDAR)"),
        ("urn:oasis:names:specification:ubl:schema:xsd:Order-2", "Order",
         "not-an-invoice", "order"),
        ("urn:oasis:names:specification:ubl:schema:xsd:OrderResponseSimple-2",
         "OrderResponseSimple", "not-an-invoice", "order response"),
        ("urn:oasis:names:specification:ubl:schema:xsd:Reminder-2", "Reminder",
         "not-an-invoice", "reminder"),
        ("urn:oasis:names:specification:ubl:schema:xsd:DespatchAdvice-2", "DespatchAdvice",
         "not-an-invoice", "despatch advice"),
        ("urn:oasis:names:specification:ubl:schema:xsd:Statement-2", "Statement",
         "not-an-invoice", "statement of account"),
    ],
)  # fmt: skip
def test_a_known_document_is_called_by_its_name(
    namespace: str, root: str, reason: str, name: str
) -> None:
    found = judged(f'<p:{root} xmlns:p="{namespace}"/>'.encode() if namespace else
                   f"<{root}/>".encode())  # fmt: skip
    assert found.reason == reason
    kind = found.values["type"]
    assert isinstance(kind, Bilingual)
    assert kind.en == name
    assert kind.fr
    assert name in reasons.text(found, "en")


def test_other_xml_is_unknown() -> None:
    assert judged(b'<rss xmlns="urn:feed"/>').reason == "xml-unknown"


def test_something_else_in_the_namespace_of_invoices_is_unknown() -> None:
    content = document("").replace(b"<Invoice ", b"<Other ").replace(b"</Invoice", b"</Other")
    assert judged(content).reason == "xml-unknown"


def test_unknown_xml_that_is_broken_is_called_broken() -> None:
    assert judged(b"<rss>\n<item></rss>").reason == "xml-broken"
    assert judged(b"<!DOCTYPE rss><rss/>").reason == "xml-broken"


def named(customization: str, profile: str = "") -> list[Finding | Invoice]:
    body = f"<cbc:CustomizationID>{customization}</cbc:CustomizationID>"
    body += f"<cbc:ProfileID>{profile}</cbc:ProfileID>"
    found = ubl.read(part(document(body), UBL_INVOICE), CASE)
    return [each for each in found if isinstance(each, Finding | Invoice)]


@pytest.mark.parametrize(
    ("customization", "profile", "name"),
    [
        ("OIOUBL-2.1", "urn:www.nesubl.eu:profiles:profile5:ver2.0", "OIOUBL (Denmark)"),
        ("urn:fdc:oioubl.dk:trns:billing:invoice:3.0", "", "OIOUBL (Denmark)"),
        ("TR1.2", "TICARIFATURA", "UBL-TR (Turkey)"),
        ("01", "DIAN 2.1: Factura", "DIAN (Colombia)"),
        ("urn:cen.eu:en16931:2017#compliant#urn:zatca.gov.sa:e-invoicing:1.0", "",
         "ZATCA (Saudi Arabia)"),
        ("", "reporting:1.0", "ZATCA (Saudi Arabia)"),
        ("urn:peppol:pint:billing-1@sg-1", "urn:peppol:bis:billing", "Peppol PINT (Singapore)"),
    ],
)  # fmt: skip
def test_a_national_dialect_of_ubl_is_not_read(customization: str, profile: str, name: str) -> None:
    (found,) = named(customization, profile)
    assert isinstance(found, Finding)
    assert found.reason == "format-foreign"
    assert getattr(found.values["type"], "en", "") == name


@pytest.mark.parametrize(
    "customization",
    [
        "urn:cen.eu:en16931:2017",
        "urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0",
        "urn:cen.eu:en16931:2017#compliant#urn:xeinkauf.de:kosit:xrechnung_3.0",
        "urn:cen.eu:en16931:2017#conformant#urn.cpro.gouv.fr:1p0:extended-ctc-fr",
        "urn:cen.eu:en16931:2017#compliant#urn:fdc:nen.nl:nlcius:v1.0",
        "urn:cen.eu:en16931:2017#conformant#urn:UBL.BE:1.0.0.20180214",
        "something nobody has heard of",
        "",
    ],
)
def test_european_and_unheard_of_dialects_are_read(customization: str) -> None:
    read, *notes = named(customization)
    assert isinstance(read, Invoice)
    assert [one.reason for one in notes if isinstance(one, Finding)] == ["rules-broken"]  # no lines


def test_a_pro_forma_is_read_and_called_one() -> None:
    body = "<cbc:InvoiceTypeCode>325</cbc:InvoiceTypeCode>"
    read, schema, found = ubl.read(part(document(body), UBL_INVOICE), CASE)
    assert isinstance(read, Invoice)
    assert isinstance(schema, Finding)
    assert isinstance(found, Finding)
    assert (found.reason, found.term) == ("not-an-invoice", "BT-3")
