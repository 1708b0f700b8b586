"""Restarts that nobody notices: no connection refused, nothing lost, nothing twice.

Clients here do as mail servers do: a 4xx or a lost connection means to try the same mail again. What
was answered with 250 is counted against what is in the spool.
"""

import os
import re
import signal
import threading
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ingestd.address import write_recipients
from ingestd.model import Company
from ingestd.spool.local import LocalSpool
from tests._activation import ActivatedDoor
from tests._certificates import write_pair
from tests._door import COMPANY, RECIPIENT, Client, Door
from tests._instance import descendants, until

CLIENTS = 6
RESTARTS = 4


class Load:
    """Clients that send mail after mail until told to stop."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.acknowledged: list[str] = []
        self.refused: list[OSError] = []
        self.put_off = 0
        self.cut: list[str] = []
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._send, args=(one,)) for one in range(CLIENTS)]

    def __enter__(self) -> "Load":
        for one in self._threads:
            one.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for one in self._threads:
            one.join(60)

    def _send(self, client: int) -> None:
        number = 0
        while not self._stop.is_set():
            name = f"{client}-{number}"
            try:
                if self._deliver(name):
                    self.acknowledged.append(name)
                    number += 1
                    continue
            except ConnectionRefusedError as error:
                self.refused.append(error)
            except (OSError, AssertionError) as error:
                self.cut.append(repr(error))
            self.put_off += 1

    def _deliver(self, name: str) -> bool:
        """Send one mail, slowly enough that a restart finds it half sent. Return whether it is theirs
        now."""
        with Client(self.port) as client:
            for command in (
                "EHLO client.example",
                "MAIL FROM:<a@sender.example>",
                f"RCPT TO:<{RECIPIENT}>",
                "DATA",
            ):
                reply = client.say(command)
                if reply[:1] not in ("2", "3"):
                    assert reply.startswith("421 4.3.2"), reply
                    return False
            client.send(f"Message-ID: <{name}>\r\n\r\n".encode() + b"x" * 3000)
            time.sleep(0.005)
            reply = client.send(b"\r\n.\r\n").reply()
            assert reply.startswith("250 "), reply  # what has begun is finished
            return True


def names(door: Door) -> Counter[str]:
    """Return which mails are in the spool, and how often."""
    found = Counter[str]()
    for content in door.messages().values():
        name = re.match(rb"Message-ID: <(\d+-\d+)>\r\n", content)
        assert name, content[:80]
        assert content.endswith(b"x\r\n")
        found[name[1].decode()] += 1
    return found


def check(load: Load, door: Door) -> None:
    """Hold what was answered with 250 against the spool."""
    assert not load.refused
    assert not load.cut, "who is sent away is told so, and what has begun is finished"
    assert names(door) == Counter(load.acknowledged)


@pytest.fixture
def activated(tmp_path: Path) -> Iterator[ActivatedDoor]:
    with ActivatedDoor(tmp_path) as door:
        yield door


def test_restarts_under_load_lose_nothing_and_refuse_nobody(activated: ActivatedDoor) -> None:
    activated.port = activated.listening.getsockname()[1]
    with Load(activated.port) as load:
        for _ in range(RESTARTS):
            so_far = len(load.acknowledged)
            until(lambda so_far=so_far: len(load.acknowledged) > so_far + 20, "mail to come in")
            assert activated.end() == 0
            activated.start()
            activated.port = activated.listening.getsockname()[1]
        so_far = len(load.acknowledged)
        until(lambda: len(load.acknowledged) > so_far + 20, "mail to come in")
    assert activated.end() == 0
    check(load, activated)


def test_a_new_door_beside_the_old_one_and_nobody_waits(activated: ActivatedDoor) -> None:
    with Load(activated.port) as load:
        until(lambda: len(load.acknowledged) > 20, "mail to come in")
        old, activated.process = activated.process, None
        activated.start()
        assert old
        old.send_signal(signal.SIGTERM)
        assert old.wait(60) == 0
        so_far = len(load.acknowledged)
        until(lambda: len(load.acknowledged) > so_far + 20, "mail to come in")
    assert activated.end() == 0
    check(load, activated)


def test_the_service_manager_hears_of_each_step(activated: ActivatedDoor) -> None:
    assert activated.told().startswith("READY=1")
    assert activated.process
    activated.process.send_signal(signal.SIGHUP)
    assert activated.told().startswith("RELOADING=1\nMONOTONIC_USEC=")
    assert activated.told().startswith("READY=1")
    assert activated.end() == 0
    assert activated.told().startswith("STOPPING=1")


def test_a_door_that_is_not_stuck_says_so(tmp_path: Path) -> None:
    with ActivatedDoor(tmp_path, WATCHDOG_USEC="1000000") as door:
        said = [door.told() for _ in range(3)]
    assert said[0].startswith("READY=1")
    assert said[1:] == ["WATCHDOG=1", "WATCHDOG=1"]


def test_sighup_takes_the_new_certificate_and_the_new_recipients(tmp_path: Path) -> None:
    pair = write_pair(tmp_path)
    with Door(tmp_path, **pair.settings()) as door:
        assert door.process
        write_pair(tmp_path, ("new.example.com",))
        door.process.send_signal(signal.SIGHUP)
        until(lambda: len(door.events("certificate in force")) == 2, "the new certificate")
        assert door.events("certificate in force")[-1]["names"] == ["new.example.com"]
        with door.client() as client:
            assert client.say("STARTTLS").startswith("220")
            client.secure()
            assert client.say("NOOP").startswith("250")


def test_several_processes_share_a_port(tmp_path: Path) -> None:
    with Door(tmp_path, INGESTD_SMTP__PROCESSES="2") as door:
        until(lambda: len(door.events("listening")) == 2, "both to listen")
        assert {one["process"] for one in door.events("listening")} == {"smtpd-1", "smtpd-2"}
        assert {one["address"] for one in door.events("listening")} == {f"127.0.0.1:{door.port}"}
        with Load(door.port) as load:
            until(lambda: len(load.acknowledged) > 40, "mail to come in")
        accepted = {one["process"] for one in door.events("message accepted")}
        assert accepted == {"smtpd-1", "smtpd-2"}
        assert door.end() == 0
        check(load, door)


def test_a_process_that_is_killed_is_started_again_and_nobody_is_refused(tmp_path: Path) -> None:
    with Door(tmp_path, INGESTD_SMTP__PROCESSES="2") as door:
        until(lambda: len(door.events("listening")) == 2, "both to listen")
        assert door.process
        with Load(door.port) as load:
            until(lambda: len(load.acknowledged) > 20, "mail to come in")
            pids = [pid for pid in descendants(door.process.pid) if is_ours(pid)]
            assert len(pids) == 2
            os.kill(pids[0], signal.SIGKILL)
            until(lambda: len(door.events("listening")) == 3, "it to be started again")
            so_far = len(load.acknowledged)
            until(lambda: len(load.acknowledged) > so_far + 20, "mail to come in")
        assert not load.refused
        assert door.end() == 0
        assert set(load.acknowledged) <= set(names(door))


def is_ours(pid: int) -> bool:
    """Tell whether a process is a door, not Python's own watcher of resources."""
    return b"spawn_main" in Path(f"/proc/{pid}/cmdline").read_bytes()


