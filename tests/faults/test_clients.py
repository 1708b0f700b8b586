"""Clients that leave, lie, flood, stall or never read; and a door that cannot start or must stop.

Every limit is tried at the door of a running process, from outside.
"""

import contextlib
import fcntl
import os
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests._door import RECIPIENT, Client, Door, queued
from tests._instance import free_port, until

MIB = 1 << 20
LIMIT = 36_700_160
TOO_LARGE = "552 5.3.4 This e-mail is larger than"


@pytest.fixture
def door(tmp_path: Path) -> Iterator[Door]:
    with Door(tmp_path) as door:
        yield door


# what is sent


def test_bare_line_ends_and_other_octets_are_kept_as_they_came(door: Door) -> None:
    content = b"Subject: x\r\n\r\n" + bytes(range(256)) * 3 + b"\n.\n\n.\r\n \r.\r a\r\r\n"
    with door.client() as client:
        spool_id = queued(client.begin().send(content + b".\r\n").reply())
    assert door.messages() == {spool_id: content}


SMUGGLED = (
    b"MAIL FROM:<ceo@bank.example>\r\nRCPT TO:<postmaster@in.example.com>\r\n"
    b"DATA\r\nSubject: pay\r\n\r\nnow\r\n"
)


@pytest.mark.parametrize(
    "mark",
    [b"\n.\n", b"\n.\r\n", b"\r\n.\n", b"\r\n.\r", b"\r.\r", b"\r.\r\n", b"\n.\r",
     b"\r\n.\x00\r\n", b"\r\r\n.\r\r\n", b"\r\n\x00.\r\n", b"\r\n.\r\x00\n", b"\r\n. \r\n"],
    ids=repr,
)  # fmt: skip
@pytest.mark.parametrize("size", [1, 7, 65_536])
def test_no_second_message_can_be_smuggled_into_one(door: Door, mark: bytes, size: int) -> None:
    stream = b"Subject: a\r\n\r\nhello" + mark + SMUGGLED + b".\r\nQUIT\r\n"
    with door.client() as client:
        client.begin()
        for place in range(0, len(stream), size):
            client.send(stream[place : place + size])
        queued(client.reply())
        assert client.reply().startswith("221")
        assert client.line() == ""
    assert len(door.messages()) == 1


def test_a_mail_that_is_too_large_by_one_octet(tmp_path: Path) -> None:
    with Door(tmp_path, INGESTD_SMTP__MAX_MESSAGE_BYTES="1024") as door, door.client() as client:
        exact = b"x" * 1022 + b"\r\n"
        queued(client.begin().send(exact + b".\r\n").reply())
        client.begin().send(b"y" + exact + b".\r\n")
        assert client.reply() == f"{TOO_LARGE} 1 kB. Send the invoices in several e-mails."
        stuffed = b".." + b"x" * 1021 + b"\r\n"
        queued(client.begin().send(stuffed + b".\r\n").reply())
        assert door.waiting() == 2


def test_up_to_half_as_much_again_is_read_to_its_end_and_the_session_goes_on(door: Door) -> None:
    with door.client() as client:
        client.begin()
        for _ in range(50):
            client.send(b"x" * (MIB - 2) + b"\r\n")
        assert client.send(b".\r\n").reply().startswith(f"{TOO_LARGE} 35 MB.")
        queued(client.begin().send(b"small\r\n.\r\n").reply())
        assert door.waiting() == 1
    assert door.memory_kb() < 100_000


def test_an_endless_line_ends_the_session_in_constant_memory(door: Door) -> None:
    with door.client() as client:
        client.begin()
        with contextlib.suppress(ConnectionError):
            for _ in range(200):
                client.send(b"A" * MIB)
        assert client.reply().startswith(TOO_LARGE)
    assert door.waiting() == 0
    assert door.memory_kb() < 100_000


