"""A child that lies: whatever it says, nothing is filed but octets that its parent saw scanned clean."""

import hashlib
import json
import os
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingestd import chamber, pipeline
from ingestd.chamber import _plain, _testimony
from ingestd.chamber._inside import Inside
from ingestd.chamber._world import World
from ingestd.config import Sandbox
from ingestd.gathering import Announce
from ingestd.model import Case, Outcome, Role, ScanResult, Verdict
from ingestd.sandbox import ChildFault, Parent, Question, Stopped
from tests.documents.mails import MAILS

CONTENT = MAILS["factur-x"]("")
CLEAN = ScanResult(clean=True)


def scan(content: bytes) -> ScanResult:
    return CLEAN


def noted(made: World, content: bytes) -> ScanResult:
    made.answers()["scan"](Question((), content))
    return CLEAN


class Witness(World):
    """A world with the true verdict at hand."""

    truth: Verdict


def witness() -> Witness:
    made = Witness(scan, None, 2_000)
    case = Case(company=None, today=date(2026, 10, 5), scan=lambda content: noted(made, content))
    made.truth = pipeline.examine_mail(CONTENT, case)
    return made


WORLD = witness()
TRUE = _plain.verdict_to_text(WORLD.truth)


def believed(text: bytes) -> Verdict | None:
    """Return what the parent makes of a testimony, None for what it refuses; never anything else."""
    try:
        return _testimony.verified(_plain.verdict_from_text(text), WORLD)
    except Stopped:
        return None


def is_harmless(verdict: Verdict | None) -> bool:
    """Tell whether all that would be filed, or kept, is what the parent itself had scanned."""
    if verdict is None:
        return True
    parts = {part.path: part for part in verdict.parts}
    for part in verdict.parts:
        if part.role in (Role.DOCUMENT, Role.ANNEX):
            assert hashlib.sha256(part.content).hexdigest() == part.sha256
            assert len(part.content) == part.size_bytes
        else:
            assert part.content == b""
    filed = [one for one in verdict.documents if one.outcome is Outcome.FILED]
    return all(
        parts[path].sha256 in WORLD.clean for one in filed for path in (one.path, *one.annexes)
    )


def test_the_truth_is_believed() -> None:
    assert believed(TRUE) == WORLD.truth
    assert WORLD.truth.documents[0].outcome is Outcome.FILED


def changed(change: Callable[[Any], object]) -> bytes:
    """Return the true testimony with one thing changed."""
    said = json.loads(TRUE)
    change(said)
    return json.dumps(said).encode()


def main_part(said: Any) -> Any:
    return next(one for one in said["parts"] if one["path"] == said["documents"][0]["path"])


OTHER = hashlib.sha256(b"never scanned").hexdigest()


@pytest.mark.parametrize(
    "change",
    [
        lambda said: main_part(said).update(sha256=OTHER),
        lambda said: main_part(said).update(size_bytes=1),
        lambda said: main_part(said).update(sha256=""),
        lambda said: main_part(said).update(path="9"),
        lambda said: main_part(said).update(role="ignored"),
        lambda said: said["parts"].append(main_part(said)),
        lambda said: said["parts"].clear(),
        lambda said: said["documents"][0].update(annexes=["7/none"]),
        lambda said: said["documents"][0].update(path=None),
        lambda said: said["documents"][0].update(outcome="accepted"),
        lambda said: said["documents"][0].update(trusted=True),
        lambda said: said["documents"][0]["invoice"].update(part="nowhere"),
        lambda said: said["documents"][0]["invoice"].update(number=7),
        lambda said: said["documents"][0]["invoice"].update(issue_date="tomorrow"),
        lambda said: said["documents"][0]["invoice"].update(total_amount_with_vat="1E+999999999"),
        lambda said: said["documents"][0]["invoice"].update(total_amount_with_vat="1E-999999999"),
        lambda said: said["documents"][0]["invoice"].update(total_amount_with_vat="NaN"),
        lambda said: said["documents"][0]["invoice"].update(seller_name="\ud800"),
        lambda said: said["documents"][0]["invoice"].update(xml="<Invoice/>"),
        lambda said: said["documents"][0]["invoice"].update(
            supporting_documents=[{"content": "x"}]
        ),
        lambda said: said.update(scanned=False),
        lambda said: said.update(scanned="true"),
        lambda said: said.update(documents={"0": said["documents"][0]}),
        lambda said: said.update(extra=1),
        lambda said: said.pop("mail"),
        lambda said: said["findings"].append({"reason": "all-is-well"}),
        lambda said: said["documents"][0]["findings"].append(
            {"reason": "virus-found", "weight": "stop"}
        ),
    ],
)
def test_a_lie_is_refused(change: Callable[[Any], object]) -> None:
    assert believed(changed(change)) is None


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"null",
        b"[]",
        b"\x00" * 100,
        b"[" * 200_000,
        b'{"a":' * 200_000,
        b"9" * 100_000,
        TRUE[:-1],
        TRUE + b" 1",
        TRUE.replace(b'"', b"'"),
        TRUE.decode().encode("utf-16"),
    ],
)
def test_garbage_is_refused(text: bytes) -> None:
    assert believed(text) is None


