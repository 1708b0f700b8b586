"""The certificate of the door: its faults are told, new files are taken, broken ones are not."""

import ssl
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from ingestd import certificate
from ingestd.certificate import CertificateUnusable
from ingestd.sources._tls import Credentials
from tests._certificates import Pair, write_pair

HOST = "mx.example.com"
Events = Callable[[str], list[Any]]


class World:
    """A clock of one's own: monotonic seconds, and as many days from now."""

    seconds = 0.0
    days = 0.0

    def monotonic(self) -> float:
        return self.seconds

    def now(self) -> datetime:
        return datetime.now(UTC) + timedelta(days=self.days)


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> Events:
    """Collect the journal's events of certificates by their first argument."""
    events: dict[str, list[Any]] = {}
    for name in ("certificate_in_force", "certificate_unusable", "certificate_doubtful"):
        monkeypatch.setattr(
            f"ingestd.journal.{name}",
            lambda first, *_, name=name: events.setdefault(name, []).append(first),
        )
    return lambda name: events.get(f"certificate_{name}", [])


def credentials(pair: Pair, world: World) -> Credentials:
    return Credentials(pair.chain, pair.key, HOST, world.monotonic, world.now)


def handshake(server: ssl.SSLContext, client: ssl.SSLContext) -> ssl.SSLObject:
    """Shake hands in memory and return the client's side."""
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    one = client.wrap_bio(to_client, to_server, server_hostname=HOST)
    other = server.wrap_bio(to_server, to_client, server_side=True)
    for _ in range(4):
        for side in (one, other):
            try:
                side.do_handshake()
            except ssl.SSLWantReadError:
                continue
    assert one.cipher()
    return one


def trusting(pair: Pair) -> ssl.SSLContext:
    client = ssl.create_default_context(cafile=str(pair.chain))
    client.check_hostname = False
    return client


def test_a_good_pair_shakes_hands_by_tls_1_2_and_1_3(tmp_path: Path) -> None:
    pair = write_pair(tmp_path)
    context = certificate.context(pair.chain, pair.key)
    for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
        client = trusting(pair)
        client.maximum_version = version
        assert handshake(context, client).version() == version.name.replace("_", ".")
    assert context.options & ssl.OP_NO_RENEGOTIATION
    assert context.options & ssl.OP_NO_COMPRESSION
    assert not context.options & ssl.OP_NO_TICKET


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion:DeprecationWarning")
def test_nothing_older_than_tls_1_2_and_nothing_without_forward_secrecy(tmp_path: Path) -> None:
    pair = write_pair(tmp_path)
    context = certificate.context(pair.chain, pair.key)
    assert context.minimum_version == ssl.TLSVersion.TLSv1_2
    names = [cipher["name"] for cipher in context.get_ciphers()]
    assert all(name.startswith(("ECDHE-", "DHE-", "TLS_")) for name in names), names
    old = trusting(pair)
    old.set_ciphers("ALL:@SECLEVEL=0")
    old.minimum_version, old.maximum_version = ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1
    with pytest.raises(ssl.SSLError):
        handshake(context, old)


def test_a_pair_of_one_file(tmp_path: Path) -> None:
    pair = write_pair(tmp_path)
    both = tmp_path / "both.pem"
    both.write_bytes(pair.key.read_bytes() + pair.chain.read_bytes())
    assert certificate.context(both, both)
    assert certificate.read(both).covers(HOST)


@pytest.mark.parametrize("what", ["chain", "key"])
@pytest.mark.parametrize("octets", [None, b"", b"no PEM\n", b"\xff" * 100])
def test_files_that_cannot_be_used_are_told_with_their_name(
    tmp_path: Path, what: str, octets: bytes | None
) -> None:
    pair = write_pair(tmp_path)
    file = getattr(pair, what)
    file.unlink()
    if octets is not None:
        file.write_bytes(octets)
    with pytest.raises(CertificateUnusable, match=file.name):
        certificate.context(pair.chain, pair.key)


def test_a_key_of_another_certificate(tmp_path: Path) -> None:
    pair = write_pair(tmp_path)
    (tmp_path / "other").mkdir()
    other = write_pair(tmp_path / "other")
    with pytest.raises(CertificateUnusable, match="does not belong to"):
        certificate.context(pair.chain, other.key)


