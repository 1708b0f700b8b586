"""`ingestd inbox` and `ingestd invoice`: what operators see and do."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from ingestd.cli import main
from ingestd.config import Settings
from ingestd.model import Finding, Outcome, Unavailable, Verdict
from ingestd.store import Store, filing
from tests._judgements import (
    NOW,
    VAT,
    document,
    hashes,
    make_store,
    message,
    part,
    verdict,
)

CONTRACT_INVOICE = (
    "id company status format profile mail_id received_at filed_at "
    "number type_code issue_date payment_due_date currency_code seller_name seller_vat_identifier "
    "seller_legal_registration_identifier buyer_name buyer_vat_identifier "
    "buyer_legal_registration_identifier buyer_reference purchase_order_reference "
    "total_amount_without_vat total_vat_amount total_amount_with_vat amount_due_for_payment "
    "payment_account_identifiers lines preceding_invoice_references sources"
).split()
CONTRACT_INBOX = (
    "id company mail_id received_at outcome path name from transmitter findings".split()
)
CONTRACT_FINDING = "reason weight part term detail text".split()


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    for name in [name for name in os.environ if name.startswith("INGESTD_")]:
        monkeypatch.delenv(name)
    monkeypatch.setattr("ingestd.config.SYSTEM_FILE", tmp_path / "absent.toml")
    monkeypatch.setenv("INGESTD_STORAGE__PATH", str(tmp_path / "var"))
    return make_store(tmp_path)


def keep(store: Store, judged: Verdict, spool_id: str = "mail1") -> str:
    return filing.file(store, message(spool_id), judged, hashes(judged), NOW)[0]


def hold(store: Store, *reasons: str, spool_id: str = "mail1") -> str:
    findings = [Finding(reason, "2", "BT-112", "12.00") for reason in reasons]
    return keep(
        store, verdict(document("2", Outcome.HELD, *findings), outcome=Outcome.HELD), spool_id
    )


def ask(capsys: pytest.CaptureFixture[str], *line: str) -> Any:
    assert main([*line, "--json"]) in (0, 1)
    return json.loads(capsys.readouterr().out)


def read(capsys: pytest.CaptureFixture[str], *line: str) -> str:
    assert main([*line]) == 0
    return " ".join(capsys.readouterr().out.split())


def test_held_documents_are_listed_as_the_contract_says(
    store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    held = hold(store, "totals-wrong")
    (row,) = ask(capsys, "inbox", "list")
    assert set(CONTRACT_INBOX) <= row.keys()
    assert (row["id"], row["company"], row["outcome"], row["path"]) == (held, VAT, "held", "2")
    assert row["received_at"] == "2026-10-05T07:30:00Z"
    assert (row["from"], row["transmitter"]) == ("a@supplier.example", "a@supplier.example")
    (finding,) = row["findings"]
    assert set(CONTRACT_FINDING) <= finding.keys()
    assert (finding["weight"], finding["term"], finding["detail"]) == ("hold", "BT-112", "12.00")
    assert set(finding["text"]) == {"en", "fr"}


def test_people_read_the_list(store: Store, capsys: pytest.CaptureFixture[str]) -> None:
    assert "Nothing waits" in read(capsys, "inbox", "list")
    held = hold(store, "totals-wrong")
    assert held in read(capsys, "inbox", "list")
    assert "retenue" in read(capsys, "inbox", "list", "--lang", "fr")


def test_the_list_can_be_narrowed(store: Store, capsys: pytest.CaptureFixture[str]) -> None:
    hold(store, "totals-wrong")
    ignored = verdict(outcome=Outcome.IGNORED, findings=(Finding("no-attachment"),))
    keep(store, ignored, "mail2")
    assert len(ask(capsys, "inbox", "list")) == 1
    assert len(ask(capsys, "inbox", "list", "--ignored")) == 2
    assert len(ask(capsys, "inbox", "list", "--ignored", "--reason", "no-attachment")) == 1
    assert ask(capsys, "inbox", "list", "--company", "BE0764312983") == []
    assert len(ask(capsys, "inbox", "list", "--company", "fr 40 303265045")) == 1
    assert ask(capsys, "inbox", "list", "--company", "postmaster") == []
    assert len(ask(capsys, "inbox", "list", "--since", "2026-10-05")) == 1
    assert ask(capsys, "inbox", "list", "--since", "2026-10-06") == []


def test_every_part_is_shown_with_its_trail_and_role(
    store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    held = hold(store, "totals-wrong", "pdf-active")
    said = read(capsys, "inbox", "show", held[:6])
    assert "mail › part-2.pdf" in said
    assert "document" in said
    assert "totals-wrong (hold) [2, BT-112]" in said
    assert "pdf-active" in said
    assert f"ingestd inbox release {held} --why" in said
    assert f"ingestd inbox reject {held} --code totals-wrong" in said
    shown = ask(capsys, "inbox", "show", held)
    assert set(CONTRACT_INBOX) <= shown.keys()
    assert [one["role"] for one in shown["parts"]] == ["ignored", "document"]
    assert shown["documents"][0]["id"] == held
    assert shown["next"][0].startswith(f"ingestd inbox release {held}")


def test_a_mail_is_shown_by_the_id_of_its_250(
    store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    judged = verdict(
        document("2"), document("3", Outcome.HELD, Finding("pdf-active", "3"), key="x")
    )
    first = keep(store, judged)
    shown = ask(capsys, "inbox", "show", "mail1")
    assert shown["mail_id"] == "mail1"
    assert [one["outcome"] for one in shown["documents"]] == ["filed", "held"]
    said = read(capsys, "inbox", "show", "mail1")
    assert f"ingestd invoice show {first}" in said
    assert "Also in this mail" not in said
    assert "Also in this mail" in read(capsys, "inbox", "show", first)


def test_what_cannot_be_released_is_not_offered(
    store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    held = hold(store, "virus-found")
    assert "release" not in read(capsys, "inbox", "show", held)
    assert main(["inbox", "release", held, "--why", "I want it"]) == 2
    assert "virus-found" in capsys.readouterr().err


def test_a_release_is_judged_again_and_recorded(
    store: Store, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def judge_again(_: Settings, ledger: Store, held: str, waive: frozenset[str]) -> Outcome:
        assert waive == {"totals-wrong", "pdf-active"}
        again = verdict(document())
        return filing.refile(ledger, held, again, hashes(again), NOW, waive)

    monkeypatch.setattr("ingestd.worker.judge_again", judge_again)
    held = hold(store, "totals-wrong", "pdf-active")
    assert main(["inbox", "release", held, "--why", "asked them", "--json"]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert (shown["outcome"], shown["state"]) == ("filed", "released")
    (decision,) = shown["documents"][0]["decisions"]
    assert decision["what"] == "release"
    assert decision["waived"] == ["pdf-active", "totals-wrong"]
    assert decision["why"] == "asked them"
    assert decision["operator"]
    assert ask(capsys, "invoice", "show", held)["decisions"] == [decision]
    assert main(["inbox", "release", held, "--why", "again"]) == 2


@pytest.mark.parametrize("files", [0, 1])
def test_what_a_mail_without_documents_became_is_named(
    files: int,
    store: Store,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Its text is an invoice to the company by now, or there is nothing to file."""

    def judge_again(_: Settings, ledger: Store, held: str, waive: frozenset[str]) -> Outcome:
        again = verdict(*[document()] * files)
        return filing.refile(ledger, held, again, hashes(again), NOW, waive)

    monkeypatch.setattr("ingestd.worker.judge_again", judge_again)
    nothing = verdict(outcome=Outcome.HELD, findings=(Finding("no-attachment"),))
    held = keep(store, nothing)
    assert main(["inbox", "retry", held]) == 0
    said = capsys.readouterr().out
    found = [one["id"] for one in ask(capsys, "invoice", "list")]
    assert held not in found
    steps = [f"ingestd invoice show {one}" for one in found]
    assert ask(capsys, "inbox", "show", held)["next"] == steps
    assert f"ingestd invoice show {held}" not in said
    assert ("nothing of it is in the ledger" in said) == (not files)
    assert all(step in said for step in steps)


