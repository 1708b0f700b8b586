"""`ingestd spool`: what waits to be judged, and what was set aside."""

from typing import Annotated

from cyclopts import App, Parameter

from ingestd.cli import report, sheet
from ingestd.cli.faults import USAGE, say
from ingestd.cli.terminal import Here, Terminal, moment
from ingestd.model import Lane, SpoolEntry
from ingestd.spool.local import LocalSpool

app = App(name="spool", help="What waits to be judged, what was set aside.")


@app.command(name="list")
def list_(*, terminal: Here) -> int:
    """List the messages that wait and those that were set aside after too many crashes."""
    spool = open_spool(terminal)
    entries = spool.entries()
    if terminal.json:
        terminal.document([report.spool_entry(one) for one in entries])
    elif not entries:
        terminal.say(terminal.tr("Nothing waits: all mail is judged."))
    else:
        rows = [
            (
                one.spool_id,
                one.company,
                terminal.tr(_state(one)),
                str(one.attempt),
                sheet.bytes_for_people(one.size_bytes),
                moment(one.envelope.received_at),
                "" if one.aside else moment(one.due_at),
            )
            for one in entries
        ]
        headers = ("ID", "Company", "State", "Attempts", "Size", "Received (UTC)", "Due (UTC)")
        terminal.table(headers, rows)
    for kept in spool.damaged():
        say(
            f"{kept}: {terminal.tr('a piece of the log that is damaged; look at it, then remove it.')}"
        )
    return 0


@app.command
def retry(given: Annotated[str, Parameter(name="ID")], /, *, terminal: Here) -> int:
    """Judge a message again now, with fresh attempts.

    Args:
        given: Id of a message that waits or was set aside.
    """
    count = open_spool(terminal).retry(given)
    if not count:
        say(
            f"there is no message {given} in the spool; `ingestd spool list` shows what waits, `ingestd "
            "inbox show ID` what was judged."
        )
        return USAGE
    if terminal.json:
        terminal.document({"id": given, "entries": count})
    else:
        terminal.say(f"{given}: {terminal.tr('due now')} ({count})")
    return 0


def open_spool(terminal: Terminal) -> LocalSpool:
    """Return the spool; its directories are made at the first use. Raises SpoolUnusable."""
    spool = LocalSpool(terminal.settings.spool_path)
    if not spool.is_prepared():
        spool.prepare()
    return spool


def _state(entry: SpoolEntry) -> str:
    if entry.aside:
        return "aside"
    return "OCR" if entry.lane is Lane.OCR else "waiting"
