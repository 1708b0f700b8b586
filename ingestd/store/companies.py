"""The companies that receive invoices here. Each change rewrites the recipients snapshot, after the
commit, so that the door never knows more than the ledger does."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime

from sqlmodel import Session, col, delete, select

from ingestd import address
from ingestd.identifiers import company_number_of, normalise_company_number, normalise_vat
from ingestd.model import Company, Weight
from ingestd.reasons import CATALOGUE, UNWAIVABLE
from ingestd.store import NotFound, Store, StoreError, exclusive
from ingestd.store.tables import AddressRow, CompanyRow

PASSWORDS = 100
PASSWORD_CHARACTERS = 128


class CompanyError(StoreError):
    """The change asked for makes no sense; the message says why."""


def derive(vat: str, name: str = "", numbers: tuple[str, ...] = ()) -> Company:
    """Return the company of a VAT number (any spelling), with the company number that the VAT number
    contains and the other `numbers`. Raises InvalidIdentifier."""
    normal = normalise_vat(vat)
    country = "GR" if normal[:2] == "EL" else normal[:2]
    derived = company_number_of(normal)
    given = [normalise_company_number(country, number) for number in numbers]
    unique = tuple(dict.fromkeys([*([derived] if derived else []), *given]))
    return Company(vat=normal, name=name, country=country, numbers=unique)


def add(store: Store, vat: str, name: str = "", numbers: tuple[str, ...] = ()) -> Company:
    """Register the company that `derive` makes of the arguments, and return it.

    Raises InvalidIdentifier, and CompanyError for one that is here already or whose number another
    company has.
    """
    company = derive(vat, name, numbers)
    with store.writing() as session:
        if session.get(CompanyRow, company.vat):
            raise CompanyError(
                f"{company.vat} is registered already; `ingestd company show {company.vat}`."
            )
        session.add(_row(company, datetime.now(UTC)))
        session.flush()
        _claim(session, company)
    publish(store)
    return company


def find(store: Store, vat: str) -> Company:
    """Return the company with this VAT number (any spelling), also a retired one.

    Raises InvalidIdentifier and NotFound.
    """
    normal = normalise_vat(vat)
    with store.reading() as session:
        row = session.get(CompanyRow, normal)
    if row is None:
        raise NotFound(f"no company {normal} is registered; `ingestd company add {normal}`.")
    return _company(row)


def list_all(store: Store) -> list[Company]:
    """Return all companies by VAT number, the retired ones too."""
    with store.reading() as session:
        return [
            _company(row) for row in session.exec(select(CompanyRow).order_by(col(CompanyRow.vat)))
        ]


def change(
    store: Store,
    vat: str,
    *,
    name: str | None = None,
    numbers: tuple[str, ...] | None = None,
    auto_confirm: bool | None = None,
    weights: Mapping[str, Weight | None] | None = None,
    archive_passwords: tuple[str, ...] | None = None,
    password_from_body: bool | None = None,
    pdf_replaces_xml: bool | None = None,
    body_is_invoice: bool | None = None,
    token: str | None = None,
) -> Company:
    """Change what is given and return the company. `weights` maps reason codes to a weight, or to
    None for the catalogue's again; `numbers` and `archive_passwords` replace what was there; the
    `token` "" is none.

    Raises InvalidIdentifier, NotFound, and CompanyError for an unknown or security reason, too many
    passwords, or a token that is none.
    """
    company = find(store, vat)
    if numbers is not None:
        normal = [normalise_company_number(company.country, number) for number in numbers]
        company = replace(company, numbers=tuple(dict.fromkeys(normal)))
    for code, weight in (weights or {}).items():
        company = replace(company, weights=_weighed(company.weights, code, weight))
    if name is not None:
        company = replace(company, name=name)
    if auto_confirm is not None:
        company = replace(company, auto_confirm=auto_confirm)
    if archive_passwords is not None:
        company = replace(company, archive_passwords=_checked(archive_passwords))
    if password_from_body is not None:
        company = replace(company, password_from_body=password_from_body)
    if pdf_replaces_xml is not None:
        company = replace(company, pdf_replaces_xml=pdf_replaces_xml)
    if body_is_invoice is not None:
        company = replace(company, body_is_invoice=body_is_invoice)
    if token is not None:
        company = replace(company, token=_token(token))
    return _save(store, company)


def retire(store: Store, vat: str) -> Company:
    """Close the addresses of a company; they answer `rcpt-closed` for a while. Its ledger stays."""
    company = find(store, vat)
    if company.retired_at:
        return company
    return _save(store, replace(company, retired_at=datetime.now(UTC)))


def reopen(store: Store, vat: str) -> Company:
    """Open the addresses of a retired company again."""
    return _save(store, replace(find(store, vat), retired_at=None))


def publish(store: Store) -> None:
    """Rewrite the recipients snapshot from the database.

    Under a lock from reading to writing, so that of two changes at once the last one wins.
    """
    settings = store.settings
    with exclusive(settings.storage.path / "recipients.lock"):
        address.write_recipients(settings.recipients_file, list_all(store))


def _save(store: Store, company: Company) -> Company:
    with store.writing() as session:
        created_at = session.get_one(CompanyRow, company.vat).created_at
        session.merge(_row(company, created_at))
        session.exec(delete(AddressRow).where(col(AddressRow.company) == company.vat))
        _claim(session, company)
    publish(store)
    return company


def _claim(session: Session, company: Company) -> None:
    """Take the address keys of an open company. Raises CompanyError when another one has them."""
    if company.retired_at:
        return
    for key in address.keys(company):
        if other := session.get(AddressRow, key):
            raise CompanyError(
                f"the number {key} belongs to {other.company} already; two companies cannot have the "
                f"same address. Retire the other one first: `ingestd company retire {other.company}`."
            )
        session.add(AddressRow(key=key, company=company.vat))
    session.flush()


def _checked(passwords: tuple[str, ...]) -> tuple[str, ...]:
    """Return the passwords without repetition: each one is tried on every locked archive."""
    unique = tuple(dict.fromkeys(passwords))
    if len(unique) > PASSWORDS:
        raise CompanyError(f"a company has at most {PASSWORDS} archive passwords.")
    if any(not one or len(one) > PASSWORD_CHARACTERS or "\0" in one for one in unique):
        raise CompanyError(f"an archive password has 1 to {PASSWORD_CHARACTERS} characters.")
    return unique


def _token(text: str) -> str:
    """Return a token as addresses are compared: in lower case."""
    if text and not address.TOKEN.fullmatch(text.lower()):
        raise CompanyError(f"{text}: a token is 4 to 32 letters and digits (a-z, 0-9).")
    return text.lower()


def _weighed(
    weights: Mapping[str, Weight], code: str, weight: Weight | None
) -> Mapping[str, Weight]:
    if code not in CATALOGUE or CATALOGUE[code].weight is Weight.DOOR:
        raise CompanyError(f"there is no reason {code} that can be weighed; see `ingestd reasons`.")
    if code in UNWAIVABLE:
        raise CompanyError(f"{code} protects everybody and cannot be weighed otherwise.")
    kept = {other: one for other, one in weights.items() if other != code}
    return kept if weight is None else kept | {code: weight}


def _row(company: Company, created_at: datetime) -> CompanyRow:
    return CompanyRow(
        vat=company.vat,
        name=company.name,
        country=company.country,
        numbers=list(company.numbers),
        auto_confirm=company.auto_confirm,
        weights={code: weight.value for code, weight in company.weights.items()},
        archive_passwords=list(company.archive_passwords),
        password_from_body=company.password_from_body,
        pdf_replaces_xml=company.pdf_replaces_xml,
        body_is_invoice=company.body_is_invoice,
        token=company.token,
        created_at=created_at,
        retired_at=company.retired_at,
    )


def _company(row: CompanyRow) -> Company:
    return Company(
        vat=row.vat,
        name=row.name,
        country=row.country,
        numbers=tuple(row.numbers),
        retired_at=row.retired_at,
        auto_confirm=row.auto_confirm,
        weights={code: Weight(weight) for code, weight in row.weights.items()},
        archive_passwords=tuple(row.archive_passwords),
        password_from_body=row.password_from_body,
        pdf_replaces_xml=row.pdf_replaces_xml,
        body_is_invoice=row.body_is_invoice,
        token=row.token,
    )
