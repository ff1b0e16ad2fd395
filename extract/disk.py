"""Writing whole files: only when they change, and never half.

A reader of ``path`` sees the old bytes or the new ones, also when the machine stops in between.
"""

import os
import tempfile
from pathlib import Path

from extract.content import Content, is_same

__all__ = ["put_if_changed", "write_if_changed"]


def put_if_changed(path: Path, content: Content) -> bool:
    """The same of a content: a finished file on the same file system is linked into place.

    Raises OSError as the file system does.
    """
    if not isinstance(content, Path):
        return write_if_changed(path, content)
    if path.is_file() and is_same(path, content):
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    staged = path.with_name(f".{path.name}.{os.getpid()}")
    staged.unlink(missing_ok=True)
    staged.hardlink_to(content)
    try:
        with staged.open("rb") as stream:
            os.fsync(stream.fileno())
        staged.chmod(path.stat().st_mode & 0o777 if path.exists() else 0o644)
        staged.replace(path)
    except BaseException:
        staged.unlink(missing_ok=True)
        raise
    return True


def write_if_changed(path: Path, content: bytes) -> bool:
    """Make ``path`` hold ``content``; True if it did not already.

    The bytes go to a temporary file in the same folder, reach the disk, and take the place of
    ``path`` in one step. Missing folders are made. Raises OSError as the file system does.
    """
    if path.is_file() and path.read_bytes() == content:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    staged = Path(name)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        staged.chmod(path.stat().st_mode & 0o777 if path.exists() else 0o644)
        staged.replace(path)
    except BaseException:
        staged.unlink(missing_ok=True)
        raise
    return True
