"""Fetching one file over HTTP(S) from a host that may not be trusted.

The standard library's http.client rather than requests: the connection must go to the very
address that was checked while Host and SNI keep the name, no proxy or .netrc of the environment
may interfere, and every byte is counted before and after unpacking. Nothing is retried here; the
schedule does that.
"""

import http.client
import socket
import ssl
import threading
import time
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote, urljoin

from extract.problem import Problem
from extract.sources.address import MisspeltError, Resolve, Target, admitted, parse, resolve
from extract.sources.rules import Refused, found
from extract.sources.source import Source

__all__ = ["Answer", "Fetch", "Validators", "fetch", "post"]

HOPS = 5
_CHUNK = 65536
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_NO_TABLES = ("text/html", "application/xhtml", "application/json", "application/pdf")
_NO_TABLE_FAMILIES = ("image/", "video/", "audio/", "font/")
_ADVICE: Mapping[int, tuple[str, str]] = {
    401: ("该地址要登录；请换成公开的下载地址", "it asks for a login: use a public address"),
    403: ("服务器不允许访问；请与对方联系", "access is refused: ask the office"),
    404: ("文件不在那里；请改正 where", "the file is not there: mend where"),
    410: ("文件已撤下；请改正 where", "the file was withdrawn: mend where"),
    429: ("请求太多；请拉长 schedule", "asked too often: lengthen the schedule"),
}
_ANY_ADVICE = (
    "稍后会再试；持续如此请与对方联系",
    "tried again later; if it goes on, ask the office",
)


