"""Every format that a European receiver meets, and what becomes of each: read, or called by its name."""

import gzip
import io
import re
import zipfile
import zlib
from collections.abc import Callable

import pytest

from ingestd import pipeline, reasons
from ingestd.model import Document, Invoice, Outcome, Verdict
from tests.documents.mails import document, mail
from tests.unit._invoices import CASE, UBL_NAMESPACES
from tests.unit._pages import page, with_file
from tests.unit._pdfs import document as pdf
from tests.unit._pdfs import file as embedded

EN = "urn:cen.eu:en16931:2017"
SPEC = b"<</Type/Filespec/F(invoice.xml)/EF<</F 4 0 R>>>>"
_LINES = re.compile(
    rb"<ram:IncludedSupplyChainTradeLineItem>.*</ram:IncludedSupplyChainTradeLineItem>", re.S
)


def ubl(specification: str = EN, *, credit: bool = False) -> bytes:
    name = "ubl-credit-note.xml" if credit else "ubl-invoice.xml"
    return re.sub(
        rb"(<cbc:CustomizationID>)[^<]*", rb"\g<1>" + specification.encode(), document(name)[1]
    )


def cii(specification: str = EN, *, has_lines: bool = True) -> bytes:
    content = document("cii-invoice.xml")[1]
    guideline = rb"(GuidelineSpecifiedDocumentContextParameter>\s*<ram:ID>)[^<]*"
    content = re.sub(guideline, rb"\g<1>" + specification.encode(), content)
    return content if has_lines else _LINES.sub(b"", content)


def cii_of_22b() -> bytes:
    """Return a CII with two preceding invoices (BG-3), which D16B has room for one of."""
    reference = (
        b"<ram:InvoiceReferencedDocument><ram:IssuerAssignedID>%s</ram:IssuerAssignedID>"
        b"</ram:InvoiceReferencedDocument>"
    )
    end = b"</ram:ApplicableHeaderTradeSettlement>"
    return cii().replace(end, reference % b"R-1" + reference % b"R-2" + end)


def zugferd_1(profile: str) -> bytes:
    mark = rb"(urn:ferd:CrossIndustryDocument:invoice:1p0:)\w+"
    return re.sub(mark, rb"\g<1>" + profile.encode(), document("zugferd-1.xml")[1])


def in_name_tree(xml: bytes) -> bytes:
    return with_file(page("Rechnung"), "data.bin", xml)


def in_flat_list(xml: bytes) -> bytes:
    return pdf(b"/AF[%s]" % SPEC, embedded(xml))


def with_two(first: bytes, second: bytes) -> bytes:
    """Return a PDF with one file in the flat list and another in the name tree, packed."""
    one = b"<</Type/Filespec/F(one)/EF<</F 4 0 R>>>>"
    other = b"<</Type/Filespec/F(other)/EF<</F 5 0 R>>>>"
    lists = b"/AF[%s]/Names<</EmbeddedFiles<</Names[(x)%s]>>>>" % (one, other)
    packed = (embedded(zlib.compress(each), b"/Filter/FlateDecode") for each in (first, second))
    return pdf(lists, *packed)


def enveloped(xml: bytes, header: bytes = b"<StandardBusinessDocumentHeader/>") -> bytes:
    """Return an XML in the envelope of the Peppol network."""
    inside = re.sub(rb"^\s*<\?xml[^>]*\?>", b"", xml)
    return (
        b'<StandardBusinessDocument xmlns="http://www.unece.org/cefact/namespaces/'
        b'StandardBusinessDocumentHeader">' + header + inside + b"</StandardBusinessDocument>"
    )


def judge(content: bytes) -> Document:
    """Return the verdict on a file whose name says nothing."""
    (found,) = pipeline.examine_document(content, "upload", CASE).documents
    return found


def codes(found: Document) -> list[str]:
    return [one.reason for one in found.findings]