def test_octets_that_it_puts_elsewhere_are_dropped() -> None:
    found = believed(changed(lambda said: said["parts"][0].update(content="forged")))
    assert found
    assert found.parts == WORLD.truth.parts


@given(st.binary(max_size=300))
@settings(max_examples=200, deadline=None)
def test_no_garbage_is_believed(text: bytes) -> None:
    assert believed(text) is None


@given(st.integers(0, len(TRUE) - 1), st.binary(max_size=4), st.integers(0, 8))
@settings(max_examples=400, deadline=None)
def test_damaged_testimony_files_nothing_unseen(at: int, put: bytes, drop: int) -> None:
    assert is_harmless(believed(TRUE[:at] + put + TRUE[at + drop :]))


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.just(OTHER),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=5,
)


def places(value: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return the ways to every value inside a value."""
    found = [at] if at else []
    steps = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value)
        if isinstance(value, list)
        else ()
    )
    for key, inner in steps:
        found += places(inner, (*at, key))
    return found


PLACES = places(json.loads(TRUE))


@given(st.sampled_from(PLACES), ANYTHING)
@settings(max_examples=400, deadline=None)
def test_no_value_that_a_child_may_put_files_what_is_unseen(
    place: tuple[Any, ...], value: Any
) -> None:
    said = json.loads(TRUE)
    holder = said
    for key in place[:-1]:
        holder = holder[key]
    holder[place[-1]] = value
    assert is_harmless(believed(json.dumps(said).encode()))


def test_octets_that_were_not_clean_are_not_filed() -> None:
    infected = witness()
    main = next(one for one in infected.truth.parts if one.path == infected.truth.documents[0].path)
    infected.clean.discard(main.sha256)
    with pytest.raises(Stopped, match="answer"):
        _testimony.verified(_plain.verdict_from_text(TRUE), infected)


def judged(monkeypatch: pytest.MonkeyPatch, lie: Callable[[Parent], bytes]) -> chamber.Judged:
    """Judge a mail by a child that was taken over from its first instruction."""
    monkeypatch.setattr(Inside, "judge", lambda self, examine: lie(self.parent))

    def examine(inside: Case, announce: Announce) -> Verdict:
        raise AssertionError

    case = Case(company=None, today=date(2026, 10, 5))
    return chamber.judge(examine, case, Sandbox(), scan)


def raw(*octets: bytes) -> Callable[[Parent], bytes]:
    """Return a child that writes octets of its own instead of frames."""

    def lie(parent: Parent) -> bytes:
        for one in octets:
            parent._wire._pipe.sendall(one)
        os._exit(0)

    return lie


def flood(parent: Parent) -> bytes:
    part = WORLD.truth.parts[0]
    while True:
        parent.tell("reading", _plain.part_to_text(part))


@pytest.mark.parametrize(
    "lie",
    [
        lambda parent: TRUE,  # a filed document, of which it had nothing scanned
        lambda parent: b"",
        lambda parent: os._exit(0),
        lambda parent: parent.tell("scan", "a", "b") or b"x",
        lambda parent: parent.tell("reading", "{}") or b"",
        lambda parent: parent.tell("reading") or b"",
        lambda parent: parent.tell("filed_invoice", "asked without a history") or b"",
        lambda parent: parent.ask("open", "/etc/passwd"),
        flood,
        raw(os.urandom(200)),
        raw(b"\x01" + b"\xff" * 12),
        raw(b"\x04\0\0\0\2\0\0\0\0\0\0\0\0{"),
        raw(b"\x01\0\0\0\4\0\0\0\0\0\0\0\0[[]]"),
        raw(b'\x03\0\0\0\4\0\0\0\0\0\0\0\0[""]'),
        raw(b"\x09\0\0\0\0\0\0\0\0\0\0\0\0"),
        raw(b"\x01\0\3\x0d\x40\0\0\0\0\0\0\0\0" + b"[" * 200_000),
    ],
)
def test_a_child_that_was_taken_over_files_nothing(
    lie: Callable[[Parent], bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    found = judged(monkeypatch, lie)
    assert found.stopped in ("answer", "result")
    assert found.verdict.outcome is Outcome.HELD
    assert [one.reason for one in found.verdict.findings] == ["document-bomb"]
    assert not found.verdict.documents


def test_a_fault_that_it_makes_up_is_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ChildFault, match="ours"):
        judged(monkeypatch, lambda parent: bytes(1 // 0) if parent is None else _ours())


def _ours() -> bytes:
    raise RuntimeError("ours")


def test_what_it_announces_is_not_kept_as_a_document(monkeypatch: pytest.MonkeyPatch) -> None:
    part = replace(WORLD.truth.parts[1], role=Role.DOCUMENT, sha256=OTHER)

    def lie(parent: Parent) -> bytes:
        parent.tell("reading", _plain.part_to_text(part))
        parent.tell("reading", _plain.part_to_text(replace(part, path="z")))
        os._exit(0)

    roles = [one.role for one in judged(monkeypatch, lie).verdict.parts]
    assert roles == [Role.IGNORED, Role.SEALED]