@dataclass(frozen=True, slots=True)
class Validators:
    """What the last answer said about its version; '' where it said nothing."""

    etag: str = ""
    last_modified: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came: ``content`` unpacked, or None if the server says nothing has changed."""

    content: bytes | None
    validators: Validators
    name: str


Fetch = Callable[[Source, Validators], Answer]


def fetch(
    source: Source,
    known: Validators,
    *,
    resolver: Resolve = resolve,
    context: ssl.SSLContext | None = None,
) -> Answer:
    """Fetch ``source.where`` unless it is still what ``known`` says; raises Refused."""
    asked = _Asked(source, time.monotonic() + source.timeout_seconds, resolver, context)
    try:
        target = first = parse(source.where)
        for _ in range(HOPS + 1):
            answer = asked.once(target, known)
            if isinstance(answer, Answer):
                return answer
            target = _follow(source, first, target, answer)
    except MisspeltError as reason:
        where, address = source.name, source.where
        problem = found("address", where, address=address, reason=reason.zh, reason_en=reason.en)
        raise Refused(problem) from reason
    raise Refused(found("redirect-loop", source.name, host=first.host, count=HOPS))


def post(
    source: Source,
    body: bytes,
    *,
    resolver: Resolve = resolve,
    context: ssl.SSLContext | None = None,
) -> None:
    """Send JSON to ``source.where``, under the rules and the deadline of ``fetch``.

    Raises Refused for whatever is no 2xx answer; redirects are not followed, the answer not read.
    """
    deadline = time.monotonic() + source.timeout_seconds
    asked = _Asked(source, deadline, resolver, context, body)
    try:
        target = parse(source.where)
    except MisspeltError as reason:
        facts = {"address": source.where, "reason": reason.zh, "reason_en": reason.en}
        raise Refused(found("address", source.name, **facts)) from reason
    asked.once(target, Validators())


@dataclass(slots=True)
class _Asked:
    """One exchange under way: its deadline holds over redirects, addresses and the body.

    ``body``: what is sent; None asks for a file.
    """

    source: Source
    deadline: float
    resolver: Resolve
    context: ssl.SSLContext | None
    body: bytes | None = None
    expired: threading.Event = field(default_factory=threading.Event)

    def once(self, target: Target, known: Validators) -> Answer | str:
        """Ask one target: its answer, or where it redirects to."""
        where, allow = self.source.name, self.source.allow_private
        seconds = self.left(target)
        addresses = admitted(
            target, where=where, allow_private=allow, seconds=seconds, resolver=self.resolver
        )
        try:
            return self._exchange(target, addresses, known)
        except Refused as reason:
            raise (self.too_slow(target) if self.expired.is_set() else reason) from reason
        except (OSError, http.client.HTTPException, ValueError) as reason:
            if self.expired.is_set():
                raise self.too_slow(target) from reason
            raise Refused(_trouble(self.source, target, reason)) from reason

    def left(self, target: Target) -> float:
        """Seconds left; raises Refused when there are none."""
        seconds = self.deadline - time.monotonic()
        if seconds <= 0:
            raise self.too_slow(target)
        return seconds

    def too_slow(self, target: Target) -> Refused:
        """The refusal for want of time."""
        seconds = f"{self.source.timeout_seconds:g}"
        return Refused(found("too-slow", self.source.name, host=target.host, seconds=seconds))

    def _exchange(
        self, target: Target, addresses: Sequence[str], known: Validators
    ) -> Answer | str:
        with self._braked(self._connect(target, addresses), target) as sock:
            connection = http.client.HTTPConnection(target.host, target.port)
            connection.sock = self._encrypted(sock, target)
            try:
                method = "GET" if self.body is None else "POST"
                headers = _headers(target, known, is_json=self.body is not None)
                connection.request(method, target.path, self.body, headers)
                with connection.getresponse() as response:
                    answer = self._read(target, response, known)
            finally:
                connection.close()
        if self.expired.is_set():
            raise self.too_slow(target)
        return answer

    def _connect(self, target: Target, addresses: Sequence[str]) -> socket.socket:
        """A connection to the first checked address that takes one."""
        for address in addresses[:-1]:
            try:
                return socket.create_connection((address, target.port), self.left(target))
            except OSError:
                continue
        return socket.create_connection((addresses[-1], target.port), self.left(target))

    @contextmanager
    def _braked(self, sock: socket.socket, target: Target) -> Iterator[socket.socket]:
        """Cut the connection at the deadline, however slowly its bytes drip."""
        brake = sock.dup()
        timer = threading.Timer(self.left(target), self._cut, [brake])
        timer.daemon = True
        timer.start()
        try:
            yield sock
        finally:
            timer.cancel()
            brake.close()
            sock.close()

    def _cut(self, brake: socket.socket) -> None:
        self.expired.set()
        try:
            brake.shutdown(socket.SHUT_RDWR)
        except OSError:
            return

    def _encrypted(self, sock: socket.socket, target: Target) -> socket.socket:
        if target.scheme == "http":
            return sock
        context, host = self.context or ssl.create_default_context(), target.host
        try:
            return context.wrap_socket(sock, server_hostname=host, suppress_ragged_eofs=False)
        except ssl.SSLError as reason:
            said = getattr(reason, "verify_message", "") or reason.reason or reason
            owner = self.source.owner
            raise Refused(
                found("tls", self.source.name, host=host, reason=said, owner=owner)
            ) from reason

    def _read(
        self, target: Target, response: http.client.HTTPResponse, known: Validators
    ) -> Answer | str:
        if self.body is not None:
            if 200 <= response.status < 300:
                return Answer(None, known, "")
            raise Refused(_status(self.source, target, response))
        if response.status in _REDIRECTS and (location := response.getheader("Location")):
            return location
        name = unquote(target.path.partition("?")[0].rsplit("/", 1)[-1])
        if response.status == 304 and known != Validators():
            return Answer(None, known, name)
        if response.status != 200:
            raise Refused(_status(self.source, target, response))
        if objected := _no_table(self.source, target, response):
            raise objected
        content = _body(self.source, response)
        etag, modified = (_told(response, key) for key in ("ETag", "Last-Modified"))
        return Answer(content, Validators(etag, modified), name)


def _headers(target: Target, known: Validators, *, is_json: bool = False) -> dict[str, str]:
    headers = {
        "Host": target.authority,
        "User-Agent": "livelihood-compared",
        "Accept": "text/csv, */*",
        "Accept-Encoding": "gzip, deflate",
        "Connection": "close",
    }
    if is_json:
        headers["Content-Type"] = "application/json; charset=utf-8"
    if known.etag:
        headers["If-None-Match"] = known.etag
    if known.last_modified:
        headers["If-Modified-Since"] = known.last_modified
    return headers


def _told(response: http.client.HTTPResponse, key: str) -> str:
    """A validator fit to be sent back: short printable ASCII, else ''."""
    value = response.getheader(key) or ""
    return value if value.isascii() and value.isprintable() and len(value) <= 300 else ""


def _follow(source: Source, first: Target, here: Target, location: str) -> Target:
    """The redirect's target if it stays on the host, its port and at least its encryption."""
    full = urljoin(f"{here.scheme}://{here.authority}{here.path}", location)
    try:
        target = parse(full)
    except MisspeltError:
        target = None
    upgrade = target is not None and (here.port, target.port) == (80, 443)
    is_home = target is not None and target.host == first.host
    is_as_safe = target is not None and not (here.scheme == "https" and target.scheme == "http")
    if target and is_home and is_as_safe and (upgrade or target.port == here.port):
        return target
    raise Refused(found("redirect-away", source.name, host=first.host, target=full))


def _status(source: Source, target: Target, response: http.client.HTTPResponse) -> Problem:
    zh, en = _ADVICE.get(response.status, _ANY_ADVICE)
    facts = {"status": response.status, "reason": response.reason, "owner": source.owner}
    return found("http-status", source.name, host=target.host, advice=zh, advice_en=en, **facts)


