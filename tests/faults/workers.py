"""Workers killed in any stage of their work leave in the end what an undisturbed run leaves.

    python -m tests.faults.workers --kills 1000

A spool with a mail of each kind is judged twice: in peace, and by workers that are killed with all that
they started, again and again. Then the two databases and the two sets of files are compared.
"""

import argparse
import hashlib
import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

from ingestd.spool.local import LocalSpool
from tests._clamd import Clamd
from tests._instance import PROGRAM, Instance, descendants, until
from tests.documents.mails import MAILS

NAMES = (
    "factur-x", "factur-x-basic", "ubl-invoice", "ubl-credit-note", "cii-invoice", "xrechnung",
    "zugferd-1", "plain-pdf", "virus", "no-attachment", "broken-xml", "locked-zip", "wrong-total",
)  # fmt: skip
_WHEN = ("judged_at", "filed_at", "scanned_at", "created_at", "decided_at")
_PATIENT = {"INGESTD_WORKER__LEASE_S": "1", "INGESTD_WORKER__MAX_ATTEMPTS": "1000000"}


@dataclass(frozen=True, slots=True)
class Result:
    """What an installation holds: its tables without ids of rows and times of work, its files."""

    tables: dict[str, list[str]]
    files: dict[str, str]


class Installation:
    """One installation whose spool waits to be judged."""

    def __init__(self, directory: Path, clamd: Clamd) -> None:
        directory.mkdir(exist_ok=True)
        self._instance = Instance(directory, clamd.socket, **_PATIENT)
        self._spool = self._instance.path / "spool"

    def receive(self, copies: int = 1) -> None:
        """Take one mail of each kind (more copies of the same are duplicates of each other)."""
        self._instance.add_company()
        command = [PROGRAM, "smtpd"]
        with self._instance.log.open("ab") as log:
            door = subprocess.Popen(command, env=self._instance.environment, stdout=log, stderr=log)
        until(self._listens, "the door")
        for name in NAMES * copies:
            self._instance.send(MAILS[name]())
        door.terminate()
        door.wait(30)

    def copy(self, other: Path, clamd: Clamd) -> "Installation":
        """Return another one that is in the same state."""
        other.mkdir()
        shutil.copytree(self._instance.path, other / "var")
        return Installation(other, clamd)

    def judge(self, kills: int = 0, chance: random.Random | None = None) -> int:
        """Judge all that waits, with up to so many kills; return how many there were."""
        done, chance = 0, chance or random.Random(1)
        while self._waits():
            worker = self._work()
            if done < kills:
                self._begun(worker)
                for _ in range(min(chance.choice((1, 1, 3)), kills - done)):
                    time.sleep(chance.uniform(0, 0.5))
                    kill_one(worker, chance)
                    done += 1
            else:
                until(lambda: not self._waits(), "the spool to be empty", 60)
            kill_all(worker)
        return done

    def forget(self) -> None:
        """Do what workers do that finish each mail first and are killed before they have filed it."""
        spool = LocalSpool(self._spool)
        while message := spool.claim(3600):
            spool.finish(message)

    def result(self) -> Result:
        """Return what it holds now."""
        files = {}
        blobs = self._instance.path / "blobs"
        for path in sorted(blobs.rglob("*")):
            if path.is_file() and not path.name.startswith("."):  # half a file of a killed worker
                octets = path.read_bytes()
                files[path.name] = hashlib.sha256(octets).hexdigest()
        return Result(self._tables(), files)

    def _waits(self) -> int:
        depth = LocalSpool(self._spool).depth()
        assert not depth.aside, "a mail was set aside"
        return depth.waiting

    def _work(self) -> "subprocess.Popen[bytes]":
        with self._instance.log.open("ab") as log:
            return subprocess.Popen(
                [PROGRAM, "worker"], env=self._instance.environment, stdout=log, stderr=log
            )

    def _begun(self, worker: "subprocess.Popen[bytes]") -> None:
        """Wait until a worker has taken something up: most kills shall meet one at work."""
        seen = self._instance.log.stat().st_size

        def taken() -> bool:
            with self._instance.log.open("rb") as log:
                log.seek(seen)
                return b'"claimed"' in log.read() or worker.poll() is not None

        until(taken, "a worker to begin")

    def _listens(self) -> bool:
        with suppress(OSError), self._instance.client():
            return True
        return False

    def _tables(self) -> dict[str, list[str]]:
        tables = {}
        with closing(sqlite3.connect(self._instance.path / "ingestd.sqlite3")) as connection:
            connection.row_factory = sqlite3.Row
            names = connection.execute("select name from sqlite_master where type='table'")
            for (name,) in names.fetchall():
                rows = connection.execute(f"select * from {name}")
                tables[name] = sorted(_lasting(row) for row in rows)
        return tables


