"""250 comes after fsync of the file, after its names, after fsync of the directory; in this order.

The rule is held against the system calls of a running door and, with each of its mutants, against
the spool itself: a spool that leaves one step out, or swaps two, must be caught.
"""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from ingestd.model import Envelope
from ingestd.spool import _incoming
from ingestd.spool._incoming import LocalIncoming
from ingestd.spool.local import LocalSpool
from tests._door import OTHER_RECIPIENT, RECIPIENT, Door, queued
from tests.faults._syscalls import Call, Strace

FR = "FR40303265045"
BE = "BE0202239951"


def broken_rule(calls: list[Call], spool_id: str) -> str:
    """Return which step towards the 250 is missing or comes too late, "" for none."""
    synced_file = named = synced_names = False
    for call in calls:
        if call.name == "fsync" and call.paths[0].endswith(f"/tmp/{spool_id}"):
            synced_file = True
        elif call.name in ("link", "linkat", "rename") and call.paths[-1].endswith(spool_id):
            if not synced_file:
                return "the file has a name before its octets are on the disk"
            named, synced_names = True, False
        elif call.name == "fsync" and call.paths[0].endswith("/queue"):
            synced_names = named
        elif call.name == "sendto" and f"queued as {spool_id}" in call.paths[-1]:
            return "" if synced_names else "250 before the names are on the disk"
    return "no 250"


@pytest.mark.parametrize("size", [0, 1_000, 300_000])
def test_a_running_door_keeps_the_order(tmp_path: Path, size: int) -> None:
    with Door(tmp_path) as door, door.client() as client:
        assert door.process
        trace = "trace=fsync,link,linkat,rename,renameat,renameat2,sendto"
        with Strace(door.process.pid, tmp_path / "strace", trace) as strace:
            client.begin(RECIPIENT, OTHER_RECIPIENT)
            spool_id = queued(client.send(b"x" * size + b"\r\n.\r\n").reply())
    assert broken_rule(strace.calls(), spool_id) == ""


def observe(tmp_path: Path, envelope: Envelope, monkeypatch: pytest.MonkeyPatch) -> str:
    """Put a message into a spool whose system calls are recorded; return the rule that it broke."""
    calls: list[Call] = []
    spool = LocalSpool(tmp_path / "spool")
    spool.prepare()
    fsync, link, rename = os.fsync, os.link, Path.rename

    def recorded_fsync(descriptor: int) -> None:
        fsync(descriptor)
        calls.append(Call("fsync", (str(Path(f"/proc/self/fd/{descriptor}").readlink()),)))

    def recorded_link(source: Path, target: Path) -> None:
        link(source, target)
        calls.append(Call("link", (str(source), str(target))))

    def recorded_rename(source: Path, target: Path) -> Path:
        calls.append(Call("rename", (str(source), str(target))))
        return rename(source, target)

    with monkeypatch.context() as recorded:
        recorded.setattr(os, "fsync", recorded_fsync)
        recorded.setattr(os, "link", recorded_link)
        recorded.setattr(Path, "rename", recorded_rename)
        incoming = spool.begin(envelope)
        incoming.write(b"x" * 100_000)
        spool_id = incoming.commit([FR, BE])
    calls.append(Call("sendto", (f"250 2.6.0 queued as {spool_id}",)))
    return broken_rule(calls, spool_id)


@pytest.fixture
def envelope() -> Envelope:
    from datetime import UTC, datetime

    when = datetime(2026, 10, 2, tzinfo=UTC)
    return Envelope(mail_from="", rcpt_to=(), peer="", helo="", tls=False, received_at=when)


def test_the_spool_keeps_the_order(
    tmp_path: Path, envelope: Envelope, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert observe(tmp_path, envelope, monkeypatch) == ""


def without_syncing_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(LocalIncoming, "_sync_file", lambda self: self._open().flush())


def without_syncing_the_directory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_incoming, "sync_directory", lambda _: None)


def syncing_the_file_after_its_names(monkeypatch: pytest.MonkeyPatch) -> None:
    publish = LocalIncoming._publish

    def late(self: LocalIncoming, names: list[str]) -> None:
        publish(self, names)
        assert self._file
        os.fsync(self._file.fileno())

    without_syncing_the_file(monkeypatch)
    monkeypatch.setattr(LocalIncoming, "_publish", late)


def syncing_the_directory_before_the_last_name(monkeypatch: pytest.MonkeyPatch) -> None:
    def early(self: LocalIncoming, names: list[str]) -> None:
        os.link(self._temporary, self._queue / names[0])
        self._sync(lambda: _incoming.sync_directory(self._queue))
        self._temporary.rename(self._queue / names[1])

    monkeypatch.setattr(LocalIncoming, "_publish", early)


@pytest.mark.parametrize(
    "mutate",
    [
        without_syncing_the_file,
        without_syncing_the_directory,
        syncing_the_file_after_its_names,
        syncing_the_directory_before_the_last_name,
    ],
    ids=lambda mutate: mutate.__name__,
)
def test_each_mutant_is_caught(
    tmp_path: Path,
    envelope: Envelope,
    monkeypatch: pytest.MonkeyPatch,
    mutate: Callable[[pytest.MonkeyPatch], None],
) -> None:
    mutate(monkeypatch)
    assert observe(tmp_path, envelope, monkeypatch) != ""
