"""A confined process that may start threads: all of them, also those it had before, are confined."""

import json
import socket
import subprocess
import sys

import pytest

_SCRIPT = """
import ctypes, json, os, socket, sys, threading
from ingestd.sandbox.confinement import LAYERS, SOCKET, Allowance, Mode, confine, prepare

libc = ctypes.CDLL(None, use_errno=True)
CLONE = {"x86_64": 56, "aarch64": 220}[os.uname().machine]

def tried():
    def attempt(work):
        try:
            work()
        except OSError as error:
            return error.errno
        except RuntimeError:
            return "no thread"
        return "works"
    def clone(flags):
        done = libc.syscall(ctypes.c_long(CLONE), ctypes.c_ulong(flags), None, None, None, None)
        if done == 0:
            os._exit(0)
        if done < 0:
            raise OSError(ctypes.get_errno(), "clone")
    def thread():
        one = threading.Thread(target=int)
        one.start()
        one.join()
    return {
        "open": attempt(lambda: os.open("/", os.O_RDONLY)),
        "socket": attempt(lambda: socket.socket()),
        "fork": attempt(lambda: clone(17)),
        "new network": attempt(lambda: clone(0x10000 | 0x40000000 | 0x100 | 0x800)),
        "thread": attempt(thread),
    }

os.dup2(0, SOCKET)
pipe = socket.socket(fileno=SOCKET)
found, go = {}, threading.Event()
def before():
    go.wait()
    if allowance.threads:
        found["before"] = tried()
early = threading.Thread(target=before)
early.start()
prepare(Mode.FULL)
allowance = Allowance(cpu_s=10, memory_bytes=1 << 30, threads=sys.argv[1] == "threads")
try:
    confine(os.getppid(), allowance, LAYERS[Mode.FULL])
except OSError as error:
    found["unconfined"] = str(error)
found["main"] = tried()
if allowance.threads:
    later = threading.Thread(target=lambda: found.update(later=tried()))
    later.start()
    later.join()
go.set()
early.join()
pipe.sendall(json.dumps(found).encode())
os._exit(0)
"""
REFUSED = {"open", "socket", "fork", "new network"}


def run(mode: str) -> dict[str, dict[str, object]]:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        command = (sys.executable, "-c", _SCRIPT, mode)
        subprocess.run(command, stdin=theirs.fileno(), timeout=60, check=True)
        found: dict[str, dict[str, object]] = json.loads(ours.recv(65536))
    return found


@pytest.mark.parametrize("who", ["main", "before", "later"])
def test_every_thread_is_confined_and_may_start_others(who: str) -> None:
    tried = run("threads")[who]
    assert {name for name, result in tried.items() if result == "works"} == {"thread"}
    assert set(tried) - {"thread"} == REFUSED


def test_without_the_allowance_none_is_started() -> None:
    tried = run("none")["main"]
    assert "works" not in tried.values()
