"""The drawer of one observation: what it says, in which order, and of which versions."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from dataclasses import astuple, fields
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from dashboard.address import Address
from dashboard.app import Site
from dashboard.pages import drawer_of
from dashboard.pages.desk import Desk
from dashboard.pages.drawer import drawer
from dashboard.revisions import Change, of_row
from dashboard.store import Store
from extract import snapshot

Open = Callable[..., str]


@pytest.fixture(scope="module")
def opened(site: Callable[[str], Site]) -> Open:
    """The drawer of a row of the small set."""

    def make(row: str, locale: Any = "zh", name: str = "small") -> str:
        app = site(name)
        desk = Desk(Address(locale, "evidence"), app.store.dataset(), {}, {}, store=app.store)
        return drawer(desk, row)

    return make


def row_where(site: Callable[[str], Site], name: str, keep: Callable[[Any], bool]) -> str:
    return next(o.id for o in site(name).store.dataset().select() if keep(o))


def titles(shown: str) -> list[str]:
    return re.findall(r"<h3>(.*?)</h3>", shown)


def test_an_exact_number_is_said_once(opened: Open, site: Callable[[str], Site]) -> None:
    row = row_where(site, "small", lambda o: o.rule == "R0" and o.interval.is_exact)
    shown = opened(row)
    assert 'class="iv"' not in shown
    assert "[N" not in shown
    assert "没有约数词" in shown
    assert "<dt>下界</dt>" not in shown


def test_an_approximate_number_says_both_bounds_and_why(
    opened: Open, site: Callable[[str], Site]
) -> None:
    row = row_where(site, "small", lambda o: o.rule == "R1")
    shown = opened(row)
    assert 'class="iv"' in shown
    assert "<dt>下界</dt>" in shown
    assert "由词义定" in shown
    assert "没有约数词" not in shown


@pytest.mark.parametrize("locale", ["zh", "en"])
def test_the_parts_stand_in_the_order_of_the_design(
    locale: str, opened: Open, site: Callable[[str], Site]
) -> None:
    row = row_where(site, "small", lambda o: o.indicator == "mediations")
    shown = opened(row, locale)
    places = [
        shown.index(part)
        for part in ('<h2 id="d1">', "said-as", 'id="quote"', "<dl", "<h3>", 'id="cite"')
    ]
    assert places == sorted(places)
    wanted = {
        "zh": ["怎样读成区间", "参与的比较", "核对", "引用"],
        "en": ["How this becomes a range", "Comparisons it takes part in", "Checks", "Cite"],
    }[locale]
    assert [title for title in titles(shown) if title in wanted] == wanted


def test_it_leads_to_the_other_pages_of_its_number(
    opened: Open, site: Callable[[str], Site], html: Any
) -> None:
    dataset = site("small").store.dataset()
    o = next(o for o in dataset.select(is_result=True))
    links = [a.attributes["href"] for a in html(opened(o.id)).all("a", **{"class": "btn"})]
    assert [urlsplit(link).path for link in links] == [
        "/zh/compare",
        "/zh/office",
        "/zh/indicator",
    ]
    assert f"year={o.year}" in links[0]
    assert all(o.ref_area in link or o.indicator in link for link in links)


def test_a_plan_does_not_lead_to_the_comparison(opened: Open, site: Callable[[str], Site]) -> None:
    row = row_where(site, "small", lambda o: o.status != "result")
    assert "/zh/compare?" not in opened(row).split('class="actions links"')[1]


def test_the_citation_names_report_phrase_version_and_address(
    opened: Open, site: Callable[[str], Site], html: Any
) -> None:
    dataset = site("small").store.dataset()
    o = dataset.select()[0]
    (said,) = html(opened(o.id)).all("p", id="cite")
    document = dataset.documents[o.document]
    for words in (document.title, o.context, dataset.snapshot_id, f"row={o.id}"):
        assert words in said.text


def test_another_number_for_the_same_cell_is_named(
    opened: Open, site: Callable[[str], Site]
) -> None:
    rows = site("real").store.dataset().select(is_other=False)
    pair = [o for o in rows if "conflicting" in o.flags and o.indicator == "canteens"]
    chosen = next((o for o in pair if o.chosen), None) or next(
        o for o in rows if "conflicting" in o.flags and o.chosen
    )
    shown = opened(chosen.id, name="real")
    assert "同一格的另一个数" in shown
    assert "◇ <a" in shown
    other = re.search(r'◇ <a href="[^"]*" data-row="([^"]+)"', shown)
    assert other is not None
    assert f'data-row="{chosen.id}"' in opened(other[1], name="real")
    assert "图表里用这个" in opened(other[1], name="real")


def test_a_total_and_its_parts_lead_to_each_other(
    opened: Open, site: Callable[[str], Site]
) -> None:
    part = next(o for o in site("real").store.dataset().select() if o.part_of)
    assert f'data-row="{part.part_of}"' in opened(part.id, name="real")
    assert f'data-row="{part.id}"' in opened(part.part_of, name="real")


@pytest.fixture
def versions(tmp_path: Path, tidy_copy: Path) -> Store:
    """Two published sets; the second says what it changed of one row."""
    files = {path.name: path.read_bytes() for path in tidy_copy.iterdir()}
    row = next(csv.DictReader(io.StringIO(files["observations.csv"].decode())))["id"]
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([field.name for field in fields(Change)])
    writer.writerow(
        astuple(Change("revised", row, "d", "", "", "as_written", "12件", "21件", "抄错", "a slip"))
    )
    published = tmp_path / "published"
    snapshot.publish(published, files)
    files["changes.csv"] = out.getvalue().encode()
    files["snapshot.json"] = json.dumps({"counts": {"revised": 1}}).encode()
    snapshot.publish(published, files)
    return Store(published, tidy_copy, every=float("inf"))


def changed_row(store: Store) -> str:
    (event, *_) = store.events()
    with (store.folder(event.id) / "changes.csv").open(encoding="utf-8") as file:
        return next(csv.DictReader(file))["id"]


@pytest.mark.parametrize(("locale", "words"), [("zh", "抄错"), ("en", "a slip")])
def test_what_publications_changed_of_a_row_is_listed(
    locale: str, words: str, versions: Store
) -> None:
    row = changed_row(versions)
    shown = drawer_of(versions, f"/{locale}/evidence", {"row": [row]}, {})
    assert "<s>12件</s> → 21件" in shown
    assert words in shown


def test_a_row_that_no_version_changed_says_so_where_there_are_several(versions: Store) -> None:
    row = changed_row(versions)
    other = next(o.id for o in versions.dataset().select() if o.id != row)
    assert "没有改动过" in drawer_of(versions, "/zh/evidence", {"row": [other]}, {})


def test_one_version_has_no_past(opened: Open, site: Callable[[str], Site]) -> None:
    shown = opened(site("small").store.dataset().select()[0].id)
    assert "改动" not in titles(shown)


def test_a_snapshot_without_changes_changed_no_row(tmp_path: Path) -> None:
    assert of_row(tmp_path, "a-001") == ()
    (tmp_path / "changes.csv").write_text("kind,id\nadded,a-0011\n", encoding="utf-8")
    assert of_row(tmp_path, "a-001") == ()
    assert [change.kind for change in of_row(tmp_path, "a-0011")] == ["added"]