Make = Callable[[], bytes]
FACTUR_X = "urn:factur-x.eu:1p0"
ZUGFERD = "urn:zugferd.de"
XRECHNUNG = f"{EN}#compliant#urn:xeinkauf.de:kosit:xrechnung_3.0"
OLD_XRECHNUNG = f"{EN}#compliant#urn:xoev-de:kosit:standard:xrechnung_2.1"
XRECHNUNG_EXTENSION = f"{XRECHNUNG}#conformant#urn:xeinkauf.de:kosit:extension:xrechnung_3.0"
PEPPOL = f"{EN}#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0"
CTC_FR = f"{EN}#conformant#urn.cpro.gouv.fr:1p0:extended-ctc-fr"
READ: dict[str, tuple[Make, str, str | None]] = {
    "Factur-X MINIMUM": (
        lambda: cii(f"{FACTUR_X}:minimum", has_lines=False),
        "factur-x",
        "minimum",
    ),
    "Factur-X BASIC WL": (
        lambda: cii(f"{FACTUR_X}:basicwl", has_lines=False),
        "factur-x",
        "basic-wl",
    ),
    "Factur-X BASIC": (lambda: cii(f"{EN}#compliant#{FACTUR_X}:basic"), "factur-x", "basic"),
    "Factur-X EN 16931": (lambda: cii(f"{EN}#compliant#{FACTUR_X}:en16931"), "factur-x", "en16931"),
    "Factur-X EXTENDED": (
        lambda: cii(f"{EN}#conformant#{FACTUR_X}:extended"),
        "factur-x",
        "extended",
    ),
    "ZUGFeRD 2.0 MINIMUM": (
        lambda: cii(f"{ZUGFERD}:2p0:minimum", has_lines=False),
        "factur-x",
        "minimum",
    ),
    "ZUGFeRD 2.0 BASIC WL": (
        lambda: cii(f"{ZUGFERD}:2p0:basicwl", has_lines=False),
        "factur-x",
        "basic-wl",
    ),
    "ZUGFeRD 2.0 BASIC": (lambda: cii(f"{EN}#compliant#{ZUGFERD}:2p0:basic"), "factur-x", "basic"),
    "ZUGFeRD 2.1 EXTENDED": (
        lambda: cii(f"{EN}#conformant#{ZUGFERD}:2p1:extended"),
        "factur-x",
        "extended",
    ),
    "ZUGFeRD 1.0 BASIC": (lambda: zugferd_1("basic"), "zugferd-1", "basic"),
    "ZUGFeRD 1.0 COMFORT": (lambda: zugferd_1("comfort"), "zugferd-1", None),
    "ZUGFeRD 1.0 EXTENDED": (lambda: zugferd_1("extended"), "zugferd-1", "extended"),
    "XRechnung 3 CII": (lambda: cii(XRECHNUNG), "xrechnung", "xrechnung"),
    "XRechnung 3 UBL": (lambda: ubl(XRECHNUNG), "xrechnung", "xrechnung"),
    "XRechnung 2 UBL": (lambda: ubl(OLD_XRECHNUNG), "xrechnung", "xrechnung"),
    "XRechnung UBL CreditNote": (
        lambda: ubl(XRECHNUNG, credit=True),
        "xrechnung",
        "xrechnung",
    ),
    "XRechnung extension": (
        lambda: ubl(XRECHNUNG_EXTENSION),
        "xrechnung",
        "xrechnung",
    ),
    "UBL 2.1 Invoice": (ubl, "ubl", "en16931"),
    "UBL 2.1 CreditNote": (lambda: ubl(credit=True), "ubl", "en16931"),
    "NLCIUS": (lambda: ubl(f"{EN}#compliant#urn:fdc:nen.nl:nlcius:v1.0"), "ubl", "en16931"),
    "Peppol BIS Billing 3": (lambda: ubl(PEPPOL), "ubl", "peppol-bis-3"),
    "Peppol BIS Billing 3 CreditNote": (
        lambda: ubl(PEPPOL, credit=True),
        "ubl",
        "peppol-bis-3",
    ),
    "EXTENDED-CTC-FR CII": (lambda: cii(CTC_FR), "cii", "extended-ctc-fr"),
    "EXTENDED-CTC-FR UBL": (lambda: ubl(CTC_FR), "ubl", "extended-ctc-fr"),
    "CII D16B": (cii, "cii", "en16931"),
    "CII D22B": (cii_of_22b, "cii", "en16931"),
    "UBL in a Peppol envelope": (lambda: enveloped(ubl()), "ubl", "en16931"),
}
"""Name -> an invoice of ours in that format, and the format and the profile of the contract."""


