"""The commands of a mail transaction: MAIL, RCPT, and DATA or BDAT (RFC 5321 section 3.3, RFC 3030)."""

import re
from datetime import UTC, datetime

from ingestd import journal, metrics, reasons
from ingestd.address import Recipient
from ingestd.intake import RecipientsStale
from ingestd.model import Envelope, Finding
from ingestd.sources._crowd import PUT_OFF
from ingestd.sources._data import ChunkDecoder, DataDecoder
from ingestd.sources._dialogue import LOCAL_ERROR, Dialogue
from ingestd.sources._hops import Hops
from ingestd.sources._mailbox import read_mail, read_rcpt
from ingestd.sources._reception import Reception

_CHUNK = re.compile(r"(\d{1,20})( +LAST)?", re.IGNORECASE | re.ASCII)


def mail(session: Dialogue, argument: str) -> None:
    """MAIL (RFC 5321 section 4.1.1.2), with SIZE (RFC 1870) and BODY (RFC 6152)."""
    if not session.helo:
        session.reply("503 5.5.1 Send EHLO first")
        return
    if session.transaction.mail_from is not None:
        session.reply("503 5.5.1 A mail transaction is open already")
        return
    mail = read_mail(argument)
    if mail.size_bytes > session.door.settings.max_message_bytes:
        session.refuse_size(mail.size_bytes, mail.mailbox)
        return
    session.door.intake.check_room(mail.size_bytes)
    session.transaction.mail_from = mail.mailbox
    session.reply("250 2.1.0 Sender ok")


def rcpt(session: Dialogue, argument: str) -> None:
    """RCPT (RFC 5321 section 4.1.1.3)."""
    transaction = session.transaction
    if transaction.mail_from is None or transaction.chunked:
        session.reply("503 5.5.1 Send MAIL first")
        return
    mailbox = read_rcpt(argument)
    if len(transaction.recipients) >= session.door.settings.max_recipients:
        session.reply("452 4.5.3 Too many recipients; send the others separately")
        return
    if session.door.crowd.harvests(session.peer):
        _put_off(session, PUT_OFF)
        return
    try:
        found = session.door.intake.resolve(mailbox)
    except RecipientsStale:
        _put_off(session, LOCAL_ERROR)
        return
    if isinstance(found, Recipient):
        transaction.recipients.append(found)
        session.reply("250 2.1.5 Recipient ok")
    elif session.door.crowd.unknown_recipient(session.peer):
        _put_off(session, PUT_OFF)
    else:
        _refuse_recipient(session, mailbox, found)


def _put_off(session: Dialogue, reply: str) -> None:
    session.transaction.put_off = reply
    session.reply(reply)


def _lack_of_recipients(session: Dialogue) -> str:
    """Return what to answer where there is no recipient. Whoever was put off is not refused for good,
    also not by what was sent together with RCPT (RFC 2920)."""
    return session.transaction.put_off or "554 5.5.1 No valid recipients"


def _refuse_recipient(session: Dialogue, mailbox: str, finding: Finding) -> None:
    session.patience.unknown_recipients += 1
    journal.recipient_refused(session.id, session.peer, mailbox, finding.reason)
    metrics.recipient_refused(finding.reason)
    values = {name: reasons.say(value, "en") for name, value in finding.values.items()}
    session.reply(reasons.reply(finding.reason, **values))


def data(session: Dialogue, argument: str) -> None:
    """DATA (RFC 5321 section 4.1.1.4)."""
    transaction = session.transaction
    if argument:
        session.reply("501 5.5.4 DATA takes no argument")
    elif transaction.mail_from is None:
        session.reply("503 5.5.1 Send MAIL first")
    elif transaction.chunked:
        session.reply("503 5.5.1 Send the rest of the message with BDAT")
    elif not transaction.recipients:
        session.reply(_lack_of_recipients(session))
    else:
        transaction.reception = _begin(session)
        session.begin_content(DataDecoder(), lambda: _finish(session))
        session.reply("354 End data with <CR><LF>.<CR><LF>")


def bdat(session: Dialogue, argument: str) -> None:
    """BDAT (RFC 3030 section 2). The octets of a chunk are read even where it is refused: a client
    that pipelines has sent them."""
    chunk = _CHUNK.fullmatch(argument)
    if chunk is None:  # how much follows is not known, so that nothing that follows can be trusted
        session.hang_up("501 5.5.4 Syntax: BDAT size [LAST]", "malformed BDAT")
        return
    size_bytes, is_last = int(chunk[1]), bool(chunk[2])
    refusal = _refusal_of_chunk(session)
    if not refusal and session.transaction.reception is None:
        try:
            session.transaction.reception = _begin(session)
            session.transaction.chunked = True
        except Exception as error:  # noqa: BLE001 - the chunk must be read before it is answered
            journal.door_fault(session.id, error)
            refusal = LOCAL_ERROR
    if refusal:
        session.reset()
        _skip_chunk(session, size_bytes, refusal)
        return
    reception = session.transaction.reception
    assert reception is not None
    if reception.would_be_endless(size_bytes):
        session.refuse_size(reception.size_bytes + size_bytes, endless=True)
        return
    session.begin_content(
        ChunkDecoder(size_bytes),
        lambda: _finish(session) if is_last else _acknowledge_chunk(session, size_bytes),
    )


def _refusal_of_chunk(session: Dialogue) -> str:
    if session.transaction.mail_from is None:
        return "503 5.5.1 Send MAIL first"
    return "" if session.transaction.recipients else _lack_of_recipients(session)


def _skip_chunk(session: Dialogue, size_bytes: int, refusal: str) -> None:
    if size_bytes > session.door.settings.max_message_bytes * 3 // 2:
        session.hang_up(refusal, "endless message")
    else:
        session.begin_content(ChunkDecoder(size_bytes), lambda: session.reply(refusal))


def _acknowledge_chunk(session: Dialogue, size_bytes: int) -> None:
    reception = session.transaction.reception
    if reception is not None and not reception.fits:
        session.refuse_size(reception.size_bytes)
    else:
        session.reply(f"250 2.0.0 {size_bytes} octets received")


def _begin(session: Dialogue) -> Reception:
    intake = session.door.intake
    incoming = intake.begin(_envelope(session))
    return Reception(incoming, session.door.settings.max_message_bytes, Hops(intake.owns))


def _finish(session: Dialogue) -> None:
    """The message is whole: make it durable, or refuse it."""
    reception = session.transaction.reception
    if reception is not None and not reception.fits:
        session.refuse_size(reception.size_bytes)
    elif reception is not None and reception.looped:
        session.give_up(reasons.reply("mail-loop"))
    else:
        session.await_disk()


def _envelope(session: Dialogue) -> Envelope:
    return Envelope(
        mail_from=session.transaction.mail_from or "",
        rcpt_to=tuple(recipient.address for recipient in session.transaction.recipients),
        peer=session.peer,
        helo=session.helo,
        tls=bool(session.tls[0]),
        received_at=datetime.now(UTC),
        protocol=session.protocol,
        by=session.door.settings.hostname,
        tls_version=session.tls[0],
        tls_cipher=session.tls[1],
    )
