"""One judgement in its throw-away process: what the parent answers, remembers and makes of an end."""

import hashlib
import os
import signal
import time
from datetime import date

import pytest

from ingestd import chamber, pipeline, reasons
from ingestd.config import Sandbox
from ingestd.gathering import Announce
from ingestd.model import (
    Box,
    Case,
    FiledInvoice,
    KnownSupplier,
    Outcome,
    Part,
    Role,
    ScanResult,
    Unavailable,
    Verdict,
)
from tests.documents.mails import MAILS

CASE = Case(company=None, today=date(2026, 10, 5))
LIMITS = Sandbox()
CONTENT = MAILS["ubl-invoice"]("")


def examine(inside: Case, announce: Announce) -> Verdict:
    return pipeline.examine_mail(CONTENT, inside, announce)


def clean(content: bytes) -> ScanResult:
    return ScanResult(clean=True)


class Past:
    def filed_mail(self, sha256: str) -> FiledInvoice | None:
        return None

    def filed_file(self, sha256: str) -> FiledInvoice | None:
        return None

    def filed_invoice(self, invoice_key: str) -> FiledInvoice | None:
        return FiledInvoice(id="FIRST", filed_on=date(2026, 9, 1), number=invoice_key)

    def known_supplier(self, key: str) -> KnownSupplier | None:
        place = Box(1, 0.1, 0.2, 0.3, 0.4)
        return KnownSupplier(name=key, numbers=("F-1",), places={"number": place})


def test_the_verdict_is_the_same_inside_and_outside() -> None:
    outside = pipeline.examine_mail(CONTENT, CASE)
    assert chamber.judge(examine, CASE, LIMITS, None).verdict == outside
    inside = chamber.judge(examine, CASE, LIMITS, None).verdict.documents[0].invoice
    assert inside
    assert str(inside.total_amount_with_vat) == str(
        outside.documents[0].invoice.total_amount_with_vat
    )  # type: ignore[union-attr]


def test_what_was_found_clean_is_the_parents_own_list() -> None:
    judged = chamber.judge(examine, CASE, LIMITS, clean)
    assert judged.verdict.scanned
    filed = {part.sha256 for part in judged.verdict.parts if part.role is Role.DOCUMENT}
    assert filed <= judged.clean
    assert hashlib.sha256(CONTENT).hexdigest() in judged.clean


def test_nothing_is_clean_without_a_scanner() -> None:
    assert chamber.judge(examine, CASE, LIMITS, None).clean == frozenset()


def test_the_past_is_asked() -> None:
    verdict = chamber.judge(examine, CASE, LIMITS, clean, Past()).verdict
    assert [one.reason for one in verdict.documents[0].findings] == ["duplicate-invoice"]
    assert verdict.documents[0].findings[0].values["ref"] == "FIRST"


def test_a_scanner_that_is_away_ends_the_judgement() -> None:
    def away(content: bytes) -> ScanResult:
        raise Unavailable("no clamd")

    with pytest.raises(Unavailable, match="no clamd"):
        chamber.judge(examine, CASE, LIMITS, away)


def test_a_reader_that_is_killed_leaves_a_reason_and_its_trace() -> None:
    def killed(inside: Case, announce: Announce) -> Verdict:
        announce(Part(path="", kind="message/rfc822", content=b"x", sha256="0" * 64))
        announce(Part(path="2", kind="application/pdf", content=b"y", filename="bomb.pdf"))
        os.kill(os.getpid(), signal.SIGKILL)
        raise AssertionError

    verdict = chamber.judge(killed, CASE, LIMITS, clean).verdict
    assert verdict.outcome is Outcome.HELD
    assert [(one.reason, one.part) for one in verdict.findings] == [("document-bomb", "2")]
    assert {part.path: part.role for part in verdict.parts}["2"] is Role.SEALED


def test_too_much_memory_is_a_bomb() -> None:
    def greedy(inside: Case, announce: Announce) -> Verdict:
        raise AssertionError(len(bytearray(8 << 30)))

    (found,) = chamber.judge(greedy, CASE, LIMITS, clean).verdict.findings
    assert found.reason == "document-bomb"
    assert reasons.text(found, "fr").startswith("l'e-mail demande")


def slowly(content: bytes) -> ScanResult:
    time.sleep(0.2)
    return ScanResult(clean=True)


def test_a_slow_clamav_makes_no_bomb() -> None:
    judged = chamber.judge(examine, CASE, Sandbox(wall_s=0.3), slowly)
    assert judged.cost.answering_s > 0.3
    assert judged.stopped == ""
    assert judged.verdict.outcome is Outcome.FILED


def test_a_mail_that_keeps_clamav_busy_for_ever_is_held_as_not_scanned() -> None:
    judged = chamber.judge(examine, CASE, Sandbox(answers_s=0.1), slowly)
    assert judged.verdict.outcome is Outcome.HELD
    assert [one.reason for one in judged.verdict.findings] == ["scan-inconclusive"]
    assert not judged.verdict.documents


def test_octets_travel_once_and_are_the_parents_own() -> None:
    seen: list[bytes] = []

    def scan(content: bytes) -> ScanResult:
        seen.append(content)
        return ScanResult(clean=True)

    verdict = chamber.judge(examine, CASE, LIMITS, scan).verdict
    filed = [part.content for part in verdict.parts if part.role is Role.DOCUMENT]
    assert filed
    assert all(any(one is other for other in seen) for one in filed)


def test_it_costs_what_it_says() -> None:
    cost = chamber.judge(examine, CASE, LIMITS, clean).cost
    assert 0 < cost.cpu_s < LIMITS.cpu_s
    assert 0 < cost.peak_bytes < LIMITS.memory_bytes


def test_a_supplier_is_asked_of_the_parent() -> None:
    def ask(inside: Case, announce: Announce) -> Verdict:
        assert inside.known_supplier
        found = inside.known_supplier("FR40303265045")
        assert found == Past().known_supplier("FR40303265045")
        return examine(inside, announce)

    assert chamber.judge(ask, CASE, LIMITS, None, Past()).verdict.documents
