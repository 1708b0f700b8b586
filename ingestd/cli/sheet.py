"""Judgements for people: findings, parts, invoices and what to type next."""

from collections.abc import Iterable
from decimal import Decimal

from ingestd.cli.report import READ_TERMS, plain
from ingestd.cli.terminal import Terminal, moment, shown
from ingestd.model import (
    SURE,
    Decision,
    DocumentState,
    Invoice,
    JudgedDocument,
    JudgedFinding,
    JudgedMail,
    JudgedPart,
    Outcome,
    Weight,
)
from ingestd.reasons import CATALOGUE

LABELS = {
    "number": "Number",
    "type_code": "Type",
    "issue_date": "Date",
    "payment_due_date": "Due",
    "currency_code": "Currency",
    "seller_name": "Supplier",
    "seller_vat_identifier": "Supplier VAT number",
    "seller_legal_registration_identifier": "Supplier company number",
    "buyer_name": "Buyer",
    "buyer_vat_identifier": "Buyer VAT number",
    "buyer_legal_registration_identifier": "Buyer company number",
    "buyer_reference": "Buyer reference",
    "purchase_order_reference": "Purchase order",
    "total_amount_without_vat": "Total without VAT",
    "total_vat_amount": "VAT",
    "total_amount_with_vat": "Total with VAT",
    "amount_due_for_payment": "To pay",
    "payment_account_identifiers": "Account",
    "preceding_invoice_references": "Preceding invoices",
    "payment_service_provider_identifiers": "Bank (BIC)",
    "remittance_information": "Payment reference",
}
"""What people call the EN 16931 terms."""


def bytes_for_people(size_bytes: int) -> str:
    """Return a size in B, kB, MB or GB."""
    if size_bytes < 1_000:
        return f"{size_bytes} B"
    for unit, factor in (("kB", 1e3), ("MB", 1e6)):
        if size_bytes < factor * 1_000:
            return f"{size_bytes / factor:.1f} {unit}"
    return f"{size_bytes / 1e9:.1f} GB"


def amount(value: Decimal | None, currency: str | None) -> str:
    """Return an amount with its currency, "" for none."""
    return "" if value is None else f"{value:f} {currency or ''}".strip()


def summary(invoice: Invoice | None) -> str:
    """Return an invoice in one line: number, supplier, total."""
    if invoice is None:
        return ""
    total = amount(invoice.total_amount_with_vat, invoice.currency_code)
    told = (
        marked(invoice, "number", invoice.number or ""),
        marked(invoice, "seller_name", invoice.seller_name or ""),
        marked(invoice, "total_amount_with_vat", total),
    )
    return " · ".join(one for one in told if one)


def print_findings(terminal: Terminal, findings: Iterable[JudgedFinding], indent: str = "") -> None:
    """Print each finding: its code, its weight, where it is, and what it says."""
    for one in findings:
        where = ", ".join(shown(part) for part in (one.part, one.term) if part)
        waived = f" ({terminal.tr('waived')})" if one.waived else ""
        place = f" [{where}]" if where else ""
        head = f"- {one.reason} ({terminal.tr(one.weight.value)}){waived}{place}"
        terminal.say(head, indent)
        terminal.say(terminal.told(one.text), f"{indent}  ")
        detail = terminal.told(one.detail)
        if detail and detail not in terminal.told(one.text):
            terminal.say(detail, f"{indent}  ")


def of_the_mail_alone(mail: JudgedMail) -> list[JudgedFinding]:
    """Return what was found of a mail and is not told again with one of its documents."""
    told = {(one.reason, one.part, one.term) for doc in mail.documents for one in doc.findings}
    return [one for one in mail.findings if (one.reason, one.part, one.term) not in told]


def _kind(kind: str) -> str:
    """An XML kind is shown by its root element; the namespace is in the JSON."""
    return f"XML {kind.rpartition('}')[2]}" if kind.startswith("{") else kind


def print_parts(terminal: Terminal, parts: Iterable[JudgedPart]) -> None:
    """Print every part with its trail of names from the mail down, and what became of it."""
    rows = [
        (
            part.path or "-",
            " › ".join(shown(name) for name in part.trail) or shown(part.name),
            _kind(part.kind),
            bytes_for_people(part.size_bytes),
            terminal.tr(part.role.value),
        )
        for part in parts
    ]
    headers = ("Part", "Where", "What it is", "Size", "Role")
    terminal.table(headers, rows, whole=(3, 4))


