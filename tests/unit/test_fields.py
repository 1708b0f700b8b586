"""An e-invoice without a term that it must have is held, and each such term is named."""

from dataclasses import replace

import pytest

from ingestd import reasons
from ingestd.checks.fields import check
from ingestd.model import Format, Invoice, Profile, SeveralValues, UnreadableValue, Weight
from tests.unit._invoices import CASE, good


def missing(invoice: Invoice) -> list[str]:
    return [finding.term for finding in check(invoice, CASE)]


def test_a_complete_invoice_misses_nothing() -> None:
    assert missing(good()) == []


@pytest.mark.parametrize(
    ("field", "term"),
    [
        ("number", "BT-1"),
        ("issue_date", "BT-2"),
        ("type_code", "BT-3"),
        ("currency_code", "BT-5"),
        ("specification_identifier", "BT-24"),
        ("seller_name", "BT-27"),
        ("buyer_name", "BT-44"),
        ("total_amount_without_vat", "BT-109"),
        ("total_amount_with_vat", "BT-112"),
        ("amount_due_for_payment", "BT-115"),
    ],
)
def test_each_absent_term_is_named(field: str, term: str) -> None:
    (finding,) = check(good(**{field: None}), CASE)
    assert (finding.reason, finding.term, finding.part) == ("fields-missing", term, "2")
    assert reasons.weigh(finding, {}) is Weight.HOLD
    for lang in reasons.LANGUAGES:
        assert f"({term})" in reasons.text(finding, lang)


def test_all_absent_terms_are_named_at_once() -> None:
    assert missing(good(number=None, seller_name=None)) == ["BT-1", "BT-27"]


def test_lines_are_demanded_but_of_profiles_without() -> None:
    assert missing(good(lines=())) == ["BG-25"]
    assert missing(good(lines=(), profile=Profile.MINIMUM)) == []
    assert missing(good(lines=(), profile=Profile.BASIC_WL)) == []


def test_a_version_number_is_no_specification() -> None:
    assert missing(good(specification_identifier="2.0")) == ["BT-24"]


def test_zugferd_1_may_leave_the_amount_due_out_and_the_currency_to_the_amounts() -> None:
    (finding,) = check(
        good(format=Format.ZUGFERD_1, amount_due_for_payment=None, currency_code=None), CASE
    )
    assert (finding.term, finding.weight) == ("BT-5", Weight.NOTE)


@pytest.mark.parametrize("format_", [Format.PDF, Format.IMAGE, Format.BODY])
def test_a_page_is_for_people_to_complete(format_: Format) -> None:
    assert missing(Invoice(part="2", format=format_)) == []


def test_an_unreadable_value_is_shown_once() -> None:
    invoice = replace(
        good(total_amount_with_vat=None), unreadable=(UnreadableValue("BT-112", "2400,00"),)
    )
    (finding,) = check(invoice, CASE)
    assert finding.term == "BT-112"
    assert "2400,00" in reasons.text(finding, "fr")


def test_an_unreadable_date_of_delivery_is_only_noted() -> None:
    (finding,) = check(good(unreadable=(UnreadableValue("BT-73", "20139102"),)), CASE)
    assert finding.weight is Weight.NOTE


def test_an_unreadable_amount_of_a_line_tells_which() -> None:
    (finding,) = check(good(unreadable=(UnreadableValue("BT-131", "1,5", "7"),)), CASE)
    assert "line 7" in reasons.text(finding, "en")


@pytest.mark.parametrize(
    ("terms", "profile", "weights"),
    [
        (["BT-9"], Profile.EN16931, [None]),
        (["BT-31"], Profile.EXTENDED, [None]),
        (["BT-9"], Profile.EXTENDED, []),  # instalments
        (["BT-9", "BT-20"], Profile.XRECHNUNG, [Weight.NOTE]),  # with a text each
        (["BT-20", "BT-18"], Profile.EN16931, []),
        (["BT-28"], Profile.EN16931, [Weight.NOTE]),
    ],
)
def test_a_term_that_says_two_things_is_not_chosen_from(
    terms: list[str], profile: Profile, weights: list[Weight | None]
) -> None:
    several = tuple(SeveralValues(term, ("one", "two")) for term in terms)
    found = list(check(good(profile=profile, several=several), CASE))
    assert [finding.weight for finding in found] == weights


def test_what_is_said_is_shown_in_both_languages() -> None:
    (finding,) = check(good(several=(SeveralValues("BT-31", ("FR1", "FR2")),)), CASE)
    assert "a single supplier's VAT number (BT-31): it says “FR1” and “FR2”" in reasons.text(
        finding, "en"
    )
    assert "« FR1 » et « FR2 »" in reasons.text(finding, "fr")
