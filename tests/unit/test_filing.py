"""Filing: once, whole, only clean bytes, and no second copy."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy.exc import IntegrityError

from ingestd.model import (
    Bilingual,
    DocumentState,
    Finding,
    Format,
    InvoiceStatus,
    Outcome,
    Role,
    Weight,
)
from ingestd.store import Conflict, NotFound, Store, companies, filing, inbox, ledger
from ingestd.store.history import History
from ingestd.store.records import document_id, fold_id
from tests._judgements import (
    NOW,
    RECEIVED,
    VAT,
    document,
    hashes,
    make_store,
    message,
    part,
    verdict,
)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return make_store(tmp_path)


def file_one(
    store: Store, spool_id: str = "mail1", content: bytes = b"pdf", **options: object
) -> str:
    judged = verdict(document(**options), parts=(part("2", content),))  # type: ignore[arg-type]
    mail = message(spool_id, f"From: x\r\n\r\n{spool_id}".encode())
    return filing.file(store, mail, judged, hashes(judged), NOW)[0]


def test_a_company_sees_its_own_addresses_in_the_trace(store: Store) -> None:
    companies.add(store, "BE0202239951", "another")
    companies.add(store, VAT, "ours")
    addresses = ("be0202239951@in.example.com", "FR40.303.265.045+x@in.example.com")
    mail = message()
    mail = replace(mail, envelope=replace(mail.envelope, rcpt_to=addresses))
    judged = verdict(document())
    (doc,) = filing.file(store, mail, judged, hashes(judged), NOW)
    trace = inbox.show(store, doc)[0].trace
    assert "Delivered-To: FR40.303.265.045+x@in.example.com\r\n" in trace
    assert "be0202239951" not in trace
    assert filing.load_message(store, doc).content == mail.content, "the octets are as they came"


def test_a_filed_document_is_a_purchase_invoice(store: Store) -> None:
    (doc,) = filing.file(store, message(), verdict(document()), hashes(verdict(document())), NOW)
    filed = ledger.show(store, doc)
    assert filed.status is InvoiceStatus.TO_CONFIRM
    assert (filed.company, filed.mail_id, filed.format) == (VAT, "mail1", Format.UBL)
    assert (filed.received_at, filed.filed_at) == (RECEIVED, NOW)
    assert filed.invoice
    assert filed.invoice.total_amount_with_vat == Decimal("120.00")
    assert filed.invoice.lines[0].quantity == Decimal("2.50")
    assert filed.invoice.sources["number"].origin == "xml"


def test_the_original_is_kept_byte_for_byte(store: Store) -> None:
    doc = file_one(store, content=b"%PDF-\xff\x00")
    assert ledger.original(store, doc) == b"%PDF-\xff\x00"
    assert ledger.original_mail(store, doc) == b"From: x\r\n\r\nmail1"


def test_filing_again_changes_nothing(store: Store) -> None:
    first = file_one(store)
    assert file_one(store) == first
    assert len(ledger.list_invoices(store, ledger.Filter())) == 1
    assert filing.already_judged(store, "mail1", VAT)
    assert not filing.already_judged(store, "mail1", "BE0764312983")


def test_ids_are_the_same_whenever_judged_and_short_to_type() -> None:
    doc = document_id("mail1", VAT, "2")
    assert doc == document_id("mail1", VAT, "2")
    assert len({document_id("mail1", VAT, str(path)) for path in range(1000)}) == 1000
    assert fold_id(doc.lower().replace("1", "l").replace("0", "o")) == doc


def test_bytes_that_were_not_scanned_clean_are_never_filed(store: Store) -> None:
    with pytest.raises(IntegrityError):
        filing.file(store, message(), verdict(document()), frozenset(), NOW)
    assert not filing.already_judged(store, "mail1", VAT)


def test_an_annex_that_was_not_scanned_clean_keeps_its_invoice_out(store: Store) -> None:
    parts = (part("2", b"invoice"), part("3", b"annex", Role.ANNEX))
    judged = verdict(document(annexes=("3",)), parts=parts)
    with pytest.raises(IntegrityError):
        filing.file(store, message(), judged, frozenset({parts[0].sha256}), NOW)
    filing.file(store, message(), judged, hashes(judged), NOW)


def test_held_bytes_need_no_scan(store: Store) -> None:
    judged = verdict(document("2", Outcome.HELD, Finding("virus-found", "2")), outcome=Outcome.HELD)
    (doc,) = filing.file(store, message(), judged, frozenset(), NOW)
    mail, _ = inbox.show(store, doc)
    assert mail.documents[0].state is DocumentState.OPEN


def test_the_same_invoice_is_filed_once(store: Store) -> None:
    first = file_one(store)
    with pytest.raises(Conflict, match=first):
        file_one(store, "mail2", b"another pdf")
    with pytest.raises(Conflict, match=first):
        file_one(store, "mail3", key="another key")
    assert not filing.already_judged(store, "mail2", VAT)


def test_of_many_that_file_one_invoice_at_once_one_succeeds(store: Store) -> None:
    def attempt(number: int) -> bool:
        try:
            file_one(store, f"mail{number}", str(number).encode())
        except Conflict:
            return False
        return True

    with ThreadPoolExecutor(8) as threads:
        assert sum(threads.map(attempt, range(16))) == 1
    assert len(ledger.list_invoices(store, ledger.Filter())) == 1


def test_of_many_that_file_one_mail_at_once_all_agree(store: Store) -> None:
    with ThreadPoolExecutor(8) as threads:
        ids = set(threads.map(lambda _: file_one(store), range(16)))
    assert [one.id for one in ledger.list_invoices(store, ledger.Filter())] == [*ids]


def test_invoices_without_number_do_not_clash(store: Store) -> None:
    file_one(store, content=b"1", key=None)
    file_one(store, "mail2", b"2", key=None)
    assert len(ledger.list_invoices(store, ledger.Filter())) == 2


def test_a_released_copy_is_filed_beside_the_first(store: Store) -> None:
    file_one(store)
    held = verdict(document("2", Outcome.HELD, Finding("duplicate-invoice", "2")))
    (doc,) = filing.file(store, message("mail2"), held, hashes(held), NOW)
    again = verdict(document())
    with pytest.raises(Conflict):
        filing.refile(store, doc, again, hashes(again), NOW)
    waived = frozenset({"duplicate-invoice"})
    assert filing.refile(store, doc, again, hashes(again), NOW, waived) is Outcome.FILED
    assert len(ledger.list_invoices(store, ledger.Filter())) == 2


def test_a_released_copy_of_the_same_file_is_the_same_invoice(store: Store) -> None:
    file_one(store)
    ignored = verdict(document("2", Outcome.IGNORED), parts=(part("2", b"pdf"),))
    (doc,) = filing.file(store, message("mail2"), ignored, hashes(ignored), NOW)
    again = verdict(document(), parts=(part("2", b"pdf"),))
    waived = frozenset({"duplicate-file"})
    assert filing.refile(store, doc, again, hashes(again), NOW, waived) is Outcome.FILED


def test_refiling_replaces_one_document_and_leaves_its_siblings(store: Store) -> None:
    held = Finding("totals-wrong", "2", detail="x")
    judged = verdict(
        document("2", Outcome.HELD, held), document("3", Outcome.HELD, held, key="other")
    )
    first, second = filing.file(store, message(), judged, hashes(judged), NOW)
    waived = frozenset({"totals-wrong"})
    noted = replace(held, weight=Weight.NOTE)
    again = verdict(document("2", Outcome.FILED, noted), document("3", key="other"))
    assert filing.refile(store, first, again, hashes(again), NOW, waived) is Outcome.FILED
    mail, _ = inbox.show(store, first)
    assert mail.outcome is Outcome.HELD
    one, other = mail.documents
    assert (one.id, one.state, one.findings[0].waived) == (first, DocumentState.RELEASED, True)
    assert (other.id, other.outcome, other.state) == (second, Outcome.HELD, DocumentState.OPEN)
    assert ledger.show(store, first)
    with pytest.raises(NotFound):
        ledger.show(store, second)


def test_refiling_what_is_filed_changes_nothing(store: Store) -> None:
    doc = file_one(store)
    again = verdict(document("2", Outcome.HELD, Finding("totals-wrong", "2")))
    assert filing.refile(store, doc, again, hashes(again), NOW) is Outcome.FILED


def test_refiling_tells_when_the_document_is_gone(store: Store) -> None:
    judged = verdict(document("2", Outcome.HELD, Finding("totals-wrong", "2")))
    (doc,) = filing.file(store, message(), judged, hashes(judged), NOW)
    with pytest.raises(NotFound, match="no document of its own"):
        filing.refile(store, doc, verdict(document("3")), frozenset(), NOW)


def test_a_mail_without_documents_is_one_row(store: Store) -> None:
    judged = verdict(outcome=Outcome.IGNORED, findings=(Finding("no-attachment"),))
    (doc,) = filing.file(store, message(), judged, frozenset(), NOW)
    (row,) = inbox.list_rows(store, inbox.Filter(ignored=True))
    assert (row.document.id, row.document.path) == (doc, "")
    assert [one.reason for one in row.findings] == ["no-attachment"]
    assert inbox.list_rows(store, inbox.Filter()) == []


def test_a_released_mail_without_documents_files_what_it_has_now(store: Store) -> None:
    judged = verdict(outcome=Outcome.IGNORED, findings=(Finding("no-attachment"),))
    (doc,) = filing.file(store, message(), judged, frozenset(), NOW)
    again = verdict(document("1"))
    assert filing.refile(store, doc, again, hashes(again), NOW) is Outcome.FILED
    mail, _ = inbox.show(store, doc)
    assert [one.path for one in mail.documents if one.outcome is Outcome.FILED] == ["", "1"]
    assert len(ledger.list_invoices(store, ledger.Filter())) == 1


def test_a_company_that_trusts_data_has_it_confirmed(store: Store) -> None:
    companies.add(store, VAT)
    companies.change(store, VAT, auto_confirm=True)
    assert ledger.show(store, file_one(store)).status is InvoiceStatus.CONFIRMED
    page = replace(document(key="other"), format=Format.PDF)
    judged = verdict(page, parts=(part("2", b"scan"),))
    (doc,) = filing.file(store, message("mail2"), judged, hashes(judged), NOW)
    assert ledger.show(store, doc).status is InvoiceStatus.TO_CONFIRM


def test_every_part_is_recorded_and_only_documents_are_blobs(store: Store) -> None:
    parts = (
        part("1", b"", Role.IGNORED),
        part("2", b"invoice"),
        part("3", b"", Role.SEALED),
        part("4", b"annex", Role.ANNEX),
    )
    judged = verdict(document(annexes=("4",)), parts=parts)
    (doc,) = filing.file(store, message(), judged, hashes(judged), NOW)
    mail, _ = inbox.show(store, doc)
    assert [(one.path, one.role) for one in mail.parts[1:]] == [
        ("1", Role.IGNORED),
        ("2", Role.DOCUMENT),
        ("3", Role.SEALED),
        ("4", Role.ANNEX),
    ]
    assert mail.parts[2].trail == ("mail", "part-2.pdf")
    kept = [file.name for file in store.blobs.root.rglob("*") if file.is_file()]
    assert sorted(kept) == sorted([mail.sha256, parts[1].sha256, parts[3].sha256])


def test_a_finding_is_kept_as_it_was_told(store: Store) -> None:
    finding = Finding(
        "totals-wrong",
        "2",
        "BR-CO-15",
        Bilingual("the sum", "la somme"),
        Weight.NOTE,
        {"number": "F-17"},
    )
    (doc,) = filing.file(
        store, message(), verdict(document("2", Outcome.HELD, finding)), frozenset(), NOW
    )
    mail, _ = inbox.show(store, doc)
    (told,) = mail.documents[0].findings
    assert (told.reason, told.weight, told.term) == ("totals-wrong", Weight.NOTE, "BR-CO-15")
    assert told.detail == Bilingual("the sum", "la somme")
    assert "F-17" in told.text.fr
    assert "la somme" in told.text.fr


def test_what_a_stranger_wrote_cannot_make_filing_fail(store: Store) -> None:
    nasty = "\0\udc80\U0010ffff'; DROP TABLE mail; --"
    judged = verdict(
        document("2", Outcome.HELD, Finding("totals-wrong", nasty, nasty, nasty), key=nasty),
        parts=(part("2", b"x", name=nasty),),
        subject=nasty,
    )
    (doc,) = filing.file(store, message(), judged, frozenset(), NOW)
    mail, _ = inbox.show(store, doc)
    assert "DROP TABLE" in mail.header.subject


def test_history_knows_other_mails_only(store: Store) -> None:
    doc = file_one(store)
    (mail, _), key = inbox.show(store, doc), "FR61954506077/F-17/2026"
    own, other = History(store, VAT, "mail1"), History(store, VAT, "mail2")
    file = ledger.show(store, doc).sha256
    assert (own.filed_file(file), own.filed_invoice(key), own.filed_mail(mail.sha256)) == (
        None,
    ) * 3
    assert other.filed_file(file) == other.filed_invoice(key)
    assert (found := other.filed_file(file))
    assert (found.id, found.number, found.filed_on) == (doc, "F-17", NOW.date())
    assert (first := other.filed_mail(mail.sha256))
    assert first.id == "mail1"
    assert History(store, "BE0764312983", "mail2").filed_file(file) is None


def test_history_knows_a_supplier_by_what_was_filed_of_it(store: Store) -> None:
    file_one(store)
    known = History(store, VAT, "mail2").known_supplier("FR61954506077")
    assert known
    assert known.numbers == ("F-17",)
    assert History(store, VAT, "mail1").known_supplier("FR61954506077") is None
    assert History(store, "BE0764312983", "mail2").known_supplier("FR61954506077") is None
    for account in known.payment_account_identifiers:
        assert History(store, VAT, "mail2").known_supplier(account) == known


@pytest.mark.parametrize(
    ("filed_as", "key"),
    [
        ("CHE-107.787.577 MWST", "CHE107787577MWST"),
        ("CHE-107.787.577 IVA", "CHE107787577MWST"),
        ("BE 403.170.701", "BE0403170701"),
    ],
)
def test_history_knows_a_supplier_however_its_number_was_written(
    store: Store, filed_as: str, key: str
) -> None:
    shown = document()
    assert shown.invoice
    judged = verdict(replace(shown, invoice=replace(shown.invoice, seller_vat_identifier=filed_as)))
    filing.file(store, message(), judged, hashes(judged), NOW)
    known = History(store, VAT, "mail2").known_supplier(key)
    assert known
    assert known.vat_identifier == key
    assert History(store, VAT, "mail2").known_supplier("FR61954506077") is None


def test_an_ignored_mail_is_not_the_first_one_that_counts(store: Store) -> None:
    judged = verdict(outcome=Outcome.IGNORED, findings=(Finding("mail-duplicate"),))
    filing.file(store, message(), judged, frozenset(), NOW)
    mail, _ = inbox.show(store, "mail1")
    assert History(store, VAT, "mail2").filed_mail(mail.sha256) is None


def test_the_message_can_be_judged_again_as_it_was_spooled(store: Store) -> None:
    judged = verdict(document("2", Outcome.HELD, Finding("totals-wrong", "2")))
    (doc,) = filing.file(store, message(), judged, hashes(judged), NOW)
    assert filing.load_message(store, doc) == message()
