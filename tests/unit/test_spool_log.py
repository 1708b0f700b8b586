"""The log before the queue: durable before it is answered, in groups; never a false yes."""

import errno
import os
import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from ingestd.model import Envelope, SpooledMessage, Unavailable
from ingestd.spool import StorageFull, _writer
from ingestd.spool.local import LocalSpool
from ingestd.spool.log import LogReceiver
from tests._log import BE, CONTENT, FR, Answer, commit, put, receive, written


@pytest.fixture
def spool(tmp_path: Path) -> LocalSpool:
    spool = LocalSpool(tmp_path / "spool")
    spool.prepare()
    return spool


@pytest.fixture
def log(spool: LocalSpool, tmp_path: Path) -> Iterator[LogReceiver]:
    log = LogReceiver(tmp_path / "spool")
    yield log
    log.close()


def claim_all(spool: LocalSpool) -> dict[tuple[str, str], bytes]:
    found = {}
    while message := spool.claim(3600):
        assert isinstance(message, SpooledMessage)
        assert (message.spool_id, message.company) not in found
        found[message.spool_id, message.company] = message.content
    return found


def segments(spool: LocalSpool) -> list[Path]:
    return sorted(spool._path.glob("log/*/*.log"))


def failing(code: int, times: int = 1_000_000) -> Callable[..., Any]:
    left = [times]

    def fail(*_: object) -> None:
        if left[0] == 0:
            raise AssertionError("it was not to be tried again")
        left[0] -= 1
        raise OSError(code, os.strerror(code))

    return fail


# taken


def test_what_was_put_is_claimed_as_it_was(
    spool: LocalSpool, log: LogReceiver, envelope: Envelope
) -> None:
    incoming = receive(log, envelope, CONTENT[:7], CONTENT[7:])
    assert commit(incoming, FR, BE, FR).get() is None
    claimed = [spool.claim(60), spool.claim(60)]
    assert {one.company for one in claimed if one} == {FR, BE}
    for message in claimed:
        assert message is not None
        assert (message.spool_id, message.attempt) == (incoming.spool_id, 1)
        assert (message.content, message.envelope) == (CONTENT, envelope)
    assert spool.claim(60) is None
    queued = list((spool._path / "queue").iterdir())
    assert len({file.stat().st_ino for file in queued}) == 1


@pytest.mark.parametrize("sizes", [[], [1], [32_768], [32_767, 2], [3_000_000], [40_000] * 40])
def test_any_size_and_chunking(
    spool: LocalSpool, log: LogReceiver, envelope: Envelope, sizes: list[int]
) -> None:
    chunks = [os.urandom(size) for size in sizes]
    spool_id = put(log, envelope, *chunks)
    assert claim_all(spool) == {(spool_id, FR): b"".join(chunks)}


def test_messages_of_many_clients_interleave(
    spool: LocalSpool, log: LogReceiver, envelope: Envelope
) -> None:
    contents = [os.urandom(50_000 * number) for number in range(1, 8)]
    incoming = [log.begin(envelope) for _ in contents]
    for begin in range(0, max(map(len, contents)), 40_000):
        for one, content in zip(incoming, contents, strict=True):
            one.write(content[begin : begin + 40_000])
    answers = [commit(one) for one in incoming]
    assert [answer.get() for answer in answers] == [None] * len(contents)
    ids = [(one.spool_id, FR) for one in incoming]
    assert claim_all(spool) == dict(zip(ids, contents, strict=True))


def test_a_group_is_answered_by_one_notification(spool: LocalSpool, envelope: Envelope) -> None:
    told: list[Callable[[], None]] = []
    log = LogReceiver(spool._path, told.append)
    answers = [commit(receive(log, envelope, CONTENT)) for _ in range(50)]
    log.close()
    assert not any(answer.given() for answer in answers)  # by nobody else than who is notified
    for tell in told:
        tell()
    assert [answer.get() for answer in answers] == [None] * 50
    assert len(told) < 50


def test_a_group_is_synced_once(
    spool: LocalSpool, log: LogReceiver, envelope: Envelope, monkeypatch: pytest.MonkeyPatch
) -> None:
    fdatasync, syncs, first = os.fdatasync, [], threading.Event()

    def slow(descriptor: int) -> None:
        syncs.append(descriptor)
        first.wait(20)  # while one group is on its way, the next one gathers
        fdatasync(descriptor)

    monkeypatch.setattr(os, "fdatasync", slow)
    answers = [commit(receive(log, envelope, CONTENT))]
    while not syncs:
        pass
    answers += [commit(receive(log, envelope, CONTENT)) for _ in range(40)]
    first.set()
    assert [answer.get() for answer in answers] == [None] * 41
    assert len(syncs) == 2


def test_what_waits_is_known_until_it_is_written(log: LogReceiver, envelope: Envelope) -> None:
    incoming = receive(log, envelope, bytes(100_000), bytes(10))
    assert incoming.size_bytes == 100_010
    written(incoming)
    assert incoming.waiting_bytes == 10  # too few to be worth a frame


