"""What is counted in any process is what Prometheus gets, and nobody waits for it."""

import json
import re
import socket
import urllib.request
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from ingestd import metrics
from ingestd.metrics import families
from ingestd.metrics.exposition import CannotExpose, Depth, Exposition, prove
from tests._instance import free_port, until

OPERATING = Path(__file__).parents[2] / "docs" / "operating.md"


def depth() -> Depth:
    return Depth({"main": 3, "ocr": 7}, {"main": 42.0, "ocr": 0.0}, 1)


@pytest.fixture
def exposition(tmp_path: Path) -> Iterator[Exposition]:
    made = Exposition(f"127.0.0.1:{free_port()}", tmp_path / "m", depth)
    metrics.configure(tmp_path / "m")
    yield made
    metrics.configure(None)
    made.close()


def lines(exposition: Exposition) -> dict[str, float]:
    """Ask for the metrics as Prometheus does."""
    with urllib.request.urlopen(f"http://127.0.0.1:{exposition.port}/metrics") as answer:
        text = answer.read().decode()
    rows = [line.rsplit(" ", 1) for line in text.splitlines() if not line.startswith("#")]
    return {name: float(value) for name, value in rows}


def shown(exposition: Exposition, name: str, value: float) -> None:
    until(lambda: lines(exposition).get(name) == value, f"{name} {value}", 10)


def test_everything_that_is_counted(exposition: Exposition) -> None:
    metrics.message_accepted(1000)
    metrics.message_accepted(500)
    metrics.message_refused("552 5.3.4 too large")
    metrics.recipient_refused("rcpt-unknown")
    metrics.judged("held", ["virus-found", "virus-found", "link-only"], 0.3)
    metrics.put_off()
    metrics.reader_stopped("cpu")
    metrics.worker_fault()
    shown(exposition, "ingestd_worker_faults_total", 1)  # a socket holds ten reports
    metrics.handed_over("ocr")
    metrics.recognised(20, 3, 25.0)
    metrics.recognition_probed(True)
    metrics.scanned("clean", 0.002)
    metrics.scanner_probed(True, {"EICAR": True, "MaxFiles": False}, 1_000_000.0)
    shown(exposition, 'ingestd_clamav_probe{probe="MaxFiles"}', 0)
    got = lines(exposition)
    assert got["ingestd_messages_accepted_total"] == 2
    assert got["ingestd_accepted_bytes_total"] == 1500
    assert got['ingestd_messages_refused_total{reply="552"}'] == 1
    assert got['ingestd_recipients_refused_total{reason="rcpt-unknown"}'] == 1
    assert got['ingestd_messages_judged_total{outcome="held"}'] == 1
    assert got['ingestd_findings_total{reason="virus-found"}'] == 1
    assert got["ingestd_judgement_seconds_count"] == 1
    assert got["ingestd_judgements_put_off_total"] == 1
    assert got['ingestd_readers_stopped_total{limit="cpu"}'] == 1
    assert got["ingestd_worker_faults_total"] == 1
    assert got['ingestd_scans_total{verdict="clean"}'] == 1
    assert got['ingestd_scan_seconds_bucket{le="0.005"}'] == 1
    assert got["ingestd_clamav_up"] == 1
    assert got['ingestd_clamav_probe{probe="EICAR"}'] == 1
    assert got["ingestd_clamav_signatures_timestamp_seconds"] == 1_000_000
    assert got["ingestd_clamav_signatures_age_seconds"] > 1_000_000
    assert got['ingestd_messages_handed_over_total{lane="ocr"}'] == 1
    assert got["ingestd_recognition_up"] == 1
    assert got["ingestd_pages_recognised_total"] == 20
    assert got["ingestd_pages_unread_total"] == 3
    assert got['ingestd_recognition_seconds_bucket{le="30.0"}'] == 1
    assert got['ingestd_spool_waiting{lane="main"}'] == 3
    assert got['ingestd_spool_waiting{lane="ocr"}'] == 7
    assert got["ingestd_spool_set_aside"] == 1
    assert got['ingestd_spool_oldest_seconds{lane="main"}'] == 42
    assert got['ingestd_spool_oldest_seconds{lane="ocr"}'] == 0


def test_a_scanner_that_is_away_is_down(exposition: Exposition) -> None:
    metrics.scanner_probed(True, {"EICAR": True}, None)
    metrics.scanner_probed(False, {}, None)
    shown(exposition, "ingestd_clamav_up", 0)


def test_nonsense_is_passed_over(exposition: Exposition) -> None:
    for report in (
        b"",
        b"\xff",
        b"[]",
        b"{}",
        b'[["none", [], 1]]',
        b'[["ingestd_findings", [], 1]]',
    ):
        exposition.take(report)
    assert lines(exposition)["ingestd_messages_accepted_total"] == 0


def test_a_spool_that_is_away_leaves_the_rest(tmp_path: Path) -> None:
    def away() -> Depth:
        raise OSError

    made = Exposition(f"127.0.0.1:{free_port()}", tmp_path / "m", away)
    assert "ingestd_messages_accepted_total" in lines(made)
    assert 'ingestd_spool_waiting{lane="main"}' not in lines(made)
    made.close()


def test_nobody_listens_and_nobody_waits(tmp_path: Path) -> None:
    metrics.configure(tmp_path / "none")
    metrics.message_accepted(1)
    metrics.configure(None)
    metrics.message_accepted(1)


def test_what_is_not_taken_in_time_comes_later_or_is_counted(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as slow:
        slow.bind(str(tmp_path / "m"))
        slow.setblocking(False)
        metrics.configure(tmp_path / "m")
        for _ in range(3_000):
            metrics.put_off()
        got = list(taken(slow))
        sent = 3_000
        while len(got) < sent and not any(b"lost" in one for one in got):
            metrics.put_off()
            sent += 1
            got += taken(slow)
        metrics.configure(None)
    (told,) = (one for one in got if b"lost" in one)
    lost = json.loads(told)[0][2]
    assert lost
    assert len(got) - 1 + lost == sent


def taken(slow: socket.socket) -> Iterator[bytes]:
    """Yield all reports that have come."""
    with suppress(BlockingIOError):
        while True:
            yield slow.recv(1 << 16)


def test_a_port_that_is_taken_is_said() -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as other,
        pytest.raises(CannotExpose, match="cannot be exposed"),
    ):
        prove(f"127.0.0.1:{other.getsockname()[1]}")


def test_every_metric_is_in_the_manual() -> None:
    manual = OPERATING.read_text(encoding="utf-8")
    named = set(re.findall(r"`(ingestd_[a-z_]+)`", manual))
    wanted = {
        f"{one.name}_total" if one.kind is families.Kind.COUNTER else one.name
        for one in (*families.SENT, *families.ASKED)
    }
    assert named == wanted


def test_every_metric_is_in_one_of_the_lists() -> None:
    made = {one for one in vars(families).values() if isinstance(one, families.Family)}
    assert made == {*families.SENT, *families.ASKED}
