"""Who may connect and how often, with a clock of our own: each limit at -1, 0 and +1."""

import multiprocessing
import os
import random
from pathlib import Path

import pytest

from ingestd.config import Smtp
from ingestd.sources._board import HOUR, Board, Table
from ingestd.sources._crowd import Alarm, Crowd, Refusals

ONE = "192.0.2.1"
OTHER = "192.0.2.2"
OWN = "127.0.0.1"


class World:
    """One or several doors that share a board and a clock."""

    def __init__(self, *, doors: int = 1, **settings: object) -> None:
        self.now_s = 1_000_000.0
        self.alarms: list[Alarm] = []
        self.refusals: list[Refusals] = []
        self.settings = Smtp.model_validate(settings)
        self.board = Board(doors)
        self.doors = [self.restarted(column) for column in range(doors)]

    def restarted(self, column: int) -> Crowd:
        return Crowd(
            self.settings,
            self.board,
            column,
            lambda: self.now_s,
            self.alarms.append,
            self.refusals.append,
        )

    def admit(self, *peers: str) -> list[str]:
        """Let them in one after the other, by turns at each door; return the codes (220 for in)."""
        replies = [
            self.doors[at % len(self.doors)].admit(peer) or "220" for at, peer in enumerate(peers)
        ]
        return [reply[:9] if reply != "220" else reply for reply in replies]


@pytest.mark.parametrize("doors", [1, 3])
def test_connections_in_total(doors: int) -> None:
    world = World(doors=doors, max_connections=5)
    many = [f"192.0.2.{last}" for last in range(7)]
    assert world.admit(*many) == ["220"] * 5 + ["421 4.3.2"] * 2
    world.doors[0].leave(many[0])
    assert world.admit(many[5], many[6]) == ["220", "421 4.3.2"]


@pytest.mark.parametrize("doors", [1, 3])
def test_connections_of_one_address(doors: int) -> None:
    world = World(doors=doors, max_connections_per_network=4)
    assert world.admit(*[ONE] * 6) == ["220"] * 4 + ["421 4.7.0"] * 2
    assert world.admit(OTHER) == ["220"]
    world.doors[0].leave(ONE)
    assert world.admit(ONE, ONE) == ["220", "421 4.7.0"]


def test_an_ipv6_network_is_one_customer() -> None:
    world = World(max_connections_per_network=3)
    one = [f"2001:db8:1:2:{last:x}::1" for last in range(4)]
    assert world.admit(*one) == ["220"] * 3 + ["421 4.7.0"]
    assert world.admit("2001:db8:1:3::1") == ["220"]


def test_an_ipv4_client_of_an_ipv6_socket_is_the_same_client() -> None:
    world = World(max_connections_per_network=1)
    assert world.admit(ONE, f"::ffff:{ONE}") == ["220", "421 4.7.0"]


def test_a_peer_without_an_address_is_counted_as_well() -> None:
    world = World(max_connections_per_network=1)
    assert world.admit("unknown", "", "fe80::1%eth0") == ["220", "421 4.7.0", "220"]
    assert world.admit("fe80::2%eth0", "fe80::3%eth1") == ["421 4.7.0"] * 2


@pytest.mark.parametrize("doors", [1, 3])
def test_new_connections_a_minute(doors: int) -> None:
    world = World(doors=doors, max_new_connections_per_minute=6)
    for code in ["220"] * 6 + ["421 4.7.0"] * 2:
        (said,) = world.admit(ONE)
        assert said == code
        if said == "220":
            world.doors[0].leave(ONE)
    world.now_s += 59
    assert world.admit(ONE) == ["421 4.7.0"]
    world.now_s += 6
    assert world.admit(ONE) == ["220"]


def test_never_more_in_any_minute_than_allowed() -> None:
    world = World(max_new_connections_per_minute=10, max_connections_per_network=1_000)
    begun: list[float] = []
    chance = random.Random(6)
    for _ in range(2_000):
        world.now_s += chance.expovariate(1)
        if world.admit(ONE) == ["220"]:
            begun.append(world.now_s)
            world.doors[0].leave(ONE)
    assert max(sum(1 for two in begun if one <= two < one + 60) for one in begun) == 10
    assert len(begun) > 200, "and who hammers is still served his share"


