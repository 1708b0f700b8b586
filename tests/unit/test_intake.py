"""What every source shares: the snapshot of recipients, room on the disk, the way in."""

import os
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from unittest.mock import Mock

import pytest

from ingestd.address import Recipient, write_recipients
from ingestd.config import Settings
from ingestd.intake import Backlogged, Directory, Intake, RecipientsStale
from ingestd.model import Company, Envelope, Finding
from ingestd.spool import Incoming, Room, StorageFull
from ingestd.spool.local import LocalSpool
from ingestd.spool.log import LogReceiver

COMPANY = Company(vat="FR40303265045", numbers=("303265045",))


class Clock:
    """Seconds that pass only when told."""

    now = 0.0

    def __call__(self) -> float:
        self.now += 1.0
        return self.now


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(storage={"path": tmp_path, "min_free_bytes": 0})  # type: ignore[arg-type]


@pytest.fixture
def spool(settings: Settings) -> LocalSpool:
    spool = LocalSpool(settings.spool_path)
    spool.prepare()
    return spool


def test_nobody_is_registered_yet(settings: Settings, spool: LocalSpool) -> None:
    write_recipients(settings.recipients_file, [])
    found = Intake(settings, Disk()).resolve("fr40303265045@in.example.com")
    assert isinstance(found, Finding)
    assert found.reason == "rcpt-unknown"


def test_a_registered_company_is_found(settings: Settings, spool: LocalSpool) -> None:
    write_recipients(settings.recipients_file, [COMPANY])
    found = Intake(settings, Disk()).resolve("fr40303265045@in.example.com")
    assert found == Recipient("FR40303265045", "fr40303265045@in.example.com")


LATER = """
import sys
from ingestd.config import Settings
from ingestd.intake import Intake
intake = Intake(Settings(storage={"path": sys.argv[1]}), None)
sys.meta_path.clear()
for address in sys.argv[2:]:
    print(intake.resolve(address).company)
"""


