"""A bad row waits with its reasons, the good go on, and an error of the set refuses it."""

import csv
import io
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from extract import check, decisions, evidence, quarantine, tables, waiting, wholesale
from extract.history import ZONE
from extract.problem import Problem, errors
from extract.quarantine import Origin, Split
from extract.tables import Raw
from extract.unreadable import READ_RULES, Unreadable

BROKEN = Path(__file__).resolve().parent.parent / "broken"
RULES = [path.stem for path in sorted(BROKEN.glob("*.toml")) if path.stem not in READ_RULES]
FAMILY = [f"{name}.csv" for name in ("lamps", "mediations", "subsidies", "volunteers", "care")]
FAMILY += ["safety.csv"]
Break = Callable[[str], tuple[Path, str]]


def parted(
    raw: Raw,
    texts: Mapping[str, str],
    *,
    published: Collection[str] = (),
    decided: Mapping[str, decisions.Decision] | None = None,
    origins: Mapping[str, Origin] | None = None,
    found: list[Problem] | None = None,
) -> Split:
    return quarantine.split(
        raw,
        check.check(raw, texts) if found is None else found,
        decisions=decided or {},
        origins=origins or {},
        published=lambda: published,
        recheck=lambda good: check.check(good, texts),
    )


def read(folder: Path) -> tuple[Raw, Mapping[str, str]]:
    return tables.read(folder), evidence.sources(folder.parent / "sources")


def changed(raw: Raw, row: str, **cells: str) -> Raw:
    """The set with cells of one row changed."""
    edited = dict(raw.tables)
    for name in raw.family_tables:
        frame = edited[name].copy()
        frame.loc[frame["id"] == row, list(cells)] = list(cells.values())
        edited[name] = frame
    return replace(raw, tables=edited)


def ids(found: Split) -> list[str]:
    return sorted(row.id for row in found.waiting)


def test_a_clean_set_is_whole(fixture_raw: Raw, fixture_texts: Mapping[str, str]) -> None:
    found = parted(fixture_raw, fixture_texts)
    assert found == Split(fixture_raw)
    assert found.good is fixture_raw


@pytest.mark.parametrize("rule", RULES)
def test_every_rule_is_of_a_row_or_of_the_set(rule: str, broken: Break) -> None:
    """What waits and what objects is all that is wrong; what goes on has no error of its own."""
    folder, at = broken(rule)
    raw, texts = read(folder)
    problems = check.check(raw, texts)
    found = parted(raw, texts, found=problems)
    wrong = errors(problems)
    is_row = at.partition(":")[0] in FAMILY and rule != "row-order"
    if wrong and is_row:
        assert found.objections == ()
        assert [row.reasons[0].rule for row in found.waiting if not row.depends_on] == [rule]
        assert set(found.told) >= set(wrong)
        kept = set(found.good.rows["id"])
        assert kept | set(ids(found)) == set(raw.rows["id"]) and not kept & set(ids(found))
    else:
        assert {problem.rule for problem in found.objections} == ({rule} if wrong else set())
        assert found.waiting == ()


def test_every_rule_is_classed_once() -> None:
    known = {check.name_of(rule) for rule in check.RULES}
    assert known >= quarantine.ALONE | quarantine.AMONG
    assert not quarantine.ALONE & quarantine.AMONG
    assert quarantine.OVERRULABLE <= quarantine.ALONE | quarantine.AMONG


def test_parts_wait_with_their_total_and_say_so(
    fixture_raw: Raw, fixture_texts: Mapping[str, str]
) -> None:
    found = parted(changed(fixture_raw, "liuxi-2031-001", value="1131"), fixture_texts)
    total, *parts = sorted(found.waiting, key=lambda row: row.id)
    assert [part.depends_on for part in parts] == [total.id, total.id]
    assert {p.rule for part in parts for p in part.reasons} == {"part-waits"}


def test_a_part_that_waits_does_not_shame_its_total(
    fixture_raw: Raw, fixture_texts: Mapping[str, str]
) -> None:
    found = parted(changed(fixture_raw, "liuxi-2031-005", value="531"), fixture_texts)
    assert ids(found) == ["liuxi-2031-005"], "parts-differ only comes of the part being aside"
    assert found.objections == ()


def test_what_speaks_of_a_row_is_left_out_with_it(
    fixture_raw: Raw, fixture_texts: Mapping[str, str]
) -> None:
    found = parted(changed(fixture_raw, "liuxi-2031-003", value="2387"), fixture_texts)
    assert found.objections == (), "the stale reading is the row's fault"
    assert found.waiting[0].carries == ("readings:reading-001",)
    assert list(found.good.readings["id"]) == []
    assert list(fixture_raw.readings["id"]) == ["reading-001"], "inputs are not changed"


