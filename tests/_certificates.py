"""Certificates of our own making, for doors that speak TLS in tests."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509.oid import NameOID


@dataclass(frozen=True, slots=True)
class Pair:
    """A certificate file and its key file."""

    chain: Path
    key: Path

    def settings(self) -> dict[str, str]:
        """Return the variables that make a door use it."""
        return {
            "INGESTD_SMTP__TLS_CERTIFICATE": str(self.chain),
            "INGESTD_SMTP__TLS_KEY": str(self.key),
        }


def write_pair(
    directory: Path,
    names: tuple[str, ...] = ("mx.example.com",),
    days: float = 90,
    begun_days_ago: float = 1,
    *,
    password: bytes = b"",
) -> Pair:
    """Write `chain.pem` and `key.pem`, self-signed, ending in `days`; replace them where they are."""
    private = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "a test")])
    now = datetime.now(UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(private.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=begun_days_ago))
        .not_valid_after(now + timedelta(days=days))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name) for name in names]), False)
    )
    pair = Pair(directory / "chain.pem", directory / "key.pem")
    locked = (
        serialization.BestAvailableEncryption(password)
        if password
        else serialization.NoEncryption()
    )
    key = private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, locked
    )
    fresh = directory / "fresh.pem"
    fresh.write_bytes(key)
    fresh.chmod(0o600)
    fresh.replace(pair.key)
    chain = builder.sign(private, SHA256()).public_bytes(serialization.Encoding.PEM)
    fresh.write_bytes(chain)
    fresh.replace(pair.chain)
    return pair
