"""From the log to the queue: whole or not at all, once, whatever was cut off, damaged or killed."""

import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingestd.model import Envelope, Unavailable
from ingestd.spool import StorageFull, _cursor, _reading, _segments, _sorting
from ingestd.spool._backlog import Backlog
from ingestd.spool._commit import write_commit
from ingestd.spool._entry import new_spool_id
from ingestd.spool._frames import LARGEST_PAYLOAD, Damage, Kind, Walk, write_head
from ingestd.spool.local import LocalSpool
from ingestd.spool.log import LogReceiver
from ingestd.spool.room import RoomWatch
from tests._log import BE, CONTENT, FR, commit, put, receive, written

MARKER = bytes.fromhex("0123456789abcdef")


class Segment:
    """A segment as a door writes it. `spans` are where the frames of each message are."""

    def __init__(self, envelope: Envelope) -> None:
        self.octets = write_head(MARKER, Kind.BEGIN, 0, 0, b"")
        self.spans: dict[str, list[tuple[int, int]]] = {}
        self.contents: dict[str, bytes] = {}
        self._envelope = envelope

    def add(self, *chunks: bytes, kind: Kind = Kind.COMMIT, leave_out: int = -1) -> str:
        """Add a message with these chunks, its end, and return its id."""
        spool_id = new_spool_id(1_700_000_000_000 + len(self.spans))
        number, position = len(self.spans) + 1, 0
        self.spans[spool_id] = []
        for index, chunk in enumerate(chunks):
            if index != leave_out:
                self._frame(spool_id, Kind.CHUNK, number, position, chunk)
            position += len(chunk)
        payload = write_commit(spool_id, [FR, BE], self._envelope) if kind is Kind.COMMIT else b""
        self._frame(spool_id, kind, number, position, payload)
        self.contents[spool_id] = b"".join(chunks)
        return spool_id

    def _frame(self, name: str, kind: Kind, number: int, position: int, payload: bytes) -> None:
        begin = len(self.octets)
        self.octets += write_head(MARKER, kind, number, position, payload) + payload
        self.spans[name].append((begin, len(self.octets)))

    def whole_in(self, changed: Callable[[int, int], bool]) -> dict[str, bytes]:
        """Return the messages none of whose frames has changed."""
        return {
            name: self.contents[name]
            for name, spans in self.spans.items()
            if not any(changed(*span) for span in spans)
        }


def lay(path: Path, *segments: bytes, name: str = MARKER.hex()) -> LocalSpool:
    """Return a spool with the log of a dead door in it."""
    spool = LocalSpool(path / "spool")
    spool.prepare()
    door = path / "spool" / "log" / name
    door.mkdir()
    for number, octets in enumerate(segments, 1):
        (door / _segments.name_segment(number)).write_bytes(octets)
    return spool


def claim_all(spool: LocalSpool) -> dict[str, bytes]:
    """Claim all there is: each message for both companies, with the same octets."""
    found: dict[tuple[str, str], bytes] = {}
    while message := spool.claim(3600):
        assert (message.spool_id, message.company) not in found
        found[message.spool_id, message.company] = message.content
    contents = {spool_id: content for (spool_id, _), content in found.items()}
    assert found == {(name, who): content for name, content in contents.items() for who in (FR, BE)}
    return contents


@pytest.fixture
def segment(envelope: Envelope) -> Segment:
    return Segment(envelope)


@pytest.fixture
def messages(segment: Segment) -> Segment:
    segment.add(b"first")
    segment.add(os.urandom(5_000), os.urandom(7_000))
    segment.add()
    segment.add(MARKER * 40, b"a\r\n" * 2_000)
    segment.add(b"last")
    return segment


# cut off, damaged


def test_a_log_is_sorted_and_removed(tmp_path: Path, messages: Segment) -> None:
    spool = lay(tmp_path, messages.octets, b"")
    assert claim_all(spool) == messages.contents
    assert list((tmp_path / "spool" / "log").iterdir()) == [tmp_path / "spool" / "log" / "lock"]
    assert spool.damaged() == []


@settings(deadline=None, max_examples=60)
@given(st.data())
def test_cut_off_anywhere_nothing_is_torn_and_what_was_before_is_there(data: st.DataObject) -> None:
    with tempfile.TemporaryDirectory() as name:
        log = some_messages(data)
        cut = data.draw(st.integers(0, len(log.octets)))
        rest = data.draw(st.sampled_from([b"", bytes(100), log.octets[cut : cut + 9]]))
        rest = b"" if rest == log.octets[cut : cut + len(rest)] else rest
        spool = lay(Path(name), log.octets[:cut] + rest)
        assert claim_all(spool) == log.whole_in(lambda _begin, end: end > cut)
        assert len(spool.damaged()) <= len(rest) // 100  # zeros may stand for what was acknowledged


