"""Rule packs over HTTP: what a network and its boxes make of a download is told, and never installed."""

import hashlib
import http.server
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from ingestd.model import Unavailable
from ingestd.rules import catalogue, fetching
from ingestd.rules.packs import Library, NotAPack
from tests.unit.test_rule_packs import PACK, SHEET


class _Publisher(http.server.BaseHTTPRequestHandler):
    """Answers as publishers, captive portals and bad lines do, by the first step of the path."""

    def do_GET(self) -> None:
        what, _, rest = self.path.strip("/").partition("/")
        if what == "moved":
            self.send_response(302)
            self.send_header("Location", f"/whole/{rest}")
            self.end_headers()
        elif what == "gone":
            self.send_error(404)
        else:
            self._send(what)

    def _send(self, what: str) -> None:
        content = b"<html>Please log in</html>" if what == "portal" else SHEET
        self.send_response(200)
        claimed = len(content) + (100 if what == "cut" else 0)
        self.send_header("Content-Length", str(claimed))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def publisher() -> Iterator[str]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Publisher)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def fetch(publisher: str, way: str, monkeypatch: pytest.MonkeyPatch) -> dict[str, bytes]:
    monkeypatch.setattr(catalogue, "SOURCE", f"{publisher}/{way}")
    return dict(fetching.fetch(PACK, lambda *_: None))


@pytest.mark.parametrize("way", ["whole", "moved"])
def test_what_comes_whole_is_installed(
    publisher: str, way: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    contents = fetch(publisher, way, monkeypatch)
    assert hashlib.sha256(contents["sample.xslt"]).hexdigest() == PACK.sheets[0].sha256
    assert Library(tmp_path).install(PACK, contents).version == PACK.version


@pytest.mark.parametrize(
    ("way", "why"), [("gone", "HTTP 404 Not Found"), ("cut", r"cut off after \d+ of \d+ bytes")]
)
def test_what_does_not_come_is_told_with_its_address_and_a_way_out(
    publisher: str, way: str, why: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(Unavailable, match=why) as told:
        fetch(publisher, way, monkeypatch)
    assert f"{publisher}/{way}/" in str(told.value)
    assert "ingestd rules install FILE" in str(told.value)


def test_what_is_too_large_is_not_read_to_its_end(
    publisher: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetching, "_MOST_BYTES", 10)
    with pytest.raises(Unavailable, match="larger than any rule pack"):
        fetch(publisher, "whole", monkeypatch)


def test_a_log_in_page_is_no_rule_pack(
    publisher: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(NotAPack, match="SHA-256"):
        Library(tmp_path).install(PACK, fetch(publisher, "portal", monkeypatch))
    assert Library(tmp_path).installed(PACK) is None


def test_a_log_in_page_is_no_artefact(publisher: str) -> None:
    with pytest.raises(NotAPack, match="no archive"):
        fetching.fetch_artefact(PACK, f"{publisher}/portal", lambda *_: None)
