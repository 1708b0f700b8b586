"""Values out of elements, as the terms of the model need them, by tables of paths.

The model's own annotations say what a path must give (text, amount, date, several texts); what
stands in the document but is none is kept as an `UnreadableValue`, never guessed and never rounded.
"""

import binascii
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import fields
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any, get_type_hints

from lxml import etree

from ingestd.en16931._paths import Namespaces, Walk, follow, steps_of
from ingestd.model import Invoice, SeveralValues, Source, UnreadableValue

Paths = Mapping[str, str]
"""Field of the model -> where it stands: steps (`_paths`), `/@name` for an attribute at the end,
alternatives parted by ` | `, the first that gives a value first."""

MAX_TEXT = 100_000
"""Characters in one term; longer is an attack or a mistake, not a name (attachments are apart)."""
_SHOWN = 60
_SEVERAL_SHOWN = 5
_BLANK = " \t\r\n"
_WHITE_SPACE = re.compile(f"[{_BLANK}]+")
_SEVERAL_LINES = {"BT-20", "BT-22", "BT-127", "BT-154"}
"""Terms whose line breaks mean something; elsewhere they are the writer's indentation."""

_CURRENCIES = etree.XPath(
    "//@currencyID[. != $currency]"
    "[not(ancestor::*[local-name() = 'TaxTotal' or local-name() = 'TaxTotalAmount'"
    " or local-name() = 'UBLExtensions'])]"
)
"""Amounts in another currency than the invoice. An XPath: lines are many, and nearly all agree."""
_DECIMAL = re.compile(r"[+-]?([0-9]{1,20}(\.[0-9]{0,20})?|\.[0-9]{1,20})")
_ISO_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})(T[0-9:.]+)?(Z|[+-][0-9]{2}:[0-9]{2})?")
_COMPACT_DATE = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")
_COMPACT_MONTH = re.compile(r"([0-9]{4})([0-9]{2})")
_COMPACT_WEEK = re.compile(r"([0-9]{4})W?([0-9]{2})")


class Table:
    """Where the fields of one class of the model stand: its paths, made ready for one syntax."""

    def __init__(self, kind: type, paths: Paths, namespaces: Namespaces) -> None:
        expected, terms = _expected(kind)
        prefixes = tuple(namespaces.items())
        places = [_places(path, prefixes) for path in paths.values()]
        self.fields = tuple(
            (name, terms[name], _READ[expected[name]], alternatives)
            for name, alternatives in zip(paths, places, strict=True)
        )
        self.is_of_whole = kind is Invoice
        self.walk = Walk((one.path for several in places for one in several), namespaces)


class _Place:
    """One alternative of a path: the steps to its elements, and the attribute that is meant."""

    __slots__ = ("attribute", "path", "steps", "written")

    def __init__(self, written: str, namespaces: Namespaces) -> None:
        self.written = written
        self.path, _, self.attribute = written.partition("/@")
        self.steps = steps_of(self.path, namespaces)


@cache
def _places(path: str, prefixes: tuple[tuple[str, str], ...]) -> tuple[_Place, ...]:
    namespaces = dict(prefixes)
    return tuple(_Place(alternative, namespaces) for alternative in path.split(" | "))


_Written = Iterator[tuple[str, etree._Element]]


