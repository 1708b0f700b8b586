"""What is documented of the settings is what they are."""

import tomllib
from pathlib import Path

import pytest

from ingestd import config
from ingestd.cli.configuration import write_markdown, write_toml
from ingestd.config import keys as settings

ROOT = Path(__file__).parents[2]
AGAIN = "generate it again: `ingestd config --toml` (or `--markdown`)"


def test_the_sample_file_is_generated() -> None:
    assert (ROOT / "config" / "ingestd.toml").read_text(encoding="utf-8") == write_toml(), AGAIN


def test_the_manual_is_generated() -> None:
    manual = (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8")
    assert manual == write_markdown(), AGAIN


def test_every_setting_is_described() -> None:
    for section, key, field in settings():
        assert field.description, f"{section}.{key}"
        assert f"`{config.variable(section, key)}`" in write_markdown()


def test_the_sample_file_changes_nothing_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / "ingestd.toml"
    file.write_text(write_toml(), encoding="utf-8")
    assert config.load(file).model_dump() == config.load().model_dump()


def test_the_sample_file_with_all_its_comments_taken_away_is_the_defaults(tmp_path: Path) -> None:
    lines = write_toml().splitlines()
    given = [line[1:] if line.startswith("#") and line[1:2].isalpha() else line for line in lines]
    file = tmp_path / "ingestd.toml"
    file.write_text("\n".join(given), encoding="utf-8")
    written = tomllib.loads(file.read_text(encoding="utf-8"))
    assert {(section, key) for section, part in written.items() for key in part} == {
        (section, key) for section, key, _ in settings()
    }
    assert config.load(file).model_dump() == config.load().model_dump()


@pytest.fixture(autouse=True)
def _no_settings_around(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("INGESTD_CONFIG", raising=False)
    monkeypatch.setattr(config, "SYSTEM_FILE", tmp_path / "absent.toml")
