"""What pages are put together from: letterheads, addresses, tables of lines, sums, bank details."""

from collections.abc import Callable, Sequence

from tests.documents.pages.draft import Draft
from tests.documents.pages.parties import Party
from tests.documents.pages.sheet import Column, Sheet, row

_WIDTHS = {
    "position": 26, "item-number": 55, "article": 0, "quantity": 45, "unit": 36, "price": 62,
    "rate": 42, "amount": 70,
}  # fmt: skip
_RIGHT = frozenset({"quantity", "price", "rate", "amount"})
Facts = Sequence[tuple[str, str]]


def address(party: Party, person: str = "") -> list[str]:
    """Return an address as lines."""
    return [party.name, *([person] if person else []), party.street, party.place]


def contact(draft: Draft) -> list[str]:
    """Return telephone and mail of the seller."""
    seller = draft.sale.seller
    return [f"{draft.word('phone')} {seller.phone}", seller.email, seller.web]


def letter(sheet: Sheet, draft: Draft, x: float = 57, y: float = 130) -> None:
    """Write the address as it shows in the window of an envelope, the sender small above it."""
    seller = draft.sale.seller
    sender = draft.rng.choice([" · ", " - ", ", ", " | "]).join(address(seller))
    sheet.text(x, y, sender, size=6.5)
    sheet.lines(x, y + 16, address(draft.sale.buyer), size=10)


def head(sheet: Sheet, draft: Draft, align: str = "left", y: float = 60) -> float:
    """Write the seller with its address at the top, returns where that ends."""
    seller = draft.sale.seller
    x = {"left": 50, "right": 545, "middle": sheet.width / 2}[align]
    sheet.text(x, y, seller.name, size=draft.rng.choice([12, 14, 17]), bold=True, align=align)
    lines = [seller.street, seller.place, *contact(draft)[: draft.rng.randint(0, 3)]]
    return sheet.lines(x, y + 16, lines, size=8.5, align=align)


def pairs(
    sheet: Sheet, facts: Facts, label: float, value: float, y: float, align: str = "left"
) -> float:
    """Write facts as label and value beside each other; returns where that ends."""
    for text, what in facts:
        sheet.text(label, y, text)
        sheet.text(value, y, what, align=align)
        y += sheet.size * 1.45
    return y


def strip(
    sheet: Sheet, facts: Facts, left: float, right: float, y: float, boxed: bool = True
) -> float:
    """Write facts as a table of one row, each label above its value; returns where that ends."""
    step = (right - left) / len(facts)
    for at, (text, what) in enumerate(facts):
        x = left + at * step
        if boxed:
            sheet.box(x, y, x + step, y + 28)
        sheet.text(x + 4, y + 10, text.rstrip(" :"), size=7, bold=not boxed)
        sheet.text(x + 4, y + 22, what)
    return y + 42


def table(
    sheet: Sheet,
    draft: Draft,
    y: float,
    keys: Sequence[str] = ("position", "article", "quantity", "price", "amount"),
    *,
    grid: bool = False,
    band: bool = False,
    last: float = 690,
    head_bold: bool = True,
) -> float:
    """Write the lines of a sale as a table, over as many pages as it needs, with what is carried over
    where a page ends; returns where the table ends."""
    columns, left = _columns(sheet, keys)
    y = _table_head(sheet, draft, y, keys, columns, band, head_bold)
    carried = draft.sale.goods * 0
    for at, item in enumerate(draft.sale.items):
        if y > last:
            text = draft.word("carried").format(next=sheet.page + 1)
            row_of_two(sheet, text, draft.number(draft.signed(carried)), y + 4)
            sheet.turn()
            row_of_two(sheet, text, draft.number(draft.signed(carried)), 70)
            y = _table_head(sheet, draft, 95, keys, columns, band, head_bold)
        cells = _cells(draft, at)
        row(sheet, y, columns, [cells[key] for key in keys])
        if grid:
            sheet.rule(y + 4, left)
        carried += item.amount
        y += sheet.size * 1.7
    if not grid:
        sheet.rule(y - 4, left)
    return y + 6


def row_of_two(sheet: Sheet, text: str, amount: str, y: float, bold: bool = False) -> None:
    """Write a label and an amount at the right edge."""
    sheet.text(400, y, text, bold=bold, align="right")
    sheet.text(540, y, amount, bold=bold, align="right")


def _columns(sheet: Sheet, keys: Sequence[str]) -> tuple[list[Column], float]:
    left, right = 50.0, sheet.width - 55
    widths = {key: _WIDTHS[key] * max(1.0, sheet.size / 9) for key in keys}
    free = right - left - sum(widths.values())
    columns: list[Column] = []
    x = left
    for key in keys:
        width = widths[key] or free
        columns.append((x + width, "right") if key in _RIGHT else (x + 2, "left"))
        x += width
    return columns, left


def _table_head(
    sheet: Sheet, draft: Draft, y: float, keys: Sequence[str], columns: list[Column],
    band: bool, bold: bool,
) -> float:  # fmt: skip
    if band:
        sheet.box(48, y - 10, sheet.width - 50, y + 5, 0.88)
    row(sheet, y, columns, [draft.word(key) for key in keys], bold)
    if not band:
        sheet.rule(y + 4)
    return y + sheet.size * 1.9


def _cells(draft: Draft, at: int) -> dict[str, str]:
    item = draft.sale.items[at]
    return {
        "position": str(at + 1),
        "item-number": item.code,
        "article": item.name,
        "quantity": draft.quantity(item.quantity),
        "unit": item.unit,
        "price": draft.number(item.price),
        "rate": f"{draft.rate(item.rate)}%",
        "amount": draft.number(draft.signed(item.amount)),
    }


