"""The password of an attached archive, where the text of its mail says it.

Trying one costs about a millisecond, so only words beside a cue are tried, and not many of them.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import islice

CANDIDATES = 50
"""How many words are tried at most."""
PASSWORD_CHARACTERS = 128
TEXT_CHARACTERS = 200_000
"""Who writes more than a book about a password, does not want it found."""

_CUE = re.compile(
    r"\b(?:pass[ -]?(?:word|wort|code|phrase)|pwd|pw|mots? de passe|mdp|code d.acc[èe]s|kennwort"
    r"|wachtwoord|contrase[ñn]a|clave|senha|palavra[ -]passe|parola d.ordine|parola|has[łl]o"
    r"|l[öo]senord|adgangskode|passord|salasana|heslo|jelsz[óo]|lozinka|κωδικός|парола)\b",
    re.IGNORECASE,
)
_NEAR = 200
_WORDS = 10
_AFTER = re.compile(r"\s*(?:[:=]|is|est|ist|lautet|es|è|:)+\s+|\s*[:=]\s*", re.IGNORECASE)
_QUOTED = re.compile(r"[\"'«“„‚‘`]\s?([^\"'«»“”„‚‘’`\r\n]{1,128}?)\s?[\"'»“”’‘`]")
_BRACKETS = "()[]<>{}\"'«»“”„"
_AROUND = "\"'«»“”„‚‘’`()[]<>{}.,;:!?*_"


def _beside(text: str) -> Iterator[str]:
    """Yield what may be a password in the text after a cue, the likeliest first."""
    yield from _QUOTED.findall(text)
    lead = _AFTER.match(text)
    rest = text[lead.end() if lead else 0 :].lstrip()
    line = rest.partition("\n")[0].strip()
    words = re.findall(r"\S+", rest)[:_WORDS]
    if words:
        yield from (words[0], words[0].strip(_AROUND), line, line.strip(_AROUND))
    for word in words[1:]:
        yield from (word, word.strip(_BRACKETS), word.strip(_AROUND))


def candidates(texts: Iterable[str]) -> tuple[str, ...]:
    """Return the words of a mail's texts that stand where a password would, CANDIDATES at most."""
    found: dict[str, None] = {}
    for text in texts:
        for cue in islice(_CUE.finditer(text[:TEXT_CHARACTERS]), CANDIDATES):
            for word in _beside(text[cue.end() : cue.end() + _NEAR]):
                if 0 < len(word) <= PASSWORD_CHARACTERS:
                    found.setdefault(word)
                if len(found) >= CANDIDATES:
                    return tuple(found)
    return tuple(found)
