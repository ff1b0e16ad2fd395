"""Read-only HTTP for machines: health, the tables, comparisons, whole files, and their description.

Everything under `/api/v1/` is described by `/api/v1/openapi.json`, which is made from the tables
of `parameters` and `tables` that also read the questions.
"""

from __future__ import annotations

from flask import Blueprint

from dashboard.api import collections, comparison, downloads, forms, health, openapi
from dashboard.api.collections import observations_csv
from dashboard.api.gate import Gate
from dashboard.api.problem import MEDIA_TYPE as PROBLEM
from dashboard.api.problem import problem, refused
from dashboard.store import Store

__all__ = ["PROBLEM", "blueprint", "observations_csv", "problem", "refused"]


def blueprint(store: Store) -> Blueprint:
    """Routes under `/healthz`, `/readyz`, `/api/v1/` and `/download/`."""
    routes = Blueprint("api", __name__)
    gate = Gate()
    for room in (collections, forms):
        room.connect(routes, store, gate)
    for further in (health, comparison, openapi, downloads):
        further.connect(routes, store)
    return routes
