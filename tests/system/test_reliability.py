"""Nothing that was answered 250 is lost and nothing is filed twice, whatever dies in between; and
every mail can be followed in the log."""

import json
import os
import signal
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from tests._clamd import Clamd
from tests._instance import Instance, descendants, until
from tests.documents.mails import COMPANY, MAILS, RECIPIENT

NAMES = (
    "factur-x",
    "ubl-invoice",
    "ubl-credit-note",
    "cii-invoice",
    "xrechnung",
    "zugferd-1",
    "plain-pdf",
    "virus",
    "no-attachment",
)


def kill_workers(instance: Instance) -> int:
    """Kill -9 the workers and what they started; return how many processes. The first process that
    `serve` starts is the door, which is left alone."""
    started = [pid for pid in descendants(instance.pid) if "spawn_main" in command_of(pid)]
    for pid in started[1:]:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    return len(started[1:])


def command_of(pid: int) -> str:
    """Return the command line of a process, "" when it is gone."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_text(encoding="utf-8")
    except OSError:
        return ""


def test_workers_killed_while_judging(make_instance: Callable[..., Instance], clamd: Clamd) -> None:
    instance = make_instance(clamd.socket, INGESTD_WORKER__LEASE_S="3")
    with instance.serving():
        ids = {name: instance.send(MAILS[name]()) for name in NAMES}
        killed = 0
        for pause_s in (0.2, 0.5, 0.9):
            time.sleep(pause_s)
            killed += kill_workers(instance)
        assert killed
        until(lambda: instance.json("spool", "list") == [], "an empty spool")
        rows = instance.invoices() + instance.inbox()
        assert {row["mail_id"] for row in rows} == set(ids.values())
        assert Counter(row["mail_id"] for row in rows).most_common(1)[0][1] == 1
        assert {row["number"] for row in instance.invoices() if row["number"]} == {
            "PM-2026-0412",
            "PM-2026-0455",
            "2026/187",
            "2026/C012",
            "RE-70421",
            "RE-70455",
            "RE-69900",
        }


def test_a_restart_finds_what_waited(
    make_instance: Callable[..., Instance], own_clamd: Clamd
) -> None:
    instance = make_instance(own_clamd.socket)
    with instance.serving():
        mail_id = instance.send(MAILS["cii-invoice"]())
        until(lambda: instance.event("waiting", mail=mail_id), "the mail to wait")
        assert instance.stop() == 0
        own_clamd.start()
        instance.start()
        instance.judged(mail_id)
        assert [row["number"] for row in instance.invoices()] == ["RE-70421"]


def test_two_companies_of_one_mail_each_get_it(instance: Instance) -> None:
    instance.add_company("BE0764312983")
    with instance.serving():
        with instance.client() as client:
            client.ehlo()
            client.mail("x@papeterie-du-parc.example")
            client.rcpt(RECIPIENT)
            client.rcpt("be0764312983@in.example.com")
            code, text = client.data(MAILS["plain-pdf"]())
        assert code == 250, text
        until(lambda: instance.json("spool", "list") == [], "an empty spool")
        rows = instance.invoices() + instance.inbox()
        assert {row["company"] for row in rows} == {COMPANY, "BE0764312983"}


def test_one_mail_is_followed_by_its_id_from_socket_to_verdict(instance: Instance) -> None:
    with instance.serving():
        mail_id = instance.send(MAILS["factur-x"]())
        instance.judged(mail_id)
        told = [one for one in instance.events() if one.get("mail") == mail_id]
        names = [one["event"] for one in told]
        assert [name for name in names if name != "document judged"] == [
            "message accepted",
            "claimed",
            "judged",
        ]
        assert "document judged" in names
        assert all(one["timestamp"].endswith("Z") for one in told)
        (accepted,) = [one for one in told if one["event"] == "message accepted"]
        session = [
            one["event"] for one in instance.events() if one.get("session") == accepted["session"]
        ]
        assert session[0] == "connected"


def test_the_log_holds_nothing_of_the_content(instance: Instance) -> None:
    with instance.serving():
        instance.judged(instance.send(MAILS["factur-x"]()))
        text = json.dumps(instance.events(), ensure_ascii=False)
    assert "Claire Morvan" not in text
    assert "FR7630004008120001004578171" not in text


def test_sigterm_ends_everything(instance: Instance) -> None:
    with instance.serving():
        children = descendants(instance.pid)
        assert children
        assert instance.stop() == 0
        until(
            lambda: not any(Path(f"/proc/{pid}/cmdline").exists() for pid in children),
            "the processes to be gone",
        )
