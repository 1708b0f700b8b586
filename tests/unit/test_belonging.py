"""Which of several files is the document and which travels with it, in the mails that suppliers send."""

import io
import re
import zipfile
from datetime import date
from email.message import EmailMessage
from importlib import import_module

import pytest

from ingestd import pipeline
from ingestd.model import Case, Outcome, Verdict
from tests.documents._tnef import attachment, tnef
from tests.documents.mails import HERE, Attachment, compose, document, mail
from tests.unit._pages import page, with_file

CASE = Case(company=None, today=date(2026, 10, 5))
Papers = dict[str, list[str]]

UBL = document("ubl-invoice.xml", "a.xml")
CII = document("cii-invoice.xml", "b.xml")
HYBRID = document("factur-x-en16931.pdf", "h.pdf")
PRINT_OF_UBL = page("Factuur 2026/187", "Totaal 1.234,00 EUR")
PRINT_OF_CII = page("Rechnung RE-70421", "Gesamtbetrag 607,90 EUR")
PRINT_OF_HYBRID = page("Facture PM-2026-0412", "Total TTC 120,00 EUR")
OTHER = page("Facture F-77", "Total TTC 120,00 EUR")
TERMS = page("Conditions générales de vente", "Article 1")
SCAN = page()


def judge(*attachments: Attachment) -> Verdict:
    return pipeline.examine_mail(mail("x", *attachments), CASE)


def papers(verdict: Verdict) -> Papers:
    """Return each document's path with its annexes."""
    return {document.path: list(document.annexes) for document in verdict.documents}


def archive(*members: Attachment) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as opened:
        for name, content in members:
            opened.writestr(name, content)
    return out.getvalue()


def forwarded(*messages: EmailMessage) -> bytes:
    outer = compose("TR")
    for message in messages:
        outer.add_attachment(message)
    return outer.as_bytes()


# One invoice in several files


def test_across_an_archive_and_the_mail() -> None:
    assert papers(judge(("x.zip", archive(UBL)), ("p.pdf", PRINT_OF_UBL))) == {"2/a.xml": ["3"]}
    assert papers(judge(("x.zip", archive(("p.pdf", PRINT_OF_UBL))), UBL)) == {"3": ["2/p.pdf"]}


def test_across_two_archives() -> None:
    verdict = judge(("x.zip", archive(UBL)), ("p.zip", archive(("p.pdf", PRINT_OF_UBL))))
    assert papers(verdict) == {"2/a.xml": ["3/p.pdf"]}


def test_in_messages_that_were_forwarded() -> None:
    content = forwarded(compose("1", UBL), compose("2", ("p.pdf", PRINT_OF_UBL)))
    assert papers(pipeline.examine_mail(content, CASE)) == {"2/2": ["3/2"]}


def test_several_pairs_in_any_order_by_the_numbers_that_the_pages_show() -> None:
    verdict = judge(("1.pdf", PRINT_OF_CII), ("2.pdf", PRINT_OF_UBL), UBL, CII)
    assert papers(verdict) == {"4": ["3"], "5": ["2"]}


def test_several_pairs_of_scans_by_their_names() -> None:
    verdict = judge(("b.pdf", SCAN), ("a.pdf", page(" ")), UBL, CII)
    assert papers(verdict) == {"4": ["3"], "5": ["2"]}


def test_a_scan_whose_name_has_the_number() -> None:
    verdict = judge(("RE-70421_kopie.pdf", SCAN), UBL, CII)
    assert papers(verdict) == {"3": [], "4": ["2"]}


def test_the_same_names_in_two_archives_stay_in_their_archives() -> None:
    ours = archive(("i.xml", UBL[1]), ("i.pdf", SCAN))
    theirs = archive(("i.xml", CII[1]), ("i.pdf", page(" ")))
    verdict = judge(("1.zip", ours), ("2.zip", theirs))
    assert papers(verdict) == {"2/i.xml": ["2/i.pdf"], "3/i.xml": ["3/i.pdf"]}


def test_scans_and_xml_that_take_turns() -> None:
    verdict = judge(("s1.pdf", SCAN), UBL, ("s2.pdf", page(" ")), CII)
    assert papers(verdict) == {"3": ["2"], "5": ["4"]}


def test_scans_that_could_be_of_either_stay_documents() -> None:
    verdict = judge(("s1.pdf", SCAN), ("s2.pdf", page(" ")), UBL, CII)
    assert papers(verdict) == {"2": [], "3": [], "4": [], "5": []}


def test_a_print_beside_its_hybrid() -> None:
    for order in ([HYBRID, ("p.pdf", PRINT_OF_HYBRID)], [("p.pdf", PRINT_OF_HYBRID), HYBRID]):
        verdict = judge(*order)
        (only,) = verdict.documents
        assert only.format == "factur-x"
        assert len(only.annexes) == 1


def test_a_scan_beside_a_hybrid_may_be_another_invoice() -> None:
    assert papers(judge(HYBRID, ("s.pdf", SCAN))) == {"2": [], "3": []}


