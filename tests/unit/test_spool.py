"""The local spool: one copy of the octets, one entry a company, one winner for each claim."""

import errno
import os
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingestd.model import Envelope, Lane, Unavailable
from ingestd.spool import SpoolUnusable, _reading, _segments
from ingestd.spool._backlog import Backlog
from ingestd.spool._entry import new_spool_id, read_envelope, read_name, received_ms, write_envelope
from ingestd.spool.local import LocalSpool
from ingestd.spool.log import LogReceiver
from tests import _log

FR = "FR40303265045"
BE = "BE0202239951"
CONTENT = b"Subject: x\r\n\r\n.a bare \n and \r and \x00\xff\r\n"


class Clock:
    """Seconds that pass only when told."""

    def __init__(self) -> None:
        self.now = time.time() + 3_600  # later than the door's, which is real

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def spool(tmp_path: Path, clock: Clock) -> LocalSpool:
    spool = LocalSpool(tmp_path / "spool", clock)
    spool.prepare()
    return spool


def put(spool: LocalSpool, envelope: Envelope, *companies: str, content: bytes = CONTENT) -> str:
    """Put a message into the queue, by way of a log."""
    spool_id = _log.deliver(spool._path, envelope, content, to=companies or (FR,))
    assert spool._sorter.sort() == 1
    return spool_id


def names(spool: LocalSpool, room: str) -> list[str]:
    return sorted(path.name for path in (spool._path / room).iterdir())


def everything(spool: LocalSpool) -> list[str]:
    return [name for room in ("tmp", "queue", "aside") for name in names(spool, room)]


def test_what_was_put_is_claimed_as_it_was(spool: LocalSpool, envelope: Envelope) -> None:
    spool_id = put(spool, envelope)
    message = spool.claim(60)
    assert message is not None
    assert (message.spool_id, message.company, message.attempt) == (spool_id, FR, 1)
    assert message.content == CONTENT
    assert message.envelope == envelope
    assert names(spool, "tmp") == []


def test_each_company_has_its_own_entry_and_one_copy_is_kept(
    spool: LocalSpool, envelope: Envelope
) -> None:
    put(spool, envelope, FR, BE, FR, "postmaster")
    files = [spool._path / "queue" / name for name in names(spool, "queue")]
    assert len(files) == 3
    assert len({file.stat().st_ino for file in files}) == 1
    companies = set()
    while message := spool.claim(60):
        companies.add(message.company)
        spool.finish(message)
    assert companies == {FR, BE, "postmaster"}
    assert everything(spool) == []


def test_a_claim_hides_the_entry_until_its_lease_is_over(
    spool: LocalSpool, envelope: Envelope, clock: Clock
) -> None:
    put(spool, envelope)
    assert spool.claim(60) is not None
    assert spool.claim(60) is None
    clock.now += 61
    again = spool.claim(60)
    assert again is not None
    assert again.attempt == 2


def test_another_process_takes_over_after_the_lease(
    spool: LocalSpool, envelope: Envelope, clock: Clock
) -> None:
    put(spool, envelope)
    slow = spool.claim(60)
    assert slow is not None
    other = LocalSpool(spool._path, clock)
    assert other.claim(60) is None
    clock.now += 61
    taken = other.claim(60)
    assert taken is not None
    spool.finish(slow)  # the slow one comes late: nothing of it is left to remove
    assert len(names(spool, "queue")) == 1
    other.finish(taken)
    assert everything(spool) == []


def test_the_entry_that_is_due_longest_comes_first(spool: LocalSpool, envelope: Envelope) -> None:
    ids = []
    for _ in range(5):
        ids.append(put(spool, envelope))
    claimed = [spool.claim(60) for _ in ids]
    assert [message.spool_id for message in claimed if message] == ids


def test_many_workers_never_take_one_entry_twice(tmp_path: Path, envelope: Envelope) -> None:
    first = LocalSpool(tmp_path / "spool")
    first.prepare()
    log = LogReceiver(tmp_path / "spool")
    ids = {_log.put(log, envelope, CONTENT) for _ in range(200)}
    log.close()
    taken: list[str] = []
    guard = threading.Lock()

    def work() -> None:
        spool = LocalSpool(tmp_path / "spool")
        while message := spool.claim(3600):
            with guard:
                taken.append(message.spool_id)
            spool.finish(message)

    with ThreadPoolExecutor(8) as pool:
        for done in [pool.submit(work) for _ in range(8)]:
            done.result()
    assert sorted(taken) == sorted(ids)


