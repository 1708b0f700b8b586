"""The rule engine's process: it reads nothing but what it is sent, and its death is nobody else's."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path

import pytest

from ingestd.model import RuleReport, Unavailable
from ingestd.rules import runner
from ingestd.rules.packs import Library
from ingestd.rules.runner import Runner
from ingestd.rules.stylesheets import Stylesheet
from tests._rules import install_packs, running

SECRET = "the-canary-sings"
SHEET = """<xsl:stylesheet version="3.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform"
 xmlns:svrl="http://purl.oclc.org/dsdl/svrl"><xsl:template match="/">
 <svrl:schematron-output>{body}</svrl:schematron-output></xsl:template></xsl:stylesheet>"""
FOUND = (
    '<svrl:failed-assert id="R"><svrl:text><xsl:value-of select="{select}"/></svrl:text>'
    "</svrl:failed-assert>"
)


class Shelf(Library):
    """A library with sheets of a test's own, besides the bundled ones."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.sheets: dict[str, str] = {}

    def stylesheet(self, name: str) -> tuple[Stylesheet, str] | None:
        if name in self.sheets:
            return Stylesheet(self.sheets[name]), "1"
        return super().stylesheet(name)


class Canary:
    """A file and a TCP port that nobody may touch."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "canary.txt"
        self.file.write_text(SECRET, encoding="utf-8")
        self.hits = 0
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port = self._server.getsockname()[1]
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        while True:
            try:
                connection, _ = self._server.accept()
            except OSError:
                return
            self.hits += 1
            connection.close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/x"

    def close(self) -> None:
        self._server.close()


@pytest.fixture
def canary(tmp_path: Path) -> Iterator[Canary]:
    made = Canary(tmp_path)
    yield made
    made.close()


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Shelf:
    made = Shelf(tmp_path_factory.mktemp("rules"))
    made.sheets["echo"] = SHEET.format(body=FOUND.format(select="string(.)"))
    made.sheets["loop"] = SHEET.format(
        body='<xsl:value-of select="sum(for $a in 1 to 100000, $b in 1 to 100000 return $a*$b)"/>'
    )
    made.sheets["bomb"] = SHEET.format(
        body='<xsl:variable name="x" select="for $a in 1 to 400000000 return string($a)"/>'
        '<xsl:value-of select="count($x), string-join(reverse($x))"/>'
    )
    return made


@pytest.fixture(scope="module")
def engine(shelf: Shelf) -> Iterator[Runner]:
    with running(shelf) as made:
        made.judge(b"<a/>", ("echo",))
        yield made


def texts(report: RuleReport) -> str:
    return " ".join([*(one.text for one in report.findings), *(run.aborted for run in report.runs)])


HOSTILE = {
    "external entity, file": '<!DOCTYPE a [<!ENTITY x SYSTEM "file://{file}">]><a>&x;</a>',
    "external entity, http": '<!DOCTYPE a [<!ENTITY x SYSTEM "{url}">]><a>&x;</a>',
    "external DTD": '<!DOCTYPE a SYSTEM "{url}"><a/>',
    "parameter entity": '<!DOCTYPE a [<!ENTITY % x SYSTEM "{url}"> %x;]><a/>',
    "public identifier": '<!DOCTYPE a PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" "{url}"><a/>',
    "billions of laughs": "<!DOCTYPE a [<!ENTITY b 'ha'><!ENTITY c '&b;&b;'>]><a>&c;</a>",
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_document_with_a_dtd_is_refused_by_the_engine_itself(
    engine: Runner, canary: Canary, kind: str
) -> None:
    document = HOSTILE[kind].format(file=canary.file, url=canary.url)
    report = engine.judge(document.encode(), ("echo",))
    assert "DOCTYPE" in report.runs[0].aborted
    assert SECRET not in texts(report)
    assert canary.hits == 0


@pytest.mark.parametrize(
    "document",
    [
        '<a xmlns:xi="http://www.w3.org/2001/XInclude"><xi:include href="{file}" parse="text"/></a>',
        '<a xmlns:xi="http://www.w3.org/2001/XInclude"><xi:include href="{url}"/></a>',
        '<?xml-stylesheet type="text/xsl" href="{url}"?><a/>',
        '<a xmlns:i="http://www.w3.org/2001/XMLSchema-instance" i:schemaLocation="urn:x {url}"/>',
    ],
)
def test_what_a_document_points_to_is_left_alone(
    engine: Runner, canary: Canary, document: str
) -> None:
    report = engine.judge(document.format(file=canary.file, url=canary.url).encode(), ("echo",))
    assert report.runs[0].aborted == ""
    assert SECRET not in texts(report)
    assert canary.hits == 0


@pytest.mark.parametrize(
    "select",
    [
        "doc('file://{file}')",
        "unparsed-text('file://{file}')",
        "unparsed-text('{url}')",
        "doc('{url}')",
        "document('{url}')",
        "collection('file://{folder}?select=*.txt')",
        "environment-variable('HOME')",
        "transform(map{{'stylesheet-location':'{url}','source-node':/}})",
    ],
)
def test_even_a_sheet_reaches_nothing(
    engine: Runner, shelf: Shelf, canary: Canary, select: str
) -> None:
    told = select.format(file=canary.file, url=canary.url, folder=canary.file.parent)
    shelf.sheets[select] = SHEET.format(body=FOUND.format(select=told))
    try:
        found = texts(engine.judge(b"<a/>", (select,)))
    except Unavailable as refused:  # the compiler would not have it
        found = str(refused)
    assert SECRET not in found
    assert os.environ.get("HOME", "?") not in found.split()
    assert canary.hits == 0


BARE = """
import json, sys
from ingestd.rules import engine
if sys.argv[1] == "unlocked":
    engine.LOCKS.clear()