@pytest.fixture
def twin(monkeypatch: pytest.MonkeyPatch) -> bytes:
    """The sale of the UBL sample as CII."""
    monkeypatch.syspath_prepend(HERE)
    sales, cii = import_module("_sales"), import_module("_cii")
    content: bytes = cii.document(sales.SEMINAR, "en16931")
    return content


def test_the_same_invoice_in_two_syntaxes_is_one_document_the_first(twin: bytes) -> None:
    for order, kept in (([UBL, ("b.xml", twin)], "ubl"), ([("b.xml", twin), UBL], "cii")):
        (only,) = judge(*order).documents
        assert (only.path, only.annexes, only.format) == ("2", ("3",), kept)


def test_two_syntaxes_that_differ_in_what_is_paid_are_held(twin: bytes) -> None:
    other = re.sub(rb"<ram:IBANID>[^<]+", b"<ram:IBANID>DE02120300000000202051", twin)
    outcomes = [one.outcome for one in judge(UBL, ("b.xml", other)).documents]
    assert outcomes == [Outcome.FILED, Outcome.HELD]


def test_a_credit_note_with_the_number_of_its_invoice_is_no_second_reading_of_it(
    twin: bytes,
) -> None:
    credit = twin.replace(b">380<", b">381<", 1)
    assert papers(judge(UBL, ("b.xml", credit))) == {"2": [], "3": []}


def test_a_credit_note_that_names_its_invoice_is_a_document_of_its_own() -> None:
    credit = page("Creditnota CN-3", "bij factuur 2026/187", "Totaal -1.234,00 EUR")
    assert papers(judge(UBL, ("c.pdf", credit))) == {"2": [], "3": []}


def test_pages_that_say_so_are_one_paper() -> None:
    scan = document("scan.jpg")[1]
    shots = [(f"Rechnung 17 Seite {n}.jpg", scan + bytes(n)) for n in (2, 1, 3)]
    assert papers(judge(*shots)) == {"3": ["2", "4"]}


def test_photographs_that_do_not_are_documents_each() -> None:
    scan = document("scan.jpg")[1]
    shots = [(f"IMG_{n}.jpg", scan + bytes(n)) for n in (1, 2, 3)]
    assert papers(judge(*shots)) == {"2": [], "3": [], "4": []}


# What travels with an invoice

ENCLOSURES = {
    "AGB": ("Allgemeine Geschäftsbedingungen", "Rechnungen sind sofort fällig"),
    "CGV": ("Conditions générales de vente", "Toute facture est payable"),
    "Lieferschein": ("Lieferschein 4711", "3 Stück Lochblech"),
    "bon de livraison": ("Bon de livraison 88", "3 cartons"),
    "delivery note": ("Delivery note 12", "3 boxes"),
    "pakbon": ("Pakbon 12", "3 dozen"),
    "timesheet": ("Stundenzettel September", "Summe 37,50 Std"),
    "certificate": ("Certificate of conformity", "Invoice total 10,00 EUR"),
    "price list": ("Preisliste 2026", "Summe ab 100,00 EUR je Rechnung"),
    "mandate": ("SEPA-Lastschriftmandat", "Betrag 120,00 EUR je Rechnung"),
    "order": ("Bestellung 4711", "Gesamtbetrag 120,00 EUR"),
    "bon de commande": ("Bon de commande 17", "Montant total 120,00 EUR"),
    "quotation": ("Angebot 12", "Gesamtbetrag 120,00 EUR"),
    "reminder": ("Zahlungserinnerung", "Rechnung 99 Gesamtbetrag 120,00 EUR"),
    "relance": ("Relance n° 1", "facture F-1, montant 120,00 EUR"),
    "tax certificate": ("Freistellungsbescheinigung", "zum Steuerabzug"),
    "bank details": ("Relevé d'identité bancaire", "IBAN FR76"),
}


@pytest.mark.parametrize("lines", ENCLOSURES.values(), ids=ENCLOSURES)
@pytest.mark.parametrize("invoice", [UBL, HYBRID, ("i.pdf", OTHER)], ids=["xml", "hybrid", "page"])
def test_papers_are_annexes(lines: tuple[str, ...], invoice: Attachment) -> None:
    assert papers(judge(("paper.pdf", page(*lines)), invoice)) == {"3": ["2"]}


@pytest.mark.parametrize(
    "lines",
    [
        ("Rechnung 17", "Bestellung 4711", "Gesamtbetrag 120,00 EUR"),
        ("Bestellung: 4711", "Rechnung 17", "Gesamtbetrag 120,00 EUR"),
        ("Facture F-9", "Bon de livraison 88", "Total TTC 120,00 EUR"),
        ("Faktura VAT 5/2026", "Do zaplaty 123,00 EUR"),
    ],
)
def test_an_invoice_that_names_its_order_is_an_invoice(lines: tuple[str, ...]) -> None:
    assert papers(judge(UBL, ("i.pdf", page(*lines)))) == {"2": [], "3": []}