def test_of_two_that_contradict_the_newcomer_waits(
    fixture_raw: Raw, fixture_texts: Mapping[str, str]
) -> None:
    both = ["yunfan-2032-003", "yunfan-2032-004"]
    raw = changed(changed(fixture_raw, both[0], flags=""), both[1], flags="")
    assert ids(parted(raw, fixture_texts)) == both, "nobody was first"
    assert ids(parted(raw, fixture_texts, published=both[:1])) == both[1:]
    assert ids(parted(raw, fixture_texts, published=both[1:])) == both[:1]


def test_a_bad_row_does_not_make_others_contradict_it(
    fixture_raw: Raw, fixture_texts: Mapping[str, str]
) -> None:
    raw = changed(fixture_raw, "yunfan-2032-003", flags="")
    raw = changed(raw, "yunfan-2032-004", value="8", flags="")
    assert ids(parted(raw, fixture_texts)) == ["yunfan-2032-004"]


def test_a_number_with_wrong_offsets_is_not_also_lost(
    fixture_raw: Raw, fixture_texts: Mapping[str, str]
) -> None:
    raw = changed(fixture_raw, "liuxi-2031-002", start="41", end="46")
    assert "unaccounted" in {p.rule for p in errors(check.check(raw, fixture_texts))}
    found = parted(raw, fixture_texts)
    assert (ids(found), found.objections) == (["liuxi-2031-002"], ())
    assert "unaccounted" in {p.rule for p in found.told if p.severity == "note"}


def test_a_number_that_went_nowhere_still_refuses(broken: Break) -> None:
    raw, texts = read(broken("unaccounted")[0])
    raw = changed(raw, "yunfan-2032-001", unit="人")
    found = parted(raw, texts)
    assert [problem.rule for problem in found.objections] == ["unaccounted"]


def test_a_row_without_an_identifier_refuses(
    fixture_raw: Raw, fixture_texts: Mapping[str, str]
) -> None:
    found = parted(changed(fixture_raw, "liuxi-2031-009", id=""), fixture_texts)
    assert [problem.rule for problem in found.objections] == ["required"]


def decided(raw: Raw, row: str, verdict: decisions.Verdict) -> dict[str, decisions.Decision]:
    record = raw.rows.set_index("id", drop=False).loc[row]
    cells = {name: str(record[name]) for name in tables.row_columns(raw.package)}
    mark = quarantine.fingerprint(cells)
    return {row: decisions.Decision(row, verdict, "clerk", "2032-06-01", "seen", mark)}


def test_a_release_holds_against_judgement_and_for_that_wording(
    fixture_raw: Raw, fixture_texts: Mapping[str, str]
) -> None:
    raw = changed(fixture_raw, "yunfan-2032-004", flags="")
    said = decided(raw, "yunfan-2032-004", "release")
    found = parted(raw, fixture_texts, decided=said)
    assert (found.waiting, found.objections) == ((), ())
    assert [(p.rule, p.severity) for p in found.told] == [("conflicting", "note")]
    edited = changed(raw, "yunfan-2032-004", scope_note="镇")
    edited = changed(edited, "yunfan-2032-003", scope_note="镇", flags="")
    assert "yunfan-2032-004" in ids(parted(edited, fixture_texts, decided=said))


def test_a_release_does_not_hold_against_evidence(
    fixture_raw: Raw, fixture_texts: Mapping[str, str]
) -> None:
    raw = changed(fixture_raw, "yunfan-2032-001", value="54")
    said = decided(raw, "yunfan-2032-001", "release")
    assert ids(parted(raw, fixture_texts, decided=said)) == ["yunfan-2032-001"]


def test_a_dropped_row_stays_out_and_is_judged_anew_once_edited(
    fixture_raw: Raw, fixture_texts: Mapping[str, str]
) -> None:
    said = decided(fixture_raw, "liuxi-2031-001", "drop")
    found = parted(fixture_raw, fixture_texts, decided=said)
    assert ids(found) == ["liuxi-2031-001", "liuxi-2031-004", "liuxi-2031-005"]
    assert [row.is_dropped for row in found.waiting] == [True, False, False]
    assert found.failed == ()
    edited = changed(fixture_raw, "liuxi-2031-001", scope_note="全街道")
    assert parted(edited, fixture_texts, decided=said).waiting == ()


def spoilt(raw: Raw, *rows: str) -> Raw:
    for row in rows:
        raw = changed(raw, row, unit="人次")
    return raw


CARE = [f"liuxi-2031-{n}" for n in ("007", "008", "010", "013")]


