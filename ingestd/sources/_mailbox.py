"""The arguments of MAIL and RCPT: a path in angle brackets, then parameters (RFC 5321 section 4.1.2).

Strict, and nothing is ever rewritten: what is not a path by this grammar is refused, never guessed.
Two liberties, both seen in real mail: spaces after the colon, and dots in odd places of a local part
(`name..x@docomo.example`). Source routes (`<@a,@b:user@c>`, obsolete since 1989) are refused.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

_ATOM = r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+"
_QUOTED = r'"(?:[ !#-\[\]-~]|\\[ -~])*"'
_LABEL = r"[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?"
_DOMAIN = rf"{_LABEL}(?:\.{_LABEL})*"
_LITERAL = r"\[(?:\d{1,3}(?:\.\d{1,3}){3}|IPv6:[0-9A-Fa-f:.]{2,45})\]"
_MAILBOX = re.compile(rf"(?P<local>{_ATOM}|{_QUOTED})@(?P<domain>{_DOMAIN}|{_LITERAL})")
_ARGUMENT = re.compile(r' *<((?:"(?:[^"\\]|\\.)*"|[^">])*)>((?: +[^ ]+)*) *')
_PARAMETER = re.compile(r"([A-Za-z0-9][A-Za-z0-9-]*)(?:=([!-<>-~]+))?")

_MAX_LOCAL = 64  # RFC 5321 section 4.5.3.1
_MAX_MAILBOX = 254


class Malformed(Exception):  # noqa: N818 - it is the client's mistake, and its own reply
    """The argument cannot be used; `reply` is the SMTP reply that says so."""

    def __init__(self, reply: str) -> None:
        self.reply = reply
        super().__init__(reply)


@dataclass(frozen=True, slots=True)
class MailArgument:
    """MAIL FROM: the mailbox ("" for the null sender), and SIZE in bytes (0 when not given)."""

    mailbox: str
    size_bytes: int = 0


def read_mail(argument: str) -> MailArgument:
    """Read the argument of MAIL: `FROM:<mailbox> SIZE=n BODY=7BIT|8BITMIME`. Raises `Malformed`."""
    path, parameters = _split(argument, "FROM:", "501 5.5.4 Syntax: MAIL FROM:<address>")
    size = parameters.pop("SIZE", "0")
    if not re.fullmatch("[0-9]{1,20}", size):
        raise Malformed("501 5.5.4 SIZE takes a number of bytes")
    if parameters.pop("BODY", "7BIT").upper() not in ("7BIT", "8BITMIME"):
        raise Malformed("501 5.5.4 BODY is 7BIT or 8BITMIME")
    _refuse_others(parameters)
    if path and not _is_mailbox(path):
        raise Malformed("501 5.1.7 The sender address is malformed")
    return MailArgument(path, int(size))


def read_rcpt(argument: str) -> str:
    """Read the argument of RCPT, `TO:<mailbox>`, and return the mailbox. Raises `Malformed`."""
    path, parameters = _split(argument, "TO:", "501 5.5.4 Syntax: RCPT TO:<address>")
    _refuse_others(parameters)
    if path.lower() != "postmaster" and not _is_mailbox(path):  # RFC 5321 section 4.1.1.3
        raise Malformed("501 5.1.3 The recipient address is malformed")
    return path


def _split(argument: str, keyword: str, syntax: str) -> tuple[str, dict[str, str]]:
    if argument[: len(keyword)].upper() != keyword:
        raise Malformed(syntax)
    match = _ARGUMENT.fullmatch(argument, len(keyword))
    if match is None:
        raise Malformed(syntax)
    parameters: dict[str, str] = {}
    for text in match[2].split():
        parameter = _PARAMETER.fullmatch(text)
        if parameter is None or parameter[1].upper() in parameters:
            raise Malformed("501 5.5.4 A parameter is malformed or given twice")
        parameters[parameter[1].upper()] = parameter[2] or ""
    return match[1], parameters


def _refuse_others(parameters: Mapping[str, str]) -> None:
    if parameters:
        raise Malformed(f"555 5.5.4 {next(iter(parameters))[:40]} is not offered here")


def _is_mailbox(path: str) -> bool:
    match = _MAILBOX.fullmatch(path)
    return match is not None and len(match["local"]) <= _MAX_LOCAL and len(path) <= _MAX_MAILBOX