def _lasting(row: sqlite3.Row) -> str:
    """Return what of a row does not depend on when and how often somebody tried."""
    kept = {key: row[key] for key in row.keys() if key not in _WHEN}  # noqa: SIM118 - values else
    if isinstance(kept.get("id"), int):
        del kept["id"]
    # How sure a page's values are depends on whether its supplier was filed before, by another mail.
    if kept.get("reason") == "to-complete":
        kept = {key: value for key, value in kept.items() if not key.startswith(("detail", "text"))}
    if '"format": "pdf"' in str(kept.get("content")):
        kept["content"] = {**json.loads(kept["content"]), "sources": None}
    return str(sorted(kept.items()))


def kill_all(worker: "subprocess.Popen[bytes]") -> None:
    """Kill a worker and all that it started."""
    for pid in [*descendants(worker.pid), worker.pid]:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    worker.wait()


def kill_one(worker: "subprocess.Popen[bytes]", chance: random.Random) -> None:
    """Kill one of the judging processes, which is started again, or everything."""
    judging = [
        pid
        for pid in descendants(worker.pid)
        if b"spawn_main" in _command(pid) and _parent(pid) == worker.pid
    ]  # a document's own process that is killed alone is a document that went over a limit
    if judging and chance.random() < 0.5:
        with suppress(ProcessLookupError):
            os.kill(chance.choice(judging), signal.SIGKILL)
    else:
        kill_all(worker)


def _command(pid: int) -> bytes:
    with suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    return b""


def _parent(pid: int) -> int:
    with suppress(OSError):
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    return 0


def compare(directory: Path, clamd: Clamd, kills: int, seed: str) -> tuple[int, list[str]]:
    """Judge in peace and with kills; return how many there were and what differs."""
    disturbed = Installation(directory / "disturbed", clamd)
    disturbed.receive()
    peaceful = disturbed.copy(directory / "peaceful", clamd)
    peaceful.judge()
    done = disturbed.judge(kills, random.Random(seed))
    return done, differences(peaceful.result(), disturbed.result())


def differences(one: Result, other: Result) -> list[str]:
    """Return the tables and files that differ."""
    tables = [name for name in one.tables if one.tables[name] != other.tables.get(name)]
    return [*tables, *(f"file {name}" for name, _ in one.files.items() ^ other.files.items())]


def main() -> int:
    """Run as a command."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--kills", type=int, default=1000)
    parser.add_argument("--seed", default=str(time.time_ns()))
    options = parser.parse_args()
    killed = runs = 0
    with tempfile.TemporaryDirectory() as name:
        clamd = Clamd(Path(name) / "clamd")
        clamd.start()
        try:
            while killed < options.kills:
                place = Path(name) / str(runs)
                place.mkdir()
                seed = f"{options.seed} {runs}"
                done, differing = compare(place, clamd, options.kills - killed, seed)
                killed, runs = killed + done, runs + 1
                print(
                    f"{killed:,} kills in {runs} runs, {len(differing)} differ",
                    *differing,
                    flush=True,
                )
                if differing:
                    return 1
        finally:
            clamd.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
