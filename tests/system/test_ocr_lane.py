"""Scans never delay e-invoices: they are recognised in a lane of their own, by real tesseract, whatever
dies or is missing meanwhile."""

import json
import os
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from tests._clamd import Clamd
from tests._instance import PROGRAM, Instance, descendants, until
from tests.documents.mails import document, mail
from tests.documents.scans import scan

TESSERACT = "/usr/bin/tesseract"
FRENCH = {"INGESTD_OCR__LANGUAGES": '["fra"]'}  # the quicker
SCANS, E_INVOICES = 10, 8  # tests.bench.recognition does it with more
Make = Callable[..., Instance]


def e_invoice(number: str) -> bytes:
    """Return a mail with an electronic invoice of this number."""
    name, content = document("ubl-invoice.xml")
    return mail(f"Invoice {number}", (name, content.replace(b"2026/187", number.encode())))


@contextmanager
def process(instance: Instance, *command: str) -> Iterator["subprocess.Popen[bytes]"]:
    """Run a long-running command, and end it as a service manager does."""
    with instance.log.open("ab") as log:
        running = subprocess.Popen(
            [PROGRAM, *command], env=instance.environment, stdout=log, stderr=log
        )
    try:
        yield running
    finally:
        running.terminate()
        assert running.wait(60) == 0


def waiting(instance: Instance) -> Counter[str]:
    """Return how many messages wait in each lane."""
    return Counter(row["lane"] for row in instance.json("spool", "list"))


def judged(instance: Instance) -> list[str]:
    """Return the mails that have their verdict, in the order of their filing."""
    return [one["mail"] for one in instance.events() if one["event"] == "judged"]


def receive(instance: Instance, *mails: bytes) -> list[str]:
    """Let a door alone take mails, and return their ids."""
    with process(instance, "smtpd"):
        until(lambda: is_open(instance), "the door")
        return [instance.send(one) for one in mails]


def is_open(instance: Instance) -> bool:
    with suppress(OSError), instance.client():
        return True
    return False


def rows(instance: Instance) -> list[dict[str, Any]]:
    return [*instance.invoices(), *instance.inbox()]


def niceness(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[16])


def test_e_invoices_are_filed_while_scans_wait(make_instance: Make, clamd: Clamd) -> None:
    instance = make_instance(clamd.socket, **FRENCH)
    scans = [scan(f"PM-2026-{1000 + one}", picture=one % 2 == 1) for one in range(SCANS)]
    quick = [e_invoice(f"2026/{2000 + one}") for one in range(E_INVOICES)]
    ids = receive(instance, *scans, *quick)
    of_scans, of_quick = ids[:SCANS], ids[SCANS:]
    with (
        process(instance, "worker", "--lane", "main"),
        process(instance, "worker", "--lane", "ocr") as worker,
    ):
        until(lambda: len(judged(instance)) == len(ids), "everything to be judged", 170)
        assert [pid for pid in descendants(worker.pid) if is_of_lane(pid, worker.pid)]
    order = judged(instance)
    last = max(order.index(one) for one in of_quick)
    before = set(order[:last]) & set(of_scans)
    assert len(before) < SCANS / 2, "most of the scans were still waiting"
    assert Counter(order) == Counter(ids)
    assert Counter(row["mail_id"] for row in rows(instance)) == Counter(ids)
    assert {one["mail"] for one in instance.events() if one["event"] == "handed over"} == set(
        of_scans
    )
    assert {row["mail_id"] for row in instance.invoices()} >= set(of_quick)
    assert instance.json("spool", "list") == []
    who = {one["mail"]: one["process"] for one in instance.events() if one["event"] == "judged"}
    assert {who[one] for one in of_scans} == {"ocr-1"}
    assert {who[one] for one in of_quick} <= {"worker-1", "worker-2"}


