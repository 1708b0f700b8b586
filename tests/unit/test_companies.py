"""Companies: registered by any spelling, and known to the door at once."""

import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ingestd import address
from ingestd.identifiers import InvalidIdentifier
from ingestd.model import Unavailable, Weight
from ingestd.store import NotFound, Store, companies
from ingestd.store.companies import CompanyError
from ingestd.store.confirmation import Confirmation
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


class Seconds:
    """A monotonic clock that is set by hand."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_worker_confirms_the_list_every_five_minutes(store: Store) -> None:
    companies.add(store, VAT)
    file, seconds = store.settings.recipients_file, Seconds()
    confirmation = Confirmation(seconds)
    confirmation.look(store)
    fresh = door(store).confirmed_at
    seconds.now += 61
    confirmation.look(store)
    assert door(store).confirmed_at == fresh, "another worker, or a change, did so just now"
    for age in (timedelta(minutes=6), timedelta(hours=30), -timedelta(days=1)):
        address.write_recipients(file, [], datetime.now(UTC) - age)
        seconds.now += 59
        confirmation.look(store)
        assert door(store).open == {}
        seconds.now += 2
        confirmation.look(store)
        assert door(store).open == {VAT: VAT, "FR/303265045": VAT}, "what the database says"
        confirmed_at = door(store).confirmed_at
        assert confirmed_at
        assert abs(datetime.now(UTC) - confirmed_at) < timedelta(minutes=1)


def test_a_list_that_is_gone_or_damaged_is_written_again(store: Store) -> None:
    companies.add(store, VAT)
    for content in (None, b"", b"{}", b"[]"):
        store.settings.recipients_file.unlink()
        if content is not None:
            store.settings.recipients_file.write_bytes(content)
        Confirmation().look(store)
        assert VAT in door(store).open


def test_nobody_confirms_without_the_database(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(_: Store) -> None:
        raise Unavailable("the database does not answer")

    address.write_recipients(store.settings.recipients_file, [], datetime(2020, 1, 1, tzinfo=UTC))
    monkeypatch.setattr(companies, "list_all", away)
    with pytest.raises(Unavailable):
        Confirmation().look(store)
    assert door(store).confirmed_at == datetime(2020, 1, 1, tzinfo=UTC)
