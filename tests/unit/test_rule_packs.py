"""Rule packs: what is installed is what the publisher released, whole or not at all."""

import hashlib
import json
import zipfile
from datetime import date
from pathlib import Path

import pytest

from ingestd.cli import main
from ingestd.model import Unavailable
from ingestd.rules import catalogue, fetching, packs
from ingestd.rules.catalogue import PACKS, Pack, Sheet
from ingestd.rules.packs import Library, NotAPack
from ingestd.rules.stylesheets import Unusable, prepare

SHEET = b"""<xsl:stylesheet version="2.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform"
 xmlns:svrl="http://purl.oclc.org/dsdl/svrl"><xsl:template match="/"><svrl:fired-rule context="/"/>
 <svrl:failed-assert test="1"><xsl:attribute name="id">R-1</xsl:attribute>
 <svrl:text>no</svrl:text></svrl:failed-assert></xsl:template></xsl:stylesheet>"""
NEWER = SHEET.replace(b"R-1", b"R-2")

PACK = Pack(
    name="sample",
    version="1.9",
    released=date(2026, 1, 2),
    publisher="nobody",
    licence="CC0-1.0",
    next_due=date(2026, 7, 1),
    source="nowhere.example",
    artefact="sample-rules",
    artefact_version="3",
    sheets=(
        Sheet(
            name="sample-ubl",
            title="Sample",
            formats=("ubl-invoice",),
            path="external/1.9/sample.xslt",
            sha256=hashlib.sha256(SHEET).hexdigest(),
        ),
    ),
)


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Library:
    monkeypatch.setattr(catalogue, "PACKS", (PACK,))
    monkeypatch.setattr(packs, "PACKS", (PACK,))
    monkeypatch.setenv("INGESTD_STORAGE__PATH", str(tmp_path / "var"))
    return Library(tmp_path / "var" / "rules")


def archive(folder: Path, members: dict[str, bytes], name: str = PACK.jar) -> Path:
    file = folder / name
    with zipfile.ZipFile(file, "w") as written:
        for member, content in members.items():
            written.writestr(member, content)
    return file


@pytest.fixture
def jar(tmp_path: Path) -> Path:
    return archive(
        tmp_path, {"external/1.9/sample.xslt": SHEET, "external/1.8/sample.xslt": b"old"}
    )


