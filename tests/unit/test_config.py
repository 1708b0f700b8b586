"""Settings: where they come from, and what is said of every mistake."""

import subprocess
import sys
from pathlib import Path

import pytest

from ingestd import config
from ingestd.model import Weight

BAD = sorted((Path(__file__).parents[1] / "bad_config").glob("*.toml"))


@pytest.fixture(autouse=True)
def _no_settings_around(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("INGESTD_CONFIG", raising=False)
    monkeypatch.setattr(config, "SYSTEM_FILE", tmp_path / "absent.toml")


@pytest.mark.parametrize("file", BAD, ids=[file.stem for file in BAD])
def test_a_bad_configuration_is_refused_in_words(file: Path) -> None:
    expected = [
        line.removeprefix("# expect: ")
        for line in file.read_text(encoding="utf-8").splitlines()
        if line.startswith("# expect: ")
    ]
    command = [sys.executable, "-m", "ingestd", "--config", str(file), "config"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 2
    assert expected
    for words in (str(file), *expected):
        assert words in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


def test_without_a_file_everything_is_at_its_default() -> None:
    settings = config.load()
    assert settings.smtp.listen == ["127.0.0.1:8025"]
    assert settings.database_url == "sqlite:///var/ingestd.sqlite3"
    assert set(config.origins().values()) == {"default"}


def test_a_variable_goes_before_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "ingestd.toml"
    file.write_text('[smtp]\nhostname = "a.example"\nmax_recipients = 7\n')
    monkeypatch.setenv("INGESTD_SMTP__HOSTNAME", "b.example")
    monkeypatch.setenv("INGESTD_SMTP__LISTEN", '["[::1]:2525", "127.0.0.1:25"]')
    smtp = config.load(file).smtp
    assert (smtp.hostname, smtp.max_recipients) == ("b.example", 7)
    assert smtp.listen == ["[::1]:2525", "127.0.0.1:25"]
    origins = config.origins(file)
    assert origins["smtp.hostname"] == "INGESTD_SMTP__HOSTNAME"
    assert origins["smtp.max_recipients"] == str(file)
    assert origins["smtp.data_timeout_s"] == "default"


def test_a_file_can_be_named_by_a_variable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "ingestd.toml"
    file.write_text('[judgement.weights]\nlink-only = "ignore"\n')
    monkeypatch.setenv("INGESTD_CONFIG", str(file))
    assert config.load().judgement.weights == {"link-only": Weight.IGNORE}


def test_an_absent_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(config.ConfigError, match="no such file"):
        config.load(tmp_path / "absent.toml")


def test_mistakes_in_variables_are_told_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INGESTD_SMPT__LISTEN", "x")
    monkeypatch.setenv("INGESTD_SMTP__LISTNE", "x")
    monkeypatch.setenv("INGESTD_WORKER__PROCESSES", "many")
    with pytest.raises(config.ConfigError) as told:
        config.load()
    assert "INGESTD_SMPT__LISTEN: no such setting" in str(told.value)
    assert "worker.processes" in str(told.value)


def test_a_list_that_is_not_json_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INGESTD_SMTP__LISTEN", "127.0.0.1:25")
    with pytest.raises(
        config.ConfigError, match=r"INGESTD_SMTP__LISTEN: lists and tables are written as JSON"
    ):
        config.load()


def test_settings_cannot_be_changed() -> None:
    with pytest.raises(ValueError, match="frozen"):
        config.load().smtp.hostname = "x"  # type: ignore[misc]