def print_rule_sets(terminal: Terminal, invoice: Invoice | None, indent: str = "") -> None:
    """Print which official rule sets an invoice was held against, and which were not here."""
    if invoice is None or not invoice.rule_sets:
        return
    absent = terminal.tr("not installed")
    told = [f"{run.name} {run.version or f'({absent})'}" for run in invoice.rule_sets]
    terminal.say(f"{terminal.tr('Held against:')} {shown(', '.join(told))}", indent)


def print_invoice(terminal: Terminal, invoice: Invoice | None) -> None:
    """Print the values of an invoice and where each was read."""
    if invoice is None:
        return
    rows = []
    for name in READ_TERMS:
        value = plain(getattr(invoice, name))
        if value in (None, [], ""):
            continue
        text = ", ".join(value) if isinstance(value, list) else str(value)
        rows.append((terminal.tr(LABELS[name]), *_value(terminal, invoice, name, text)))
    for one in invoice.vat_breakdown:
        label = " ".join((terminal.tr("VAT"), rate(one.category_rate))).strip()
        text = " / ".join(amount(each, None) for each in (one.taxable_amount, one.tax_amount))
        rows.append((label, *_value(terminal, invoice, "vat_breakdown", text)))
    if rows:
        terminal.table(("Field", "Value", "Read from"), rows)
        if any(source.confidence < SURE for source in invoice.sources.values()):
            terminal.say(terminal.tr("? is a suggestion: look at the document before you confirm."))


def _value(terminal: Terminal, invoice: Invoice, name: str, text: str) -> tuple[str, str]:
    """Return a value, marked if it is only a suggestion, and where it was read and how sure that is."""
    source = invoice.sources.get(name)
    if source is None:
        return text, ""
    page = f" {terminal.tr('p.')} {source.box.page}" if source.box else ""
    return marked(invoice, name, text), f"{source.origin}{page} {source.confidence:.0%}"


def marked(invoice: Invoice, name: str, text: str) -> str:
    """Return a value's text, with a question mark where it is only a suggestion."""
    source = invoice.sources.get(name)
    return f"? {text}" if text and source and source.confidence < SURE else text


def rate(value: Decimal | None) -> str:
    """Return a VAT rate, "" for none."""
    return "" if value is None else f"{value:f} %"


def print_lines(terminal: Terminal, invoice: Invoice | None) -> None:
    """Print the lines of an invoice."""
    if invoice is None or not invoice.lines:
        return
    rows = [
        (
            line.identifier or "",
            line.item_name or "",
            f"{line.quantity:f} {line.unit_code or ''}".strip()
            if line.quantity is not None
            else "",
            f"{line.net_price:f}" if line.net_price is not None else "",
            f"{line.net_amount:f}" if line.net_amount is not None else "",
        )
        for line in invoice.lines
    ]
    terminal.table(("Line", "Item", "Quantity", "Price", "Amount"), rows)


def print_decisions(terminal: Terminal, decisions: Iterable[Decision]) -> None:
    """Print what operators decided, the first first."""
    for one in decisions:
        codes = ", ".join((*one.waived, *((one.code,) if one.code else ())))
        after = f" → {terminal.tr(one.outcome.value)}" if one.outcome else ""
        terminal.say(
            f"{moment(one.decided_at)} {shown(one.operator)}: {terminal.tr(one.what)} "
            f"{codes}{after} {shown(one.why)}".rstrip()
        )


def next_steps(document: JudgedDocument, findings: Iterable[JudgedFinding]) -> list[str]:
    """Return what an operator can type next for a document with these findings against it."""
    from ingestd.store.inbox import STOPPING, waivable

    if document.outcome is Outcome.FILED:
        return [f"ingestd invoice show {document.id}"]
    if document.state is DocumentState.REJECTED:
        return []
    against = [one for one in findings if one.weight in STOPPING and not one.waived]
    steps = []
    if all(waivable(one.reason) for one in against) and not _pointless(against):
        steps.append(f'ingestd inbox release {document.id} --why "…"')
    if document.state is DocumentState.OPEN:
        heaviest = next((one for one in against if one.weight is not Weight.IGNORE), None)
        code = heaviest.reason if heaviest else "not-an-invoice"
        steps.append(f'ingestd inbox reject {document.id} --code {code} --why "…"')
    return steps


def _pointless(against: list[JudgedFinding]) -> bool:
    """Whether there is nothing that a release could file: an automatic answer, say."""
    return any(
        one.weight is Weight.IGNORE and not CATALOGUE[one.reason].releasable for one in against
    )
