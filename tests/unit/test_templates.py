"""Templates per supplier: what one says of a page, how sure that is, and what is wrong with one."""

import sys
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from ingestd import templates
from ingestd.extraction import reading
from ingestd.extraction.layout import text_of
from ingestd.extraction.page import Page, rows_of
from ingestd.extraction.templates import merge, read
from ingestd.extraction.value import Known, Value, Values
from ingestd.model import SURE, Format, Word
from ingestd.templates import TemplatesUnusable

LINES = """\
Blumen Beispiel GmbH                     Beleg 2026-0117
Ausgestellt 05.03.2026                   Faellig 4. April 2026

Netto                                         1.100,00
Steuer                                          209,00
Gesamt                                        1.309,00
Konto DE89 3704 0044 0532 0130 00
USt DE136695976
"""
TEMPLATE = """\
issuer: Blumen Beispiel GmbH
keywords: [Blumen Beispiel]
exclude_keywords: [Angebot]
fields:
  invoice_number: Beleg (\\S+)
  date: Ausgestellt (\\S+)
  date_due: {parser: regex, regex: 'Faellig (.+)', type: date}
  amount: Gesamt\\s+([\\d.,]+)
  amount_untaxed: Netto\\s+([\\d.,]+)
  amount_tax: Steuer\\s+([\\d.,]+)
  iban: Konto ([A-Z0-9 ]+)
  vat: USt (\\S+)
options:
  currency: EUR
  decimal_separator: ','
  date_formats: ['%d.%m.%Y']
"""
KNOWN = Known(company=None, today=date(2026, 3, 6))


def page(text: str) -> Page:
    """A page with words where they stand in `text`, in letters of 6 by 10 points."""
    words = []
    for row, line in enumerate(text.splitlines()):
        column = 0
        for piece in line.split(" "):
            if piece:
                left, top = 30 + 6.0 * column, 40 + 14.0 * row
                words.append(Word(piece, left, top, left + 6 * len(piece), top + 10))
            column += len(piece) + 1
    return Page(1, 595, 842, "text", rows_of(words))


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    templates.load.cache_clear()
    yield tmp_path
    templates.load.cache_clear()


def said(folder: Path, template: str = TEMPLATE, lines: str = LINES) -> Values:
    (folder / "one.yml").write_text(template, encoding="utf-8")
    return read([page(lines)], templates.load(str(folder)))


def test_a_template_says_what_a_page_has(folder: Path) -> None:
    values = said(folder)
    assert {name: one.value for name, one in values.items()} == {
        "seller_name": "Blumen Beispiel GmbH",
        "number": "2026-0117",
        "issue_date": date(2026, 3, 5),
        "payment_due_date": date(2026, 4, 4),
        "currency_code": "EUR",
        "total_amount_without_vat": Decimal("1100.00"),
        "total_vat_amount": Decimal("209.00"),
        "total_amount_with_vat": Decimal("1309.00"),
        "payment_account_identifiers": ("DE89370400440532013000",),
        "seller_vat_identifier": "DE136695976",
    }
    assert [word.text for word in values["number"].words] == ["2026-0117"]
    assert [word.text for word in values["total_amount_with_vat"].words] == ["1.309,00"]
    assert [word.text for word in values["issue_date"].words] == ["05.03.2026"]


def test_it_is_sure_of_what_sums_up_and_of_check_digits_alone(folder: Path) -> None:
    values = said(folder)
    assert {name for name, one in values.items() if one.confidence >= SURE} == {
        "total_amount_without_vat",
        "total_vat_amount",
        "total_amount_with_vat",
        "payment_account_identifiers",
        "seller_vat_identifier",
    }


@pytest.mark.parametrize(
    ("was", "becomes", "lost"),
    [
        ("1.309,00", "1.310,00", {"total_amount_with_vat": "1310.00"}),
        ("DE136695976", "DE136695975", {"seller_vat_identifier": None}),
        ("0130 00", "0130 01", {"payment_account_identifiers": None}),
    ],
)
def test_what_does_not_hold_is_not_sure(
    was: str, becomes: str, lost: dict[str, str | None], folder: Path
) -> None:
    values = said(folder, lines=LINES.replace(was, becomes))
    for name, value in lost.items():
        assert (name in values) == (value is not None)
        assert name not in values or values[name].confidence < SURE
    assert value is None or values["total_vat_amount"].confidence < SURE


@pytest.mark.parametrize(
    "lines", ["", LINES.replace("Blumen Beispiel", "Blumen"), LINES + "Angebot"]
)
def test_a_template_says_nothing_of_other_pages(lines: str, folder: Path) -> None:
    assert said(folder, lines=lines) == {}


def test_a_template_without_what_it_asks_for_says_nothing(folder: Path) -> None:
    assert said(folder, lines=LINES.replace("Beleg", "Nr.")) == {}


def test_of_two_templates_the_one_of_higher_priority_is_asked(folder: Path) -> None:
    other = TEMPLATE.replace("Beleg (\\S+)", "Beleg (\\d+)") + "priority: 9\n"
    (folder / "two.yaml").write_text(other, encoding="utf-8")
    assert said(folder)["number"].value == "2026"


