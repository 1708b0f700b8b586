"""The commands of RFC 5321, as far as a server that only receives needs them.

Every reply carries an enhanced status code (RFC 2034, RFC 3463) but the greeting and EHLO's; what a
supplier may read is the catalogue's text. Offered: SIZE, 8BITMIME, PIPELINING, ENHANCEDSTATUSCODES.
"""

from datetime import UTC, datetime

from ingestd import journal, metrics, reasons
from ingestd.address import Recipient
from ingestd.model import Envelope, Finding
from ingestd.sources._connection import Connection, Transaction
from ingestd.sources._mailbox import read_mail, read_rcpt
from ingestd.sources._reception import Reception
from ingestd.spool import Incoming

_NAME_LENGTH = 255


class Dialogue(Connection):
    """One SMTP session. aiosmtpd finds the commands by their names."""

    helo = ""

    async def smtp_EHLO(self, hostname: str) -> None:
        """EHLO (RFC 5321 section 4.1.1.1)."""
        offers = (
            self.hostname,
            f"SIZE {self.door.settings.max_message_bytes}",
            "8BITMIME",
            "PIPELINING",
        )
        greeting = "".join(f"250-{offer}\r\n" for offer in offers)
        await self._greet(hostname, greeting + "250 ENHANCEDSTATUSCODES")

    async def smtp_HELO(self, hostname: str) -> None:
        """HELO (RFC 5321 section 4.1.1.1)."""
        await self._greet(hostname, f"250 {self.hostname}")

    async def _greet(self, hostname: str, reply: str) -> None:
        if not 0 < len(hostname) <= _NAME_LENGTH:
            await self.push("501 5.5.4 Say who you are: EHLO name")
            return
        self.transaction = Transaction()
        self.helo = hostname
        await self.push(reply)

    async def smtp_MAIL(self, arg: str | None) -> None:
        """MAIL (RFC 5321 section 4.1.1.2), with SIZE (RFC 1870) and BODY (RFC 6152)."""
        if not self.helo:
            await self.push("503 5.5.1 Send EHLO first")
            return
        if self.transaction.mail_from is not None:
            await self.push("503 5.5.1 A mail transaction is open already")
            return
        mail = read_mail(arg or "")
        if mail.size_bytes > self.door.settings.max_message_bytes:
            await self.push(self._refuse_size(mail.mailbox, mail.size_bytes))
            return
        self.door.intake.check_room(mail.size_bytes)
        self.transaction.mail_from = mail.mailbox
        await self.push("250 2.1.0 Sender ok")

    async def smtp_RCPT(self, arg: str | None) -> None:
        """RCPT (RFC 5321 section 4.1.1.3)."""
        if self.transaction.mail_from is None:
            await self.push("503 5.5.1 Send MAIL first")
            return
        mailbox = read_rcpt(arg or "")
        if len(self.transaction.recipients) >= self.door.settings.max_recipients:
            await self.push("452 4.5.3 Too many recipients; send the others separately")
            return
        found = self.door.intake.resolve(mailbox)
        if isinstance(found, Recipient):
            self.transaction.recipients.append(found)
            await self.push("250 2.1.5 Recipient ok")
        else:
            await self._refuse_recipient(mailbox, found)

    async def _refuse_recipient(self, mailbox: str, finding: Finding) -> None:
        self.tally.unknown_recipients += 1
        journal.recipient_refused(self.id, self.peer, mailbox, finding.reason)
        metrics.recipient_refused(finding.reason)
        values = {name: reasons.say(value, "en") for name, value in finding.values.items()}
        await self.push(reasons.reply(finding.reason, **values))

    async def smtp_DATA(self, arg: str) -> None:
        """DATA (RFC 5321 section 4.1.1.4)."""
        if arg:
            await self.push("501 5.5.4 DATA takes no argument")
        elif self.transaction.mail_from is None:
            await self.push("503 5.5.1 Send MAIL first")
        elif not self.transaction.recipients:
            await self.push("554 5.5.1 No valid recipients")
        else:
            self.receiving = True
            try:
                await self._take_message()
            finally:
                self.receiving = False

    async def _take_message(self) -> None:
        """Receive the message and answer for it; nothing of it is left unless 250 is answered."""
        incoming = self.door.intake.begin(self._envelope())
        reception = Reception(self, incoming, self.door.settings.max_message_bytes)
        try:
            await self.push("354 End data with <CR><LF>.<CR><LF>")
            await reception.receive()
            if reception.fits:
                await self.on_disk(self._commit, incoming, reception.remainder, self.transaction)
        except BaseException:  # also when the client is gone and this task is cancelled
            self.lost = not reception.ended  # what follows would be taken for commands
            await self.on_disk(incoming.abort)  # before any reply: nothing is left then
            raise
        if reception.fits:
            self.tally.commands = 0
            await self.push(f"250 2.6.0 queued as {incoming.spool_id}")
        else:
            await self.on_disk(incoming.abort)
            reply = self._refuse_size(self.transaction.mail_from or "", reception.size_bytes)
            if reception.endless:
                self.hang_up(reply, "endless message")
            else:
                await self.push(reply)
        self.transaction = Transaction()

    def _commit(self, incoming: Incoming, remainder: bytes, transaction: Transaction) -> None:
        """In a thread: after this, and only after this, the message is ours to keep."""
        incoming.write(remainder)
        incoming.commit([recipient.company for recipient in transaction.recipients])
        journal.message_accepted(
            incoming.spool_id,
            self.id,
            self.peer,
            transaction.mail_from or "",
            [recipient.address for recipient in transaction.recipients],
            incoming.size_bytes,
        )
        metrics.message_accepted(incoming.size_bytes)

    def _envelope(self) -> Envelope:
        return Envelope(
            mail_from=self.transaction.mail_from or "",
            rcpt_to=tuple(recipient.address for recipient in self.transaction.recipients),
            peer=self.peer,
            helo=self.helo,
            tls=False,
            received_at=datetime.now(UTC),
        )

    def _refuse_size(self, mail_from: str, size_bytes: int) -> str:
        limit = self.door.settings.max_message_bytes
        reply = reasons.reply("mail-too-large", limit=_readable(limit))
        journal.message_refused(self.id, self.peer, mail_from, reply, size_bytes)
        metrics.message_refused(reply)
        return reply

    async def smtp_RSET(self, arg: str) -> None:
        """RSET (RFC 5321 section 4.1.1.5)."""
        self.transaction = Transaction()
        await self.push("250 2.0.0 Ok")

    async def smtp_NOOP(self, arg: str) -> None:
        """NOOP (RFC 5321 section 4.1.1.9)."""
        await self.push("250 2.0.0 Ok")

    async def smtp_QUIT(self, arg: str) -> None:
        """QUIT (RFC 5321 section 4.1.1.10)."""
        self.hang_up("221 2.0.0 Bye", "quit")


def _readable(size_bytes: int) -> str:
    """Return a limit as people say it: 36700160 is `35 MB`."""
    if size_bytes >= 1 << 20:
        return f"{size_bytes / (1 << 20):.3g} MB"
    return f"{size_bytes / (1 << 10):.3g} kB"
