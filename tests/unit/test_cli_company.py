"""`ingestd company`."""

import io
import json
import os
from pathlib import Path
from typing import Any

import pytest

from ingestd.cli import main
from ingestd.config import load
from ingestd.store import companies, open_store

VAT = "FR40303265045"


@pytest.fixture(autouse=True)
def _instance(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("INGESTD_")]:
        monkeypatch.delenv(name)
    monkeypatch.setattr("ingestd.config.SYSTEM_FILE", tmp_path / "absent.toml")
    monkeypatch.setenv("INGESTD_STORAGE__PATH", str(tmp_path / "var"))


def ask(capsys: pytest.CaptureFixture[str], *line: str) -> Any:
    assert main([*line, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def test_a_company_is_added_with_its_addresses(capsys: pytest.CaptureFixture[str]) -> None:
    added = ask(capsys, "company", "add", "fr 40 303 265 045", "--name", "Ateliers Lumière")
    assert added["vat"] == VAT
    assert added["addresses"] == ["fr40303265045@in.example.com", "303265045@fr.in.example.com"]
    assert ask(capsys, "company", "list") == [added]
    assert ask(capsys, "company", "show", VAT) == added


@pytest.mark.parametrize("line", [("company", "list"), ("spool", "list")])
def test_what_is_kept_is_for_its_owner_alone(line: tuple[str, ...], tmp_path: Path) -> None:
    assert main([*line]) == 0
    assert (tmp_path / "var").stat().st_mode & 0o777 == 0o700


def test_people_read_the_addresses(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["company", "list"]) == 0
    assert "company add" in capsys.readouterr().out
    assert main(["company", "add", VAT]) == 0
    assert main(["company", "list", "--lang", "fr"]) == 0
    said = capsys.readouterr().out
    assert "303265045@fr.in.example.com" in said
    assert "Adresses" in said


def test_several_numbers_can_be_given(capsys: pytest.CaptureFixture[str]) -> None:
    line = ("company", "add", "DE136695976", "--number", "HRB 1", "--number", "HRB-2")
    assert ask(capsys, *line)["numbers"] == ["HRB1", "HRB2"]


def test_a_company_is_changed_and_retired(capsys: pytest.CaptureFixture[str]) -> None:
    ask(capsys, "company", "add", VAT)
    changes = ("name=Été SA", "auto_confirm=true", "weight.no-text=hold")
    changed = ask(capsys, "company", "set", VAT, *changes)
    assert (changed["name"], changed["auto_confirm"]) == ("Été SA", True)
    assert changed["weights"] == {"no-text": "hold"}
    assert ask(capsys, "company", "set", VAT, "weight.no-text=")["weights"] == {}
    assert ask(capsys, "company", "retire", VAT)["retired_at"].endswith("Z")
    assert ask(capsys, "company", "set", VAT, "retired=false")["retired_at"] is None


@pytest.mark.parametrize(
    "change",
    [
        "auto_confirm=perhaps",
        "weight.no-text=heavy",
        "weight.no-text=door",
        "weight.virus-found=note",
    ],
)
def test_a_change_that_makes_no_sense_changes_nothing(
    change: str, capsys: pytest.CaptureFixture[str]
) -> None:
    before = ask(capsys, "company", "add", VAT)
    assert main(["company", "set", VAT, "name=New", change]) == 2
    assert change.split("=", maxsplit=1)[0].removeprefix("weight.") in capsys.readouterr().err
    assert ask(capsys, "company", "show", VAT) == before


@pytest.mark.parametrize("change", ["pdf-replaces-xml=yes", "pdf_replaces_xml=true"])
def test_a_company_may_take_the_pdf_for_an_invalid_xml(
    change: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ask(capsys, "company", "add", VAT)["pdf_replaces_xml"] is False
    assert ask(capsys, "company", "set", VAT, change)["pdf_replaces_xml"] is True
    assert ask(capsys, "company", "set", VAT, "pdf-replaces-xml=no")["pdf_replaces_xml"] is False


def test_a_company_may_take_the_text_of_a_mail_for_the_invoice(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert ask(capsys, "company", "add", VAT)["body_is_invoice"] is False
    assert ask(capsys, "company", "set", VAT, "body-is-invoice=yes")["body_is_invoice"] is True
    assert ask(capsys, "company", "show", VAT)["body_is_invoice"] is True
    assert ask(capsys, "company", "set", VAT, "body_is_invoice=no")["body_is_invoice"] is False


def test_a_company_may_demand_a_token(capsys: pytest.CaptureFixture[str]) -> None:
    assert ask(capsys, "company", "add", VAT)["token"] is None
    changed = ask(capsys, "company", "set", VAT, "token=K7q2")
    assert changed["token"] == "k7q2"
    assert changed["addresses"][0] == f"{VAT.lower()}+k7q2@in.example.com"
    for none in ("k7", "k7 q2", "é" * 4, "x" * 33, "a+b1"):
        assert main(["company", "set", VAT, f"token={none}"]) == 2
        assert "a token is 4 to 32 letters and digits" in capsys.readouterr().err
    assert ask(capsys, "company", "show", VAT) == changed
    assert ask(capsys, "company", "set", VAT, "token=")["token"] is None


def test_the_doors_list_can_be_written_again(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ask(capsys, "company", "add", VAT)
    file = tmp_path / "var" / "recipients.json"
    known = json.loads(file.read_text())
    file.unlink()
    assert main(["company", "publish"]) == 0
    assert json.loads(file.read_text())["companies"] == known["companies"]


def test_passwords_of_archives_are_kept_and_never_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    added = ask(capsys, "company", "add", VAT)
    assert (added["archive_passwords"], added["password_from_body"]) == (0, False)
    file = tmp_path / "passwords"
    file.write_text("Zwei Wörter\r\n drei\n\n", encoding="utf-8")
    monkeypatch.setattr("sys.stdin", io.StringIO("vier\n"))
    given = ("--archive-password", "eins", "--archive-password-file", str(file))
    line = ("company", "set", VAT, *given, "--archive-password-file", "-", "--password-from-body")
    assert main([*line, "--json"]) == 0
    said = capsys.readouterr().out
    assert (json.loads(said)["archive_passwords"], json.loads(said)["password_from_body"]) == (
        4,
        True,
    )
    assert main(["company", "show", VAT]) == 0
    said += capsys.readouterr().out
    assert not any(secret in said for secret in ("eins", "Zwei", "drei", "vier"))
    kept = companies.find(open_store(load()), VAT)
    assert kept.archive_passwords == ("eins", "Zwei Wörter", " drei", "vier")
    assert "eins" not in repr(kept)


def test_passwords_of_archives_are_added_and_forgotten(
    capsys: pytest.CaptureFixture[str],
) -> None:
    ask(capsys, "company", "add", VAT)
    change = ("company", "set", VAT)
    assert ask(capsys, *change, "--archive-password", "one")["archive_passwords"] == 1
    assert ask(capsys, *change, "--archive-password", "two")["archive_passwords"] == 2
    assert ask(capsys, *change, "--archive-password", "two")["archive_passwords"] == 2
    again = ask(capsys, *change, "--forget-archive-passwords", "--archive-password", "new")
    assert again["archive_passwords"] == 1
    assert ask(capsys, *change, "--forget-archive-passwords")["archive_passwords"] == 0
    assert ask(capsys, *change, "--no-password-from-body")["password_from_body"] is False
    assert ask(capsys, *change, "name=X")["name"] == "X"


@pytest.mark.parametrize("password", ["", "x" * 129])
def test_a_password_that_cannot_be_one(password: str, capsys: pytest.CaptureFixture[str]) -> None:
    ask(capsys, "company", "add", VAT)
    assert main(["company", "set", VAT, "--archive-password", password]) == 2
    assert "1 to 128 characters" in capsys.readouterr().err


def test_a_password_file_that_is_not_there(capsys: pytest.CaptureFixture[str]) -> None:
    ask(capsys, "company", "add", VAT)
    assert main(["company", "set", VAT, "--archive-password-file", "/absent"]) == 2
    assert "/absent" in capsys.readouterr().err
