"""The drawer: one observation with its phrase, source, reading, verdicts, past and checks."""

from __future__ import annotations

from dashboard import wording
from dashboard.address import STANDARD
from dashboard.compare import Observation, verdict
from dashboard.pages.citation import cited
from dashboard.pages.desk import Desk, Values, marked
from dashboard.pages.kin import conflicts, parts, past
from dashboard.pages.practice_drawer import practice_drawer
from dashboard.view import fill
from extract.evidence import reads_as, stands
from extract.quantity import RULES, parse

NEIGHBOURS = 6
AROUND = 60
Fact = tuple[str, str, str]


def drawer(desk: Desk, row: str) -> str:
    """HTML of one observation or practice; '' when there is no such row."""
    named = desk.dataset.practices.by_id.get(row)
    if named is not None:
        return practice_drawer(desk, named)
    o = desk.dataset.get(row)
    if o is None:
        return ""
    before, mark, after = marked(o)
    values: Values = {
        **desk.brief(o),
        "indicator": desk.indicator(o.indicator),
        "bounds": "" if _is_plain(o) else wording.bounds(o, desk.locale),
        "before": before,
        "mark": mark,
        "after": after,
        "close": desk.address.href(),
        "surroundings": _surroundings(desk, o),
        "facts": _facts(desk, o),
        "reading": _reading(desk, o),
        "notes": _notes(desk, o),
        "conflicts": conflicts(desk, o),
        **parts(desk, o),
        **_verdicts(desk, o),
        **past(desk, o),
        "links": _links(desk, o),
        "cite": cited(desk, o),
        "checks": _checks(desk, o),
    }
    return fill("drawer.html", desk.address, {"o": values})


def _surroundings(desk: Desk, o: Observation) -> Values | None:
    """The sentence around the phrase, where the report's text is on this machine."""
    text = _text(desk, o)
    if text is None or not stands(text, o.start, o.end, o.as_written):
        return None
    begin = o.start - o.context.find(o.as_written)
    if not text.startswith(o.context, begin):
        return None
    end = begin + len(o.context)
    return {
        "before": "".join(text[max(0, begin - AROUND) : begin].split("\n")),
        "after": "".join(text[end : end + AROUND].split("\n")),
    }


def _text(desk: Desk, o: Observation) -> str | None:
    found = desk.dataset.documents.get(o.document)
    return desk.sources.get(found.sha256) if found else None


def _facts(desk: Desk, o: Observation) -> list[Fact]:
    document = desk.dataset.documents[o.document]
    when, how = desk.published(document)
    source = desk.t("comma").join(
        filter(None, (document.title, document.publisher, document.page, when))
    )
    stated = o.period_basis not in {"", "报道年份"}
    basis = desk.t("drawer.basis", basis=o.period_basis) if stated else desk.t("drawer.basis.none")
    place = desk.t("drawer.position.value", start=o.start + 1, length=o.end - o.start)
    file = desk.name(document.note) if o.is_return else ""
    facts = [
        (desk.t("drawer.return" if o.is_return else "drawer.source"), source, how),
        (desk.t("drawer.position"), o.place if o.is_return else place, file),
        (desk.t("drawer.period"), desk.exact_period(o), basis),
        (desk.t("drawer.window"), desk.named("window", o.window), ""),
    ]
    if o.scope != "whole" or o.scope_note:
        facts.append((desk.t("drawer.scope"), desk.named("scope", o.scope), o.scope_note))
    facts.append((desk.t("status"), desk.named("status", o.status), ""))
    return facts


