"""What unit tests share."""

from datetime import UTC, datetime

import pytest

from ingestd.model import Envelope


@pytest.fixture
def envelope() -> Envelope:
    """An envelope as a door makes it."""
    return Envelope(
        mail_from="supplier@sender.example",
        rcpt_to=("fr40303265045@in.example.com",),
        peer="192.0.2.1",
        helo="mail.sender.example",
        tls=False,
        received_at=datetime(2026, 10, 2, 8, 30, tzinfo=UTC),
    )
