"""The strict grammar of MAIL and RCPT: taken as given, or refused; never rewritten."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingestd.sources._mailbox import Malformed, read_mail, read_rcpt

GOOD = [
    "a@b.example",
    "first.last+tag@sub.example.com",
    "double..dot.@docomo.example",
    "!#$%&'*+/=?^_`{|}~-@b.example",
    '"quoted local"@b.example',
    '"with \\" and > inside"@b.example',
    "a@[192.0.2.1]",
    "a@[IPv6:2001:db8::1]",
    "a@under_score.example",
    "a@localhost",
    "a" * 64 + "@b.example",
    "ie1+12345a@in.example.com",
]


@pytest.mark.parametrize("mailbox", GOOD)
def test_a_mailbox_is_taken_as_it_is(mailbox: str) -> None:
    assert read_mail(f"FROM:<{mailbox}>").mailbox == mailbox
    assert read_rcpt(f"TO:<{mailbox}>") == mailbox


BAD = [
    "",
    "<",
    "a@b.example",
    "<a@b.example",
    "a@b.example>",
    "<a@>",
    "<@b.example>",
    "<@",
    "<a@",
    '<"',
    "<a@[",
    "<a@[]>",
    "<a@[1.2.3]>",
    "<u(comment)@x.example>",
    "< u@x.example >",
    "<u @x.example>",
    "<a@b@c.example>",
    "<a@-b.example>",
    "<a@b..example>",
    "<a@.example>",
    "<a@b.example.>",
    "<a,b@c.example>",
    "<<a@b.example>>",
    "<@relay.example,@other.example:u@x.example>",
    "<" + "a" * 65 + "@b.example>",
    "<a@" + "b." * 130 + "example>",
    "<a@b.example>SIZE=1",
    "<a@b.example> SIZE=",
    "<a@b.example> =1",
    "<a@b.example> SIZE=1 SIZE=2",
    '<"a"b@c.example>',
    "<a@b.example> <c@d.example>",
    "<a\\@b@c.example>",
    "<a@b.example>\t",
    "<a\t@b.example>",
]


@pytest.mark.parametrize("argument", BAD)
def test_what_is_no_mailbox_is_refused(argument: str) -> None:
    for read, keyword in ((read_mail, "FROM:"), (read_rcpt, "TO:")):
        with pytest.raises(Malformed) as refused:
            read(keyword + argument)
        assert refused.value.reply.startswith("501 5.")


def test_the_null_sender_is_empty_and_no_recipient() -> None:
    assert read_mail("FROM:<>").mailbox == ""
    with pytest.raises(Malformed, match=r"501 5\.1\.3"):
        read_rcpt("TO:<>")


def test_postmaster_needs_no_domain_but_only_as_a_recipient() -> None:
    assert read_rcpt("to:<PostMaster>") == "PostMaster"
    with pytest.raises(Malformed, match=r"501 5\.1\.7"):
        read_mail("FROM:<postmaster>")


def test_parameters_of_mail() -> None:
    assert read_mail("from: <a@b.example> SIZE=12 BODY=8BITMIME").size_bytes == 12
    assert read_mail("FROM:<a@b.example> body=7bit  size=0").size_bytes == 0
    assert read_mail("FROM:<a@b.example>").size_bytes == 0


@pytest.mark.parametrize(
    ("parameters", "reply"),
    [
        ("SIZE=\u00b2", "501 5.5.4"),
        ("SIZE", "501 5.5.4"),
        ("SIZE=-1", "501 5.5.4"),
        ("SIZE=1e3", "501 5.5.4"),
        ("SIZE=" + "9" * 21, "501 5.5.4"),
        ("BODY=BINARYMIME", "501 5.5.4"),
        ("SMTPUTF8", "555 5.5.4"),
        ("AUTH=<>", "555 5.5.4"),
        ("RET=HDRS", "555 5.5.4"),
        ("X=" + "a" * 900, "555 5.5.4"),
    ],
)
def test_parameters_that_are_not_offered(parameters: str, reply: str) -> None:
    with pytest.raises(Malformed) as refused:
        read_mail(f"FROM:<a@b.example> {parameters}")
    assert refused.value.reply.startswith(reply)
    assert len(refused.value.reply) < 510


def test_recipients_take_no_parameters() -> None:
    with pytest.raises(Malformed, match=r"555 5\.5\.4 NOTIFY"):
        read_rcpt("TO:<a@b.example> NOTIFY=NEVER")


@given(st.text(alphabet=st.characters(max_codepoint=0xFF), max_size=200))
def test_any_argument_has_an_answer(argument: str) -> None:
    for read, keyword in ((read_mail, "FROM:<"), (read_rcpt, "TO:<")):
        said = ""
        try:
            read(keyword + argument)
        except Malformed as refused:
            said = refused.reply
        assert said.isascii()
        assert said.isprintable()


@given(st.sampled_from(["a@[", '<"', '"\\', "<" * 500, '"a' * 400, "a." * 500, " " * 900]))
def test_a_hostile_argument_costs_no_time(argument: str) -> None:
    with pytest.raises(Malformed):
        read_rcpt(f"TO:<{argument}")