@pytest.mark.parametrize(("counts", "attempt"), [(True, 2), (False, 1)])
def test_what_is_deferred_comes_back_later(
    spool: LocalSpool, envelope: Envelope, clock: Clock, counts: bool, attempt: int
) -> None:
    put(spool, envelope)
    message = spool.claim(60)
    assert message is not None
    spool.defer(message, 15, counts=counts)
    clock.now += 14
    assert spool.claim(60) is None
    clock.now += 2
    again = spool.claim(60)
    assert again is not None
    assert again.attempt == attempt


def test_what_was_set_aside_waits_for_an_operator(
    spool: LocalSpool, envelope: Envelope, clock: Clock
) -> None:
    spool_id = put(spool, envelope, FR, BE)
    message = spool.claim(60)
    assert message is not None
    spool.set_aside(message)
    assert len(names(spool, "aside")) == 1
    clock.now += 3600
    other = spool.claim(60)
    assert other is not None
    assert spool.claim(60) is None
    shown = {entry.company: entry for entry in spool.entries()}
    assert shown[message.company].aside
    assert not shown[other.company].aside
    assert spool.retry(spool_id) == 2
    retried = [spool.claim(60), spool.claim(60)]
    assert sorted(one.company for one in retried if one) == sorted([FR, BE])
    assert [one.attempt for one in retried if one] == [1, 1]


def test_retry_knows_only_its_own(spool: LocalSpool, envelope: Envelope) -> None:
    put(spool, envelope)
    assert spool.retry("0" * 16) == 0


def test_entries_tell_what_waits(spool: LocalSpool, envelope: Envelope) -> None:
    spool_id = put(spool, envelope)
    (entry,) = spool.entries()
    assert entry.spool_id == spool_id
    assert entry.envelope == envelope
    assert entry.size_bytes == len(CONTENT)
    assert entry.due_at == datetime.fromtimestamp(received_ms(spool_id) / 1000, UTC)
    assert entry.attempt == 0


