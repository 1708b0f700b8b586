"""Whose number is it? Each thing on the page that speaks for the seller counts up, each that speaks for
the buyer counts down; they are few, independent, and named, so that they can be measured."""

from collections.abc import Mapping

from ingestd.extraction.parties._blocks import Block
from ingestd.extraction.parties._debits import debited
from ingestd.extraction.parties._found import Found
from ingestd.extraction.parties._names import core
from ingestd.extraction.parties._paper import Paper, is_contact, is_footer
from ingestd.extraction.value import Known
from ingestd.identifiers import company_number_of

_LABELS = {
    "seller-vat": 4.0,
    "buyer-vat": -4.0,
    "buyer-company-number": -4.0,
    "debit-account": -4.0,
}
_REGIONS = {"seller": 4.0, "buyer": -4.0, "delivery": -2.0}

_APART = 0.5
"""Of a region's weight, for what an empty line parts from the lines that the label heads."""


def leaning_of(
    one: Found, paper: Paper, known: Known, owners: Mapping[Block, float]
) -> dict[str, float]:
    """Return what tells whose number this is, from where it stands and what is known; `owners` are the
    blocks whose name is one of the parties'."""
    evidence: dict[str, float] = {}
    keys = one.hint.keys if one.hint else frozenset()
    for key, weight in _LABELS.items():
        if key in keys:
            evidence["label"] = weight
    if one.kind == "iban" and (said := debited(one, paper)):
        evidence.pop("label", None)
        if said < 0:
            evidence["label" if said == -1 else "debits"] = 4 * said
    role = paper.role_of(one.cell)
    if role and "label" not in evidence:
        is_apart = role == "buyer" and paper.region_of[one.cell].is_apart(one.cell)
        evidence["region"] = _REGIONS[role] * (_APART if is_apart else 1)
    if is_own(one, known):
        evidence["company"] = -6.0
    elif one.is_valid and one.kind in ("vat", "iban") and known.supplier(one.value):
        evidence["known"] = 4.0
    if "label" not in evidence:
        evidence |= _by_place(one, paper, known, owners)
    return evidence


def is_own(one: Found, known: Known) -> bool:
    """Tell whether a number is the addressed company's."""
    company = known.company
    if company is None:
        return False
    if one.kind == "vat":
        return one.value == company.vat
    numbers = {*company.numbers, company_number_of(company.vat)} - {None}
    return one.kind == "company" and any(_is_same(one.value, str(number)) for number in numbers)


def _is_same(printed: str, number: str) -> bool:
    squeezed = printed.replace(" ", "").upper()
    return squeezed == number or (len(squeezed) == 14 and squeezed[:9] == number)


def _by_place(
    one: Found, paper: Paper, known: Known, owners: Mapping[Block, float]
) -> dict[str, float]:
    evidence: dict[str, float] = {}
    block = paper.block_of[one.cell]
    row = paper.row_of(one.cell)
    is_at_foot = is_footer(one.cell)
    if is_at_foot:
        evidence["footer"] = 2.5
    beside = " ".join(cell.text for cell in (row if is_at_foot else block.cells))
    others = paper.kinds_beside(one.cell) - {one.kind, "vat", "bic"}
    if others or is_contact(beside):
        evidence["beside"] = 2.0
    if _names_company(block, known):
        evidence["beside"] = -4.0
    elif block in owners and not is_at_foot:
        evidence["owner"] = owners[block]
        if owners[block] < 0:
            evidence.pop("beside", None)
    if not is_at_foot and one.cell.top < 0.2 * one.cell.page.height:
        evidence["head"] = 1.0
    return evidence


def _names_company(block: Block, known: Known) -> bool:
    name = core(known.company.name) if known.company else ""
    return len(name) > 3 and any(name in core(cell.text) for cell in block.cells)