def test_a_release_while_clamav_is_away_changes_nothing_but_is_recorded(
    store: Store, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def judge_again(*_: object) -> Outcome:
        raise Unavailable("ClamAV does not answer")

    monkeypatch.setattr("ingestd.worker.judge_again", judge_again)
    held = hold(store, "totals-wrong")
    assert main(["inbox", "release", held, "--why", "x"]) == 3
    assert "ClamAV does not answer" in capsys.readouterr().err
    shown = ask(capsys, "inbox", "show", held)
    assert (shown["outcome"], shown["state"]) == ("held", "open")
    assert shown["documents"][0]["decisions"][0]["outcome"] is None


def test_what_a_release_does_not_waive_still_holds(
    store: Store, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def judge_again(_: Settings, ledger: Store, held: str, waive: frozenset[str]) -> Outcome:
        again = verdict(document("2", Outcome.HELD, Finding("pdf-active", "2")))
        return filing.refile(ledger, held, again, hashes(again), NOW, waive)

    monkeypatch.setattr("ingestd.worker.judge_again", judge_again)
    held = hold(store, "totals-wrong", "pdf-active")
    assert main(["inbox", "release", held, "--waive", "totals-wrong", "--why", "x"]) == 1
    assert "pdf-active" in capsys.readouterr().out


def test_a_release_names_the_document_it_means(
    store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    held = Finding("pdf-active", "2")
    keep(
        store,
        verdict(document("2", Outcome.HELD, held), document("3", Outcome.HELD, held, key="x")),
    )
    assert main(["inbox", "release", "mail1", "--why", "all"]) == 2
    assert "several documents" in capsys.readouterr().err


def test_a_rejection_is_recorded(store: Store, capsys: pytest.CaptureFixture[str]) -> None:
    held = hold(store, "totals-wrong")
    assert main(["inbox", "reject", held, "--code", "nonsense"]) == 2
    assert "no such reason: nonsense" in capsys.readouterr().err
    shown = ask(capsys, "inbox", "reject", held, "--code", "totals-wrong", "--why", "told them")
    assert shown["state"] == "rejected"
    assert "refused-by-operator" in [one["reason"] for one in shown["findings"]]
    assert ask(capsys, "inbox", "list") == []
    assert len(ask(capsys, "inbox", "list", "--rejected")) == 1


def test_filed_invoices_are_listed_as_the_contract_says(
    store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    filed = keep(store, verdict(document()))
    (row,) = ask(capsys, "invoice", "list")
    assert set(CONTRACT_INVOICE) <= row.keys()
    assert (row["id"], row["status"], row["format"]) == (filed, "to_confirm", "ubl")
    assert (row["number"], row["issue_date"]) == ("F-17", "2026-10-02")
    assert row["total_amount_with_vat"] == "120.00"
    assert (row["lines"], row["payment_due_date"]) == (1, None)
    assert row["sources"] == {"number": {"from": "xml", "confidence": 1.0}}
    assert "120.00 EUR" in read(capsys, "invoice", "list")
    assert ask(capsys, "invoice", "list", "--status", "confirmed") == []
    assert ask(capsys, "invoice", "list", "--status", "to_confirm") == [row]


def test_an_invoice_shows_where_its_values_came_from(
    store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    filed = keep(store, verdict(document()))
    said = read(capsys, "invoice", "show", filed)
    assert "F-17 xml 100%" in said
    assert "ingestd invoice confirm" in said
    shown = ask(capsys, "invoice", "show", filed)
    assert set(CONTRACT_INVOICE) <= shown.keys()
    assert shown["invoice_lines"][0]["net_amount"] == "100.00"


def test_an_invoice_is_confirmed(store: Store, capsys: pytest.CaptureFixture[str]) -> None:
    filed = keep(store, verdict(document()))
    assert ask(capsys, "invoice", "confirm", filed)["status"] == "confirmed"
    assert "confirmée" in read(capsys, "invoice", "show", filed, "--lang", "fr")


def test_the_original_comes_out_byte_for_byte(
    store: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    filed = keep(store, verdict(document(), parts=(part("2", b"%PDF-\x00\xff"),)))
    out = tmp_path / "out.pdf"
    assert main(["invoice", "original", filed, "-o", str(out)]) == 0
    assert out.read_bytes() == b"%PDF-\x00\xff"
    assert main(["invoice", "original", filed, "-o", str(out), "--mail"]) == 0
    assert out.read_bytes() == message().content
    assert main(["invoice", "original", filed, "-o", str(out), "--trace"]) == 0
    assert out.read_bytes().startswith(b"Return-Path: <a@supplier.example>\r\nDelivered-To: ")
    assert out.read_bytes().endswith(b" +0000\r\n" + message().content)
    assert main(["invoice", "original", filed, "-o", str(tmp_path / "no" / "where")]) == 2
    assert "cannot write" in capsys.readouterr().err


@pytest.mark.parametrize("option", ["-o", "--output"])
def test_the_original_goes_to_standard_output(
    store: Store, option: str, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    filed = keep(store, verdict(document(), parts=(part("2", b"%PDF-\x00\xff"),)))
    assert main(["invoice", "original", filed, option, "-"]) == 0
    assert capfdbinary.readouterr().out == b"%PDF-\x00\xff"


def test_an_invoice_is_named_by_its_mail_too(
    store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    filed = keep(store, verdict(document()))
    assert ask(capsys, "invoice", "show", "mail1")["id"] == filed
    assert ask(capsys, "invoice", "confirm", "mail1")["id"] == filed


def test_a_mail_without_one_invoice_says_what_to_type(
    store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    hold(store, "totals-wrong", spool_id="held")
    assert main(["invoice", "show", "held"]) == 2
    assert "`ingestd inbox show held` says why" in capsys.readouterr().err
    two = verdict(
        document("2", key="a"),
        document("3", key="b"),
        parts=(part("2", b"%PDF-2"), part("3", b"%PDF-3")),
    )
    filed = filing.file(store, message("two"), two, hashes(two), NOW)
    assert main(["invoice", "confirm", "two"]) == 2
    said = capsys.readouterr().err
    assert all(one in said for one in filed)


def test_the_trace_is_shown_beside_the_octets(
    store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    held = hold(store, "totals-wrong")
    trace = ask(capsys, "inbox", "show", held)["trace"].splitlines()
    assert trace[:2] == [
        "Return-Path: <a@supplier.example>",
        "Delivered-To: fr40303265045@in.example.com",
    ]
    assert trace[2] == "Received: from mx.supplier.example ([192.0.2.1])"
    assert "id mail1 for <fr40303265045@in.example.com>;" in trace[3]
    assert "from mx.supplier.example ([192.0.2.1])" in read(capsys, "inbox", "show", held)


def test_a_damaged_original_is_not_handed_out(
    store: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    filed = keep(store, verdict(document()))
    sha256 = ask(capsys, "invoice", "show", filed)["sha256"]
    store.blobs.locate(sha256).write_bytes(b"something else")
    assert main(["invoice", "original", filed, "-o", str(tmp_path / "out")]) == 3
    assert "damaged" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_strangers_cannot_control_the_terminal(
    store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    nasty = "\x1b[31m[bold]\u202efdp.exe"
    finding = Finding("totals-wrong", "2", nasty, nasty)
    judged = verdict(
        document("2", Outcome.HELD, finding), parts=(part("2", b"x", name=nasty),), subject=nasty
    )
    held = keep(store, judged)
    for line in (["inbox", "list"], ["inbox", "show", held], ["inbox", "show", held, "--json"]):
        assert main(line) == 0
        said = capsys.readouterr().out
        assert all(one.isprintable() or one == "\n" for one in said)
        assert "[bold]" in said
