"""The extraction bench's figures as tables."""

import statistics
from collections.abc import Callable, Iterable, Sequence

from ingestd.extraction import kinds
from ingestd.model import VatBreakdown
from tests.bench.extraction_samples import FIELDS, Sample
from tests.bench.extraction_scores import Answer, Score, total

_SHORT = {
    "seller_legal_registration_identifier": "seller_company_number",
    "payment_account_identifiers": "iban",
    "payment_service_provider_identifiers": "bic",
    "purchase_order_reference": "order_number",
    "remittance_information": "payment_reference",
}
_BINS = (0.0, 0.5, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 1.01)


def percent(share: float | None) -> str:
    """Return `97.3 %`, or a dash for a share of nothing."""
    return "-" if share is None else f"{share * 100:.1f}"


def fields(found: Sequence[Answer], rivals: Sequence[tuple[str, Sequence[Answer]]]) -> None:
    """Print for each field how often it was read, read right, and right where it was sure; beside it
    how often others read it right on the same documents."""
    names = "".join(f"{name:>22}" for name, _ in rivals)
    print(
        f"\n{'field':24}{'known':>7}{'coverage':>10}{'accuracy':>10}{'sure':>7}{'p@0.95':>8}{names}"
    )
    others = [total(answers) for _, answers in rivals]
    for name, score in total(found).items():
        cells = f"{score.known:7}{percent(score.coverage):>10}{percent(score.accuracy):>10}"
        cells += f"{score.sure:7}{percent(score.precision):>8}"
        beside = "".join(f"{percent(other.get(name, Score()).accuracy):>22}" for other in others)
        print(f"{_SHORT.get(name, name):24}{cells}{beside}")
    every = Score()
    for answer in found:
        every.add(answer)
    cells = f"{every.known:7}{percent(every.coverage):>10}{percent(every.accuracy):>10}"
    print(f"{'all':24}{cells}{every.sure:7}{percent(every.precision):>8}")


def groups(title: str, found: Iterable[Answer], group: Callable[[Answer], str]) -> None:
    """Print accuracy and precision where sure (`97.3/99.1`) of each field in each group."""
    sorted_out: dict[str, list[Answer]] = {}
    for answer in found:
        sorted_out.setdefault(group(answer), []).append(answer)
    names = sorted(sorted_out)
    scores = {name: total(sorted_out[name]) for name in names}
    print(f"\n{title}: accuracy/precision at 0.95")
    print(" " * 24 + "".join(f"{name[:13]:>14}" for name in names))
    documents = {name: len({answer.sample.name for answer in sorted_out[name]}) for name in names}
    print(f"{'documents':24}" + "".join(f"{documents[name]:14}" for name in names))
    for field in FIELDS:
        cells = [scores[name].get(field) for name in names]
        if any(cells):
            row = "".join(f"{_pair(cell):>14}" for cell in cells)
            print(f"{_SHORT.get(field, field):24}{row}")


def _pair(score: Score | None) -> str:
    if score is None or not score.known:
        return "-"
    return f"{percent(score.accuracy)}/{percent(score.precision)}"


def layouts(found: Iterable[Answer]) -> None:
    """Print for each layout of ours the accuracy of all fields, and the precision where sure."""
    sums: dict[str, Score] = {}
    for answer in found:
        if answer.sample.layout:
            sums.setdefault(answer.sample.layout, Score()).add(answer)
    if sums:
        print("\nmade layouts: accuracy, sure, precision at 0.95 over all fields")
    for name in sorted(sums):
        one = sums[name]
        print(f"{name:24}{percent(one.accuracy):>10}{one.sure:7}{percent(one.precision):>8}")


def reliability(found: Iterable[Answer]) -> None:
    """Print for each field how many of those given with a confidence were right."""
    bins: dict[str, dict[float, list[bool]]] = {}
    for answer in found:
        if answer.given is not None:
            floor = max(edge for edge in _BINS if edge <= answer.confidence)
            bins.setdefault(answer.field, {}).setdefault(floor, []).append(answer.is_right)
    edges = _BINS[:-1]
    print("\nreliability: right of given, by confidence from")
    print(" " * 24 + "".join(f"{edge:>11.2f}" for edge in edges))
    for field in FIELDS:
        if field in bins:
            cells = (bins[field].get(edge, []) for edge in edges)
            row = "".join(f"{f'{sum(c)}/{len(c)}' if c else '-':>11}" for c in cells)
            print(f"{_SHORT.get(field, field):24}{row}")


def costs(name: str, per_page_ms: Sequence[float]) -> None:
    """Print CPU a page: median and the 95th percentile."""
    if per_page_ms:
        worst = sorted(per_page_ms)[int(len(per_page_ms) * 0.95)]
        middle = statistics.median(per_page_ms)
        of = f"{len(per_page_ms)} documents"
        print(f"CPU a page, {name}: median {middle:.1f} ms, p95 {worst:.1f} ms, {of}")


def wrong(found: Iterable[Answer], field: str, reveal: bool) -> None:
    """Print what is wrong or missing in documents that may be looked at, sure ones first."""
    listed = [a for a in found if not a.is_right and (not field or a.field == field)]
    for answer in sorted(listed, key=lambda a: (not a.is_sure, a.field, a.sample.name)):
        if answer.sample.sealed and not reveal:
            continue
        mark = "SURE " if answer.is_sure else ""
        read = f"{_told(answer.given)}, true is {_told(answer.truth)}"
        print(f"{mark}{answer.field} {answer.confidence:.2f}: {read}")
        print(f"    {answer.sample.name}")


def papers(called: Iterable[tuple[Sample, str]], listed: bool, reveal: bool) -> None:
    """Print how many papers that are no invoice are called so, and what invoices are called."""
    found = list(called)
    others = [one for one in found if not one[0].is_invoice]
    told = [one for one in others if one[1] in kinds.PAPERS]
    dead = sum(name == "unreadable" for _, name in others)
    wrong = [one for one in found if one[0].is_invoice and one[1] in kinds.PAPERS]
    print(
        f"\nno invoice: {len(told)} of {len(others)} told, {dead} more cannot be read at all;",
        end=" ",
    )
    print(f"{len(wrong)} of {len(found) - len(others)} invoices called otherwise")
    missed = [one for one in others if one not in told and one[1] != "unreadable"]
    for sample, name in (*wrong, *missed) if listed else ():
        if reveal or not sample.sealed:
            print(f"called {name}: {sample.name}")


def _told(value: object) -> str:
    if isinstance(value, tuple) and value and not isinstance(value[0], str):
        return f"{len(value)} rows: " + "; ".join(map(_row, value[:6]))
    return "nothing" if value is None else repr(value) if isinstance(value, str) else str(value)


def _row(row: object) -> str:
    if isinstance(row, VatBreakdown):
        return f"{row.category_rate} % of {row.taxable_amount} {row.tax_amount}"
    return str(getattr(row, "net_amount", row))