def _no_table(source: Source, target: Target, response: http.client.HTTPResponse) -> Refused | None:
    kind = response.getheader("Content-Type", "").partition(";")[0].strip().lower()
    if kind.startswith((*_NO_TABLES, *_NO_TABLE_FAMILIES)):
        return Refused(found("content-type", source.name, host=target.host, type=kind))
    return None


def _body(source: Source, response: http.client.HTTPResponse) -> bytes:
    """The body, unpacked, never more than ``max_bytes`` before or after."""
    limit, declared = source.max_bytes, response.length
    if declared is not None and declared > limit:
        raise Refused(found("too-large", source.name, limit=limit))
    unpack = _unpacker(source, response.getheader("Content-Encoding", ""))
    content, got = bytearray(), 0
    while chunk := response.read(_CHUNK):
        got += len(chunk)
        if got > limit:
            raise Refused(found("too-large", source.name, limit=limit))
        content += unpack.feed(chunk, limit - len(content))
    if declared is not None and got != declared:
        owner = source.owner
        raise Refused(found("cut-short", source.name, got=got, wanted=declared, owner=owner))
    unpack.end()
    return bytes(content)


@dataclass(slots=True)
class _Unpacker:
    """Content coding taken off a chunk at a time, within a limit."""

    source: Source
    coding: str
    inner: Any = None

    def feed(self, chunk: bytes, room: int) -> bytes:
        """What the chunk holds; raises Refused past ``room`` bytes or where it is broken."""
        if not self.coding:
            return chunk
        content = bytearray()
        while chunk:
            if self.inner is None or self.inner.eof:
                self.inner = zlib.decompressobj(_window(self.coding, chunk))
            try:
                content += self.inner.decompress(chunk, room - len(content) + 1)
            except zlib.error as reason:
                raise self._broken() from reason
            if len(content) > room:
                facts = {"limit": self.source.max_bytes, "owner": self.source.owner}
                raise Refused(found("decompression", self.source.name, **facts))
            chunk = self.inner.unused_data
        return bytes(content)

    def end(self) -> None:
        """Raises Refused if the coding broke off."""
        if self.coding and (self.inner is None or not self.inner.eof):
            raise self._broken()

    def _broken(self) -> Refused:
        facts = {"coding": self.coding, "owner": self.source.owner}
        return Refused(found("content-encoding", self.source.name, **facts))


def _unpacker(source: Source, coding: str) -> _Unpacker:
    named = coding.strip().lower()
    if named not in {"", "identity", "gzip", "x-gzip", "deflate"}:
        facts = {"coding": coding, "owner": source.owner}
        raise Refused(found("content-encoding", source.name, **facts))
    return _Unpacker(source, "" if named == "identity" else named)


def _window(coding: str, chunk: bytes) -> int:
    """zlib's window: gzip; or deflate, which some servers send without its zlib header."""
    if coding != "deflate":
        return 16 + zlib.MAX_WBITS
    is_zlib = len(chunk) > 1 and chunk[0] & 15 == 8 and int.from_bytes(chunk[:2], "big") % 31 == 0
    return zlib.MAX_WBITS if is_zlib else -zlib.MAX_WBITS


def _trouble(source: Source, target: Target, reason: Exception) -> Problem:
    """The problem for what the network did."""
    where, host, owner = source.name, target.host, source.owner
    if isinstance(reason, http.client.IncompleteRead | ssl.SSLEOFError):
        got, wanted = len(getattr(reason, "partial", b"")), getattr(reason, "expected", None)
        return found("cut-short", where, got=got or "?", wanted=wanted or "?", owner=owner)
    if isinstance(reason, ssl.SSLError):
        return found("tls", where, host=host, reason=reason.reason or reason, owner=owner)
    if isinstance(reason, TimeoutError):
        return found("too-slow", where, host=host, seconds=f"{source.timeout_seconds:g}")
    if isinstance(reason, OSError):
        zh, en = _said(reason)
        return found("no-answer", where, host=host, reason=zh, reason_en=en, owner=owner)
    return found("not-http", where, host=host, reason=type(reason).__name__)


def _said(reason: OSError) -> tuple[str, str]:
    if isinstance(reason, ConnectionRefusedError):
        return "连接被拒绝，服务可能没有启动", "the connection was refused"
    if isinstance(reason, http.client.RemoteDisconnected):
        return "没有回答就断开了", "it hung up without an answer"
    if isinstance(reason, ConnectionResetError | BrokenPipeError):
        return "连接中途被断开", "the connection was reset"
    return f"连不上（{reason.strerror}）", f"it cannot be reached ({reason.strerror})"
