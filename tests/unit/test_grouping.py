"""Which part is the document and which its annex, judged on whole mails without a scanner."""

import struct
import zlib
from datetime import date
from email.message import EmailMessage
from pathlib import Path

import pytest

from ingestd import pipeline
from ingestd.model import Case, Outcome, Role, Verdict, Weight
from tests.documents.mails import MAILS, compose, document, mail
from tests.unit._pages import page

CASE = Case(company=None, today=date(2026, 10, 5))
Papers = list[tuple[str, list[str]]]


def judge(content: bytes, case: Case = CASE) -> Verdict:
    return pipeline.examine_mail(content, case)


def papers(verdict: Verdict) -> Papers:
    """Return each document's path with its annexes."""
    return [(document.path, list(document.annexes)) for document in verdict.documents]


def roles(verdict: Verdict) -> dict[str, Role]:
    return {part.path: part.role for part in verdict.parts}


LETTER = page("Bonjour", "nos horaires changent")
INVOICE = page("Facture F-77", "Total TTC 120,00 EUR")
OTHER_INVOICE = page("Rechnung R-88", "Gesamtbetrag 240,00 EUR")
UBL = document("ubl-invoice.xml")


def test_hybrid_pdf_and_its_own_xml_are_one_document() -> None:
    _, hybrid = document("factur-x-en16931.pdf")
    from pypdf import PdfReader

    ((_, (xml, *_)), *_) = PdfReader(
        Path(__file__).parent.parent / "documents" / "factur-x-en16931.pdf"
    ).attachments.items()
    for order in ((("a.pdf", hybrid), ("b.xml", xml)), (("b.xml", xml), ("a.pdf", hybrid))):
        verdict = judge(mail("x", *order))
        (only,) = verdict.documents
        assert roles(verdict)[only.path] is Role.DOCUMENT
        assert len(only.annexes) == 1
        assert only.outcome is Outcome.FILED
        assert only.format == "factur-x"


def test_xml_and_a_page_that_shows_its_number() -> None:
    shown = page("Factuur 2026/187", "Totaal 1.234,00 EUR")
    assert papers(judge(mail("x", ("p.pdf", shown), UBL))) == [("3", ["2"])]


def test_xml_and_a_page_without_text_are_one_when_nothing_else_is_there() -> None:
    assert papers(judge(mail("x", ("p.pdf", page()), UBL))) == [("3", ["2"])]


def test_xml_and_the_page_of_another_invoice_are_two() -> None:
    assert papers(judge(mail("x", ("p.pdf", INVOICE), UBL))) == [("2", []), ("3", [])]


def test_terms_are_an_annex() -> None:
    verdict = judge(mail("x", UBL, ("agb.pdf", LETTER), ("hours.txt", b"9 to 5")))
    assert papers(verdict) == [("2", ["3", "4"])]
    assert roles(verdict)["3"] is Role.ANNEX


def test_a_letter_beside_a_page_invoice_is_its_annex() -> None:
    assert papers(judge(mail("x", ("l.pdf", LETTER), ("i.pdf", INVOICE)))) == [("3", ["2"])]


def test_terms_that_talk_of_invoices_are_an_annex() -> None:
    terms = page("Allgemeine Gesch\xe4ftsbedingungen", "Die Rechnung ist", "Mahnung 5,00 EUR")
    assert papers(judge(mail("x", ("agb.pdf", terms), ("i.pdf", INVOICE)))) == [("3", ["2"])]
    assert papers(judge(mail("x", UBL, ("agb.pdf", terms)))) == [("2", ["3"])]
    assert papers(judge(mail("x", ("agb.pdf", terms)))) == [("2", [])]


def test_xml_and_a_page_of_its_name_that_shows_a_short_number() -> None:
    xml = UBL[1].replace(b"2026/187", b"17", 1)
    shown = page("Facture 17", "Total TTC 120,00 EUR")
    assert papers(judge(mail("x", ("a.pdf", shown), ("a.xml", xml)))) == [("3", ["2"])]
    assert papers(judge(mail("x", ("b.pdf", shown), ("a.xml", xml)))) == [("2", []), ("3", [])]


def test_two_page_invoices_are_two_documents() -> None:
    content = mail("x", ("a.pdf", INVOICE), ("b.pdf", OTHER_INVOICE))
    assert papers(judge(content)) == [("2", []), ("3", [])]


def test_a_lone_letter_is_a_document_for_a_person() -> None:
    assert papers(judge(mail("x", ("l.pdf", LETTER)))) == [("2", [])]


@pytest.mark.parametrize("name", ["inline-logo", "invoice-and-terms"])
def test_logos_are_ignored_and_recorded(name: str) -> None:
    verdict = judge(MAILS[name](""))
    (only,) = verdict.documents
    (logo,) = [part for part in verdict.parts if part.kind == "image/png"]
    assert logo.role is Role.IGNORED
    assert logo.path not in only.annexes


