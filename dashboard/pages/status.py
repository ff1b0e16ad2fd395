"""Status: which version is shown, how the last update went, where every number went."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dashboard.address import LONGEST
from dashboard.pages.desk import Desk, Values
from dashboard.readiness import Reason
from dashboard.revisions import waiting
from dashboard.view import Content
from extract import history
from extract.history import Event

LISTED = 50
DOCUMENTS = 200


def content(desk: Desk) -> Content:
    """The page; it needs no more than the published folder holds."""
    failed = desk.status.get("outcome") in {"refused", "failed"}
    lede = desk.t("status.lede.failed" if failed else "status.lede")
    problems = [p for p in desk.status.get("problems") or [] if p.get("severity") == "error"]
    values: Values = {
        "notices": desk.notices(),
        "head": {"title": desk.t("status.title"), "lede": lede},
        "published": _published(desk),
        "last": _last(desk),
        "overdue": [_overdue(desk, reason) for reason in desk.overdue],
        "clock": _clock(desk),
        "remote": _uploads(desk) or _copies(desk),
        "quarantine": _quarantine(desk),
        "problems": [_problem(desk, p) for p in problems[:LISTED]],
        "problems_count": desk.t("status.problems.count", n=len(problems)),
        "documents": _documents(desk),
        "corrections": _corrections(desk),
    }
    return Content(desk.t("nav.status"), values)


def _published(desk: Desk) -> list[tuple[str, str]]:
    dataset = desk.dataset
    facts = [
        (
            desk.t("status.version"),
            dataset.snapshot_id if dataset.is_published else desk.t("status.from_tidy"),
        ),
        (desk.t("status.observations"), str(dataset.facts.total)),
        (desk.t("status.verified"), str(dataset.facts.verified)),
        (desk.t("status.offices"), str(len(dataset.facts.offices))),
        (desk.t("status.indicators"), str(len(dataset.facts.usage))),
    ]
    if desk.store is not None and desk.store.trouble:
        facts.append((desk.t("status.damaged"), desk.store.trouble))
    if isinstance(pinned := desk.status.get("pinned"), dict):
        facts.append((desk.t("status.pinned"), str(pinned.get("reason") or "")))
    return facts


def _last(desk: Desk) -> list[tuple[str, str]]:
    status = desk.status
    if not status.get("outcome"):
        return []
    key = f"status.outcome.{status['outcome']}"
    return [
        (desk.t("status.outcome"), desk.t(key)),
        (desk.t("status.attempt"), _moment(status.get("last_attempt"))),
        (desk.t("status.success"), _moment(status.get("last_success"))),
        (desk.t("note"), str(status.get(f"message_{desk.locale}") or "")),
    ]


def _clock(desk: Desk) -> list[tuple[str, str]]:
    """The clock's signs of life, and until when the data are as new as promised."""
    clock, until = desk.status.get("clock"), desk.status.get("stale_after")
    facts = []
    if isinstance(clock, dict):
        beat = desk.t("status.clock.beat")
        facts.append((beat, _moment(clock.get("heartbeat"))))
        if clock.get("stopped"):
            facts.append((desk.t("status.clock.stopped"), _moment(clock["stopped"])))
        if isinstance(every := clock.get("every_seconds"), int):
            said = desk.t("status.clock.minutes", n=max(1, round(every / 60)))
            facts.append((desk.t("status.clock.every"), said))
    if until:
        facts.append((desk.t("status.stale_after"), _moment(until)))
    return facts


def _uploads(desk: Desk) -> list[tuple[str, str]]:
    """Where this machine publishes: whether the storage that others read has what it published."""
    remote = desk.status.get("remote")
    if not isinstance(remote, dict):
        return []
    state = desk.t(f"status.remote.upload.{remote.get('state')}")
    return [*_stored(desk, remote, state), *_because(desk, remote)]


def _copies(desk: Desk) -> list[tuple[str, str]]:
    """Where another machine publishes: how far this one has followed."""
    copied = desk.status.get("following")
    if not isinstance(copied, dict):
        return []
    state = desk.t(f"status.remote.copy.{copied.get('state')}")
    seen = (desk.t("status.remote.seen"), _moment(copied.get("looked_at")))
    arrived = (desk.t("status.remote.arrived"), _moment(copied.get("arrived_at")))
    return [*_stored(desk, copied, state), seen, arrived, *_because(desk, copied)]


