"""Mail sent by the programs that people send mail with: what arrives is, octet for octet, what they
were given, and a Postfix that relays to us gets the answers its queue needs."""

import re
import shutil
import smtplib
import subprocess
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from tests._clamd import Clamd
from tests._door import Door
from tests._instance import Instance, free_port, until
from tests._postfix import PATH, CannotRun, Postfix
from tests.documents.mails import BODY, RECIPIENT, SENDER, document, mail

DOTS = BODY + "\n.\n..\n.ligne\n"
UNKNOWN = "be0764312983@in.example.com"
Client = Callable[[int, Path], None]
OWN_DOMAIN = SENDER.partition("@")[2]


def content(name: str) -> bytes:
    """Return a mail with one sample document, and lines that begin with a dot."""
    return mail(f"Facture {name}", document(name), body=DOTS)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A PEM file with a key and its self-signed certificate."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "mx.example.com")])
    now = datetime.now(UTC)
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=90))
        .sign(key, hashes.SHA256())
    )
    file = tmp_path_factory.mktemp("tls") / "both.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    file.write_bytes(private + signed.public_bytes(serialization.Encoding.PEM))
    file.chmod(0o600)
    return file


@pytest.fixture(scope="module")
def running(
    tmp_path_factory: pytest.TempPathFactory, clamd: Clamd, certificate: Path
) -> Iterator[Instance]:
    instance = Instance(
        tmp_path_factory.mktemp("clients"),
        clamd.socket,
        INGESTD_SMTP__TLS_CERTIFICATE=str(certificate),
    )
    instance.add_company()
    with instance.serving():
        yield instance


@pytest.fixture(scope="module")
def later_port() -> int:
    """The port of a server that is started within a test."""
    return free_port()


@pytest.fixture(scope="module")
def postfix(running: Instance, later_port: int) -> Iterator[Postfix]:
    """A Postfix that relays to the running ingestd: by the part of the sender before the @, in the
    clear, with TLS where it is offered, or only with TLS; or to the port of one that comes later. What
    cannot be delivered goes back to its sender's mailbox, which is here as well."""
    ways = {
        "clear": f"clear:[127.0.0.1]:{running.port}",
        "may": f"may:[127.0.0.1]:{running.port}",
        "encrypt": f"encrypt:[127.0.0.1]:{running.port}",
        "later": f"clear:[127.0.0.1]:{later_port}",
    }
    routes = " ".join(f"{{{name}@{OWN_DOMAIN} = {way}}}" for name, way in ways.items())
    settings = {
        "myhostname": "relay.papeterie.example",
        "mydestination": "",
        "sender_dependent_default_transport_maps": f"inline:{{{routes}}}",
        "smtp_tls_loglevel": "1",
        "minimal_backoff_time": "1s",
        "maximal_backoff_time": "2s",
        "queue_run_delay": "1s",
        "virtual_mailbox_domains": OWN_DOMAIN,
        "virtual_mailbox_maps": "static:sender/",
    }
    transports = [
        "clear unix - - n - - smtp -v -o smtp_tls_security_level=none",
        "may unix - - n - - smtp -o smtp_tls_security_level=may",
        "encrypt unix - - n - - smtp -o smtp_tls_security_level=encrypt",
        "pickup unix n - n 1 1 pickup",
    ]
    try:
        relay = Postfix(settings, transports, logs=True)
        relay.start()
    except CannotRun as error:
        pytest.fail(str(error))
    yield relay
    relay.stop()


def run(*command: str, stdin: bytes = b"") -> None:
    """Run a client; it must say that all went well."""
    program = shutil.which(command[0], path=PATH)
    if not program:
        pytest.fail(f"{command[0]} is not installed; run tests/run.sh, which installs it")
    done = subprocess.run(
        [program, *command[1:]], input=stdin, capture_output=True, timeout=60, check=False
    )
    assert done.returncode == 0, (done.stdout, done.stderr)


def original(instance: Instance, invoice: str, directory: Path) -> bytes:
    """Return the whole mail of an invoice."""
    file = directory / "arrived.eml"
    done = instance.run("invoice", "original", invoice, "--mail", "-o", str(file))
    assert done.returncode == 0, done.stderr
    return file.read_bytes()


