"""Webhooks go to public addresses and to those the operator names: tried with real sockets, names and certificates."""

from __future__ import annotations

from ipaddress import ip_address
from pathlib import Path
from time import monotonic

import pytest
from hypothesis import given
from hypothesis import strategies as st
from patience import hold_within
from sqlalchemy import Engine
from typer.testing import CliRunner
from webhook_parts import Names, certificate, receiver

from api.cli import app
from api.webhooks.addresses import AddressError, is_public, read_destination, read_target, system_resolve
from api.webhooks.sending import Sender
from api.webhooks.signing import new_secret, signature, signed_headers
from supplychain.text import Text

BODY = b'{"type":"webhook.test"}'
NOWHERE = "0.0.0.0"  # noqa: S104 - nothing is bound to it
HEADERS = {"webhook-id": "evt_1"}

HERE = (
    "http://127.0.0.1:{port}/",
    "http://localhost:{port}/",
    "http://localhost.:{port}/",
    "http://a.localhost:{port}/",
    "http://127.1:{port}/",
    "http://2130706433:{port}/",
    "http://0177.0.0.1:{port}/",
    "http://0x7f.0.0.1:{port}/",
    "http://0x7f000001:{port}/",
    "http://127.0.0.1.:{port}/",
    "http://0:{port}/",
    "http://0.0.0.0:{port}/",
    "http://[::1]:{port}/",
    "http://[::]:{port}/",
    "http://[::ffff:127.0.0.1]:{port}/",
    "http://[::ffff:7f00:1]:{port}/",
    "http://[64:ff9b::7f00:1]:{port}/",
    "http://[2002:7f00:1::]:{port}/",
    "http://user@127.0.0.1:{port}/",
    "http://example.com@127.0.0.1:{port}/",
    "http://127.0.0.1:{port}\\@example.com/",
    "http://①②⑦.0.0.1:{port}/",
    "http://127。0。0。1:{port}/",
    "http://[fe80::1%25lo]:{port}/",
    "https://rebound.example:{port}/",
    "http://rebound.example:{port}/",
    "https://mixed.example:{port}/",
    "file:///etc/passwd",
    "gopher://127.0.0.1:{port}/_x",
    "ftp://127.0.0.1:{port}/",
    "//127.0.0.1:{port}/",
    "http://127.0.0.1:{port}/#",
    "http:/127.0.0.1:{port}/",
    "http://127.0.0.1:99999/",
    "",
    "http://",
)
"""Ways to write this machine, seen in the wild; a server listens at the port, and none may reach it."""


def test_no_way_of_writing_this_machine_reaches_it() -> None:
    names = {"rebound.example": [["127.0.0.1"]], "mixed.example": [["8.8.8.8", "127.0.0.1"]]}
    with receiver() as one:
        for form in HERE:
            outcome = Sender(Names(names), timeout_s=2).send(form.format(port=one.port), HEADERS, BODY, [])
            assert outcome.status is None, form
            assert outcome.told.vi != outcome.told.en, form
        assert one.connections == 0


def test_names_of_the_system_that_lead_here_are_refused_too() -> None:
    """With the port allowed for another address, only where the name leads stands between it and this machine."""
    with receiver() as one:
        targets = [read_target(f"10.9.8.7:{one.port}")]
        assert system_resolve("localhost", one.port)
        for host in ("localhost", "127.0.0.1", "[::1]", NOWHERE):
            assert Sender().send(f"http://{host}:{one.port}/", HEADERS, BODY, targets).status is None
        assert one.connections == 0


