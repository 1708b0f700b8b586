"""Streets and towns, which are no names: `Hafenstraße 5`, `12 rue du Port`, `EC1A 1BB London`."""

import re

_WITH_NUMBER = re.compile(
    r"stra(?:ß|ss)e\b|str\.|\bstr\b|\bweg \d|(?:gasse|platz|allee|ring|damm|ufer|chaussee"
    r"|weg|laan|straat|plein|kade|gracht|dreef|singel) ?\d|\b(?:rue|avenue|av\.|boulevard|bd"
    r"|blvd|place|chemin"
    r"|impasse|all[ée]e|quai|route|zac|zi|cours|faubourg|street|road|lane|drive|way|court"
    r"|terrace|crescent|square|close|parkway|suite|floor|unit|building|house number|via"
    r"|viale|piazza|corso|largo"
    r"|strada|calle|c/|avda|avenida|plaza|paseo|pol[íi]gono|carrer|carretera|ronda|camino"
    r"|p\.?o\.? ?box|postbus|postfach|bo[îi]te postale|cedex)\b[^a-z]|\d+[a-z]?,? (?:rue"
    r"|avenue|boulevard|place|chemin|route|quai|all[ée]e|impasse|bis|ter)\b",
    re.IGNORECASE,
)
_WITHOUT_NUMBER = re.compile(
    r"^\W*(?:rue|avenue|av\.|boulevard|bd|place|chemin|impasse|all[ée]e|quai|route|zac|zi|cours"
    r"|faubourg|via|viale|piazza|corso|largo|strada|calle|c/|avda|avenida|plaza|paseo|pol[íi]gono"
    r"|carrer|carretera|ronda|camino|p\.?o\.? ?box|postbus|postfach|bo[îi]te postale)\b"
    r"|stra(?:ß|ss)e$|str\.?$|(?:straat|gracht|laan)$|\bcedex\b"
    r"|\b(?:street|road|lane|drive|way|court|terrace|crescent|square|close|parkway)$",
    re.IGNORECASE,
)
_STREET_NUMBER = re.compile(
    r"^[^\d]{4,40},? \d{1,4} ?[a-zA-Z]?$|^\d{1,4}[a-zA-Z]?,? [A-Za-zÀ-ÿ' .-]{4,}$"
)
_HOUSE = re.compile(
    r"\b(?:house|cottage|villa|lodge|farm|barn|manor|hall|mews|heights|r[ée]sidence|b[âa]timent|apartment"
    r"|flat|haus|hof)$",
    re.IGNORECASE,
)
POSTCODE = re.compile(
    r"(?:^|[\s,·-])(?:[A-Z]{1,2}[- ])?(?:\d{5}|\d{4})(?: ?[A-Z]{2})?[, ]\s*[A-ZÀ-Þ'\"(]"
    r"|\b[A-Z]{1,2}\d{1,2}[A-Z]? ?\d[A-Z]{2}\b|\b[A-Z]\d[\dW] ?[A-Z\d]{4}\b|\b(?:Dublin|Cork"
    r"|London) [A-Z]?\d{1,2}\b"
)
"""A town with its postal code as written in Europe."""


def is_place(text: str) -> bool:
    """Tell whether a text is a street or a town. Without any number only a street's own word at its
    place tells: `Church Road`, `rue du Port`, but not `Road Runner Couriers`."""
    if POSTCODE.search(text + " "):
        return True
    if not any(one.isdigit() for one in text):
        return _WITHOUT_NUMBER.search(text.rstrip(" ,.")) is not None
    return bool(_WITH_NUMBER.search(text + " ") or _STREET_NUMBER.match(text))


def is_house(text: str) -> bool:
    """Tell whether a text may be the name of a house, in the address of a person: `Sea View House`."""
    return _HOUSE.search(text.rstrip(" ,.")) is not None