def test_a_photograph_beside_an_invoice_is_an_annex_alone_a_document() -> None:
    scan = document("scan.jpg")
    assert papers(judge(mail("x", UBL, scan))) == [("2", ["3"])]
    assert papers(judge(mail("x", scan))) == [("2", [])]


def test_a_photograph_shown_in_the_text_beside_an_invoice_is_its_annex() -> None:
    message = compose("x", UBL)
    message.add_attachment(
        document("scan.jpg")[1],
        "image",
        "jpeg",
        disposition="inline",
        cid="<s@x>",
        filename="s.jpg",
    )
    assert papers(judge(message.as_bytes())) == [("2", ["3"])]


def test_the_same_file_twice_counts_once() -> None:
    verdict = judge(mail("x", UBL, ("copy.xml", UBL[1])))
    assert [one.outcome for one in verdict.documents] == [Outcome.FILED, Outcome.IGNORED]
    (copy,) = verdict.documents[1].findings
    assert (copy.reason, copy.values["ref"]) == ("duplicate-file", UBL[0])


def test_the_same_invoice_in_other_bytes_is_held() -> None:
    verdict = judge(mail("x", UBL, ("copy.xml", UBL[1] + b"\n")))
    assert [one.outcome for one in verdict.documents] == [Outcome.FILED, Outcome.HELD]
    (copy,) = verdict.documents[1].findings
    assert (copy.reason, copy.values["ref"]) == ("duplicate-invoice", UBL[0])


def test_a_good_invoice_is_filed_beside_a_bad_file() -> None:
    verdict = judge(mail("x", UBL, document("setup.exe")))
    assert [one.outcome for one in verdict.documents] == [Outcome.FILED, Outcome.HELD]
    assert verdict.outcome is Outcome.HELD


def test_an_office_file_alone_is_not_usable() -> None:
    verdict = judge(mail("x", ("list.csv", b"a;b\r\n1;2\r\n")))
    assert verdict.documents == ()
    assert [one.reason for one in verdict.findings] == ["nothing-usable"]


def test_what_was_attached_to_an_invoice_travels_with_it() -> None:
    verdict = judge(mail("x", document("factur-x-en16931.pdf")))
    (only,) = verdict.documents
    contents = {part.path: bool(part.content) for part in verdict.parts}
    assert contents[only.path]
    assert roles(verdict)[only.invoice.part if only.invoice else ""] is Role.DOCUMENT
    assert not contents[""]


def test_weights_may_be_configured_but_not_of_security() -> None:
    note = {"wrong-total": Weight.NOTE, "totals-wrong": Weight.NOTE, "virus-found": Weight.NOTE}
    lenient = Case(company=None, today=CASE.today, weights=note)
    content = MAILS["wrong-total"]("")
    assert judge(content).outcome is Outcome.HELD
    assert judge(content, lenient).outcome is Outcome.FILED


def test_a_release_waives_what_it_names_and_nothing_else() -> None:
    content = MAILS["wrong-total"]("")
    waived = Case(company=None, today=CASE.today, waived=frozenset({"totals-wrong"}))
    other = Case(company=None, today=CASE.today, waived=frozenset({"wrong-recipient"}))
    assert judge(content, waived).outcome is Outcome.FILED
    assert judge(content, other).outcome is Outcome.HELD


def test_a_released_mail_without_attachment_files_the_mail_itself() -> None:
    waived = Case(company=None, today=CASE.today, waived=frozenset({"no-attachment"}))
    (only,) = judge(MAILS["no-attachment"](""), waived).documents
    assert (only.path, only.outcome, only.format) == ("", Outcome.FILED, "body")


def test_a_signature_alone_is_no_attachment() -> None:
    message = compose("x", ("smime.p7s", b"0" * 40))
    message.get_payload()[1].replace_header("Content-Type", "application/pkcs7-signature")
    verdict = judge(message.as_bytes())
    assert [one.reason for one in verdict.findings] == ["no-attachment"]


def test_a_logo_that_was_attached_is_nothing_usable_one_in_the_text_is_nothing() -> None:
    attached = judge(mail("x", document("logo.png")))
    assert [one.reason for one in attached.findings] == ["nothing-usable"]
    message = compose("x")
    message.add_attachment(
        document("logo.png")[1], "image", "png", disposition="inline", cid="<l@x>", filename="l.png"
    )
    assert [one.reason for one in judge(message.as_bytes()).findings] == ["no-attachment"]


def test_an_empty_body_is_nothing() -> None:
    message = EmailMessage()
    message["From"] = "a@x.example"
    message.set_content("")
    verdict = judge(message.as_bytes())
    assert [one.reason for one in verdict.findings] == ["no-attachment"]


