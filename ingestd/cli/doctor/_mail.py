"""The way of a mail: the door, its certificate, whom it takes mail for, and the spool."""

import socket
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from ingestd import address
from ingestd.cli.doctor.line import Line, State
from ingestd.cli.terminal import Terminal, moment

if TYPE_CHECKING:
    from ingestd.spool import Queue

LATE = timedelta(hours=1)
"""Mail that waits longer than this is waiting for something that does not come."""


def door(terminal: Terminal) -> Iterator[Line]:
    """Say whether the door answers at each address."""
    for listen in terminal.settings.smtp.listen:
        host, _, port = listen.rpartition(":")
        host = host.strip("[]")
        try:
            with socket.create_connection((host, int(port)), timeout=3):
                yield Line("door", State.OK, f"{listen} answers")
        except OSError as error:
            detail = f"{listen}: {error.strerror or error}"
            yield Line("door", State.WARNING, detail, "start it: `ingestd serve`")


def certificate(terminal: Terminal) -> Iterator[Line]:
    """Read the certificate of the door."""
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


def recipients(terminal: Terminal) -> Iterator[Line]:
    """Compare the door's list with the database."""
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


def spool(terminal: Terminal) -> Iterator[Line]:
    """Say what waits, and since when."""
    from ingestd.cli.spool import open_spool
    from ingestd.model import Lane

    found = open_spool(terminal)
    depth = found.depth()
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
    if kept := found.damaged():
        detail = f"{len(kept)} piece{'s' if len(kept) > 1 else ''} of the log, set aside"
        todo = "does the disk keep what it is given? `ingestd spool list` names the files: look at them"
        yield Line("spool: damaged", State.WARNING, detail, todo)


def _since(queue: "Queue") -> str:
    return f"; the oldest since {moment(queue.oldest)} UTC" if queue.oldest else ""


def _is_late(queue: "Queue") -> bool:
    return queue.oldest is not None and datetime.now(UTC) - queue.oldest > LATE
