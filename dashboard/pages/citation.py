"""How a number is cited: its report as a library would write it, its phrase, our version."""

from __future__ import annotations

from dashboard.compare import Observation
from dashboard.pages.desk import Desk, Values
from dashboard.records import Document

__all__ = ["cited", "source"]


def source(desk: Desk, document: Document) -> str:
    """The report: title, publisher, day, page; what is not known is left out."""
    when, _how = desk.published(document)
    known = (document.publisher, "" if when == "—" else when, document.page)
    return desk.t(
        "cite.source", title=document.title, rest=desk.t("comma").join(filter(None, known))
    )


def cited(desk: Desk, o: Observation) -> Values:
    """A sentence that cites one number; its address comes apart, to be made absolute."""
    document = desk.dataset.documents[o.document]
    return {
        "text": desk.t(
            "cite.row",
            office=desk.office(o.ref_area)["name"],
            indicator=desk.indicator(o.indicator),
            phrase=o.context,
            source=source(desk, document),
            brand=desk.t("brand"),
            version=desk.dataset.snapshot_id,
        ),
        "href": desk.address.to("evidence", row=o.id),
    }
