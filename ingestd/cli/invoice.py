"""`ingestd invoice`: the ledger of filed purchase invoices."""

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter

from ingestd.cli import arguments, report, sheet
from ingestd.cli.terminal import Flag, Here, Terminal, moment, short, shown
from ingestd.model import (
    Decision,
    InvoiceStatus,
    JudgedDocument,
    JudgedMail,
    Outcome,
    PurchaseInvoice,
)

app = App(name="invoice", help="The ledger of filed purchase invoices.")


@app.command(name="list")
def list_(
    *,
    company: str | None = None,
    status: InvoiceStatus | None = None,
    since: str | None = None,
    terminal: Here,
) -> int:
    """List filed purchase invoices, newest first.

    Args:
        company: Only this VAT number.
        status: Only this status.
        since: Only what was received since: a date, or how long ago (3h, 2d).
    """
    from ingestd.store import ledger

    chosen = ledger.Filter(arguments.company(company), status, arguments.since(since))
    found = ledger.list_invoices(terminal.store, chosen)
    if terminal.json:
        terminal.document([report.purchase(one) for one in found])
    elif not found:
        terminal.say(terminal.tr("No invoice is filed."))
    else:
        headers = ("ID\nReceived (UTC)", "Company\nStatus", "Number\nSupplier", "Total with VAT")
        terminal.table(headers, [_cells(terminal, one) for one in found], whole=(0, 1, 3))
        terminal.say(terminal.tr("More of one: `ingestd invoice show ID`."))
    return 0


@app.command
def show(given: Annotated[str, Parameter(name="ID")], /, *, terminal: Here) -> int:
    """Show an invoice, where each value came from, and what was found.

    Args:
        given: Id of an invoice (or the beginning of it), or of a mail that has only one.
    """
    from ingestd.store import ledger

    mail, named = _named(terminal, given)
    one = ledger.show(terminal.store, named)
    document = next(each for each in mail.documents if each.id == one.id)
    if terminal.json:
        terminal.document(_json(one, mail, document))
    else:
        _print(terminal, one, mail, document)
    return 0


@app.command
def confirm(
    given: Annotated[str, Parameter(name="ID")], /, *, why: str = "", terminal: Here
) -> int:
    """Confirm the values of an invoice.

    Args:
        given: Id of an invoice (or the beginning of it), or of a mail that has only one.
        why: A remark, for the record.
    """
    from ingestd.store import ledger

    decision = Decision(
        what="confirm",
        operator=arguments.operator(),
        why=why,
        decided_at=datetime.now(UTC),
        outcome=Outcome.FILED,
    )
    _, named = _named(terminal, given)
    one = ledger.confirm(terminal.store, named, decision)
    terminal.log(one.id, decision)
    if terminal.json:
        terminal.document(report.purchase(one))
    else:
        terminal.say(f"{one.id} {terminal.tr(one.status.value)}")
    return 0


@app.command
def original(
    given: Annotated[str, Parameter(name="ID")],
    /,
    *,
    output: Annotated[Path, Parameter(name=("--output", "-o"), allow_leading_hyphen=True)],
    mail: Flag = False,
    trace: Flag = False,
    terminal: Here,
) -> int:
    """Write the original file of an invoice, byte for byte as it came.

    Args:
        given: Id of an invoice (or the beginning of it), or of a mail that has only one.
        output: Where to write it; `-` is standard output.
        mail: The whole mail instead of the invoice's file.
        trace: The whole mail, and before its octets the trace of how it came here (Return-Path,
            Delivered-To, Received).
    """
    from ingestd.store import ledger

    read = ledger.original_mail if mail or trace else ledger.original
    _, named = _named(terminal, given)
    content = read(terminal.store, named)
    if trace:
        content = ledger.trace_of(terminal.store, named) + content
    if str(output) == "-":
        sys.stdout.buffer.write(content)
        return 0
    try:
        output.write_bytes(content)
    except OSError as error:
        raise arguments.ArgumentError(f"cannot write {output}: {error.strerror}") from error
    if terminal.json:
        terminal.document({"file": str(output), "size": len(content)})
    else:
        terminal.say(f"{output}: {sheet.bytes_for_people(len(content))}")
    return 0


def _named(terminal: Terminal, given: str) -> tuple[JudgedMail, str]:
    """Return the mail and the id of the invoice that was meant, also where the mail was named. Raises
    NotFound."""
    from ingestd.store import NotFound, inbox

    mail, chosen = inbox.show(terminal.store, given)
    filed = [one.id for one in mail.documents if one.outcome is Outcome.FILED]
    if chosen or len(filed) == 1:
        return mail, chosen or filed[0]
    if filed:
        raise NotFound(f"{given} is a mail of several invoices: {', '.join(filed)}.")
    raise NotFound(f"{given} has nothing in the ledger; `ingestd inbox show {given}` says why.")


def _cells(terminal: Terminal, one: PurchaseInvoice) -> tuple[str, ...]:
    invoice = one.invoice
    number, supplier, total = one.name, "", ""
    if invoice:
        number = sheet.marked(invoice, "number", invoice.number or "") or one.name
        supplier = sheet.marked(invoice, "seller_name", invoice.seller_name or "")
        total = sheet.amount(invoice.total_amount_with_vat, invoice.currency_code)
        total = sheet.marked(invoice, "total_amount_with_vat", total)
    return (
        f"{one.id}\n{moment(one.received_at)}",
        f"{one.company}\n{terminal.tr(one.status.value)}",
        f"{short(shown(number))}\n{short(shown(supplier))}",
        total,
    )


def _json(one: PurchaseInvoice, mail: JudgedMail, document: JudgedDocument) -> object:
    lines = one.invoice.lines if one.invoice else ()
    return {
        **report.purchase(one),
        "annexes": list(document.annexes),
        "from": mail.header.from_ or None,
        "subject": mail.header.subject or None,
        "findings": [report.finding(each) for each in document.findings],
        "decisions": [report.decision(each) for each in document.decisions],
        "invoice_lines": [report.line(each) for each in lines],
        "parts": [report.part(each) for each in mail.parts],
    }


def _print(
    terminal: Terminal, one: PurchaseInvoice, mail: JudgedMail, document: JudgedDocument
) -> None:
    terminal.facts(
        [
            ("ID", one.id),
            ("Company", one.company),
            ("Status", terminal.tr(one.status.value)),
            ("File", one.name),
            ("Format", " ".join(str(each) for each in (one.format, one.profile) if each)),
            ("From", mail.header.from_),
            ("Mail", one.mail_id),
            ("Received (UTC)", moment(one.received_at)),
        ]
    )
    sheet.print_invoice(terminal, one.invoice)
    sheet.print_lines(terminal, one.invoice)
    sheet.print_findings(terminal, document.findings)
    sheet.print_rule_sets(terminal, document.invoice)
    sheet.print_decisions(terminal, document.decisions)
    terminal.say(terminal.tr("Next:"))
    if one.status is InvoiceStatus.TO_CONFIRM:
        terminal.say(f"  ingestd invoice confirm {one.id}")
    terminal.say(f"  ingestd invoice original {one.id} -o FILE")
    terminal.say(f"  ingestd inbox show {one.id}")