def test_sighup_reaches_every_process(tmp_path: Path) -> None:
    pair = write_pair(tmp_path)
    with Door(tmp_path, INGESTD_SMTP__PROCESSES="2", **pair.settings()) as door:
        assert door.process
        door.process.send_signal(signal.SIGHUP)  # also to one that has only just begun
        until(lambda: len(door.events("certificate in force")) == 4, "both to read it again")
        assert door.end() == 0


def test_an_old_list_of_recipients_puts_everybody_off_but_the_operators(tmp_path: Path) -> None:
    with Door(tmp_path) as door, door.client() as client:
        assert door.process
        list_of = door.path / "recipients.json"
        company = Company(vat=COMPANY)
        client.say("EHLO client.example")
        assert client.say("MAIL FROM:<a@sender.example>").startswith("250")
        assert client.say(f"RCPT TO:<{RECIPIENT}>").startswith("250")
        write_recipients(list_of, [company], datetime.now(UTC) - timedelta(hours=25))
        door.process.send_signal(signal.SIGHUP)
        until(lambda: client.say(f"RCPT TO:<{RECIPIENT}>").startswith("451 4.3.0"), "a 451", 10)
        assert client.say("RCPT TO:<fr61954506077@in.example.com>").startswith("451 4.3.0")
        assert client.say("RCPT TO:<postmaster@in.example.com>").startswith("250")
        assert door.events("recipients stale")[0]["age_h"] == 25.0
        write_recipients(list_of, [company])
        door.process.send_signal(signal.SIGHUP)
        until(lambda: client.say(f"RCPT TO:<{RECIPIENT}>").startswith("250"), "a 250", 10)
        assert door.events("recipients fresh")


