"""What goes wrong in the world, from outside: each has the answer that the manual promises."""

import contextlib
import smtplib
import socket
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from tests._clamd import Clamd
from tests._instance import PATIENCE_S, Instance, until
from tests.documents.mails import COMPANY, MAILS, RECIPIENT, SENDER

Make = Callable[..., Instance]


def test_a_client_that_disconnects_in_data_leaves_nothing(instance: Instance) -> None:
    with instance.serving():
        client = socket.create_connection(("127.0.0.1", instance.port), timeout=10)
        half = MAILS["factur-x"]()[:2000]
        for command in (b"EHLO x.example", f"MAIL FROM:<{SENDER}>".encode()):
            client.recv(4096)
            client.sendall(command + b"\r\n")
        client.recv(4096)
        client.sendall(f"RCPT TO:<{RECIPIENT}>\r\n".encode())
        client.recv(4096)
        client.sendall(b"DATA\r\n")
        assert client.recv(4096).startswith(b"354")
        client.sendall(half)
        client.close()
        until(lambda: instance.event("disconnected"), "the lost session in the log")
        mail_id = instance.send(MAILS["factur-x"]())
        instance.judged(mail_id)
        assert {row["mail_id"] for row in instance.invoices() + instance.inbox()} == {mail_id}
        assert instance.json("spool", "list") == []


def test_a_mail_over_the_size_limit_is_refused(make_instance: Make, clamd: Clamd) -> None:
    instance = make_instance(clamd.socket, INGESTD_SMTP__MAX_MESSAGE_BYTES="20000")
    large = MAILS["no-attachment"]() + b"x" * 70 + b"\r\n" * 12000
    with instance.serving():
        with instance.client() as client:
            client.ehlo()
            assert client.esmtp_features["size"] == "20000"
            code, text = client.mail(SENDER, [f"SIZE={len(large)}"])
            assert (code, text[:5]) == (552, b"5.3.4")
        with instance.client() as client:
            client.ehlo()
            client.mail(SENDER)
            client.rcpt(RECIPIENT)
            with contextlib.suppress(smtplib.SMTPServerDisconnected):
                code, text = client.data(large)
                assert (code, text[:5]) == (552, b"5.3.4")
        instance.judged(instance.send(MAILS["factur-x"]()))
        assert len(instance.invoices()) == 1


def test_without_clamav_mail_is_taken_and_waits(make_instance: Make, own_clamd: Clamd) -> None:
    instance = make_instance(own_clamd.socket)
    with instance.serving():
        mail_id = instance.send(MAILS["factur-x"]())
        until(lambda: instance.event("waiting", mail=mail_id), "the mail to wait")
        assert instance.invoices() == []
        assert mail_id in str(instance.json("spool", "list"))
        own_clamd.start()
        instance.judged(mail_id)
        (row,) = instance.invoices()
        assert row["number"] == "PM-2026-0412"
        own_clamd.stop()
        second = instance.send(MAILS["virus"]())
        until(lambda: instance.event("waiting", mail=second), "the second mail to wait")
        own_clamd.start()
        instance.judged(second)
        (held,) = instance.inbox(second)
        assert "virus-found" in {one["reason"] for one in held["findings"]}


def test_with_the_database_locked_mail_is_taken_and_waits(instance: Instance) -> None:
    with instance.serving():
        ledger = sqlite3.connect(instance.path / "ingestd.sqlite3", isolation_level=None)
        ledger.execute("BEGIN IMMEDIATE")
        mail_id = instance.send(MAILS["factur-x"]())
        until(lambda: instance.event("waiting", mail=mail_id), "the mail to wait", 2 * PATIENCE_S)
        ledger.execute("ROLLBACK")
        ledger.close()
        instance.judged(mail_id)
        assert len(instance.invoices(mail_id)) == 1


@pytest.mark.parametrize("command", ["serve", "smtpd", "worker"])
def test_a_storage_that_cannot_be_written_is_said_at_start(
    command: str, tmp_path: Path, clamd: Clamd
) -> None:
    (tmp_path / "var").write_text("a file where the directory should be")
    instance = Instance(tmp_path, clamd.socket)
    done = instance.run(command)
    assert done.returncode == 2
    assert str(instance.path) in done.stderr


def test_a_spool_that_cannot_be_written_is_said_at_start(tmp_path: Path, clamd: Clamd) -> None:
    instance = Instance(tmp_path, clamd.socket)
    instance.path.mkdir()
    (instance.path / "spool").write_text("a file where the directory should be")
    done = instance.run("serve")
    assert done.returncode == 2
    assert "spool" in done.stderr


def test_unknown_settings_are_all_listed(tmp_path: Path, clamd: Clamd) -> None:
    instance = Instance(tmp_path, clamd.socket, INGESTD_SMTP__PORT="25")
    file = tmp_path / "ingestd.toml"
    file.write_text('[smtp]\nlissen = ["127.0.0.1:25"]\n[antivirus]\nsocket = "x"\n')
    done = instance.run("--config", str(file), "serve")
    assert done.returncode == 2
    for mistake in ("smtp.lissen", "antivirus", "smtp.port"):
        assert mistake in done.stderr


def test_the_port_of_another_program_is_said_at_start(instance: Instance) -> None:
    with socket.create_server(("127.0.0.1", instance.port)):
        done = instance.run("serve")
    assert done.returncode == 2
    assert str(instance.port) in done.stderr


@pytest.mark.parametrize("name", ["eight-bit", "empty"])
def test_garbage_gets_a_verdict(name: str, instance: Instance) -> None:
    with instance.serving():
        mail_id = instance.send(MAILS[name]())
        instance.judged(mail_id)
        rows = instance.inbox(mail_id)
        assert rows
        assert all(row["findings"] for row in rows)
        assert instance.invoices(mail_id) == []


def test_addresses_that_receive_nothing_are_refused_at_once(instance: Instance) -> None:
    refused = {
        "fr40303265046@in.example.com": (550, b"5.1.3"),
        "fr09815273941@in.example.com": (550, b"5.1.1"),
        "303265045@in.example.com": (550, b"5.1.1"),
        "someone@elsewhere.example": (550, b"5.1.1"),
    }
    accepted = ("303265045@fr.in.example.com", "FR.40.303.265.045+achats@in.example.com")
    with instance.serving(), instance.client() as client:
        client.ehlo()
        client.mail(SENDER)
        for address, (code, status) in refused.items():
            answer, text = client.rcpt(address)
            assert (answer, text[:5]) == (code, status), address
        for address in accepted:
            assert client.rcpt(address)[0] == 250, address


def test_a_retired_address_says_so(instance: Instance) -> None:
    with instance.serving():
        with instance.client() as client:
            client.ehlo()
            client.mail(SENDER)
            assert client.rcpt(RECIPIENT)[0] == 250
        assert instance.run("company", "retire", COMPANY).returncode == 0

        def refused() -> bool:
            with instance.client() as client:
                client.ehlo()
                client.mail(SENDER)
                code, text = client.rcpt(RECIPIENT)
            return f"{code} {text.decode()}".startswith("550 5.2.1")

        until(refused, "the retired address to be refused")
