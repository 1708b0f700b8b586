"""`ingestd doctor`: each failure with what to do about it."""

import json
import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from ingestd.address import write_recipients
from ingestd.cli import main
from ingestd.model import Company, Unavailable
from ingestd.printing.printer import Printer
from ingestd.rules import catalogue
from ingestd.rules.packs import Installed, Library
from ingestd.rules.runner import Runner
from ingestd.scanner import Scanner
from ingestd.scanner._version import read_version
from ingestd.spool.local import LocalSpool
from tests._certificates import write_pair
from tests._clamd import SIGNATURES, Clamd


@pytest.fixture(autouse=True)
def _instance(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("INGESTD_")]:
        monkeypatch.delenv(name)
    monkeypatch.setattr("ingestd.config.SYSTEM_FILE", tmp_path / "absent.toml")
    monkeypatch.setenv("INGESTD_STORAGE__PATH", str(tmp_path / "var"))
    monkeypatch.setenv("INGESTD_STORAGE__MIN_FREE_BYTES", "0")
    monkeypatch.setenv("INGESTD_CLAMAV__SOCKET", str(tmp_path / "absent.sock"))
    monkeypatch.setenv("INGESTD_SMTP__LISTEN", '["127.0.0.1:1"]')


def examine(capsys: pytest.CaptureFixture[str]) -> tuple[int, dict[str, Any]]:
    code = main(["doctor", "--json"])
    said = json.loads(capsys.readouterr().out)
    assert said["ok"] == (code == 0)
    return code, {line["check"]: line for line in said["checks"]}


