"""What every page works with: one address, one data set, and the words of one language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from itertools import islice
from typing import Any
from urllib.parse import quote_plus, urlencode

from dashboard import wording
from dashboard.address import PRESETS, STANDARD, SUGGESTED, TRUE, Address, Unread
from dashboard.compare import Code, Comparison, Observation, Verdict
from dashboard.phrases import Phrase, phrases
from dashboard.readiness import Reason
from dashboard.records import Document, Indicator, Locale, Names
from dashboard.store import Dataset, NotThenError, Store
from dashboard.wide.places import PROVINCE, above, below, places
from extract.history import ZONE

Values = dict[str, Any]

MOST_OPTIONS = 60
"""Offices that a select may hold; among more one looks by name."""
VERSIONS = 60
"""Days offered to look back to, the newest; any other day may be written in the address."""
PROVINCES = frozenset(
    [
        *("11", "12", "13", "14", "15", "21", "22", "23", "31", "32", "33", "34", "35", "36", "37"),
        *("41", "42", "43", "44", "45", "46", "50", "51", "52", "53", "54"),
        *("61", "62", "63", "64", "65", "71", "81", "82"),
    ]
)
"""First two digits of a code of GB/T 2260 that name a province."""
CSS = {"ok": "ok", "warns": "", "blocks": "no", "baseline": "base"}


@dataclass(frozen=True)
class Desk:
    """One reader's question and what is needed to answer it; template values come from here.

    `refusal` says why the set is the current one although a day was asked for; `overdue`, which
    promises of newness are broken; `store` is where earlier publications are told from.
    """

    address: Address
    dataset: Dataset
    status: Mapping[str, Any]
    sources: Mapping[str, str]
    refusal: NotThenError | None = None
    overdue: Sequence[Reason] = ()
    store: Store | None = None

    @property
    def locale(self) -> Locale:
        """Language of the page."""
        return self.address.locale

    @cached_property
    def t(self) -> Phrase:
        """Words of the interface."""
        return phrases(self.locale)

    def name(self, names: Names) -> str:
        """A registry name in the reader's language."""
        return names.in_(self.locale)

    def office(self, ref_area: str) -> Values:
        """Name, colour slot and code of an office."""
        found = self.dataset.offices[ref_area]
        return {"name": self.name(found.name), "colour": found.colour, "ref_area": ref_area}

    def indicator(self, code: str) -> str:
        """Name of an indicator."""
        return self.name(self.dataset.indicators[code].name)

    def office_href(self, ref_area: str) -> str:
        """Address of an office's profile."""
        return self.address.to("office", offices=(ref_area,))

    def indicator_href(self, code: str) -> str:
        """Address of an indicator's profile."""
        return self.address.to("indicator", indicator=code)

    def variant(self, o: Observation) -> str:
        """Name of an observation's variant; '' if it has none."""
        found = self.dataset.variants.get((o.indicator, o.variant))
        return self.name(found) if found else ""

    def segments(self, o: Observation) -> list[tuple[str, str]]:
        """The pieces of the wording: number, qualifier, unit; a negated zero is ringed first."""
        if o.rule == "R15":
            return [("zero", "0"), ("unit", o.as_written)]
        return [(piece.kind, piece.text) for piece in wording.quantity(o.as_written)]

    def exact_period(self, o: Observation) -> str:
        """First and last day, in ISO form."""
        first, last = o.period_start, o.period_end
        if first is None or first == last:
            return f"… {last}" if first is None else str(last)
        return f"{first} — {last}"

    def named(self, group: str, code: str) -> str:
        """Name of a code of a group: status, window, scope, obs_status."""
        return wording.named(group, code, self.locale)

    def label(self, o: Observation) -> str:
        """What tells a number from others of its office: variant, else scope, else indicator."""
        return (
            self.variant(o)
            or (o.scope_note if self.locale == "zh" else "")
            or self.indicator(o.indicator)
        )

    def unit(self, unit: str) -> str:
        """Name of a base unit."""
        return wording.unit_name(unit, self.locale)

    def brief(self, o: Observation) -> Values:
        """An observation as a row or cell shows it."""
        return {
            "id": o.id,
            "href": self.row_href(o.id),
            "segments": self.segments(o),
            "period": wording.period(o, self.locale),
            "office": self.office(o.ref_area),
            "office_name": self.office(o.ref_area)["name"],
            "variant": self.variant(o),
        }

    def row_href(self, row: str) -> str:
        """This view with the evidence of a row."""
        before, after = self._around_row
        return f"{before}{quote_plus(row)}{after}"

    @cached_property
    def _around_row(self) -> tuple[str, str]:
        """What stands before and after the identifier: the same for the hundreds of a page."""
        before, _, after = self.address.href(row="\0").partition(quote_plus("\0"))
        return before, after

    def chip(self, verdict: Verdict | None) -> Values:
        """A verdict as a chip; None is the baseline's own."""
        if verdict is None:
            found = wording.baseline_chip(self.locale)
        else:
            found = wording.chip(verdict, self.locale)
        return {"name": found.text, "css": CSS[found.nature]}

    def code_chip(self, code: Code, nature: str) -> Values:
        """A verdict's code as a chip, where no pair is at hand."""
        return {"name": wording.verdict_name(code, self.locale), "css": CSS[nature]}

    def reasons(self, verdict: Verdict) -> str:
        """Every reason of a verdict, one sentence each."""
        sentences = wording.verdict_sentences(verdict, self.dataset.glossary, self.locale)
        return self.t("between_sentences").join(sentences)

    def changed(self, comparison: Comparison) -> Values:
        """A change with its sign and percentage; empty where the verdict blocks."""
        words = wording.change_words(comparison.change, self.locale)
        return {
            "sign": words.sign,
            "change": words.text,
            "percentage": words.percentage or words.note,
        }

    def published(self, document: Document) -> tuple[str, str]:
        """When a report appeared, and how we know."""
        first, last = document.published_from, document.published_to
        how = self.t(f"published.{document.published_precision or 'inferred'}")
        if first is None or last is None:
            return "—", how
        if first == last:
            return wording.day(last, self.locale), how
        between = self.t(
            "published.between",
            a=wording.day(first, self.locale),
            b=wording.day(last, self.locale),
        )
        return between, how

    def notices(self) -> list[Values]:
        """What the reader should know before reading on: unread parameters, an earlier set,
        a failed update."""
        notices = self._all_unread()
        if self.refusal is not None:
            notices.append(self._refused(self.refusal))
        elif self.address.asof:
            return [*notices, self._earlier()]
        action, href = self.t("update.why"), self.address.to("status")
        if self.store is not None and self.store.trouble:
            title, text = self.t("damaged.title"), self.t("damaged.text")
            notices.append({"title": title, "text": text, "href": href, "action": action})
        if self.status.get("outcome") in {"refused", "failed"}:
            title, why = self.t("update.failed"), self.status.get(f"message_{self.locale}", "")
            notices.append({"title": title, "text": why, "href": href, "action": action})
        return notices

    @property
    def version(self) -> str:
        """The set shown, and the day it was asked for."""
        if not self.address.asof:
            return self.dataset.snapshot_id
        return self.t("asof.version", id=self.dataset.snapshot_id, day=self._asof())

    def _asof(self) -> str:
        return wording.day(date.fromisoformat(self.address.asof), self.locale)

    def _earlier(self) -> Values:
        return {
            "title": self.t("asof.title", day=self._asof()),
            "text": self.t("asof.text", id=self.dataset.snapshot_id),
            "href": self.address.href(asof="", row=self.address.row),
            "action": self.t("asof.action"),
        }

    def _refused(self, refusal: NotThenError) -> Values:
        """Why the set of a day cannot be shown; before the first publication, a way to that."""
        day = wording.day(refusal.day, self.locale)
        why = "never" if refusal.why == "before" and refusal.first is None else refusal.why
        notice = {"title": self.t(f"asof.{why}.title", day=day), "text": self.t("asof.current")}
        if refusal.first is None:
            return notice | {"href": "", "action": ""}
        first = wording.day(refusal.first, self.locale)
        return notice | {
            "text": self.t("asof.before.text", day=first),
            "href": self.address.href(asof=refusal.first.isoformat()),
            "action": self.t("asof.before.action", day=first),
        }

    def _all_unread(self) -> list[Values]:
        """A notice for each of the first few; how many more there are stands in the last."""
        notices = [self._unread(u) for u in self.address.unread[:SUGGESTED]]
        if (more := len(self.address.unread) - len(notices)) > 0:
            notices[-1]["text"] += self.t("between_sentences") + self.t("unread.more", n=more)
        return notices

    def _unread(self, unread: Unread) -> Values:
        if unread.shared_by:
            return self._shared(unread)
        said = "unread.name" if unread.is_name else "unread.text"
        text = self.t(said, parameter=unread.parameter, given=unread.given)
        href = ""
        if unread.nearest:
            text += self.t("between_sentences")
            text += self.t("unread.nearest", nearest=self._nearest_words(unread))
            href = self._corrected(unread)
        action = self.t("unread.action")
        return {"title": self.t("unread.title"), "text": text, "href": href, "action": action}

    def _shared(self, unread: Unread) -> Values:
        """A name that several offices have: the way to all of them."""
        return {
            "title": self.t("unread.shared", n=unread.shared_by, given=unread.given),
            "text": self.t("unread.shared.text"),
            "href": self.address.to("office", q=unread.given),
            "action": self.t("unread.shared.action"),
        }

    def _nearest_words(self, unread: Unread) -> str:
        return unread.nearest if unread.is_name else self._named(unread.parameter, unread.nearest)

    def _named(self, parameter: str, value: str) -> str:
        if parameter == "indicator":
            return self.indicator(value)
        return str(self.office(value)["name"]) if parameter == "office" else value

    def _corrected(self, unread: Unread) -> str:
        """This address with what was probably meant."""
        if unread.is_name:
            here = self.address.href()
            return f"{here}{'&' if '?' in here else '?'}" + urlencode(
                {unread.nearest: unread.given}
            )
        value = unread.nearest
        changes: dict[str, object] = {
            "office": {"offices": (value,)},
            "year": {"year": int(value) if value.isdigit() else None},
            "page": {"number": 1},
            "like": {"like": value in TRUE},
            "embed": {"embed": value in TRUE},
        }.get(unread.parameter, {unread.parameter: value})  # type: ignore[assignment]
        return self.address.href(**changes)

    def pager(self, said: str, number: int, total: int) -> Values | None:
        """Links to the pages before and after; None where all is on one. `said` is a key."""
        if total == 1:
            return None
        return {
            "previous": self.address.href(number=number - 1) if number > 1 else "",
            "next": self.address.href(number=number + 1) if number < total else "",
            "here": self.t(said, number=number, total=total),
        }

    def version_choices(self) -> list[Values]:
        """Days of publication to look back to, newest first; empty while there is only one."""
        events = self.store.events() if self.store else ()
        days = list(dict.fromkeys(e.published_at.astimezone(ZONE).date() for e in events))
        asked = self.address.asof
        if len(days) < 2 and not asked:
            return []
        known = {day.isoformat(): wording.day(day, self.locale) for day in days[:VERSIONS]}
        if asked and asked not in known:
            known = {asked: self._asof(), **known}
        options = [{"value": "", "label": self.t("known_on.now")}]
        options += [{"value": value, "label": label} for value, label in known.items()]
        return [{"label": "", "options": options}]

    def preset_choices(self) -> list[Values]:
        """Options of the reading-rules select; the standard one leaves the address bare."""
        options = [
            {"value": "" if preset == STANDARD else preset, "label": self.t(f"preset.{preset}")}
            for preset in PRESETS
        ]
        return [{"label": "", "options": options}]

    def office_choices(
        self, codes: Iterable[str], none: str, indicator: str = ""
    ) -> list[Values] | Values:
        """Options of an office select, headed by "none"; of more than can be looked through, what
        a field needs that finds them by name, those with results of `indicator` if given."""
        codes = list(islice(codes, MOST_OPTIONS + 1))
        if len(codes) > MOST_OPTIONS:
            first = next(iter(self.address.offices), "")
            name = str(self.office(first)["name"]) if first else ""
            return {"none": none, "indicator": indicator, "name": name}
        options = [{"value": "", "label": none}]
        options += [{"value": code, "label": self.office(code)["name"]} for code in codes]
        return [{"label": "", "options": options}]

    def place(self, code: str) -> str:
        """Name of a province, a city or a county, by its digits."""
        if len(code) == PROVINCE:
            return self.t(f"place.{code}") if code in PROVINCES else code
        return self.name(places(self.dataset)[code]) or code

    def place_choices(self) -> list[Values]:
        """Options of a select that narrows the offices by where they lie, a step at a time; empty
        where there are too few to be worth it."""
        here = self.address.within
        is_small = len(self.dataset.offices) <= MOST_OPTIONS and not here
        if is_small or not places(self.dataset):
            return []
        options = [{"value": "", "label": self.t("within.all")}]
        options += [{"value": code, "label": self.place(code)} for code in above(here)]
        inner = [{"value": c, "label": self.place(c)} for c in below(self.dataset, here)]
        groups = [{"label": "", "options": options}]
        return [*groups, {"label": self.t("within.inner"), "options": inner}] if inner else groups

    def year_choices(self, years: Sequence[int], every: str) -> list[Values]:
        """Options of a year select, newest first."""
        options = [{"value": "", "label": every}]
        options += [{"value": str(year), "label": str(year)} for year in reversed(years)]
        return [{"label": "", "options": options}]

    def variant_choices(self, indicator: str, used: Iterable[str]) -> list[Values]:
        """Options of a variant select; empty when fewer than two variants have numbers."""
        in_use = set(used) - {""}
        codes = [v for v in self.dataset.indicators[indicator].variants if v in in_use]
        if len(codes) < 2:
            return []
        options = [{"value": "", "label": self.t("all.variants")}]
        named = ((v, self.dataset.variants[indicator, v]) for v in codes)
        options += [{"value": v, "label": self.name(names)} for v, names in named]
        return [{"label": "", "options": options}]

    def indicator_choices(self, first: Iterable[str], every: str = "") -> list[Values]:
        """Options of an indicator select: those worth comparing first, the rest by family."""
        lead = list(first)
        groups = [{"label": "", "options": [{"value": "", "label": every}]}] if every else []
        if lead:
            groups.append({"label": self.t("with_pairs"), "options": self._options(lead)})
        rest: dict[str, list[Indicator]] = {}
        for code in self.dataset.facts.usage:
            if code not in lead:
                found = self.dataset.indicators[code]
                rest.setdefault(found.family, []).append(found)
        for family in self.dataset.families:
            if family in rest:
                codes = [indicator.code for indicator in rest[family]]
                name = self.name(self.dataset.families[family])
                groups.append({"label": name, "options": self._options(codes)})
        return groups

    def _options(self, codes: Iterable[str]) -> list[Values]:
        return [{"value": code, "label": self.indicator(code)} for code in codes]

    def csv(self, **changes: object) -> str:
        """Address of the shown observations as CSV; highlighting an office leaves none out."""
        there = Address(
            self.locale,
            "data",
            indicator=self.address.indicator,
            year=self.address.year,
            within=self.address.within,
            variant=self.address.variant,
            preset=self.address.preset,
            asof=self.address.asof,
        )
        query = replace(there, **changes).query()  # type: ignore[arg-type]
        return "/api/v1/observations.csv" + (f"?{query}" if query else "")

    def twin(self) -> str:
        """Address of exactly what this page shows, as CSV."""
        path, _, query = self.address.href().partition("?")
        return f"{path}.csv" + (f"?{query}" if query else "")

    def workbook(self) -> str:
        """Address of this view as a workbook."""
        path, _, query = self.address.href().partition("?")
        return f"{path}.xlsx" + (f"?{query}" if query else "")

    def download(self, name: str) -> str:
        """Address of a file of the set shown."""
        query = Address(self.locale, "data", asof=self.address.asof).query()
        return f"/download/{name}" + (f"?{query}" if query else "")


def marked(o: Observation) -> tuple[str, str, str]:
    """The phrase cut in three: before the number, the number as written, after it."""
    before, mark, after = o.context.partition(o.as_written)
    return (before, mark, after) if mark else ("", o.as_written, f"　{o.context}")
