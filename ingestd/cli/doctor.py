"""`ingestd doctor`: every dependency, limit and probe, with what to do about each failure."""

import shutil
import socket
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from importlib import metadata
from typing import TYPE_CHECKING

from ingestd import address
from ingestd.cli.faults import CANNOT_TELL
from ingestd.cli.sheet import bytes_for_people
from ingestd.cli.terminal import Here, Terminal, moment
from ingestd.model import Unavailable

if TYPE_CHECKING:
    from ingestd.config import Clamav
    from ingestd.scanner.probes import Report
    from ingestd.spool import Queue

LATE = timedelta(hours=1)
"""Mail that waits longer than this is waiting for something that does not come."""


class State(StrEnum):
    """`MISSING` is essential: nothing can be judged or filed without it."""

    OK = "ok"
    WARNING = "warning"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the diagnosis."""

    check: str
    state: State
    detail: str
    todo: str = ""


def doctor(*, terminal: Here) -> int:
    """Examine every dependency and limit, and say what to do about each failure."""
    lines = [line for examine in EXAMINATIONS for line in _safely(examine, terminal)]
    healthy = all(line.state is not State.MISSING for line in lines)
    if terminal.json:
        terminal.document({"ok": healthy, "checks": [asdict(line) for line in lines]})
    else:
        rows = [(line.check, terminal.tr(line.state), line.detail, line.todo) for line in lines]
        terminal.table(("Check", "State", "Found", "What to do"), rows)
    return 0 if healthy else CANNOT_TELL


def _safely(examine: Callable[[Terminal], Iterator[Line]], terminal: Terminal) -> Iterator[Line]:
    """Go on with the other examinations when one finds the world away or unusable."""
    from ingestd.spool import SpoolUnusable
    from ingestd.store import StoreError

    name = examine.__name__.strip("_")
    try:
        yield from examine(terminal)
    except (StoreError, SpoolUnusable) as error:
        yield Line(name, State.MISSING, str(error), "see `ingestd config` for where it should be")
    except Unavailable as error:
        yield Line(name, State.MISSING, str(error), "free what holds it and ask again")


def _configuration(terminal: Terminal) -> Iterator[Line]:
    from ingestd.config import origins

    found = set(origins(terminal.config_file).values()) - {"default"}
    yield Line("configuration", State.OK, ", ".join(sorted(found)) or "defaults")


def _storage(terminal: Terminal) -> Iterator[Line]:
    storage = terminal.settings.storage
    store = terminal.store  # makes the directory; raises what is wrong with it
    free = shutil.disk_usage(store.settings.storage.path).free
    detail = f"{storage.path}: {bytes_for_people(free)} free"
    if free < storage.min_free_bytes:
        limit = bytes_for_people(storage.min_free_bytes)
        todo = f"free some space: below {limit} mail is deferred (storage.min_free_bytes)"
        yield Line("storage", State.MISSING, detail, todo)
    else:
        yield Line("storage", State.OK, detail)


def _database(terminal: Terminal) -> Iterator[Line]:
    with terminal.store.writing():  # proves that it can be written to
        pass
    yield Line("database", State.OK, f"version {terminal.store.revision()}")


def _clamav(terminal: Terminal) -> Iterator[Line]:
    from ingestd.judgement import largest_bytes
    from ingestd.scanner import Scanner, Way
    from ingestd.scanner.probes import probe

    clamav = terminal.settings.clamav
    try:
        scanner = Scanner(clamav.socket, min(clamav.timeout_s, 30))
        report = probe(scanner, largest_bytes(terminal.settings))
    except Unavailable as error:
        todo = "start clamd (systemctl start clamav-daemon), or set clamav.socket; mail waits till then"
        yield Line("clamav", State.MISSING, str(error), todo)
        return
    by = (
        ""
        if report.way is Way.DESCRIPTOR
        else "; by stream, as it may not read our files in memory"
    )
    found = "finds the EICAR test file" if not report.failed else "but may not be believed"
    state = State.MISSING if report.failed else State.OK
    todo = "put right what failed below; nothing is judged till then" if report.failed else ""
    yield Line("clamav", state, f"{report.version.program}; {found}{by}", todo)
    for one in report.probes:
        said = one.said or "OK"
        if one.holds:
            yield Line(f"clamav: {one.name}", State.OK, said)
        else:
            yield Line(f"clamav: {one.name}", State.MISSING, f"answers {said}", one.todo)
    yield from _signatures(report, clamav)


def _signatures(report: "Report", clamav: "Clamav") -> Iterator[Line]:
    from ingestd.scanner.watch import is_old

    version = report.version
    if version.signatures_from is None:
        detail = f"version {version.signatures or 'unknown'}, of unknown age"
        yield Line("signatures", State.WARNING, detail, "load the official ones with freshclam")
        return
    detail = f"version {version.signatures} of {moment(version.signatures_from)}"
    if is_old(report, clamav):
        todo = "they are old: does freshclam run? (clamav.max_signature_age_s)"
        yield Line("signatures", State.WARNING, detail, todo)
    else:
        yield Line("signatures", State.OK, detail)


def _sandbox(terminal: Terminal) -> Iterator[Line]:
    from ingestd.sandbox import proof
    from ingestd.sandbox.confinement import Mode, Unconfinable

    mode = Mode(terminal.settings.sandbox.mode)
    try:
        kernel = proof.demand(mode)
    except Unconfinable as error:
        detail, _, todo = str(error).partition("\n")
        yield Line("sandbox", State.MISSING, detail, todo or "`ingestd worker` does not start")
        return
    possible = proof.possible(mode)
    refused = ", ".join(name for name in proof.TRIALS if name not in possible)
    detail = f"{mode.value}: tried and refused: {refused}"
    if mode is Mode.FULL:
        yield Line("sandbox", State.OK, f"{detail} (Landlock ABI {kernel.landlock_abi}, seccomp)")
        return
    todo = 'set sandbox.mode = "full"'
    if kernel.missing:
        todo += f" on a kernel with {' and '.join(kernel.missing)}"
    yield Line("sandbox", State.WARNING, f"{detail}; possible: {', '.join(possible)}", todo)


def _libmagic(terminal: Terminal) -> Iterator[Line]:
    try:
        import magic

        kind = magic.from_buffer(b"%PDF-1.7\n", mime=True)
    except (ImportError, OSError) as error:
        yield Line("libmagic", State.MISSING, str(error), "apt-get install libmagic1")
        return
    state = State.OK if kind == "application/pdf" else State.MISSING
    yield Line("libmagic", state, f"knows a PDF as {kind}")


def _rules(terminal: Terminal) -> Iterator[Line]:
    from ingestd.judgement import rule_engine
    from ingestd.rules.catalogue import PACKS

    engine = rule_engine(terminal.settings)
    try:
        version = engine.probe()
    except Unavailable as error:
        todo = "reinstall saxonche; electronic invoices wait till then"
        yield Line("rule engine", State.MISSING, str(error), todo)
    else:
        yield Line("rule engine", State.OK, version)
    finally:
        engine.close()
    for pack in PACKS:
        try:
            here = engine.library.verified(pack)
        except Unavailable as error:
            todo = f"`ingestd rules fetch {pack.name}`; invoices that need it wait till then"
            yield Line("rule pack", State.MISSING, f"{pack.name}: {error}", todo)
            continue
        detail = f"{pack.name} {here.version}" if here else f"{pack.name} is not installed"
        if here is None:
            todo = "`ingestd rules fetch`; invoices are held against fewer rules till then"
            yield Line("rule pack", State.WARNING, detail, todo)
        elif pack.next_due <= datetime.now(UTC).date() and here.version == pack.version:
            todo = f"a newer one has been due since {pack.next_due}: see {pack.source}"
            yield Line("rule pack", State.WARNING, detail, todo)
        else:
            yield Line("rule pack", State.OK, detail)


def _recognition(terminal: Terminal) -> Iterator[Line]:
    from ingestd.recognition import Recogniser, installation
    from ingestd.sandbox import proof
    from ingestd.sandbox.confinement import Mode

    ocr, mode = terminal.settings.ocr, Mode(terminal.settings.sandbox.mode)
    if not ocr.enabled:
        todo = "scans and photographs stay unread; set ocr.enabled = true to have them read"
        yield Line("text recognition", State.WARNING, "switched off", todo)
        return
    packages = " ".join(f"tesseract-ocr-{one.replace('_', '-')}" for one in ocr.languages)
    try:
        here = installation(ocr.program)
        missing = [one for one in ocr.languages if one not in here.languages]
        packages = " ".join(f"tesseract-ocr-{one.replace('_', '-')}" for one in missing)
        Recogniser(ocr.languages, path=ocr.program, mode=mode).probe()
        escapes = proof.possible_for_programs(mode)
    except Unavailable as error:
        todo = f"apt-get install tesseract-ocr {packages}".rstrip() + "; scans wait till then"
        yield Line("text recognition", State.MISSING, str(error), todo)
        return
    detail = f"tesseract {here.version}: {', '.join(ocr.languages)}"
    if not escapes:
        refused = ", ".join(proof.PROGRAM_TRIALS)
        yield Line("text recognition", State.OK, f"{detail}; tried and refused: {refused}")
    elif mode is Mode.FULL:
        todo = "please report this; ocr.enabled = false goes on without"
        detail = f"{detail}; its confinement does not hold: {', '.join(escapes)} is possible"
        yield Line("text recognition", State.MISSING, detail, todo)
    else:
        todo = 'set sandbox.mode = "full"'
        yield Line("text recognition", State.WARNING, f"{detail}; not confined", todo)


def _printing(terminal: Terminal) -> Iterator[Line]:
    from ingestd.judgement import printer
    from ingestd.store import companies

    wanted = any(one.body_is_invoice for one in companies.list_all(terminal.store))
    try:
        version = printer(terminal.settings).probe()
    except Unavailable as error:
        packages = "libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-dejavu-core"
        todo = f"apt-get install {packages}; bodies that are invoices wait till then"
        yield Line("printing", State.MISSING if wanted else State.WARNING, str(error), todo)
        return
    detail = (
        f"WeasyPrint {version}; {'' if wanted else 'not '}wanted by a company (body_is_invoice)"
    )
    if terminal.settings.sandbox.mode == "full":
        yield Line("printing", State.OK, detail)
    else:
        yield Line(
            "printing", State.WARNING, f"{detail}; not confined", 'set sandbox.mode = "full"'
        )


def _templates(terminal: Terminal) -> Iterator[Line]:
    from ingestd.templates import TemplatesUnusable, load

    directory = terminal.settings.extraction.templates
    try:
        found = load(directory)
    except TemplatesUnusable as error:
        todo = "mend them, or set extraction.templates to nothing: nothing is judged till then"
        yield Line("templates", State.MISSING, str(error), todo)
        return
    if directory:
        state = State.OK if found else State.WARNING
        yield Line("templates", state, f"{len(found)} in {directory}")


def _spool(terminal: Terminal) -> Iterator[Line]:
    from ingestd.cli.spool import open_spool
    from ingestd.model import Lane

    depth = open_spool(terminal).depth()
    main, scans = depth.lanes[Lane.MAIN], depth.lanes[Lane.OCR]
    detail = f"{main.waiting} waiting, {depth.aside} set aside{_since(main)}"
    if depth.aside:
        todo = "`ingestd spool list` shows them; `ingestd spool retry ID` judges one again"
        yield Line("spool", State.WARNING, detail, todo)
    elif _is_late(main):
        todo = "is `ingestd worker` running, and is ClamAV? Its log says what mail waits for"
        yield Line("spool", State.WARNING, detail, todo)
    else:
        yield Line("spool", State.OK, detail)
    detail = f"{scans.waiting} waiting{_since(scans)}"
    if _is_late(scans):
        todo = "is `ingestd worker` running, and tesseract there? Else set ocr.processes higher"
        yield Line("spool: OCR lane", State.WARNING, detail, todo)
    else:
        yield Line("spool: OCR lane", State.OK, detail)


def _since(queue: "Queue") -> str:
    return f"; the oldest since {moment(queue.oldest)} UTC" if queue.oldest else ""


def _is_late(queue: "Queue") -> bool:
    return queue.oldest is not None and datetime.now(UTC) - queue.oldest > LATE


def _recipients(terminal: Terminal) -> Iterator[Line]:
    from ingestd.store import companies

    found = companies.list_all(terminal.store)
    if not found:
        yield Line("recipients", State.WARNING, "no company yet", "`ingestd company add VAT`")
        return
    wanted = {key: one.vat for one in found if not one.retired_at for key in address.keys(one)}
    try:
        snapshot = address.read_recipients(terminal.settings.recipients_file)
    except (OSError, ValueError) as error:
        yield Line("recipients", State.MISSING, str(error), "`ingestd company publish`")
        return
    age = datetime.now(UTC) - (snapshot.confirmed_at or datetime.now(UTC))
    if snapshot.open != wanted:
        detail = "the door's list differs from the database"
        yield Line("recipients", State.MISSING, detail, "`ingestd company publish`")
    elif age > LATE:
        detail = f"the door's list was last confirmed {age / timedelta(hours=1):.0f} hours ago"
        limit = f"{terminal.settings.addresses.snapshot_max_age_h:g} hours"
        todo = f"start `ingestd worker`: after {limit} mail is put off (451)"
        yield Line("recipients", State.WARNING, detail, todo)
    else:
        yield Line("recipients", State.OK, f"companies: {len(found)}, addresses: {len(wanted)}")


def _certificate(terminal: Terminal) -> Iterator[Line]:
    from pathlib import Path

    from ingestd import certificate

    smtp = terminal.settings.smtp
    if not smtp.tls_certificate:
        todo = "set smtp.tls_certificate: till then mail comes in as plain text"
        yield Line("certificate", State.WARNING, "STARTTLS is not offered", todo)
        return
    chain, key = Path(smtp.tls_certificate), Path(smtp.tls_key or smtp.tls_certificate)
    try:
        certificate.context(chain, key)
        found = certificate.read(chain)
    except certificate.CertificateUnusable as error:
        todo = "put it right: `ingestd smtpd` does not start with it"
        yield Line("certificate", State.MISSING, str(error), todo)
        return
    detail = f"{', '.join(found.names)}; until {found.not_after:%Y-%m-%d}"
    doubts = certificate.doubts(found, key, smtp.hostname, certificate.now())
    for doubt in doubts:
        todo = f"put it right in {chain} and its key; the door takes new files by itself"
        yield Line("certificate", State.WARNING, doubt, todo)
    if not doubts:
        yield Line("certificate", State.OK, detail)


def _door(terminal: Terminal) -> Iterator[Line]:
    for listen in terminal.settings.smtp.listen:
        host, _, port = listen.rpartition(":")
        host = host.strip("[]")
        try:
            with socket.create_connection((host, int(port)), timeout=3):
                yield Line("door", State.OK, f"{listen} answers")
        except OSError as error:
            detail = f"{listen}: {error.strerror or error}"
            yield Line("door", State.WARNING, detail, "start it: `ingestd serve`")


def _packages(terminal: Terminal) -> Iterator[Line]:
    missing, found = [], 0
    for requirement in metadata.requires("ingestd") or []:
        if "extra ==" in requirement:
            continue
        name = requirement.split(";")[0].split(">")[0].split("=")[0].strip()
        try:
            metadata.version(name)
            found += 1
        except metadata.PackageNotFoundError:
            missing.append(name)
    if missing:
        todo = "pip install -r requirements.lock"
        yield Line("packages", State.MISSING, f"missing: {', '.join(missing)}", todo)
    else:
        yield Line("packages", State.OK, f"all {found} are installed")


EXAMINATIONS = (
    _configuration,
    _storage,
    _database,
    _clamav,
    _sandbox,
    _rules,
    _recognition,
    _printing,
    _templates,
    _libmagic,
    _spool,
    _recipients,
    _certificate,
    _door,
    _packages,
)
