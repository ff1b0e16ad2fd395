"""What can go wrong with the storage, in words for the person who has to mend it.

Nothing said here holds a secret: addresses lose what stands before their host's @ and after ?,
and the values of the usual variables for credentials are blotted out.
"""

import errno
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import MappingProxyType
from typing import Literal

__all__ = ["Code", "RemoteError", "clean", "shown", "told"]

Code = Literal[
    "not-installed",
    "unknown-scheme",
    "misspelt",
    "missing",
    "denied",
    "no-credentials",
    "unreachable",
    "too-slow",
    "server",
    "full",
    "local",
    "spoilt",
    "older",
    "conflict",
]

_WORDS: Mapping[Code, tuple[str, str]] = MappingProxyType(
    {
        "not-installed": (
            "没有安装访问对象存储的组件：make install WITH=storage（{cause}）",
            "what reaches object storage is not installed: make install WITH=storage ({cause})",
        ),
        "unknown-scheme": (
            "不认识这种存储地址：{url}。写成 s3://桶名/前缀（{cause}）",
            "this kind of address is not known: {url}. Write s3://bucket/prefix ({cause})",
        ),
        "misspelt": (
            "存储地址写得不对：{url}。写成 s3://桶名/前缀（{cause}）",
            "the address cannot be used: {url}. Write s3://bucket/prefix ({cause})",
        ),
        "missing": (
            "存储里没有这个桶或文件夹：{url}。检查名称，或先建立它（{cause}）",
            "there is no such bucket or folder: {url}. Check its name, or make it first ({cause})",
        ),
        "denied": (
            "存储拒绝访问：{url}。检查密钥和桶的权限（{cause}）",
            "the storage denies access: {url}. Check the key and the rights on the bucket "
            "({cause})",
        ),
        "no-credentials": (
            "没有存储的密钥：设置 AWS_ACCESS_KEY_ID 和 AWS_SECRET_ACCESS_KEY（{cause}）",
            "no credentials: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY ({cause})",
        ),
        "unreachable": (
            "连不上存储：{url}。检查网络和 AWS_ENDPOINT_URL；会自动再试（{cause}）",
            "the storage cannot be reached: {url}. Check the network and AWS_ENDPOINT_URL; it is "
            "tried again by itself ({cause})",
        ),
        "too-slow": (
            "存储没有及时应答：{url}。会自动再试（{cause}）",
            "the storage did not answer in time: {url}. It is tried again by itself ({cause})",
        ),
        "server": (
            "存储出错：{url}。会自动再试（{cause}）",
            "the storage failed: {url}. It is tried again by itself ({cause})",
        ),
        "full": (
            "本机磁盘空间不足（{cause}）。清理后会自动再试",
            "this machine's disk is full ({cause}). Free some space; it is tried again by itself",
        ),
        "local": (
            "本机文件夹无法读写（{cause}）。检查路径和权限",
            "a folder of this machine cannot be read or written ({cause}). Check path and rights",
        ),
        "spoilt": (
            "存储里的内容不对，没有采用（{cause}）。在发布的机器上运行 "
            "python -m extract remote push --all",
            "what the storage holds is not right and was not taken ({cause}). On the machine that "
            "publishes run python -m extract remote push --all",
        ),
        "older": (
            "存储退回到更早的状态，没有采用（{cause}）。发布的机器下次上传后恢复",
            "the storage went back to an earlier state, which was not taken ({cause}). It mends "
            "itself when the machine that publishes uploads next",
        ),
        "conflict": (
            "存储里有另一台机器发布的版本，本机的没有上传（{cause}）。只应有一台机器发布；"
            "以本机为准：python -m extract remote push --take-over",
            "the storage holds what another machine published; this machine's sets were not "
            "uploaded ({cause}). One machine alone should publish; to let this one decide: "
            "python -m extract remote push --take-over",
        ),
    }
)
_SECRETS = ("AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_ACCESS_KEY_ID")
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_SHORT = 200


class RemoteError(Exception):
    """The storage, or the copy of it here, could not be used; `zh` and `en` say why."""

    def __init__(self, code: Code, *, url: str = "", cause: object = "") -> None:
        said = clean(str(cause)) or code
        zh, en = _WORDS[code]
        self.code: Code = code
        self.zh = zh.format(url=url, cause=said)
        self.en = en.format(url=url, cause=said)
        super().__init__(self.en)


def shown(url: str) -> str:
    """An address without user, password and query."""
    return re.sub(r"(?<=//)[^/@]*@", "", url).partition("?")[0]


def clean(text: str) -> str:
    """A cause as it may be printed: its first line, short, without a secret, an address within the
    network, or what differs at each try."""
    line = next(iter(text.strip().splitlines()), "")
    line = re.sub(r" in [\d.]+(?:ns|µs|ms|s)\b.*?(?= - |$)", "", line)
    line = re.sub(r"\bhttps?://[^\s,;)]+", "…", line)
    for name in _SECRETS:
        if value := os.environ.get(name, ""):
            line = line.replace(value, "…")
    line = re.sub(r"(?<=//)[^/@\s]*@", "", line)
    line = re.sub(r"(?i)(signature|credential|token|secret)=[^&\s]+", r"\1=…", line)
    return line if len(line) <= _SHORT else f"{line[:_SHORT]}…"


@contextmanager
def told(url: str, *, to_write: bool = False) -> Iterator[None]:
    """Within, whatever the storage raises becomes a RemoteError.

    FileNotFoundError stays, except `to_write`: then it is the bucket or folder that is missing.
    """
    try:
        yield
    except RemoteError:
        raise
    except FileNotFoundError as reason:
        if to_write or "NoSuchBucket" in str(reason):
            raise RemoteError("missing", url=url, cause=reason) from reason
        raise
    except Exception as reason:
        raise RemoteError(_code(reason), url=url, cause=reason) from reason


def _code(reason: Exception) -> Code:
    """By the kind of the exception, else by the words of the library, which has few kinds."""
    said = str(reason)
    name = type(reason).__name__
    if isinstance(reason, OSError) and reason.errno in _FULL:
        return "full"
    if "169.254." in said or name == "UnauthenticatedError" or "NoCredentials" in name:
        return "no-credentials"
    if isinstance(reason, PermissionError) or name == "PermissionDeniedError":
        return "denied"
    if isinstance(reason, TimeoutError) or "kind: Timeout" in said:
        return "too-slow"
    if isinstance(reason, ConnectionError) or "kind: Connect" in said:
        return "unreachable"
    return "unreachable" if "error sending request" in said else "server"
