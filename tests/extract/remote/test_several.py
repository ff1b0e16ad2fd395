"""One clock, two web servers, an S3-compatible server: a small run of the bench."""

from __future__ import annotations

import pytest

from bench.object_store import SERVER
from bench.several import PROMISED_S, several

SLACK_S = 10.0
"""What a machine that runs other tests beside may add to the promise."""


@pytest.mark.skipif(not SERVER.exists(), reason="there is no S3 server: make test makes .venv-s3")
def test_a_refresh_reaches_both_and_a_cut_line_tears_nothing() -> None:
    found = several(1, cut_seconds=2)
    assert (found["failures"], found["torn"], found["back"]) == ([], [], [])
    assert found["requests"] > 20
    assert found["shown_while_cut_is_the_set_before"]
    assert found["publisher_says"] == "behind"
    assert found["max_s"] < PROMISED_S + SLACK_S, found["each_s"]