def _stored(desk: Desk, said: Mapping[str, Any], state: str) -> list[tuple[str, str]]:
    return [
        (desk.t("status.remote.url"), str(said.get("url") or "")),
        (desk.t("status.remote.state"), state),
        (desk.t("status.remote.since"), _moment(said.get("since"))),
    ]


def _because(desk: Desk, said: Mapping[str, Any]) -> list[tuple[str, str]]:
    reason = str(said.get(f"reason_{desk.locale}") or "")
    return [(desk.t("note"), f"{reason[0].upper()}{reason[1:]}")] if reason else []


def _overdue(desk: Desk, reason: Reason) -> str:
    return desk.t(f"status.overdue.{reason.code}", when=_moment(reason.since.isoformat()))


def _quarantine(desk: Desk) -> Values:
    """Rows that wait aside: what they say, why, and since when."""
    rows, total = waiting(desk.dataset.folder, LISTED)
    more = total - len(rows)
    events = desk.store.events() if desk.store and rows else ()
    return {
        "rows": [_waiting(desk, row, events) for row in rows],
        "count": desk.t("status.quarantine.count", n=total),
        "more": desk.t("changes.more", n=more) if more > 0 else "",
    }


def _waiting(desk: Desk, row: Mapping[str, str], events: Sequence[Event]) -> Values:
    area, code = row.get("ref_area", ""), row.get("indicator", "")
    parts = (row.get("source", ""), row.get("file", ""), row.get("line", ""))
    return {
        "id": row.get("id", ""),
        "office": desk.office(area)["name"] if area in desk.dataset.offices else area,
        "indicator": desk.indicator(code) if code in desk.dataset.indicators else code,
        "as_written": row.get("as_written", "")[:LONGEST],
        "where": ":".join(part for part in parts if part),
        "rule": row.get("rule", ""),
        "reason": row.get(f"reason_{desk.locale}", ""),
        "since": _since(row.get("since", ""), events),
        "dropped": desk.t("status.quarantine.dropped") if row.get("is_dropped") == "true" else "",
    }


def _since(before: str, events: Sequence[Event]) -> str:
    """When the set after `before` was published; '' stands for the time before the first set."""
    after = [e for e in reversed(events) if not before or e.predecessor == before]
    return _moment(after[0].published_at.astimezone(history.ZONE).isoformat()) if after else "—"


def _moment(text: object) -> str:
    return str(text)[:19].replace("T", " ") if text else "—"


def _problem(desk: Desk, problem: Values) -> Values:
    return {
        "where": problem.get("where", ""),
        "rule": problem.get("rule", ""),
        "message": problem.get(f"message_{desk.locale}") or problem.get("message_en", ""),
        "next": problem.get(f"next_step_{desk.locale}") or problem.get("next_step_en", ""),
    }


def _documents(desk: Desk) -> list[Values]:
    rows = []
    listed = desk.dataset.documents.first(DOCUMENTS)
    counts = desk.dataset.facts.documents(d.id for d in listed)
    for d in listed:
        own, verified = counts.get(d.id, (0, 0))
        rows.append(
            {
                "title": f"{desk.office(d.ref_area)['name']}　{d.title}",
                "observations": own,
                "verified": verified,
                "left_out": desk.dataset.left_out.get(d.id, 0),
                "sha": d.sha256[:16] + "…",
            }
        )
    return rows


def _corrections(desk: Desk) -> list[Values]:
    noted = desk.dataset.tables["corrections"][:DOCUMENTS]
    present = desk.dataset.having([c["row"] for c in noted])
    documents = desk.dataset.documents.fetch(c["document"] for c in noted)
    return [
        {
            "row": c["row"],
            "href": desk.address.href(row=c["row"]),
            "document": documents[c["document"]].title,
            "as_written": c["as_written"],
            "reason": c[f"reason_{desk.locale}"],
            "status": desk.t(f"correction.{c['status']}"),
        }
        for c in noted
        if c["row"] in present
    ]
