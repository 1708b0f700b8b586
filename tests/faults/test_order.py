"""250 comes after the octets, after the commit, after the name of their file is on the disk; in order.

The rule is held against the system calls of a running door and, with each of its mutants, against
the log itself: one that leaves a step out, or swaps two, must be caught.
"""

import os
import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from ingestd.model import Envelope
from ingestd.spool import _orders, _segments, _writer
from ingestd.spool.local import LocalSpool
from ingestd.spool.log import LogReceiver
from tests._door import OTHER_RECIPIENT, RECIPIENT, Door, queued
from tests._log import commit, receive
from tests.faults._syscalls import Call, Strace

_DOOR = re.compile(r"/log/[0-9a-f]{16}$")
_SEGMENT = re.compile(r"/log/[0-9a-f]{16}/\d{8}\.log$")


def broken_rule(calls: list[Call], spool_id: str) -> str:
    """Return which step towards the 250 is missing or comes too late, "" for none."""
    named: set[str] = set()
    unnamed: set[str] = set()
    unsynced: set[str] = set()
    door_named = committed = False
    for call in calls:
        path = call.paths[0] if call.paths else ""
        if call.name in ("openat", "open") and _SEGMENT.search(call.paths[-1]):
            unnamed.add(call.paths[-1])
        elif call.name == "fsync" and path.endswith("/log"):
            door_named = True
        elif call.name == "fsync" and _DOOR.search(path):
            named |= unnamed
            unnamed.clear()
        elif call.name == "writev" and _SEGMENT.search(path):
            unsynced.add(path)
            if not door_named or path not in named:
                return "octets go where no name is on the disk"
            committed = committed or any(spool_id in one for one in call.paths[1:])
        elif call.name == "fdatasync":
            unsynced.discard(path)
        elif f"queued as {spool_id}" in "".join(call.paths[-1:]):
            if not committed:
                return "250 before the commit"
            return "250 before all is on the disk" if unsynced else ""
    return "no 250"


TRACE = "trace=openat,fsync,fdatasync,writev,write,sendto"


@pytest.mark.parametrize("size", [0, 1_000, 300_000])
def test_a_running_door_keeps_the_order(tmp_path: Path, size: int) -> None:
    with Door(tmp_path) as door, door.client() as client:
        assert door.process
        before = [Call("fsync", (str(door.spool_path / "log"),))]
        for segment in sorted(door.spool_path.glob("log/*/*.log")):
            before.append(Call("openat", (str(segment),)))
            before.append(Call("fsync", (str(segment.parent),)))
        with Strace(door.process.pid, tmp_path / "strace", TRACE) as strace:
            client.begin(RECIPIENT, OTHER_RECIPIENT)
            spool_id = queued(client.send(b"x" * size + b"\r\n.\r\n").reply())
    assert broken_rule(before + strace.calls(), spool_id) == ""


def observe(tmp_path: Path, envelope: Envelope, monkeypatch: pytest.MonkeyPatch) -> str:
    """Put a message into a log whose system calls are recorded; return the rule that it broke."""
    calls: list[Call] = []
    spool = LocalSpool(tmp_path / "spool")
    spool.prepare()

    def path_of(file: Any) -> str:
        return str(Path(f"/proc/self/fd/{file}").readlink()) if isinstance(file, int) else str(file)

    def record(name: str) -> Callable[..., Any]:
        real = getattr(os, name)

        def recorded(file: Any, *arguments: Any) -> Any:
            result = real(file, *arguments)
            written = [str(one) for one in arguments[0]] if name == "writev" else []
            calls.append(Call("openat" if name == "open" else name, (path_of(file), *written)))
            return result

        return recorded

    with monkeypatch.context() as recorded:
        for name in ("open", "fsync", "fdatasync", "writev"):
            recorded.setattr(os, name, record(name))
        log = LogReceiver(tmp_path / "spool")
        incoming = receive(log, envelope, b"x" * 100_000)
        answer = commit(incoming)
        tell = answer.get()
        calls.append(Call("sendto", (f"250 2.6.0 queued as {incoming.spool_id}",)))
        log.close()
    assert tell is None
    return broken_rule(calls, incoming.spool_id)


@pytest.fixture
def envelope() -> Envelope:
    when = datetime(2026, 10, 2, tzinfo=UTC)
    return Envelope(mail_from="", rcpt_to=(), peer="", helo="", tls=False, received_at=when)


def test_the_log_keeps_the_order(
    tmp_path: Path, envelope: Envelope, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert observe(tmp_path, envelope, monkeypatch) == ""


def without_syncing_the_octets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_writer.Writer, "_sync", lambda _: None)


def without_syncing_the_name_of_the_segment(monkeypatch: pytest.MonkeyPatch) -> None:
    def hasty(writer: _writer.Writer) -> None:
        if writer._ahead == _writer._NONE:
            writer._number += 1
            writer._ahead = _segments.create_segment(writer._door, writer._number)

    monkeypatch.setattr(_writer.Writer, "_open_ahead", hasty)


def without_syncing_the_name_of_the_directory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_segments, "sync_directory", lambda _: None)


def syncing_before_the_octets(monkeypatch: pytest.MonkeyPatch) -> None:
    append, sync = _writer.Writer._append, _writer.Writer._sync

    def early(writer: _writer.Writer, octets: list[bytes]) -> None:
        writer._unsynced.add(_orders.Letter(0))
        sync(writer)
        append(writer, octets)

    monkeypatch.setattr(_writer.Writer, "_append", early)
    monkeypatch.setattr(_writer.Writer, "_sync", lambda _: None)


@pytest.mark.parametrize(
    "mutate",
    [
        without_syncing_the_octets,
        without_syncing_the_name_of_the_segment,
        without_syncing_the_name_of_the_directory,
        syncing_before_the_octets,
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
