"""One published line of sets, shared by several machines through object storage.

    <url>/objects/<sha256>               a file of any set, under the SHA-256 of its content
    <url>/snapshots/<id>/manifest.json   what a set holds; written after all of its files
    <url>/current.json                   the pointer: which set is shown; written after the manifest
    <url>/status.json                    how the last refresh went; the only other thing replaced

`push` brings the storage up to a published folder, `follow` brings a folder up to the storage.
Whoever reads verifies every byte; nobody depends on the order of a listing or on a file's time.
"""

from extract.remote.following import Followed, follow
from extract.remote.gone import collect
from extract.remote.publishing import Pushed, push
from extract.remote.storage import Remote, Target, opened
from extract.remote.trouble import RemoteError
from extract.remote.turns import Delivered, around, catch_up, deliver

__all__ = [
    "Delivered",
    "Followed",
    "Pushed",
    "Remote",
    "RemoteError",
    "Target",
    "around",
    "catch_up",
    "collect",
    "deliver",
    "follow",
    "opened",
    "push",
]