def sums(
    sheet: Sheet, draft: Draft, y: float, label: float = 350, value: float = 540,
    *, lined: bool = True, boxed: bool = False, right: bool = False,
) -> float:  # fmt: skip
    """Write the sums below each other, the last one bold; returns where that ends."""
    rows = draft.totals()
    if boxed:
        sheet.box(label - 8, y - 12, value + 6, y + len(rows) * sheet.size * 1.6)
    for at, (text, amount) in enumerate(rows):
        last = at == len(rows) - 1
        if last and lined:
            sheet.rule(y - sheet.size, label, value)
        sheet.text(
            value - 90 if right else label, y, text, bold=last, align="right" if right else "left"
        )
        sheet.text(value, y, amount, bold=last, align="right")
        y += sheet.size * 1.6
    return y + 8


def sums_across(
    sheet: Sheet, draft: Draft, y: float, left: float = 50, right: float = 545
) -> float:
    """Write the sums beside each other, each label above its amount; returns where that ends."""
    rows = draft.totals()
    step = (right - left) / len(rows)
    for at, (text, amount) in enumerate(rows):
        x = left + at * step
        sheet.box(x, y, x + step, y + 30, 0.94 if at == len(rows) - 1 else None)
        sheet.text(x + 4, y + 11, text, size=7)
        sheet.text(x + step - 5, y + 24, amount, bold=at == len(rows) - 1, align="right")
    return y + 46


def rates(sheet: Sheet, draft: Draft, y: float, left: float = 50) -> float:
    """Write base and VAT of each rate as a small table; returns where that ends."""
    heads = [draft.word("rate"), draft.word("base"), draft.word("vat")]
    columns: list[Column] = [(left + 40, "right"), (left + 120, "right"), (left + 190, "right")]
    row(sheet, y, columns, heads, bold=True)
    for one in draft.sale.breakdown:
        y += sheet.size * 1.5
        cells = (
            [f"{draft.rate(one.category_rate or one.category_rate.__class__(0))} %"]
            if one.category_rate is not None
            else [""]
        )
        row(
            sheet,
            y,
            columns,
            [*cells, draft.number(one.taxable_amount or 0), draft.number(one.tax_amount or 0)],
        )
    return y + 20


def bank(sheet: Sheet, draft: Draft, x: float, y: float, size: float = 8.5) -> float:
    """Write where to pay, in one of several ways; returns where that ends."""
    seller = draft.sale.seller
    if not seller.iban:
        return y
    shape = draft.rng.randint(0, 3)
    if shape == 0:
        texts = [
            draft.label("bank"),
            seller.bank,
            f"IBAN: {draft.print_iban()}",
            f"BIC: {draft.print_bic()}",
        ]
    elif shape == 1:
        texts = [f"{seller.bank}, IBAN {draft.print_iban()}, BIC {draft.print_bic()}"]
    elif shape == 2:
        texts = [f"IBAN {draft.print_iban()}", f"BIC/SWIFT {draft.print_bic()}", seller.bank]
    else:
        texts = [f"{draft.label('bank')} {seller.bank}", f"IBAN {draft.print_iban()}"]
    fitting = [line for text in texts for line in sheet.wrapped(text, 550 - x, size)]
    return sheet.lines(x, y, fitting, size=size)


def registered(draft: Draft) -> list[str]:
    """Return what the law wants of the seller: VAT number, register, tax number."""
    seller, found = draft.sale.seller, []
    if seller.vat:
        found.append(f"{draft.label('seller-vat')} {draft.print_seller_vat()}")
    if seller.number:
        found.append(draft.print_register())
    if seller.tax_number and draft.rng.random() < 0.5:
        found.append(f"{draft.label('tax-number')} {seller.tax_number}")
    draft.rng.shuffle(found)
    return found


def foot(sheet: Sheet, draft: Draft, *extra: Callable[[], list[str]]) -> None:
    """Write a dense footer of three or four columns: address, bank, registers."""
    seller, size = draft.sale.seller, draft.rng.choice([6.5, 7, 7.5])
    columns = [address(seller), contact(draft), registered(draft), *(one() for one in extra)]
    if seller.iban:
        columns.append([seller.bank, f"IBAN {draft.print_iban()}", f"BIC {draft.print_bic()}"])
    if draft.rng.random() < 0.5:
        columns[1].append(f"{draft.label('manager')} {seller.person}")
    sheet.rule(sheet.height - 78, width=0.3)
    step = 500 / len(columns)
    for at, texts in enumerate(columns):
        fitting = [line for text in texts for line in sheet.wrapped(text, step - 6, size)]
        sheet.lines(50 + at * step, sheet.height - 66, fitting, size=size)


def foot_line(sheet: Sheet, draft: Draft, with_bank: bool = True) -> None:
    """Write a footer of one or two centred lines."""
    seller = draft.sale.seller
    texts = [" - ".join([seller.name, seller.street, seller.place]), " | ".join(registered(draft))]
    if with_bank and seller.iban:
        texts.append(f"IBAN {draft.print_iban()} - BIC {draft.print_bic()}")
    sheet.lines(sheet.width / 2, sheet.height - 52, texts, size=7, align="middle")


def closing(sheet: Sheet, draft: Draft, y: float, x: float = 50, terms: bool = True) -> float:
    """Write terms and notes; returns where that ends."""
    texts = ([draft.terms()] if terms and not draft.sale.is_credit else []) + draft.notes()
    fitting = [line for text in texts for line in sheet.wrapped(text, 490, 8.5)]
    return sheet.lines(x, y, fitting, size=8.5)


def pages_said(sheet: Sheet, draft: Draft, pages: int = 1) -> None:
    """Write which page this is."""
    text = draft.word("page").format(page=sheet.page, pages=max(pages, sheet.page))
    sheet.text(545, sheet.height - 20, text, size=7, align="right")
