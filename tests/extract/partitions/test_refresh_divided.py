"""A set refreshed in partitions is published byte for byte as one refreshed in memory."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from extract import snapshot
from extract.history import ZONE
from extract.partitions import Means
from extract.refresh import Job, refresh

ROOT = Path(__file__).resolve().parents[3]
NOON = datetime(2032, 5, 1, 12, tzinfo=ZONE)
DIVIDED = Means(workers=1, size=6, large=0)

Break = Callable[[str], tuple[Path, str]]


def job(raw: Path, published: Path, means: Means) -> Job:
    sources = raw.parent / "sources"
    return Job(raw, published, sources, now=lambda: NOON, means=means)


def published_files(folder: Path) -> Mapping[str, bytes]:
    found = snapshot.open_current(folder)
    assert found is not None and not snapshot.verify(found.folder)
    return {path.name: path.read_bytes() for path in found.folder.iterdir()}


def test_a_first_set_and_the_next(broken: Break, tmp_path: Path) -> None:
    raw, _ = broken("reads-differently")
    places = {"whole": Means(), "divided": DIVIDED}
    first = {
        name: refresh(job(ROOT / "tests" / "fixtures" / "raw", tmp_path / name, means))
        for name, means in places.items()
    }
    assert first["whole"].kind == "published"
    assert first["divided"] == first["whole"]
    done = {name: refresh(job(raw, tmp_path / name, means)) for name, means in places.items()}
    assert (done["whole"].kind, done["whole"].waiting) == ("published", 1)
    assert done["divided"] == done["whole"]
    assert published_files(tmp_path / "divided") == published_files(tmp_path / "whole")


def test_unchanged_whichever_way(tmp_path: Path) -> None:
    one = job(ROOT / "data" / "raw", tmp_path, Means())
    assert refresh(one).kind == "published"
    assert refresh(replace(one, means=DIVIDED)).kind == "unchanged"
    assert not list(tmp_path.glob(".workroom*")), "nothing is left behind"


@pytest.mark.parametrize("rule", ["duplicate-key", "row-order", "variants-disagree", "ragged-line"])
def test_refused_alike(rule: str, broken: Break, tmp_path: Path) -> None:
    raw, _ = broken(rule)
    whole = refresh(job(raw, tmp_path / "whole", Means()))
    divided = refresh(job(raw, tmp_path / "divided", DIVIDED))
    assert whole.kind == "refused"
    assert divided == whole


def test_of_two_that_contradict_the_newcomer_waits(broken: Break, tmp_path: Path) -> None:
    raw, _ = broken("conflicting")
    before = ROOT / "tests" / "fixtures" / "raw"
    done = []
    for name, means in {"whole": Means(), "divided": DIVIDED}.items():
        refresh(job(before, tmp_path / name, means))
        done.append(refresh(job(raw, tmp_path / name, means)))
    assert done[0] == done[1]


def test_a_scheduler_that_is_not_there_is_told(tmp_path: Path) -> None:
    pytest.importorskip("distributed", reason="Dask is not installed (extra: cluster)")
    raw = ROOT / "tests" / "fixtures" / "raw"
    done = refresh(job(raw, tmp_path, Means(scheduler="nowhere")))
    assert (done.kind, done.exit_code) == ("failed", 1)
    assert "连不上调度器 nowhere" in done.zh and "cannot be reached" in done.en
