"""Mail address <-> company: the two derived addresses, their accepted spellings, and the snapshot of
who receives here.

The snapshot is a small file that the ledger's side rewrites atomically at each change, so that the
door never waits for a database (DESIGN section 2). Nothing here is guessed: a bare number without a
country belongs to nobody.
"""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hmac import compare_digest
from pathlib import Path

from ingestd.durable import sync_directory, write_file
from ingestd.identifiers import (
    InvalidIdentifier,
    normalise_company_number,
    normalise_vat,
    vat_country,
)
from ingestd.model import Company, Finding

OPERATORS = "postmaster"
"""What stands for the company in mail to `postmaster@` and `abuse@`, which RFC 5321 section 4.5.1
and RFC 2142 want to be taken always."""

_OPERATORS_NAMES = ("postmaster", "abuse")

CLOSED_FOR = timedelta(days=90)
"""How long a retired address still answers `rcpt-closed` before it is unknown (DESIGN section 7)."""

TOKEN = re.compile(r"[a-z0-9]{4,32}")
"""What a company may demand after the plus in its addresses."""

_NO_TOKEN = "(no)"  # noqa: S105 - what nobody can have
"""As long as most tokens, and none."""

_LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)

_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"')
_DOT_STRING = re.compile(r"[\w!#$%&'*+/=?^`{|}~-]+(?:\.[\w!#$%&'*+/=?^`{|}~-]+)*")
_IRISH_PLUS = re.compile(r"(ie\d\+\d{5}[a-z])(?:\+(.*))?")


@dataclass(frozen=True, slots=True)
class Recipient:
    """An accepted recipient: the company's VAT number, the address as given, and its `+tag`, without
    the token that the company may demand."""

    company: str
    address: str
    tag: str = ""


@dataclass(frozen=True, slots=True)
class Recipients:
    """Who receives here: address keys (`FR40303265045`, `FR/303265045`) to VAT numbers, and
    to the tokens that some demand; the retired ones to the time they were retired. `confirmed_at` is
    when the database last said so; None as long as nobody was ever registered."""

    open: dict[str, str] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)
    retired: dict[str, datetime] = field(default_factory=dict)
    confirmed_at: datetime | None = None


def keys(company: Company) -> list[str]:
    """Return the snapshot keys of a company: its VAT number and its company numbers."""
    country = "GR" if company.vat[:2] == "EL" else company.vat[:2]
    return [company.vat, *(f"{country}/{number}" for number in company.numbers)]


def addresses(company: Company, domain: str) -> list[str]:
    """Return the mail addresses that a company can give to its suppliers."""
    found = []
    for key in keys(company):
        country, _, number = key.rpartition("/")
        local = f"{number}+{company.token}" if company.token else number
        found.append(f"{local}@{country}.{domain}" if country else f"{local}@{domain}")
    return [address.lower() for address in found]


def _unquoted(local: str) -> str:
    """Return a local part that is quoted without need as what it is equal to (RFC 5321 section 4.1.2)."""
    if match := _QUOTED.fullmatch(local):
        plain = re.sub(r"\\(.)", r"\1", match[1])
        return plain if _DOT_STRING.fullmatch(plain) else local
    return local


def _split_tag(local: str) -> tuple[str, str]:
    """Split `+tag` off a local part; some Irish VAT numbers have a plus of their own."""
    if match := _IRISH_PLUS.fullmatch(local):
        return match[1], match[2] or ""
    base, _, tag = local.partition("+")
    return base, tag


def _is_country(label: str) -> bool:
    return len(label) == 2 and vat_country(label) != ""


def _key(base: str, label: str) -> str | None:
    """Return the snapshot key of a local part under a country label ("" for the bare domain), None
    when it has not the shape of a number at all. Raises InvalidIdentifier for wrong check digits."""
    if label:
        country = "GR" if label == "EL" else label
        if not re.search(r"\d{3}", base):
            return None
        return f"{country}/{normalise_company_number(country, base)}"
    if not vat_country(base) or len(re.findall(r"\d", base)) < 5:
        return None
    return normalise_vat(base)


