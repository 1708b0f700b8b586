"""Companies that do not exist, with numbers that could: names, addresses, VAT and company numbers,
bank accounts."""

import json
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

from schwifty import IBAN
from stdnum import luhn
from stdnum.at import uid
from stdnum.ch import uid as ch_uid
from stdnum.es import cif
from stdnum.ie import vat as ie_vat
from stdnum.iso7064 import mod_11_10


@dataclass(frozen=True)
class Party:
    """A company. `vat` is its number with country prefix, without spaces, "" if it has none; `number`
    that of its register, as it is printed, and `numbers` are the readings of it that are right."""

    name: str
    street: str
    place: str
    city: str
    country: str
    vat: str
    number: str
    numbers: tuple[str, ...]
    register: str
    tax_number: str
    person: str
    phone: str
    email: str
    web: str
    iban: str
    bic: str
    bank: str


@cache
def _world() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(Path(__file__).with_name("world.json").read_text("utf-8"))
    return found


def party(rng: Random, country: str) -> Party:
    """Return a company of a country (`GB`, `DE`, ...)."""
    facts = _world()[country]
    surname, first = rng.choice(facts["surnames"]), rng.choice(facts["first"])
    trade = rng.choice(facts["trades"])
    name = _name(rng, surname, trade, first, facts["forms"])
    vat = _VAT[country](rng) if country in _VAT else ""
    number, numbers, register = _register(rng, country, vat, facts["cities"])
    city, code = rng.choice(facts["cities"])
    plain = re.sub(r"[^a-z]", "", name.lower().encode("ascii", "ignore").decode())[:14] or "firma"
    account = _account(rng, country)
    return Party(
        name=name,
        street=_street(rng, facts, country),
        place=_place(rng, city, code, country),
        city=city,
        country=country,
        vat=vat,
        number=number,
        numbers=numbers,
        register=register,
        tax_number=_tax_number(rng, country),
        person=f"{first} {surname}",
        phone=facts["phone"] + " " + " ".join(_digits(rng, 3) for _ in range(3)),
        email=f"{rng.choice(['info', 'office', 'contact', 'buchhaltung'])}@{plain}.example",
        web=f"www.{plain}.example",
        iban=str(account) if account else "",
        bic=_bic(rng, account, country),
        bank=rng.choice(facts["banks"]),
    )


def _name(rng: Random, surname: str, trade: str, first: str, forms: list[str]) -> str:
    form = rng.choice(forms)
    shapes = (
        f"{surname} {trade} {form}",
        f"{trade} {surname} {form}",
        f"{surname} & {rng.choice(['Partner', 'Co', 'Söhne', 'Fils'])} {form}",
        f"{first} {surname} {trade}",
        f"{surname}{rng.choice(['tec', 'plan', 'print', 'soft'])} {form}",
        f"{surname.upper()} {form}",
    )
    return rng.choice(shapes)


def _street(rng: Random, facts: dict[str, Any], country: str) -> str:
    street, number = rng.choice(facts["streets"]), rng.randint(1, 190)
    before = country in ("GB", "IE", "FR", "LU", "US")
    return f"{number} {street}" if before else f"{street} {number}"


def _place(rng: Random, city: str, code: str, country: str) -> str:
    if country in ("GB", "IE", "US"):
        return f"{city}, {code}" if rng.random() < 0.5 else f"{city} {code}"
    prefix = f"{country}-" if rng.random() < 0.15 and "-" not in code else ""
    return f"{prefix}{code} {city}"


def _digits(rng: Random, count: int) -> str:
    return str(rng.randint(1, 9)) + "".join(str(rng.randint(0, 9)) for _ in range(count - 1))


def _of_germany(rng: Random) -> str:
    digits = _digits(rng, 8)
    return f"DE{digits}{mod_11_10.calc_check_digit(digits)}"


def _of_france(rng: Random) -> str:
    siren = _digits(rng, 8)
    siren += luhn.calc_check_digit(siren)
    return f"FR{(12 + 3 * (int(siren) % 97)) % 97:02}{siren}"


def _of_the_netherlands(rng: Random) -> str:
    while True:
        digits = _digits(rng, 8)
        check = (
            sum(int(one) * weight for one, weight in zip(digits, range(9, 1, -1), strict=True)) % 11
        )
        if check < 10:
            return f"NL{digits}{check}B0{rng.randint(1, 3)}"


def _of_spain(rng: Random) -> str:
    number = rng.choice("AB") + _digits(rng, 7)
    return "ES" + number + cif.calc_check_digits(number)[0]


def _of_italy(rng: Random) -> str:
    digits = _digits(rng, 7) + f"{rng.randint(1, 99):03}"
    return "IT" + digits + luhn.calc_check_digit(digits)


def _of_belgium(rng: Random) -> str:
    digits = "0" + _digits(rng, 7)
    return f"BE{digits}{97 - int(digits) % 97:02}"


def _of_luxembourg(rng: Random) -> str:
    digits = _digits(rng, 6)
    return f"LU{digits}{int(digits) % 89:02}"


def _of_austria(rng: Random) -> str:
    digits = _digits(rng, 7)
    return f"ATU{digits}{uid.calc_check_digit('U' + digits)}"


def _of_ireland(rng: Random) -> str:
    digits = _digits(rng, 7)
    return f"IE{digits}{ie_vat.calc_check_digit(digits)}"