def test_judging_is_a_function_of_the_octets() -> None:
    for build in MAILS.values():
        content = build("")
        assert judge(content) == judge(content)


def told(verdict: Verdict) -> list[str]:
    return [one.reason for one in verdict.findings]


def text_mail(subject: str, text: str, subtype: str = "plain") -> bytes:
    message = EmailMessage()
    message["From"] = "a@x.example"
    message["Subject"] = subject
    message.set_content(text, subtype=subtype)
    return message.as_bytes()


@pytest.mark.parametrize("quoted", ['"{}"', "'{}'", "{}"])
def test_a_link_is_seen_however_it_is_quoted(quoted: str) -> None:
    target = quoted.format("https://portal.example/f/1")
    html = f"<p>Votre facture : <A HREF = {target}>ici</A></p>"
    assert told(judge(text_mail("x", html, "html"))) == ["link-only"]


def test_the_subject_may_be_all_that_says_invoice() -> None:
    content = text_mail("Ihre Rechnung", "Hier: https://portal.example/f/1")
    assert told(judge(content)) == ["link-only"]


@pytest.mark.parametrize(
    "link",
    ["https://www.firma.example", "http://firma.example/.", "https://firma.example/impressum.html"],
)
def test_the_address_of_a_company_is_no_link_to_an_invoice(link: str) -> None:
    letter = f"Die Rechnung prüfen wir.\n\n-- \nFirma GmbH, {link}\n"
    assert told(judge(text_mail("Re: Rechnung 17", letter))) == ["no-attachment"]
    fetch = f"Ihre Rechnung steht zum Download bereit: {link}\n"
    assert told(judge(text_mail("Rechnung 17", fetch))) == ["link-only"]


def test_a_text_that_is_no_body_is_an_attachment_without_a_name() -> None:
    message = EmailMessage()
    message["From"] = "a@x.example"
    message.set_content(b"UNA:+.? 'UNB+UNOC:3+1+2'", "application", "edifact")
    del message["content-disposition"]
    assert told(judge(message.as_bytes())) == ["nothing-usable"]


def test_an_alternative_for_gmail_is_a_body() -> None:
    message = compose("x", UBL)
    (text, *_) = message.iter_parts()
    text.make_alternative()
    text.add_alternative("<!doctype html><html amp4email></html>", subtype="x-amp-html")
    assert papers(judge(message.as_bytes())) == [("2", [])]


def test_a_signature_is_no_attachment() -> None:
    message = compose("x")
    message.add_attachment(
        bytes.fromhex("300b 0609 2a86 4886 f70d 0107 02"),
        "application",
        "pkcs7-signature",
        filename="smime.p7s",
    )
    assert told(judge(message.as_bytes())) == ["no-attachment"]


def picture(width: int, height: int) -> bytes:
    """Return a white PNG."""
    rows = b"".join(b"\0" + b"\xff" * width for _ in range(height))
    chunks = ((b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)),)
    chunks += ((b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in chunks
    )


def test_a_narrow_strip_is_a_receipt_and_a_banner_is_none() -> None:
    assert papers(judge(mail("x", ("bon.png", picture(280, 1400))))) == [("2", [])]
    assert papers(judge(mail("x", ("top.png", picture(1400, 280))))) == []


def test_a_letter_in_its_own_signature_is_a_letter() -> None:
    from asn1crypto import cms

    data = cms.SignedData(
        {
            "version": "v1",
            "digest_algorithms": [],
            "encap_content_info": {
                "content_type": "data",
                "content": b"Content-Type: text/plain\r\n\r\nBonjour\r\n",
            },
            "signer_infos": [],
        }
    )
    signed = cms.ContentInfo({"content_type": "signed_data", "content": data}).dump()
    message = compose("x")
    message.set_content(signed, "application", "pkcs7-mime", filename="smime.p7m")
    assert told(judge(message.as_bytes())) == ["no-attachment"]


@pytest.mark.parametrize(
    "text",
    [
        "Rechnungsnummer: 55\nRechnungsbetrag: 12,20 €\n",
        "Factuurnummer 12\nTotaal: € 12,20\n",
        "Faktura VAT 5/2026\nDo zapłaty: 123,00 PLN\n",
        "Invoice INV-7\nTotal due: USD 450\n",
        "Beleg-Nr. 77: Sie haben 25 EUR gezahlt.\n",
    ],
)
def test_an_invoice_written_into_the_mail_is_held(text: str) -> None:
    verdict = judge(text_mail("x", text))
    assert (verdict.outcome, told(verdict)) == (Outcome.HELD, ["no-attachment"])


def test_a_letter_about_an_invoice_without_amount_is_not() -> None:
    assert judge(text_mail("x", "Die Rechnung 5 folgt.\n")).outcome is Outcome.IGNORED
