"""Which addresses are asked: by spelling, and by where a name leads."""

from collections.abc import Sequence

import pytest

from extract.sources.address import MisspeltError, Target, admitted, objection, parse
from extract.sources.rules import Refused

PUBLIC = "93.184.216.34"


@pytest.mark.parametrize(
    ("address", "target"),
    [
        ("http://data.example.org", Target("http", "data.example.org", 80, "/")),
        ("https://DATA.example.org./a?b=c", Target("https", "data.example.org", 443, "/a?b=c")),
        ("https://数据.cn/表", Target("https", "xn--vxup8b.cn", 443, "/%E8%A1%A8")),
        ("http://[2001:DB8::1]:81/", Target("http", "2001:db8::1", 81, "/")),
        ("http://93.184.216.34/a%20b", Target("http", PUBLIC, 80, "/a%20b")),
    ],
)  # fmt: skip
def test_an_address_is_taken_apart(address: str, target: Target) -> None:
    assert parse(address) == target


@pytest.mark.parametrize(
    "address",
    [
        "ftp://a.example", "file" + ":///etc/passwd", "gopher://a.example", "//a.example/x", "http://",
        "http:///x", "http://u:p@a.example/", "http://a.example@127.0.0.1/", "http://a.example:0/",
        "http://a.example:x/", "http://a.example/ x", "http://a.example/\r\nHost: b", "http://a\\b/",
        "http://2130706433/", "http://0x7f000001/", "http://0x7f.1/", "http://0177.0.0.1/",
        "http://127.1/", "http://127.0.0.01/", "http://256.1.1.1/", "http://[::1%25lo]/",
        "http://[fe80::1%eth0]/", "http://a..b/", "http://[x]/", "http://①②⑦.1/", "http://a_b-/",
    ],
)  # fmt: skip
def test_spellings_that_are_refused(address: str) -> None:
    with pytest.raises(MisspeltError) as caught:
        parse(address)
    assert caught.value.zh and caught.value.en


@pytest.mark.parametrize(
    "ip",
    ["10.0.0.1", "172.16.5.4", "192.168.1.1", "127.0.0.1", "127.9.9.9", "100.64.0.1", "::1",
     "fd00::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:a00:1"],
)  # fmt: skip
def test_private_addresses_are_asked_only_where_allowed(ip: str) -> None:
    assert objection(ip, allow_private=False) is not None
    assert objection(ip, allow_private=True) is None


@pytest.mark.parametrize(
    "ip",
    ["169.254.169.254", "::ffff:169.254.169.254", "fe80::1", "fe80::1%eth0", "0.0.0.0", "::",
     "224.0.0.1", "255.255.255.255", "ff02::1", "240.0.0.1", "192.0.2.1", "198.18.0.1", "fec0::1",
     "64:ff9b::a9fe:a9fe", "2002:a9fe:a9fe::1", "2001:db8::1", "::169.254.169.254", "nonsense"],
)  # fmt: skip
def test_addresses_that_are_never_asked(ip: str) -> None:
    assert objection(ip, allow_private=False) is not None
    assert objection(ip, allow_private=True) is not None


@pytest.mark.parametrize("ip", ["64:ff9b::7f00:1", "2002:7f00:1::1", "::127.0.0.1"])
def test_a_private_address_hidden_in_another(ip: str) -> None:
    assert objection(ip, allow_private=False) is not None


@pytest.mark.parametrize("ip", [PUBLIC, "2606:2800:220:1:248:1893:25c8:1946", "64:ff9b::5db8:d822"])
def test_public_addresses_are_asked(ip: str) -> None:
    assert objection(ip, allow_private=False) is None


@pytest.mark.parametrize(
    ("answers", "rule"),
    [
        ([PUBLIC], ""),
        (["127.0.0.1"], "address-refused"),
        ([PUBLIC, "10.0.0.1"], "address-refused"),
        (["::ffff:169.254.169.254", PUBLIC], "address-refused"),
        ([], "unknown-host"),
        (OSError("no such name"), "unknown-host"),
    ],
)
def test_one_bad_answer_refuses_the_name(answers: list[str] | OSError, rule: str) -> None:
    def resolver(host: str, port: int, seconds: float) -> Sequence[str]:
        if isinstance(answers, OSError):
            raise answers
        return answers

    target = parse("http://data.example.org/")
    try:
        asked = admitted(target, where="office", allow_private=False, seconds=1, resolver=resolver)
    except Refused as reason:
        assert [problem.rule for problem in reason.problems] == [rule]
    else:
        assert not rule and asked == (PUBLIC,)
