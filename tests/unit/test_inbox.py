"""The inbox: what is listed, found and decided."""

from datetime import timedelta
from pathlib import Path

import pytest

from ingestd.model import Decision, DocumentState, Finding, InvoiceStatus, Outcome
from ingestd.store import NotFound, Store, filing, inbox, ledger
from ingestd.store.inbox import DecisionError, Filter
from tests._judgements import NOW, RECEIVED, VAT, document, hashes, make_store, message, verdict

WHY = Decision(
    what="reject", operator="jeanne", why="not ours", decided_at=NOW, code="not-an-invoice"
)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return make_store(tmp_path)


def hold(store: Store, spool_id: str, *reasons: str, mail: tuple[str, ...] = ()) -> str:
    findings = [Finding(reason, "2") for reason in reasons]
    judged = verdict(
        document("2", Outcome.HELD, *findings),
        findings=tuple(Finding(reason) for reason in mail),
        outcome=Outcome.HELD,
    )
    return filing.file(store, message(spool_id), judged, hashes(judged), NOW)[0]


def reasons(store: Store, chosen: Filter) -> list[list[str]]:
    return [[one.reason for one in row.findings] for row in inbox.list_rows(store, chosen)]


def test_what_waits_is_listed_with_all_its_reasons(store: Store) -> None:
    hold(store, "mail1", "totals-wrong", "wrong-recipient", mail=("sender-unproven",))
    assert reasons(store, Filter()) == [["totals-wrong", "wrong-recipient", "sender-unproven"]]


def test_the_list_can_be_narrowed(store: Store) -> None:
    hold(store, "mail1", "totals-wrong")
    hold(store, "mail2", "pdf-active", mail=("sender-unproven",))
    assert reasons(store, Filter(reason="pdf-active")) == [["pdf-active", "sender-unproven"]]
    assert len(reasons(store, Filter(reason="sender-unproven"))) == 1
    assert len(reasons(store, Filter(company=VAT))) == 2
    assert reasons(store, Filter(company="BE0764312983")) == []
    assert len(reasons(store, Filter(since=RECEIVED))) == 2
    assert reasons(store, Filter(since=RECEIVED + timedelta(seconds=1))) == []


def test_a_document_is_found_by_the_beginning_of_its_id(store: Store) -> None:
    doc = hold(store, "mail1", "totals-wrong")
    assert inbox.show(store, doc[:5].lower())[1] == doc
    mail, chosen = inbox.show(store, "mail1")
    assert (mail.mail_id, chosen) == ("mail1", None)


@pytest.mark.parametrize("given", ["", "-", "nothing", "%", "_", "*"])
def test_an_id_that_names_nothing_is_told(given: str, store: Store) -> None:
    hold(store, "mail1", "totals-wrong")
    with pytest.raises(NotFound):
        inbox.show(store, given)


def test_a_beginning_of_several_ids_is_told(store: Store) -> None:
    ids = [hold(store, f"mail{number}", "totals-wrong") for number in range(40)]
    first = next(doc[0] for doc in ids if sum(other[0] == doc[0] for other in ids) > 1)
    with pytest.raises(NotFound, match="several"):
        inbox.show(store, first)


def test_a_mail_for_several_companies_is_asked_about(store: Store) -> None:
    from dataclasses import replace

    judged = verdict(outcome=Outcome.IGNORED, findings=(Finding("no-attachment"),))
    for company in (VAT, "BE0764312983"):
        filing.file(store, replace(message(), company=company), judged, frozenset(), NOW)
    with pytest.raises(NotFound, match="--company"):
        inbox.show(store, "mail1")
    assert inbox.show(store, "mail1", VAT)[0].company == VAT


def test_without_names_a_release_waives_exactly_what_holds(store: Store) -> None:
    doc = hold(store, "mail1", "totals-wrong", "supplier-new", mail=("sender-unproven",))
    mail, _ = inbox.show(store, doc)
    assert inbox.releasable(mail, doc, frozenset()) == {"totals-wrong", "sender-unproven"}
    assert inbox.releasable(mail, doc, frozenset({"totals-wrong"})) == {"totals-wrong"}


@pytest.mark.parametrize("code", ["virus-found", "scan-inconclusive", "file-type-refused"])
def test_what_protects_everybody_is_never_waived(code: str, store: Store) -> None:
    doc = hold(store, "mail1", code)
    mail, _ = inbox.show(store, doc)
    for waive in (frozenset[str](), frozenset({code})):
        with pytest.raises(DecisionError, match=code):
            inbox.releasable(mail, doc, waive)


def test_an_unknown_reason_cannot_be_waived(store: Store) -> None:
    doc = hold(store, "mail1", "totals-wrong")
    with pytest.raises(DecisionError, match="no such reason: nonsense"):
        inbox.releasable(inbox.show(store, doc)[0], doc, frozenset({"nonsense"}))


def test_a_rejected_document_says_so_and_leaves_the_list(store: Store) -> None:
    doc = hold(store, "mail1", "totals-wrong")
    assert inbox.reject(store, doc[:6], "not-an-invoice", WHY) == doc
    assert inbox.list_rows(store, Filter()) == []
    (row,) = inbox.list_rows(store, Filter(rejected=True))
    assert row.document.state is DocumentState.REJECTED
    refusal = row.findings[-1]
    assert refusal.reason == "refused-by-operator"
    assert "not-an-invoice: not ours" in refusal.text.en
    mail, _ = inbox.show(store, doc)
    assert mail.documents[0].decisions == (WHY,)


def test_a_decision_is_taken_once(store: Store) -> None:
    doc = hold(store, "mail1", "totals-wrong")
    inbox.reject(store, doc, "not-an-invoice", WHY)
    with pytest.raises(DecisionError, match="rejected"):
        inbox.reject(store, doc, "not-an-invoice", WHY)
    with pytest.raises(DecisionError, match="rejected"):
        inbox.releasable(inbox.show(store, doc)[0], doc, frozenset())


def test_what_is_filed_is_not_rejected_or_released(store: Store) -> None:
    judged = verdict(document())
    (doc,) = filing.file(store, message(), judged, hashes(judged), NOW)
    with pytest.raises(DecisionError, match="filed"):
        inbox.reject(store, doc, "not-an-invoice", WHY)
    with pytest.raises(DecisionError, match="filed"):
        inbox.releasable(inbox.show(store, doc)[0], doc, frozenset())


@pytest.mark.parametrize("code", ["nonsense", "rcpt-unknown"])
def test_only_a_reason_of_documents_can_be_the_reason(code: str, store: Store) -> None:
    with pytest.raises(DecisionError, match="no such reason"):
        inbox.reject(store, hold(store, "mail1", "totals-wrong"), code, WHY)


def test_confirming_is_recorded_once(store: Store) -> None:
    judged = verdict(document())
    (doc,) = filing.file(store, message(), judged, hashes(judged), NOW)
    decision = Decision(what="confirm", operator="jeanne", why="", decided_at=NOW)
    for _ in range(2):
        assert ledger.confirm(store, doc, decision).status is InvoiceStatus.CONFIRMED
    assert inbox.show(store, doc)[0].documents[0].decisions == (decision,)
    assert len(ledger.list_invoices(store, ledger.Filter(status=InvoiceStatus.CONFIRMED))) == 1
    assert ledger.list_invoices(store, ledger.Filter(status=InvoiceStatus.TO_CONFIRM)) == []


def test_a_held_document_is_not_in_the_ledger(store: Store) -> None:
    doc = hold(store, "mail1", "totals-wrong")
    with pytest.raises(NotFound, match=f"inbox show {doc}"):
        ledger.show(store, doc)