def resolve(
    address: str, domain: str, recipients: Recipients, now: datetime
) -> Recipient | Finding:
    """Return who receives mail for `address`, or the `door` finding that refuses it.

    `address` is the mailbox of RCPT TO without brackets; letter case, dots, dashes and underscores
    are ignored (DESIGN section 7).
    """
    unknown = Finding("rcpt-unknown", values={"address": address})
    local, _, host = address.lower().rpartition("@")
    local = _unquoted(local)
    if host in _OPERATORS_NAMES and not local:  # RFC 5321 section 4.5.1: without a domain as well
        return Recipient(OPERATORS, address)
    label = host.removesuffix("." + domain).upper() if host != domain else ""
    if host not in (domain, f"{label.lower()}.{domain}") or (label and not _is_country(label)):
        return unknown
    if local in _OPERATORS_NAMES:
        return Recipient(OPERATORS, address)
    base, tag = _split_tag(local)
    try:
        key = _key(re.sub(r"[.\-_]", "", base), label)
    except InvalidIdentifier:
        return Finding("rcpt-checkdigit", values={"address": address})
    # Who is unknown, retired long ago or asked for with a wrong token goes the same way through all
    # of this, so that the time of the answer tells as little as its text.
    company = recipients.open.get(key or "", "")
    token = recipients.tokens.get(key or "", _NO_TOKEN)
    closed = now - recipients.retired.get(key or "", _LONG_AGO) < CLOSED_FOR
    given, _, rest = tag.partition("+")
    right = compare_digest(given.encode("utf-8", "replace"), token.encode())
    if company and (right or token is _NO_TOKEN):
        return Recipient(company, address, rest if right else tag)
    return Finding("rcpt-closed", values={"address": address}) if closed else unknown


def of_company(mailboxes: Iterable[str], company: Company, domain: str) -> list[str]:
    """Return those of `mailboxes` that lead to `company`, or to the operators when that is its VAT
    number."""
    alone = Recipients(open=dict.fromkeys(keys(company), company.vat))
    now = datetime.now(UTC)  # nobody is retired here
    found = [(one, resolve(one, domain, alone, now)) for one in mailboxes]
    return [one for one, to in found if isinstance(to, Recipient) and to.company == company.vat]


def is_here(address: str, domain: str) -> bool:
    """Tell whether a mailbox is under the mail domain of this server, whoever receives there."""
    host = address.lower().rpartition("@")[2].rstrip(".")
    return host == domain or (
        host.endswith(f".{domain}") and _is_country(host.removesuffix(f".{domain}").upper())
    )


def write_recipients(
    path: Path, companies: Iterable[Company], confirmed_at: datetime | None = None
) -> None:
    """Rewrite the snapshot file atomically; a reader sees the old one or the new one, never half.

    `confirmed_at` is when the database said so, now by default. It is in the file, so that a copy of
    the file on another machine is as old as it is.
    """
    rows = [
        {
            "vat": company.vat,
            "keys": keys(company),
            "token": company.token,
            "retired_at": company.retired_at.isoformat() if company.retired_at else None,
        }
        for company in companies
    ]
    when = confirmed_at or datetime.now(UTC)
    content = {"confirmed_at": when.isoformat(), "companies": rows}
    write_file(path, json.dumps(content, indent=1).encode("utf-8"), mode=0o644)
    sync_directory(path.parent)


def read_recipients(path: Path) -> Recipients:
    """Read the snapshot file. Raises OSError or ValueError when it is absent or damaged. One of an
    older ingestd, that does not say when it was confirmed, was when it was written."""
    content = json.loads(path.read_text(encoding="utf-8"))
    found = Recipients(confirmed_at=_confirmed_at(path, content.get("confirmed_at")))
    for row in content["companies"]:
        for key in row["keys"]:
            if row["retired_at"]:
                retired_at = datetime.fromisoformat(row["retired_at"]).astimezone(UTC)
                found.retired[key] = max(retired_at, found.retired.get(key, retired_at))
            else:
                found.open[key] = row["vat"]
                if token := row.get("token"):
                    found.tokens[key] = token
    return found


def _confirmed_at(path: Path, said: str | None) -> datetime:
    if said is None:
        return datetime.fromtimestamp(path.stat().st_mtime, UTC)
    return datetime.fromisoformat(said).astimezone(UTC)