@settings(deadline=None, max_examples=60)
@given(st.data())
def test_bits_that_flip_cost_their_own_message_and_are_told(data: st.DataObject) -> None:
    with tempfile.TemporaryDirectory() as name:
        log = some_messages(data)
        octets = bytearray(log.octets)
        places = data.draw(st.sets(st.integers(0, len(octets) - 1), min_size=1, max_size=4))
        for place in places:
            octets[place] ^= data.draw(st.integers(1, 255))
        whole = log.whole_in(lambda begin, end: any(begin <= place < end for place in places))
        spool = lay(Path(name), bytes(octets), write_head(MARKER, Kind.BEGIN, 0, 0, b""))
        assert claim_all(spool) == whole
        (kept,) = spool.damaged()  # all that there is left of the others
        assert kept.read_bytes() == octets
        shown = {entry.spool_id for entry in spool.entries() if entry.aside}
        assert shown <= log.contents.keys() - whole.keys()


def some_messages(data: st.DataObject) -> Segment:
    when = datetime(2026, 10, 2, tzinfo=UTC)
    log = Segment(Envelope(mail_from="", rcpt_to=(), peer="", helo="", tls=False, received_at=when))
    # None is empty: a message is whole without such a frame.
    chunk = st.binary(min_size=1, max_size=300) | st.just(MARKER * 9) | st.just(bytes(20_000))
    for chunks in data.draw(st.lists(st.lists(chunk, max_size=3), min_size=1, max_size=6)):
        log.add(*chunks)
    return log


def test_damaged_octets_are_shown_and_never_judged(tmp_path: Path, segment: Segment) -> None:
    damaged, whole = segment.add(b"x" * 5_000, b"y" * 5_000), segment.add(b"whole")
    octets = bytearray(segment.octets)
    octets[octets.index(b"yyy") + 9] ^= 1
    spool = lay(tmp_path, bytes(octets))
    assert claim_all(spool) == {whole: b"whole"}
    aside = [entry for entry in spool.entries() if entry.aside]
    assert {(entry.spool_id, entry.company) for entry in aside} == {(damaged, FR), (damaged, BE)}
    assert aside[0].envelope.mail_from == "supplier@sender.example"
    assert len(spool.damaged()) == 1
    assert spool.retry(damaged) == 2
    assert spool.claim(60) is None  # set aside again, whoever asks for it


def test_a_message_without_all_its_chunks_is_not_taken(tmp_path: Path, segment: Segment) -> None:
    for left_out in range(3):
        segment.add(b"a" * 10, b"b" * 20, b"c" * 30, leave_out=left_out)
    spool = lay(tmp_path, segment.octets)
    assert claim_all(spool) == {}
    assert len([entry for entry in spool.entries() if entry.aside]) == 6


def test_what_was_given_up_is_forgotten(tmp_path: Path, segment: Segment) -> None:
    segment.add(b"x" * 1_000, kind=Kind.ABORT)
    kept = segment.add(b"kept")
    assert claim_all(lay(tmp_path, segment.octets)) == {kept: b"kept"}


def test_nobody_can_send_a_frame(tmp_path: Path, envelope: Envelope, segment: Segment) -> None:
    other = bytes(8)
    payload = write_commit("0" * 16, [FR, BE], envelope)
    forged = write_head(other, Kind.COMMIT, 99, 0, payload) + payload
    spool_id = segment.add(forged)
    octets = bytearray(segment.octets)
    octets[len(write_head(MARKER, Kind.BEGIN, 0, 0, b"")) + 9] ^= (
        1  # so that its inside is searched
    )
    spool = lay(tmp_path, bytes(octets))
    assert claim_all(spool) == {}
    assert {entry.spool_id for entry in spool.entries()} == {spool_id}


def test_octets_that_the_disk_cannot_read_are_damage(
    tmp_path: Path, segment: Segment, monkeypatch: pytest.MonkeyPatch
) -> None:
    segment.add(b"x" * 30_000)
    whole = segment.add(b"whole")
    spool = lay(tmp_path, segment.octets)
    pread = os.pread

    def fail(descriptor: int, count: int, offset: int) -> bytes:
        if offset <= 10_000 < offset + count:
            raise OSError(5, "Input/output error")
        return pread(descriptor, count, offset)

    monkeypatch.setattr(os, "pread", fail)
    assert claim_all(spool) == {whole: b"whole"}
    assert len(spool.damaged()) == 1


