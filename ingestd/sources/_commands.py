"""What a command line asks for (RFC 5321 section 4.1), as far as a server that only receives needs it.

Every reply carries an enhanced status code (RFC 2034, RFC 3463) but the greeting and EHLO's; what a
supplier may read is the catalogue's text. Offered: SIZE, 8BITMIME, PIPELINING, CHUNKING, STARTTLS (with
a certificate), ENHANCEDSTATUSCODES.
"""

from collections.abc import Callable, Mapping

from ingestd.sources import _mail_commands
from ingestd.sources._dialogue import Dialogue
from ingestd.sources._mailbox import Malformed

COMMAND_BYTES = 2_048  # RFC 5321 section 4.5.3.1.4 asks for 512 and more with extensions
_NAME_LENGTH = 255
_OTHER_PROTOCOLS = frozenset("GET POST PUT HEAD CONNECT OPTIONS DELETE PATCH TRACE PRI".split())


def obey(session: Dialogue, line: bytes) -> None:
    """Answer one command line, given without its end."""
    text = line.decode("latin-1")
    verb, _, argument = text.partition(" ")
    verb = verb.upper()
    if len(line) > COMMAND_BYTES:
        session.reply("500 5.5.2 Line too long")
    elif verb in _OTHER_PROTOCOLS:
        session.hang_up("421 4.7.0 This is a mail server", "another protocol")
    elif not (text.isascii() and text.isprintable()):
        session.reply(_unprintable(verb, text))
    elif (command := _COMMANDS.get(verb)) is None:
        session.patience.unknown_verbs += 1
        session.reply("500 5.5.1 Command not recognized")
    else:
        try:
            command(session, argument.strip(" "))
        except Malformed as error:
            session.reply(error.reply)


def _unprintable(verb: str, text: str) -> str:
    if verb in ("MAIL", "RCPT") and all(" " <= letter != "\x7f" for letter in text):
        return "553 5.6.7 Only ASCII addresses are taken here"
    return "501 5.5.2 Only printable ASCII is allowed in commands"


def _ehlo(session: Dialogue, hostname: str) -> None:
    """EHLO (RFC 5321 section 4.1.1.1)."""
    offers = [
        session.door.settings.hostname,
        f"SIZE {session.door.settings.max_message_bytes}",
        "8BITMIME",
        "PIPELINING",
        "CHUNKING",
    ]
    if session.door.credentials and not session.tls[0]:
        offers.append("STARTTLS")
    if _greeted(session, hostname, "ESMTPS" if session.tls[0] else "ESMTP"):
        greeting = "".join(f"250-{offer}\r\n" for offer in offers)
        session.reply(greeting + "250 ENHANCEDSTATUSCODES")


def _helo(session: Dialogue, hostname: str) -> None:
    """HELO (RFC 5321 section 4.1.1.1)."""
    if _greeted(session, hostname, "SMTP"):
        session.reply(f"250 {session.door.settings.hostname}")


def _greeted(session: Dialogue, hostname: str, protocol: str) -> bool:
    if not 0 < len(hostname) <= _NAME_LENGTH:
        session.reply("501 5.5.4 Say who you are: EHLO name")
        return False
    session.reset()
    session.helo = hostname
    session.protocol = protocol
    return True


def _starttls(session: Dialogue, argument: str) -> None:
    """STARTTLS (RFC 3207). What was sent in clear behind it could be somebody else's: the session ends
    (THREATS S3)."""
    if session.tls[0]:
        session.reply("503 5.5.1 The connection is encrypted already")
    elif session.door.credentials is None:
        _not_offered(session, argument)
    elif argument:
        session.reply("501 5.5.4 STARTTLS takes no argument")
    elif session.ahead_bytes:
        session.end("plaintext after STARTTLS")
    else:
        session.reset()
        session.wants_tls = True
        session.reply("220 2.0.0 Go ahead")


def _rset(session: Dialogue, argument: str) -> None:
    """RSET (RFC 5321 section 4.1.1.5)."""
    session.reset()
    session.reply("250 2.0.0 Ok")


def _noop(session: Dialogue, argument: str) -> None:
    """NOOP (RFC 5321 section 4.1.1.9)."""
    session.reply("250 2.0.0 Ok")


def _quit(session: Dialogue, argument: str) -> None:
    """QUIT (RFC 5321 section 4.1.1.10)."""
    session.hang_up("221 2.0.0 Bye", "quit")


def _not_offered(session: Dialogue, argument: str) -> None:
    """What strangers have no use for, or use only to probe (THREATS S9, S10)."""
    session.reply("502 5.5.1 Command not offered here")


_COMMANDS: Mapping[str, Callable[[Dialogue, str], None]] = {
    **dict.fromkeys(
        ("AUTH", "ETRN", "EXPN", "HELP", "TURN", "VRFY", "XCLIENT", "XFORWARD"), _not_offered
    ),
    "EHLO": _ehlo,
    "HELO": _helo,
    "MAIL": _mail_commands.mail,
    "RCPT": _mail_commands.rcpt,
    "DATA": _mail_commands.data,
    "BDAT": _mail_commands.bdat,
    "STARTTLS": _starttls,
    "RSET": _rset,
    "NOOP": _noop,
    "QUIT": _quit,
}
