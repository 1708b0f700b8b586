"""The units of systemd: they can be read, they give nothing away, and they start what is here."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from ingestd.cli import main

UNITS = Path(__file__).parents[2] / "deploy" / "systemd"
SERVICES = {"ingestd-smtpd": 1.2, "ingestd-worker": 2.0, "ingestd-serve": 2.0}
"""The most that each may score by `systemd-analyze security`, of 10."""
HARDENED = {
    "NoNewPrivileges": "yes",
    "ProtectSystem": "strict",
    "ProtectHome": "yes",
    "PrivateTmp": "yes",
    "PrivateDevices": "yes",
    "ProtectKernelTunables": "yes",
    "ProtectControlGroups": "yes",
    "RestrictNamespaces": "yes",
    "RestrictSUIDSGID": "yes",
    "LimitCORE": "0",
    "UMask": "0077",
    "Type": "notify",
    "User": "ingestd",
}


def settings(unit: str) -> dict[str, list[str]]:
    """Return what a unit sets, each key with its values in order."""
    found: dict[str, list[str]] = {}
    for line in (UNITS / unit).read_text(encoding="utf-8").splitlines():
        if match := re.fullmatch(r"([A-Za-z0-9]+)=(.*)", line):
            found.setdefault(match[1], []).append(match[2])
    return found


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_is_hardened_and_starts_a_command_of_ours(name: str) -> None:
    said = settings(f"{name}.service")
    assert {key: said[key][0] for key in HARDENED} == HARDENED
    (command,) = said["ExecStart"]
    assert command == f"/opt/ingestd/bin/ingestd {name.removeprefix('ingestd-')}"
    assert main([command.split()[1], "--help"]) == 0


def test_the_door_has_no_network_and_no_right_of_its_own() -> None:
    said = settings("ingestd-smtpd.service")
    assert said["PrivateNetwork"] == ["yes"]
    assert said["CapabilityBoundingSet"] == [""]
    assert said["RestrictAddressFamilies"] == ["AF_UNIX"]
    assert settings("ingestd-smtpd.socket")["FileDescriptorName"] == ["smtp"]


def test_systemd_reads_the_units_and_finds_them_safe(tmp_path: Path) -> None:
    if shutil.which("systemd-analyze") is None:
        return  # a machine without systemd; the tests above hold what they say
    for unit in UNITS.iterdir():
        text = unit.read_text(encoding="utf-8").replace("/opt/ingestd/bin/ingestd", "/bin/true")
        (tmp_path / unit.name).write_text(text, encoding="utf-8")
    units = [str(unit) for unit in tmp_path.iterdir()]
    verified = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *units],
        capture_output=True,
        text=True,
        check=False,
    )
    ours = [line for line in verified.stderr.splitlines() if str(tmp_path) in line]
    assert not ours, ours
    for name, most in SERVICES.items():
        judged = subprocess.run(
            ["systemd-analyze", "security", "--offline=true", str(UNITS / f"{name}.service")],
            capture_output=True,
            text=True,
            check=False,
        )
        score = re.search(r"exposure level for \S+: (\d+\.\d)", judged.stdout)
        assert score, judged.stderr
        assert float(score[1]) <= most, name
