"""Overview: what can be said, how fresh it is, and who reported what."""

from __future__ import annotations

from datetime import UTC, datetime

from dashboard import wording
from dashboard.pages import choice
from dashboard.pages.desk import Desk, Values
from dashboard.pages.matrix import matrix
from dashboard.pages.sentences import said
from dashboard.readiness import moment
from dashboard.view import Content

STARTS = 6
LISTED = 12
"""Reports listed, newest first; Status has all."""


def content(desk: Desk) -> Content:
    """The page: sentences, where to start, freshness, the matrix, the reports."""
    dataset = desk.dataset
    title = desk.t("overview.title", offices=len(dataset.documents.spoken))
    lede = desk.t(
        "overview.lede",
        documents=len(dataset.documents),
        observations=dataset.facts.total,
    )
    values: Values = {
        "notices": desk.notices(),
        "head": {"title": title, "lede": lede},
        "said": said(desk),
        "starts": _starts(desk),
        "fresh": _fresh(desk),
        "late": [
            desk.t(f"status.overdue.{late.code}", when=_clock(late.since)) for late in desk.overdue
        ],
        "account": _account(desk),
        "matrix": matrix(desk),
        "documents": _documents(desk),
        "documents_total": len(dataset.documents),
        "csv": desk.csv(),
    }
    return Content(desk.t("brand"), values)


def _starts(desk: Desk) -> list[Values]:
    """Indicators that most offices report."""
    usage = desk.dataset.facts.usage
    lead = list(choice.worth_comparing(desk.dataset))

    def weight(code: str) -> tuple[int, int]:
        return usage[code].offices, int(desk.dataset.indicators[code].is_core)

    return [
        {
            "name": desk.indicator(code),
            "href": desk.address.to("compare", indicator=code),
            "text": desk.t("overview.start.offices", n=usage[code].offices),
        }
        for code in sorted(lead, key=weight, reverse=True)[:STARTS]
    ]


def _fresh(desk: Desk) -> list[tuple[str, str]]:
    """Period of the data, last update and check, version, how much was verified."""
    dataset = desk.dataset
    verified = dataset.facts.verified
    rest = dataset.facts.total - verified
    facts = []
    if dataset.documents.span:
        span = " — ".join(wording.day(day, desk.locale) for day in dataset.documents.span)
        facts.append((desk.t("overview.period"), span))
    facts += _updates(desk)
    version = dataset.snapshot_id if dataset.is_published else desk.t("status.from_tidy")
    value = desk.t("overview.checked.value", verified=verified, unverified=rest)
    return [*facts, (desk.t("overview.version"), version), (desk.t("overview.checked"), value)]


def _updates(desk: Desk) -> list[tuple[str, str]]:
    """When the data were last renewed, and when that was last tried, with its outcome."""
    now = datetime.now(UTC)
    facts = []
    success, attempt = (moment(desk.status.get(f"last_{name}")) for name in ("success", "attempt"))
    if success is not None:
        ago = wording.ago(now - success, desk.locale)
        told = desk.t("overview.moment", when=_clock(success), ago=ago)
        facts.append((desk.t("overview.last"), told))
    if attempt is not None and desk.status.get("outcome"):
        outcome = desk.t(f"status.outcome.{desk.status['outcome']}")
        told = desk.t("comma").join((wording.ago(now - attempt, desk.locale), outcome))
        facts.append((desk.t("overview.attempt"), told))
    return facts


def _clock(when: datetime) -> str:
    return when.isoformat()[:16].replace("T", " ")


def _account(desk: Desk) -> Values:
    observed = desk.dataset.facts.total
    left_out = sum(desk.dataset.left_out.values())
    spoken = desk.t("overview.accounted.spoken", observations=observed, left_out=left_out)
    share = round(100 * observed / max(1, observed + left_out), 1)
    return {"share": share, "spoken": spoken}


def _documents(desk: Desk) -> list[Values]:
    newest = desk.dataset.documents.newest(LISTED)
    counts = desk.dataset.facts.documents(d.id for d in newest)
    rows = []
    for d in newest:
        published, how = desk.published(d)
        rows.append(
            {
                "title": f"{desk.office(d.ref_area)['name']}　{d.title}",
                "href": desk.address.to("evidence", q=f"{d.id}-"),
                "published": published,
                "how": how,
                "covers": desk.name(d.period_basis),
                "observations": counts.get(d.id, (0, 0))[0],
                "left_out": desk.dataset.left_out.get(d.id, 0),
            }
        )
    return rows
