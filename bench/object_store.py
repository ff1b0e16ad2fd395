"""An S3-compatible server on loopback (moto, in an environment of its own), and a line to it.

The line is a TCP relay that can be cut and mended: what goes through it meets what a broken network
does, in the middle of a request too.
"""

from __future__ import annotations

import os
import socket
import subprocess
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[1]
SERVER = CHECKOUT / ".venv-s3" / "bin" / "moto_server"
BUCKET = "livelihood"
CREDENTIALS = {
    "AWS_ACCESS_KEY_ID": "bench",
    "AWS_SECRET_ACCESS_KEY": "bench",
    "AWS_REGION": "us-east-1",
}
PATIENCE_SECONDS = 60


@contextmanager
def object_store() -> Iterator[int]:
    """The port of a server with one empty bucket, BUCKET."""
    port = free_port()
    command = [str(SERVER), "-H", "127.0.0.1", "-p", str(port)]
    quiet = subprocess.DEVNULL
    with subprocess.Popen(command, stdout=quiet, stderr=quiet, env={**os.environ}) as server:
        try:
            _make_bucket(port)
            yield port
        finally:
            server.terminate()


def free_port() -> int:
    """A port of loopback that nobody uses now."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def _make_bucket(port: int) -> None:
    asked = urllib.request.Request(f"http://127.0.0.1:{port}/{BUCKET}", method="PUT")
    ends = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            with urllib.request.urlopen(asked, timeout=5):
                return
        except OSError:
            if time.monotonic() > ends:
                raise
            time.sleep(0.1)


class Line:
    """A relay to a port of loopback; `cut` ends it in the middle of whatever goes on.

    `cut_after` bytes from now on, in either direction, it cuts itself.
    """

    def __init__(self, to: int) -> None:
        self.port = free_port()
        self._to = to
        self._listener: socket.socket | None = None
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        self._left: int | None = None
        self.relayed = 0

    @property
    def endpoint(self) -> str:
        """The address of the server through this line."""
        return f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> Line:
        self.mend()
        return self

    def __exit__(self, *_reason: object) -> None:
        self.cut()

    def mend(self) -> None:
        """Take connections, from now on."""
        self._left = None
        listener = socket.create_server(("127.0.0.1", self.port))
        self._listener = listener
        threading.Thread(target=self._accept, args=[listener], daemon=True).start()

    def cut(self) -> None:
        """Take no more, and end those there are."""
        with self._lock:
            ended = [*self._open, *([self._listener] if self._listener else [])]
            self._open.clear()
            self._listener = None
        for each in ended:
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()

    def cut_after(self, size_bytes: int) -> None:
        """Cut as soon as so many more bytes have gone through."""
        with self._lock:
            self._left = size_bytes

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                near, _ = listener.accept()
                far = socket.create_connection(("127.0.0.1", self._to))
            except OSError:
                return
            with self._lock:
                self._open |= {near, far}
            for ends in ((near, far), (far, near)):
                threading.Thread(target=self._relay, args=ends, daemon=True).start()

    def _relay(self, source: socket.socket, target: socket.socket) -> None:
        with suppress(OSError):
            while piece := source.recv(1 << 16):
                if not self._may_pass(len(piece)):
                    self.cut()
                    return
                target.sendall(piece)
        for each in (source, target):
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()
            with self._lock:
                self._open.discard(each)

    def _may_pass(self, size: int) -> bool:
        with self._lock:
            self.relayed += size
            if self._left is None:
                return True
            self._left -= size
            return self._left > 0
