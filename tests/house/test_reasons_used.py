"""No dead reason: what the program says is in the catalogue, has a case that makes it say so, and
what the catalogue has beyond that is listed here with why."""

import ast
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import ingestd
from ingestd.model import Weight
from ingestd.reasons import CATALOGUE

PACKAGE = Path(ingestd.__file__).parent
TESTS = Path(__file__).parent.parent

NOT_YET = {
    "internal-error": "a mail that crashes its worker waits in the spool, then is set aside",
    "rate-limited": "limits for each sender come with the hardened door",
    "sender-blocked": "block lists come with the senders' issue",
    "sender-not-allowed": "allow lists come with the senders' issue",
    "sender-unproven": "SPF, DKIM and DMARC come with authentication",
    "forward-confirmation": "comes with the forwarders' issue",
    "supplier-new": "comes with the suppliers' issue",
    "iban-changed": "comes with the suppliers' issue",
    "outside-platform-fr": "comes with the French platforms",
}
"""Codes of the catalogue that nothing says yet, and why."""

SHOWN_BY = {
    "scan-pending": "unit/test_waiting.py",
    "refused-by-operator": "system/test_journey.py",
    "file-too-large": "unit/test_size.py",
    "document-bomb": "unit/test_chamber.py",
    "storage-full": "faults/test_errno.py",
    "rcpt-closed": "system/test_bad_input.py",
    "profile-incomplete": "unit/test_plausibility.py",
}
"""Codes that one mail alone cannot produce, and the test that does."""

NOT_SAYING = {"reasons.py", "config.py"}
"""Files that name codes without saying them: which cannot be waived, which weigh otherwise."""


def constants(file: Path) -> Iterator[str]:
    """Yield the string constants of a file, docstrings excepted by their form."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def said_directly(file: Path) -> Iterator[str]:
    """Yield the codes in `Finding("...")` and `reply("...")`."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call) or not node.args:
            continue
        name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        whose = ast.unparse(node.func).rpartition(".")[0]
        if name == "reply" and whose not in ("", "reasons"):
            continue  # a session's words are SMTP's
        first = node.args[0]
        if name in ("Finding", "reply") and isinstance(first, ast.Constant):
            yield str(first.value)


FILES = [file for file in sorted(PACKAGE.rglob("*.py")) if file.name not in NOT_SAYING]
USED = {text for file in FILES for text in constants(file)} & set(CATALOGUE)


def reasons_in(value: Any) -> Iterator[str]:
    """Yield every reason in a verdict, at any depth."""
    if isinstance(value, dict):
        if isinstance(value.get("reason"), str):
            yield value["reason"]
        for one in value.values():
            yield from reasons_in(one)
    elif isinstance(value, list):
        for one in value:
            yield from reasons_in(one)


def in_golden_cases() -> set[str]:
    verdicts = sorted((TESTS / "cases").glob("*/verdict.json"))
    return {
        code
        for verdict in verdicts
        for code in reasons_in(json.loads(verdict.read_text(encoding="utf-8")))
    }


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(PACKAGE)))
def test_what_is_said_is_in_the_catalogue(file: Path) -> None:
    assert set(said_directly(file)) <= set(CATALOGUE)


def test_what_is_not_said_is_listed_with_why() -> None:
    assert set(NOT_YET) == set(CATALOGUE) - USED


def test_every_reason_for_a_document_has_a_golden_case() -> None:
    wanted = {code for code in USED if CATALOGUE[code].weight is not Weight.DOOR}
    assert wanted - set(SHOWN_BY) - in_golden_cases() == set()


def test_every_reason_of_the_door_has_a_dialogue() -> None:
    texts = [file.read_text(encoding="utf-8") for file in (TESTS / "dialogues").glob("*.smtp")]
    for code in USED - set(SHOWN_BY) - in_golden_cases():
        reason = CATALOGUE[code]
        if reason.weight is Weight.DOOR:
            assert any(reason.smtp_reply in text for text in texts), code


@pytest.mark.parametrize(("code", "test"), SHOWN_BY.items())
def test_elsewhere_means_somewhere(code: str, test: str) -> None:
    text = (TESTS / test).read_text(encoding="utf-8")
    assert code in text or (CATALOGUE[code].smtp_reply or code) in text