def is_of_lane(pid: int, parent: int) -> bool:
    """Tell whether a process is a worker that stands back."""
    with suppress(OSError):
        stat = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return int(stat[1]) == parent and niceness(pid) == niceness(parent) + 5
    return False


def test_workers_of_both_lanes_are_killed_and_nothing_is_lost_or_twice(
    make_instance: Make, clamd: Clamd
) -> None:
    instance = make_instance(
        clamd.socket,
        **FRENCH,
        INGESTD_WORKER__LEASE_S="2",
        INGESTD_WORKER__MAX_ATTEMPTS="1000",
        INGESTD_OCR__MAX_MAIL_S="1",
        INGESTD_OCR__TIMEOUT_S="1",
    )
    mails = [scan(f"PM-2026-{3000 + one}") for one in range(3)]
    mails += [e_invoice(f"2026/{4000 + one}") for one in range(3)]
    ids = receive(instance, *mails)
    killed = 0
    with process(instance, "worker") as worker:
        for pause_s in (1.5, 0.7, 0.9, 1.1):
            time.sleep(pause_s)
            killed += kill(pid for pid in descendants(worker.pid) if is_worker(pid, worker.pid))
        until(lambda: set(ids) <= set(judged(instance)), "everything to be judged", 120)
        until(lambda: instance.json("spool", "list") == [], "an empty spool")
    assert killed >= 3
    ended = {one["what"] for one in instance.events() if one["event"] == "process ended"}
    assert ended >= {"worker-1", "ocr-1"}
    assert Counter(row["mail_id"] for row in rows(instance)) == Counter(ids)


def is_worker(pid: int, parent: int) -> bool:
    with suppress(OSError):
        stat = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        command = Path(f"/proc/{pid}/cmdline").read_bytes()
        return int(stat[1]) == parent and b"spawn_main" in command
    return False


def kill(pids: Iterator[int]) -> int:
    count = 0
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
            count += 1
    return count


def test_without_tesseract_scans_wait_and_e_invoices_go_on(
    make_instance: Make, clamd: Clamd, tmp_path: Path
) -> None:
    program = tmp_path / "tesseract"
    instance = make_instance(clamd.socket, **FRENCH, INGESTD_OCR__PROGRAM=str(program))
    with instance.serving():
        waits = instance.send(scan("PM-2026-0601"))
        until(lambda: waiting(instance) == {"ocr": 1}, "the scan to be handed over")
        quick = instance.send(e_invoice("2026/0602"))
        instance.judged(quick)
        until(lambda: instance.event("recognition away"), "the alarm")
        (entry,) = instance.json("spool", "list")
        assert (entry["id"], entry["lane"], entry["attempt"]) == (waits, "ocr", 0)
        assert {row["mail_id"] for row in rows(instance)} == {quick}
        program.symlink_to(TESSERACT)
        instance.judged(waits)
        assert instance.event("recognition proved")
    assert Counter(row["mail_id"] for row in rows(instance)) == {quick: 1, waits: 1}


def test_switched_off_scans_are_filed_unread(make_instance: Make, clamd: Clamd) -> None:
    instance = make_instance(clamd.socket, INGESTD_OCR__ENABLED="false")
    (unread,) = receive(instance, scan("PM-2026-0801"))
    with process(instance, "worker") as worker:
        instance.judged(unread)
        assert not any(is_of_lane(pid, worker.pid) for pid in descendants(worker.pid))
    assert not instance.event("handed over")
    (row,) = rows(instance)
    found = json.dumps(instance.json("inbox", "show", unread))
    assert row["mail_id"] == unread
    assert "no-text" in found


def test_a_check_recognises_on_the_spot(make_instance: Make, clamd: Clamd, tmp_path: Path) -> None:
    instance = make_instance(clamd.socket, **FRENCH)
    file = tmp_path / "scan.eml"
    file.write_bytes(scan("PM-2026-0901"))
    done = instance.run("check", str(file), "--json")
    assert "PM-2026-0901" in done.stdout.replace("\\/", "/")