@pytest.mark.parametrize(
    "address",
    [
        "10.0.0.1",
        "172.16.0.1",
        "192.168.1.1",
        "100.64.0.1",
        "100.100.100.200",
        "127.255.255.254",
        "169.254.169.254",
        "168.63.129.16",
        "192.0.0.192",
        "192.0.2.1",
        "198.18.0.1",
        "203.0.113.9",
        "224.0.0.1",
        "255.255.255.255",
        NOWHERE,
        "240.0.0.1",
        "::1",
        "::",
        "fe80::1",
        "fc00::1",
        "fd00:ec2::254",
        "ff02::1",
        "::ffff:10.0.0.1",
        "::10.0.0.1",
        "64:ff9b::a00:1",
        "2002:a00:1::1",
        "2001::1",
        "2001:db8::1",
        "2001:2::1",
        "3fff::1",
    ],
)
def test_addresses_that_are_nobodys_on_the_internet_are_not_public(address: str) -> None:
    """RFC 6890 (special-purpose registries), RFC 4291, RFC 6052, RFC 3056, and the data services of clouds."""
    assert not is_public(ip_address(address))
    names = Names({"name.example": [[address]], "both.example": [["8.8.8.8", address]]})
    for host in names.addresses:
        outcome = Sender(names, timeout_s=1).send(f"https://{host}/", HEADERS, BODY, [])
        assert outcome.status is None
        assert "not on the public internet" in outcome.told.en


def test_public_addresses_are_public() -> None:
    for address in ("8.8.8.8", "1.1.1.1", "203.162.4.191", "2606:4700::1111"):
        assert is_public(ip_address(address))


@given(st.ip_addresses())
def test_an_address_in_private_space_is_never_public(address: object) -> None:
    found = ip_address(str(address))
    if found.is_private or found.is_loopback or found.is_link_local or found.is_multicast:
        assert not is_public(found)


def test_a_name_that_leads_elsewhere_after_it_was_checked_is_not_followed() -> None:
    """The name first leads to 127.0.0.2, which is allowed, and from then on to 127.0.0.1, where somebody listens."""
    with receiver("127.0.0.1") as one:
        names = Names({"rebound.example": [["127.0.0.2"], ["127.0.0.1"]]})
        targets = [read_target(f"127.0.0.2:{one.port}")]
        sender = Sender(names, timeout_s=2)
        url = f"http://rebound.example:{one.port}/"
        first = sender.send(url, HEADERS, BODY, targets)
        assert (first.status, first.told.en) == (None, "it could not be reached")
        assert names.asked == ["rebound.example"]
        second = sender.send(url, HEADERS, BODY, targets)
        assert "not on the public internet" in second.told.en
        assert one.connections == 0


def test_an_allowed_target_is_reached_with_the_name_it_was_called_by() -> None:
    with receiver("127.0.0.2") as one:
        names = Names({"hooks.example": [["127.0.0.2"]]})
        outcome = Sender(names).send(
            f"http://hooks.example:{one.port}/a?b=c", HEADERS, BODY, [read_target(f"127.0.0.0/8:{one.port}")]
        )
        assert outcome.is_accepted
        headers, body = one.got[0]
        assert headers["host"] == f"hooks.example:{one.port}"
        assert body == BODY


def test_a_name_the_operator_allows_may_be_private_but_never_this_machine_or_the_link() -> None:
    for address in ("127.0.0.1", "169.254.169.254", "::1", "::ffff:127.0.0.1", NOWHERE, "fe80::1"):
        with receiver() as one:
            targets = [read_target(f"hooks.example:{one.port}")]
            names = Names({"hooks.example": [[address]]})
            assert Sender(names).send(f"http://hooks.example:{one.port}/", HEADERS, BODY, targets).status is None
            assert one.connections == 0


@pytest.mark.parametrize(
    "target",
    ["10.0.0.1", "10.0.0.1:0", "10.0.0.1:99999", ":80", "a b:80", "0.0.0.0/0:443", "169.254.0.0/16:80", "::/0:80",
     "[fe80::1]:80", "10.0.0.1/8:80", "2130706433:80", "0177.0.0.1:80"],
)  # fmt: skip
def test_targets_that_are_none_or_too_much_are_refused(target: str) -> None:
    with pytest.raises(AddressError):
        read_target(target)


def test_redirects_are_told_and_not_followed() -> None:
    with receiver() as one, receiver() as other:
        one.answers = [(status, {"Location": other.url}) for status in (301, 302, 303, 307, 308)]
        targets = [read_target(f"127.0.0.1:{port}") for port in (one.port, other.port)]
        for status in (301, 302, 303, 307, 308):
            outcome = Sender().send(one.url, HEADERS, BODY, targets)
            assert outcome.status == status
            assert not outcome.is_accepted
            assert "redirect" in outcome.told.en
        assert (len(one.got), other.connections) == (5, 0)


