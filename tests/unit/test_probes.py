"""A clamd that passes what it could not scan is found out, whatever its other settings, and named."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from hashlib import md5
from pathlib import Path

import pytest

from ingestd.config import Clamav
from ingestd.model import ScanResult
from ingestd.scanner import NoVerdict, Scanner, Way, probes
from ingestd.scanner.probes import Report, probe
from ingestd.scanner.watch import Watch, is_old
from tests._clamd import Clamd
from tests._fake_clamd import Client, answers, fake_clamd

LARGEST_BYTES = 50 << 20
LIMITS = {"MaxRecursion", "MaxFiles", "MaxScanSize", "MaxFileSize"}
ENCRYPTED = {"encrypted zip", "encrypted PDF"}


@contextmanager
def running(directory: Path, signatures: str = "", **settings: str) -> Iterator[Scanner]:
    """A clamd with settings of its own."""
    daemon = (
        Clamd(directory, signatures, **settings) if signatures else Clamd(directory, **settings)
    )
    daemon.start()
    try:
        yield Scanner(str(daemon.socket), 30)
    finally:
        daemon.stop()


def failed(scanner: Scanner) -> set[str]:
    """Return the names of the probes that do not hold."""
    return {one.name for one in probe(scanner, LARGEST_BYTES).failed}


@pytest.mark.parametrize("way", Way)
def test_the_configuration_that_we_ship_holds(clamd: Clamd, way: Way) -> None:
    scanner = Scanner(str(clamd.socket), 30)
    scanner.way = way
    report = probe(scanner, LARGEST_BYTES)
    assert report.failed == ()
    names = {one.name for one in report.probes}
    assert names >= {"EICAR", "EICAR in a zip", "StreamMaxLength", *ENCRYPTED}
    assert names >= (LIMITS if way is Way.DESCRIPTOR else LIMITS - {"MaxFileSize"})


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        ({"AlertExceedsMax": "no"}, LIMITS),
        (
            {"AlertEncrypted": "no", "AlertEncryptedArchive": "no", "AlertEncryptedDoc": "no"},
            ENCRYPTED,
        ),
        ({"AlertEncrypted": "no", "AlertEncryptedDoc": "no"}, {"encrypted PDF"}),
        ({"AlertEncrypted": "no", "AlertEncryptedArchive": "no"}, {"encrypted zip"}),
        ({"MaxFileSize": "1M"}, {"room for the largest file"}),
        ({"MaxScanSize": "20M"}, {"room for the largest file"}),
        ({"ScanArchive": "no"}, {"EICAR in a zip", "encrypted zip"}),
        ({"MaxFileSize": "0", "MaxScanSize": "0", "MaxFiles": "0"}, set()),
        ({"MaxFileSize": "2000M", "MaxRecursion": "100", "MaxFiles": "50000"}, set()),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, dict) else "",
)
def test_each_setting_that_matters(
    settings: dict[str, str], named: set[str], tmp_path: Path
) -> None:
    with running(tmp_path, **settings) as scanner:
        assert failed(scanner) >= named
        assert bool(failed(scanner)) is bool(named)


def test_without_the_signature_of_eicar(tmp_path: Path) -> None:
    with running(tmp_path, "Something-Else:0:0:deadbeefdeadbeef\n") as scanner:
        assert {"EICAR", "EICAR in a zip"} <= failed(scanner)


def test_every_probe_says_what_to_do(tmp_path: Path) -> None:
    with running(tmp_path, AlertExceedsMax="no") as scanner:
        for one in probe(scanner, LARGEST_BYTES).failed:
            assert "AlertExceedsMax yes" in one.todo


@pytest.mark.parametrize("passed", ["Heuristics.Limits", "Heuristics.Encrypted"])
def test_a_probe_that_is_passed_is_noticed(
    passed: str, clamd: Clamd, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The mutant: an adapter that takes such an alarm for clean."""
    right = Scanner.scan

    def wrong(self: Scanner, content: bytes) -> ScanResult:
        result = right(self, content)
        return ScanResult(clean=True) if result.signature.startswith(passed) else result

    monkeypatch.setattr(Scanner, "scan", wrong)
    assert failed(Scanner(str(clamd.socket), 30)) >= (
        ENCRYPTED if "Encrypted" in passed else LIMITS - {"MaxFileSize"}
    )


def test_a_scanner_that_calls_everything_malware_is_noticed(tmp_path: Path) -> None:
    def behave(client: Client) -> None:
        client.command()
        client.content()
        client.say(b"NAME: Win.Trojan-1 FOUND\n")

    with fake_clamd(tmp_path / "s", behave) as path:
        assert "harmless text" in failed(Scanner(str(path), 5))


