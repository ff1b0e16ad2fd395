"""Which addresses may be asked: by their spelling, and by where their host's name leads.

The rule: plain http(s) to the configured host, and every address its name has must be one of the
public Internet; with ``allow_private`` also addresses of one's own network and machine. Link-local
addresses (where clouds keep their metadata), multicast and unassigned ones are never asked.
"""

import ipaddress
import queue
import re
import socket
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from extract.sources.rules import Refused, found

__all__ = ["MisspeltError", "Resolve", "Target", "admitted", "objection", "parse", "resolve"]

Resolve = Callable[[str, int, float], Sequence[str]]
"""Host, port, seconds → the IP addresses its name has; raises OSError."""

_Address = ipaddress.IPv4Address | ipaddress.IPv6Address
_PORTS = {"http": 80, "https": 443}
_NUMERAL = re.compile(r"(0x[0-9a-f]*|[0-9]+)", re.IGNORECASE)
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_COMPATIBLE = ipaddress.IPv6Network("::/96")
_PRIVATE = tuple(
    ipaddress.ip_network(net)
    for net in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "127.0.0.0/8", "100.64.0.0/10")
)
_PRIVATE_6 = tuple(ipaddress.ip_network(net) for net in ("fc00::/7", "::1/128"))


class MisspeltError(ValueError):
    """An address whose spelling is refused; ``zh`` and ``en`` say why."""

    def __init__(self, zh: str, en: str) -> None:
        self.zh, self.en = zh, en
        super().__init__(en)


@dataclass(frozen=True, slots=True)
class Target:
    """A spelled-out address: ``host`` in ASCII without brackets, ``path`` with its query."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def authority(self) -> str:
        """What the Host header says."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _PORTS[self.scheme] else f"{host}:{self.port}"


def parse(address: str) -> Target:
    """Take an address apart; MisspeltError for anything a browser would have to guess at."""
    if any(ord(char) <= 0x20 or char in "\\\x7f" for char in address):
        raise MisspeltError("含有空格、控制字符或反斜线", "it holds a space, control or backslash")
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError as reason:
        raise MisspeltError(f"写法不对（{reason}）", f"it is misspelt ({reason})") from reason
    if parts.scheme not in _PORTS:
        raise MisspeltError("只能用 http 或 https", "only http and https are used")
    if "@" in parts.netloc:
        raise MisspeltError("不能带用户名或密码", "it must not carry a user name or password")
    if port == 0:
        raise MisspeltError("端口不能是 0", "port 0 does not exist")
    path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._")
    query = quote(parts.query, safe="/%:@!$&'()*+,;=~-._?")
    full = f"{path}?{query}" if parts.query else path
    return Target(parts.scheme, _host(parts.hostname), port or _PORTS[parts.scheme], full)


def admitted(
    target: Target, *, where: str, allow_private: bool, seconds: float, resolver: Resolve
) -> tuple[str, ...]:
    """The addresses to connect to, in the resolver's order.

    Raises Refused if the name is unknown, or if a single one of its addresses is objected to: a
    name that mixes public and private answers is not to be trusted with either.
    """
    try:
        answers = tuple(dict.fromkeys(resolver(target.host, target.port, seconds)))
    except (OSError, UnicodeError) as reason:
        raise Refused(found("unknown-host", where, host=target.host, reason=reason)) from reason
    objections = [
        found("address-refused", where, host=target.host, address=ip, reason=zh, reason_en=en)
        for ip in answers
        for zh, en in [objection(ip, allow_private=allow_private) or ("", "")]
        if zh
    ]
    if objections or not answers:
        raise Refused(
            *objections[:1] or [found("unknown-host", where, host=target.host, reason="—")]
        )
    return answers


def objection(ip: str, *, allow_private: bool) -> tuple[str, str] | None:
    """Why an IP address is not asked, in Chinese and English; None if it may be."""
    try:
        address = ipaddress.ip_address(ip)
    except ValueError:
        return "看不懂的地址", "which is no address"
    reasons = (_reason(each, allow_private) for each in _meant(address))
    return next((reason for reason in reasons if reason), None)


def resolve(host: str, port: int, seconds: float) -> Sequence[str]:
    """The system's answer for a name, within ``seconds``; raises OSError."""
    answers: queue.SimpleQueue[list[str] | OSError | UnicodeError] = queue.SimpleQueue()

    def ask() -> None:
        try:
            found_ = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            answers.put([str(entry[4][0]) for entry in found_])
        except (OSError, UnicodeError) as reason:
            answers.put(reason)

    threading.Thread(target=ask, daemon=True).start()  # getaddrinfo has no time-out of its own
    try:
        answer = answers.get(timeout=seconds)
    except queue.Empty:
        raise TimeoutError("no answer from the name service") from None
    if isinstance(answer, Exception):
        raise answer
    return answer


def _host(name: str | None) -> str:
    if not name:
        raise MisspeltError("没有主机名", "it has no host")
    if ":" in name:
        return _literal(name)
    try:
        host = name.encode("idna").decode("ascii").lower().rstrip(".")
    except UnicodeError as reason:
        raise MisspeltError("主机名写法不对", "the host's name is misspelt") from reason
    if not re.fullmatch(r"[a-z0-9_]([a-z0-9_.-]*[a-z0-9_])?", host) or ".." in host:
        raise MisspeltError("主机名写法不对", "the host's name is misspelt")
    return _literal(host) if _NUMERAL.fullmatch(host.rsplit(".", 1)[-1]) else host


def _literal(text: str) -> str:
    """An IP address in its one proper spelling; 2130706433, 0177.1 and 127.1 are refused."""
    try:
        if "%" in text:
            raise ValueError(text)
        return str(ipaddress.ip_address(text))
    except ValueError as reason:
        raise MisspeltError(
            "数字地址只能写成四段十进制或标准 IPv6", "a numeric host must be four decimals or IPv6"
        ) from reason


def _meant(address: _Address) -> list[_Address]:
    """The address and every IPv4 address hidden in it."""
    if isinstance(address, ipaddress.IPv4Address):
        return [address]
    hidden = [address.ipv4_mapped, address.sixtofour, *(address.teredo or ())]
    if address in _NAT64 or (address in _COMPATIBLE and int(address) > 0xFFFF):
        hidden.append(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
    return [address, *(each for each in hidden if each is not None)]


def _reason(address: _Address, allow_private: bool) -> tuple[str, str] | None:
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
        return None  # judged by the IPv4 address in it
    if any(address in net for net in (*_PRIVATE, *_PRIVATE_6) if net.version == address.version):
        return None if allow_private else ("内网或本机地址", "an address of a private network")
    if address.is_link_local:
        return "链路本地地址（云主机元数据所在）", "a link-local address (cloud metadata)"
    if address.is_multicast or address.is_unspecified or not address.is_global:
        return "保留或组播地址", "a reserved or multicast address"
    if isinstance(address, ipaddress.IPv6Address) and address.is_site_local:
        return "保留或组播地址", "a reserved or multicast address"
    return None