def read(content: bytes) -> tuple[Document, Invoice]:
    found = judge(content)
    assert found.outcome is Outcome.FILED, found.findings
    assert set(codes(found)) <= {"profile-incomplete"}
    assert found.invoice
    assert found.invoice.number
    assert found.invoice.seller_name
    assert found.invoice.amount_due_for_payment
    return found, found.invoice


@pytest.mark.parametrize(("make", "format_", "profile"), READ.values(), ids=READ)
def test_what_is_read_whatever_its_name(make: Make, format_: str, profile: str | None) -> None:
    found, _ = read(make())
    assert (found.format, found.profile) == (format_, profile)


@pytest.mark.parametrize("hide", [in_name_tree, in_flat_list])
@pytest.mark.parametrize(("make", "format_", "profile"), READ.values(), ids=READ)
def test_a_pdf_with_any_of_them_inside(
    make: Make, format_: str, profile: str | None, hide: Callable[[bytes], bytes]
) -> None:
    found, invoice = read(hide(make()))
    of_cii = b"CrossIndustryInvoice" in make()
    assert (found.format, found.profile) == ("factur-x" if of_cii else format_, profile)
    assert invoice.number == read(make())[1].number


def test_both_references_of_d22b_are_read() -> None:
    _, invoice = read(cii_of_22b())
    assert [one.reference for one in invoice.preceding_invoices] == ["R-1", "R-2"]


def bare(root: str, namespace: str = "") -> Make:
    return f'<{root} xmlns="{namespace}"/>'.encode


def of_ubl(root: str) -> Make:
    return bare(root, f"urn:oasis:names:specification:ubl:schema:xsd:{root}-2")


def claiming(specification: str, profile: str = "") -> Make:
    return lambda: re.sub(
        rb"(<cbc:ProfileID>)[^<]*", rb"\g<1>" + profile.encode(), ubl(specification)
    )


def in_envelope(inside: bytes) -> Make:
    return lambda: enveloped(inside)


CDAR = "CrossDomainAcknowledgementAndResponse"
ITALY = "http://ivaservizi.agenziaentrate.gov.it/docs/xsd/fatture"
UNCEFACT = "urn:un:unece:uncefact:data"
FOREIGN, OTHER = "format-foreign", "not-an-invoice"
KNOWN: dict[str, tuple[Make, str]] = {
    "FatturaPA (Italy)": (bare("FatturaElettronica", f"{ITALY}/v1.2"), FOREIGN),
    "Facturae (Spain)": (
        bare("Facturae", "http://www.facturae.gob.es/formato/Versiones/Facturaev3_2_2.xml"),
        FOREIGN,
    ),
    "ZATCA (Saudi Arabia)": (claiming("", "reporting:1.0"), FOREIGN),
    "UBL-TR (Turkey)": (claiming("TR1.2", "TICARIFATURA"), FOREIGN),
    "OIOUBL (Denmark)": (
        claiming("OIOUBL-2.1", "urn:www.nesubl.eu:profiles:profile5:ver2.0"),
        FOREIGN,
    ),
    "Peppol PINT (Australia, New Zealand)": (claiming("urn:peppol:pint:billing-1@aunz-1"), FOREIGN),
    "Peppol PINT": (claiming("urn:peppol:pint:billing-1", "urn:peppol:bis:billing"), FOREIGN),
    "Peppol PINT (Japan)": (claiming("urn:peppol:pint:billing-1@jp-1"), FOREIGN),
    "EHF 2 (Norway)": (
        claiming(
            "urn:www.cenbii.eu:transaction:biitrns010:ver2.0:extended:urn:www.peppol.eu:bis:"
            "peppol5a:ver2.0:extended:urn:www.difi.no:ehf:faktura:ver2.0"
        ),
        FOREIGN,
    ),
    "OIOXML (Denmark)": (bare("Invoice", "http://rep.oio.dk/ubl/xml/schemas/0p71/pie/"), FOREIGN),
    "ebInterface (Austria)": (bare("Invoice", "http://www.ebinterface.at/schema/6p1/"), FOREIGN),
    "Svefaktura (Sweden)": (bare("Invoice", "urn:sfti:documents:BasicInvoice:1:0"), FOREIGN),
    "Finvoice (Finland)": (bare("Finvoice"), FOREIGN),
    "NAV Online Invoice (Hungary)": (
        bare("InvoiceData", "http://schemas.nav.gov.hu/OSA/3.0/data"),
        FOREIGN,
    ),
    "KSeF FA (Poland)": (bare("Faktura", "http://crd.gov.pl/wzor/2025/06/25/13775/"), FOREIGN),
    "eSLOG (Slovenia)": (bare("Invoice", "urn:eslog:2.00"), FOREIGN),
    "ISDOC (Czechia)": (bare("Invoice", "http://isdoc.cz/namespace/2013"), FOREIGN),
    "CII of another version": (
        bare("CrossIndustryInvoice", f"{UNCEFACT}:standard:CrossIndustryInvoice:90"),
        FOREIGN,
    ),
    "order (Order-X)": (
        bare("SCRDMCCBDACIOMessageStructure", f"{UNCEFACT}:SCRDMCCBDACIOMessageStructure:100"),
        OTHER,
    ),
    "life-cycle status message (CDAR)": (bare(CDAR, f"{UNCEFACT}:standard:{CDAR}:100"), OTHER),
    "reminder": (of_ubl("Reminder"), OTHER),
    "order": (of_ubl("Order"), OTHER),
    "order response": (of_ubl("OrderResponse"), OTHER),
    "despatch advice": (of_ubl("DespatchAdvice"), OTHER),
    "statement of account": (of_ubl("Statement"), OTHER),
    "pro forma invoice": (
        lambda: ubl().replace(b"InvoiceTypeCode>380<", b"InvoiceTypeCode>325<"),
        OTHER,
    ),
    "envelope (SBDH) without exactly one XML document": (in_envelope(b""), OTHER),
}
"""What people call it -> a document of that kind, and why it is not taken."""