bare = engine.Engine()
for sheet, document in json.load(sys.stdin):
    print(bare.load("sheet", sheet, "") or bare.judge(document, ["sheet"]))
"""
"""Saxon with its own locks and nothing around it."""


@pytest.mark.parametrize("locks", ["locked", "unlocked"])
def test_saxons_own_locks_hold_alone(canary: Canary, tmp_path: Path, locks: str) -> None:
    """Without any confinement; and without the locks the canaries sing, so they would be heard."""
    echo = SHEET.format(body=FOUND.format(select="string(.)"))
    target = tmp_path / "written.xml"
    sheets = [
        *(
            FOUND.format(select=f"unparsed-text('{one}')")
            for one in (canary.file.as_uri(), canary.url)
        ),
        f'<xsl:result-document href="{target.as_uri()}"><b/></xsl:result-document>',
    ]
    tried = [(echo, one.format(file=canary.file, url=canary.url)) for one in HOSTILE.values()]
    tried += [(SHEET.format(body=body), "<a/>") for body in sheets]
    done = subprocess.run(
        (sys.executable, "-c", BARE, locks),
        input=json.dumps(tried),
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    is_open = locks == "unlocked"
    assert (SECRET in done.stdout) is is_open
    assert (canary.hits > 0) is is_open
    assert target.exists() is is_open


def test_a_sheet_writes_no_file(engine: Runner, shelf: Shelf, tmp_path: Path) -> None:
    target = tmp_path / "written.xml"
    body = f'<xsl:result-document href="file://{target}"><b/></xsl:result-document>'
    shelf.sheets["writer"] = SHEET.format(body=body)
    with suppress(Unavailable):  # the compiler would not have it
        engine.judge(b"<a/>", ("writer",))
    assert not target.exists()


def test_the_process_has_no_file_and_no_network(engine: Runner) -> None:
    """Its one descriptor is the socket; Landlock and seccomp keep it so."""
    status = Path(f"/proc/{engine.pid}/status").read_text(encoding="ascii")
    assert "Seccomp:\t2" in status
    assert "NoNewPrivs:\t1" in status
    descriptors = list(Path(f"/proc/{engine.pid}/fd").iterdir())
    assert [str(one.readlink()).partition(":")[0] for one in descriptors] == ["socket"]


def test_an_engine_that_is_killed_is_started_again(engine: Runner) -> None:
    before = engine.pid
    assert before
    os.kill(before, signal.SIGKILL)
    report = engine.judge(b"<a>still here</a>", ("echo",))
    assert report.findings[0].text == "still here"
    assert engine.pid not in (None, before)


def test_a_document_on_which_it_hangs_is_told_and_the_engine_goes_on(shelf: Shelf) -> None:
    with running(shelf, timeout_s=0.5) as engine:
        assert engine.judge(b"<a/>", ("loop",)).stopped == "it took too long"
        assert engine.judge(b"<a>next</a>", ("echo",)).findings[0].text == "next"


def test_a_document_that_eats_its_memory_is_told_and_the_engine_goes_on(shelf: Shelf) -> None:
    with running(shelf, memory_bytes=600 << 20) as engine:
        report = engine.judge(b"<a/>", ("bomb",))
        assert report.stopped or report.runs[0].aborted
        assert engine.judge(b"<a>next</a>", ("echo",)).findings[0].text == "next"


def test_a_stopped_engine_does_not_stop_us(shelf: Shelf) -> None:
    """SIGSTOP: neither dead nor answering."""
    with running(shelf, timeout_s=0.5) as engine:
        engine.judge(b"<a/>", ("echo",))
        assert engine.pid
        os.kill(engine.pid, signal.SIGSTOP)
        assert engine.judge(b"<a>next</a>", ("echo",)).findings[0].text == "next"


def test_it_is_replaced_after_many_judgements(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runner, "MANY", 2)
    with running(shelf) as engine:
        seen = set()
        for _ in range(5):
            engine.judge(b"<a/>", ("echo",))
            seen.add(engine.pid)
    assert len(seen) == 3


@pytest.mark.parametrize(
    ("limit", "settled", "replaced"),
    [("HUGE_BYTES", 1000, True), ("LARGE_BYTES", 1, True), ("LARGE_BYTES", 1000, False)],
)
def test_it_is_replaced_when_it_has_grown(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch, limit: str, settled: int, replaced: bool
) -> None:
    monkeypatch.setattr(runner, limit, 1)
    monkeypatch.setattr(runner, "SETTLED", settled)
    with running(shelf) as engine:
        engine.judge(b"<a/>", ("echo",))
        before = engine.pid
        engine.judge(b"<a/>", ("echo",))
        assert (engine.pid != before) is replaced


def test_what_was_not_used_for_longest_makes_room(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Three sheets, room for two: the engine forgets one and has it again when it is asked for."""
    for name in ("one", "two", "three"):
        shelf.sheets[name] = shelf.sheets["echo"]
    monkeypatch.setattr(runner, "MOST_CHARACTERS", 2 * len(shelf.sheets["echo"]))
    loaded = []
    whole = Runner._ask
    monkeypatch.setattr(
        Runner,
        "_ask",
        lambda self, question, patience: (
            loaded.append(tuple(question[:2])) or whole(self, question, patience)
        ),
    )
    with running(shelf) as engine:
        for name in ("one", "two", "one", "three", "one", "two"):
            assert engine.judge(b"<a>x</a>", (name,)).findings[0].text == "x"
    assert [asked for asked in loaded if asked[0] != "judge"] == [
        ("load", "one"),
        ("load", "two"),
        ("load", "three"),
        ("unload", "two"),
        ("load", "two"),
        ("unload", "three"),
    ]


