"""`ingestd check`: judging with no effect."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from ingestd.cli import main
from tests._clamd import Clamd
from tests.documents.mails import MAILS

CONTRACT = "file outcome scanned elapsed_ms mail parts documents".split()
CONTRACT_MAIL = {"message_id", "from", "subject", "transmitter", "findings"}
CONTRACT_PART = {"path", "name", "kind", "size", "sha256", "role"}
CONTRACT_DOCUMENT = "path annexes outcome format profile invoice findings".split()


@pytest.fixture(autouse=True)
def _instance(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("INGESTD_")]:
        monkeypatch.delenv(name)
    monkeypatch.setattr("ingestd.config.SYSTEM_FILE", tmp_path / "absent.toml")
    monkeypatch.setenv("INGESTD_STORAGE__PATH", str(tmp_path / "var"))
    monkeypatch.setenv("INGESTD_CLAMAV__SOCKET", str(tmp_path / "absent.sock"))


def lines(capsys: pytest.CaptureFixture[str]) -> list[Any]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_a_bare_document_is_judged(documents: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = documents / "ubl-invoice.xml"
    assert main(["check", str(file), "--no-scan", "--json"]) == 0
    (said,) = lines(capsys)
    assert list(said)[:7] == CONTRACT
    assert (said["file"], said["outcome"], said["scanned"]) == (str(file), "filed", False)
    assert said["mail"].keys() == CONTRACT_MAIL
    assert said["parts"][0].keys() >= CONTRACT_PART
    assert list(said["documents"][0])[: len(CONTRACT_DOCUMENT)] == CONTRACT_DOCUMENT
    assert [one["name"] for one in said["documents"][0]["rule_sets"]] == [
        "en16931-ubl",
        "peppol-ubl",
    ]
    assert said["documents"][0]["invoice"]["number"] == "2026/187"


def test_what_an_invoice_was_not_held_against_is_said_to_people(
    documents: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", str(documents / "ubl-invoice.xml"), "--no-scan"]) == 0
    assert "peppol-ubl (not installed)" in capsys.readouterr().out


def test_the_official_rules_are_asked(
    documents: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Only they know that there is no country UK."""
    code = "IdentificationCode>"
    text = (documents / "ubl-invoice.xml").read_text(encoding="utf-8")
    file = tmp_path / "uk.xml"
    file.write_text(text.replace(f"{code}BE<", f"{code}UK<"), encoding="utf-8")
    assert main(["check", str(file), "--no-scan", "--json"]) == 1
    (said,) = lines(capsys)
    assert "BR-CL-14" in [one["term"] for one in said["documents"][0]["findings"]]


def test_without_the_rule_engine_nothing_is_called_valid(
    documents: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ingestd.rules.runner.sys.executable", "/bin/false")
    assert main(["check", str(documents / "ubl-invoice.xml"), "--no-scan", "--json"]) == 3
    assert main(["check", str(documents / "plain-invoice.pdf"), "--no-scan", "--json"]) == 0
    xml, pdf = lines(capsys)
    assert (xml["outcome"], pdf["outcome"]) == (None, "filed")


def test_a_mail_is_judged(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "mail.eml"
    file.write_bytes(MAILS["factur-x"]())
    assert main(["check", str(file), "--no-scan", "--json"]) == 0
    (said,) = lines(capsys)
    assert said["mail"]["subject"] == "Facture PM-2026-0412"
    assert [one["role"] for one in said["parts"]][:1] == ["container"]


def test_checking_has_no_effect(tmp_path: Path, documents: Path) -> None:
    file = str(documents / "ubl-invoice.xml")
    assert main(["check", file, "--no-scan", "--company", "FR40303265045"]) == 0
    assert not (tmp_path / "var").exists()


def test_the_company_matters(documents: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = str(documents / "ubl-wrong-recipient.xml")
    assert main(["check", file, "--no-scan"]) == 0
    capsys.readouterr()
    assert main(["check", file, "--no-scan", "--company", "FR40303265045", "--json"]) == 1
    (said,) = lines(capsys)
    assert [one["reason"] for one in said["documents"][0]["findings"]] == ["wrong-recipient"]


def test_without_clamav_nothing_is_called_clean(
    documents: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", str(documents / "ubl-invoice.xml"), "--json"]) == 3
    said = capsys.readouterr()
    assert "ClamAV" in said.err
    answer = json.loads(said.out)
    assert set(CONTRACT) <= answer.keys()
    assert (answer["outcome"], answer["documents"]) == (None, [])


def test_nothing_but_json_lines_comes_out(
    documents: Path,
    clamd: Clamd,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Whatever is logged meanwhile, as that clamd has but a test signature."""
    monkeypatch.setenv("INGESTD_CLAMAV__SOCKET", str(clamd.socket))
    assert main(["check", str(documents / "ubl-invoice.xml"), "--json"]) == 0
    said = capsys.readouterr()
    assert [json.loads(line)["outcome"] for line in said.out.splitlines()] == ["filed"]
    assert "clamav signatures old" in said.err
    assert "clamav proved" not in said.err  # nothing that a person need do something about


def test_a_file_that_cannot_be_read_does_not_end_the_others(
    documents: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    good = str(documents / "ubl-invoice.xml")
    files = [str(tmp_path / "absent.eml"), str(tmp_path), good]
    assert main(["check", *files, "--no-scan", "--json"]) == 2
    said = capsys.readouterr()
    assert [json.loads(line)["outcome"] for line in said.out.splitlines()] == [None, None, "filed"]
    assert "absent.eml" in said.err


def test_people_read_what_was_found(documents: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(documents / "ubl-wrong-total.xml"), "--no-scan"]) == 1
    said = capsys.readouterr().out
    assert "totals-wrong (hold)" in said
    assert "not scanned" in said
    assert main(["check", str(documents / "ubl-wrong-total.xml"), "--no-scan", "--lang", "fr"]) == 1
    assert "retenue" in capsys.readouterr().out
