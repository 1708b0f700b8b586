"""Bodies that try to reach out of their mail, and bodies that cost too much; each way out is proved to
be one by a printer that lets it."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import weasyprint
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher

from ingestd.model import Unprintable
from ingestd.printing import press
from ingestd.printing.printer import Printer
from ingestd.printing.wire import receive, send

HOST = "canary.invalid"
WAYS = {
    "picture": "<img src='{url}'>",
    "background attribute": "<body background='{url}'>x",
    "style": "<p style='background: url({url})'>x",
    "list": "<ul style='list-style-image: url({url})'><li>x</ul>",
    "content": "<style>p:before {{ content: url({url}) }}</style><p>x",
    "border": "<p style='border: 9px solid; border-image: url({url}) 3'>x",
    "import": "<style>@import url({url});</style>x",
    "import in a data sheet": '<style>@import url("data:text/css,@import url({url});");</style>x',
    "sheet": "<link rel=stylesheet href='{url}'>x",
    "attachment": "<link rel=attachment href='{url}'>x",
    "attached link": "<a rel=attachment href='{url}'>x</a>",
    "font": "<style>@font-face {{ font-family: F; src: url({url}) }}</style><p style='font-family: F'>x",
    "object": "<object data='{url}'></object>",
    "embedded": "<embed src='{url}'>",
    "drawing": "<svg width=9 height=9><image width=9 height=9 href='{url}'/></svg>",
    "xlink": "<svg width=9 height=9 xmlns:xlink='http://www.w3.org/1999/xlink'>"
    "<image width=9 height=9 xlink:href='{url}'/></svg>",
    "drawing in data": "<img src=\"data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' width='9'"
    " height='9'><image width='9' height='9' href='{url}'/></svg>\">",
    "base": "<base href='{url}'><img src='canary.png'>",
}
URLS = (
    f"http://{HOST}/a",
    f"https://{HOST}/a",
    f"ftp://{HOST}/a",
    "file://{file}",
    f"HTTP://{HOST}/a",
)
_heard: list[str] = []
_listening = False


def _hear(event: str, arguments: tuple[Any, ...]) -> None:
    if not _listening:
        return
    if event in ("socket.getaddrinfo", "socket.connect", "socket.gethostbyname"):
        _heard.append(event)
    elif event == "open" and "canary" in str(arguments[0]):
        _heard.append("file")


sys.addaudithook(_hear)


@pytest.fixture
def heard() -> Iterator[list[str]]:
    """What this process asks of the network and of the canary's file during a test."""
    global _listening  # noqa: PLW0603 - an audit hook is for ever
    _heard.clear()
    _listening = True
    yield _heard
    _listening = False


@pytest.fixture(scope="module")
def fonts() -> FontConfiguration:
    return FontConfiguration()


@pytest.fixture
def canary(tmp_path: Path) -> Path:
    file = tmp_path / "canary.png"
    file.write_bytes(b"no picture")
    return file


def _bodies(canary: Path) -> list[tuple[str, str]]:
    return [
        (f"{way} {url}", html.format(url=url.format(file=canary)))
        for way, html in WAYS.items()
        for url in URLS
    ]


def test_no_body_reaches_out_of_its_mail(
    canary: Path, heard: list[str], fonts: FontConfiguration
) -> None:
    for name, html in _bodies(canary):
        press.print_pdf(html, {}, fonts)
        assert not heard, name


