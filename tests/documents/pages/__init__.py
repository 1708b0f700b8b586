"""Pages as suppliers send them, made by us: invoices in many layouts and six languages, other papers
that come with them, and pictures of both; each with what is true of it. The same seed gives the same
octets.

    python -m tests.documents.pages --count 500 --seed 7 --out DIR [--pictures] [--papers]

Names, numbers and accounts are of nobody; their check digits are right. Words and layouts here are
written without a look at the labels that the readers know, and must be: they measure them.
"""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import replace
from random import Random

from tests.documents.pages import letters, lines_of_trade, oddities, slips
from tests.documents.pages.draft import LANGUAGES
from tests.documents.pages.layouts import LAYOUTS
from tests.documents.pages.papers import PAPERS, paper
from tests.documents.pages.pictures import DPI, picture
from tests.documents.pages.truth import Either, Made

__all__ = [
    "LAYOUTS",
    "PAPERS",
    "Either",
    "Made",
    "invoice",
    "invoices",
    "is_sealed",
    "papers",
    "pictures",
]

_DRAWN = (letters, lines_of_trade, oddities, slips)
"""The rooms that draw; each registers its layouts."""


def is_sealed(layout: str) -> bool:
    """Tell whether a layout is of the half that nobody looks at who works on the readers."""
    return hashlib.sha256(layout.encode()).digest()[0] % 2 == 1


def invoices(count: int, seed: int, layouts: tuple[str, ...] = ()) -> Iterator[Made]:
    """Yield made invoices, each layout in turn."""
    names = layouts or tuple(LAYOUTS)
    for at in range(count):
        yield invoice(names[at % len(names)], seed * 100_003 + at)


def invoice(name: str, seed: int) -> Made:
    """Return one made invoice of a layout; nothing of it is left to any other chance."""
    rng = Random(f"{name} {seed}")
    layout = LAYOUTS[name]
    language = rng.choice(layout.languages)
    draft = layout.draft(rng, language)
    content = layout.draw(draft)
    return Made(
        name=f"{name}-{language}-{seed}",
        family=name,
        language=language,
        sealed=is_sealed(name),
        kind="application/pdf",
        content=content,
        truth=draft.truth,
    )


def papers(count: int, seed: int) -> Iterator[Made]:
    """Yield made papers that are no invoices, each kind in turn; every second one is sealed."""
    kinds = tuple(PAPERS)
    for at in range(count):
        kind, rng = kinds[at % len(kinds)], Random(f"paper {seed} {at}")
        language = LANGUAGES[at % len(LANGUAGES)]
        content = paper(kind, rng, language)
        name = f"{kind}-{language}-{seed}-{at}"
        sealed = at // len(kinds) % 2 == 1
        yield Made(name, kind, language, sealed, "application/pdf", content, {}, kind)


def pictures(documents: Iterable[Made], seed: int) -> Iterator[Made]:
    """Yield pictures of the first pages of documents, one resolution after the other. What may be on
    another page is not known of them: of documents of several pages nothing is."""
    for at, made in enumerate(documents):
        if made.family == "wholesale":
            continue
        dpi = DPI[at % len(DPI)]
        kind, content = picture(made.content, Random(f"picture {seed} {made.name}"), dpi)
        yield replace(made, name=f"{made.name}-{dpi}", kind=kind, content=content, dpi=dpi)