def _of_britain(rng: Random) -> str:
    digits = _digits(rng, 7)
    total = sum(int(one) * weight for one, weight in zip(digits, range(8, 1, -1), strict=True))
    return f"GB{digits}{(-total) % 97:02}"


def _of_switzerland(rng: Random) -> str:
    while True:
        digits = _digits(rng, 8)
        check = ch_uid.calc_check_digit(digits)
        if len(check) == 1 and check.isdigit():
            return f"CHE{digits}{check}"


_VAT = {
    "DE": _of_germany,
    "FR": _of_france,
    "NL": _of_the_netherlands,
    "ES": _of_spain,
    "IT": _of_italy,
    "BE": _of_belgium,
    "LU": _of_luxembourg,
    "AT": _of_austria,
    "IE": _of_ireland,
    "GB": _of_britain,
    "CH": _of_switzerland,
}


def _register(
    rng: Random, country: str, vat: str, cities: list[list[str]]
) -> tuple[str, tuple[str, ...], str]:
    """Return a register number as printed, what of it is right to read, and the words before it."""
    city = rng.choice(cities)[0]
    if country == "DE":
        number = _digits(rng, rng.choice([4, 5, 6]))
        court = f"Amtsgericht {city}"
        return f"HRB {number}", (f"HRB {number}", number, f"{court} HRB {number}"), court
    if country == "AT":
        number = _digits(rng, 6) + rng.choice("abdfghik")
        return f"FN {number}", (f"FN {number}", number), f"Firmenbuchgericht {city}"
    if country == "FR":
        return _of_a_french_register(rng, vat[4:], city)
    if country == "NL":
        number = _digits(rng, 8)
        return number, (number,), "KvK"
    if country == "GB":
        number = "0" + _digits(rng, 7)
        return number, (number,), "Company No."
    if country == "IE":
        number = _digits(rng, 6)
        return number, (number,), "Company Registration No."
    if country == "LU":
        number = f"B{_digits(rng, 6)}"
        return number, (number, number[1:]), "RCS Luxembourg"
    return "", (), ""


def _of_a_french_register(rng: Random, siren: str, city: str) -> tuple[str, tuple[str, ...], str]:
    grouped = f"{siren[:3]} {siren[3:6]} {siren[6:]}"
    if rng.random() < 0.5:
        return grouped, (siren, f"RCS {city} {siren}"), f"RCS {city}"
    nic = f"{rng.randint(1, 30):05}"[:4]
    siret = siren + nic + luhn.calc_check_digit(siren + nic)
    return f"{grouped} {siret[9:]}", (siret, siren), "SIRET"


def _tax_number(rng: Random, country: str) -> str:
    if country == "DE":
        return f"{_digits(rng, 2)}/{_digits(rng, 3)}/{_digits(rng, 5)}"
    return f"{_digits(rng, 4)}{rng.choice('ABZ')}" if country in ("FR", "IT") else ""


def _account(rng: Random, country: str) -> IBAN | None:
    if country == "US":
        return None
    account = IBAN.random(country_code=country, random=rng)
    if country in ("CH", "LU", "IT"):  # its accounts may have letters, and hardly ever do
        digits = "".join("0123456789"[ord(one) % 10] for one in account.account_code)
        return IBAN.generate(country, str(account.bank_code), digits, str(account.branch_code))
    return account


def _bic(rng: Random, account: IBAN | None, country: str) -> str:
    if account is None:
        return ""
    letters = "".join(rng.choice("ABCDEFGHKLMNPRST") for _ in range(4))
    return (
        str(account.bic)
        if account.bic
        else f"{letters}{country}{rng.choice(['2L', 'FF', '22', 'MM'])}"
    )


def printed_iban(rng: Random, iban: str) -> str:
    """Return an IBAN as pages have it: in groups of four, or together."""
    return (
        iban
        if rng.random() < 0.25
        else " ".join(iban[at : at + 4] for at in range(0, len(iban), 4))
    )


def printed_vat(rng: Random, vat: str) -> str:
    """Return a VAT number as pages have it: with dots, spaces, or as it is."""
    country, rest = vat[:2], vat[2:]
    if not vat or rng.random() < 0.5:
        return vat if country != "CH" else _swiss(rng, vat)
    if country == "BE":
        return f"BE {rest[:4]}.{rest[4:7]}.{rest[7:]}"
    if country == "FR":
        return f"FR {rest[:2]} {rest[2:5]} {rest[5:8]} {rest[8:]}"
    if country == "CH":
        return _swiss(rng, vat)
    if country == "GB":
        return rng.choice(
            [f"GB {rest[:3]} {rest[3:7]} {rest[7:]}", f"{rest[:3]} {rest[3:7]} {rest[7:]}"]
        )
    if country == "DE":
        return f"DE {rest[:3]} {rest[3:6]} {rest[6:]}"
    if country == "NL":
        return (
            f"NL {rest[:9]} {rest[9:]}"
            if rng.random() < 0.3
            else f"NL{rest[:4]}.{rest[4:6]}.{rest[6:9]}.{rest[9:]}"
        )
    if country in ("IT", "ES"):
        return rest
    return f"{country} {rest}"


def _swiss(rng: Random, vat: str) -> str:
    ending = rng.choice([" MWST", " TVA", " IVA", ""])
    return f"CHE-{vat[3:6]}.{vat[6:9]}.{vat[9:]}{ending}"
