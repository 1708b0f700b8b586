"""A page that was made, and what is true of it."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Either:
    """Several answers that are all right; None among them where it is right to read nothing."""

    answers: tuple[object, ...]


@dataclass(frozen=True)
class Made:
    """A document that we made. `truth` has the value of each field of `ingestd.model.Invoice` as the
    page shows it, None for what the page does not have, and lacks what cannot be told; it is empty for
    a `paper` that is no invoice (`order`, `reminder`, ...). `family` names the layout, `sealed` that
    nobody who works on the readers looks at it. `dpi` is 0 for a page with text."""

    name: str
    family: str
    language: str
    sealed: bool
    kind: str
    content: bytes
    truth: Mapping[str, object]
    paper: str = "invoice"
    dpi: int = 0
