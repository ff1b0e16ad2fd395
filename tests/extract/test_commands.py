"""python -m extract: what it prints, what it writes, how it exits."""

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from extract.__main__ import main

FIXTURES = Path(__file__).resolve().parent.parent / "fixtures"
SOURCES = str(FIXTURES / "sources")

Break = Callable[[str], tuple[Path, str]]


@pytest.fixture(autouse=True)
def no_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("RAW", "TIDY", "PUBLISHED", "SOURCES"):
        monkeypatch.delenv(f"LIVELIHOOD_{name}", raising=False)
    monkeypatch.setenv("LIVELIHOOD_TIDY", str(tmp_path / "tidy"))


def test_a_clean_set_exits_with_nothing_found(
    valid_raw: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", "--raw", str(valid_raw), "--sources", SOURCES]) == 0
    assert capsys.readouterr().out == "错误 0 处，提示 0 处\n0 errors, 0 notes\n"


def test_without_sources_it_says_so_and_exits_with_nothing_wrong(
    valid_raw: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", "--raw", str(valid_raw)]) == 0
    said = capsys.readouterr().out
    assert said.count("这里没有核对") == said.count("not checked here") == 2
    assert "passed" not in said and "通过" not in said


@pytest.mark.parametrize(
    ("language", "said", "unsaid"),
    [("zh", "按基本单位", "base units"), ("en", "base units", "按基本单位")],
)
def test_problems_in_one_language(
    language: str, said: str, unsaid: str, broken: Break, capsys: pytest.CaptureFixture[str]
) -> None:
    raw, _ = broken("reads-differently")
    assert main(["check", "--raw", str(raw), "--sources", SOURCES, "--lang", language]) == 1
    printed = capsys.readouterr().out
    assert said in printed and unsaid not in printed


def test_chinese_comes_first(broken: Break, capsys: pytest.CaptureFixture[str]) -> None:
    raw, _ = broken("reads-differently")
    main(["check", "--raw", str(raw), "--sources", SOURCES])
    printed = capsys.readouterr().out
    assert 0 <= printed.index("读作") < printed.index("reads 23,870,000")


def test_unreadable_tables_are_problems_not_tracebacks(
    broken: Break, capsys: pytest.CaptureFixture[str]
) -> None:
    raw, _ = broken("ragged-line")
    for command in ("check", "tidy", "account"):
        assert main([command, "--raw", str(raw)]) == 1
        assert "reasons.csv:2: [ragged-line]" in capsys.readouterr().out


@pytest.mark.parametrize("argv", [[], ["dance"], ["check", "--colour"], ["check", "--lang", "fr"]])
def test_misuse_exits_with_two(argv: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(argv)
    assert caught.value.code == 2


def test_a_folder_that_is_not_there_is_misuse(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", "--raw", str(tmp_path / "none")]) == 2
    assert "没有文件夹" in capsys.readouterr().err


def test_tidy_writes_once_and_then_says_unchanged(
    valid_raw: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    argv = ["tidy", "--raw", str(valid_raw), "--lang", "en"]
    assert main(argv) == 0 and "changed: observations.csv" in capsys.readouterr().out
    before = {path: path.stat().st_mtime_ns for path in (tmp_path / "tidy").iterdir()}
    assert main(argv) == 0 and capsys.readouterr().out == "unchanged\n"
    assert {path: path.stat().st_mtime_ns for path in (tmp_path / "tidy").iterdir()} == before


def test_tidy_check_writes_nothing(
    valid_raw: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    argv = ["tidy", "--raw", str(valid_raw), "--check"]
    assert main(argv) == 1 and "out of date" in capsys.readouterr().out
    assert not (tmp_path / "tidy").exists()
    assert main(argv[:-1]) == 0
    assert main(argv) == 0


def test_tidy_takes_away_what_no_longer_belongs(valid_raw: Path, tmp_path: Path) -> None:
    (tmp_path / "tidy").mkdir()
    (tmp_path / "tidy" / "old.csv").write_text("x\n", encoding="utf-8")
    (tmp_path / "tidy" / "README.md").write_text("kept\n", encoding="utf-8")
    assert main(["tidy", "--raw", str(valid_raw)]) == 0
    assert not (tmp_path / "tidy" / "old.csv").exists()
    assert (tmp_path / "tidy" / "README.md").exists()


def test_tidy_refuses_and_lists_errors(
    broken: Break, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    raw, at = broken("reads-differently")
    assert main(["tidy", "--raw", str(raw)]) == 1
    said = capsys.readouterr()
    assert f"{at}: [reads-differently]" in said.out and "nothing was written" in said.err
    assert not (tmp_path / "tidy").exists()


def test_the_account_counts_and_lists_numbers_only(
    valid_raw: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    argv = ["account", "--raw", str(valid_raw), "--sources", SOURCES, "--lang", "en", "--list"]
    assert main(argv) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == ("liuxi-2031: 16 digit groups: 12 transcribed, 4 left out, 0 unaccounted")
    assert lines[1].split("\t") == ["  0–4", "2031", "left_out", "date"]
    listed = [line.split("\t")[1] for line in lines if line.startswith("  ")]
    assert len(listed) == 23 and all(text.isdecimal() for text in listed)


def test_the_account_of_what_went_nowhere_is_an_error(
    broken: Break, capsys: pytest.CaptureFixture[str]
) -> None:
    raw, _ = broken("unaccounted")
    assert main(["account", "--raw", str(raw), "--sources", SOURCES]) == 1
    assert "没有着落1处" in capsys.readouterr().out


def test_the_account_without_sources_says_not_checked(
    valid_raw: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["account", "--raw", str(valid_raw)]) == 0
    assert capsys.readouterr().out.count("not checked here") == 2


def test_rules_can_be_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "--rules"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert any(line.startswith("reads-differently\tThe machine") for line in lines)


@pytest.mark.parametrize("command", ["refresh", "clock"])
def test_other_rooms_are_entered_only_when_asked(
    command: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(sys.modules, "apscheduler.schedulers.blocking", raising=False)
    with pytest.raises(SystemExit) as caught:
        main([command, "--help"])
    assert caught.value.code == 0 and "--published" in capsys.readouterr().out