def test_the_fetcher_alone_lets_nothing_out(
    canary: Path, heard: list[str], fonts: FontConfiguration, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(press, "_leave_out", lambda page: None)
    for name, html in _bodies(canary):
        press.print_pdf(html, {}, fonts)
        assert not heard, name


@pytest.mark.parametrize("way", WAYS)
def test_each_way_is_one(way: str, canary: Path, heard: list[str]) -> None:
    """To WeasyPrint as it is, with a fetcher of its own."""
    for url in (f"http://{HOST}/a", f"file://{canary}"):
        heard.clear()
        html = WAYS[way].format(url=url)
        page = weasyprint.HTML(string=html, url_fetcher=URLFetcher(timeout=1), media_type="screen")
        with suppress(Exception):
            page.write_pdf(presentational_hints=True)
        assert heard, url


_LET_OUT = """
import sys
from weasyprint.urls import URLFetcher
from ingestd.printing import engine, press
from ingestd.sandbox.confinement import LAYERS, Layers, Mode
press.Enclosures = lambda pictures: URLFetcher(timeout=5)
press._leave_out = lambda page: None
if sys.argv[1] == "free":
    LAYERS[Mode.FULL] = Layers(rlimits=False, landlock=False, seccomp=False, descriptors=False)
engine.main(10, 1 << 30, Mode.FULL)
"""
"""An engine whose fetcher fetches."""


@pytest.mark.parametrize(("cage", "hits"), [("full", 0), ("free", 2)])
def test_a_fetcher_that_fetches_gets_nothing_in_the_cage(
    cage: str, hits: int, tmp_path: Path
) -> None:
    file = tmp_path / "canary.fifo"
    os.mkfifo(file)
    reading = os.open(file, os.O_RDWR | os.O_NONBLOCK)
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        html = f"<img src='http://127.0.0.1:{server.getsockname()[1]}/a'><img src='file://{file}'>"
        ours, theirs = socket.socketpair()
        command = (sys.executable, "-c", _LET_OUT, cage)
        with theirs:
            engine = subprocess.Popen(command, stdin=theirs.fileno())
        with ours:
            ready, _ = receive(ours)
            assert ready[0] == "ready"
            send(ours, [len(html), []], html.encode())
            os.write(reading, b"no picture")
            heard = 0
            with suppress(TimeoutError):
                while True:
                    visitor, _ = server.accept()
                    visitor.close()
                    heard += 1
            engine.kill()
            engine.wait()
    taken = not os.get_blocking(reading) and not _left(reading)
    os.close(reading)
    assert (heard > 0) + taken == hits


def _left(descriptor: int) -> bytes:
    try:
        return os.read(descriptor, 100)
    except BlockingIOError:
        return b""


PRINTER = Printer(timeout_s=1, memory_bytes=400 << 20)
BOMBS = {
    "table": ("<table>" + "<tr>" + "<td>1,00" * 200_000, "cpu"),
    "deep": ("<table><tr><td>" * 500 + "x", "nesting"),
    "pages": ("<p style='page-break-after: always'>x" * 150, "pages"),
    "variables": (
        "<style>:root {--a0: x;"
        + "".join(f"--a{n}: var(--a{n - 1}) var(--a{n - 1});" for n in range(1, 60))
        + "} p { font-family: var(--a59) }</style><p>x",
        "cpu",
    ),
    "size": ("<p style='font-size: 1e9px'>x", "fault"),
}


@pytest.mark.parametrize("bomb", BOMBS)
def test_a_body_that_costs_too_much_is_given_up(bomb: str) -> None:
    html, limit = BOMBS[bomb]
    with pytest.raises(Unprintable) as end:
        PRINTER.print_html(html, {})
    assert end.value.limit in (limit, "cpu", "time", "memory")


HARMLESS = {
    "endless imports": "<style>" + "@import 'data:text/css,@import%20\"x\"';" * 999 + "</style>x",
    "picture of many megabytes": f"<img src='data:image/png;base64,{'A' * 9_000_000}'>x",
    "no HTML": "\x00\x01\ud800 <![CDATA[ <!DOCTYPE",
}


@pytest.mark.parametrize("name", HARMLESS)
def test_a_body_that_is_only_odd_is_printed(name: str) -> None:
    patient = Printer(timeout_s=20, memory_bytes=400 << 20)  # a busy machine takes more CPU, too
    assert patient.print_html(HARMLESS[name], {}).startswith(b"%PDF-")