def test_a_done_that_fails_takes_nobodys_answer(spool: LocalSpool, envelope: Envelope) -> None:
    told: list[Callable[[], None]] = []
    log = LogReceiver(spool._path, told.append)

    def fail(_: Exception | None) -> None:
        raise RuntimeError("ours")

    log.begin(envelope).commit([FR], fail)
    answer = commit(receive(log, envelope, CONTENT))
    log.close()
    for tell in told:
        tell()
    assert answer.get() is None


def test_giving_up(spool: LocalSpool, log: LogReceiver, envelope: Envelope) -> None:
    small, large = receive(log, envelope, b"x"), receive(log, envelope, bytes(100_000))
    for one in (small, large):
        one.abort()
        one.abort()
        one.write(b"y")
        with pytest.raises(ValueError, match="has ended"):
            one.commit([FR], Answer())
    spool_id = put(log, envelope, CONTENT)
    assert claim_all(spool) == {(spool_id, FR): CONTENT}


def test_giving_up_after_the_commit_changes_nothing(
    spool: LocalSpool, log: LogReceiver, envelope: Envelope
) -> None:
    incoming = receive(log, envelope, CONTENT)
    answer = commit(incoming)
    incoming.abort()
    assert answer.get() is None
    assert claim_all(spool) == {(incoming.spool_id, FR): CONTENT}


@pytest.mark.parametrize("company", ["", "../x", "a/b", "a.b", "FR 40", "x" * 33, "é"])
def test_no_strangers_name_reaches_the_disk(
    log: LogReceiver, envelope: Envelope, company: str
) -> None:
    with pytest.raises(ValueError, match="file name"):
        log.begin(envelope).commit([company], Answer())


def test_a_message_needs_a_company(log: LogReceiver, envelope: Envelope) -> None:
    with pytest.raises(ValueError, match="needs a company"):
        log.begin(envelope).commit([], Answer())


def test_what_is_closed_takes_no_more_and_has_answered(
    spool: LocalSpool, envelope: Envelope
) -> None:
    log = LogReceiver(spool._path)
    answer = commit(receive(log, envelope, CONTENT))
    log.close()
    log.close()
    assert answer.given()
    with pytest.raises(Unavailable):
        log.begin(envelope)


def test_two_doors_at_once(spool: LocalSpool, log: LogReceiver, envelope: Envelope) -> None:
    other = LogReceiver(spool._path)
    ids = {put(door, envelope, CONTENT) for door in (log, other) * 5}
    other.close()
    assert {spool_id for spool_id, _ in claim_all(spool)} == ids
    assert len({file.parent for file in segments(spool)}) == 1  # the dead one's is gone


# its segments


@pytest.fixture
def small_segments(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_writer, "SEGMENT_BYTES", 100_000)


@pytest.mark.usefixtures("small_segments")
def test_full_segments_are_left_and_removed_once_sorted(
    spool: LocalSpool, log: LogReceiver, envelope: Envelope
) -> None:
    contents = {}
    for _ in range(10):
        content = os.urandom(60_000)
        contents[put(log, envelope, content), FR] = content
    assert len(segments(spool)) > 3
    assert claim_all(spool) == contents
    put(log, envelope, CONTENT)
    assert spool.claim(60)
    assert len(segments(spool)) <= 2


@pytest.mark.usefixtures("small_segments")
def test_a_message_over_many_segments_keeps_them(
    spool: LocalSpool, log: LogReceiver, envelope: Envelope
) -> None:
    long, content = log.begin(envelope), b""
    for _ in range(10):
        piece = os.urandom(40_000)
        content += piece
        long.write(piece)
        written(long)
        put(log, envelope, os.urandom(60_000))
        assert claim_all(spool)
    assert commit(long).get() is None
    assert claim_all(spool) == {(long.spool_id, FR): content}
    put(log, envelope, CONTENT)
    assert claim_all(spool)
    assert len(segments(spool)) <= 2


def test_an_old_segment_is_left(
    spool: LocalSpool, envelope: Envelope, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_writer, "SEGMENT_AGE_S", 0.01)
    log = LogReceiver(spool._path)
    put(log, envelope, CONTENT)
    while segments(spool)[0].name == "00000001.log":
        spool.claim(60)
    log.close()


# the disk fails


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EROFS])
@pytest.mark.parametrize("short", [0, 5_000])
def test_a_write_that_fails_costs_its_messages_and_nobody_else(
    spool: LocalSpool,
    log: LogReceiver,
    envelope: Envelope,
    monkeypatch: pytest.MonkeyPatch,
    code: int,
    short: int,
) -> None:
    before, lives = put(log, envelope, CONTENT), receive(log, envelope, bytes(50_000))
    written(lives)
    writev, calls = os.writev, []

    def fail(descriptor: int, octets: list[bytes]) -> int:
        calls.append(descriptor)
        if short and len(calls) == 1:
            return writev(descriptor, [b"".join(octets)[:short]])
        raise OSError(code, os.strerror(code))

    with monkeypatch.context() as broken:
        broken.setattr(os, "writev", fail)
        fault = commit(receive(log, envelope, bytes(20_000))).get()
    assert isinstance(fault, Unavailable)
    assert isinstance(fault, StorageFull) == (code in (errno.ENOSPC, errno.EDQUOT))
    after = put(log, envelope, b"after")
    assert commit(lives).get() is None
    assert claim_all(spool) == {
        (before, FR): CONTENT,
        (after, FR): b"after",
        (lives.spool_id, FR): bytes(50_000),
    }
    assert spool.damaged() == []


