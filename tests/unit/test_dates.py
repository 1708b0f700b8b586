"""Dates in lines: every day printed in every way of every language reads back as that day."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingestd.extraction import dates
from ingestd.extraction.dates import Order

MONTHS = {
    "en": "January February March April May June July August September October November December",
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    "nl": "januari februari maart april mei juni juli augustus september oktober november december",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    "it": "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
}
NAMED = {
    "en": ["{d} {m} {y}", "{m} {d}, {y}", "{d}th of {m} {y}", "{m} {d}th, {y}", "{d}-{m}-{y}"],
    "fr": ["{d} {m} {y}", "le {d} {m} {y}", "{d:02} {m} {y}"],
    "de": ["{d}. {m} {y}", "den {d}. {m} {y}", "{d}.{m} {y}"],
    "nl": ["{d} {m} {y}", "{d:02}-{m}-{y}"],
    "es": ["{d} de {m} de {y}", "{d} de {m} del {y}", "{d} {m} {y}"],
    "it": ["{d} {m} {y}", "{d}° {m} {y}", "lì {d} {m} {y}"],
}
IN_FIGURES = [
    "{d:02}.{n:02}.{y}",
    "{d}.{n}.{y}",
    "{d:02}/{n:02}/{y}",
    "{d:02}-{n:02}-{y}",
    "{y}-{n:02}-{d:02}",
    "{y}/{n:02}/{d:02}",
    "{y}{n:02}{d:02}",
    "{d:02} . {n:02} . {y}",
    "{d:02}.{n:02}.{s:02}",
]


def days(text: str, order: Order = Order.DAY) -> list[date]:
    return [one.day for one in dates.dates_in(text, order)]


@given(st.dates(date(2000, 1, 1), date(2069, 12, 31)), st.sampled_from(IN_FIGURES))
def test_a_day_in_figures_reads_back(day: date, form: str) -> None:
    text = form.format(d=day.day, n=day.month, y=day.year, s=day.year % 100)
    assert days(f"Datum: {text}") == [day]


@given(st.dates(date(2000, 1, 1), date(2099, 12, 31)), st.sampled_from(sorted(NAMED)), st.data())
def test_a_day_with_its_month_named_reads_back(
    day: date, language: str, data: st.DataObject
) -> None:
    form = data.draw(st.sampled_from(NAMED[language]))
    month = MONTHS[language].split()[day.month - 1]
    name = data.draw(st.sampled_from([month, month.upper(), month.capitalize()]))
    assert days(form.format(d=day.day, m=name, y=day.year)) == [day]


@pytest.mark.parametrize("text", ["5. Jänner 2026", "1er janv. 2026", "12 sept. 2025", "3 mrt. 26"])
def test_short_and_austrian_names_of_months_are_known(text: str) -> None:
    assert len(days(text)) == 1


@pytest.mark.parametrize(
    "text",
    ["31.02.2026", "30/02/2026", "13/13/2026", "1.234.567,89", "4711", "12/2026", "0.0.2026",
     "192.168.10.20", "10.30 Uhr", "12 Stück 2026", "99 Mai 2026", "01.01.1850"],
)  # fmt: skip
def test_what_is_no_day_is_no_date(text: str) -> None:
    assert days(text) == []


def test_the_month_comes_first_where_the_page_proves_it() -> None:
    order = dates.order_of(["Due 10/31/2026", "Issued 10/01/2026"])
    assert order is Order.MONTH
    assert days("Issued 10/01/2026", order) == [date(2026, 10, 1)]


@pytest.mark.parametrize(
    ("texts", "is_american", "order"),
    [
        (["03/05/2026"], False, Order.DAY),
        (["03/05/2026"], True, Order.DOUBTFUL),
        (["03/05/2026", "31/05/2026"], True, Order.DAY),
        (["31/05/2026", "05/31/2026"], False, Order.DOUBTFUL),
        (["Date (MM/DD/YYYY): 03/05/2026"], False, Order.MONTH),
        (["Tél. 03 21 32 11 47", "05/03/2026"], False, Order.DAY),
    ],
)
def test_the_order_of_day_and_month(texts: list[str], is_american: bool, order: Order) -> None:
    assert dates.order_of(texts, is_american) is order


def test_what_may_be_read_in_two_ways_is_less_certain() -> None:
    (doubtful,) = dates.dates_in("03/05/2026", Order.DOUBTFUL)
    (sure,) = dates.dates_in("13/05/2026", Order.DAY)
    assert doubtful.certainty < 0.95 < sure.certainty


def test_a_date_tells_where_it_stands() -> None:
    text = "Facture n°17 du 2 juillet 2026, payable"
    (one,) = dates.dates_in(text)
    assert text[one.start : one.end] == "2 juillet 2026"


@given(st.text(alphabet="0123456789./- aerjun", max_size=300))
def test_any_text_is_read(text: str) -> None:
    for one in dates.dates_in(text):
        assert 1990 <= one.day.year <= 2099


@pytest.mark.parametrize(
    "text",
    [
        "Industrieweg 58 Factuurdatum 19 juni 2021",
        "Rechnung 17 vom 19 Juni 2021",
        "No 12 of June 19, 2021",
    ],
)
def test_a_figure_before_a_date_is_not_its_day(text: str) -> None:
    assert [one.day for one in dates.dates_in(text)] == [date(2021, 6, 19)]
