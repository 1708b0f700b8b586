"""The command line itself: its options, its errors, its safety."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from ingestd import __version__
from ingestd.cli import COMMANDS, main
from ingestd.cli.terminal import short, shown

COMPANY = "FR40303265045"


@pytest.fixture(autouse=True)
def _instance(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("INGESTD_")]:
        monkeypatch.delenv(name)
    monkeypatch.setattr("ingestd.config.SYSTEM_FILE", tmp_path / "absent.toml")
    monkeypatch.setenv("INGESTD_STORAGE__PATH", str(tmp_path / "var"))
    monkeypatch.setenv("INGESTD_CLAMAV__SOCKET", str(tmp_path / "absent.sock"))


def test_the_version_loads_nothing_heavy() -> None:
    code = (
        "import sys; from ingestd.cli import main; main(['--version']); "
        "print({'cyclopts', 'rich', 'sqlalchemy', 'pydantic', 'lxml'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split("\n")[:2] == [__version__, "set()"]


@pytest.mark.parametrize("command", [(), *((name,) for name in COMMANDS), ("inbox", "release")])
def test_every_command_explains_itself(
    command: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*command, "--help"]) == 0
    said = capsys.readouterr().out
    assert "Usage: ingestd" in said
    assert "--json" in said


@pytest.mark.parametrize(
    "line",
    [
        ["--json", "company", "list"],
        ["company", "--json", "list"],
        ["company", "list", "--json"],
        ["--lang", "fr", "company", "list", "--json"],
    ],
)
def test_the_common_options_work_anywhere_on_the_line(
    line: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(line) == 0
    assert json.loads(capsys.readouterr().out) == []


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (["chekc"], "Did you mean `ingestd check`?"),
        (["inbox", "lst"], "no command 'lst'"),
        (["inbox", "list", "--bogus"], "--bogus"),
        (["inbox", "release", "X"], "--why"),
        (["inbox", "list", "--since", "soon"], "--since soon: not a time"),
        (["inbox", "list", "--company", "FR1"], "FR1"),
        (["inbox", "show", "ZZZ"], "no document, invoice or mail ZZZ"),
        (["invoice", "show", "ZZZ"], "`ingestd invoice list` show"),
        (["inbox", "list", "--reason", "lost"], "no such reason: lost"),
        (["rules", "install", "absent.jar"], "absent.jar cannot be installed: No such file"),
        (["invoice", "list", "--status", "lost"], "lost"),
        (["company", "show", COMPANY], f"company add {COMPANY}"),
        (["company", "add", "FR40303265046"], "a digit is wrong or missing"),
        (["company", "add", "40303265045"], "such as FR40303265045"),
        (
            ["company", "set", COMPANY, "--archive-password-file", "absent"],
            "absent: cannot be read",
        ),
        (["company", "set", COMPANY], "KEY=VALUE"),
        (["company", "set", COMPANY, "colour=red"], "colour: a company has no such key"),
        (["spool", "retry", "nothing"], "no message nothing"),
        (["spool", "retry", "nothing"], "inbox show ID` what was judged"),
        (["check"], "at least one file"),
        (["--lang", "de", "inbox", "list"], "--lang"),
        (["--config", "absent.toml", "config"], "no such file"),
    ],
)
def test_a_mistake_is_told_in_words(
    line: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(line) == 2
    said = capsys.readouterr()
    assert words in said.err
    assert "Traceback" not in said.err
    assert said.out == ""


def test_a_storage_that_cannot_be_used_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("INGESTD_STORAGE__PATH", str(tmp_path / "file" / "var"))
    assert main(["inbox", "list"]) == 2
    assert "storage.path" in capsys.readouterr().err


def test_a_database_that_cannot_be_opened_cannot_tell(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "var" / "ingestd.sqlite3").mkdir(parents=True)
    assert main(["inbox", "list"]) == 3
    assert "cannot tell" in capsys.readouterr().err


def test_our_own_mistake_is_not_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("ingestd.store.inbox.list_rows", fail)
    with pytest.raises(ZeroDivisionError):
        main(["inbox", "list"])


def test_a_reader_that_has_seen_enough_is_no_error(tmp_path: Path) -> None:
    line = f"{sys.executable} -m ingestd reasons --json | head -c 1; exit ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", line], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("facture été.pdf", "facture été.pdf"),
        ("\x1b[2J", "\\x1b[2J"),
        ("invoice\u202efdp.exe", "invoice\\u202efdp.exe"),
        ("a\nb\r\tc", "a\\nb\\r\\tc"),
        ("\x9b31m\u2028\ufeff\0", "\\x9b31m\\u2028\\ufeff\\x00"),
        ("Numéro\xa0:\u202f12", "Numéro : 12"),
        ("\udc80", "\\udc80"),
    ],
)
def test_nothing_a_stranger_wrote_controls_the_terminal(text: str, safe: str) -> None:
    assert shown(text) == safe
    assert shown(text).isprintable()


def test_long_texts_are_cut() -> None:
    assert short("x" * 60) == "x" * 60
    assert short("x" * 61) == "x" * 59 + "…"


def test_the_reasons_are_listed_in_both_languages(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["reasons"]) == 0
    assert "contains malware" in " ".join(capsys.readouterr().out.split())
    assert main(["reasons", "--lang", "fr"]) == 0
    french = " ".join(capsys.readouterr().out.split())
    assert "programme malveillant" in french
    assert "Motif" in french


def test_the_settings_are_shown_with_their_origin(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["config", "--json"]) == 0
    rows = {row["key"]: row for row in json.loads(capsys.readouterr().out)}
    assert rows["storage.path"]["origin"] == "INGESTD_STORAGE__PATH"
    assert rows["smtp.max_message_bytes"] == {
        "key": "smtp.max_message_bytes",
        "value": 36700160,
        "origin": "default",
    }
    assert main(["config"]) == 0
    assert "smtp.listen" in capsys.readouterr().out


def test_the_spool_is_listed(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    from tests._judgements import message
    from tests._log import deliver

    assert main(["spool", "list"]) == 0
    assert "Nothing waits" in capsys.readouterr().out
    path = tmp_path / "var" / "spool"
    spool_id = deliver(path, message().envelope, b"From: x\r\n\r\n", to=(COMPANY,))
    assert main(["spool", "list", "--json"]) == 0
    (row,) = json.loads(capsys.readouterr().out)
    assert (row["id"], row["company"], row["state"]) == (spool_id, COMPANY, "waiting")
    assert main(["spool", "retry", spool_id]) == 0
    assert main(["spool", "list"]) == 0
    assert spool_id in capsys.readouterr().out
    (path / "aside" / "0123456789abcdef.00000001.log").write_bytes(b"damaged")
    assert main(["spool", "list"]) == 0
    assert "0123456789abcdef.00000001.log" in capsys.readouterr().err


def test_the_spool_says_which_lane_a_message_waits_in(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    from ingestd.model import Lane
    from ingestd.spool.local import LocalSpool
    from tests._judgements import message
    from tests._log import deliver

    assert main(["spool", "list"]) == 0  # makes it
    path = tmp_path / "var" / "spool"
    spool_id = deliver(path, message().envelope, b"From: x\r\n\r\n", to=(COMPANY,))
    spool = LocalSpool(path)
    claimed = spool.claim(60)
    assert claimed
    spool.hand_over(claimed, Lane.OCR)
    capsys.readouterr()
    assert main(["spool", "list", "--json"]) == 0
    (row,) = json.loads(capsys.readouterr().out)
    assert (row["id"], row["state"], row["lane"]) == (spool_id, "waiting", "ocr")
    assert main(["spool", "list"]) == 0
    shown = capsys.readouterr().out
    assert spool_id in shown
    assert " OCR " in shown
    assert main(["doctor", "--json"]) == 3  # there is no ClamAV
    lines = {one["check"]: one for one in json.loads(capsys.readouterr().out)["checks"]}
    assert lines["spool"]["detail"] == "0 waiting, 0 set aside"
    assert lines["spool: OCR lane"]["detail"].startswith("1 waiting; the oldest since ")


def test_a_spool_of_an_earlier_version_gets_what_it_lacks(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert main(["spool", "list"]) == 0
    (tmp_path / "var" / "spool" / "ocr").rmdir()
    assert main(["spool", "list"]) == 0
    assert "Nothing waits" in capsys.readouterr().out


def test_there_is_no_worker_for_a_lane_that_is_switched_off(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("INGESTD_OCR__ENABLED", "false")
    assert main(["worker", "--lane", "ocr"]) == 2
    assert "ocr.enabled is false" in capsys.readouterr().err
    assert main(["worker", "--lane", "both"]) == 2


def _own_phrases() -> set[str]:
    """What the commands hand to `tr`, and the headings of their tables and facts."""
    import ast

    import ingestd.cli

    found = set()
    for file in Path(ingestd.cli.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
                continue
            if node.func.attr == "tr" and isinstance(node.args[0], ast.Constant):
                found.add(str(node.args[0].value))
            if node.func.attr == "facts" and isinstance(node.args[0], ast.List):
                pairs = [pair for pair in node.args[0].elts if isinstance(pair, ast.Tuple)]
                found |= {str(ast.literal_eval(pair.elts[0])) for pair in pairs}
            if node.func.attr == "table" and isinstance(node.args[0], ast.Tuple):
                headers = [ast.literal_eval(header) for header in node.args[0].elts]
                found |= {line for header in headers for line in header.split("\n")}
    return found


def test_our_own_words_are_there_in_french() -> None:
    from ingestd.cli.phrases import FRENCH
    from ingestd.cli.sheet import LABELS
    from ingestd.model import DocumentState, InvoiceStatus, Outcome, Role, Weight

    words = {*LABELS.values(), *_own_phrases()}
    words |= {
        one.value for kind in (DocumentState, InvoiceStatus, Outcome, Role, Weight) for one in kind
    }
    assert words - FRENCH.keys() == set()


@pytest.mark.parametrize("rule", ["BR-CO-15", "br-co-15", "BR-FR-08_BT-23"])
def test_a_rule_is_explained(rule: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules", "explain", rule, "--json"]) == 0
    (told,) = json.loads(capsys.readouterr().out)
    assert told["rule"] == rule
    assert told["text"]["en"] != told["text"]["fr"]