def test_a_door_that_has_no_list_of_recipients_yet_refuses_nobody_for_good(tmp_path: Path) -> None:
    door = Door(tmp_path)
    door.register = lambda: None  # type: ignore[method-assign]
    with door, door.client() as client:
        client.say("EHLO client.example")
        assert client.say("MAIL FROM:<a@sender.example>").startswith("250")
        assert client.say(f"RCPT TO:<{RECIPIENT}>").startswith("451 4.3.0")
        assert client.say("DATA").startswith("451 4.3.0"), (
            "sent with RCPT, by a client that pipelines"
        )
        client.send(b"BDAT 3 LAST\r\nabc")
        assert client.reply().startswith("451 4.3.0")
        assert client.say("MAIL FROM:<a@sender.example>").startswith("250")
        assert client.say("RCPT TO:<postmaster@in.example.com>").startswith("250")
        assert len(door.events("recipients unreadable")) == 1
        write_recipients(door.path / "recipients.json", [Company(vat=COMPANY)])
        until(lambda: client.say(f"RCPT TO:<{RECIPIENT}>").startswith("250"), "a 250", 10)


def test_a_second_door_on_the_same_port_only_where_that_is_wanted(tmp_path: Path) -> None:
    (tmp_path / "two").mkdir()
    shared = {"INGESTD_SMTP__REUSE_PORT": "true"}
    with Door(tmp_path, **shared) as door:
        listen = f'["127.0.0.1:{door.port}"]'
        other = {"INGESTD_SMTP__LISTEN": listen, **shared}
        with Door(tmp_path / "two", **other) as second:
            assert second.port == door.port
        refused = Door(tmp_path / "two", INGESTD_SMTP__LISTEN=listen).run_to_end()
        assert refused.returncode == 2
        assert "Address already in use" in refused.stderr


def test_a_certificate_that_cannot_be_used_ends_the_door_before_it_listens(tmp_path: Path) -> None:
    pair = write_pair(tmp_path)
    pair.key.write_text("no key")
    ended = Door(tmp_path, **pair.settings()).run_to_end()
    assert ended.returncode == 2
    assert "key.pem are not a PEM chain and its key" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_the_envelope_tells_of_tls_and_of_the_proxys_client(tmp_path: Path) -> None:
    proxied = {"INGESTD_SMTP__PROXY_NETWORKS": '["127.0.0.0/8"]'}
    with Door(tmp_path, **write_pair(tmp_path).settings(), **proxied) as door:
        with Client(door.port, greeted=False) as client:
            client.send(b"PROXY TCP6 2001:db8::7 2001:db8::1 50000 25\r\n")
            assert client.reply().startswith("220")
            assert client.say("STARTTLS").startswith("220")
            client.secure()
            client.begin()
            assert client.send(b"x: y\r\n\r\nz\r\n.\r\n").reply().startswith("250")
        assert door.events("message accepted")[0]["peer"] == "2001:db8::7"
        assert door.end() == 0
        message = LocalSpool(door.spool_path).claim(3600)
        assert message
        envelope = message.envelope
        assert message.company == COMPANY
        assert (envelope.peer, envelope.by) == ("2001:db8::7", "mx.example.com")
        assert (envelope.tls, envelope.protocol, envelope.tls_version) == (
            True,
            "ESMTPS",
            "TLSv1.3",
        )
        assert envelope.tls_cipher.startswith("TLS_")


def test_there_is_a_descriptor_for_every_connection(tmp_path: Path) -> None:
    few = ("bash", "-c", 'ulimit -Sn 256; exec "$@"', "bash")
    with Door(tmp_path, *few, INGESTD_SMTP__MAX_CONNECTIONS="600") as door:
        assert door.process
        limits = Path(f"/proc/{door.process.pid}/limits").read_text()
        found = re.search(r"Max open files +(\d+)", limits)
        assert found
        assert int(found[1]) == 800
    fewer = ("bash", "-c", 'ulimit -n 500; exec "$@"', "bash")
    with Door(tmp_path, *fewer, INGESTD_SMTP__MAX_CONNECTIONS="600") as door:
        told = door.events("few descriptors")[0]
        assert (told["allowed"], told["wanted"]) == (500, 800)
