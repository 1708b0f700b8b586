"""What suppliers and others send that is no invoice, and looks like one more or less."""

import tomllib
from collections.abc import Callable
from datetime import timedelta
from functools import cache
from pathlib import Path
from random import Random

from tests.documents.pages import blocks
from tests.documents.pages.draft import LANGUAGES, Draft, words_of
from tests.documents.pages.sale import sale
from tests.documents.pages.sheet import Sheet

Words = dict[str, list[str] | str]


@cache
def _words(language: str) -> Words:
    table = tomllib.loads(Path(__file__).with_name("papers.toml").read_text("utf-8"))
    found: Words = table[language]
    return found


def paper(kind: str, rng: Random, language: str) -> bytes:
    """Return a paper of a kind of PAPERS, as a PDF."""
    words = words_of(language)
    lines = (14, 26) if kind == "price-list" else (1, 6)
    country = rng.choice(words["countries"])
    draft = Draft(rng, language, sale(rng, words, country, lines=lines))
    return PAPERS[kind](draft, kind)


def _sheet(d: Draft, kind: str) -> tuple[Sheet, float]:
    """Return a sheet with its letterhead, its addressee and its title, and where that ends."""
    sheet = Sheet(d.rng.choice(["helvetica", "times", "vera"]), d.rng.choice([8.5, 9, 10]))
    blocks.head(sheet, d, d.rng.choice(["left", "right", "middle"]))
    blocks.letter(sheet, d, y=140)
    title = str(d.rng.choice(list(_words(d.language)[kind])))
    sheet.text(57, 250, title, size=d.rng.choice([11, 13, 16, 20]), bold=d.rng.random() < 0.8)
    return sheet, 275.0


def _say(sheet: Sheet, d: Draft, key: str, y: float) -> float:
    """Write a paper's sentence, returns where it ends."""
    day = d.date(d.sale.issued + timedelta(days=30))
    amount = d.money(d.sale.gross)
    text = str(_words(d.language)[key]).format(day=day, number=d.sale.number, amount=amount)
    return sheet.lines(57, y, sheet.wrapped(text, 470)) + 10


def _number(sheet: Sheet, d: Draft, y: float) -> float:
    """Write a number and a date as every paper has them."""
    number = {"de": "Nr.", "fr": "N°", "es": "Nº", "it": "N.", "nl": "Nr.", "en": "No."}[d.language]
    facts = [
        (number, d.sale.number),
        (
            d.label("date").replace(d.word("date"), words_of(d.language)["date"][1]),
            d.date(d.sale.issued),
        ),
    ]
    if d.sale.customer:
        facts.append((d.label("customer"), d.sale.customer))
    return blocks.pairs(sheet, facts, 57, 180, y) + 8


def trade(d: Draft, kind: str) -> bytes:
    """An order, its confirmation, a quote, a pro forma: lines and sums as on an invoice."""
    sheet, y = _sheet(d, kind)
    y = _number(sheet, d, y)
    key = {"order-confirmation": "confirm", "pro-forma": "pro-forma"}.get(kind, kind)
    y = _say(sheet, d, f"{key}-text", y)
    y = blocks.table(sheet, d, y + 10, ("position", "article", "quantity", "price", "amount"))
    rows = d.totals()
    rows[-1] = (words_of(d.language)["gross"][0], rows[-1][1])
    for text, amount in rows:
        blocks.row_of_two(sheet, text, amount, y)
        y += 14
    blocks.foot(sheet, d)
    return sheet.save()


def delivery_note(d: Draft, kind: str) -> bytes:
    """What came, without prices, for a signature."""
    sheet, y = _sheet(d, kind)
    y = _number(sheet, d, y)
    y = blocks.table(sheet, d, y + 10, ("position", "item-number", "article", "quantity", "unit"))
    _say(sheet, d, "delivery-text", y + 30)
    blocks.foot(sheet, d)
    return sheet.save()


def reminder(d: Draft, kind: str) -> bytes:
    """A letter about an invoice that was not paid."""
    sheet, y = _sheet(d, kind)
    y = sheet.lines(57, y, [d.word("greeting")]) + 6
    y = _say(sheet, d, "reminder-text", y)
    y = blocks.pairs(
        sheet,
        [(d.number_label(), d.sale.number), (d.label("payable"), d.money(d.sale.gross))],
        57,
        200,
        y + 8,
    )
    blocks.bank(sheet, d, 57, y + 12)
    blocks.foot(sheet, d)
    return sheet.save()


