"""The certificate of the door: can it be used, whom is it for, how long does it last, who can read its
key. Knows files and X.509; knows no socket and no setting.
"""

import ssl
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cryptography import x509

WARN_DAYS = (21, 7, 1, 0)
"""Days before its end at which a certificate is warned of, once each; 0 is its end."""

_CIPHERS = "ECDHE+AESGCM:ECDHE+CHACHA20:DHE+AESGCM:ECDHE+AES:!SHA1:!aNULL"
"""For TLS 1.2; forward secrecy always. CBC with SHA-2 is kept for old Exchange servers: what else they
would send is plain text. The suites of TLS 1.3 are OpenSSL's own."""


class CertificateUnusable(Exception):  # noqa: N818 - told to the operator
    """The chain and key cannot be used; the text says why and what to do."""


@dataclass(frozen=True, slots=True)
class Certificate:
    """What the first certificate of a chain says. `names` are those of hosts, in lower case."""

    names: tuple[str, ...]
    not_before: datetime
    not_after: datetime

    def covers(self, hostname: str) -> bool:
        """Tell whether it is for `hostname`; a `*` stands for one label (RFC 9525 section 6.3)."""
        wanted = hostname.lower().rstrip(".")
        any_label = f"*.{wanted.partition('.')[2]}"
        return wanted in self.names or any_label in self.names

    def left(self, now: datetime) -> timedelta:
        """Return for how long it is still valid; negative once it has expired."""
        return self.not_after - now


def context(chain: Path, key: Path) -> ssl.SSLContext:
    """Return what a server needs to speak TLS with this certificate: TLS 1.2 or newer, session
    tickets, no renegotiation. Raises `CertificateUnusable`."""
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.minimum_version = ssl.TLSVersion.TLSv1_2
    made.set_ciphers(_CIPHERS)
    made.options |= (
        ssl.OP_NO_RENEGOTIATION
        | ssl.OP_NO_COMPRESSION
        | ssl.OP_CIPHER_SERVER_PREFERENCE
        | ssl.OP_SINGLE_DH_USE
        | ssl.OP_SINGLE_ECDH_USE
    )
    try:
        _readable(chain, "smtp.tls_certificate")
        _readable(key, "smtp.tls_key")
        made.load_cert_chain(chain, key, password=_no_password)
    except ssl.SSLError as error:
        raise CertificateUnusable(_advice(chain, key, error)) from error
    except (OSError, ValueError) as error:
        raise CertificateUnusable(str(error)) from error
    return made


def read(chain: Path) -> Certificate:
    """Return what the first certificate of a PEM chain says. Raises `CertificateUnusable`."""
    from cryptography import x509  # noqa: PLC0415 - 3 MB that a door without TLS does not need

    try:
        found = x509.load_pem_x509_certificates(chain.read_bytes())[0]
        return Certificate(_names(found), found.not_valid_before_utc, found.not_valid_after_utc)
    except (OSError, ValueError) as error:
        raise CertificateUnusable(
            f"{chain} cannot be read as a PEM certificate: {error}"
        ) from error


def doubts(certificate: Certificate, key: Path, hostname: str, now: datetime) -> list[str]:
    """Return what is wrong with a certificate that can be used all the same, in sentences. Its end
    comes first."""
    found = []
    days = certificate.left(now) / timedelta(days=1)
    if days < 0:
        found.append(f"it expired on {certificate.not_after:%Y-%m-%d}: senders may refuse it")
    elif days < WARN_DAYS[0]:
        found.append(f"it expires on {certificate.not_after:%Y-%m-%d}, in {int(days)} days")
    if certificate.not_before > now:
        found.append(f"it is valid only from {certificate.not_before:%Y-%m-%d} on")
    if not certificate.covers(hostname):
        names = ", ".join(certificate.names) or "no host"
        found.append(f"it is for {names}, not for smtp.hostname {hostname}")
    if exposed := is_exposed(key):
        found.append(exposed)
    return found


def is_exposed(key: Path) -> str:
    """Say so when others than the owner and the group can read the key, or others than the owner write
    it; else ""."""
    mode = key.stat().st_mode & 0o777
    if mode & 0o027:
        return f"{key} has the permissions {mode:o}: `chmod 640` it, or 600"
    return ""


def now() -> datetime:
    """Return the time that expiry is held against."""
    return datetime.now(UTC)


def _names(found: "x509.Certificate") -> tuple[str, ...]:
    from cryptography import x509  # noqa: PLC0415 - as in `read`
    from cryptography.x509.oid import ExtensionOID, NameOID  # noqa: PLC0415

    try:
        extension = found.extensions.get_extension_for_oid(ExtensionOID.SUBJECT_ALTERNATIVE_NAME)
        assert isinstance(extension.value, x509.SubjectAlternativeName)
        names = extension.value.get_values_for_type(x509.DNSName)
    except x509.ExtensionNotFound:
        common = found.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
        names = [str(one.value) for one in common]
    return tuple(name.lower() for name in names)


def _readable(file: Path, setting: str) -> None:
    try:
        with file.open("rb"):
            pass
    except OSError as error:
        raise CertificateUnusable(f"{setting}: {file}: {error.strerror}") from error


def _no_password() -> str:
    raise ValueError("smtp.tls_key is protected by a password: nobody is there to type it")


def _advice(chain: Path, key: Path, error: ssl.SSLError) -> str:
    if error.reason == "KEY_VALUES_MISMATCH":
        return f"the key {key} does not belong to the first certificate of {chain}"
    return f"{chain} and {key} are not a PEM chain and its key: {error.reason or error}"