def test_a_key_with_a_password_asks_nobody(tmp_path: Path) -> None:
    pair = write_pair(tmp_path, password=b"secret")
    with pytest.raises(CertificateUnusable, match="nobody is there to type it"):
        certificate.context(pair.chain, pair.key)


@pytest.mark.parametrize(
    ("names", "covered"),
    [
        (("mx.example.com",), True),
        (("MX.Example.COM",), True),
        (("*.example.com",), True),
        (("*.com",), False),
        (("*.mx.example.com",), False),
        (("example.com", "www.example.com"), False),
    ],
)
def test_for_whom_it_is(tmp_path: Path, names: tuple[str, ...], covered: bool) -> None:
    pair = write_pair(tmp_path, names)
    assert certificate.read(pair.chain).covers(HOST) is covered
    found = certificate.doubts(certificate.read(pair.chain), pair.key, HOST, datetime.now(UTC))
    assert any("not for smtp.hostname" in one for one in found) is not covered


@pytest.mark.parametrize(
    ("mode", "told"), [(0o600, 0), (0o640, 0), (0o400, 0), (0o644, 1), (0o660, 1), (0o604, 1)]
)
def test_a_key_that_others_can_read_is_told(tmp_path: Path, mode: int, told: int) -> None:
    pair = write_pair(tmp_path)
    pair.key.chmod(mode)
    found = certificate.doubts(certificate.read(pair.chain), pair.key, HOST, datetime.now(UTC))
    assert len([one for one in found if "permissions" in one]) == told


def test_a_new_pair_is_taken_without_a_restart(tmp_path: Path, world: World, told: Events) -> None:
    pair = write_pair(tmp_path)
    held = credentials(pair, world)
    before = held.context
    write_pair(tmp_path, ("mx.example.com", "new.example.com"))
    held.look()
    assert held.context is before, "the disk is looked at every few seconds only"
    world.seconds += 6
    held.look()
    assert held.context is not before
    assert told("in_force")[-1] == ["mx.example.com", "new.example.com"]
    shaken = handshake(held.context, trusting(pair))
    assert shaken.getpeercert(binary_form=True) == ssl.PEM_cert_to_DER_cert(pair.chain.read_text())


def test_a_broken_new_pair_keeps_the_old_one_and_is_told_once(
    tmp_path: Path, world: World, told: Events
) -> None:
    pair = write_pair(tmp_path)
    held, before = credentials(pair, world), None
    before = held.context
    old_key = pair.key.read_bytes()
    write_pair(tmp_path)
    pair.key.write_bytes(old_key)  # half of the change: certbot writes one file after the other
    for _ in range(10):
        world.seconds += 6
        held.look()
    assert held.context is before
    assert len(told("unusable")) == 1
    pair.chain.unlink()
    world.seconds += 6
    held.look()
    assert len(told("unusable")) == 2
    write_pair(tmp_path)
    world.seconds += 6
    held.look()
    assert held.context is not before


def test_sighup_takes_what_is_there_at_once(tmp_path: Path, world: World, told: Events) -> None:
    pair = write_pair(tmp_path)
    held = credentials(pair, world)
    before = held.context
    write_pair(tmp_path)
    held.reload()
    assert held.context is not before


def test_its_end_is_warned_of_at_21_7_and_1_days_and_when_it_has_come(
    tmp_path: Path, world: World, told: Events, monkeypatch: pytest.MonkeyPatch
) -> None:
    left: list[float] = []
    monkeypatch.setattr("ingestd.metrics.certificate", left.append)
    held = credentials(write_pair(tmp_path, days=30), world)
    assert told("doubtful") == []
    seen = []
    for _ in range(32 * 4):
        world.days += 0.25
        world.seconds += 61
        held.look()
        if len(told("doubtful")) > len(seen):
            seen.append(30 - world.days)
    assert seen == [21, 7, 1, 0]
    assert "it expires on" in told("doubtful")[0]
    assert "it expired on" in told("doubtful")[-1]
    assert left[0] == pytest.approx(30, abs=0.1)
    assert left[-1] == pytest.approx(-2, abs=0.1)


def test_one_that_ends_soon_is_told_at_the_start(
    tmp_path: Path, world: World, told: Events
) -> None:
    credentials(write_pair(tmp_path, days=5), world)
    assert len(told("doubtful")) == 1
