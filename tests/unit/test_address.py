"""Mail address to company: the derived addresses, their accepted spellings, and what is refused."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingestd.address import (
    CLOSED_FOR,
    OPERATORS,
    Recipient,
    Recipients,
    addresses,
    keys,
    read_recipients,
    resolve,
    write_recipients,
)
from ingestd.model import Company, Finding

DOMAIN = "in.example.com"
NOW = datetime(2026, 10, 2, tzinfo=UTC)
FRENCH = Company(vat="FR40303265045", numbers=("303265045",))
POST = Company(vat="FR39356000000", numbers=("356000000",))
BELGIAN = Company(vat="BE0202239951", numbers=("0202239951",))
GREEK = Company(vat="EL094259216", numbers=("094259216",))
IRISH = Company(vat="IE1+12345U")
SWISS = Company(vat="CHE107787577MWST", numbers=("CHE107787577",))


@pytest.fixture(scope="module")
def recipients(tmp_path_factory: pytest.TempPathFactory) -> Recipients:
    file = tmp_path_factory.mktemp("snapshot") / "recipients.json"
    closed = Company(vat="DE136695976", retired_at=NOW - timedelta(days=89))
    forgotten = Company(vat="DK13585628", retired_at=NOW - timedelta(days=91))
    write_recipients(file, [FRENCH, POST, BELGIAN, GREEK, IRISH, SWISS, closed, forgotten])
    return read_recipients(file)


@pytest.mark.parametrize(
    ("address", "company"),
    [
        ("fr40303265045@in.example.com", FRENCH),
        ("303265045@fr.in.example.com", FRENCH),
        ("FR40303265045@IN.EXAMPLE.COM", FRENCH),
        ("fr40.303.265.045@in.example.com", FRENCH),
        ("fr-40_303-265_045@in.example.com", FRENCH),
        ("303.265.045@FR.in.example.com", FRENCH),
        ("35600000049837@fr.in.example.com", POST),
        ("be0202239951@in.example.com", BELGIAN),
        ("be202239951@in.example.com", BELGIAN),
        ("0202239951@be.in.example.com", BELGIAN),
        ("202.239.951@be.in.example.com", BELGIAN),
        ("el094259216@in.example.com", GREEK),
        ("gr094259216@in.example.com", GREEK),
        ("094259216@gr.in.example.com", GREEK),
        ("094259216@el.in.example.com", GREEK),
        ("ie1+12345u@in.example.com", IRISH),
        ('"fr40303265045"@in.example.com', FRENCH),
        (r'"3032\65045"@fr.in.example.com', FRENCH),
        ("che107787577@in.example.com", SWISS),
        ("che-107.787.577.iva@in.example.com", SWISS),
        ("107787577@ch.in.example.com", SWISS),
    ],
)
def test_every_accepted_spelling(recipients: Recipients, address: str, company: Company) -> None:
    assert resolve(address, DOMAIN, recipients, NOW) == Recipient(company.vat, address)


@pytest.mark.parametrize(
    "company", [FRENCH, POST, BELGIAN, GREEK, IRISH, SWISS], ids=lambda one: one.vat
)
def test_the_addresses_we_print_are_the_addresses_we_take(
    recipients: Recipients, company: Company
) -> None:
    for address in addresses(company, DOMAIN):
        found = resolve(address, DOMAIN, recipients, NOW)
        assert isinstance(found, Recipient)
        assert found.company == company.vat


@pytest.mark.parametrize(
    ("address", "company", "tag"),
    [
        ("fr40303265045+k7q2@in.example.com", FRENCH.vat, "k7q2"),
        ("303265045+Mars.2026@fr.in.example.com", FRENCH.vat, "mars.2026"),
        ("fr40303265045+a+b@in.example.com", FRENCH.vat, "a+b"),
        ("ie1+12345u+tag@in.example.com", IRISH.vat, "tag"),
        ("fr40303265045+@in.example.com", FRENCH.vat, ""),
    ],
)
def test_a_tag_is_kept(recipients: Recipients, address: str, company: str, tag: str) -> None:
    assert resolve(address, DOMAIN, recipients, NOW) == Recipient(company, address, tag)


@pytest.mark.parametrize(
    "address",
    [
        "postmaster@in.example.com",
        "Postmaster@in.example.com",
        "abuse@in.example.com",
        "postmaster@fr.in.example.com",
        '"postmaster"@in.example.com',
        r'"post\master"@in.example.com',
        "postmaster",
        "POSTMASTER",
    ],
)
def test_the_operators_are_always_reached(address: str) -> None:
    assert resolve(address, DOMAIN, Recipients(), NOW) == Recipient(OPERATORS, address)


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("fr40303265046@in.example.com", "rcpt-checkdigit"),
        ('"fr40303265046"@in.example.com', "rcpt-checkdigit"),
        ('"fr40303265045 "@in.example.com', "rcpt-unknown"),
        ('"postmaster@x"@in.example.com', "rcpt-unknown"),
        ("303265046@fr.in.example.com", "rcpt-checkdigit"),
        ("30326504500018@fr.in.example.com", "rcpt-checkdigit"),
        ("be0202239952@in.example.com", "rcpt-checkdigit"),
        ("fr32123456824@in.example.com", "rcpt-checkdigit"),
        ("fr83404833048@in.example.com", "rcpt-unknown"),
        ("303265045@in.example.com", "rcpt-unknown"),
        ("0202239951@in.example.com", "rcpt-unknown"),
        ("40303265045@fr.in.example.com", "rcpt-checkdigit"),
        ("303265045@be.in.example.com", "rcpt-checkdigit"),
        ("303265045@us.in.example.com", "rcpt-unknown"),
        ("fr40303265045@fr.in.example.com", "rcpt-checkdigit"),
        ("fr40303265045@example.com", "rcpt-unknown"),
        ("fr40303265045@in.example.com.evil.example", "rcpt-unknown"),
        ("fr40303265045@evilin.example.com", "rcpt-unknown"),
        ("303265045@a.fr.in.example.com", "rcpt-unknown"),
        ("postmaster@other.example", "rcpt-unknown"),
        ("postmaster@zz.in.example.com", "rcpt-unknown"),
        ("fr40303265045", "rcpt-unknown"),
        ("be-careful@in.example.com", "rcpt-unknown"),
        ("info@in.example.com", "rcpt-unknown"),
        ("@in.example.com", "rcpt-unknown"),
        ("", "rcpt-unknown"),
        ("@", "rcpt-unknown"),
        ("+tag@in.example.com", "rcpt-unknown"),
        ("de136695976@in.example.com", "rcpt-closed"),
        ("dk13585628@in.example.com", "rcpt-unknown"),
    ],
)
def test_what_is_refused_and_why(recipients: Recipients, address: str, reason: str) -> None:
    found = resolve(address, DOMAIN, recipients, NOW)
    assert found == Finding(reason, values={"address": address})


def test_a_retired_address_is_closed_for_ninety_days_and_then_unknown(tmp_path: Path) -> None:
    file = tmp_path / "recipients.json"
    write_recipients(file, [Company(vat="FR40303265045", numbers=("303265045",), retired_at=NOW)])
    recipients = read_recipients(file)
    for after, reason in ((timedelta(0), "rcpt-closed"), (CLOSED_FOR, "rcpt-unknown")):
        for address in ("fr40303265045@in.example.com", "303265045@fr.in.example.com"):
            found = resolve(address, DOMAIN, recipients, NOW + after)
            assert isinstance(found, Finding)
            assert found.reason == reason


def test_a_company_number_taken_over_by_another_company_is_open(tmp_path: Path) -> None:
    file = tmp_path / "recipients.json"
    retired = Company(vat="BE0202239951", numbers=("0202239951",), retired_at=NOW)
    write_recipients(file, [Company(vat="FR40303265045", numbers=("303265045",)), retired, BELGIAN])
    found = resolve("be0202239951@in.example.com", DOMAIN, read_recipients(file), NOW)
    assert isinstance(found, Recipient)


def test_a_number_retired_twice_counts_from_the_last_time(tmp_path: Path) -> None:
    file = tmp_path / "recipients.json"
    long_ago = Company(vat="FR40303265045", retired_at=NOW - timedelta(days=1000))
    write_recipients(file, [Company(vat="FR40303265045", retired_at=NOW), long_ago])
    found = resolve("fr40303265045@in.example.com", DOMAIN, read_recipients(file), NOW)
    assert isinstance(found, Finding)
    assert found.reason == "rcpt-closed"


def test_the_snapshot_is_replaced_whole(tmp_path: Path) -> None:
    file = tmp_path / "recipients.json"
    write_recipients(file, [FRENCH])
    inode = file.stat().st_ino
    write_recipients(file, [BELGIAN])
    assert file.stat().st_ino != inode
    assert [path.name for path in tmp_path.iterdir()] == ["recipients.json"]
    assert read_recipients(file).open == dict.fromkeys(keys(BELGIAN), BELGIAN.vat)


@given(st.text(max_size=80))
def test_any_text_is_resolved_or_refused(text: str) -> None:
    known = Recipients({"FR40303265045": "FR40303265045"})
    for address in (text, f"{text}@{DOMAIN}", f"{text}@fr.{DOMAIN}", f"fr40303265045@{text}"):
        found = resolve(address, DOMAIN, known, NOW)
        assert isinstance(found, Recipient | Finding)


# tokens

GUARDED = Company(vat="FR40303265045", numbers=("303265045",), token="k7q2")
GUARDED_IRISH = Company(vat="IE1+12345U", token="k7q2")


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Recipients:
    file = tmp_path_factory.mktemp("tokens") / "recipients.json"
    write_recipients(file, [GUARDED, GUARDED_IRISH, BELGIAN])
    return read_recipients(file)


@pytest.mark.parametrize(
    ("address", "tag"),
    [
        ("fr40303265045+k7q2@in.example.com", ""),
        ("FR40303265045+K7Q2@in.example.com", ""),
        ("303265045+k7q2@fr.in.example.com", ""),
        ("fr40303265045+k7q2+march@in.example.com", "march"),
        ("ie1+12345u+k7q2@in.example.com", ""),
        ("be0202239951+k7q2@in.example.com", "k7q2"),
    ],
)
def test_with_its_token_an_address_leads_to_the_company(
    guarded: Recipients, address: str, tag: str
) -> None:
    found = resolve(address, DOMAIN, guarded, NOW)
    assert isinstance(found, Recipient)
    assert found.tag == tag


@pytest.mark.parametrize(
    "local",
    ["fr40303265045", "fr40303265045+", "fr40303265045+k7q", "fr40303265045+k7q22",
     "fr40303265045+march+k7q2", "fr40303265045+\xe9", "ie1+12345u", "ie1+12345u+k7q"],
)  # fmt: skip
def test_without_its_token_the_company_is_unknown(guarded: Recipients, local: str) -> None:
    address = f"{local}@in.example.com"
    assert resolve(address, DOMAIN, guarded, NOW) == Finding(
        "rcpt-unknown", values={"address": address}
    )


def test_the_addresses_to_give_out_have_the_token(guarded: Recipients) -> None:
    given = addresses(GUARDED, DOMAIN)
    assert given == ["fr40303265045+k7q2@in.example.com", "303265045+k7q2@fr.in.example.com"]
    for address in [*given, *addresses(GUARDED_IRISH, DOMAIN)]:
        assert isinstance(resolve(address, DOMAIN, guarded, NOW), Recipient)