def test_a_segment_that_nobody_can_open_keeps_no_other_door_waiting(
    tmp_path: Path, messages: Segment
) -> None:
    spool = lay(tmp_path, messages.octets)
    (tmp_path / "spool" / "log" / ("f" * 16) / "00000001.log").mkdir(parents=True)
    assert claim_all_but_errors(spool) == messages.contents


def claim_all_but_errors(spool: LocalSpool) -> dict[str, bytes]:
    found = {}
    with suppress(Unavailable):
        while message := spool.claim(3600):
            found[message.spool_id] = message.content
    return found


@settings(deadline=None)
@given(st.binary(max_size=3_000), st.integers(0, 50))
def test_any_octets_are_walked_to_their_end(octets: bytes, start: int) -> None:
    with tempfile.TemporaryFile() as file:
        file.write(octets)
        file.flush()
        assert list(Walk(file.fileno(), MARKER, start)) == []


def test_damage_ends_where_the_next_frame_begins(tmp_path: Path) -> None:
    frame = write_head(MARKER, Kind.BEGIN, 0, 0, b"")
    (tmp_path / "s").write_bytes(frame + bytes(300_000) + MARKER + frame + b"tail")
    with (tmp_path / "s").open("rb") as file:
        walk = Walk(file.fileno(), MARKER, 0)
        _, damage, _ = walk
    assert isinstance(damage, Damage)
    assert (damage.offset, damage.length) == (len(frame), 300_008)
    assert walk.end == 300_008 + 2 * len(frame)


def test_a_frame_is_never_larger_than_it_may_be(tmp_path: Path) -> None:
    payload = bytes(LARGEST_PAYLOAD + 1)
    (tmp_path / "s").write_bytes(write_head(MARKER, Kind.CHUNK, 1, 0, payload) + payload)
    with (tmp_path / "s").open("rb") as file:
        assert list(Walk(file.fileno(), MARKER, 0)) == []


# while the door lives


def test_a_message_is_taken_only_once_it_is_whole(spool_and_log: Any, envelope: Envelope) -> None:
    spool, log = spool_and_log
    incoming = receive(log, envelope, bytes(100_000))
    written(incoming)
    assert spool.claim(60) is None
    assert spool.entries() == []
    assert commit(incoming, FR, BE).get() is None
    assert claim_all(spool) == {incoming.spool_id: bytes(100_000)}


def test_what_is_in_the_log_waits_as_well(spool_and_log: Any, envelope: Envelope) -> None:
    spool, log = spool_and_log
    spool_id = put(log, envelope, CONTENT, to=(FR, BE))
    shown = spool.entries()
    assert {(one.spool_id, one.company, one.size_bytes) for one in shown} == {
        (spool_id, FR, len(CONTENT)),
        (spool_id, BE, len(CONTENT)),
    }
    assert all(one.envelope == envelope and not one.aside for one in shown)
    assert (spool.depth().waiting, spool.depth().aside) == (2, 0)
    assert spool.retry(spool_id) == 2
    assert spool.claim(60)
    assert len(spool.entries()) == 2
    assert (spool.depth().waiting, spool.depth().aside) == (2, 0)


def test_what_is_pending_is_counted(spool_and_log: Any, envelope: Envelope) -> None:
    spool, log = spool_and_log
    backlog = Backlog(spool._path)
    assert backlog.count() == 0
    for _ in range(5):
        put(log, envelope, CONTENT)
    assert (backlog.count(), Backlog(spool._path).count()) == (5, 5)
    first = spool.claim(60)
    assert backlog.count() == 5  # in queue/ now
    put(log, envelope, CONTENT)
    spool.finish(first)
    assert (backlog.count(), Backlog(spool._path).count()) == (5, 5)


def test_the_room_is_known(spool_and_log: Any, envelope: Envelope) -> None:
    spool, log = spool_and_log
    put(log, envelope, CONTENT)
    watch = RoomWatch(spool._path)
    room = watch.now()
    watch.close()
    disk = os.statvfs(spool._path)
    assert room.pending == 1
    assert (room.total_bytes, room.total_inodes) == (disk.f_blocks * disk.f_frsize, disk.f_files)
    assert 0 < room.free_bytes <= room.total_bytes


