"""Taken apart and joined again, a set is what it is read whole: problems, rows aside, tidy rows."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from extract import check, evidence, partitions, quarantine, tables, tidy
from extract.aside import Split
from extract.partitions import Given, Good, Here, Spool
from extract.tables import Raw
from extract.unreadable import READ_RULES, Unreadable

ROOT = Path(__file__).resolve().parents[3]
FLAWS = sorted(path.stem for path in (ROOT / "tests" / "broken").glob("*.toml"))
RULES = [name for name in FLAWS if name not in READ_RULES]
COUNTS = (1, 2, 5)

Break = Callable[[str], tuple[Path, str]]


def laid(folder: Path, scratch: Path, count: int) -> Spool:
    """The set in about `count` partitions; of any set there can be no more than components."""
    lines = sum(len(path.read_bytes().splitlines()) for path in folder.glob("*.csv"))
    scratch.mkdir(parents=True)
    return partitions.laid_down(
        folder, scratch, Here(), size=-(-lines // (2 * count)), tell=lambda _done, _of: None
    )


def parted(spool: Spool, given: Given) -> Split:
    return partitions.parted(spool, Here(), given, spool.scratch, lambda _done, _of: None)


def whole(raw: Raw, texts: Mapping[str, str], **known: Any) -> Split:
    return quarantine.split(
        raw,
        check.check(raw, texts),
        recheck=lambda good: check.check(good, texts),
        **known,
    )


def rows_of(good: Good) -> pd.DataFrame:
    """The tidy rows of all parts, in the order of the published table."""
    assert good.parts
    rows = pd.concat([pd.read_parquet(part) for part in good.parts], ignore_index=True)
    return tidy.in_order(rows)


def assert_same(folder: Path, scratch: Path, texts: Mapping[str, str], count: int) -> None:
    raw = tables.read(folder)
    spool = laid(folder, scratch / f"{count}", count)
    found = partitions.checked(spool, Here(), Given(texts), lambda _done, _of: None)
    assert found.problems() == check.check(raw, texts)
    one, other = whole(raw, texts), parted(spool, Given(texts))
    assert other.waiting == one.waiting
    assert other.objections == one.objections
    assert other.told == one.told
    assert other.failed == one.failed
    if not one.objections:
        pd.testing.assert_frame_equal(rows_of(other.good), tidy.tidy(one.good).observations)
        assert other.good.rows == len(one.good.rows)


@pytest.mark.parametrize("rule", RULES)
def test_a_flaw_is_the_same_flaw(rule: str, broken: Break, tmp_path: Path) -> None:
    folder, _ = broken(rule)
    texts = evidence.sources(folder.parent / "sources")
    assert_same(folder, tmp_path / "scratch", texts, 5)


@pytest.mark.parametrize("count", COUNTS)
@pytest.mark.parametrize("rule", ["conflicting", "row-order", "duplicate-key", "parts-exceed"])
def test_however_many_partitions(rule: str, count: int, broken: Break, tmp_path: Path) -> None:
    folder, _ = broken(rule)
    assert_same(folder, tmp_path / "scratch", {}, count)


@pytest.mark.parametrize("rule", sorted(set(READ_RULES)))
def test_what_keeps_a_set_from_being_read_is_the_same(
    rule: str, broken: Break, tmp_path: Path
) -> None:
    folder, _ = broken(rule)
    try:
        raw = tables.read(folder)
    except Unreadable as reason:
        with pytest.raises(Unreadable) as caught:
            laid(folder, tmp_path / "scratch", 2)
        assert caught.value.problems == reason.problems
    else:
        spool = laid(folder, tmp_path / "scratch", 2)
        found = partitions.checked(spool, Here(), Given(), lambda _done, _of: None)
        assert found.problems() == check.check(raw, {})


@pytest.mark.parametrize("count", COUNTS)
def test_the_committed_set_is_the_same(count: int, tmp_path: Path) -> None:
    assert_same(ROOT / "data" / "raw", tmp_path / "scratch", {}, count)