class Values:
    """Reads one document; `unreadable` collects what could not be read on the way, `several` what of the
    whole invoice stands there more than once and differs, `places` where each of its terms stood."""

    def __init__(self, namespaces: Namespaces) -> None:
        self.unreadable: list[UnreadableValue] = []
        self.several: list[SeveralValues] = []
        self.places: dict[str, str] = {}
        self._prefixes = tuple(namespaces.items())
        self._last: tuple[str, etree._Element] | None = None

    def find(self, node: etree._Element, path: str) -> Iterator[etree._Element]:
        """Yield the elements at `path` below `node`."""
        return follow(node, _places(path, self._prefixes)[0].steps)

    def texts(self, node: etree._Element, path: str, term: str = "") -> tuple[str, ...]:
        """Return all texts at `path`, verbatim but for white space, empty ones left out."""
        return self.all_texts(self._at(node, path, term), term)

    def text(self, node: etree._Element, path: str, term: str = "") -> str | None:
        """Return the first text at `path`, or None."""
        return self.first_text(self._at(node, path, term), term)

    def amount(self, node: etree._Element, path: str, term: str) -> Decimal | None:
        """Return the first number at `path` with the decimals it is written with (xsd:decimal)."""
        return self.first_amount(self._at(node, path, term), term)

    def bind(self, table: Table, node: etree._Element, place: str = "") -> dict[str, Any]:
        """Return the constructor arguments for the class of a table, read below `node`."""
        gathered = iter(table.walk.over(node))
        arguments: dict[str, Any] = {}
        for name, term, read, alternatives in table.fields:
            found = [(one, next(gathered)) for one in alternatives]
            value = arguments[name] = read(self, self._written(found, term), term, place)
            if table.is_of_whole and value is not None and value != ():
                self.place(name)
                if not isinstance(value, tuple):
                    self._compare_each(term, found)
        return arguments

    def first_text(self, written: _Written, term: str, place: str = "") -> str | None:
        """Return the first of some texts, on one line where its term has no lines."""
        return next((_line(text, term) for text, _element in written), None)

    def all_texts(self, written: _Written, term: str, place: str = "") -> tuple[str, ...]:
        """Return all of some texts, each on one line where its term has no lines."""
        return tuple(_line(text, term) for text, _element in written)

    def first_amount(self, written: _Written, term: str, place: str = "") -> Decimal | None:
        """Return the first of some numbers, with the decimals it is written with (xsd:decimal)."""
        for text, _element in written:
            if _DECIMAL.fullmatch(text):
                return Decimal(text)
            self._refuse(term, text, place)
            return None
        return None

    def first_day(self, written: _Written, term: str, place: str = "") -> date | None:
        """Return the first of some dates: ISO 8601, or by its `format` (UNTDID 2379)."""
        for text, element in written:
            found = parse_day(text, element.get("format"))
            if found is None:
                self._refuse(term, text, place)
            return found
        return None

    def place(self, name: str) -> None:
        """Keep where the last value was read as the place of the field `name`."""
        if self._last:
            path, element = self._last
            self.places[name] = f"{path}, line {element.sourceline}"

    def compare(self, term: str, texts: Iterable[str | None]) -> None:
        """Keep as `several` what a term is given as, if that is not always the same."""
        written = {_meant(text): text for text in texts if text}
        if len(written) > 1:
            shown = tuple(text[:_SHOWN] for text in written.values())
            self.several.append(SeveralValues(term, shown[:_SEVERAL_SHOWN]))

    def compare_currencies(self, root: etree._Element, currency: str | None) -> None:
        """Keep as several values of BT-5 the currencies that amounts name, if not all are `currency`.

        Not of VAT totals: one may be in the currency of the seller's tax office (BT-111).
        """
        found = _CURRENCIES(root, currency=currency or "")
        if isinstance(found, list) and found:
            self.compare(term_of("currency_code"), (currency, *(str(one) for one in found)))

    def _compare_each(
        self, term: str, found: Iterable[tuple[_Place, list[etree._Element]]]
    ) -> None:
        """Compare what stands at each alternative; two alternatives may well differ, and so may the
        attributes of what is the same otherwise."""
        for place, elements in found:
            if len(elements) > 1 and not place.attribute:
                self.compare(term, ((element.text or "").strip(_BLANK) for element in elements))

    def place_groups(self, root: etree._Element, groups: Paths) -> None:
        """Keep where the first element of each group stands as the place of its field."""
        for name, path in groups.items():
            for one in _places(path, self._prefixes):
                if (first := next(follow(root, one.steps), None)) is not None:
                    self.places[name] = f"{one.written}, line {first.sourceline}"
                    break

    def content(self, element: etree._Element, place: str = "") -> bytes | None:
        """Return the decoded octets of a base64 element (BT-125), strictly, or None."""
        written = "".join((element.text or "").split())
        try:
            return binascii.a2b_base64(written.encode("ascii"), strict_mode=True)
        except ValueError:
            self._refuse("BT-125", written, place)
            return None

    def _at(self, node: etree._Element, path: str, term: str) -> _Written:
        alternatives = _places(path, self._prefixes)
        return self._written(((one, follow(node, one.steps)) for one in alternatives), term)

    def _written(
        self, found: Iterable[tuple[_Place, Iterable[etree._Element]]], term: str
    ) -> _Written:
        for place, elements in found:
            attribute = place.attribute
            for element in elements:
                text = (element.get(attribute) if attribute else element.text) or ""
                if len(text := text.strip(_BLANK)) > MAX_TEXT:
                    self._refuse(term, text, "")
                elif text:
                    self._last = (place.written, element)
                    yield text, element

    def _refuse(self, term: str, text: str, place: str) -> None:
        shown = text if len(text) <= _SHOWN else text[:_SHOWN] + "…"
        self.unreadable.append(UnreadableValue(term, shown, place))


