"""The fuzz targets: each was searched for a minute beside the other tests, and nothing was found; and
each notices a finding when there is one."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from ingestd.model import Case, Finding, Part, ScanResult
from tests.hostile import _fuzzing
from tests.hostile.fuzz import door, run, targets


@pytest.mark.parametrize("name", targets.TARGETS)
def test_every_kept_input_holds(name: str) -> None:
    files = sorted((run.CORPUS / name).iterdir())
    assert len(files) >= 5
    for file in files:
        targets.TARGETS[name](file.read_bytes())


def _all_of(name: str) -> None:
    for file in sorted((run.CORPUS / name).iterdir()):
        targets.TARGETS[name](file.read_bytes())


def test_a_scanner_that_fails_open_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    lenient = ScanResult(clean=True)
    monkeypatch.setattr(targets.Scanner, "scan", lambda scanner, content: lenient)
    with pytest.raises(AssertionError, match="clean"):
        _all_of("clamav")


@pytest.mark.parametrize("name", ["encodings", "names", "zip", "tnef"])
def test_a_reader_that_is_wrong_is_noticed(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """It loses the last octet of everything, and lets lone surrogates into names."""
    module = {"zip": targets.archives, "tnef": targets.tnef}.get(name, targets.mime)
    read = module.read

    def wrong(part: Part, case: Case) -> Iterator[Part | Finding]:
        for one in read(part, case):
            name = "\udc80" + getattr(one, "filename", "")
            yield (
                replace(one, content=one.content[:-1], filename=name)
                if isinstance(one, Part)
                else one
            )

    monkeypatch.setattr(module, "read", wrong)
    with pytest.raises((AssertionError, UnicodeEncodeError)):
        _all_of(name)


def test_a_decoder_that_takes_a_bare_line_feed_for_an_end_is_noticed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    strict = door.DataDecoder.feed

    def lenient(decoder: door.DataDecoder, chunk: bytes) -> bytes:
        return strict(decoder, chunk.replace(b"\n", b"\r\n"))

    monkeypatch.setattr(door.DataDecoder, "feed", lenient)
    with pytest.raises(AssertionError):
        _all_of("data")


def test_a_grammar_that_rewrites_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(door, "read_rcpt", lambda argument: argument.strip("TO:<>") + "\r\n")
    with pytest.raises(AssertionError):
        _all_of("address")


@pytest.mark.timeout(900)
def test_nothing_is_found(
    request: pytest.FixtureRequest, capsys: pytest.CaptureFixture[str]
) -> None:
    fuzzing = _fuzzing.running(request.config)
    code = fuzzing.process.wait()
    summary = fuzzing.output.read_text()
    with capsys.disabled():
        print("\n" + summary, end="")
    assert summary.count("nothing found") == len(targets.TARGETS), summary
    assert code == 0