def test_what_a_worker_takes_up_meanwhile_is_listed(
    spool: LocalSpool, envelope: Envelope, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = {put(spool, envelope) for _ in range(3)}
    worker = LocalSpool(spool._path, clock)
    worker.prepare()
    look = os.listdir
    listings: list[list[str]] = []

    def listdir(path: Path) -> list[str]:
        found = look(path)
        if Path(path).name == "queue":
            listings.append(found)
            if len(listings) == 1:
                worker.claim(60)
                return found[:2]  # the third was moved past where this stood
        return found

    monkeypatch.setattr(os, "listdir", listdir)
    assert {entry.spool_id for entry in spool.entries()} == ids


def test_what_is_in_the_log_is_listed_while_it_is_sorted(
    spool: LocalSpool, envelope: Envelope, monkeypatch: pytest.MonkeyPatch
) -> None:
    spool_id = _log.deliver(spool._path, envelope, CONTENT)
    read, faults = _reading.open_segment, [FileNotFoundError(errno.ENOENT, "removed just now")]

    def open_segment(door: Path, number: int) -> AbstractContextManager[int]:
        if faults:
            raise faults.pop()
        return read(door, number)

    monkeypatch.setattr(_reading, "open_segment", open_segment)
    assert [entry.spool_id for entry in spool.entries()] == [spool_id]


@pytest.mark.parametrize(
    "damage", [b"", b"\n", b"{", b"{}\n", b"[]\nx", b"\xff\xfe\n", b'{"mail_from": 1}\n']
)
def test_a_damaged_file_ends_aside_and_is_still_shown(
    spool: LocalSpool, envelope: Envelope, damage: bytes, clock: Clock
) -> None:
    put(spool, envelope)
    (name,) = names(spool, "queue")
    (spool._path / "queue" / name).write_bytes(damage)
    clock.now += 0.001
    whole = put(spool, envelope)
    message = spool.claim(60)
    assert message is not None
    assert message.spool_id == whole
    assert len(names(spool, "aside")) == 1
    aside = [entry for entry in spool.entries() if entry.aside]
    assert [entry.envelope.rcpt_to for entry in aside] == [()]


def test_foreign_files_in_the_queue_are_left_alone(spool: LocalSpool, envelope: Envelope) -> None:
    for name in ("README", ".hidden", "1.2.3.4", "00000000000000.0.FR1.short"):
        (spool._path / "queue" / name).write_text("?")
    assert spool.claim(60) is None
    assert spool.entries() == []


def test_an_empty_mail_is_a_mail(spool: LocalSpool, envelope: Envelope) -> None:
    put(spool, envelope, content=b"")
    message = spool.claim(60)
    assert message is not None
    assert message.content == b""


def failing(code: int) -> Callable[..., Any]:
    def fail(*_: object, **__: object) -> None:
        raise OSError(code, os.strerror(code))

    return fail


def test_too_few_file_descriptors_are_not_the_messages_fault(
    spool: LocalSpool, envelope: Envelope, monkeypatch: pytest.MonkeyPatch, clock: Clock
) -> None:
    put(spool, envelope)
    with monkeypatch.context() as broken:
        broken.setattr(Path, "open", failing(errno.EMFILE))
        with pytest.raises(Unavailable):
            spool.claim(60)
    clock.now += 61
    assert spool.claim(60) is not None


# the directory


def test_a_spool_makes_itself(tmp_path: Path, envelope: Envelope) -> None:
    spool = LocalSpool(tmp_path / "a" / "b" / "spool")
    spool.prepare()
    spool.prepare()
    put(spool, envelope)
    assert all((spool._path / room).stat().st_mode & 0o777 == 0o700 for room in ("tmp", "queue"))


def test_leftovers_of_a_sorter_are_swept_unless_one_is_at_work(
    spool: LocalSpool, envelope: Envelope
) -> None:
    leftover = spool._path / "tmp" / "leftover"
    leftover.write_bytes(b"half a mail")
    with _segments.lock(spool._path / "log" / "lock"):
        LocalSpool(spool._path).prepare()
        assert leftover.exists()
    LocalSpool(spool._path).prepare()
    assert not leftover.exists()


def test_a_file_in_the_way_is_named(tmp_path: Path) -> None:
    (tmp_path / "spool").write_text("")
    with pytest.raises(SpoolUnusable) as unusable:
        LocalSpool(tmp_path / "spool").prepare()
    assert str(tmp_path / "spool") in str(unusable.value)
    assert "move that away" in str(unusable.value)


@pytest.mark.parametrize(
    ("code", "advice"),
    [(errno.EACCES, "make it writable"), (errno.EROFS, "mount"), (errno.ENOSPC, "make room")],
)
def test_a_spool_that_cannot_be_written_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int, advice: str
) -> None:
    spool = LocalSpool(tmp_path / "spool")
    spool.prepare()
    monkeypatch.setattr(os, "fsync", failing(code))
    with pytest.raises(SpoolUnusable, match=advice):
        spool.prepare()
    assert everything(spool) == []


# names


