"""The main job from outside: each kind of mail by SMTP to a running ingestd, its verdict by the CLI."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests._clamd import Clamd
from tests._instance import Instance
from tests.documents.mails import COMPANY, MAILS

FILED = {
    "factur-x": "factur-x-en16931.pdf",
    "factur-x-basic": "factur-x-basic.pdf",
    "factur-x-minimum": "factur-x-minimum.pdf",
    "ubl-invoice": "ubl-invoice.xml",
    "ubl-credit-note": "ubl-credit-note.xml",
    "cii-invoice": "cii-invoice.xml",
    "xrechnung": "xrechnung-cii.xml",
    "zugferd-1": "zugferd-1.xml",
    "plain-pdf": "",
    "scan": "",
}
"""Mails that are filed, and the document whose expected fields the ledger must have."""

HELD = {
    "virus": "virus-found",
    "program": "file-type-refused",
    "locked-zip": "archive-refused",
    "empty-file": "file-empty",
    "broken-xml": "xml-broken",
    "doctype": "xml-broken",
    "order": "not-an-invoice",
    "fatturapa": "format-foreign",
    "wrong-total": "totals-wrong",
    "missing-fields": "fields-missing",
    "wrong-recipient": "wrong-recipient",
    "two-content-types": "mail-ambiguous",
    "encrypted": "mail-unreadable",
}
IGNORED = {
    "no-attachment": "no-attachment",
    "automatic": "automatic-message",
}


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory, clamd: Clamd) -> Iterator[Instance]:
    instance = Instance(tmp_path_factory.mktemp("journey"), clamd.socket)
    instance.add_company()
    with instance.serving():
        yield instance


@pytest.fixture(scope="module")
def sent(running: Instance) -> dict[str, str]:
    """Send every mail at once, as strangers do, and wait for all verdicts: name to spool id."""
    ids = {name: running.send(MAILS[name]()) for name in (*FILED, *HELD, *IGNORED)}
    for mail_id in ids.values():
        running.judged(mail_id)
    return ids


@pytest.fixture(scope="module")
def ledger(running: Instance, sent: dict[str, str]) -> list[dict[str, Any]]:
    return running.invoices()


@pytest.fixture(scope="module")
def inbox(running: Instance, sent: dict[str, str]) -> list[dict[str, Any]]:
    return running.inbox()


@pytest.mark.parametrize(("name", "document"), FILED.items())
def test_an_invoice_is_filed_with_its_fields(
    name: str, document: str, sent: dict[str, str], ledger: list[dict[str, Any]], documents: Path
) -> None:
    (row,) = [row for row in ledger if row["mail_id"] == sent[name]]
    assert row["company"] == COMPANY
    assert row["status"] == "to_confirm"
    if document:
        truth = json.loads((documents / f"{document}.expected.json").read_text(encoding="utf-8"))
        assert row["format"] == truth["format"]
        if truth["profile"]:
            assert row["profile"] == truth["profile"]
        assert {key: row[key] for key in truth["invoice"]} == truth["invoice"]


@pytest.mark.parametrize(("name", "reason"), HELD.items())
def test_what_cannot_be_filed_is_held_with_its_reason(
    name: str, reason: str, sent: dict[str, str], inbox: list[dict[str, Any]]
) -> None:
    rows = [row for row in inbox if row["mail_id"] == sent[name]]
    assert {row["outcome"] for row in rows} == {"held"}
    findings = {one["reason"]: one for row in rows for one in row["findings"]}
    assert reason in findings
    assert findings[reason]["text"]["en"]
    assert findings[reason]["text"]["fr"]
    assert findings[reason]["text"]["en"] != findings[reason]["text"]["fr"]


@pytest.mark.parametrize(("name", "reason"), IGNORED.items())
def test_what_has_nothing_to_file_is_ignored_and_recorded(
    name: str, reason: str, sent: dict[str, str], inbox: list[dict[str, Any]]
) -> None:
    rows = [row for row in inbox if row["mail_id"] == sent[name]]
    assert {row["outcome"] for row in rows} == {"ignored"}
    assert reason in {one["reason"] for row in rows for one in row["findings"]}


def test_nothing_held_is_in_the_ledger(sent: dict[str, str], ledger: list[dict[str, Any]]) -> None:
    filed = {row["mail_id"] for row in ledger}
    assert filed == {sent[name] for name in FILED}


@pytest.mark.parametrize("name", ["factur-x", "virus", "no-attachment"])
def test_a_mail_is_found_by_the_id_of_its_250(
    name: str, running: Instance, sent: dict[str, str]
) -> None:
    shown = json.dumps(running.json("inbox", "show", sent[name]))
    assert sent[name] in shown


def test_an_invoice_is_shown_by_its_id(
    running: Instance, sent: dict[str, str], ledger: list[dict[str, Any]]
) -> None:
    (row,) = [row for row in ledger if row["mail_id"] == sent["cii-invoice"]]
    assert running.json("invoice", "show", row["id"])["number"] == "RE-70421"


def test_the_spool_is_empty_once_all_is_judged(running: Instance, sent: dict[str, str]) -> None:
    assert running.json("spool", "list") == []


def test_the_same_file_again_is_a_duplicate(running: Instance, sent: dict[str, str]) -> None:
    again = running.send(MAILS["two-invoices"](run="again"))
    running.judged(again)
    assert running.invoices(again) == []
    reasons = {one["reason"] for row in running.inbox(again) for one in row["findings"]}
    assert reasons & {"duplicate-file", "duplicate-invoice"}


def test_the_virus_cannot_be_taken_out_or_released(
    running: Instance, inbox: list[dict[str, Any]], sent: dict[str, str]
) -> None:
    (row,) = [row for row in inbox if row["mail_id"] == sent["virus"]]
    command = ("inbox", "release", row["id"], "--waive", "virus-found", "--why", "a test")
    done = running.run(*command)
    assert done.returncode != 0
    assert running.invoices(sent["virus"]) == []


def test_the_original_is_kept_byte_for_byte(
    running: Instance,
    sent: dict[str, str],
    ledger: list[dict[str, Any]],
    documents: Path,
    tmp_path: Path,
) -> None:
    (row,) = [row for row in ledger if row["mail_id"] == sent["factur-x"]]
    copy = tmp_path / "original.eml"
    done = running.run("invoice", "original", row["id"], "--mail", "-o", str(copy))
    assert done.returncode == 0, done.stderr
    assert copy.read_bytes() == MAILS["factur-x"]()
    done = running.run("invoice", "original", row["id"], "-o", str(copy))
    assert done.returncode == 0, done.stderr
    assert copy.read_bytes() == (documents / "factur-x-en16931.pdf").read_bytes()


def test_an_invoice_is_confirmed_by_an_operator(
    running: Instance, sent: dict[str, str], ledger: list[dict[str, Any]]
) -> None:
    (row,) = [row for row in ledger if row["mail_id"] == sent["ubl-invoice"]]
    assert running.run("invoice", "confirm", row["id"]).returncode == 0
    assert running.json("invoice", "show", row["id"])["status"] == "confirmed"


@pytest.mark.parametrize("name", ["wrong-total", "wrong-recipient"])
def test_a_release_files_the_invoice(
    name: str, running: Instance, sent: dict[str, str], inbox: list[dict[str, Any]]
) -> None:
    (row,) = [row for row in inbox if row["mail_id"] == sent[name]]
    waived = [
        word
        for one in row["findings"]
        if one["weight"] in ("hold", "stop")
        for word in ("--waive", one["reason"])
    ]
    done = running.run("inbox", "release", row["id"], *waived, "--why", "agreed by telephone")
    assert done.returncode == 0, done.stderr
    (filed,) = running.invoices(sent[name])
    assert filed["number"].startswith("2026/19")


def test_a_rejected_document_stays_out(
    running: Instance, sent: dict[str, str], inbox: list[dict[str, Any]]
) -> None:
    (row,) = [row for row in inbox if row["mail_id"] == sent["missing-fields"]]
    done = running.run(
        "inbox", "reject", row["id"], "--code", "refused-by-operator", "--why", "no number"
    )
    assert done.returncode == 0, done.stderr
    assert running.invoices(sent["missing-fields"]) == []


def test_the_verdict_can_be_read_in_french(running: Instance, sent: dict[str, str]) -> None:
    done = running.run("--lang", "fr", "inbox", "show", sent["no-attachment"])
    assert "pièce jointe" in done.stdout


def test_check_judges_without_effect(running: Instance, documents: Path) -> None:
    before = len(running.invoices())
    for name in filter(None, FILED.values()):
        done = running.run("check", str(documents / name), "--company", COMPANY, "--json")
        judged = json.loads(done.stdout)
        truth = json.loads((documents / f"{name}.expected.json").read_text(encoding="utf-8"))
        (document,) = judged["documents"]
        read = document["invoice"]
        assert {key: read[key] for key in truth["invoice"]} == truth["invoice"], name
        assert judged["scanned"] is True
    assert len(running.invoices()) == before
