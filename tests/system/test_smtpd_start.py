"""`ingestd smtpd` as it is typed: it goes on as a fresh interpreter."""

import json
import os
import subprocess
from pathlib import Path

from tests._instance import PROGRAM, until


def test_nothing_is_loaded_from_where_it_is_started(tmp_path: Path) -> None:
    for name in ("asyncio", "json", "structlog", "ingestd"):
        (tmp_path / f"{name}.py").write_text('print("STRANGER", flush=True)\n')
    log = tmp_path / "log"
    settings = {
        "INGESTD_STORAGE__PATH": str(tmp_path / "var"),
        "INGESTD_SMTP__LISTEN": json.dumps(["127.0.0.1:0"]),
    }
    with log.open("wb") as output:
        door = subprocess.Popen(
            [PROGRAM, "smtpd"],
            cwd=tmp_path,
            env={**os.environ, **settings},
            stdout=output,
            stderr=output,
        )
    try:
        until(lambda: door.poll() is not None or "listening" in log.read_text(), "the door")
        assert door.poll() is None, log.read_text()
        assert "STRANGER" not in log.read_text()
    finally:
        door.terminate()
        assert door.wait(60) == 0
