"""The password of an archive in the text of its mail: found beside its cue, few words tried."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingestd.extraction.passwords import CANDIDATES, PASSWORD_CHARACTERS, candidates


@pytest.mark.parametrize(
    "text",
    [
        "Password: Fact-2026!",
        "The password is Fact-2026!",
        "password=Fact-2026!",
        "Le mot de passe est « Fact-2026! ».",
        "Mot de passe : Fact-2026!",
        "MDP : Fact-2026!",
        "Das Passwort lautet: Fact-2026!",
        'Das Kennwort für das Archiv lautet "Fact-2026!".',
        "Passwort\n\n   Fact-2026!\n\nMit freundlichen Grüßen",
        "Het wachtwoord is Fact-2026!",
        "La contraseña es: Fact-2026!",
        "La password è Fact-2026!",
        "hasło: Fact-2026!",
        "You will need the password to open it (Fact-2026!)",
    ],
)
def test_it_is_found(text: str) -> None:
    assert "Fact-2026!" in candidates([text])


def test_the_likeliest_comes_first() -> None:
    assert candidates(["Password: Fact-2026"])[0] == "Fact-2026"
    assert candidates(["The password is 'two words' today"])[0] == "two words"


def test_a_whole_line_may_be_one() -> None:
    assert "correct horse battery" in candidates(["Passphrase: correct horse battery\nBye"])


@pytest.mark.parametrize("text", ["", "Facture 2026 jointe.", "surpassworded", "x" * 1000])
def test_without_a_cue_nothing_is_tried(text: str) -> None:
    assert candidates([text]) == ()


def test_punctuation_is_tried_with_and_without() -> None:
    found = candidates(["mot de passe : abc123."])
    assert {"abc123.", "abc123"} <= set(found)


def test_there_are_never_many() -> None:
    text = " ".join(f"password: word{number}, or" for number in range(500))
    assert len(candidates([text] * 50)) == CANDIDATES
    assert len(candidates(["password " * 4_000_000])) <= CANDIDATES


@given(st.lists(st.text(max_size=300), max_size=4))
def test_any_text(texts: list[str]) -> None:
    found = candidates(["password " + text for text in texts])
    assert len(set(found)) == len(found) <= CANDIDATES
    assert all(0 < len(word) <= PASSWORD_CHARACTERS for word in found)