# Two files with one MD5 (Wang and others, 2004): a clamd that remembers the first passes the second.
ONE = bytes.fromhex(
    "d131dd02c5e6eec4693d9a0698aff95c2fcab58712467eab4004583eb8fb7f8955ad340609f4b30283e4888325"
    "71415a085125e8f7cdc99fd91dbdf280373c5bd8823e3156348f5bae6dacd436c919c6dd53e2b487da03fd0239"
    "6306d248cda0e99f33420f577ee8ce54b67080a80d1ec69821bcb6a8839396f9652b6ff72a70"
)
OTHER = bytes.fromhex(
    "d131dd02c5e6eec4693d9a0698aff95c2fcab50712467eab4004583eb8fb7f8955ad340609f4b30283e4888325"
    "f1415a085125e8f7cdc99fd91dbd7280373c5bd8823e3156348f5bae6dacd436c919c6dd53e23487da03fd0239"
    "6306d248cda0e99f33420f577ee8ce54b67080280d1ec69821bcb6a8839396f965ab6ff72a70"
)


@pytest.mark.parametrize("settings", [{}, {"DisableCache": "no"}], ids=["ours", "remembering"])
def test_a_twin_by_md5_does_not_pass_for_the_clean_one(
    settings: dict[str, str], tmp_path: Path
) -> None:
    assert ONE != OTHER
    assert md5(ONE).digest() == md5(OTHER).digest()
    with running(tmp_path, f"Twin:0:0:{OTHER.hex()}\n", **settings) as scanner:
        assert scanner.scan(ONE).clean
        assert scanner.scan(OTHER).clean is bool(settings)


# The watch: when it is proved, and what comes of it.


class Clock:
    """Seconds, moved by hand."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def probed(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Count the proofs."""
    counted: list[float] = []
    real = probes.probe

    def counting(scanner: Scanner, largest_bytes: int) -> Report:
        counted.append(1)
        return real(scanner, largest_bytes)

    monkeypatch.setattr("ingestd.scanner.watch.probe", counting)
    return counted


def watching(socket: Path, clock: Clock) -> Watch:
    settings = Clamav(socket=str(socket), timeout_s=20, probe_interval_s=300)
    return Watch(settings, LARGEST_BYTES, retry_s=15, clock=clock)


def test_it_is_proved_at_start_and_every_five_minutes(clamd: Clamd, probed: list[float]) -> None:
    clock = Clock()
    watch = watching(clamd.socket, clock)
    for now, times in ((0, 1), (299, 1), (301, 2), (302, 2)):
        clock.now = now
        assert watch.begin().startswith("ClamAV")
        assert len(probed) == times
    assert Clamav().probe_interval_s == 300


def test_one_that_passes_what_it_should_not_is_not_asked(
    tmp_path: Path, probed: list[float], capsys: pytest.CaptureFixture[str]
) -> None:
    clock = Clock()
    with running(tmp_path, AlertExceedsMax="no") as scanner:
        watch = watching(Path(scanner.path), clock)
        for _ in range(3):
            with pytest.raises(NoVerdict, match="AlertExceedsMax yes"):
                watch.begin()
        assert len(probed) == 1
    said = capsys.readouterr().out
    assert said.count("clamav unfit") == 1
    assert "MaxRecursion" in said


def test_one_put_right_is_asked_again_after_a_while(tmp_path: Path) -> None:
    clock = Clock()
    with running(tmp_path, AlertExceedsMax="no") as scanner:
        watch = watching(Path(scanner.path), clock)
        with pytest.raises(NoVerdict):
            watch.begin()
    with running(tmp_path):
        with pytest.raises(NoVerdict):  # not so soon
            watch.begin()
        clock.now = 16
        assert watch.begin()


def test_a_scan_without_a_verdict_casts_doubt(
    clamd: Clamd, tmp_path: Path, probed: list[float]
) -> None:
    watch = watching(clamd.socket, Clock())
    watch.begin()
    real, watch.path = watch.path, str(tmp_path / "gone")
    with pytest.raises(NoVerdict):
        watch.scan(b"x")
    watch.path = real
    watch.begin()
    assert len(probed) == 2


@pytest.mark.parametrize(
    ("answer", "old"),
    [
        (b"ClamAV 1.4.6/27500/Thu Nov 19 09:26:44 2015\n", True),
        (b"ClamAV 1.4.6/27500/Thu Nov 19 09:26:44 2099\n", False),
        (b"ClamAV 1.4.6\n", True),
        (b"ClamAV 1.4.6/27500/yesterday\n", True),
    ],
)
def test_the_age_of_the_signatures(answer: bytes, old: bool, clamd: Clamd, tmp_path: Path) -> None:
    report = probe(Scanner(str(clamd.socket), 30), LARGEST_BYTES)
    with fake_clamd(tmp_path / "s", answers(answer)) as path:
        version = Scanner(str(path), 5).version()
    assert version.program == "ClamAV 1.4.6"
    assert is_old(replace(report, version=version), Clamav()) is old