def test_a_message_that_lost_a_chunk_is_never_taken(
    spool: LocalSpool, log: LogReceiver, envelope: Envelope, monkeypatch: pytest.MonkeyPatch
) -> None:
    incoming = receive(log, envelope, bytes(50_000))
    with monkeypatch.context() as full:
        full.setattr(os, "writev", failing(errno.ENOSPC))
        written(incoming)
    incoming.write(bytes(50_000))
    assert isinstance(commit(incoming).get(), StorageFull)
    assert incoming.waiting_bytes == 0
    assert claim_all(spool) == {}


@pytest.mark.usefixtures("small_segments")
def test_what_failed_keeps_no_segment(
    spool: LocalSpool, log: LogReceiver, envelope: Envelope, monkeypatch: pytest.MonkeyPatch
) -> None:
    failed = receive(log, envelope, bytes(50_000))
    written(failed)
    failed.write(bytes(50_000))
    with monkeypatch.context() as full:
        full.setattr(os, "writev", failing(errno.ENOSPC))
        written(failed)
    failed.abort()  # its client has gone; so has the room to write that down
    for _ in range(4):
        put(log, envelope, os.urandom(60_000))
        assert len(claim_all(spool)) == 1
    assert len(segments(spool)) <= 2


def test_a_failed_sync_is_never_asked_again(
    spool: LocalSpool, log: LogReceiver, envelope: Envelope, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, lives = put(log, envelope, CONTENT), receive(log, envelope, bytes(50_000))
    written(lives)
    monkeypatch.setattr(os, "fdatasync", failing(errno.EIO, times=1))
    fault = commit(receive(log, envelope, CONTENT)).get()
    assert isinstance(fault, Unavailable)
    assert not isinstance(fault, StorageFull)
    assert isinstance(commit(lives).get(), Unavailable)
    with pytest.raises(Unavailable):
        log.begin(envelope)
    log.close()
    assert claim_all(spool) == {(before, FR): CONTENT}


def test_a_segment_that_somebody_deleted_takes_no_mail(
    spool: LocalSpool, log: LogReceiver, envelope: Envelope
) -> None:
    put(log, envelope, CONTENT)
    segments(spool)[0].unlink()
    assert isinstance(commit(receive(log, envelope, CONTENT)).get(), Unavailable)
    spool_id = put(log, envelope, CONTENT)  # to the next one
    assert claim_all(spool) == {(spool_id, FR): CONTENT}
    shutil.rmtree(segments(spool)[0].parent)
    for _ in range(3):
        assert isinstance(commit(receive(log, envelope, CONTENT)).get(), Unavailable)


def test_a_full_disk_that_is_found_late_is_forgotten_when_there_is_room(
    spool: LocalSpool, log: LogReceiver, envelope: Envelope, monkeypatch: pytest.MonkeyPatch
) -> None:
    lost = receive(log, envelope, bytes(50_000))
    written(lost)
    with monkeypatch.context() as full:
        full.setattr(os, "fdatasync", failing(errno.ENOSPC))
        assert isinstance(commit(receive(log, envelope, CONTENT)).get(), StorageFull)
    assert isinstance(commit(lost).get(), StorageFull)  # what of it is on the disk is not known
    spool_id = put(log, envelope, CONTENT)
    assert claim_all(spool) == {(spool_id, FR): CONTENT}


@pytest.mark.usefixtures("small_segments")
@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EMFILE])
def test_without_a_next_segment_the_present_one_is_written_on(
    spool: LocalSpool,
    envelope: Envelope,
    monkeypatch: pytest.MonkeyPatch,
    code: int,
) -> None:
    with monkeypatch.context() as broken:
        log = LogReceiver(spool._path)
        broken.setattr(_writer, "create_segment", failing(code))
        ids = [put(log, envelope, os.urandom(60_000)) for _ in range(8)]
        log.close()
    assert sorted(spool_id for spool_id, _ in claim_all(spool)) == sorted(ids)


def test_a_segment_without_a_durable_name_takes_no_mail(
    spool: LocalSpool, envelope: Envelope, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "fsync", failing(errno.EIO))
    with pytest.raises(Unavailable):
        LogReceiver(spool._path)


def test_a_mistake_of_ours_in_the_thread_leaves_nobody_waiting(
    log: LogReceiver, envelope: Envelope, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "writev", lambda *_: 1 / 0)
    assert isinstance(commit(receive(log, envelope, CONTENT)).get(), Unavailable)
    with pytest.raises(Unavailable):
        log.begin(envelope)
