"""`ingestd company`: who receives invoices here."""

import sys
from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter

from ingestd import address
from ingestd.cli import report
from ingestd.cli.arguments import ArgumentError
from ingestd.cli.terminal import Flag, Here, Terminal, moment
from ingestd.model import Company, Weight

app = App(name="company", help="The companies that receive invoices here.")

Secrets = Annotated[tuple[str, ...], Parameter(negative="", allow_leading_hyphen=True)]
"""A repeatable option; a password may begin with a hyphen, and `-` is standard input."""

SETTABLE = (
    "name, numbers, auto_confirm, pdf_replaces_xml, body_is_invoice, token, retired, weight.REASON"
)
_TRUTHS = ("auto_confirm", "pdf_replaces_xml", "body_is_invoice", "retired")
_TRUE, _FALSE = ("true", "yes"), ("false", "no")


@app.command
def add(
    vat: str,
    /,
    *,
    name: str = "",
    number: Annotated[tuple[str, ...], Parameter(negative="")] = (),
    terminal: Here,
) -> int:
    """Register a company by its VAT number; its addresses work from now on.

    Args:
        vat: VAT number with country prefix; spaces, dots and dashes do not matter.
        name: Its name, for replies and lists.
        number: A company number that the VAT number does not contain; may be repeated.
    """
    from ingestd.store import companies

    _print(terminal, companies.add(terminal.store, vat, name, number))
    return 0


@app.command(name="list")
def list_(*, terminal: Here) -> int:
    """List all companies with their addresses."""
    from ingestd.store import companies

    found = companies.list_all(terminal.store)
    if terminal.json:
        terminal.document([_json(terminal, one) for one in found])
    elif not found:
        terminal.say(terminal.tr("No company is registered yet: `ingestd company add VAT`."))
    else:
        rows = [
            (one.vat, one.name, "\n".join(_addresses(terminal, one)), moment(one.retired_at))
            for one in found
        ]
        terminal.table(("VAT number", "Name", "Addresses", "Retired"), rows)
    return 0


@app.command
def show(vat: str, /, *, terminal: Here) -> int:
    """Show a company and the addresses it can give to its suppliers.

    Args:
        vat: VAT number.
    """
    from ingestd.store import companies

    _print(terminal, companies.find(terminal.store, vat))
    return 0


@app.command(name="set")
def set_(
    vat: str,
    /,
    *changes: str,
    archive_password: Secrets = (),
    archive_password_file: Secrets = (),
    forget_archive_passwords: Flag = False,
    password_from_body: bool | None = None,
    terminal: Here,
) -> int:
    """Change a company: `ingestd company set FR40303265045 name="Example SA" auto_confirm=true`.

    Args:
        vat: VAT number.
        changes: KEY=VALUE. Keys: name; numbers (with commas between); auto_confirm (true: structured
            invoices are filed as confirmed); pdf_replaces_xml (true: where the XML of an invoice is
            invalid, its PDF is filed instead of both being held); body_is_invoice (true: a mail
            without any document, whose text is an invoice, is printed and filed); token (only
            addresses with it, as fr40303265045+k7q2@, reach the company; nothing for none); retired
            (false opens it again); weight.REASON (note, ignore, hold, stop, or nothing for the
            catalogue's).
        archive_password: A password to try on locked ZIP archives, beside those it has; may be
            repeated. Others on this machine see the command line: better give a file.
        archive_password_file: A file with one such password on each line; `-` for standard input.
        forget_archive_passwords: Forget all passwords it has, before any new one.
        password_from_body: Also try what the text of the same mail gives as the password.
    """
    from ingestd.store import companies

    secrets = (*archive_password, *_lines_of(archive_password_file))
    passwords = _passwords(terminal, vat, secrets, forget_archive_passwords)
    if not changes and passwords is None and password_from_body is None:
        raise ArgumentError(f"nothing to change: give KEY=VALUE with one of {SETTABLE}.")
    pairs = [_pair(change) for change in changes]
    for key, value in pairs:  # all are understood before one takes effect
        _understand(key, value)
    values = dict(pairs)
    changed = companies.change(
        terminal.store,
        vat,
        name=values.get("name"),
        numbers=_list(values.get("numbers")),
        auto_confirm=_given(values, "auto_confirm"),
        pdf_replaces_xml=_given(values, "pdf_replaces_xml"),
        body_is_invoice=_given(values, "body_is_invoice"),
        token=values.get("token"),
        weights={
            key.removeprefix("weight."): _weight(key, value)
            for key, value in pairs
            if key.startswith("weight.")
        },
        archive_passwords=passwords,
        password_from_body=password_from_body,
    )
    if "retired" in values:
        act = companies.retire if _truth("retired", values["retired"]) else companies.reopen
        changed = act(terminal.store, vat)
    _print(terminal, changed)
    return 0