def test_nothing_is_loaded_with_the_first_mail(settings: Settings) -> None:
    """In a process of its own: here all is loaded already, and from then on nothing can be."""
    companies = (COMPANY, Company(vat="BE0202239951"), Company(vat="CHE107787577MWST"))
    write_recipients(settings.recipients_file, companies)
    addresses = [f"{one.vat.lower()}@in.example.com" for one in companies]
    addresses.append("303265045@fr.in.example.com")
    done = subprocess.run(
        [sys.executable, "-c", LATER, settings.storage.path, *addresses],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.split() == [*(one.vat for one in companies), COMPANY.vat], done.stderr


def test_the_snapshot_is_followed_and_the_last_good_one_kept(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "recipients.json"
    directory = Directory(file, Clock())
    assert directory.current().open == {}
    write_recipients(file, [COMPANY])
    assert directory.current().open["FR40303265045"] == "FR40303265045"
    file.write_text('{"companies": [')
    assert "FR40303265045" in directory.current().open
    file.unlink()
    assert "FR40303265045" in directory.current().open
    write_recipients(file, [])
    assert directory.current().open == {}


@pytest.mark.parametrize(
    "damaged",
    ["", "[]", "null", '{"companies": [{}]}', '{"companies": 3}', "\ud800", "[" * 100_000],
    ids=range(7),
)
def test_a_damaged_snapshot_never_stops_the_door(tmp_path: Path, damaged: str) -> None:
    file = tmp_path / "recipients.json"
    directory = Directory(file, Clock())
    write_recipients(file, [COMPANY])
    before = directory.current()
    file.write_bytes(damaged.encode("utf-8", "surrogatepass"))
    assert directory.current() is before


def test_a_snapshot_that_could_not_be_opened_is_looked_at_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "recipients.json"
    write_recipients(file, [COMPANY])
    directory = Directory(file, Clock())
    with monkeypatch.context() as broken:
        broken.setattr("ingestd.intake.read_recipients", Mock(side_effect=OSError(24, "EMFILE")))
        assert directory.current().open == {}
    found = [directory.current().open for _ in range(10)]
    assert found[-1] == {"FR40303265045": "FR40303265045", "FR/303265045": "FR40303265045"}


@pytest.mark.parametrize("damaged", ["", "null", '{"compan', "directory", "absent"])
def test_nobody_is_refused_by_a_list_that_could_not_be_read_so_far(
    settings: Settings, spool: LocalSpool, damaged: str
) -> None:
    file = settings.recipients_file
    if damaged == "directory":
        file.mkdir()
    elif damaged != "absent":
        file.write_text(damaged)
    intake = Intake(settings, Disk())
    for anybody in ("fr40303265045@in.example.com", "fr61954506077@in.example.com", "x@y.example"):
        with pytest.raises(RecipientsStale):
            intake.resolve(anybody)
    assert isinstance(intake.resolve("postmaster@in.example.com"), Recipient)
    if damaged == "directory":
        file.rmdir()
    write_recipients(file, [COMPANY])
    intake.reload()
    assert isinstance(intake.resolve("fr40303265045@in.example.com"), Recipient)
    assert isinstance(intake.resolve("fr61954506077@in.example.com"), Finding)


def test_the_file_is_looked_at_five_times_a_second_at_most(tmp_path: Path) -> None:
    file = tmp_path / "recipients.json"
    now = [100.0]
    directory = Directory(file, lambda: now[0])
    assert directory.current().open == {}
    write_recipients(file, [COMPANY])
    now[0] += 0.1
    assert directory.current().open == {}
    now[0] += 0.2
    assert directory.current().open


def test_a_company_that_replaces_another_in_the_same_second_is_seen(tmp_path: Path) -> None:
    file = tmp_path / "recipients.json"
    directory = Directory(file, Clock())
    write_recipients(file, [COMPANY])
    stamp = file.stat()
    assert directory.current().open
    write_recipients(file, [Company(vat="BE0202239951")])
    os.utime(file, ns=(stamp.st_atime_ns, stamp.st_mtime_ns))
    assert "BE0202239951" in directory.current().open


GIB = 1 << 30


class Disk:
    """The door's half of a spool, as far as the question of room goes."""

    def __init__(self, **state: int) -> None:
        plenty = Room(1000 * GIB, 1000 * GIB, 1_000_000, 1_000_000, 0)
        self._room = replace(plenty, **state)

    waiting_bytes = 0

    def room(self) -> Room:
        return self._room

    def begin(self, envelope: Envelope) -> Incoming:
        raise NotImplementedError


@pytest.mark.parametrize(
    ("state", "refusal"),
    [
        ({"free_bytes": 50 * GIB}, None),
        ({"free_bytes": 50 * GIB - 1}, StorageFull),  # 5 %
        ({"free_bytes": GIB, "total_bytes": 10 * GIB}, None),
        ({"free_bytes": GIB - 1, "total_bytes": 10 * GIB}, StorageFull),
        ({"free_inodes": 10_000}, None),
        ({"free_inodes": 9_999}, StorageFull),  # 1 %
        ({"free_inodes": 0, "total_inodes": 0}, None),  # btrfs has no fixed number
        ({"pending": 19_999}, None),
        ({"pending": 20_000}, Backlogged),
    ],
    ids=str,
)
def test_mail_is_put_off_before_the_disk_is_full(
    tmp_path: Path, state: dict[str, int], refusal: type[Exception] | None
) -> None:
    intake = Intake(Settings(storage={"path": tmp_path}), Disk(**state))  # type: ignore[arg-type]
    if refusal is None:
        intake.check_room()
    else:
        with pytest.raises(refusal):
            intake.check_room()


def test_there_is_always_room_for_two_of_the_largest(tmp_path: Path) -> None:
    settings = Settings(
        storage={"path": tmp_path, "min_free_bytes": 1, "min_free_percent": 0},  # type: ignore[arg-type]
        smtp={"max_message_bytes": 1_000_000},  # type: ignore[arg-type]
    )
    Intake(settings, Disk(free_bytes=2_000_000)).check_room()
    with pytest.raises(StorageFull):
        Intake(settings, Disk(free_bytes=1_999_999)).check_room()


def test_the_announced_size_must_fit_as_well(settings: Settings) -> None:
    intake = Intake(settings, Disk(free_bytes=1_000))
    intake.check_room(1_000)
    with pytest.raises(StorageFull):
        intake.check_room(1_001)


def test_a_source_that_has_it_all_hands_it_over_in_one_call(
    settings: Settings, spool: LocalSpool, envelope: Envelope
) -> None:
    receiver = LogReceiver(settings.spool_path)
    spool_id = Intake(settings, receiver).take(envelope, ["FR40303265045"], b"Subject: x\r\n\r\n")
    receiver.close()
    message = spool.claim(60)
    assert message is not None
    assert (message.spool_id, message.content) == (spool_id, b"Subject: x\r\n\r\n")


class Wall:
    """A wall clock that is set by hand."""

    def __init__(self) -> None:
        self.now = datetime.now(UTC)

    def __call__(self) -> datetime:
        return self.now


def test_a_list_is_believed_for_a_day_without_a_database(
    settings: Settings, spool: LocalSpool
) -> None:
    wall = Wall()
    write_recipients(settings.recipients_file, [COMPANY], wall.now)
    intake = Intake(settings, spool, wall)
    ours, operators = "fr40303265045@in.example.com", "postmaster@in.example.com"
    wall.now += timedelta(hours=23, minutes=59)
    assert isinstance(intake.resolve(ours), Recipient)
    wall.now += timedelta(minutes=2)
    for anybody in (
        ours,
        "fr61954506077@in.example.com",
        "nobody@else.example",
        "fr1@in.example.com",
    ):
        with pytest.raises(RecipientsStale):
            intake.resolve(anybody)
    assert isinstance(intake.resolve(operators), Recipient)
    write_recipients(settings.recipients_file, [COMPANY], wall.now)
    intake.reload()
    assert isinstance(intake.resolve(ours), Recipient)


def test_a_list_that_is_copied_is_as_old_as_it_is(settings: Settings, spool: LocalSpool) -> None:
    long_ago = datetime.now(UTC) - timedelta(days=2)
    write_recipients(settings.recipients_file, [COMPANY], long_ago)
    settings.recipients_file.touch()
    with pytest.raises(RecipientsStale):
        Intake(settings, Disk()).resolve("fr40303265045@in.example.com")


def test_a_list_of_an_older_ingestd_is_as_old_as_its_file(
    settings: Settings, spool: LocalSpool
) -> None:
    settings.recipients_file.write_text('{"companies": []}')
    assert isinstance(Intake(settings, Disk()).resolve("nobody@in.example.com"), Finding)
    os.utime(settings.recipients_file, (0, 0))
    with pytest.raises(RecipientsStale):
        Intake(settings, Disk()).resolve("nobody@in.example.com")


def test_a_clock_that_went_back_makes_no_list_old(settings: Settings, spool: LocalSpool) -> None:
    wall = Wall()
    write_recipients(settings.recipients_file, [COMPANY], wall.now)
    wall.now -= timedelta(days=3650)
    found = Intake(settings, spool, wall).resolve("fr40303265045@in.example.com")
    assert isinstance(found, Recipient)


def test_a_list_that_vanished_gets_old_as_well(settings: Settings, spool: LocalSpool) -> None:
    wall = Wall()
    write_recipients(settings.recipients_file, [COMPANY], wall.now)
    intake = Intake(settings, spool, wall)
    assert isinstance(intake.resolve("fr40303265045@in.example.com"), Recipient)
    settings.recipients_file.unlink()
    intake.reload()
    assert isinstance(intake.resolve("fr40303265045@in.example.com"), Recipient)
    wall.now += timedelta(hours=25)
    with pytest.raises(RecipientsStale):
        intake.resolve("fr40303265045@in.example.com")


def test_retired_for_90_days_is_unknown_with_the_same_words(
    settings: Settings, spool: LocalSpool
) -> None:
    wall = Wall()
    retired = replace(COMPANY, retired_at=wall.now - timedelta(days=89))
    write_recipients(settings.recipients_file, [retired], wall.now)
    intake = Intake(settings, spool, wall)
    closed = intake.resolve("fr40303265045@in.example.com")
    assert isinstance(closed, Finding)
    assert closed.reason == "rcpt-closed"
    write_recipients(settings.recipients_file, [retired], wall.now + timedelta(days=2))
    wall.now += timedelta(days=2)
    intake.reload()
    gone = intake.resolve("fr40303265045@in.example.com")
    never = intake.resolve("fr61954506077@in.example.com")
    assert isinstance(gone, Finding)
    assert isinstance(never, Finding)
    assert (gone.reason, gone.values.keys()) == (never.reason, never.values.keys())
