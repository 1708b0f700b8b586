"""What a library loads late is loaded before the fork: each kind of it used where a file is death.

The golden cases (tests/cases/test_confined.py) do the same with whole mails.
"""

import codecs
import encodings
import pkgutil
from collections.abc import Callable
from dataclasses import replace

import pytest
from lxml import etree

from ingestd import chamber, identifiers
from ingestd.accounts import banks_of, is_proved_at_home, normalise_iban
from ingestd.config import Sandbox
from ingestd.extraction.sheets import PDF, read_sheets
from ingestd.readers import kinds, pictures
from ingestd.sandbox import ChildFault, Parent, Stopped, _seccomp, run
from tests.documents.mails import HERE

CAGE = chamber.cage(Sandbox())
CAGE = replace(CAGE, layers=replace(CAGE.layers, refused=_seccomp.KILL))


def confined(work: Callable[[], object]) -> str:
    """Return what `work` returns, as text, when a refused system call is death."""
    chamber.warm()
    return run(lambda parent: str(work()).encode(), {}, CAGE).text.decode()


def text_codecs() -> list[str]:
    names = [one.name for one in pkgutil.iter_modules(encodings.__path__)]
    return [name for name in names if name not in ("aliases", "mbcs", "oem")]


def test_every_character_set_is_there() -> None:
    names = text_codecs()

    def work() -> int:
        count = 0
        for name in names:
            codec = codecs.lookup(name)
            for letters in ("a", "é", "あ", "漢", "한", "Ω", "ж"):
                try:
                    codec.decode(codec.encode(letters)[0])
                    count += 1
                except (UnicodeError, TypeError, ValueError):
                    continue
        return count

    assert int(confined(work)) > 200


def test_every_country_has_its_numbers() -> None:
    numbers = [
        "FR40303265045",
        "BE0403019261",
        "DE136695976",
        "NO995525828MVA",
        "CHE-107.787.577 IVA",
    ]
    inside = confined(lambda: [identifiers.normalise_vat(one) for one in numbers])
    assert inside == str([identifiers.normalise_vat(one) for one in numbers])

    def work() -> list[str]:
        said = []
        for country in sorted(identifiers._VAT_COUNTRIES | set(identifiers.OUTSIDE_EU)):
            for number in ("0", "123456789", "U12345675", "999999999999"):
                try:
                    said.append(identifiers.normalise_vat(country + number))
                except identifiers.InvalidIdentifier as error:
                    said.append(str(error))
            said += [_company_number(country, "123456782")]
        return said

    assert confined(work) == str(work())


def _company_number(country: str, number: str) -> str:
    try:
        return identifiers.normalise_company_number(country, number)
    except identifiers.InvalidIdentifier as error:
        return str(error)


def test_accounts_of_every_country() -> None:
    accounts = [
        "DE89370400440532013000",
        "BE68539007547034",
        "NL91ABNA0417164300",
        "GB29NWBK60161331926819",
    ]
    assert confined(lambda: [normalise_iban(one) for one in accounts]) == str(accounts)


def test_banks_of_accounts_of_every_country() -> None:
    accounts = [
        "AT611904300234573201",
        "BE68539007547034",
        "CH9300762011623852957",
        "DE89370400440532013000",
        "ES9121000418450200051332",
        "FR1420041010050500013M02606",
        "GB29NWBK60161331926819",
        "IE29AIBK93115212345678",
        "IT60X0542811101000000123456",
        "LI21088100002324013AA",
        "LU280019400644750000",
        "NL91ABNA0417164300",
        "PL61109010140000071219812874",
        "PT50000201231234567890154",
    ]

    def work() -> list[object]:
        return [(sorted(banks_of(one)), is_proved_at_home(one)) for one in accounts]

    assert confined(work) == str(work())
    assert sum(bool(banks_of(one)) for one in accounts) >= 8


@pytest.mark.parametrize(
    "encoding",
    [
        "utf-8",
        "utf-16",
        "iso-8859-1",
        "iso-8859-15",
        "windows-1252",
        "us-ascii",
        "shift_jis",
        "koi8-r",
    ],
)
def test_xml_in_its_encodings(encoding: str) -> None:
    text = f"<?xml version='1.0' encoding='{encoding}'?><a>e</a>".encode(encoding)
    assert confined(lambda: etree.fromstring(text).text) == "e"


@pytest.mark.parametrize(
    "name", ["plain-invoice.pdf", "scan.jpg", "setup.exe", "terms.pdf", "logo.png"]
)
def test_kinds_and_pages(name: str) -> None:
    content = (HERE / name).read_bytes()

    def work() -> object:
        pages = read_sheets(content, PDF, None) if name.endswith("pdf") else None
        return kinds.detect(content, "", name), pictures.pixels(content), pages

    assert confined(work) == str(work())


def test_what_is_loaded_too_late_is_loud() -> None:
    with pytest.raises(Stopped, match="signal 31"):
        confined(lambda: __import__("this"))

    def late(parent: Parent) -> bytes:
        return str(__import__("turtledemo")).encode()

    with pytest.raises(ChildFault, match="turtledemo"):
        run(late, {}, chamber.cage(Sandbox()))
