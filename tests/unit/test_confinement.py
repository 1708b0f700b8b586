"""What a confined process cannot do: canaries that sing when they get out, and each layer alone.

Without any layer every canary sings, so silence means something. Each layer is put on alone and must
silence what it is there for; and each is left out, and the others must hold.
"""

import ctypes
import errno
import mmap
import os
import signal
import socket
import struct
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from ingestd.sandbox import Cage, ChildFault, Parent, Stopped, Work, _seccomp, confinement, run
from ingestd.sandbox import _landlock as landlock
from ingestd.sandbox._syscalls import ARCHITECTURES
from ingestd.sandbox.confinement import Layers, probe

NOTHING = Layers(descriptors=False, rlimits=False, landlock=False, seccomp=False)
FULL = Layers()
PTRACE_SEIZE = 0x4206


def cage(layers: Layers, **limits: float) -> Cage:
    return replace(
        Cage(cpu_s=5, wall_s=20, memory_bytes=1 << 30, result_bytes=1 << 20, layers=layers),
        **limits,
    )


@dataclass
class Outside:
    """The world that must not be reached: a file, servers, a descriptor, the parent itself."""

    directory: Path
    parent: int
    tcp: socket.socket
    unix: socket.socket
    abstract: socket.socket
    udp: socket.socket
    leaked: int
    songs: list[str] = field(default_factory=list)

    @property
    def secret(self) -> Path:
        return self.directory / "secret"


@pytest.fixture
def outside(tmp_path: Path) -> Iterator[Outside]:
    tcp, udp = socket.create_server(("127.0.0.1", 0)), socket.socket(type=socket.SOCK_DGRAM)
    unix, abstract = socket.socket(socket.AF_UNIX), socket.socket(socket.AF_UNIX)
    unix.bind(str(tmp_path / "clamd.sock"))
    abstract.bind(f"\0ingestd-canary-{os.getpid()}-{tmp_path.name}")
    udp.bind(("127.0.0.1", 0))
    for server in (unix, abstract):
        server.listen()
    for one in (tcp, unix, abstract, udp):
        one.setblocking(False)
    (tmp_path / "secret").write_text("the secret")
    leaked = os.open(tmp_path / "ledger", os.O_RDWR | os.O_CREAT)
    made = Outside(tmp_path, os.getpid(), tcp, unix, abstract, udp, leaked)
    before = signal.signal(signal.SIGUSR1, lambda *_: made.songs.append("signal"))
    yield made
    signal.signal(signal.SIGUSR1, before)
    os.close(leaked)
    for one in (tcp, unix, abstract, udp):
        one.close()


def read(outside: Outside, parent: Parent) -> None:
    parent.tell("sing", outside.secret.read_text())


def write(outside: Outside, parent: Parent) -> None:
    (outside.directory / "written").write_text("")


def delete(outside: Outside, parent: Parent) -> None:
    outside.secret.unlink()


def tcp(outside: Outside, parent: Parent) -> None:
    socket.create_connection(outside.tcp.getsockname())


def clamd(outside: Outside, parent: Parent) -> None:
    socket.socket(socket.AF_UNIX).connect(outside.unix.getsockname())


def abstract(outside: Outside, parent: Parent) -> None:
    socket.socket(socket.AF_UNIX).connect(outside.abstract.getsockname())


def dns(outside: Outside, parent: Parent) -> None:
    query = struct.pack("!6H", 1, 0x100, 1, 0, 0, 0) + b"\x06canary\x07example\0\0\1\0\1"
    socket.socket(type=socket.SOCK_DGRAM).sendto(query, outside.udp.getsockname())


def execute(outside: Outside, parent: Parent) -> None:
    os.execv("/bin/sh", ["sh", "-c", f"echo > {outside.directory}/written"])


def kill(outside: Outside, parent: Parent) -> None:
    os.kill(outside.parent, signal.SIGUSR1)


def trace(outside: Outside, parent: Parent) -> None:
    if ctypes.CDLL(None).ptrace(PTRACE_SEIZE, outside.parent, 0, 0) == 0:
        parent.tell("sing", "traced")


def peek(outside: Outside, parent: Parent) -> None:
    here = ctypes.create_string_buffer(4)
    there = struct.pack("QQ", ctypes.addressof(here), 4)
    if ctypes.CDLL(None).process_vm_readv(outside.parent, there, 1, there, 1, 0) == 4:
        parent.tell("sing", "peeked")


def fork(outside: Outside, parent: Parent) -> None:
    if os.fork() == 0:
        os._exit(0)
    parent.tell("sing", "forked")