def test_trusted_networks_count_only_in_total() -> None:
    world = World(
        max_connections=5, max_connections_per_network=1, max_new_connections_per_minute=1
    )
    assert world.admit(OWN, "::1", "::ffff:127.0.0.9", OWN, OWN, OWN) == ["220"] * 5 + ["421 4.3.2"]
    untrusting = World(trusted_networks=[], max_connections_per_network=1)
    assert untrusting.admit(OWN, OWN) == ["220", "421 4.7.0"]


def test_stress_begins_above_one_mark_and_ends_below_the_other() -> None:
    world = World(doors=2, max_connections=10)
    crowd = world.doors[0]
    seen = []
    for _ in range(9):
        world.admit(OWN)
        seen.append(crowd.stressed)
    assert seen == [False] * 8 + [True]
    for _ in range(5):
        crowd.leave(OWN)
        seen.append(crowd.stressed)
    assert seen[9:] == [True] * 3 + [False] * 2
    assert not world.doors[1].stressed


def test_the_stress_of_one_door_is_that_of_the_others() -> None:
    world = World(doors=2, max_connections=10)
    for _ in range(9):
        world.doors[0].admit(OWN)
    world.doors[1].forget_old()
    assert world.doors[1].stressed


def test_a_door_that_is_started_again_has_no_connections() -> None:
    world = World(doors=2, max_connections=4, max_connections_per_network=2)
    assert world.admit(ONE, OTHER, ONE, OTHER, ONE) == ["220"] * 4 + ["421 4.3.2"]
    world.doors[0] = world.restarted(0)
    assert world.doors[0].admit(ONE) is None
    world.doors[1].leave(OTHER)
    assert world.doors[1].admit(OTHER) is None
    world.doors[1] = world.restarted(1)
    world.doors[1].leave(OTHER)  # of the life before: cannot happen, and does no harm
    assert world.admit(*[OWN] * 3) == ["220"] * 3


def test_refusals_are_told_once_a_second_however_many() -> None:
    world = World(max_connections=5, max_connections_per_network=3)
    world.admit(*[ONE] * 3, OTHER, *[ONE] * 40, OTHER, ONE, OTHER)
    world.doors[0].forget_old()
    by_one = "421 4.7.0 Too many connections from your network, try again later"
    by_all = "421 4.3.2 Too many connections, try again later"
    assert world.refusals == [Refusals(40, ONE, by_one), Refusals(2, OTHER, by_all)]
    world.doors[0].forget_old()
    assert len(world.refusals) == 2


# harvesting


@pytest.mark.parametrize("doors", [1, 3])
def test_unknown_recipients_an_hour(doors: int) -> None:
    world = World(doors=doors, unknown_recipients_per_hour=4)
    one_too_many = [world.doors[at % doors].unknown_recipient(ONE) for at in range(6)]
    assert one_too_many == [False] * 4 + [True] * 2
    assert all(crowd.harvests(ONE) for crowd in world.doors)
    assert not any(crowd.harvests(OTHER) for crowd in world.doors)
    assert world.alarms == [Alarm(ONE, 4)]
    world.now_s += 3_599
    assert world.doors[0].harvests(ONE)
    world.now_s += 301
    assert not world.doors[0].harvests(ONE)


def test_below_the_limit_nobody_is_put_off() -> None:
    world = World(unknown_recipients_per_hour=4)
    for _ in range(3):
        assert not world.doors[0].unknown_recipient(ONE)
    assert not world.doors[0].harvests(ONE)
    assert world.alarms == []


def test_trusted_networks_do_not_harvest() -> None:
    world = World(unknown_recipients_per_hour=1, unknown_recipients_per_hour_alarm=1)
    assert not any(world.doors[0].unknown_recipient(OWN) for _ in range(9))
    assert not world.doors[0].harvests(OWN)
    assert world.alarms == []


def test_many_networks_together_are_an_alarm_and_no_more() -> None:
    world = World(doors=2, unknown_recipients_per_hour_alarm=6)
    for last in range(7):
        world.doors[last % 2].unknown_recipient(f"198.51.100.{last}")
        assert len(world.alarms) == max(0, last - 4), "each door says so once"
    assert set(world.alarms) == {Alarm("", 6)}
    for _ in range(2):
        for crowd in world.doors:
            crowd.forget_old()
    assert len(world.alarms) == 2
    assert not world.doors[0].harvests("198.51.100.1")
    world.now_s += 4_000
    for crowd in world.doors:
        crowd.forget_old()
    for last in range(6):
        world.doors[0].unknown_recipient(f"198.51.100.{last}")
    assert len(world.alarms) == 3, "and again when it happens again"


