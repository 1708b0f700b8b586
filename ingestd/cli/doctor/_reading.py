"""What documents are read and judged by: rules, text recognition, the printer, templates."""

from collections.abc import Iterator
from datetime import UTC, datetime

from ingestd.cli.doctor.line import Line, State
from ingestd.cli.terminal import Terminal
from ingestd.model import Unavailable


def rules(terminal: Terminal) -> Iterator[Line]:
    """Have the rule engine judge, and look at the packs of rules."""
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


def recognition(terminal: Terminal) -> Iterator[Line]:
    """Have tesseract read a picture, confined."""
    from ingestd.recognition import Recogniser, installation
    from ingestd.sandbox import proof
    from ingestd.sandbox.confinement import Mode

    ocr, mode = terminal.settings.ocr, Mode(terminal.settings.sandbox.mode)
    if not ocr.enabled:
        todo = "scans and photographs stay unread; set ocr.enabled = true to have them read"
        yield Line("text recognition", State.WARNING, "switched off", todo)
        return
    missing = ocr.languages
    try:
        here = installation(ocr.program)
        missing = [one for one in ocr.languages if one not in here.languages]
        Recogniser(ocr.languages, path=ocr.program, mode=mode).probe()
        escapes = proof.possible_for_programs(mode)
    except Unavailable as error:
        packages = ["tesseract-ocr"]
        packages += [f"tesseract-ocr-{one.replace('_', '-')}" for one in missing]
        todo = f"apt-get install {' '.join(packages)}; scans wait till then"
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


def printing(terminal: Terminal) -> Iterator[Line]:
    """Have the printer print a line."""
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


def templates(terminal: Terminal) -> Iterator[Line]:
    """Load the templates per supplier."""
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