def test_ids_sort_by_time_are_unique_and_easy_to_read() -> None:
    ids = [new_spool_id(1_800_000_000_000 + step // 100) for step in range(10_000)]
    assert len(set(ids)) == len(ids)
    assert [one[:9] for one in ids] == sorted(one[:9] for one in ids)
    assert all(len(one) == 16 and not set(one) & set("ilou") for one in ids)
    assert received_ms(ids[0]) == 1_800_000_000_000


@given(st.text(max_size=60))
def test_a_foreign_name_is_no_entry(name: str) -> None:
    assert read_name(name) is None


@given(st.text(), st.lists(st.text()), st.text(), st.text(), st.booleans())
def test_an_envelope_is_one_line_whatever_is_in_it(
    mail_from: str, rcpt_to: list[str], peer: str, helo: str, tls: bool
) -> None:
    envelope = Envelope(
        mail_from=mail_from,
        rcpt_to=tuple(rcpt_to),
        peer=peer,
        helo=helo,
        tls=tls,
        received_at=datetime(2026, 10, 2, 8, 30, tzinfo=UTC),
    )
    line = write_envelope(envelope, "0" * 16)
    assert line.count(b"\n") == 1
    assert read_envelope(line) == envelope


def lane(spool: LocalSpool, *lanes: Lane) -> LocalSpool:
    """Return the same spool as the workers of other lanes see it."""
    return LocalSpool(spool._path, spool._clock, lanes)


def test_what_is_handed_over_is_claimed_in_the_other_lane_only(
    spool: LocalSpool, envelope: Envelope
) -> None:
    spool_id = put(spool, envelope)
    message = spool.claim(300)
    assert message
    spool.hand_over(message, Lane.OCR)
    assert spool.claim(300) is None
    ocr = lane(spool, Lane.OCR)
    again = ocr.claim(300)
    assert again
    assert (again.spool_id, again.attempt, again.content) == (spool_id, 1, CONTENT)
    assert ocr.claim(300) is None
    ocr.finish(again)
    assert spool.entries() == []


def test_what_is_handed_over_is_due_at_once_and_again_if_its_worker_dies(
    spool: LocalSpool, envelope: Envelope, clock: Clock
) -> None:
    put(spool, envelope)
    message = spool.claim(300)
    assert message
    spool.hand_over(message, Lane.OCR)
    ocr = lane(spool, Lane.OCR)
    assert ocr.claim(60)
    assert ocr.claim(60) is None
    clock.now += 61
    again = ocr.claim(60)
    assert again
    assert again.attempt == 2
    ocr.defer(again, 5, counts=False)
    clock.now += 6
    last = ocr.claim(60)
    assert last
    assert last.attempt == 2
    ocr.set_aside(last)
    assert [(one.aside, one.lane) for one in spool.entries()] == [(True, Lane.MAIN)]


def test_a_hand_over_is_on_the_disk_when_it_returns(
    spool: LocalSpool, envelope: Envelope, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(spool, envelope)
    message = spool.claim(300)
    assert message
    synced = []

    def sync(directory: Path) -> None:
        synced.append((directory.name, len(names(spool, "ocr"))))

    monkeypatch.setattr("ingestd.spool.local.sync_directory", sync)
    spool.hand_over(message, Lane.OCR)
    assert synced == [("ocr", 1)]


def test_who_lost_the_lease_hands_nothing_over(
    spool: LocalSpool, envelope: Envelope, clock: Clock
) -> None:
    put(spool, envelope)
    slow, quick = lane(spool, Lane.MAIN), lane(spool, Lane.MAIN)
    first = slow.claim(60)
    clock.now += 61
    second = quick.claim(60)
    assert first
    assert second
    slow.hand_over(first, Lane.OCR)
    assert names(spool, "ocr") == []
    quick.hand_over(second, Lane.OCR)
    assert len(names(spool, "ocr")) == 1
    assert names(spool, "queue") == []


def test_two_companies_are_handed_over_one_by_one(spool: LocalSpool, envelope: Envelope) -> None:
    put(spool, envelope, FR, BE)
    message = spool.claim(300)
    assert message
    spool.hand_over(message, Lane.OCR)
    other = spool.claim(300)
    assert other
    assert {message.company, other.company} == {FR, BE}


def test_who_serves_both_lanes_takes_the_first_before_the_other(
    spool: LocalSpool, envelope: Envelope
) -> None:
    scan = put(spool, envelope)
    message = spool.claim(300)
    assert message
    spool.hand_over(message, Lane.OCR)
    quick = put(spool, envelope)
    both = lane(spool, Lane.MAIN, Lane.OCR)
    claimed = [both.claim(300), both.claim(300), both.claim(300)]
    assert [one and one.spool_id for one in claimed] == [quick, scan, None]


def test_the_lanes_are_shown_and_counted(spool: LocalSpool, envelope: Envelope) -> None:
    scan = put(spool, envelope)
    message = spool.claim(300)
    assert message
    spool.hand_over(message, Lane.OCR)
    put(spool, envelope)
    assert {one.spool_id: one.lane for one in spool.entries()}[scan] is Lane.OCR
    depth = spool.depth()
    assert {one: queue.waiting for one, queue in depth.lanes.items()} == {Lane.MAIN: 1, Lane.OCR: 1}
    assert (depth.waiting, depth.aside) == (2, 0)
    oldest = depth.lanes[Lane.OCR].oldest
    assert oldest
    assert int(oldest.timestamp() * 1000) == received_ms(scan)
    assert Backlog(spool._path).count() == 2  # what the door's back-pressure counts


def test_retry_leaves_a_message_in_its_lane_and_what_was_aside_begins_again(
    spool: LocalSpool, envelope: Envelope, clock: Clock
) -> None:
    spool_id = put(spool, envelope)
    message = spool.claim(300)
    assert message
    spool.hand_over(message, Lane.OCR)
    ocr = lane(spool, Lane.OCR)
    held = ocr.claim(300)
    assert held
    ocr.defer(held, 3600, counts=True)
    assert spool.retry(spool_id) == 1
    again = ocr.claim(300)
    assert again
    assert again.attempt == 1
    ocr.set_aside(again)
    assert spool.retry(spool_id) == 1
    assert names(spool, "ocr") == []
    assert spool.claim(300)