_READ: Mapping[Any, Callable[[Values, _Written, str, str], Any]] = {
    str | None: Values.first_text,
    tuple[str, ...]: Values.all_texts,
    Decimal | None: Values.first_amount,
    date | None: Values.first_day,
}
"""What a field of the model must be given, and how that is read."""


def _meant(text: str) -> Decimal | str:
    """Return what is the same for two ways of writing one value: 10.0 and 10, FR 40 and fr40."""
    if _DECIMAL.fullmatch(text):
        return Decimal(text)
    return _WHITE_SPACE.sub("", text).casefold()


def _line(text: str, term: str) -> str:
    return text if term in _SEVERAL_LINES else _WHITE_SPACE.sub(" ", text)


def named(role: str, path: str, paths: Paths) -> dict[str, str]:
    """Return `paths` below `path`, for the fields of one role: `city` -> `seller_city`."""
    return {
        f"{role}_{name}": " | ".join(f"{path}/{steps}" for steps in alternatives.split(" | "))
        for name, alternatives in paths.items()
    }


def parse_day(text: str, code: str | None = None) -> date | None:
    """Return the day that `text` names, or None if there is no such day.

    `code` is the UNTDID 2379 format: 102 (CCYYMMDD), 610 (CCYYMM, its first day), 616 (CCYYWW, its
    Monday). Without one: ISO 8601, a time or zone after it being of no matter, or CCYYMMDD.
    """
    try:
        if code == "610" and (month := _COMPACT_MONTH.fullmatch(text)):
            return date(int(month[1]), int(month[2]), 1)
        if code == "616" and (week := _COMPACT_WEEK.fullmatch(text)):
            return date.fromisocalendar(int(week[1]), int(week[2]), 1)
        found = _COMPACT_DATE.fullmatch(text) or _ISO_DATE.fullmatch(text)
        return date(int(found[1]), int(found[2]), int(found[3])) if found else None
    except ValueError:
        return None


def xml_sources(arguments: Mapping[str, Any], places: Mapping[str, str]) -> dict[str, Source]:
    """Return where each given field of an invoice was read: all of them in its XML, at `places`."""
    return {
        name: Source("xml", 1.0, places.get(name, ""))
        for name, value in arguments.items()
        if value not in (None, ())
    }


def term_of(name: str) -> str:
    """Return the business term of a field of `model.Invoice` (`number` -> `BT-1`)."""
    return _expected(Invoice)[1][name]


@cache
def _expected(kind: type) -> tuple[Mapping[str, Any], Mapping[str, str]]:
    """Return what each field of a model class must be given, and its business term."""
    terms = {each.name: str(each.metadata.get("term", "")) for each in fields(kind)}
    return get_type_hints(kind), terms
