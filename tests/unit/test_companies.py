"""Companies: registered by any spelling, and known to the door at once."""

import threading
from pathlib import Path

import pytest

from ingestd import address
from ingestd.identifiers import InvalidIdentifier
from ingestd.model import Weight
from ingestd.store import NotFound, Store, companies
from ingestd.store.companies import CompanyError
from tests._judgements import VAT, make_store


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return make_store(tmp_path)


def door(store: Store) -> address.Recipients:
    return address.read_recipients(store.settings.recipients_file)


def test_a_company_is_added_by_any_spelling(store: Store) -> None:
    added = companies.add(store, "fr 40 303.265-045", "Ateliers Lumière", ("303 265 045 00011",))
    assert (added.vat, added.country, added.numbers) == (VAT, "FR", ("303265045",))
    assert companies.find(store, "FR40 303265045") == added
    assert companies.list_all(store) == [added]


def test_the_door_knows_it_at_once(store: Store) -> None:
    companies.add(store, VAT)
    assert door(store).open == {VAT: VAT, "FR/303265045": VAT}


def test_a_number_that_is_not_contained_can_be_given(store: Store) -> None:
    companies.add(store, "DE136695976", numbers=("HRB 12345",))
    assert door(store).open["DE/HRB12345"] == "DE136695976"


def test_greek_numbers_have_their_country(store: Store) -> None:
    companies.add(store, "EL094014201", numbers=("123456789012",))
    assert "GR/123456789012" in door(store).open


def test_wrong_check_digits_are_told(store: Store) -> None:
    with pytest.raises(InvalidIdentifier):
        companies.add(store, "FR40303265046")
    with pytest.raises(InvalidIdentifier):
        companies.add(store, VAT, numbers=("303265046",))
    assert companies.list_all(store) == []


def test_the_same_company_is_not_added_twice(store: Store) -> None:
    companies.add(store, VAT)
    with pytest.raises(CompanyError, match="registered already"):
        companies.add(store, VAT)


def test_two_companies_cannot_have_the_same_address(store: Store) -> None:
    companies.add(store, "DE136695976", numbers=("HRB1",))
    with pytest.raises(CompanyError, match="DE/HRB1 belongs to DE136695976"):
        companies.add(store, "DE129273398", numbers=("HRB1",))
    assert [one.vat for one in companies.list_all(store)] == ["DE136695976"]


def test_a_retired_company_is_closed_and_its_number_free(store: Store) -> None:
    companies.add(store, "DE136695976", numbers=("HRB1",))
    retired = companies.retire(store, "DE136695976")
    assert retired.retired_at
    assert companies.retire(store, "DE136695976") == retired
    assert door(store).open == {}
    assert set(door(store).retired) == {"DE136695976", "DE/HRB1"}
    companies.add(store, "DE129273398", numbers=("HRB1",))
    with pytest.raises(CompanyError, match="belongs to DE129273398"):
        companies.reopen(store, "DE136695976")


def test_a_company_can_be_changed(store: Store) -> None:
    companies.add(store, VAT)
    companies.change(store, VAT, name="Lumière", auto_confirm=True)
    changed = companies.change(
        store, VAT, weights={"link-only": Weight.HOLD, "no-text": Weight.HOLD}
    )
    assert (changed.name, changed.auto_confirm) == ("Lumière", True)
    changed = companies.change(store, VAT, weights={"link-only": None})
    assert companies.find(store, VAT).weights == {"no-text": Weight.HOLD} == changed.weights


@pytest.mark.parametrize("code", ["virus-found", "nonsense", "rcpt-unknown"])
def test_some_reasons_cannot_be_weighed_otherwise(code: str, store: Store) -> None:
    companies.add(store, VAT)
    with pytest.raises(CompanyError):
        companies.change(store, VAT, weights={code: Weight.NOTE})


def test_an_unknown_company_is_told(store: Store) -> None:
    with pytest.raises(NotFound, match="company add"):
        companies.find(store, VAT)


def test_changes_at_once_all_reach_the_door(store: Store) -> None:
    vats = ["FR40303265045", "BE0764312983", "DE136695976", "DE129273398"]
    threads = [threading.Thread(target=companies.add, args=(store, vat)) for vat in vats]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(door(store).open.values()) == set(vats)
