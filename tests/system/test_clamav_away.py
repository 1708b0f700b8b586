"""ClamAV stopped, frozen, killed while it scans, and another program in its place, while mail comes in:
nothing is filed that it did not pass, everything is judged in the end, and the metrics say what is up."""

import os
import signal
import urllib.request
from collections.abc import Callable

from tests._clamd import Clamd
from tests._fake_clamd import answers, fake_clamd
from tests._instance import Instance, free_port, until
from tests.documents.mails import MAILS

NUMBERS = {"PM-2026-0412", "2026/187", "RE-70421", "RE-70455"}


def metrics(port: int) -> dict[str, float]:
    """Return what Prometheus would get."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics") as answer:
        rows = answer.read().decode().splitlines()
    return {
        name: float(value)
        for name, value in (row.rsplit(" ", 1) for row in rows if not row.startswith("#"))
    }


def test_whatever_becomes_of_clamav(
    make_instance: Callable[..., Instance], own_clamd: Clamd
) -> None:
    port = free_port()
    instance = make_instance(
        own_clamd.socket,
        INGESTD_CLAMAV__TIMEOUT_S="3",
        INGESTD_METRICS__LISTEN=f"127.0.0.1:{port}",
    )

    def waits(name: str) -> str:
        mail_id = instance.send(MAILS[name]())
        until(lambda: instance.event("waiting", mail=mail_id), f"{name} to wait")
        assert instance.invoices() == []
        return mail_id

    def counts() -> bool:
        try:
            return bool(metrics(port))
        except OSError:
            return False

    with instance.serving():
        until(counts, "somebody who counts")  # what is taken before is not in the metrics
        sent = [waits("factur-x")]  # not started yet
        until(lambda: metrics(port)["ingestd_clamav_up"] == 0, "the alarm")
        assert metrics(port)['ingestd_spool_waiting{lane="main"}'] == 1
        with fake_clamd(own_clamd.socket, answers(b"OK\n")):  # another program, or a broken one
            sent.append(waits("ubl-invoice"))
        own_clamd.start()
        os.kill(own_clamd.pid, signal.SIGSTOP)  # so slow that it does not answer in time
        sent.append(waits("cii-invoice"))
        os.kill(own_clamd.pid, signal.SIGKILL)  # in the middle of a scan
        own_clamd.stop()
        sent.append(waits("virus"))
        own_clamd.start()
        sent.append(instance.send(MAILS["xrechnung"]()))
        for mail_id in sent:
            instance.judged(mail_id)
        assert {row["number"] for row in instance.invoices()} == NUMBERS
        assert {row["mail_id"] for row in instance.invoices() + instance.inbox()} == set(sent)
        assert instance.json("spool", "list") == []
        waiting = 'ingestd_spool_waiting{lane="main"}'
        until(lambda: metrics(port)[waiting] == 0, "an empty spool")
        got = metrics(port)
        assert got["ingestd_clamav_up"] == 1
        assert got['ingestd_messages_judged_total{outcome="filed"}'] == len(NUMBERS)
        assert got['ingestd_findings_total{reason="virus-found"}'] == 1
        assert got["ingestd_messages_accepted_total"] == len(sent)
        assert got["ingestd_judgements_put_off_total"] >= len(sent) - 1
        assert got['ingestd_scans_total{verdict="clean"}'] > len(NUMBERS)
    assert instance.event("clamav unfit")
    assert instance.event("clamav proved")