@pytest.mark.parametrize(("name", "make", "reason"), [(name, *row) for name, row in KNOWN.items()])
def test_what_is_known_and_not_read_is_called_by_its_name(
    name: str, make: Make, reason: str
) -> None:
    for content in (make(), in_name_tree(make())):
        found = judge(content)
        assert found.outcome is Outcome.HELD
        (why,) = (one for one in found.findings if one.reason == reason)
        assert name in reasons.text(why, "en")
        assert reasons.text(why, "fr")


def judged(content: bytes) -> Verdict:
    return pipeline.examine_mail(content, CASE)


def test_two_different_invoices_in_one_pdf_are_ambiguous() -> None:
    other = ubl().replace(b">2026/187<", b">2026/188<")
    for first, second in ((ubl(), other), (ubl(), cii()), (cii(), zugferd_1("comfort"))):
        found = judge(with_file(in_name_tree(first), "other.xml", second))
        assert (found.outcome, codes(found)) == (Outcome.HELD, ["hybrid-ambiguous"])
    found = judge(with_two(ubl(), other))
    assert codes(found) == ["hybrid-ambiguous"]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (rb"(PayableAmount[^>]*>)[0-9.]+", rb"\g<1>1.00"),
        (rb"(IssueDate>)[0-9-]+", rb"\g<1>2026-01-31"),
        (rb"(DueDate>)[0-9-]+", rb"\g<1>2026-12-31"),
        (rb"(TaxExclusiveAmount[^>]*>)[0-9.]+", rb"\g<1>1.00"),
    ],
)
def test_one_number_with_two_answers_in_one_pdf_is_ambiguous(old: bytes, new: bytes) -> None:
    other, changes = re.subn(old, new, ubl(), count=1)
    assert changes
    assert codes(judge(with_two(ubl(), other))) == ["hybrid-ambiguous"]