def run(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> tuple[int, str, str]:
    code = main([str(one) for one in arguments])
    out, err = capsys.readouterr()
    return code, out, " ".join(err.split())


def test_a_pack_is_installed_from_its_jar(
    library: Library, jar: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert library.stylesheet("sample-ubl") is None
    assert run(capsys, "rules", "install", jar)[0] == 0
    found = library.stylesheet("sample-ubl")
    assert found
    assert found[1] == "1.9"
    assert 'id="R-1"' in found[0].text
    folder = library.folder / "sample" / "1.9"
    assert sorted(file.name for file in folder.iterdir()) == ["pack.json", "sample.xslt"]
    assert [file.name for file in folder.parent.iterdir()] == ["1.9"]  # nothing left over


def test_a_file_with_another_hash_is_refused(
    library: Library, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    forged = archive(tmp_path, {"external/1.9/sample.xslt": NEWER})
    code, _, told = run(capsys, "rules", "install", forged)
    assert code == 1
    assert hashlib.sha256(NEWER).hexdigest() in told
    assert library.installed(PACK) is None


def test_unpinned_takes_it_under_its_own_version(
    library: Library, tmp_path: Path, jar: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(capsys, "rules", "install", jar)
    newer = archive(tmp_path, {"rules/sample.xslt": NEWER}, "newer.zip")
    given = ("--unpinned", "--pack", "sample", "--as", "1.10")
    assert run(capsys, "rules", "install", newer, *given)[0] == 0
    found = library.stylesheet("sample-ubl")
    assert found
    assert found[1] == "1.10"  # newer than 1.9
    assert 'id="R-2"' in found[0].text
    listed = json.loads(run(capsys, "rules", "list", "--json")[1])
    mine = next(one for one in listed if one["name"] == "sample-ubl")
    assert (mine["version"], mine["pinned"], mine["origin"]) == ("1.10", False, "installed")


@pytest.mark.parametrize(
    "given",
    [
        ("--unpinned",),
        ("--unpinned", "--pack", "sample"),
        ("--unpinned", "--as", "2"),
        ("--as", "2"),
        ("--pack", "sample", "--as", "2"),
        ("--unpinned", "--pack", "nothing", "--as", "2"),
    ],
)
def test_half_an_exception_is_none(
    library: Library, jar: Path, capsys: pytest.CaptureFixture[str], given: tuple[str, ...]
) -> None:
    code, _, told = run(capsys, "rules", "install", jar, *given)
    assert code == 2
    assert told
    assert library.installed(PACK) is None


@pytest.mark.parametrize("version", ["../../etc", "", ".hidden", "1/2", "x"])
def test_a_version_is_no_path(library: Library, version: str) -> None:
    if version:
        with pytest.raises(NotAPack, match="version"):
            library.install(PACK, {"sample.xslt": SHEET}, version)


def test_what_is_no_archive_is_said(
    library: Library, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = tmp_path / "x.jar"
    text.write_bytes(b"no zip")
    assert run(capsys, "rules", "install", text)[0] == 2
    assert run(capsys, "rules", "install", tmp_path / "missing.jar")[0] == 2
    other = archive(tmp_path, {"readme": b"x"}, "other.zip")
    code, _, told = run(capsys, "rules", "install", other)
    assert code == 2
    assert "none of the packs" in told


def test_a_pack_that_was_changed_on_the_disk_is_not_used(library: Library) -> None:
    here = library.install(PACK, {"sample.xslt": SHEET})
    (here.folder / "sample.xslt").write_bytes(NEWER)
    with pytest.raises(Unavailable, match="not what was installed"):
        library.stylesheet("sample-ubl")


def test_half_a_pack_is_none(library: Library) -> None:
    """A power cut while it was written: no manifest, no pack."""
    (library.folder / "sample" / "1.9").mkdir(parents=True)
    (library.folder / "sample" / "1.9" / "sample.xslt").write_bytes(SHEET)
    assert library.stylesheet("sample-ubl") is None


def test_a_pack_is_fetched_from_a_directory_or_a_mirror(
    library: Library, tmp_path: Path, jar: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(capsys, "rules", "fetch", "--from", tmp_path)[0] == 0
    mirror = tmp_path / "mirror" / PACK.jar_path
    mirror.parent.mkdir(parents=True)
    jar.rename(mirror)
    assert run(capsys, "rules", "fetch", "sample", "--from", tmp_path / "mirror")[0] == 0
    assert library.installed(PACK)


def test_it_is_fetched_over_http(
    library: Library, tmp_path: Path, jar: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def download(url: str, progress: fetching.Progress) -> bytes:
        asked.append(url)
        progress(len(SHEET), 0)
        return SHEET if url.endswith(".xslt") else jar.read_bytes()

    monkeypatch.setattr(fetching, "_download", download)
    assert fetching.fetch(PACK, lambda *_: None) == {"sample.xslt": SHEET}
    from_mirror = fetching.fetch_artefact(PACK, "https://mirror.example/maven/", lambda *_: None)
    assert from_mirror == {"sample.xslt": SHEET}
    assert asked[1] == f"https://mirror.example/maven/{PACK.jar_path}"
    assert asked[0].endswith("/sample-rules/src/main/resources/external/1.9/sample.xslt")


def test_what_cannot_be_reached_is_said(
    library: Library, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for place in ("http://127.0.0.1:9/maven", tmp_path / "nowhere"):
        code, _, told = run(capsys, "rules", "fetch", "--from", place)
        assert code == 3
        assert "cannot be had" in told
    assert run(capsys, "rules", "fetch", "nothing")[0] == 2


def test_the_list_shows_every_rule_set(
    library: Library, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, _ = run(capsys, "rules", "list", "--lang", "fr")
    assert code == 0
    assert "manque" in out
    listed = json.loads(run(capsys, "rules", "list", "--json")[1])
    assert {one["origin"] for one in listed} == {"bundled", "missing"}
    assert all(len(one["sha256"]) == 64 and one["version"] for one in listed)
    assert next(one["due"] for one in listed if one["name"] == "sample-ubl") is True


def test_every_pinned_file_is_named_once() -> None:
    names = [sheet.name for pack in PACKS for sheet in pack.sheets]
    names += [one.name for one in packs.BUNDLED]
    assert len(set(names)) == len(names)
    hashes = [sheet.sha256 for pack in PACKS for sheet in pack.sheets]
    assert all(len(bytes.fromhex(one)) == 32 for one in hashes)


def test_the_packs_of_the_table_are_what_the_artefacts_hold(rule_library: Library) -> None:
    found = rule_library.rule_sets()
    assert {one.origin for one in found} == {"bundled", "installed"}
    assert all(one.pinned for one in found)


@pytest.mark.parametrize(
    "sheet",
    [
        b"no xml",
        b'<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>',
        SHEET.replace(b'match="/"', b'match="/" priority="{doc(\'x\')}"'),
        SHEET.replace(b"no<", b"<xsl:value-of select=\"unparsed-text('x')\"/><"),
    ],
)
def test_a_sheet_that_reads_other_files_is_refused(sheet: bytes) -> None:
    with pytest.raises(Unusable):
        prepare(sheet)


def test_a_sheet_loses_its_report_and_keeps_its_verdicts() -> None:
    text = prepare(SHEET).text
    assert "fired-rule" not in text
    assert '<svrl:failed-assert id="R-1" location=' in text


def test_the_code_lists_are_looked_up_by_key() -> None:
    lookup = b"""<xsl:template match="x"><xsl:variable name="codeValue7" select="."/><xsl:if
 test="document('F_codedb.xml')/codedb/cl[@id=7]/enumeration[@value=$codeValue7]"/></xsl:template>"""
    sheet = SHEET.replace(b"</xsl:stylesheet>", lookup + b"</xsl:stylesheet>")
    with pytest.raises(Unusable):
        prepare(sheet)
    made = prepare(sheet, b"<codedb><cl id='7'><enumeration value='A'/></cl></codedb>")
    assert "key('ingestd-codes', concat('7 ', $codeValue7), $ingestd-codes)" in made.text
    assert "document(" not in made.text
    assert "enumeration" in made.codes