def test_a_disk_that_does_not_say_has_no_room(
    spool_and_log: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise OSError(5, "Input/output error")

    watch = RoomWatch(spool_and_log[0]._path)
    with monkeypatch.context() as broken:
        broken.setattr(os, "statvfs", fail)
        with pytest.raises(Unavailable):
            watch.now()
    assert watch.now()
    watch.close()


def test_a_sync_of_the_sorter_that_failed_is_never_asked_again(
    spool_and_log: Any, envelope: Envelope, monkeypatch: pytest.MonkeyPatch
) -> None:
    spool, log = spool_and_log

    def fail(_: Path) -> None:
        raise OSError(5, "Input/output error")

    spool_id = put(log, envelope, CONTENT, to=(FR, BE))
    with monkeypatch.context() as broken:
        broken.setattr(_sorting, "sync_file_system", fail)
        with pytest.raises(Unavailable):
            spool.claim(60)
    with pytest.raises(Unavailable):
        spool.claim(60)
    assert claim_all(LocalSpool(spool._path)) == {spool_id: CONTENT}  # another process


def test_a_full_disk_keeps_what_was_sorted_and_the_log(
    spool_and_log: Any, envelope: Envelope, monkeypatch: pytest.MonkeyPatch
) -> None:
    spool, log = spool_and_log
    ids = {put(log, envelope, CONTENT, to=(FR, BE)) for _ in range(4)}
    write, left = _sorting._write_file, [2]

    def fill(*arguments: Any) -> bool:
        left[0] -= 1
        if left[0] < 0:
            raise OSError(28, "No space left on device")
        return write(*arguments)

    with monkeypatch.context() as full:
        full.setattr(_sorting, "_write_file", fill)
        with pytest.raises(StorageFull):
            spool.claim(60)
    assert claim_all(spool).keys() == ids


# killed


@pytest.fixture
def spool_and_log(tmp_path: Path) -> Iterator[tuple[LocalSpool, LogReceiver]]:
    spool = LocalSpool(tmp_path / "spool")
    spool.prepare()
    log = LogReceiver(tmp_path / "spool")
    yield spool, log
    log.close()


def killed_at(step: int, run: Callable[[], object]) -> bool:
    """Run in a child that ends without a word at its `step`-th change of the disk; whether it did."""
    if child := os.fork():
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) != 0
    try:
        left = [step]

        def end(event: str, arguments: tuple[Any, ...]) -> None:
            changes = event == "open" and isinstance(arguments[1], str) and "w" in arguments[1]
            if changes or event in ("os.rename", "os.link", "os.remove", "os.rmdir"):
                left[0] -= 1
                if left[0] < 0:
                    os._exit(9)

        sys.addaudithook(end)
        run()
    finally:
        os._exit(0)


@pytest.mark.parametrize("forgotten", [False, True], ids=["killed", "and its cursor forgotten"])
def test_a_sorter_that_is_killed_anywhere(
    tmp_path: Path, messages: Segment, forgotten: bool
) -> None:
    steps, killed = 0, True
    while killed:
        spool = lay(tmp_path / str(steps), messages.octets)
        killed = killed_at(steps, spool._sorter.sort)
        if forgotten:
            (spool._path / "log" / MARKER.hex() / _cursor.FILE).unlink(missing_ok=True)
        after = LocalSpool(spool._path)
        after.prepare()
        assert list((spool._path / "tmp").iterdir()) == []
        assert claim_all(after) == messages.contents
        assert after.damaged() == []
        steps += 1
    assert steps > 10


@pytest.mark.parametrize("room", ["queue", "ocr"])
def test_what_a_worker_holds_is_not_sorted_again(
    tmp_path: Path, messages: Segment, room: str
) -> None:
    spool = lay(tmp_path, messages.octets)
    assert killed_at(12, spool._sorter.sort)
    held = spool._look()[0].entry
    later = replace(held, due_ms=held.due_ms * 2, attempt=3)
    assert spool._rename(held, later, source="queue", to=room)
    assert spool._sorter.sort()
    names = [*spool._listed("queue"), *spool._listed("ocr")]
    mine = (held.spool_id, held.company)
    assert [one.attempt for one in names if (one.spool_id, one.company) == mine] == [3]


# the order of its steps