def leak(outside: Outside, parent: Parent) -> None:
    os.write(outside.leaked, b"forged")


CANARIES: tuple[Callable[[Outside, Parent], None], ...] = (
    read,
    write,
    delete,
    tcp,
    clamd,
    abstract,
    dns,
    execute,
    kill,
    trace,
    peek,
    fork,
    leak,
)


def _arrived(outside: Outside) -> Iterator[str]:
    for server in (outside.tcp, outside.unix, outside.abstract):
        with suppress(BlockingIOError):
            server.accept()[0].close()
            yield "connection"
    with suppress(BlockingIOError):
        yield f"datagram {outside.udp.recv(512)!r}"
    if (outside.directory / "written").exists():
        yield "written"
    if not outside.secret.exists():
        yield "deleted"
    if os.fstat(outside.leaked).st_size:
        yield "forged"


def sings(canary: Callable[[Outside, Parent], None], outside: Outside, layers: Layers) -> bool:
    """Tell whether a canary got out of these layers, by what arrived and not by what it says."""

    def work(parent: Parent) -> bytes:
        canary(outside, parent)
        return b""

    answers = {"sing": lambda question: outside.songs.append(question.word)}
    with suppress(Stopped, ChildFault):
        run(work, answers, cage(layers))
    return bool([*outside.songs, *_arrived(outside)])


@pytest.mark.parametrize("canary", CANARIES)
def test_full_confinement_holds(
    canary: Callable[[Outside, Parent], None], outside: Outside
) -> None:
    assert not sings(canary, outside, FULL)


@pytest.mark.parametrize("canary", CANARIES)
def test_without_confinement_every_canary_sings(
    canary: Callable[[Outside, Parent], None], outside: Outside
) -> None:
    assert sings(canary, outside, NOTHING)


ALONE = [
    *(("seccomp", canary) for canary in CANARIES),
    *(("landlock", canary) for canary in (read, write, delete, execute, trace, peek)),
    *(("rlimits", canary) for canary in (read, write, tcp, clamd, abstract, dns)),
    ("descriptors", leak),
]
TCP_ABI, SCOPES_ABI = 4, 6
if probe().landlock_abi >= TCP_ABI:
    ALONE.append(("landlock", tcp))
if probe().landlock_abi >= SCOPES_ABI:
    ALONE += [("landlock", abstract), ("landlock", kill)]


@pytest.mark.parametrize(("layer", "canary"), ALONE)
def test_each_layer_alone_holds_what_it_is_for(
    layer: str, canary: Callable[[Outside, Parent], None], outside: Outside
) -> None:
    assert not sings(canary, outside, replace(NOTHING, **{layer: True}))


@pytest.mark.parametrize("canary", CANARIES)
@pytest.mark.parametrize("layer", ["seccomp", "landlock", "rlimits", "descriptors"])
def test_where_one_layer_fails_the_others_hold(
    layer: str, canary: Callable[[Outside, Parent], None], outside: Outside
) -> None:
    layers = replace(FULL, **{layer: False})
    if (layer, canary) == ("seccomp", fork) and os.getuid() == 0:
        assert sings(canary, outside, layers)  # root alone has no RLIMIT_NPROC; nobody runs us so
    else:
        assert not sings(canary, outside, layers)


def test_descriptors_are_closed_on_a_kernel_without_close_range(
    monkeypatch: pytest.MonkeyPatch, outside: Outside
) -> None:
    def absent(first: int) -> None:
        raise OSError(errno.ENOSYS, "no close_range")

    monkeypatch.setattr(confinement, "close_range", absent)
    assert not sings(leak, outside, replace(NOTHING, descriptors=True))


def busy(parent: Parent) -> bytes:
    while True:
        pass


def greedy(parent: Parent) -> bytes:
    return str(len(bytes(2 << 30))).encode()


def test_without_rlimits_nothing_but_the_clock_ends_it() -> None:
    loose = replace(FULL, rlimits=False)
    with pytest.raises(Stopped, match="cpu"):
        run(busy, {}, cage(FULL, cpu_s=1))
    with pytest.raises(Stopped, match="time"):
        run(busy, {}, cage(loose, cpu_s=1, wall_s=1.5))
    with pytest.raises(Stopped, match="memory"):
        run(greedy, {}, cage(FULL))
    assert run(greedy, {}, cage(loose)).text == b"%d" % (2 << 30)


def test_a_process_gains_no_privileges_and_cannot_be_looked_into() -> None:
    def work(parent: Parent) -> bytes:
        no_new_privileges, dumpable = 39, 3
        prctl = ctypes.CDLL(None).prctl
        return b"%d %d" % (prctl(no_new_privileges, 0, 0, 0, 0), prctl(dumpable, 0, 0, 0, 0))

    assert run(work, {}, cage(replace(FULL, seccomp=False))).text == b"1 0"


