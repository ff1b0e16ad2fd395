"""The description of the interface, and what a program finds that believes every word of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import schemathesis
from flask.testing import FlaskClient
from hypothesis import HealthCheck, Phase, given, settings
from openapi_spec_validator import OpenAPIV31SpecValidator
from schemathesis import GenerationMode

from dashboard.api.collections import taken_by
from dashboard.api.openapi import document
from dashboard.api.tables import TABLES
from dashboard.app import Site

ADDRESS = "/api/v1/openapi.json"
PLAIN = {"Accept-Encoding": "identity"}
PATHS = (
    *(f"/api/v1/{name}{kind}" for name in TABLES for kind in ("", ".csv")),
    *("/api/v1/observations.parquet", "/api/v1/observations.sdmx.csv"),
    *("/api/v1/compare", "/api/v1/compare/{first}/{second}", ADDRESS),
)
QUESTIONS = 10
"""Questions of each kind (understood, not understood) a path."""
WITHOUT_PARAMETERS = frozenset({"/api/v1/snapshots.csv", ADDRESS})


def test_every_route_is_described_and_no_other(
    site: Callable[[str], Site], client: Callable[[str], FlaskClient]
) -> None:
    described = client("small").get(ADDRESS).json
    assert described["openapi"].startswith("3.1")
    assert set(described["paths"]) == set(PATHS)
    routes = {
        rule.rule.replace("<", "{").replace(">", "}")
        for rule in site("small").server.url_map.iter_rules()
        if rule.rule.startswith("/api/v1/")
    }
    assert routes - {"/api/v1/suggest"} == set(PATHS)


@pytest.mark.parametrize("name", ["real", "demo"])
def test_another_program_finds_the_description_valid(
    name: str, client: Callable[[str], FlaskClient]
) -> None:
    described = client(name).get(ADDRESS).json
    assert [str(e) for e in OpenAPIV31SpecValidator(described).iter_errors()] == []
    described["paths"]["/api/v1/offices"]["get"].pop("responses")
    described["info"].pop("title")
    assert [str(e) for e in OpenAPIV31SpecValidator(described).iter_errors()] != []


@pytest.mark.parametrize("name", TABLES)
def test_a_parameter_is_described_as_it_is_read(name: str, site: Callable[[str], Site]) -> None:
    dataset = site("small").store.dataset()
    for kind in ("", ".csv"):
        told = document(dataset)["paths"][f"/api/v1/{name}{kind}"]["get"]["parameters"]
        assert [p["name"] for p in told] == [p.name for p in taken_by(TABLES[name], kind)]
        assert all(" / " in p["description"] for p in told)


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("mode", GenerationMode)
def test_the_interface_is_as_described(
    path: str, mode: GenerationMode, site: Callable[[str], Site]
) -> None:
    """Status, media type, headers and body of what schemathesis makes of the description."""
    if mode is GenerationMode.NEGATIVE and path in WITHOUT_PARAMETERS:
        pytest.skip("nothing can be asked wrongly where nothing is asked")
    schema = schemathesis.openapi.from_wsgi(ADDRESS, site("small").server, headers=PLAIN)
    operation = schema[path]["GET"]

    @settings(
        max_examples=QUESTIONS,
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate],
    )
    @given(operation.as_strategy(generation_mode=mode))
    def asks(case: Any) -> None:
        case.call_and_validate(headers=PLAIN)

    asks()