def test_rule_sets_for_one_invoice_are_never_forgotten_while_it_is_judged(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    shelf.sheets["other"] = shelf.sheets["echo"]
    monkeypatch.setattr(runner, "MOST_CHARACTERS", 1)
    with running(shelf) as engine:
        assert len(engine.judge(b"<a>x</a>", ("echo", "other")).findings) == 2


class Told:
    """What the journal and the metrics were told of the engine."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.events: list[tuple[str, str]] = []
        for event in ("rule_engine_ended", "rule_engine_replaced"):
            monkeypatch.setattr(runner.journal, event, partial(self._note, event))
        monkeypatch.setattr(runner.metrics, "rule_engine_ended", partial(self._note, "metric"))

    def _note(self, event: str, why: str, *_more: object) -> None:
        self.events.append((event, why))


@pytest.mark.parametrize(
    ("sheet", "event", "why"),
    [
        ("loop", "rule_engine_ended", "hung"),
        ("echo", "rule_engine_ended", "died"),
        ("echo", "rule_engine_replaced", "tired"),
    ],
)
def test_the_end_of_an_engine_is_told_and_counted(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch, sheet: str, event: str, why: str
) -> None:
    told = Told(monkeypatch)
    with running(shelf, timeout_s=0.5) as engine:
        engine.judge(b"<a/>", ("echo",))
        assert engine.pid
        if why == "died":
            os.kill(engine.pid, signal.SIGKILL)
        if why == "tired":
            monkeypatch.setattr(runner, "MANY", 1)
        assert not told.events
        engine.judge(b"<a/>", (sheet,))
    assert told.events[:2] == [(event, why), ("metric", why)]


def test_a_pack_that_is_installed_is_used_from_the_next_invoice_on(tmp_path: Path) -> None:
    with running(Library(tmp_path)) as engine:
        assert engine.judge(b"<a/>", ("xrechnung-cii",)).missing
        install_packs(tmp_path)
        assert not engine.judge(b"<a/>", ("xrechnung-cii",)).missing


def test_it_does_not_outlive_whoever_started_it(shelf: Shelf) -> None:
    with running(shelf) as engine:
        engine.judge(b"<a/>", ("echo",))
        pid = engine.pid
    assert pid
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_without_saxon_mail_waits(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runner.sys, "executable", "/bin/false")
    with running(shelf) as engine, pytest.raises(Unavailable, match="cannot be started"):
        engine.judge(b"<a/>", ("echo",))


def test_an_engine_that_judges_nothing_makes_mail_wait(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Dying on a document is the document's doing only if another one can be judged."""
    with running(shelf) as engine:
        monkeypatch.setattr(runner, "_report", lambda *_: {}["nothing"])
        with pytest.raises(Unavailable, match="does not work"):
            engine.judge(b"<a/>", ("echo",))


def test_what_is_not_installed_is_said(engine: Runner) -> None:
    report = engine.judge(b"<a>here</a>", ("peppol-ubl", "echo"))
    assert report.missing == ("peppol-ubl",)
    assert [run.name for run in report.runs] == ["echo"]


def test_a_sheet_that_gives_up_says_why(engine: Runner, shelf: Shelf) -> None:
    shelf.sheets["sum"] = SHEET.format(
        body='<xsl:value-of select="xs:decimal(.) + 1" xmlns:xs="http://www.w3.org/2001/XMLSchema"/>'
    )
    report = engine.judge(b"<a>2400,00</a>", ("sum",))
    assert '"2400,00"' in report.runs[0].aborted
    assert report.findings == ()


def test_a_probe_proves_that_it_judges(engine: Runner) -> None:
    assert engine.probe().startswith("SaxonC-HE")