@pytest.mark.parametrize(
    "work",
    [
        lambda parent: os.execv("/bin/true", ["true"]),
        lambda parent: os.kill(os.getppid(), 0),
        lambda parent: ctypes.CDLL(None).unshare(0),
    ],
)
def test_what_no_reader_does_ends_it(work: Work) -> None:
    with pytest.raises(Stopped, match="signal 31"):
        run(work, {}, cage(FULL))


@pytest.mark.parametrize(
    "work",
    [
        lambda parent: open("/etc/passwd"),  # noqa: SIM115, PTH123 - it cannot be opened
        lambda parent: os.stat("/"),  # noqa: PTH116 - the bare call
        lambda parent: os.getcwd(),  # noqa: PTH109 - the bare call
        lambda parent: socket.socketpair(),
        lambda parent: os.pipe(),
        lambda parent: os.memfd_create("x"),
        lambda parent: mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_EXEC),
        lambda parent: parent._wire._pipe.setblocking(False),
    ],
)
def test_a_mistake_of_ours_is_refused_and_told(work: Work) -> None:
    with pytest.raises(ChildFault, match="PermissionError"):
        run(work, {}, cage(FULL))


def test_standard_output_is_nowhere(capfd: pytest.CaptureFixture[str]) -> None:
    def work(parent: Parent) -> bytes:
        print("forged log line")
        ctypes.CDLL(None).puts(b"forged by a library")
        ctypes.CDLL(None).fflush(None)
        return b"done"

    assert run(work, {}, cage(FULL)).text == b"done"
    assert capfd.readouterr() == ("", "")


def test_a_child_that_cannot_be_confined_does_nothing(
    monkeypatch: pytest.MonkeyPatch, outside: Outside
) -> None:
    def broken() -> None:
        raise OSError("no Landlock today")

    monkeypatch.setattr(landlock, "restrict", broken)
    with pytest.raises(ChildFault, match="no Landlock today"):
        run(lambda parent: write(outside, parent) or b"", {}, cage(FULL))
    assert not list(_arrived(outside))


def test_landlock_takes_every_right_that_the_kernel_knows() -> None:
    files, network, scopes = landlock.rights()
    version = probe().landlock_abi
    assert version >= 1
    known = {1: 13, 2: 14, 3: 15, 4: 15, 5: 16}.get(version, 16)
    assert files >= (1 << known) - 1
    assert network >= (0b11 if version >= TCP_ABI else 0)
    assert scopes >= (0b11 if version >= SCOPES_ABI else 0)


def decide(program: list[tuple[int, int, int, int]], data: bytes) -> int:
    """Run a classic BPF program over one struct seccomp_data; return what it returns."""
    at, word = 0, 0
    while True:
        code, yes, no, value = program[at]
        at += 1
        if code == 0x06:
            return value
        if code == 0x20:
            word = struct.unpack_from("<I", data, value)[0]
        else:
            held = {0x15: word == value, 0x35: word >= value, 0x45: bool(word & value)}[code]
            at += yes if held else no


@pytest.mark.parametrize("machine", ["x86_64", "aarch64"])
def test_the_filter_of_both_architectures_decides_the_same(machine: str) -> None:
    here = ARCHITECTURES[machine]
    program = list(_seccomp._instructions(here, 3, _seccomp.REFUSE))

    def call(number: int, *arguments: int, audit: int = here.audit) -> int:
        six = (*arguments, *[0] * (6 - len(arguments)))
        return decide(program, struct.pack("<iIQ6Q", number, audit, 0, *six))

    number = here.number
    assert call(number("brk")) == _seccomp.ALLOW
    assert call(number("mmap"), 0, 4096, 3) == _seccomp.ALLOW
    assert call(number("mmap"), 0, 4096, 7) == _seccomp.REFUSE
    assert call(number("mprotect"), 0, 4096, 4) == _seccomp.REFUSE
    assert call(number("sendto"), 3, 0, 1) == _seccomp.ALLOW
    assert call(number("sendto"), 4, 0, 1) == _seccomp.REFUSE
    assert call(number("sendto"), 3, 0, 1, 0, 1 << 32) == _seccomp.REFUSE
    assert call(number("execve")) == _seccomp.KILL
    assert call(9_999) == _seccomp.REFUSE
    assert call(number("brk"), audit=0x40000003) == _seccomp.KILL  # i386 on the same kernel
    assert call(0x40000000 | number("brk")) == _seccomp.KILL  # x32