def test_a_healthy_instance(
    clamd: Clamd, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("INGESTD_CLAMAV__SOCKET", str(clamd.socket))
    main(["company", "add", "FR40303265045"])
    capsys.readouterr()
    code, lines = examine(capsys)
    assert code == 0
    essential = "configuration storage database clamav libmagic spool recipients packages".split()
    assert {lines[name]["state"] for name in essential} == {"ok"}
    assert "EICAR" in lines["clamav"]["detail"]


def test_an_absent_clamav_cannot_tell(capsys: pytest.CaptureFixture[str]) -> None:
    code, lines = examine(capsys)
    assert code == 3
    assert lines["clamav"]["state"] == "missing"
    assert "clamd" in lines["clamav"]["todo"]
    assert lines["door"]["state"] == "warning"
    assert "company add" in lines["recipients"]["todo"]


@pytest.mark.parametrize(
    ("settings", "signatures", "named", "todo"),
    [
        ({"AlertExceedsMax": "no"}, "", "MaxScanSize", "AlertExceedsMax yes"),
        (
            {"AlertEncrypted": "no", "AlertEncryptedArchive": "no"},
            "",
            "encrypted zip",
            "AlertEncrypted yes",
        ),
        ({"MaxFileSize": "1M"}, "", "room for the largest file", "MaxFileSize"),
        ({}, "Else:0:0:deadbeefdeadbeef\n", "EICAR", "freshclam"),
    ],
    ids=["limits", "encrypted", "size", "signatures"],
)
def test_a_clamav_that_may_not_be_believed(
    settings: dict[str, str],
    signatures: str,
    named: str,
    todo: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    daemon = Clamd(tmp_path / "clamd", signatures or SIGNATURES, **settings)
    daemon.start()
    monkeypatch.setenv("INGESTD_CLAMAV__SOCKET", str(daemon.socket))
    code, lines = examine(capsys)
    daemon.stop()
    assert code == 3
    assert lines["clamav"]["state"] == "missing"
    assert lines[f"clamav: {named}"]["state"] == "missing"
    assert todo in lines[f"clamav: {named}"]["todo"]
    assert lines["clamav: harmless text"]["state"] == "ok"


@pytest.mark.parametrize(
    ("date", "state"),
    [("Thu Nov 19 09:26:44 2015", "warning"), ("Thu Nov 19 09:26:44 2099", "ok")],
)
def test_the_age_of_the_signatures(
    date: str,
    state: str,
    clamd: Clamd,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    said = read_version(f"ClamAV 1.4.6/27500/{date}\n".encode(), datetime.now(UTC))
    monkeypatch.setattr(Scanner, "version", lambda scanner: said)
    monkeypatch.setenv("INGESTD_CLAMAV__SOCKET", str(clamd.socket))
    line = examine(capsys)[1]["signatures"]
    assert line["state"] == state
    assert "27500" in line["detail"]


def test_every_line_that_is_not_ok_says_what_to_do(capsys: pytest.CaptureFixture[str]) -> None:
    _, lines = examine(capsys)
    assert all(line["todo"] for line in lines.values() if line["state"] != "ok")


def test_a_full_disk_is_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("INGESTD_STORAGE__MIN_FREE_BYTES", str(10**18))
    assert examine(capsys)[1]["storage"]["state"] == "missing"


def test_a_storage_that_cannot_be_used_does_not_end_the_examination(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("INGESTD_STORAGE__PATH", str(tmp_path / "file" / "var"))
    code, lines = examine(capsys)
    assert code == 3
    assert lines["storage"]["state"] == lines["database"]["state"] == "missing"
    assert lines["packages"]["state"] == "ok"


def test_what_this_user_may_not_look_at_does_not_end_the_examination(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def forbidden(_: LocalSpool) -> bool:
        raise PermissionError(13, "Permission denied", "var/spool/tmp")

    monkeypatch.setattr(LocalSpool, "is_prepared", forbidden)
    code, lines = examine(capsys)
    assert code == 3
    assert lines["spool"]["detail"] == "var/spool/tmp: Permission denied"
    assert "the user that runs ingestd" in lines["spool"]["todo"]
    assert "packages" in lines
    assert main(["spool", "list"]) == 2
    assert "var/spool/tmp: Permission denied" in capsys.readouterr().err


@pytest.mark.parametrize("content", ['{"companies": []}', "damaged", None])
def test_a_doors_list_out_of_step_is_told(
    content: str | None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["company", "add", "FR40303265045"])
    capsys.readouterr()
    file = tmp_path / "var" / "recipients.json"
    file.unlink()
    if content is not None:
        file.write_text(content)
    _, lines = examine(capsys)
    assert lines["recipients"]["state"] == "missing"
    assert "company publish" in lines["recipients"]["todo"]


def test_a_doors_list_that_nobody_confirms_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["company", "add", "FR40303265045"])
    capsys.readouterr()
    company = Company(vat="FR40303265045", numbers=("303265045",))
    long_ago = datetime.now(UTC) - timedelta(hours=7)
    write_recipients(tmp_path / "var" / "recipients.json", [company], long_ago)
    _, lines = examine(capsys)
    assert lines["recipients"]["state"] == "warning"
    assert "7 hours ago" in lines["recipients"]["detail"]


def test_the_certificate_is_examined(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert examine(capsys)[1]["certificate"]["state"] == "warning"
    monkeypatch.setenv("INGESTD_SMTP__HOSTNAME", "mx.example.com")
    pair = write_pair(tmp_path)
    for name, value in pair.settings().items():
        monkeypatch.setenv(name, value)
    assert examine(capsys)[1]["certificate"]["state"] == "ok"
    write_pair(tmp_path, days=3)
    assert "it expires on" in examine(capsys)[1]["certificate"]["detail"]
    write_pair(tmp_path, ("www.example.com",))
    assert "not for smtp.hostname" in examine(capsys)[1]["certificate"]["detail"]
    write_pair(tmp_path, days=-1, begun_days_ago=9)
    assert "it expired on" in examine(capsys)[1]["certificate"]["detail"]
    pair.key.unlink()
    line = examine(capsys)[1]["certificate"]
    assert line["state"] == "missing"
    assert "key.pem: No such file" in line["detail"]


def test_people_read_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor", "--lang", "fr"]) == 3
    said = capsys.readouterr().out
    assert "Que faire" in said
    assert "manque" in said


def test_the_sandbox_is_tried(capsys: pytest.CaptureFixture[str]) -> None:
    line = examine(capsys)[1]["sandbox"]
    assert line["state"] == "ok"
    for tried in (
        "reading files",
        "writing files",
        "networking",
        "running programs",
        "Landlock ABI",
    ):
        assert tried in line["detail"]


def test_a_sandbox_of_rlimits_only_is_a_warning(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("INGESTD_SANDBOX__MODE", "rlimits-only")
    line = examine(capsys)[1]["sandbox"]
    assert line["state"] == "warning"
    assert "possible: running programs" in line["detail"]
    assert "sandbox.mode" in line["todo"]


@pytest.mark.parametrize(("days", "state"), [(-1, "warning"), (0, "warning"), (1, "ok")])
def test_a_rule_pack_is_warned_of_from_the_day_its_next_version_is_due(
    days: int, state: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    due = datetime.now(UTC).date() + timedelta(days=days)
    pack = replace(catalogue.PACKS[0], next_due=due)
    here = Installed(pack.name, pack.version, Path(), {})
    monkeypatch.setattr(catalogue, "PACKS", (pack,))
    monkeypatch.setattr(Library, "verified", lambda *_: here)
    monkeypatch.setattr(Runner, "probe", lambda _self: "SaxonC-HE")
    _code, checks = examine(capsys)
    assert checks["rule pack"]["state"] == state
    assert (f"due since {due}" in str(checks["rule pack"].get("todo"))) is (state == "warning")


@pytest.mark.parametrize("damaged", ["sheet", "manifest", "gone"])
def test_a_damaged_rule_pack_is_told_for_mail_waits_for_it(
    damaged: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    pack = catalogue.PACKS[0]
    folder = tmp_path / "var" / "rules" / pack.name / pack.version
    folder.mkdir(parents=True)
    sheets = {sheet.filename: sheet.sha256 for sheet in pack.sheets}
    for name in sheets if damaged != "gone" else ():
        (folder / name).write_bytes(b"<cut")
    manifest = "{" if damaged == "manifest" else json.dumps({"sha256": sheets})
    (folder / "pack.json").write_text(manifest)
    monkeypatch.setattr(catalogue, "PACKS", (pack,))
    monkeypatch.setattr(Runner, "probe", lambda _self: "SaxonC-HE")
    code, checks = examine(capsys)
    assert code == 3
    assert checks["rule pack"]["state"] == "missing"
    assert f"rules fetch {pack.name}" in str(checks["rule pack"]["todo"])


@pytest.mark.parametrize(("wanted", "state"), [("yes", "missing"), ("no", "warning")])
def test_a_printer_that_is_away_is_told_to_who_wants_it(
    wanted: str, state: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def away(printer: Printer) -> str:
        raise Unavailable("no pango")

    monkeypatch.setattr(Printer, "probe", away)
    main(["company", "add", "FR40303265045"])
    main(["company", "set", "FR40303265045", f"body-is-invoice={wanted}"])
    capsys.readouterr()
    line = examine(capsys)[1]["printing"]
    assert (line["state"], line["detail"]) == (state, "no pango")
    assert "libpango-1.0-0" in line["todo"]


def test_text_recognition_is_tried_and_its_confinement(
    capsys: pytest.CaptureFixture[str],
) -> None:
    _, lines = examine(capsys)
    line = lines["text recognition"]
    assert line["state"] == "ok"
    assert "eng, fra, deu, nld, spa, ita" in line["detail"]
    assert "reading files, writing files, running programs" in line["detail"]


def test_a_language_that_is_not_installed_is_named_with_its_package(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("INGESTD_OCR__LANGUAGES", '["eng", "xyz"]')
    _, lines = examine(capsys)
    line = lines["text recognition"]
    assert line["state"] == "missing"
    assert "apt-get install tesseract-ocr tesseract-ocr-xyz;" in line["todo"]


def test_an_absent_tesseract_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("INGESTD_OCR__PROGRAM", str(tmp_path / "tesseract"))
    code, lines = examine(capsys)
    assert code == 3
    assert lines["text recognition"]["state"] == "missing"
    assert "tesseract-ocr-fra" in lines["text recognition"]["todo"]


def test_text_recognition_that_is_switched_off_is_a_warning(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("INGESTD_OCR__ENABLED", "false")
    _, lines = examine(capsys)
    assert lines["text recognition"]["state"] == "warning"


def test_an_unconfined_tesseract_is_a_warning(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("INGESTD_SANDBOX__MODE", "rlimits-only")
    _, lines = examine(capsys)
    assert lines["text recognition"]["state"] == "warning"
    assert "not confined" in lines["text recognition"]["detail"]


def test_a_disk_that_did_not_keep_what_it_was_given_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "spool: damaged" not in examine(capsys)[1]
    (tmp_path / "var" / "spool" / "aside" / "door.1-0.log").write_bytes(b"torn")
    line = examine(capsys)[1]["spool: damaged"]
    assert line["state"] == "warning"
    assert line["detail"].startswith("1 piece")
    assert "spool list" in line["todo"]
