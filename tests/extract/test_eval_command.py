"""python -m extract eval: what it prints and how it exits."""

import json
import os
from pathlib import Path

import pytest

from extract.__main__ import main

FIXTURES = Path(__file__).resolve().parent.parent / "fixtures"
RAW = str(FIXTURES / "raw")
WRONG = {"value": 13, "lower": 12, "upper": 12, "unit": "人", "indicator": None}
RIGHT = {"value": 30, "lower": 30, "upper": 30, "unit": "户", "indicator": None}
CLAUSE = {
    "id": "c1",
    "clause": "来了12人，住着30户",
    "facts": [{"text": "12人", **WRONG}, {"text": "30户", **RIGHT}],
}


@pytest.fixture
def labelled(tmp_path: Path) -> str:
    path = tmp_path / "a.jsonl"
    path.write_text(json.dumps(CLAUSE) + "\n", encoding="utf-8")
    return str(path)


def test_it_prints_counts_and_failures(labelled: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["eval", labelled, "--raw", RAW]) == 0
    said = capsys.readouterr().out
    assert "c1 [value] 12人: 13 ≠ 12人: 12\t来了12人，住着30户" in said
    assert "     2      2      1  0.5000  0.5000  0.5000  0.5000  数值 / value" in said
    assert "1 条，1 处不符" in said and "1 items, 1 failures" in said


@pytest.mark.parametrize(("number", "listed"), [("0", 0), ("1", 1), ("-1", 1)])
def test_so_many_failures(
    labelled: str, number: str, listed: int, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["eval", labelled, "--raw", RAW, "--failures", number, "--lang", "en"])
    assert capsys.readouterr().out.count("c1 [") == listed


def test_for_machines(labelled: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["eval", labelled, labelled, "--raw", RAW, "--format", "json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["items"], told["failed"]) == (2, 2)
    value = told["scores"]["value"]
    assert (value["labelled"], value["read"], value["right"], value["share"]) == (4, 4, 2, 0.5)
    assert told["scores"]["quantity"]["f1"] == 1


@pytest.mark.parametrize(
    ("demand", "code"),
    [
        ("quantity=1", 0),
        ("value=0.5", 0),
        ("value=0.51", 1),
        ("value.f1=0.5", 0),
        ("value.recall=0.6", 1),
        ("exact=1", 0),
    ],
)
def test_a_demand_decides_the_exit_code(
    labelled: str, demand: str, code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ["eval", labelled, "--raw", RAW, "--at-least", "quantity=0.9", "--at-least", demand]
    assert main(asked) == code
    assert ("低于" in capsys.readouterr().err) is bool(code)


@pytest.mark.parametrize("demand", ["values=1", "value=2", "value", "value.middle=1"])
def test_a_demand_that_is_not_understood(labelled: str, demand: str) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["eval", labelled, "--raw", RAW, "--at-least", demand])
    assert caught.value.code == 2


@pytest.mark.parametrize("content", [b"{\n", b"\xff\xfe\n", None])
def test_a_file_that_cannot_be_used(
    tmp_path: Path, content: bytes | None, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "b.jsonl"
    if content is not None:
        path.write_bytes(content)
    assert main(["eval", str(path), "--raw", RAW]) == 2
    assert capsys.readouterr().err


def test_groups_can_be_left_aside(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "b.jsonl"
    expected = [{"text": "12人", "start": 0, "end": 3, "value": "12"}]
    lines = [{"input": "12人", "expected": expected, "group": group} for group in ("a", "b")]
    path.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    main(["eval", str(path), "--raw", RAW, "--without", "b", "--format", "json"])
    told = json.loads(capsys.readouterr().out)
    assert (told["items"], set(told["groups"])) == (1, {"a"})


def test_labelled_sets_at_hand_are_understood(capsys: pytest.CaptureFixture[str]) -> None:
    folder = os.environ.get("LIVELIHOOD_EVAL")
    if not folder:
        pytest.skip("LIVELIHOOD_EVAL is not set: the labelled sets are not at hand")
    paths = [str(path) for path in sorted(Path(folder).glob("*.jsonl"))]
    assert paths
    assert main(["eval", *paths, "--failures", "0"]) == 0
