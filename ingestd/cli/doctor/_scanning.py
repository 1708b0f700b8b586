"""ClamAV, its signatures, the sandbox and libmagic."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ingestd.cli.doctor.line import Line, State
from ingestd.cli.terminal import Terminal, moment
from ingestd.model import Unavailable

if TYPE_CHECKING:
    from ingestd.config import Clamav
    from ingestd.scanner.probes import Report


def clamav(terminal: Terminal) -> Iterator[Line]:
    """Probe ClamAV as the workers do, and say of each probe how it ended."""
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


def sandbox(terminal: Terminal) -> Iterator[Line]:
    """Try what confined processes must not be able to do."""
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


def libmagic(terminal: Terminal) -> Iterator[Line]:
    """Ask libmagic for the kind of a PDF."""
    try:
        import magic

        kind = magic.from_buffer(b"%PDF-1.7\n", mime=True)
    except (ImportError, OSError) as error:
        yield Line("libmagic", State.MISSING, str(error), "apt-get install libmagic1")
        return
    state = State.OK if kind == "application/pdf" else State.MISSING
    yield Line("libmagic", state, f"knows a PDF as {kind}")
