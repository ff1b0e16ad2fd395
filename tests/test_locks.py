"""The locks: one version a package wherever it is installed, hashes, and no index address."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
LOCKS = sorted(ROOT.glob("requirements*.lock"))
ALONE = frozenset({"requirements-s3.lock"})
"""Installed into an environment of its own."""
PIN = re.compile(r"^([a-z0-9][a-z0-9.-]*)==([^ ;]+)(?: ; (.*?))? \\$", re.MULTILINE)

Pins = dict[tuple[str, str], str]


def pins(lock: Path) -> Pins:
    """(package, marker) → version."""
    found = PIN.findall(lock.read_text(encoding="utf-8"))
    return {(name, marker): version for name, version, marker in found}


def test_there_are_locks() -> None:
    assert {"requirements.lock", "requirements-storage.lock", "requirements-cluster.lock"} <= {
        lock.name for lock in LOCKS
    }


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_a_lock_has_hashes_and_no_address(lock: Path) -> None:
    text = lock.read_text(encoding="utf-8")
    assert pins(lock)
    assert "://" not in text
    assert len(re.findall(r"^\S+==", text, re.MULTILINE)) == len(pins(lock))
    assert all("--hash=sha256:" in entry for entry in re.split(r"(?m)^(?=\S+==)", text)[1:])


@pytest.mark.parametrize(
    "lock", [lock for lock in LOCKS if lock.name not in ALONE], ids=lambda lock: lock.name
)
def test_what_is_installed_together_has_one_version(lock: Path) -> None:
    base = pins(ROOT / "requirements.lock")
    shared = {key: version for key, version in pins(lock).items() if key in base}
    assert shared
    assert shared == {key: base[key] for key in shared}