def statement(d: Draft, kind: str) -> bytes:
    """All open invoices of a customer with their balance."""
    sheet, y = _sheet(d, kind)
    y = _say(sheet, d, "statement-text", y)
    balance = d.sale.gross * 0
    for item in d.sale.items * 2:
        balance += item.amount
        sheet.text(57, y, d.date(d.sale.issued - timedelta(days=d.rng.randint(5, 90))))
        sheet.text(140, y, f"{words_of(d.language)['invoice'][0]} {d.rng.randint(10000, 99999)}")
        sheet.text(400, y, d.number(item.amount), align="right")
        sheet.text(540, y, d.number(balance), align="right")
        y += 14
    blocks.foot(sheet, d)
    return sheet.save()


def terms(d: Draft, kind: str) -> bytes:
    """Two columns of small print."""
    sheet, y = _sheet(d, kind)
    text = str(_words(d.language)["terms-text"])
    for at in range(1, 9):
        sheet.text(57, y, f"{at}.", bold=True)
        y = sheet.lines(75, y, sheet.wrapped(text, 440, 8), size=8) + 8
    return sheet.save()


def price_list(d: Draft, kind: str) -> bytes:
    """Articles with prices, and no sum."""
    sheet, y = _sheet(d, kind)
    blocks.table(sheet, d, y + 8, ("item-number", "article", "unit", "price"), band=True)
    return sheet.save()


def timesheet(d: Draft, kind: str) -> bytes:
    """Days, what was done, hours."""
    sheet, y = _sheet(d, kind)
    heads = list(_words(d.language)["hours"])
    for x, head in zip((57, 140, 480), heads, strict=True):
        sheet.text(x, y, str(head), bold=True)
    for at in range(d.rng.randint(5, 20)):
        y += 14
        sheet.text(57, y, d.date(d.sale.delivered + timedelta(days=at)))
        sheet.text(140, y, d.rng.choice(words_of(d.language)["services"]))
        sheet.text(520, y, d.number(d.sale.items[0].rate * 0 + d.rng.randint(1, 9)), align="right")
    return sheet.save()


def contract(d: Draft, kind: str) -> bytes:
    """Parties and paragraphs."""
    sheet, y = _sheet(d, kind)
    y = sheet.lines(57, y, [d.sale.seller.name, "&", d.sale.buyer.name]) + 10
    for at in range(1, 7):
        sheet.text(57, y, f"§ {at}", bold=True)
        y = _say(sheet, d, "contract-text", y + 13)
    sheet.text(57, y + 20, f"{d.label('amount')} {d.money(d.sale.net)}")
    return sheet.save()


def payslip(d: Draft, kind: str) -> bytes:
    """Gross, what is taken off, net."""
    sheet, y = _sheet(d, kind)
    for at, name in enumerate(list(_words(d.language)["payslip-rows"])):
        sheet.text(57, y, str(name))
        sheet.text(540, y, d.number(d.sale.gross / (at + 1)), align="right")
        y += 16
    return sheet.save()


def bank_letter(d: Draft, kind: str) -> bytes:
    """A letter with a subject and no amounts to pay."""
    sheet, y = _sheet(d, kind)
    y = sheet.lines(57, y, [d.word("greeting")]) + 6
    _say(sheet, d, "bank-text", y)
    blocks.foot(sheet, d)
    return sheet.save()


PAPERS: dict[str, Callable[[Draft, str], bytes]] = {
    "order": trade,
    "order-confirmation": trade,
    "quote": trade,
    "pro-forma": trade,
    "delivery-note": delivery_note,
    "reminder": reminder,
    "statement": statement,
    "terms": terms,
    "price-list": price_list,
    "timesheet": timesheet,
    "contract": contract,
    "payslip": payslip,
    "bank-letter": bank_letter,
}
"""A kind of paper -> how it is drawn."""
assert set(PAPERS) <= set(_words("de"))
assert len(LANGUAGES) == 6
