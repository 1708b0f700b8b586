"""The limits of one session, with a clock of our own: each at -1, 0 and +1."""

import pytest

from ingestd.config import Smtp
from ingestd.sources._patience import (
    DATA_TOO_LONG,
    DEAF,
    LINGERING,
    NO_HANDSHAKE,
    SESSION_TOO_LONG,
    SILENT,
    SILENT_IN_DATA,
    TOO_SLOW,
    Ending,
    Patience,
)

BEGIN = 5_000.0
SETTINGS = Smtp()


@pytest.fixture
def patience() -> Patience:
    return Patience(SETTINGS, BEGIN)


def verdicts(patience: Patience, limit_s: float, *, stressed: bool = False) -> list[Ending | None]:
    """Ask one second before a limit (counted from the beginning), at it, and one second after."""
    return [patience.verdict(BEGIN + limit_s + late, stressed) for late in (-1, 0, 1)]


@pytest.mark.parametrize(
    ("name", "limit", "what"),
    [
        ("commands", 500, "commands"),
        ("errors", 10, "errors"),
        ("unknown_verbs", 3, "unknown commands"),
        ("unknown_recipients", 5, "unknown recipients"),
    ],
)
def test_what_is_used_up(patience: Patience, name: str, limit: int, what: str) -> None:
    said = []
    for count in (limit - 1, limit, limit + 1):
        setattr(patience, name, count)
        said.append(patience.exhausted())
    ending = Ending(f"too many {what}", f"421 4.7.0 Too many {what}")
    assert said == [None, ending, ending]


def test_a_mail_that_was_taken_gives_commands_back_and_nothing_else(patience: Patience) -> None:
    for _ in range(499):
        patience.command(BEGIN)
    patience.errors = 9
    patience.mail_taken(BEGIN)
    patience.command(BEGIN)
    assert patience.exhausted() is None
    patience.errors += 1
    assert patience.exhausted() is not None


def test_the_next_command(patience: Patience) -> None:
    assert verdicts(patience, 300) == [None, None, SILENT]
    assert verdicts(patience, 15, stressed=True) == [None, None, SILENT]
    patience.command(BEGIN + 100)
    assert verdicts(patience, 400) == [None, None, SILENT]


def test_stress_never_gives_more_time() -> None:
    patience = Patience(Smtp(command_timeout_s=5, data_timeout_s=5), BEGIN)
    assert verdicts(patience, 5, stressed=True) == [None, None, SILENT]
    patience.data_began(BEGIN)
    assert verdicts(patience, 5, stressed=True) == [None, None, SILENT_IN_DATA]


def test_octets_in_data(patience: Patience) -> None:
    patience.data_began(BEGIN)
    patience.octets(10_000_000, BEGIN + 1)
    assert verdicts(patience, 181) == [None, None, SILENT_IN_DATA]
    assert verdicts(patience, 31, stressed=True) == [None, None, SILENT_IN_DATA]


@pytest.mark.parametrize(("octets", "ending"), [(30_499, TOO_SLOW), (30_500, None), (30_501, None)])
def test_the_least_speed(patience: Patience, octets: int, ending: Ending | None) -> None:
    patience.data_began(BEGIN)
    patience.octets(octets, BEGIN + 59)
    assert patience.verdict(BEGIN + 61) == ending


def test_no_speed_is_asked_for_in_the_first_minute(patience: Patience) -> None:
    patience.data_began(BEGIN)
    assert verdicts(patience, 60) == [None, None, TOO_SLOW]


def test_one_mail_in_all(patience: Patience) -> None:
    patience.data_began(BEGIN)
    for second in range(0, 1_802, 10):
        patience.octets(10_000, BEGIN + second)
    assert verdicts(patience, 1_800) == [None, None, DATA_TOO_LONG]


def test_a_session_in_all(patience: Patience) -> None:
    for second in range(0, 3_602, 10):
        patience.command(BEGIN + second)
    assert verdicts(patience, 3_600) == [None, None, SESSION_TOO_LONG]
    patience.mail_taken(BEGIN + 3_000)
    assert patience.verdict(BEGIN + 3_200) is None


def test_a_session_is_not_ended_in_the_middle_of_a_mail(patience: Patience) -> None:
    patience.data_began(BEGIN + 3_500)
    patience.octets(1_000_000, BEGIN + 3_650)
    assert patience.verdict(BEGIN + 3_700) is None
    patience.data_ended(BEGIN + 3_700)
    assert patience.verdict(BEGIN + 3_701) == SESSION_TOO_LONG


def test_the_tls_handshake(patience: Patience) -> None:
    patience.handshake_began(BEGIN)
    assert verdicts(patience, 30) == [None, None, NO_HANDSHAKE]
    patience.handshake_ended(BEGIN + 30)
    assert patience.verdict(BEGIN + 300) is None


def test_a_client_that_never_reads(patience: Patience) -> None:
    patience.replies_unread(BEGIN)
    patience.command(BEGIN + 20)
    patience.replies_unread(BEGIN + 20)
    assert verdicts(patience, 30) == [None, None, DEAF]
    patience.replies_read()
    assert patience.verdict(BEGIN + 31) is None


def test_a_client_that_does_not_hang_up(patience: Patience) -> None:
    patience.hung_up(BEGIN)
    assert verdicts(patience, 5) == [None, None, LINGERING]


def test_nothing_brings_back_a_session_that_was_hung_up(patience: Patience) -> None:
    patience.hung_up(BEGIN)
    patience.command(BEGIN + 4)
    patience.data_began(BEGIN + 4)
    patience.octets(1, BEGIN + 5)
    assert patience.verdict(BEGIN + 6) == LINGERING


def test_the_times_of_the_disk_are_ours(patience: Patience) -> None:
    patience.data_began(BEGIN)
    patience.octets(30_000, BEGIN + 50)
    patience.hold(BEGIN + 50)
    patience.hold(BEGIN + 1_000)
    assert patience.verdict(BEGIN + 2_000) is None
    patience.release(BEGIN + 2_050)
    assert patience.verdict(BEGIN + 2_050) is None
    assert patience.verdict(BEGIN + 2_061) == TOO_SLOW
    patience.octets(30_000, BEGIN + 2_060)
    assert patience.verdict(BEGIN + 2_100) is None


def test_a_reply_ends_our_turn(patience: Patience) -> None:
    patience.data_began(BEGIN)
    patience.hold(BEGIN + 10)
    patience.mail_taken(BEGIN + 400)
    assert verdicts(patience, 700) == [None, None, SILENT]


def test_a_client_that_never_reads_is_not_spared_by_our_turn(patience: Patience) -> None:
    patience.replies_unread(BEGIN)
    patience.hold(BEGIN)
    assert patience.verdict(BEGIN + 31) == DEAF


def test_whoever_is_aborted_gets_no_reply() -> None:
    assert {one.why for one in (DEAF, LINGERING, NO_HANDSHAKE) if one.reply} == set()
    for one in (SILENT, SILENT_IN_DATA, TOO_SLOW, DATA_TOO_LONG, SESSION_TOO_LONG):
        assert one.reply.startswith("421 4.4.2 "), one