def _reading(desk: Desk, o: Observation) -> list[Fact]:
    if _is_plain(o):
        return [(desk.t("drawer.rule"), o.rule, desk.t("drawer.plain"))]
    rule = next((r for r in RULES if r.id == o.rule), None)
    words = "" if rule is None else rule.bounds_zh if desk.locale == "zh" else rule.bounds_en
    unit = wording.counted_in(o)
    lower = wording.end_words(o.interval, unit, desk.locale, upper=False)
    upper = wording.end_words(o.interval, unit, desk.locale, upper=True)
    name = f"{o.rule} “{o.qualifier}”" if o.qualifier else o.rule
    if o.chosen and "conflicting" in o.flags and o.rule == "R0":
        words = desk.t("drawer.hull")
    return [
        (desk.t("drawer.rule"), name, words if desk.address.preset == STANDARD else ""),
        (desk.t("preset"), desk.t(f"preset.{desk.address.preset}"), ""),
        (desk.t("lower"), lower, ""),
        (desk.t("upper"), upper, ""),
    ]


def _notes(desk: Desk, o: Observation) -> list[str]:
    notes = [desk.t(f"flag.{flag}") for flag in o.flags]
    for correction in desk.dataset.tables["corrections"]:
        if correction["row"] == o.id:
            reason = correction[f"reason_{desk.locale}"]
            status = desk.t(f"correction.{correction['status']}")
            said = desk.t("drawer.suspected", reason=reason, status=status)
            corrected = correction["corrected"]
            more = desk.t("drawer.corrected", corrected=corrected) if corrected else ""
            notes.append(desk.t("between_sentences").join(filter(None, (said, more))))
    return notes


def _links(desk: Desk, o: Observation) -> list[tuple[str, str]]:
    """Where else on the site this number, its office and its indicator can be seen."""
    links = [
        (desk.t("drawer.to.office"), desk.office_href(o.ref_area)),
        (desk.t("drawer.to.indicator"), desk.indicator_href(o.indicator)),
    ]
    if o.status == "result" and o.chosen:
        there = {"indicator": o.indicator, "offices": (o.ref_area,), "year": o.year}
        links.insert(0, (desk.t("drawer.to.compare"), desk.address.to("compare", **there)))
    return links


def _is_plain(o: Observation) -> bool:
    """A number written out: its wording says all that its bounds would."""
    return o.rule == "R0" and o.interval.is_exact and o.value == o.interval.lower


def _verdicts(desk: Desk, o: Observation) -> Values:
    total, nearest = desk.dataset.neighbours(o, NEIGHBOURS)
    shown = [verdict(o, p, desk.dataset.registry) for p in nearest]
    more = total - len(shown)
    return {
        "verdicts": [
            {
                "verdict": desk.chip(v),
                "who": desk.office(v.second.ref_area)["name"],
                "row": v.second.id,
                "href": desk.address.href(row=v.second.id),
                "segments": desk.segments(v.second),
                "reason": desk.reasons(v) or wording.period(v.second, desk.locale),
            }
            for v in shown
        ],
        "more_verdicts": desk.t("drawer.verdicts.more", n=more) if more > 0 else "",
    }


def _checks(desk: Desk, o: Observation) -> list[Fact]:
    text = _text(desk, o)
    if text is None:
        place = (desk.t("drawer.found.unchecked"), desk.t("drawer.found.unchecked.why"))
    else:
        found = stands(text, o.start, o.end, o.as_written)
        place = (desk.t("drawer.found.yes" if found else "drawer.found.no"), "")
    unit = desk.dataset.indicators[o.indicator].unit
    value = "" if o.value is None else format(o.value, "f")
    same = reads_as(parse(o.as_written), value, o.unit, unit)
    both = o.read_1_on is not None and o.read_2_on is not None
    read = (
        desk.t("drawer.read.both", first=o.read_1_on, second=o.read_2_on)
        if both
        else desk.t("drawer.read.once")
    )
    if o.is_return:
        read = desk.t("drawer.read.return")
    by = "drawer.read.demo" if desk.dataset.label.zh else "drawer.read.by"
    return [
        (desk.t("drawer.found"), *place),
        (desk.t("drawer.reread"), desk.t(f"drawer.reread.{'same' if same else 'differs'}"), ""),
        (desk.t("drawer.read"), read, "" if o.is_return else desk.t(by)),
        (desk.t("drawer.obs_status"), desk.named("obs_status", o.obs_status), o.obs_status),
        (desk.t("drawer.id"), o.id, ""),
    ]
