"""Layouts: how an invoice is drawn, and who lays it out so. The rooms that draw register theirs."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any

from tests.documents.pages.draft import LANGUAGES, Draft, words_of
from tests.documents.pages.sale import sale

Draw = Callable[[Draft], bytes]


@dataclass(frozen=True)
class Layout:
    """One way to lay out an invoice: its name, how it is drawn, in which languages such suppliers
    write, in which countries they are (any of the language without), what they sell."""

    name: str
    draw: Draw
    languages: tuple[str, ...] = LANGUAGES
    countries: tuple[str, ...] = ()
    options: Mapping[str, Any] = field(default_factory=dict)

    def draft(self, rng: Random, language: str) -> Draft:
        """Return a sale for this layout, in a language, as its supplier would word it."""
        words = words_of(language)
        country = rng.choice(self.countries or tuple(words["countries"]))
        options = dict(self.options)
        if "treatment" not in options:
            options["treatment"] = rng.choices(["taxed", "reverse", "exempt"], [88, 8, 4])[0]
        options.setdefault("is_credit", rng.random() < 0.06)
        options.setdefault("deposit", rng.random() < 0.08)
        if country == "US":
            options["treatment"] = "reverse"
        return Draft(rng, language, sale(rng, words, country, **options))


LAYOUTS: dict[str, Layout] = {}


def layout(
    name: str, *languages: str, countries: tuple[str, ...] = (), **options: Any
) -> Callable[[Draw], Draw]:
    """Register a layout by its name."""

    def register(draw: Draw) -> Draw:
        LAYOUTS[name] = Layout(name, draw, languages or LANGUAGES, countries, options)
        return draw

    return register
