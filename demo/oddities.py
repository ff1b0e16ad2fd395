"""What makes real reports hard, once or twice each: zeros, conflicts, parts, plans, totals.

Each oddity is a sentence of its own, told only by the reports named for it.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace

from district import PART_YEAR, SILENT
from numerals import written
from prose import Fact, Mask, Period, Piece, Sentence
from reports import Report, truth
from sections import speaks_of, topic_fact
from topics import LIVELIHOOD, SAFETY, VOLUNTEERING, Topic

BY_INDICATOR: dict[tuple[str, str], Topic] = {
    (topic.indicator, topic.variant): topic for topic in (*SAFETY, *VOLUNTEERING, *LIVELIHOOD)
}
CONFLICTS = ("luoxing-2021", "mailang-2020", "songying-2023")
KINDS_OF_DISPUTE = ("婚姻家庭纠纷", "邻里纠纷", "物业纠纷")


def oddities(report: Report) -> Iterator[Sentence]:
    """The odd sentences of a report, in a fixed order."""
    for name, tell in ODDITIES:
        if report.registry.knows(name):
            yield tell(report)


def _year_before(report: Report) -> Sentence:
    """Mediations of a year that had no report, or only ten months of one."""
    key = (report.office.ref_area, report.year - 1)
    if key not in SILENT | PART_YEAR:
        return ()
    year = report.year - 1
    count = truth(BY_INDICATOR["mediations", "disputes"], report.office, year)
    fact = report.fact("mediations", "disputes", (f"{count}件", str(count)))
    period = Period(f"{year}-01-01", f"{year}-12-31", f"{year}年共", "stated")
    return (Mask(f"{year}年", "date"), "共调解矛盾纠纷", replace(fact, period=period), "。")


def _accidents(report: Report) -> Sentence:
    """Work-safety accidents: mostly an explicit zero in negated words, at times a count."""
    drawn = report.chance("accidents")
    if drawn < 0.5:
        flags = "negated self_reported"
        zero = report.fact("safety_accidents", "", ("未发生", "0"), flags=flags)
        return (*report.when("flow"), "辖区", zero, "安全生产事故。")
    if drawn > 0.85:
        return ()
    count = max(0, int((drawn - 0.55) * 15))
    fact = report.fact("safety_accidents", "", (f"{count}件", str(count)))
    return (*report.when("flow"), "辖区安全生产事故", fact, "。")


def _two_counts(report: Report) -> Sentence:
    """The same count of grid workers again, and not the same."""
    topic = BY_INDICATOR["grid_workers", ""]
    if report.document not in CONFLICTS or not speaks_of(report, topic):
        return ()
    first = topic_fact(report, topic)
    other = int(first.value) + 3
    phrase = (f"{other}名", str(other))
    second = report.fact("grid_workers", "", phrase, flags="conflicting")
    return (*report.when("stock"), "在岗网格员为", second, "。")


def _listed(report: Report) -> Sentence:
    """A total with its listed parts; in one report they do not add up."""
    if report.document not in ("tingchan-2022", "zhenxi-2023"):
        return ()
    parts = (214, 187, 96)
    total = sum(parts) + (4 if report.document == "zhenxi-2023" else 0)
    flags = "parts_differ" if total != sum(parts) else ""
    pieces: list[Piece] = ["“邻里调解室”调解纠纷"]
    note = "邻里调解室"
    pieces.append(
        report.fact(
            "mediations",
            "disputes",
            (f"{total}件", str(total)),
            scope="programme",
            scope_note=note,
            key="listed",
            flags=flags,
        )
    )
    for kind, count in zip(KINDS_OF_DISPUTE, parts, strict=True):
        listed = {"scope": "programme", "scope_note": kind, "status": "listed"}
        part = report.fact(
            "mediations", "disputes", (f"{count}件", str(count)), part_of="listed", **listed
        )
        pieces += ["，" if len(pieces) > 2 else "，其中", kind, part]
    return (*report.when("flow"), *pieces, "。")


def _since_long(report: Report) -> Sentence:
    """A cumulative total whose start nobody states."""
    topic = BY_INDICATOR["micro_wishes", "by_volunteers"]
    if report.office.ref_area not in topic.offices or report.year % 2:
        return ()
    count = sum(truth(topic, report.office, year) for year in range(2016, report.year + 1))
    said = written(count, "over", "个")
    fact = report.fact("micro_wishes", "by_volunteers", said, window="cumulative")
    fact = replace(fact, period=replace(fact.period, basis="近年来"))
    return ("近年来志愿者累计认领微心愿", fact, "。")


def _target(report: Report) -> Sentence:
    """A target for the next year: a row, but never a result."""
    topic = BY_INDICATOR["recruits", ""]
    if report.office.ref_area not in topic.offices or report.chance("target") > 0.3:
        return ()
    year = report.year + 1
    goal = truth(topic, report.office, report.year) + 2
    fact = report.fact("recruits", "", (f"{goal}人", str(goal)), status="target")
    period = Period(f"{year}-01-01", f"{year}-12-31", f"{year}年", "stated")
    target = replace(fact, period=period)
    return (Mask(f"{year}年", "date"), "，街道力争输送优质兵员", target, "。")


def _planned_seats(report: Report) -> Sentence:
    """Seats of a canteen that is still being built."""
    if report.chance("building") > 0.12:
        return ()
    seats = 40 + 10 * int(report.chance("seats") * 6)
    more = {"status": "planned_capacity", "scope": "site", "scope_note": "在建的老年食堂"}
    fact = report.fact("canteen_seats", "canteen", (f"{seats}人", str(seats)), **more)
    return ("在建的老年食堂落成后可供", fact, "同时用餐。")


def _programme(report: Report) -> Sentence:
    """Beneficiaries of one named programme, not of the whole office."""
    if report.chance("programme") > 0.25:
        return ()
    said = written(120 + int(report.chance("size") * 900), "nearly", "人")
    more = {"scope": "programme", "scope_note": "邻里课堂"}
    fact = report.fact("resident_beneficiaries", "public_lectures", said, **more)
    return (*report.when("flow"), "“邻里课堂”公益讲座惠及家长和孩子", fact, "。")


def _donors(report: Report) -> Sentence:
    """Donors' money; in one report with two qualifiers that contradict each other."""
    odd = {
        "zhenxi-2021": ("近30余万元", "300000", "donor_money contradictory"),
        "songying-2020": ("12.6万元", "126000", "donor_money"),
        "tongyin-2022": ("8.5万元", "85000", "donor_money"),
    }
    if report.document not in odd:
        return ()
    words, value, flags = odd[report.document]
    fact = report.fact("student_aid_donated", "", (words, value), flags=flags)
    return (*report.when("flow"), "爱心企业捐资助学", fact, "。")