def arrived(instance: Instance, mail_id: str, directory: Path) -> bytes:
    """Return the whole mail that became an invoice, once it is judged."""
    (row,) = instance.judged(mail_id).invoices(mail_id)
    return original(instance, row["id"], directory)


def by_swaks(port: int, file: Path) -> None:
    envelope = ("--from", SENDER, "--to", RECIPIENT, "--helo", "client.example")
    run(
        "swaks", "--server", f"127.0.0.1:{port}", *envelope, "--suppress-data", "--data", f"@{file}"
    )


def by_swaks_in_tls(port: int, file: Path) -> None:
    envelope = ("--from", SENDER, "--to", RECIPIENT, "--helo", "client.example")
    run("swaks", "--tls", "-s", f"127.0.0.1:{port}", *envelope, "-n", "--data", f"@{file}")


def by_smtp_source(port: int, file: Path) -> None:
    lines = file.with_suffix(".lf")
    lines.write_bytes(file.read_bytes().replace(b"\r\n", b"\n"))
    run("smtp-source", "-F", str(lines), "-f", SENDER, "-t", RECIPIENT, f"127.0.0.1:{port}")


def by_smtplib(port: int, file: Path) -> None:
    with smtplib.SMTP("127.0.0.1", port, local_hostname="client.example", timeout=60) as client:
        assert client.sendmail(SENDER, [RECIPIENT], file.read_bytes()) == {}


def by_msmtp(port: int, file: Path) -> None:
    where = ("--file=/dev/null", "--host=127.0.0.1", f"--port={port}", "--tls=off")
    lines = file.read_bytes().replace(b"\r\n", b"\n")
    run("msmtp", *where, f"--from={SENDER}", "--", RECIPIENT, stdin=lines)


def by_curl(port: int, file: Path) -> None:
    envelope = ("--mail-from", SENDER, "--mail-rcpt", RECIPIENT)
    run("curl", "-sS", f"smtp://127.0.0.1:{port}/client.example", *envelope, "-T", str(file))


def by_curl_in_tls(port: int, file: Path) -> None:
    envelope = ("--mail-from", SENDER, "--mail-rcpt", RECIPIENT, "--ssl-reqd", "--insecure")
    run("curl", "-sS", f"smtp://127.0.0.1:{port}/client.example", *envelope, "-T", str(file))


CLIENTS: dict[Client, str] = {
    by_swaks: "factur-x-en16931.pdf",
    by_swaks_in_tls: "factur-x-basic.pdf",
    by_smtp_source: "ubl-invoice.xml",
    by_smtplib: "cii-invoice.xml",
    by_msmtp: "xrechnung-cii.xml",
    by_curl: "ubl-credit-note.xml",
    by_curl_in_tls: "factur-x-minimum.pdf",
}
"""Each sends another document, so that none is a copy of what was filed before."""

ADDED = {by_swaks: b"\r\n", by_swaks_in_tls: b"\r\n", by_smtp_source: b"\r\n"}
"""What a client puts behind the mail that it was given."""


