"""What all sessions of one door process share, and what one mail transaction is."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ingestd.address import Recipient
from ingestd.config import Smtp
from ingestd.intake import Intake
from ingestd.sources._crowd import Crowd
from ingestd.sources._proxy import Network
from ingestd.sources._reception import Reception

if TYPE_CHECKING:
    from ingestd.sources._dialogue import Dialogue
    from ingestd.sources._tls import Credentials

Obey = Callable[["Dialogue", bytes], None]
"""Answers one command line (without its end) of a session."""


@dataclass(slots=True)
class Door:
    """What all sessions of this process share. `draining` means that we are stopping."""

    settings: Smtp
    intake: Intake
    crowd: Crowd
    obey: Obey
    proxies: Sequence[Network] = ()
    credentials: "Credentials | None" = None
    clock: Callable[[], float] = time.monotonic
    draining: bool = False


@dataclass(slots=True)
class Transaction:
    """One mail transaction (RFC 5321 section 3.3). `mail_from` is None before MAIL, "" for `<>`.
    `chunked` once BDAT was used: DATA may not follow (RFC 3030 section 2). `put_off` is the last 4xx
    that a recipient was answered with."""

    mail_from: str | None = None
    recipients: list[Recipient] = field(default_factory=list)
    reception: Reception | None = None
    chunked: bool = False
    put_off: str = ""