def _lost_decimal(report: Report) -> Sentence:
    """A number that looks as if its decimal point had been lost; corrections.csv suspects it."""
    if report.document != "tangli-2024":
        return ()
    more = {"scope": "programme", "scope_note": "高龄津贴", "flags": "suspect_lost_decimal"}
    said = ("1256万元", "12560000")
    fact = report.fact("subsidies_paid", "lowincome_and_subsidies", said, **more)
    return (*report.when("flow"), "发放高龄津贴", fact, "。")


def _some(report: Report) -> Sentence:
    """Words that are a range (十几, two neighbouring digits), and Chinese numerals."""
    said = {
        "meiwu-2022": ("两三百人次", ""),
        "wanglan-2022": ("三四十人次", ""),
        "tangli-2022": ("十几人次", ""),
        "zhuyu-2023": ("二十多人次", "20"),
    }
    if report.document not in said:
        return ()
    more = {"scope": "event", "scope_note": "邻里节"}
    fact = report.fact("volunteer_participations", "", said[report.document], **more)
    return ("邻里节当天参加志愿服务", fact, "。")


def _split_line(report: Report) -> Sentence:
    """A number cut off from its noun by a blank line."""
    if report.document not in ("tingchan-2020", "luoxing-2023"):
        return ()
    more = {"scope": "event", "scope_note": "邻里节", "flags": "split_line"}
    fact = report.fact("volunteer_participations", "", ("368人次", "368"), **more)
    return ("邻里节当天参加志愿服务\n\n", fact, "。")


def conflicting(report: Report, fact: Fact) -> Fact:
    """The plain count of grid workers, flagged where the report contradicts it later."""
    is_told_twice = report.document in CONFLICTS and fact.indicator == "grid_workers"
    return replace(fact, flags="conflicting") if is_told_twice else fact


ODDITIES: tuple[tuple[str, Callable[[Report], Sentence]], ...] = (
    ("mediations", _year_before),
    ("mediations", _listed),
    ("safety_accidents", _accidents),
    ("grid_workers", _two_counts),
    ("micro_wishes", _since_long),
    ("recruits", _target),
    ("volunteer_participations", _some),
    ("canteen_seats", _planned_seats),
    ("resident_beneficiaries", _programme),
    ("student_aid_donated", _donors),
    ("subsidies_paid", _lost_decimal),
    ("volunteer_participations", _split_line),
)