def test_euros_are_no_word_of_a_template_that_names_no_currency(folder: Path) -> None:
    assert "currency_code" not in said(folder, TEMPLATE.replace("  currency: EUR\n", ""))


def test_columns_stand_apart_in_the_text_that_templates_are_shown() -> None:
    text = text_of([page(LINES), page("x")])
    assert "GmbH                     Beleg 2026-0117\n" in text
    assert text.split("\f")[1].strip() == "x"


def _value(value: object, confidence: float) -> Values:
    return {"number": Value(value, confidence, page("x"), (), ())}


@pytest.mark.parametrize(
    ("ours", "theirs", "chosen", "sure"),
    [
        (("1", 0.5), ("1", 0.9), "1", True),
        (("1", 0.97), ("2", 0.9), "1", False),
        (("1", 0.97), ("2", 0.97), "1", False),
        (("1", 0.8), ("2", 0.97), "2", True),
        (("1", 0.8), ("2", 0.9), "2", False),
    ],
)
def test_two_readings_are_joined(
    ours: tuple[str, float], theirs: tuple[str, float], chosen: str, sure: bool
) -> None:
    joint = merge(_value(*ours), _value(*theirs))["number"]
    assert (joint.value, joint.confidence >= SURE) == (chosen, sure)


def test_what_one_alone_says_is_kept() -> None:
    assert merge(_value("1", 0.5), {})["number"].value == "1"
    assert merge({}, _value("1", 0.9))["number"].confidence == 0.9


def test_a_page_is_read_with_templates(folder: Path) -> None:
    (folder / "one.yml").write_text(TEMPLATE, encoding="utf-8")
    known = Known(company=None, today=KNOWN.today, templates=templates.load(str(folder)))
    invoice = reading.read([page(LINES)], known, "1", Format.PDF)
    assert (invoice.number, invoice.seller_vat_identifier) == ("2026-0117", "DE136695976")
    assert invoice.sources["seller_vat_identifier"].confidence >= SURE


WRONG = {
    "no YAML": ("keywords: [", "expected the node content"),
    "a list": ("- a", "no mapping"),
    "no keywords": ("fields: {amount: a}", "keywords: one or more texts"),
    "no fields": ("keywords: a", "fields: one or more"),
    "bad expression": ("keywords: a\nfields: {amount: '('}", "fields.amount: '(' is no regular"),
    "bad in a list": (
        "keywords: a\nfields: {amount: [a, '[']}",
        "fields.amount: '[' is no regular",
    ),
    "a number": (
        "keywords: a\nfields: {amount: 3}",
        "fields.amount: a regular expression is meant",
    ),
    "unknown parser": (
        "keywords: a\nfields: {amount: {parser: x}}",
        "fields.amount.parser: one of",
    ),
    "no expression": (
        "keywords: a\nfields: {amount: {parser: regex}}",
        "fields.amount.regex: is needed",
    ),
    "unknown type": (
        "keywords: a\nfields: {amount: {parser: regex, regex: a, type: money}}",
        "fields.amount.type: one of",
    ),
    "area": (
        "keywords: a\nfields: {amount: {parser: regex, regex: a, area: {x: 1}}}",
        "fields.amount.area: only the text",
    ),
    "camelot": ("keywords: a\nfields: {amount: a}\ncamelot: {}", "camelot: it would open the file"),
    "unknown option": (
        "keywords: a\nfields: {amount: a}\noptions: {colour: red}",
        "options.colour",
    ),
    "languages": (
        "keywords: a\nfields: {amount: a}\noptions: {languages: [eng]}",
        "options.languages",
    ),
    "replace": (
        "keywords: a\nfields: {amount: a}\noptions: {replace: [[a]]}",
        "options.replace[0]",
    ),
    "lines": (
        "keywords: a\nfields: {lines: {parser: lines, start: a}}",
        "fields.lines[0].end: is needed",
    ),
    "table": ("keywords: a\nfields: {amount: a}\ntables: [{start: a}]", "tables[0].end: is needed"),
}


@pytest.mark.parametrize("mistake", WRONG)
def test_a_bad_template_is_named_with_its_key(mistake: str, folder: Path) -> None:
    text, told = WRONG[mistake]
    (folder / "sub").mkdir()
    (folder / "sub" / "bad.yml").write_text(text, encoding="utf-8")
    with pytest.raises(TemplatesUnusable) as found:
        templates.load(str(folder))
    assert "sub/bad.yml: " in str(found.value)
    assert told in str(found.value)


def test_all_mistakes_are_told_at_once(folder: Path) -> None:
    for name in ("a", "b"):
        (folder / f"{name}.yml").write_text("x: 1", encoding="utf-8")
    with pytest.raises(TemplatesUnusable, match="4 mistakes"):
        templates.load(str(folder))


def test_no_directory_is_no_templates_and_a_wrong_one_is_told(folder: Path) -> None:
    assert templates.load("") == ()
    assert templates.load(str(folder)) == ()
    with pytest.raises(TemplatesUnusable, match="no directory"):
        templates.load(str(folder / "absent"))


def test_without_invoice2data_it_is_said_what_to_do(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "invoice2data.extract.invoice_template", None)
    with pytest.raises(TemplatesUnusable, match=r"pip install 'ingestd\[templates\]'"):
        templates.load(str(folder))
    assert templates.load("") == ()