def test_millions_of_empty_lines_are_just_octets(door: Door) -> None:
    with door.client() as client:
        client.begin()
        for _ in range(24):
            client.send(b"\r\n" * (MIB // 2))
        spool_id = queued(client.send(b".\r\n").reply())
    assert door.memory_kb() < 100_000
    assert door.messages() == {spool_id: b"\r\n" * (12 * MIB)}


def test_the_largest_mail_is_taken_in_constant_memory(door: Door) -> None:
    line = b"..%s\r\n" % (b"x" * 1021)
    with door.client() as client:
        client.begin()
        for _ in range(35):
            client.send(line * 1024)
        spool_id = queued(client.send(b".\r\n").reply())
    assert door.memory_kb() < 100_000
    (content,) = door.messages().values()
    assert len(content) == LIMIT
    assert content == line[1:] * 35 * 1024, spool_id


@pytest.mark.parametrize(
    "flood", [b"\r\n", b"\xff\n", b"NOOP\r\n", b"RSET\r\n", b"RCPT TO:<a>\r\n"], ids=repr
)
def test_a_flood_of_commands_is_cut_off(door: Door, flood: bytes) -> None:
    with door.client() as client:
        with contextlib.suppress(ConnectionError):
            client.send(flood * 3000)
        replies = list(iter(client.line, ""))
    assert len(replies) <= 501
    assert replies[-1].startswith("421 4.7.0")


def test_a_busy_relay_may_stay(door: Door) -> None:
    with door.client() as client:
        client.say("EHLO client.example")
        for _ in range(150):
            client.send(b"MAIL FROM:<a@b.example>\r\nRCPT TO:<%s>\r\nDATA\r\n" % RECIPIENT.encode())
            assert [client.reply()[:3] for _ in range(3)] == ["250", "250", "354"]
            queued(client.send(b"x\r\n.\r\n").reply())
    assert door.waiting() == 150


def test_a_hundred_recipients_and_no_more(door: Door) -> None:
    with door.client() as client:
        client.say("EHLO client.example")
        client.say("MAIL FROM:<a@b.example>")
        replies = [client.say(f"RCPT TO:<{RECIPIENT}>") for _ in range(101)]
        assert {reply[:9] for reply in replies[:100]} == {"250 2.1.5"}
        assert replies[100].startswith("452 4.5.3")
        assert client.say("DATA").startswith("354")
        queued(client.send(b"x\r\n.\r\n").reply())
    assert door.waiting() == 1, "one company, one entry"


# clients that leave or stall


@pytest.mark.parametrize("sent", [0, 10, 100_000, 3 * MIB])
def test_a_client_that_leaves_in_data_leaves_nothing(door: Door, sent: int) -> None:
    client = door.client().begin()
    client.send(b"x" * sent)
    client.close()
    until(lambda: door.events("disconnected"), "the end of the session to be logged")
    with door.client() as honest:
        spool_id = queued(honest.begin().send(b"x\r\n.\r\n").reply())
    assert list(door.messages()) == [spool_id]


def test_a_client_that_stalls_is_told_so(tmp_path: Path) -> None:
    with Door(
        tmp_path, INGESTD_SMTP__COMMAND_TIMEOUT_S="0.5", INGESTD_SMTP__DATA_TIMEOUT_S="0.5"
    ) as door:
        with door.client() as client:
            assert client.reply().startswith("421 4.4.2")
            assert client.line() == ""
        with door.client() as client:
            client.begin().send(b"x" * 100_000)
            assert client.reply().startswith("421 4.4.2")
            assert client.line() == ""
        assert door.waiting() == 0


def test_a_slow_client_that_keeps_sending_is_waited_for(tmp_path: Path) -> None:
    with (
        Door(
            tmp_path, INGESTD_SMTP__COMMAND_TIMEOUT_S="0.6", INGESTD_SMTP__DATA_TIMEOUT_S="0.6"
        ) as door,
        door.client() as client,
    ):
        client.begin()
        for _ in range(8):
            client.send(b"a line\r\n")
            time.sleep(0.2)
        queued(client.send(b".\r\n").reply())


def test_connections_over_the_limit_are_refused_politely(tmp_path: Path) -> None:
    with Door(tmp_path, INGESTD_SMTP__MAX_CONNECTIONS="3") as door:
        inside = [door.client() for _ in range(3)]
        with Client(door.port, greeted=False) as fourth:
            assert fourth.reply().startswith("421 4.3.2")
            assert fourth.line() == ""
        assert inside[0].say("QUIT").startswith("221")
        assert inside[0].line() == ""
        with door.client() as next_one:
            assert next_one.say("NOOP").startswith("250")
        for client in inside:
            client.close()


def test_a_flood_does_not_keep_an_honest_client_waiting(door: Door) -> None:
    """Not the figures of a benchmark: only that eight flooders do not own the door."""
    stop = threading.Event()

    def flood() -> None:
        while not stop.is_set():
            with contextlib.suppress(OSError, AssertionError), door.client() as client:
                client.begin()
                while not stop.is_set():
                    client.send(b"\r\n" * 20_000)

    flooders = [threading.Thread(target=flood) for _ in range(8)]
    for flooder in flooders:
        flooder.start()
    try:
        for _ in range(10):
            with door.client() as honest:
                honest.socket.settimeout(10)
                queued(honest.begin().send(b"x\r\n.\r\n").reply())
    finally:
        stop.set()
        for flooder in flooders:
            flooder.join()
    assert door.memory_kb() < 150_000


# starting and stopping


def test_a_spool_that_cannot_be_written_is_told_before_anything_listens(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    ended = Door(tmp_path, INGESTD_STORAGE__PATH=str(tmp_path / "file" / "var")).run_to_end()
    assert ended.returncode == 2
    assert f"the spool directory {tmp_path}/file/var/spool cannot be used" in ended.stderr
    assert "change storage.path" in ended.stderr
    assert "listening" not in ended.stderr
    assert "Traceback" not in ended.stderr


@pytest.mark.parametrize(
    ("fails", "advice"),
    [
        ("mkdir:error=EACCES", "make it writable for the user that runs ingestd"),
        ("fsync:error=EROFS", "mount its file system writable"),
        ("fsync:error=ENOSPC", "make room on this disk"),
        ("link,linkat:error=EPERM", "use a file system with hard links"),
    ],
)
def test_a_disk_that_refuses_is_told(tmp_path: Path, fails: str, advice: str) -> None:
    strace = ["strace", "-f", "-o", str(tmp_path / "strace"), "-e", f"inject={fails}"]
    ended = Door(tmp_path, *strace).run_to_end()
    assert ended.returncode == 2, ended.stderr
    assert f"the spool directory {tmp_path}/var/spool cannot be used" in ended.stderr
    assert advice in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_port_in_use_is_told(tmp_path: Path, door: Door) -> None:
    listen = f'["127.0.0.1:{door.port}"]'
    ended = Door(tmp_path / "other", INGESTD_SMTP__LISTEN=listen).run_to_end()
    assert ended.returncode == 2
    assert f"cannot listen on 127.0.0.1:{door.port}: Address already in use" in ended.stderr
    assert "Traceback" not in ended.stderr


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_stopping_finishes_the_message_under_way(door: Door, how: signal.Signals) -> None:
    assert door.process
    idle, busy = door.client(), door.client().begin()
    busy.send(b"Subject: half")
    door.process.send_signal(how)
    assert idle.reply().startswith("421 4.3.2")
    assert idle.line() == ""
    with pytest.raises(OSError):  # noqa: PT011 - refused or reset, as the kernel likes
        door.client()
    spool_id = queued(busy.send(b" a mail\r\n.\r\n").reply())
    assert busy.reply().startswith("421 4.3.2")
    assert door.process.wait(30) == 0
    door.process = None
    assert door.messages() == {spool_id: b"Subject: half a mail\r\n"}
    assert door.events("stopped")


def test_stopping_waits_for_the_next_chunk(door: Door) -> None:
    assert door.process
    with door.client() as idle, door.client() as busy, door.client() as undecided:
        for client in (busy, undecided):
            client.say("EHLO client.example")
            client.say("MAIL FROM:<a@sender.example>")
            client.say(f"RCPT TO:<{RECIPIENT}>")
            assert client.send(b"BDAT 4\r\nSubj").reply().startswith("250 2.0.0")
        door.process.send_signal(signal.SIGTERM)
        assert idle.reply().startswith("421 4.3.2")
        assert busy.send(b"BDAT 4\r\nect:").reply().startswith("250 2.0.0")
        spool_id = queued(busy.send(b"BDAT 4 LAST\r\n x\r\n").reply())
        assert busy.reply().startswith("421 4.3.2")
        assert undecided.say("RSET").startswith("250")
        assert undecided.reply().startswith("421 4.3.2")
    assert door.process.wait(30) == 0
    door.process = None
    assert door.messages() == {spool_id: b"Subject: x\r\n"}


def test_a_log_that_nobody_reads_does_not_stop_the_door(tmp_path: Path) -> None:
    reading, writing = os.pipe()
    fcntl.fcntl(writing, fcntl.F_SETPIPE_SZ, 4096)
    port = free_port()
    with Door(tmp_path, INGESTD_SMTP__LISTEN=f'["127.0.0.1:{port}"]') as door:
        assert door.end() == 0
        door.process = door.run(writing)
        os.close(writing)
        until(lambda: os.read(reading, 4096), "a first line")
        for _ in range(50):
            with Client(port) as client:
                queued(client.begin().send(b"x\r\n.\r\n").reply())
        assert door.waiting() == 50
        logged = b""
        while b"log lines lost" not in logged:
            with Client(port) as client:
                client.say("QUIT")
            logged += os.read(reading, 65_536)
        os.close(reading)
        with Client(port) as client:
            queued(client.begin().send(b"x\r\n.\r\n").reply())
        assert door.end() == 0


def test_one_mail_can_be_followed_by_its_id(door: Door) -> None:
    with door.client() as client:
        spool_id = queued(client.begin().send(b"x\r\n.\r\n").reply())
        client.say("QUIT")
        client.line()
    (accepted,) = door.events("message accepted")
    assert accepted["mail"] == spool_id
    assert accepted["process"] == "smtpd"
    assert accepted["rcpt_to"] == [RECIPIENT]
    assert accepted["session"] == door.events("connected")[0]["session"]
    until(lambda: door.events("disconnected"), "the end of the session to be logged")
    assert door.events("disconnected")[0]["why"] == "quit"