def test_a_door_hears_of_what_the_others_are_asked_and_when_it_is_over() -> None:
    world = World(doors=2, unknown_recipients_per_hour_alarm=2)
    for last in range(3):
        world.doors[0].unknown_recipient(f"198.51.100.{last}")
    world.doors[1].forget_old()
    assert world.alarms == [Alarm("", 2)] * 2
    world.now_s += 4_000
    world.doors[0].forget_old()
    for last in range(2):
        world.doors[0].unknown_recipient(f"198.51.100.{last}")
    assert len(world.alarms) == 3


def test_the_alarm_names_the_whole_network() -> None:
    world = World(unknown_recipients_per_hour=1)
    world.doors[0].unknown_recipient("2001:db8:1:2:3:4:5:6")
    assert world.alarms == [Alarm("2001:db8:1:2::/64", 1)]


# whatever strangers do


def strangers(count: int) -> list[str]:
    chance = random.Random(6)
    bits = [chance.getrandbits(32) for _ in range(count)]
    return [f"2001:db8:{one >> 16:x}:{one & 0xFFFF:x}::1" for one in bits]


def test_the_heavy_ones_are_not_forgotten_in_a_flood_of_others() -> None:
    world = World(unknown_recipients_per_hour=20)
    crowd = world.doors[0]
    for _ in range(20):
        crowd.unknown_recipient(ONE)
    for peer in strangers(30_000):
        crowd.unknown_recipient(peer)
    assert crowd.harvests(ONE)
    assert not crowd.harvests(OTHER), "and who did nothing does not pay for it"


def test_a_flood_of_networks_refuses_nobody_else_and_needs_no_memory() -> None:
    world = World(max_connections=10_000)
    crowd = world.doors[0]
    before = Path(f"/proc/{os.getpid()}/statm").read_text().split()[1]
    for peer in strangers(30_000):
        assert crowd.admit(peer) is None
        crowd.leave(peer)
    after = Path(f"/proc/{os.getpid()}/statm").read_text().split()[1]
    assert (int(after) - int(before)) * 4_096 < 4 << 20
    assert crowd.admit(ONE) is None


def test_what_is_light_makes_room_and_what_is_heavy_does_not() -> None:
    """Through the table itself: eight places in a set, one set."""
    shape = type(HOUR)(slots=13, slot_s=300, sets=1)
    table = Table(memoryview(bytearray(shape.table_bytes)), b"secret", [0], shape, limit=3)
    for name in range(8):
        for _ in range(3 if name < 7 else 1):
            table.add(bytes([name]), 0)
    table.add(b"newcomer", 0)
    counts = [table.count(bytes([name]), 0) for name in range(8)]
    assert counts == [3] * 7 + [0]
    assert table.count(b"newcomer", 0) == 1
    for _ in range(2):
        table.add(b"newcomer", 0)
    table.add(b"too late", 0)
    assert table.count(b"too late", 0) == 0, "all eight are heavy"
    assert table.count(b"newcomer", 0) == 3


def test_what_is_taken_away_is_never_less_than_nothing() -> None:
    shape = type(HOUR)(slots=1, slot_s=0, sets=1)
    table = Table(memoryview(bytearray(shape.table_bytes)), b"secret", [0], shape, limit=3)
    table.add(b"x", 0, -1)
    table.add(b"x", 0)
    table.add(b"x", 0, -1)
    table.add(b"x", 0, -1)
    table.add(b"x", 0)
    assert table.count(b"x", 0) == 1


def _admit_elsewhere(board: Board) -> None:
    settings = Smtp(max_connections=3)
    crowd = Crowd(settings, board, 1, lambda: 1_000_000.0)
    assert [crowd.admit(OWN) for _ in range(2)] == [None, None]
    os._exit(0)  # killed: its column stays as it was


def test_the_board_is_shared_with_a_process_that_was_spawned() -> None:
    world = World(doors=2, max_connections=3)
    process = multiprocessing.get_context("spawn").Process(
        target=_admit_elsewhere, args=(world.board,)
    )
    process.start()
    process.join()
    assert process.exitcode == 0
    assert world.doors[0].admit(OWN) is None
    assert str(world.doors[0].admit(OWN)).startswith("421 4.3.2")
    world.restarted(1)
    assert world.doors[0].admit(OWN) is None
