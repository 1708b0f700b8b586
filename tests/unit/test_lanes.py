"""Mail with pages to recognise is judged in a lane of its own, and no other mail waits for it."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import structlog

from ingestd import chamber, judgement, lanes, pipeline, worker
from ingestd.config import Clamav, Ocr, Settings, Storage, Worker
from ingestd.gathering import Announce
from ingestd.model import (
    Case,
    Envelope,
    Lane,
    Picture,
    SpooledMessage,
    Unavailable,
    Verdict,
    Word,
)
from ingestd.recognition.watch import Watch
from ingestd.scanner import Scanner
from ingestd.spool.local import LocalSpool
from ingestd.store import Store, companies, inbox, ledger, open_store
from tests._clamd import Clamd
from tests._log import deliver
from tests.documents.mails import COMPANY, MAILS

PAGES = re.compile(rb"X-Pages: (\d+)\r\n")


def scan(name: str, pages: int = 1) -> bytes:
    """Return a sample mail for the verdict on which so many pages have to be recognised."""
    return b"X-Pages: %d\r\n" % pages + MAILS[name]("")


class Engine:
    """Text recognition that is there, or is not."""

    def __init__(self) -> None:
        self.away = ""
        self.seen: list[Picture] = []
        self.probes = 0

    def probe(self) -> object:
        self.probes += 1
        return self._check()

    def recognise(self, picture: Picture) -> tuple[Word, ...]:
        self._check()
        self.seen.append(picture)
        return (Word("Rechnung", 0, 0, 10, 10, 0.9),)

    def _check(self) -> None:
        if self.away:
            raise Unavailable(self.away)


class Desk:
    """One instance without a door, and its workers of both lanes."""

    def __init__(self, path: Path, socket: Path) -> None:
        self.settings = Settings(
            storage=Storage(path=path, min_free_bytes=0),
            clamav=Clamav(socket=str(socket), timeout_s=20),
            worker=Worker(retry_s=0.05, poll_interval_s=0.01, max_attempts=3, lease_s=1000),
            ocr=Ocr(max_mail_pages=4, max_mail_s=50, timeout_s=7),
        )
        self.store: Store = open_store(self.settings)
        self.scanner = Scanner(self.settings.clamav.socket, 20)
        self.engine = Engine()
        LocalSpool(self.settings.spool_path).prepare()
        self.spools: dict[Lane, LocalSpool] = {}
        companies.add(self.store, COMPANY, "Ateliers Lumière SARL")

    def duty(self, lane: Lane) -> lanes.Duty:
        duty = lanes.duty_of(self.settings, lane)
        if duty.recognise in (None, chamber.elsewhere):
            return duty
        watch = Watch(self.engine, self.settings.worker.retry_s)
        return replace(duty, recognise=watch.recognise, look=watch.look)

    def put(self, content: bytes) -> str:
        envelope = Envelope(
            mail_from="a@x.example",
            rcpt_to=("x@in.example.com",),
            peer="127.0.0.1",
            helo="x",
            tls=False,
            received_at=datetime.now(UTC),
        )
        return deliver(self.settings.spool_path, envelope, content, to=(COMPANY,))

    def work(self, lane: Lane) -> bool:
        """Let a worker of this lane take one message."""
        duty = self.duty(lane)
        spool = self.spools.setdefault(lane, LocalSpool(self.settings.spool_path, lanes=duty.lanes))
        duty.look()
        return worker._take(self.settings, spool, self.store, self.scanner, None, duty)

    def waiting(self) -> dict[str, Lane]:
        return {one.spool_id: one.lane for one in LocalSpool(self.settings.spool_path).entries()}

    def filed(self) -> set[str]:
        return {one.mail_id for one in ledger.list_invoices(self.store, ledger.Filter())}


@pytest.fixture
def desk(tmp_path: Path, clamd: Clamd, monkeypatch: pytest.MonkeyPatch) -> Desk:
    judge_as_it_is = pipeline.examine

    def examine(message: SpooledMessage, inside: Case, announce: Announce) -> Verdict:
        found = PAGES.match(message.content)
        for number in range(int(found[1]) if found and inside.recognise else 0):
            assert inside.recognise
            inside.recognise(Picture(8, 8, 300, bytes([number]) * 64))
        return judge_as_it_is(message, replace(inside, recognise=None), announce)

    monkeypatch.setattr(pipeline, "examine", examine)
    return Desk(tmp_path, clamd.socket)


@pytest.fixture
def log() -> Iterator[list[Any]]:
    with structlog.testing.capture_logs() as events:
        yield events


def test_other_mail_is_filed_while_scans_wait(desk: Desk, log: list[Any]) -> None:
    scans = [desk.put(scan("factur-x")), desk.put(scan("zugferd-1"))]
    quick = desk.put(MAILS["cii-invoice"](""))
    while desk.work(Lane.MAIN):
        pass
    assert desk.filed() == {quick}
    assert desk.waiting() == dict.fromkeys(scans, Lane.OCR)
    assert {one["mail"] for one in log if one["event"] == "handed over"} == set(scans)
    while desk.work(Lane.OCR):
        pass
    assert desk.filed() == {quick, *scans}
    assert desk.waiting() == {}
    told = [(one["mail"], one["pages"]) for one in log if one["event"] == "recognised"]
    assert told == [(scans[0], 1), (scans[1], 1)]


def test_the_attempt_is_given_back(desk: Desk) -> None:
    spool_id = desk.put(scan("factur-x"))
    for _ in range(5):  # more than max_attempts
        assert desk.work(Lane.MAIN)
        (entry,) = LocalSpool(desk.settings.spool_path).entries()
        assert (entry.attempt, entry.aside, entry.lane) == (0, False, Lane.OCR)
        ocr = LocalSpool(desk.settings.spool_path, lanes=(Lane.OCR,))
        message = ocr.claim(60)
        assert message
        ocr.hand_over(message, Lane.MAIN)
    assert desk.waiting() == {spool_id: Lane.MAIN}


def test_a_mail_is_read_up_to_its_share(desk: Desk, log: list[Any]) -> None:
    desk.put(scan("factur-x", pages=100))
    assert desk.work(Lane.MAIN)
    assert desk.work(Lane.OCR)
    (told,) = [one for one in log if one["event"] == "recognised"]
    assert (told["pages"], told["unread"]) == (4, 96)
    assert len(desk.engine.seen) == 4
    assert desk.filed()


def test_while_recognition_is_away_scans_wait_and_nothing_else(desk: Desk, log: list[Any]) -> None:
    desk.engine.away = "no tesseract"
    waits = desk.put(scan("factur-x"))
    quick = desk.put(MAILS["cii-invoice"](""))
    for _ in range(3):
        while desk.work(Lane.MAIN):
            pass
        with pytest.raises(Unavailable, match="no tesseract"):
            desk.work(Lane.OCR)
    assert desk.filed() == {quick}
    (entry,) = LocalSpool(desk.settings.spool_path).entries()
    assert (entry.spool_id, entry.attempt, entry.lane) == (waits, 0, Lane.OCR)
    desk.engine.away = ""
    assert desk.work(Lane.OCR)
    assert desk.filed() == {quick, waits}


class Once:
    """Lets a worker go round once."""

    def __init__(self) -> None:
        self.ended = False

    def is_set(self) -> bool:
        return self.ended

    def wait(self, timeout: float) -> bool:
        self.ended = True
        return True


def test_a_worker_looks_for_recognition_before_it_claims(
    desk: Desk, log: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.engine.away = "no tesseract"
    waits = desk.put(scan("factur-x"))
    assert desk.work(Lane.MAIN)
    duty = desk.duty(Lane.OCR)
    monkeypatch.setattr(lanes, "duty_of", lambda settings, lane: duty)
    log.clear()
    worker.run(desk.settings, Once(), Lane.OCR)
    told = [one["event"] for one in log]
    assert "waiting" in told
    assert "claimed" not in told
    assert desk.waiting() == {waits: Lane.OCR}


def test_recognition_that_goes_away_in_the_middle_puts_the_mail_off(
    desk: Desk, log: list[Any]
) -> None:
    waits = desk.put(scan("factur-x"))
    assert desk.work(Lane.MAIN)
    duty = desk.duty(Lane.OCR)
    duty.look()
    desk.engine.away = "no tesseract"
    spool = LocalSpool(desk.settings.spool_path, lanes=duty.lanes)
    assert worker._take(desk.settings, spool, desk.store, desk.scanner, None, duty)
    (entry,) = spool.entries()
    assert (entry.spool_id, entry.attempt, entry.lane) == (waits, 0, Lane.OCR)
    assert [one["what"] for one in log if one["event"] == "waiting"] == ["no tesseract"]
    with pytest.raises(Unavailable):
        duty.look()
    assert desk.filed() == set()


def test_switched_off_nobody_recognises_and_nothing_waits(desk: Desk) -> None:
    before = desk.put(scan("factur-x"))
    assert desk.work(Lane.MAIN)
    off = replace_ocr(desk, enabled=False)
    after = off.put(scan("zugferd-1"))
    while off.work(Lane.MAIN):
        pass
    assert off.filed() == {before, after}
    assert off.engine.seen == []


def replace_ocr(desk: Desk, **values: Any) -> Desk:
    """Change settings of text recognition, as at a restart."""
    ocr = desk.settings.ocr.model_copy(update=values)
    desk.settings = desk.settings.model_copy(update={"ocr": ocr})
    desk.spools.clear()
    return desk


def test_a_scan_is_ones_own_for_as_long_as_its_pages_may_take(desk: Desk) -> None:
    assert lanes.duty_of(desk.settings, Lane.MAIN).lease_s == 1000
    assert lanes.duty_of(desk.settings, Lane.OCR).lease_s == 1000 + 2 * 50 + 3 * 7


def test_what_is_judged_again_is_recognised_on_the_spot(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    watch = Watch(desk.engine, 1)
    monkeypatch.setattr(lanes, "recogniser", lambda settings: watch)
    desk.put(scan("wrong-total"))
    assert desk.work(Lane.MAIN)
    assert desk.work(Lane.OCR)
    (row,) = inbox.list_rows(desk.store, inbox.Filter())
    worker.judge_again(desk.settings, desk.store, row.document.id, frozenset())
    assert len(desk.engine.seen) == 2


def test_what_is_checked_is_recognised_on_the_spot(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    watch = Watch(desk.engine, 1)
    monkeypatch.setattr(lanes, "recogniser", lambda settings: watch)
    judge_as_it_is = pipeline.examine_mail

    def examine(content: bytes, inside: Case, announce: Announce) -> Verdict:
        assert inside.recognise
        assert inside.limits.recognised_pages == 4
        inside.recognise(Picture(1, 1, 300, b"x"))
        return judge_as_it_is(content, inside, announce)

    monkeypatch.setattr(pipeline, "examine_mail", examine)
    file = tmp_path / "x.eml"
    file.write_bytes(MAILS["cii-invoice"](""))
    judgement.check_file(desk.settings, file, None, scan=False)
    assert len(desk.engine.seen) == 1


# the watch


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_an_engine_is_proved_once_and_again_after_it_was_away(log: list[Any]) -> None:
    engine, clock = Engine(), Clock()
    watch = Watch(engine, 15, clock)
    for _ in range(3):
        watch.look()
    assert engine.probes == 1
    engine.away = "no fra"
    with pytest.raises(Unavailable):
        watch.recognise(Picture(1, 1, 300, b"x"))
    for _ in range(3):
        with pytest.raises(Unavailable, match="no fra"):
            watch.look()
    assert engine.probes == 2
    engine.away, clock.now = "", 15
    watch.look()
    watch.look()
    assert engine.probes == 3
    told = [one["event"] for one in log]
    assert told == ["recognition proved", "recognition away", "recognition proved"]