def test_an_answer_in_drops_takes_no_longer_than_any_other() -> None:
    with receiver() as one:
        one.drip_s = 0.2

        def sent_s() -> float:
            began = monotonic()
            outcome = Sender(timeout_s=1.0).send(one.url, HEADERS, BODY, [read_target(f"127.0.0.1:{one.port}")])
            assert outcome.told == Text(en="it did not answer in 1 s", vi="máy chủ không trả lời trong 1 giây")
            return monotonic() - began

        hold_within(sent_s, 1.6)


def test_a_certificate_must_be_of_the_name_that_was_called(tmp_path: Path) -> None:
    server, trusting = certificate(tmp_path, "hooks.example")
    names = Names({"hooks.example": [["127.0.0.1"]], "other.example": [["127.0.0.1"]]})
    with receiver(tls=server) as one:
        targets = [read_target(f"127.0.0.1:{one.port}")]
        for host, sender in (
            ("hooks.example", Sender(names)),
            ("other.example", Sender(names, tls=trusting)),
        ):
            outcome = sender.send(f"https://{host}:{one.port}/", HEADERS, BODY, targets)
            assert outcome.told.en == "its certificate is not valid for its name"
        assert one.got == []
        sent = Sender(names, tls=trusting).send(f"https://hooks.example:{one.port}/", HEADERS, BODY, targets)
        assert sent.is_accepted


def test_an_address_is_refused_for_how_it_is_written_without_looking_it_up() -> None:
    for url, words in (
        ("http://example.com/", "without https"),
        ("https://example.com:8080/", "port must be 443"),
        ("https://example.com:22/", "port must be 443"),
        ("https://intranet/", "not on the public internet"),
        ("https://a:b@example.com/", "user name"),
        ("https://example.com/ x", "visible ASCII"),
        ("https://exa mple.com/", "visible ASCII"),
        ("https://exämple.com/", "visible ASCII"),
        ("https://example.com/" + "x" * 2000, "visible ASCII"),
        ("https://1.2.3/", "usual form"),
        ("https://[1::2::3]/", "usual form"),
        ("https://-a.example/", "usual form"),
    ):
        with pytest.raises(AddressError, match=words):
            read_destination(url, [])
    found = read_destination("https://Example.COM./a/b?c=d", [])
    assert (found.host, found.port, found.path, found.is_tls) == ("example.com", 443, "/a/b?c=d", True)


def test_signatures_are_those_of_standard_webhooks() -> None:
    """The vector that Standard Webhooks 1.0.0 publishes for its reference libraries."""
    secret, message, body = (
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        "msg_p5jXN8AQM9LWM0D4loKWxJek",
        b'{"test": 2432232314}',
    )
    expected = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    assert signature(secret, message, 1614265330, body) == expected
    headers = signed_headers([secret, new_secret()], message, 1614265330, body)
    assert headers["webhook-signature"].split(" ")[0] == expected
    assert (headers["webhook-id"], headers["webhook-timestamp"]) == (message, "1614265330")


def test_the_operator_allows_targets_from_the_command_line(sqlite_engine: Engine) -> None:
    database = ["-d", str(sqlite_engine.url.database), "--lang", "en"]

    def run(*words: str) -> tuple[int, str]:
        answer = CliRunner().invoke(app, ["webhook", *words, *database])
        return answer.exit_code, answer.output or str(answer.exception)

    assert "alone" in run("allowed")[1]
    assert run("allow", "10.20.0.0/16:8443", "--note", "1022")[0] == 0
    assert run("allowed") == (0, "10.20.0.0/16:8443  1022\n")
    assert "10.20.0.0/16:8443" in run("allow", "10.20.0.0/16:8443")[1]
    assert run("allow", "169.254.169.254:80")[0] != 0
    assert run("forbid", "10.20.0.0/16:8443")[0] == 0
    assert run("forbid", "10.20.0.0/16:8443")[0] != 0
