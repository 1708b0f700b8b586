"""The child's side of a judgement: a case whose questions go to the parent."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from ingestd.chamber import _plain, _printing
from ingestd.gathering import Announce
from ingestd.model import (
    Case,
    FiledInvoice,
    KnownSupplier,
    Part,
    Picture,
    RuleReport,
    ScanResult,
    Verdict,
    Word,
)
from ingestd.sandbox import Parent

Examine = Callable[[Case, Announce], Verdict]


@dataclass(slots=True)
class Inside:
    """Runs in the child. Remembers which octets the parent has, so that none travel twice."""

    case: Case
    parent: Parent
    scans: bool
    asks_history: bool
    asks_rules: bool = False
    recognises: bool = False
    prints: bool = False
    _sent: dict[int, bytes] = field(default_factory=dict)

    def judge(self, examine: Examine) -> bytes:
        """Return the verdict as text; the contents of its documents and annexes are with the parent."""
        verdict = examine(self._case(), self._announce)
        for part in verdict.parts:
            if part.content and id(part.content) not in self._sent:
                self.parent.tell("keep", octets=part.content)
        return _plain.verdict_to_text(verdict)

    def _case(self) -> Case:
        return replace(
            self.case,
            scan=self._scan if self.scans else None,
            rules=self._rules if self.asks_rules else None,
            recognise=self._recognise if self.recognises else None,
            begin_recognition=self._begin_recognition if self.recognises else None,
            print_html=self._print_html if self.prints else None,
            filed_mail=self._filed("filed_mail"),
            filed_file=self._filed("filed_file"),
            filed_invoice=self._filed("filed_invoice"),
            known_supplier=self._known_supplier if self.asks_history else None,
        )

    def _announce(self, part: Part) -> None:
        self.parent.tell("reading", _plain.part_to_text(part))

    def _scan(self, content: bytes) -> ScanResult:
        self._sent[id(content)] = content  # kept alive, so that no other octets get its id
        return ScanResult(*self.parent.ask("scan", octets=content))

    def _rules(self, xml: bytes, names: tuple[str, ...]) -> RuleReport:
        return _plain.report_from_plain(self.parent.ask("rules", *names, octets=xml))

    def _recognise(self, picture: Picture) -> tuple[Word, ...] | None:
        sides = _plain.sides_of(picture)
        return _plain.words_from_plain(self.parent.ask("recognise", *sides, octets=picture.pixels))

    def _print_html(self, html: str, pictures: Mapping[str, bytes]) -> bytes:
        text = html.encode("utf-8", "replace")
        words = _printing.words_of(text, pictures)
        octets = b"".join((text, *pictures.values()))
        return _printing.pdf_of(self.parent.ask("print", *words, octets=octets))

    def _begin_recognition(self) -> None:
        self.parent.ask("begin_recognition")

    def _known_supplier(self, key: str) -> KnownSupplier | None:
        return _plain.supplier_from_plain(self.parent.ask("known_supplier", key))

    def _filed(self, question: str) -> Callable[[str], FiledInvoice | None] | None:
        if not self.asks_history:
            return None
        return lambda key: _plain.filed_from_plain(self.parent.ask(question, key))