def test_a_scanned_paper_is_told_by_its_name() -> None:
    assert papers(judge(HYBRID, ("AGB_2026.pdf", SCAN))) == {"2": ["3"]}


def test_terms_go_to_the_first_of_several_invoices() -> None:
    assert papers(judge(("t.pdf", TERMS), UBL, CII)) == {"3": ["2"], "4": []}


def test_a_paper_goes_to_the_invoice_that_it_names() -> None:
    note = page("Lieferschein 4711", "zu RE-70421")
    assert papers(judge(UBL, CII, ("l.pdf", note))) == {"2": [], "3": ["4"]}
    assert papers(judge(UBL, CII, ("anlage-re-70421.txt", b"Stunden\n"))) == {"2": [], "3": ["4"]}


def test_a_paper_goes_to_the_invoice_that_it_was_sent_with() -> None:
    content = forwarded(compose("1", UBL), compose("2", CII, ("t.pdf", TERMS)))
    assert papers(pipeline.examine_mail(content, CASE)) == {"2/2": [], "3/2": ["3/3"]}


def test_a_photograph_named_as_another_invoice_is_one() -> None:
    scan = document("scan.jpg")[1]
    assert papers(judge(UBL, ("Rechnung_18.jpg", scan))) == {"2": [], "3": []}
    assert papers(judge(UBL, ("DSC_18.jpg", scan))) == {"2": ["3"]}


# Invoices written in Word


def word() -> bytes:
    return archive(("[Content_Types].xml", b"<Types/>"), ("word/document.xml", b"<document/>"))


def test_a_word_file_beside_nothing_but_terms_is_the_invoice_and_is_held() -> None:
    verdict = judge(("t.pdf", TERMS), ("2026-17.docx", word()))
    (only,) = verdict.documents
    assert (only.path, only.annexes, only.outcome) == ("3", ("2",), Outcome.HELD)
    assert [one.reason for one in only.findings] == ["file-type-refused"]


def test_a_word_file_named_as_an_invoice_beside_a_letter_is_held_by_itself() -> None:
    letter = page("Bonjour", "nous vous devons 12,00 EUR")
    verdict = judge(("l.pdf", letter), ("Facture 17.docx", word()))
    assert [one.outcome for one in verdict.documents] == [Outcome.FILED, Outcome.HELD]


def test_a_word_file_beside_an_invoice_is_its_annex() -> None:
    assert papers(judge(UBL, ("Stunden.docx", word()))) == {"2": ["3"]}


# What is wrong with one file


@pytest.mark.parametrize("bad", ["locked.zip", "damaged.pdf", "protected.pdf", "broken.xml"])
def test_a_bad_file_is_held_and_its_neighbour_filed(bad: str) -> None:
    verdict = judge(UBL, document(bad))
    assert [one.outcome for one in verdict.documents] == [Outcome.FILED, Outcome.HELD]
    assert papers(verdict) == {"2": [], "3": []}


def test_three_good_and_one_broken() -> None:
    verdict = judge(UBL, CII, HYBRID, document("damaged.pdf"))
    outcomes = [one.outcome.value for one in verdict.documents]
    assert outcomes == ["filed", "filed", "filed", "held"]


def test_what_is_wrong_with_an_archive_is_told_of_what_is_in_it() -> None:
    verdict = judge(("rechnung.pdf", archive(UBL)))
    (only,) = verdict.documents
    assert "type-mismatch" in {one.reason for one in only.findings}
    assert only.outcome is Outcome.HELD


def test_a_deceptive_name_of_an_annex_is_not_lost() -> None:
    for name, content in (
        ("a.txt\u202e", b"Stunden\n"),
        ("l\u202egnp.png", document("logo.png")[1]),
    ):
        verdict = judge(UBL, (name, content))
        held = [one for one in verdict.documents if one.outcome is Outcome.HELD]
        assert [found.reason for one in held for found in one.findings] == ["name-deceptive"]


def test_an_empty_archive_with_a_deceptive_name_is_not_lost() -> None:
    (only,) = judge(("a\u202ezip", archive())).documents
    assert "name-deceptive" in {found.reason for found in only.findings}


def test_a_file_in_a_pdf_counts_only_once() -> None:
    verdict = judge(("p.pdf", with_file(OTHER, "t.pdf", TERMS)))
    assert papers(verdict) == {"2": ["2/t.pdf"]}


def test_the_trail_leads_through_every_wrapping() -> None:
    outlook = tnef(attachment("facture.pdf", HYBRID[1]))
    inner = compose("Facture")
    inner.add_attachment(outlook, "application", "ms-tnef", filename="winmail.dat")
    verdict = judge(("fwd.eml", inner.as_bytes()))
    (only,) = verdict.documents
    (found,) = [part for part in verdict.parts if part.path == only.path]
    assert found.trail == ("mail", "fwd.eml", "winmail.dat", "facture.pdf")
    assert only.outcome is Outcome.FILED