@pytest.fixture(scope="module")
def sent(running: Instance, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Send a mail by each client: its name to the spool id."""
    ids: dict[str, str] = {}
    for send, name in CLIENTS.items():
        file = tmp_path_factory.mktemp("sent") / "sent.eml"
        file.write_bytes(content(name))
        send(running.port, file)
        (ids[send.__name__],) = set(accepted(running)) - set(ids.values())
    for mail_id in ids.values():
        running.judged(mail_id)
    return ids


@pytest.fixture(scope="module")
def invoices(running: Instance, sent: dict[str, str]) -> dict[str, str]:
    """What was filed of it: the spool id to the id of the invoice."""
    return {row["mail_id"]: row["id"] for row in running.invoices()}


@pytest.mark.parametrize("send", CLIENTS, ids=lambda send: str(send.__name__))
def test_what_a_client_sends_arrives_octet_for_octet(
    send: Client, running: Instance, sent: dict[str, str], invoices: dict[str, str], tmp_path: Path
) -> None:
    mail = original(running, invoices[sent[send.__name__]], tmp_path)
    assert mail == content(CLIENTS[send]) + ADDED.get(send, b"")


def accepted(instance: Instance) -> list[str]:
    """Return the spool ids of all mail that was answered 250."""
    return [one["mail"] for one in instance.events() if one["event"] == "message accepted"]


def relayed(postfix: Postfix, way: str, name: str, to: str = RECIPIENT) -> str:
    """Hand a mail to Postfix, to go by one of its ways; return the sender."""
    sender = f"{way}@{OWN_DOMAIN}"
    postfix.submit(content(name).replace(b"\r\n", b"\n"), sender, to)
    return sender


def logged(postfix: Postfix, sender: str, *said: str) -> str:
    """Wait until one line of Postfix's log about a mail of this sender has all that is `said`."""

    def found() -> str:
        log = postfix.log.read_text(encoding="utf-8", errors="replace")
        ids = set(re.findall(rf": (\w+): from=<{re.escape(sender)}>", log))
        lines = (line for line in log.splitlines() if all(word in line for word in said))
        return next((line for line in lines if any(f" {one}: " in line for one in ids)), "")

    return str(until(found, f"Postfix to log {said}"))


WAYS = {
    "clear": ("zugferd-1.xml", "ESMTP PIPELINING"),
    "may": ("ubl-doubtful.xml", "TLS connection established to 127.0.0.1"),
    "encrypt": ("plain-invoice.pdf", "TLS connection established to 127.0.0.1"),
}
"""A way of Postfix to us: what goes by it, and what its client logs of the session."""


@pytest.mark.parametrize(
    ("way", "name", "session"), [(way, *what) for way, what in WAYS.items()], ids=WAYS
)
def test_a_postfix_relays_to_us(
    way: str, name: str, session: str, running: Instance, postfix: Postfix, tmp_path: Path
) -> None:
    sender = relayed(postfix, way, name)
    line = logged(postfix, sender, "status=sent", "250 2.6.0 queued as")
    mail_id = re.findall(r"queued as (\w+)", line)[0]
    process = re.findall(r"/smtp\[\d+\]: ", line)[0]
    log = postfix.log.read_text(encoding="utf-8", errors="replace").splitlines()
    assert any(process in line and session in line for line in log)
    trace, came, rest = arrived(running, mail_id, tmp_path).partition(b"From: ")
    assert trace.startswith(b"Received: ")
    assert came + rest == content(name)


def test_a_postfix_that_is_put_off_comes_again(
    postfix: Postfix, later_port: int, tmp_path: Path
) -> None:
    where = {"INGESTD_SMTP__LISTEN": f'["127.0.0.1:{later_port}"]'}
    full = Door(tmp_path, INGESTD_STORAGE__MIN_FREE_BYTES=str(1 << 60), **where)
    sender = relayed(postfix, "later", "cii-invoice.xml")
    logged(postfix, sender, "status=deferred", "refused")
    with full:
        logged(postfix, sender, "status=deferred", "452 4.3.1")
        assert sender in postfix.queued()
        assert full.messages() == {}
    with Door(tmp_path, **where) as door:
        line = logged(postfix, sender, "status=sent", "250 2.6.0 queued as")
        ((spool_id, octets),) = door.messages().items()
    assert spool_id == re.findall(r"queued as (\w+)", line)[0]
    assert octets.endswith(content("cii-invoice.xml"))
    until(lambda: sender not in postfix.queued(), "Postfix's queue to be empty")


def test_what_is_refused_goes_back_to_its_sender(running: Instance, postfix: Postfix) -> None:
    sender = relayed(postfix, "clear", "cii-invoice.xml", to=UNKNOWN)
    line = logged(postfix, sender, "status=bounced")
    assert "550 5.1.1" in line

    def returned() -> list[Path]:
        return list((postfix.mailboxes / "sender" / "new").glob("*"))

    (letter,) = until(returned, "the bounce in the sender's mailbox")
    text = letter.read_text(encoding="utf-8", errors="replace")
    assert f"Final-Recipient: rfc822; {UNKNOWN}" in text
    assert "Status: 5.1.1" in text
    assert "Return-Path: <>" in text
    assert "Facture cii-invoice.xml" in text
    assert running.json("spool", "list") == []