def zipped(xml: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("invoice.xml", xml)
    return out.getvalue()


@pytest.mark.parametrize("wrap", [enveloped, zipped, gzip.compress])
def test_a_wrapping_in_the_pdf_does_not_hide_the_second_invoice(
    wrap: Callable[[bytes], bytes],
) -> None:
    other = ubl().replace(b">2026/187<", b">2026/188<")
    for first, second in ((ubl(), wrap(other)), (wrap(ubl()), other)):
        found = judge(with_two(first, second))
        assert (found.outcome, codes(found)) == (Outcome.HELD, ["hybrid-ambiguous"])
    assert judge(with_two(ubl(), wrap(ubl()))).outcome is Outcome.FILED


@pytest.mark.parametrize(
    ("second", "reason"),
    [
        (lambda: cii()[:2000], "xml-broken"),
        (lambda: b"<!DOCTYPE x []>" + cii()[cii().index(b"<rsm:") :], "xml-broken"),
        (claiming("OIOUBL-2.1"), FOREIGN),
        (bare("FatturaElettronica", f"{ITALY}/v1.2"), FOREIGN),
    ],
)
def test_a_second_invoice_that_cannot_be_compared_holds_the_pdf(second: Make, reason: str) -> None:
    found = judge(with_file(in_name_tree(ubl()), "other.xml", second()))
    assert (found.outcome, codes(found)) == (Outcome.HELD, [reason])


def test_what_else_is_in_the_pdf_of_an_invoice_is_noted() -> None:
    for other in (of_ubl("Order")(), b"<rss/>", b"no XML"):
        found = judge(with_file(in_name_tree(ubl()), "other.xml", other))
        assert found.outcome is Outcome.FILED


def test_the_same_invoice_twice_in_one_pdf_is_one() -> None:
    found = judge(with_file(in_name_tree(ubl()), "again.xml", ubl()))
    assert (found.outcome, codes(found)) == (Outcome.FILED, [])


@pytest.mark.parametrize("make", [ubl, cii, lambda: zugferd_1("comfort")], ids=["ubl", "cii", "z1"])
def test_a_pdf_and_the_xml_of_one_invoice_are_one_document(make: Make) -> None:
    data = read(make())[1]
    number, total = str(data.number), f"{data.total_amount_with_vat}".replace(".", ",")
    shown = page(f"Rechnung {number}", f"Gesamtbetrag {total} EUR")
    for files in (
        (("a.pdf", shown), ("b.xml", make())),
        (("b.xml", make()), ("a.pdf", shown)),
        (("a.pdf", in_name_tree(make())), ("b.xml", make())),
    ):
        (found,) = judged(mail("Rechnung", *files)).documents
        assert found.invoice
        assert (found.outcome, found.invoice.number) == (Outcome.FILED, number)
        assert len(found.annexes) >= 1


def two_inside() -> bytes:
    return enveloped(ubl() + cii()[cii().index(b"<rsm:") :])


def encoded() -> bytes:
    return enveloped(
        b'<BinaryContent xmlns="http://peppol.eu/xsd/ticc/envelope/1.0">eA==</BinaryContent>'
    )


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (two_inside, OTHER),
        (encoded, OTHER),
        (lambda: enveloped(enveloped(ubl())), OTHER),
        (lambda: enveloped(of_ubl("Order")()), OTHER),
        (lambda: enveloped(claiming("OIOUBL-2.1")()), FOREIGN),
        (lambda: enveloped(ubl()).replace(b"</StandardBusinessDocument>", b""), "xml-broken"),
        (lambda: b"<!DOCTYPE x>" + enveloped(ubl()), "xml-broken"),
        (lambda: enveloped(b'<rss xmlns=""/>'), "xml-unknown"),
    ],
)
def test_what_else_may_be_in_an_envelope_is_held(make: Make, reason: str) -> None:
    found = judge(make())
    assert (found.outcome, codes(found)) == (Outcome.HELD, [reason])


def test_what_was_in_an_envelope_is_a_part_of_its_own() -> None:
    verdict = pipeline.examine_document(enveloped(ubl()), "upload", CASE)
    assert [(part.path, part.role) for part in verdict.parts] == [
        ("1", "container"),
        ("1/Invoice.xml", "document"),
    ]


def test_namespaces_of_the_envelope_are_those_of_the_invoice() -> None:
    bare_invoice = re.sub(rb'\s+xmlns:ca?[bc]c?="[^"]*"', b"", ubl())
    assert b"xmlns:" not in bare_invoice
    envelope = enveloped(bare_invoice)
    start = b"<StandardBusinessDocument "
    envelope = envelope.replace(start, start + UBL_NAMESPACES.encode() + b" ", 1)
    assert read(envelope)[1].number == read(ubl())[1].number
