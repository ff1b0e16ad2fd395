"""The storage behind an address, through fsspec: whole objects by name, and nothing clever.

An object appears whole or not at all: object stores promise it, and elsewhere it is written under
another name and renamed. Every call ends within the time-outs below and raises RemoteError.
"""

import os
import secrets
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from extract.remote.trouble import Code, RemoteError, shown, told

__all__ = ["Remote", "Target", "opened"]

CONNECT = "3s"
ANSWER = "5s"
"""For a request that carries little."""
PART = "60s"
"""For one that carries some megabytes: twelve of them may share a slow line."""
LITTLE_BYTES = 1 << 18
RETRIES = 1
TRIES_WITHIN = timedelta(seconds=10)

_S3 = ("s3", "s3a")
_WHOLE = frozenset({*_S3, "gs", "gcs", "az", "abfs", "abfss", "adl", "oss", "memory"})
"""Protocols whose objects appear whole or not at all."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where the storage is: an address such as s3://bucket/prefix, and the server if it is not
    the one of AWS_ENDPOINT_URL."""

    url: str
    endpoint: str = ""

    @property
    def shown(self) -> str:
        """The address without user, password and query."""
        return shown(self.url)


class Remote:
    """The objects below one address; `system` is any fsspec file system, `root` a path in it."""

    def __init__(self, system: Any, root: str, url: str, bulk: Any = None) -> None:
        """`bulk` is the same file system with more patience, for what is large."""
        self._system = system
        self._bulk = bulk or system
        self._root = root.rstrip("/")
        self._url = url
        self._is_whole = bool(_WHOLE & _protocols(system))

    @property
    def url(self) -> str:
        """The address as it may be shown."""
        return self._url

    def read(self, name: str, limit: int) -> bytes | None:
        """A small object; None where it is missing. One over `limit` bytes raises RemoteError."""
        content = self._cut(self._system, name, 0, limit + 1)
        if content is not None and len(content) > limit:
            raise RemoteError("spoilt", cause=f"{name}: > {limit} bytes")
        return content

    def part(self, name: str, start: int, end: int) -> bytes:
        """Bytes `start` to `end` of an object that holds them; RemoteError where it does not."""
        if start == end:
            return b""
        content = self._cut(self._bulk, name, start, end)
        if content is None:
            raise RemoteError("spoilt", cause=f"{name}: missing")
        if len(content) != end - start:
            raise RemoteError("spoilt", cause=f"{name}: {len(content)} of {end - start} bytes")
        return content

    def write(self, name: str, content: bytes) -> None:
        """Put a small object in place of the one of that name."""
        with told(self._url, to_write=True):
            system = self._system if len(content) <= LITTLE_BYTES else self._bulk
            self._placed(name, lambda path: system.pipe_file(path, content))

    def upload(self, name: str, file: Path) -> None:
        """Put a local file in place of the object of that name, piece by piece."""
        with told(self._url, to_write=True):
            self._placed(name, lambda path: self._bulk.put_file(str(file.absolute()), path))

    def size(self, name: str) -> int | None:
        """How many bytes an object has; None where it is missing."""
        try:
            with told(self._url):
                return int(self._system.info(self._at(name))["size"])
        except FileNotFoundError:
            return None

    def names(self, folder: str) -> tuple[str, ...]:
        """The names in a folder, as far as the storage lists them, in no order."""
        try:
            with told(self._url):
                self._system.invalidate_cache()
                listed = self._system.ls(self._at(folder), detail=False)
        except FileNotFoundError:
            return ()
        return tuple(str(each).rstrip("/").rpartition("/")[2] for each in listed)

    def remove(self, name: str) -> None:
        """Remove an object; one that is missing is no trouble."""
        try:
            with told(self._url):
                self._system.rm_file(self._at(name))
        except FileNotFoundError:
            return

    def _cut(self, system: Any, name: str, start: int, end: int) -> bytes | None:
        try:
            with told(self._url):
                return bytes(system.cat_file(self._at(name), start, end))
        except FileNotFoundError:
            return None

    def _placed(self, name: str, put: Any) -> None:
        if self._is_whole:
            put(self._at(name))
            return
        folder, _, last = self._at(name).rpartition("/")
        self._system.makedirs(folder, exist_ok=True)
        beside = f"{folder}/.{last}.{os.getpid()}.{secrets.token_hex(4)}"
        try:
            put(beside)
            self._system.mv(beside, self._at(name))
        except BaseException:
            self._forget(beside)
            raise

    def _forget(self, path: str) -> None:
        try:
            self._system.rm_file(path)
        except Exception:
            return  # what failed before is told; the rest of it bears no name that counts

    def _at(self, name: str) -> str:
        return f"{self._root}/{name}"


def opened(target: Target) -> Remote:
    """The storage of an address; nothing is asked of it yet.

    Raises RemoteError: not-installed, unknown-scheme, misspelt.
    """
    scheme, separator, rest = target.url.partition("://")
    if not separator or not rest.strip("/"):
        raise RemoteError("misspelt", url=target.shown, cause="scheme://…")
    try:
        return _s3(target, rest) if scheme in _S3 else _any(target)
    except ImportError as reason:
        raise RemoteError("not-installed", url=target.shown, cause=reason) from reason
    except ValueError as reason:
        code: Code = "unknown-scheme" if "rotocol" in str(reason) else "misspelt"
        raise RemoteError(code, url=target.shown, cause=reason) from reason


def _s3(target: Target, rest: str) -> Remote:
    """S3 and compatible by obstore; credentials and region come from the AWS_* variables."""
    from obstore.fsspec import FsspecStore  # noqa: PLC0415  an extra, for those who use storage

    endpoint = target.endpoint or os.environ.get("AWS_ENDPOINT_URL", "")
    quick, patient = (
        FsspecStore(
            "s3",
            config={"endpoint": endpoint} if endpoint else None,
            client_options={
                "connect_timeout": CONNECT,
                "timeout": seconds,
                "allow_http": endpoint.startswith("http://"),
            },
            retry_config={"max_retries": RETRIES, "retry_timeout": TRIES_WITHIN},
        )
        for seconds in (ANSWER, PART)
    )
    root = shown(f"s3://{rest}").removeprefix("s3://")
    return Remote(quick, root, target.shown, patient)


def _any(target: Target) -> Remote:
    import fsspec  # noqa: PLC0415  as above

    system, root = fsspec.url_to_fs(target.url)
    return Remote(system, str(root), target.shown)


def _protocols(system: Any) -> set[str]:
    protocol = getattr(system, "protocol", ())
    return {protocol} if isinstance(protocol, str) else set(protocol)
