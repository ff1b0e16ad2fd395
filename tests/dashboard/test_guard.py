"""What protects the reader: the policy, posts from elsewhere, posts too large or made up."""

from __future__ import annotations

import base64
import copy
import hashlib
import json
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard import guard

CALL = "/_dash-update-component"
GOOD: dict[str, Any] = {
    "output": "view.data",
    "outputs": {"id": "view", "property": "data"},
    "inputs": [{"id": "address", "property": "search", "value": "?indicator=mediations"}],
    "changedPropIds": ["address.search"],
    "state": [{"id": "address", "property": "pathname", "value": "/zh/compare"}],
}


@pytest.fixture(scope="module")
def browser(client: Callable[[str], FlaskClient]) -> FlaskClient:
    return client("small")


def policy(header: str) -> dict[str, list[str]]:
    parts = [part.split() for part in header.split(";")]
    return {name: values for name, *values in parts}


@pytest.mark.parametrize(
    "path",
    [
        "/zh/",
        "/en/compare?embed=1",
        "/nowhere",
        "/healthz",
        "/api/v1/observations.csv",
        "/_dash-layout",
        "/_dash-component-suites/nothing/x.js",
    ],
)
def test_the_policy_is_strict_on_every_answer(path: str, browser: FlaskClient) -> None:
    headers = browser.get(path).headers
    found = policy(headers["Content-Security-Policy"])
    scripts = found.pop("script-src")
    assert scripts[0] == "'self'"
    assert all(source.startswith("'sha256-") for source in scripts[1:])
    assert found == {
        "default-src": ["'self'"],
        "style-src": ["'self'", "'unsafe-inline'"],
        "img-src": ["'self'", "data:", "blob:"],
        "connect-src": ["'self'"],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
    }
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"


@pytest.mark.parametrize("path", ["/zh/", "/en/compare", "/zh/trends", "/zh/evidence", "/nowhere"])
def test_no_script_stands_in_the_page_without_its_hash(
    path: str, browser: FlaskClient, html: Callable[[str], Any]
) -> None:
    answer = browser.get(path)
    allowed = policy(answer.headers["Content-Security-Policy"])["script-src"]
    page = html(answer.text)
    inline = [
        script
        for script in page.all("script")
        if "src" not in script.attributes and script.attributes.get("type") != "application/json"
    ]
    assert len(inline) == 2
    for script in inline:
        digest = base64.b64encode(hashlib.sha256(script.text.encode()).digest()).decode()
        assert f"'sha256-{digest}'" in allowed
    handlers = [name for e in page.elements for name in e.attributes if name.startswith("on")]
    assert handlers == []


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"Origin": "http://localhost"}, 200),
        ({"Sec-Fetch-Site": "same-origin"}, 200),
        ({"Sec-Fetch-Site": "none"}, 200),
        ({"Origin": "https://elsewhere.example"}, 403),
        ({"Origin": "http://localhost.elsewhere.example"}, 403),
        ({"Origin": "http://localhost:81"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "http://[::1"}, 403),
        ({"Origin": ""}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"}, 403),
    ],
)
def test_a_post_from_another_site_is_refused(
    headers: dict[str, str], status: int, browser: FlaskClient
) -> None:
    assert browser.post(CALL, json=GOOD, headers=headers).status_code == status


def test_a_post_too_large_is_refused_unread(browser: FlaskClient) -> None:
    large = {**GOOD, "padding": "0" * guard.LARGEST_REQUEST}
    assert browser.post(CALL, json=large).status_code == 413


def changed(**parts: object) -> dict[str, Any]:
    return {**copy.deepcopy(GOOD), **parts}


@pytest.mark.parametrize(
    "body",
    [
        {},
        [],
        1,
        "view.data",
        changed(output="nothing.data"),
        changed(output="stage.children"),
        changed(output=5),
        changed(outputs=None),
        changed(outputs=[]),
        changed(outputs={"id": "evil", "property": "x"}),
        changed(inputs=[]),
        changed(inputs=None),
        changed(inputs=[1]),
        changed(inputs=[{}]),
        changed(inputs=GOOD["inputs"] * 2),
        changed(inputs=[{"id": {"a": 1}, "property": "search"}]),
        changed(state=[]),
        changed(state=None),
        changed(changedPropIds=5),
        changed(changedPropIds=[5]),
    ],
    ids=repr,
)
def test_a_call_that_no_wire_makes_is_refused(body: object, browser: FlaskClient) -> None:
    assert browser.post(CALL, json=body).status_code == 400


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"{bad", "application/json"),
        (b"\xff\xfe", "application/json"),
        (b"[" * 100_000, "application/json"),
        (json.dumps(GOOD).encode(), "text/plain"),
        (b"", "application/json"),
        (b"a=1", "application/x-www-form-urlencoded"),
    ],
    ids=lambda part: str(part)[:20],
)
def test_what_is_no_json_is_refused(body: bytes, kind: str, browser: FlaskClient) -> None:
    assert browser.post(CALL, data=body, content_type=kind).status_code == 400


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
SEARCHES = st.builds(
    lambda pairs: "?" + "&".join(f"{k}={v}" for k, v in pairs),
    st.lists(st.tuples(st.sampled_from(("indicator", "year", "row", "q", "preset")), st.text())),
)
VALUES = JSON | SEARCHES
WIRED = st.builds(
    lambda search, path: changed(
        inputs=[{"id": "address", "property": "search", "value": search}],
        state=[{"id": "address", "property": "pathname", "value": path}],
    ),
    VALUES,
    VALUES | st.sampled_from(("/zh/", "/en/compare", "/zh/trends", "/zh/evidence")),
)
OPENED = st.builds(
    lambda opened, path, search: {
        "output": "evidence.data",
        "outputs": {"id": "evidence", "property": "data"},
        "inputs": [{"id": "opened", "property": "data", "value": opened}],
        "changedPropIds": ["opened.data"],
        "state": [
            {"id": "address", "property": "pathname", "value": path},
            {"id": "address", "property": "search", "value": search},
        ],
    },
    JSON | st.fixed_dictionaries({"row": JSON | st.just("liuxi-2031-001")}),
    VALUES,
    VALUES,
)
SPOILT = st.builds(
    lambda part, value: changed(**{part: value}), st.sampled_from(tuple(GOOD)), VALUES
)


@settings(max_examples=500, derandomize=True, deadline=None)
@given(body=WIRED | OPENED | SPOILT | JSON)
def test_no_call_makes_the_server_fail(body: object, browser: FlaskClient) -> None:
    assert browser.post(CALL, json=body).status_code < 500


def test_only_the_embed_view_may_be_framed_and_only_by_those_listed() -> None:
    server = Flask("guarded")
    guard.protect(server, [], wired={}, embedders=["https://office.example"])
    server.add_url_rule("/", view_func=lambda: "page")
    framed = {
        path: policy(server.test_client().get(path).headers["Content-Security-Policy"])
        for path in ("/", "/?embed=1")
    }
    assert framed["/"]["frame-ancestors"] == ["'none'"]
    assert framed["/?embed=1"]["frame-ancestors"] == ["https://office.example"]
