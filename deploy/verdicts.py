"""Wait for the verdicts on the mails that the quickstart sent, and say in plain words what became
of each. Speaks to the `ingestd` program and its --json alone.

    verdicts.py INGESTD SENT.tsv      each line of SENT: subject, what it is, the SMTP reply
"""

import json
import re
import subprocess
import sys
import textwrap
import time
from pathlib import Path
from typing import Any

PATIENCE_S = 180
WIDTH = 96


def ask(ingestd: str, *arguments: str) -> list[dict[str, Any]]:
    """Return the list that `ingestd ARGUMENTS --json` prints. Raises SystemExit when it fails."""
    command = [ingestd, *arguments, "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode not in (0, 1):
        sys.exit(f"{' '.join(command)} failed:\n{done.stderr}")
    rows: list[dict[str, Any]] = json.loads(done.stdout)
    return rows


def read_sent(file: Path) -> list[tuple[str, str, str, str]]:
    """Return (subject, what it is, spool id or "", SMTP reply) for each mail."""
    rows = []
    for line in file.read_text(encoding="utf-8").splitlines():
        subject, what, reply = line.split("\t")
        queued = re.search(r"queued as (\S+)", reply)
        rows.append((subject, what, queued[1] if queued else "", reply))
    return rows


def wait(ingestd: str, mail_ids: set[str]) -> None:
    """Wait until no mail of ours is in the spool. Raises SystemExit after `PATIENCE_S`."""
    deadline = time.monotonic() + PATIENCE_S
    while any(mail_id in json.dumps(ask(ingestd, "spool", "list")) for mail_id in mail_ids):
        if time.monotonic() > deadline:
            sys.exit("Some mails were not judged in time; look at var/serve.log.")
        time.sleep(0.3)


def filed(row: dict[str, Any]) -> list[str]:
    """Say what was filed."""
    if not row.get("number"):
        return [
            f"FILED as invoice {row['id']} ({row['format']}), status {row['status']}",
            "Nothing electronic in it: number, date and amounts are to be completed.",
        ]
    total = f"{row['total_amount_with_vat']} {row['currency_code']}"
    due = f", due {row['payment_due_date']}" if row.get("payment_due_date") else ""
    return [
        f"FILED as invoice {row['id']} ({row['format']}), status {row['status']}",
        f"{row['seller_name']}, number {row['number']}, {total} with VAT{due}",
    ]


def not_filed(row: dict[str, Any]) -> list[str]:
    """Say what was held or ignored, and every reason."""
    reasons = [
        f"{finding['reason']}: {finding['text']['en']}"
        for finding in row["findings"]
        if finding["weight"] != "note"
    ]
    return [f"{row['outcome'].upper()} as {row['id']}", *dict.fromkeys(reasons)]


def tell(number: int, sent: tuple[str, str, str, str], said: list[list[str]]) -> None:
    """Print what became of one mail."""
    subject, what, mail_id, reply = sent
    print(f'\n{number:3}. "{subject}": {what}')
    if not mail_id:
        said = [["REFUSED at the door, nothing was received", reply]]
    for lines in said or [["No verdict found; look at var/serve.log"]]:
        print(f"     {lines[0]}")
        for line in lines[1:]:
            print(textwrap.fill(line, WIDTH, initial_indent=" " * 7, subsequent_indent=" " * 7))


def main() -> None:
    """Wait, then tell about every mail."""
    ingestd, sent = sys.argv[1], read_sent(Path(sys.argv[2]))
    wait(ingestd, {mail_id for _, _, mail_id, _ in sent if mail_id})
    invoices = ask(ingestd, "invoice", "list")
    inbox = {
        row["id"]: row
        for row in ask(ingestd, "inbox", "list") + ask(ingestd, "inbox", "list", "--ignored")
    }
    again = False
    print("\nWhat became of each mail:")
    for number, one in enumerate(sent, 1):
        ours = [row for row in inbox.values() if row["mail_id"] == one[2]]
        said = [filed(row) for row in invoices if row["mail_id"] == one[2]]
        tell(number, one, said + [not_filed(row) for row in ours])
        again |= any(
            finding["reason"] in ("duplicate-file", "duplicate-invoice")
            for row in ours
            for finding in row["findings"]
        )
    if again:
        print(
            "\nThis instance had these sample invoices from an earlier run, so they are duplicates"
            "\nnow: nothing is paid twice. For an empty ledger: deploy/quickstart.sh --fresh"
        )


if __name__ == "__main__":
    main()
