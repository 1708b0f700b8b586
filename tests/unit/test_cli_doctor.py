"""`ingestd doctor`: each failure with what to do about it."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from ingestd.cli import main
from tests._clamd import Clamd


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
