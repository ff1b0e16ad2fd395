"""Status: which version is shown, how the last update went, where every number went."""

from __future__ import annotations

from dashboard.pages.desk import Desk, Values
from dashboard.view import Content

LISTED = 50


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
        "problems": [_problem(desk, p) for p in problems[:LISTED]],
        "problems_count": desk.t("status.problems.count", n=len(problems)),
        "documents": _documents(desk),
        "corrections": _corrections(desk),
    }
    return Content(desk.t("nav.status"), values)


def _published(desk: Desk) -> list[tuple[str, str]]:
    dataset = desk.dataset
    is_tidy = dataset.snapshot_id == "data/tidy"
    verified = sum(1 for o in dataset.observations if o.obs_status == "A")
    return [
        (
            desk.t("status.version"),
            desk.t("status.from_tidy") if is_tidy else dataset.snapshot_id,
        ),
        (desk.t("status.observations"), str(len(dataset.observations))),
        (desk.t("status.verified"), str(verified)),
        (desk.t("status.offices"), str(len({o.ref_area for o in dataset.observations}))),
        (desk.t("status.indicators"), str(len(dataset.by_indicator))),
    ]


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
    for d in list(desk.dataset.documents.values())[:200]:
        own = [o for o in desk.dataset.observations if o.document == d.id]
        rows.append(
            {
                "title": f"{desk.office(d.ref_area)['name']}　{d.title}",
                "observations": len(own),
                "verified": sum(1 for o in own if o.obs_status == "A"),
                "left_out": desk.dataset.left_out.get(d.id, 0),
                "sha": d.sha256[:16] + "…",
            }
        )
    return rows


def _corrections(desk: Desk) -> list[Values]:
    return [
        {
            "row": c["row"],
            "href": desk.address.href(row=c["row"]),
            "document": desk.dataset.documents[c["document"]].title,
            "as_written": c["as_written"],
            "reason": c[f"reason_{desk.locale}"],
            "status": desk.t(f"correction.{c['status']}"),
        }
        for c in desk.dataset.tables["corrections"]
        if c["row"] in desk.dataset.by_id
    ]
