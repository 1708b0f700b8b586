"""The parent's side of a judgement: what it answers, and what it remembers of the questions.

A question is asked in three places, and a new one is put into the same three: a callable of
`model.Case`, by which a check asks; here the method that answers, named in `answers`; and in
`_inside` the few lines between the two. What comes in is a `sandbox.Question`, words and octets of
which nothing is to be believed; what goes out is plain data as JSON has it. Whatever the world's
state makes impossible raises Unavailable, which ends the judgement and leaves the mail waiting.
"""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from ingestd.chamber import _plain, _printing
from ingestd.chamber._recognition import Share
from ingestd.model import FiledInvoice, KnownSupplier, Part, RuleReport, ScanResult, Unrecognisable
from ingestd.sandbox import Answer, Question, Stopped

Rules = Callable[[bytes, tuple[str, ...]], RuleReport]

_EMPTY = hashlib.sha256().hexdigest()


class History(Protocol):
    """What is filed already, as far as a judgement may ask."""

    def filed_mail(self, sha256: str) -> FiledInvoice | None:
        """The first mail of these octets."""

    def filed_file(self, sha256: str) -> FiledInvoice | None:
        """The filed document of these octets."""

    def filed_invoice(self, invoice_key: str) -> FiledInvoice | None:
        """The filed invoice of this supplier, number and year."""

    def known_supplier(self, key: str) -> KnownSupplier | None:
        """What the ledger knows of this VAT number or IBAN."""


@dataclass(slots=True)
class World:
    """Answers questions. `kept` are all octets that came in, by their SHA-256 as counted here, `clean`
    those of them that ClamAV found clean, `read` the parts in the order they were begun."""

    scan: Callable[[bytes], ScanResult] | None
    history: History | None
    most_parts: int
    rules: Rules | None = None
    recognition: Share | None = None
    print_html: _printing.PrintHtml | None = None
    kept: dict[str, bytes] = field(default_factory=lambda: {_EMPTY: b""})
    clean: set[str] = field(default_factory=set)
    read: list[Part] = field(default_factory=list)
    scanned: dict[str, ScanResult] = field(default_factory=dict)

    def answers(self) -> Mapping[str, Answer]:
        """Return the questions that a child may put in this case."""
        answers: dict[str, Answer] = {"reading": self._reading, "keep": self._keep}
        if self.scan:
            answers["scan"] = self._scan
        if self.rules:
            answers["rules"] = self._rules
        if self.recognition:
            answers["recognise"] = self._recognise
            answers["begin_recognition"] = self._begin_recognition
        if self.print_html:
            answers["print"] = self._print
        if self.history:
            answers["filed_mail"] = self._filed(self.history.filed_mail)
            answers["filed_file"] = self._filed(self.history.filed_file)
            answers["filed_invoice"] = self._filed(self.history.filed_invoice)
            answers["known_supplier"] = self._known_supplier
        return answers

    def _keep(self, question: Question) -> str:
        sha256 = hashlib.sha256(question.octets).hexdigest()
        self.kept[sha256] = question.octets
        return sha256

    def _scan(self, question: Question) -> list[object]:
        assert self.scan
        sha256 = self._keep(question)
        result = self.scanned.get(sha256) or self.scan(question.octets)
        # The same octets are not asked about again in this judgement.
        self.scanned[sha256] = result
        if result.clean:
            self.clean.add(sha256)
        return [result.clean, result.signature, result.inconclusive]

    def _rules(self, question: Question) -> object:
        assert self.rules
        return _plain.report_to_plain(self.rules(question.octets, question.words))

    def _recognise(self, question: Question) -> object:
        assert self.recognition
        picture = _plain.picture_from_question(question)
        try:
            return _plain.words_to_plain(self.recognition.words(picture))
        except Unrecognisable:
            return _plain.GIVEN_UP

    def _print(self, question: Question) -> object:
        assert self.print_html
        return _printing.answer(self.print_html, question)

    def _begin_recognition(self, _: Question) -> None:
        assert self.recognition
        self.recognition.begin()

    @staticmethod
    def _filed(find: Callable[[str], FiledInvoice | None]) -> Answer:
        return lambda question: _plain.filed_to_plain(find(question.word))

    def _known_supplier(self, question: Question) -> object:
        assert self.history
        return _plain.supplier_to_plain(self.history.known_supplier(question.word))

    def _reading(self, question: Question) -> None:
        if len(self.read) >= self.most_parts:
            raise Stopped("answer")
        self.read.append(_plain.part_from_text(question.word))
