"""Unknown, retired long ago, wrong token: one and the same answer (the times: `tests.faults.harvest`)."""

from pathlib import Path

from tests.faults.harvest import GUARDED, KINDS, ask, companies, open_registry

TEXT = (
    "550 5.1.1 No company uses the address ADDRESS."
    " Check the number before the @ with your customer."
)


def test_a_stranger_cannot_tell_who_is_a_company_here(tmp_path: Path) -> None:
    with open_registry(tmp_path) as door, door.client() as client:
        client.say("EHLO harvester.example")
        client.say("MAIL FROM:<a@harvester.example>")
        times, texts = ask(client, 100)
        assert texts == {TEXT}
        assert [len(times[kind]) for kind in KINDS] == [100] * 3
        vat = companies()[GUARDED][0].lower()
        assert client.say(f"RCPT TO:<{vat}@in.example.com>").startswith("550 5.1.1")
        assert client.say(f"RCPT TO:<{vat}+k7q2@in.example.com>").startswith("250")