def broken_rule(steps: list[tuple[str, str]]) -> str:
    """Return which step of a sorter comes too early, "" for none."""
    synced, named, in_force = False, False, False
    for step, _ in steps:
        if step == "write":
            synced = False
        elif step == "syncfs":
            synced, named = True, False
        elif step == "name":
            named = True
            if not synced:
                return "a name in queue/ before its octets are on the disk"
        elif step == "cursor" and (named or not synced):
            return "called sorted before its names are on the disk"
        elif step == "fsync":
            in_force = True
        elif step == "unlink" and not in_force:
            return "a segment is removed before its cursor is on the disk"
    return ""


def observe(spool: LocalSpool, monkeypatch: pytest.MonkeyPatch) -> str:
    """Sort, and return the rule that was broken."""
    steps: list[tuple[str, str]] = []

    def record(step: str, name: str) -> Callable[..., Any]:
        real = getattr(_sorting, name)

        def recorded(*arguments: Any) -> Any:
            steps.append((step, str(arguments[0])))
            return real(*arguments)

        return recorded

    unlink = Path.unlink

    def recorded_unlink(path: Path, missing_ok: bool = False) -> None:
        if path.suffix == ".log":
            steps.append(("unlink", str(path)))
        unlink(path, missing_ok)

    with monkeypatch.context() as recorded:
        for step, name in (
            ("write", "_write_file"),
            ("syncfs", "sync_file_system"),
            ("name", "_give_names"),
            ("cursor", "put_in_force"),
            ("fsync", "sync_directory"),
        ):
            recorded.setattr(_sorting, name, record(step, name))
        recorded.setattr(Path, "unlink", recorded_unlink)
        assert spool._sorter.sort()
    assert {step for step, _ in steps} >= {"write", "name", "cursor", "unlink"}
    return broken_rule(steps)


def test_the_sorter_keeps_the_order(
    tmp_path: Path, messages: Segment, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert observe(lay(tmp_path, messages.octets), monkeypatch) == ""


def without_syncing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_sorting.Sorter, "_sync", lambda _: None)


def without_syncing_the_names(monkeypatch: pytest.MonkeyPatch) -> None:
    sync, calls = _sorting.Sorter._sync, []

    def first_only(sorter: _sorting.Sorter) -> None:
        calls.append(1)
        if len(calls) == 1:
            sync(sorter)

    monkeypatch.setattr(_sorting.Sorter, "_sync", first_only)


def without_syncing_the_directory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_sorting, "sync_directory", lambda _: None)
    # observe() records the calls of what it finds there: nothing may be found
    monkeypatch.setattr(_sorting._Pass, "_conclude", _hasty(_sorting._Pass._conclude))


def _hasty(conclude: Callable[..., None]) -> Callable[..., None]:
    def unlinking_first(one: Any, needless: list[int]) -> None:
        for number in needless:
            (one._door / _segments.name_segment(number)).unlink()
        conclude(one, [])

    return unlinking_first


@pytest.mark.parametrize(
    "mutate",
    [without_syncing, without_syncing_the_names, without_syncing_the_directory],
    ids=lambda mutate: mutate.__name__,
)
def test_each_mutant_of_the_order_is_caught(
    tmp_path: Path,
    messages: Segment,
    monkeypatch: pytest.MonkeyPatch,
    mutate: Callable[[pytest.MonkeyPatch], None],
) -> None:
    mutate(monkeypatch)
    assert observe(lay(tmp_path, messages.octets), monkeypatch) != ""


# mutants of the frames


def test_without_the_checksum_damage_is_taken_for_a_message(
    tmp_path: Path, segment: Segment, monkeypatch: pytest.MonkeyPatch
) -> None:
    segment.add(b"x" * 5_000)
    octets = bytearray(segment.octets)
    octets[octets.index(b"xxx") + 9] ^= 1
    assert claim_all(lay(tmp_path / "held", bytes(octets))) == {}
    with monkeypatch.context() as mutant:
        mutant.setattr(
            _reading,
            "read_payload",
            lambda file, head: os.pread(file, head.length, head.end - head.length),
        )
        assert claim_all(lay(tmp_path / "mutant", bytes(octets))) != {}


def test_without_the_count_a_message_lacks_a_chunk(
    tmp_path: Path, segment: Segment, monkeypatch: pytest.MonkeyPatch
) -> None:
    segment.add(b"a" * 10, b"b" * 20, leave_out=0)
    with monkeypatch.context() as mutant:
        read = _reading.read_whole
        mutant.setattr(
            _sorting, "read_whole", lambda door, one: (piece or b"" for piece in read(door, one))
        )
        assert claim_all(lay(tmp_path, segment.octets)) != {}