@pytest.mark.parametrize(("count", "refused"), [(1, False), (3, False), (4, False), (5, True)])
def test_more_than_half_of_a_table_is_no_matter_of_rows(
    fixture_raw: Raw, fixture_texts: Mapping[str, str], count: int, refused: bool
) -> None:
    """care.csv has eight rows: four may wait, of five the table itself is suspect."""
    rows = [*CARE, "yunfan-2032-005"][:count]
    found = parted(spoilt(fixture_raw, *rows), fixture_texts)
    assert [p.rule for p in found.objections] == ["wholesale"] * refused
    assert found.failed == ("",) * refused
    assert not refused or "8 行中有 5 行" in found.objections[0].message_zh


def test_a_small_table_may_be_bad_as_a_whole(
    fixture_raw: Raw, fixture_texts: Mapping[str, str]
) -> None:
    found = parted(spoilt(fixture_raw, "liuxi-2031-002", "yunfan-2032-001"), fixture_texts)
    assert len(found.waiting) == 2 < wholesale.MASS
    assert found.objections == ()


def test_a_source_all_of_whose_rows_are_bad_is_refused(
    fixture_raw: Raw, fixture_texts: Mapping[str, str]
) -> None:
    raw = spoilt(fixture_raw, "liuxi-2031-002", "yunfan-2032-001")
    rows = raw.tables["mediations"]
    origins = {
        f"mediations.csv:{line}": Origin("street", "june.xlsx", 7 + n)
        for n, line in enumerate(rows["_line"])
    }
    found = parted(raw, fixture_texts, origins=origins)
    assert (found.failed, found.objections[0].where) == (("street",), "street")
    good_too = dict(list(origins.items())[:1]) | {"care.csv:2": Origin("street", "june.xlsx", 9)}
    found = parted(raw, fixture_texts, origins=good_too)
    assert (found.failed, found.objections) == ((), ())
    assert {row.origin.file for row in found.waiting} == {"june.xlsx", "mediations.csv"}


def rows_of(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8"), newline="")))


def test_what_waits_is_shown_and_not_run(
    fixture_raw: Raw, fixture_texts: Mapping[str, str]
) -> None:
    long = "很" * 500
    raw = changed(fixture_raw, "liuxi-2031-004", scope_note="=cmd()", context=long, value="-1")
    found = parted(raw, fixture_texts)
    columns = tables.row_columns(raw.package)
    content = waiting.written(found.waiting, columns, before={}, predecessor="0" * 16)
    line = next(line for line in rows_of(content) if line["id"] == "liuxi-2031-004")
    assert (line["scope_note"], line["value"], line["since"]) == ("'=cmd()", "-1", "0" * 16)
    assert len(line["context"]) == 40 and line["context"].endswith("…")
    assert {"formula-text", "wrong-length"} <= set(line["rule"].split())
    assert line["reason_zh"] and line["reason_en"] and line["fingerprint"]
    assert (line["file"], line["line"]) == ("lamps.csv", "3")
    later = waiting.written(
        found.waiting, columns, before=waiting.read(content), predecessor="1" * 16
    )
    assert later == content, "it waits since it began to"


def test_decisions_are_kept_and_the_last_counts(tmp_path: Path) -> None:
    assert decisions.read(tmp_path) == {}
    moment = datetime(2032, 6, 1, 9, tzinfo=ZONE)
    for verdict in ("drop", "release"):
        decisions.decide(
            tmp_path, ("x-001", "f" * 16), verdict, who="=clerk", reason="看过原文", now=moment
        )
    said = decisions.read(tmp_path)["x-001"]
    assert (said.decision, said.reason, said.who) == ("release", "看过原文", "'=clerk")
    assert len((tmp_path / "decisions.csv").read_bytes().splitlines()) == 3


@pytest.mark.parametrize("line", ["x-001,keep,a,b,c,d", "x-001,drop,a,b,,d", "x-001", "\x00"])
def test_spoilt_decisions_are_told_and_not_passed_over(tmp_path: Path, line: str) -> None:
    head = "id,decision,who,at,reason,fingerprint"
    (tmp_path / "decisions.csv").write_text(f"{head}\n{line}\n", encoding="utf-8")
    with pytest.raises(Unreadable) as caught:
        decisions.read(tmp_path)
    assert caught.value.problems[0].where == "decisions.csv:2"


def test_many_bad_rows_do_not_take_long(fixture_raw: Raw, fixture_texts: Mapping[str, str]) -> None:
    """Two thousand problems are parted row by row, not in their square."""
    rows = fixture_raw.tables["care"]
    many = rows.loc[rows.index.repeat(500)].reset_index(drop=True)
    many = many.assign(id=[f"liuxi-2031-{n}" for n in range(len(many))], _line=range(len(many)))
    raw = replace(fixture_raw, tables={**fixture_raw.tables, "care": many})
    found = [Problem(f"care.csv:{n}", "wrong-form", "no", "mend") for n in range(0, 4000, 2)]
    split = quarantine.split(raw, found)
    assert len(split.waiting) == 2000