@app.command
def retire(vat: str, /, *, terminal: Here) -> int:
    """Close a company's addresses: for 90 days senders are told so. Its invoices stay.

    Args:
        vat: VAT number.
    """
    from ingestd.store import companies

    _print(terminal, companies.retire(terminal.store, vat))
    return 0


@app.command
def publish(*, terminal: Here) -> int:
    """Write the list of recipients for the door again; needed only if its file was lost."""
    from ingestd.store import companies

    companies.publish(terminal.store)
    return 0


def _lines_of(files: tuple[str, ...]) -> list[str]:
    """Return the lines of files, `-` for standard input; a password may have spaces at its ends."""
    found: list[str] = []
    for file in files:
        try:
            text = sys.stdin.read() if file == "-" else Path(file).read_text(encoding="utf-8")
        except OSError as error:
            raise ArgumentError(f"{file}: cannot be read: {error.strerror}") from None
        except ValueError:
            raise ArgumentError(f"{file}: cannot be read as text in UTF-8") from None
        found += [line for line in text.split("\n") if line.strip("\r")]
    return [line.removesuffix("\r") for line in found]


def _passwords(
    terminal: Terminal, vat: str, added: tuple[str, ...], forget: bool
) -> tuple[str, ...] | None:
    """Return all archive passwords a company is to have, None for no change."""
    from ingestd.store import companies

    if not added and not forget:
        return None
    kept = () if forget else companies.find(terminal.store, vat).archive_passwords
    return (*kept, *added)


def _list(text: str | None) -> tuple[str, ...] | None:
    return None if text is None else tuple(one for one in text.split(",") if one.strip())


def _pair(text: str) -> tuple[str, str]:
    key, equals, value = text.partition("=")
    if not equals:
        raise ArgumentError(f"{text}: give KEY=VALUE with one of {SETTABLE}.")
    key = key.strip()
    written = key if key.startswith("weight.") else key.replace("-", "_")
    return written, value.strip()


def _understand(key: str, value: str) -> None:
    if key in _TRUTHS:
        _truth(key, value)
    elif key.startswith("weight."):
        _weight(key, value)
    elif key not in ("name", "numbers", "token"):
        raise ArgumentError(f"{key}: a company has no such key; there are {SETTABLE}.")


def _given(values: dict[str, str], key: str) -> bool | None:
    return _truth(key, values[key]) if key in values else None


def _truth(key: str, value: str) -> bool:
    if value.lower() not in (*_TRUE, *_FALSE):
        raise ArgumentError(f"{key}={value}: true or false is meant.")
    return value.lower() in _TRUE


def _weight(key: str, value: str) -> Weight | None:
    allowed = [one.value for one in Weight if one is not Weight.DOOR]
    if value and value not in allowed:
        raise ArgumentError(f"{key}={value}: a weight is one of {', '.join(allowed)}.")
    return Weight(value) if value else None


def _addresses(terminal: Terminal, company: Company) -> list[str]:
    return address.addresses(company, terminal.settings.addresses.domain)


def _json(terminal: Terminal, company: Company) -> object:
    return report.company(company, _addresses(terminal, company))


def _print(terminal: Terminal, company: Company) -> None:
    if terminal.json:
        terminal.document(_json(terminal, company))
        return
    terminal.facts(
        [
            ("VAT number", company.vat),
            ("Name", company.name),
            ("Company numbers", ", ".join(company.numbers)),
            ("Addresses", "\n".join(_addresses(terminal, company))),
            ("Auto-confirm", terminal.tr("yes" if company.auto_confirm else "no")),
            (
                "PDF instead of invalid XML",
                terminal.tr("yes" if company.pdf_replaces_xml else "no"),
            ),
            ("Body is the invoice", terminal.tr("yes" if company.body_is_invoice else "no")),
            ("Token", company.token),
            ("Archive passwords", str(len(company.archive_passwords) or "")),
            ("Password in the mail", terminal.tr("yes" if company.password_from_body else "no")),
            ("Weights", ", ".join(f"{code}={one}" for code, one in company.weights.items())),
            ("Retired", moment(company.retired_at)),
        ]
    )
