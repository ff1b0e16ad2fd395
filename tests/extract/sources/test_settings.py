"""sources.toml: read into values, or everything wrong with it at once and in place."""

from pathlib import Path

import pytest

from extract.sources import load
from extract.unreadable import Unreadable

ROOT = Path(__file__).resolve().parents[3]
SOUND = """[[source]]
name = "office"
kind = "http"
where = "https://data.example.org/volunteers.csv"
schedule = "15m"
owner = "某某"
"""


def told(folder: Path, text: str) -> list[tuple[str, str]]:
    path = folder / "sources.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(Unreadable) as caught:
        load(path)
    assert all(problem.message_zh and problem.next_step_zh for problem in caught.value.problems)
    return [(problem.where, problem.rule) for problem in caught.value.problems]


def test_the_documented_example_is_read() -> None:
    found = load(ROOT / "docs" / "sources.example.toml")
    assert [source.kind for source in found] == ["folder", "inbox", "http"]
    assert found[0].where == str(ROOT / "docs" / "incoming" / "street-office")
    text = (ROOT / "docs" / "sources.example.toml").read_text(encoding="utf-8")
    fields = set(type(found[0]).__dataclass_fields__)
    assert {name for name in fields if f"\n{name} = " in text} == fields


def test_tables_of_other_rooms_are_let_be(tmp_path: Path) -> None:
    path = tmp_path / "sources.toml"
    path.write_text(f'{SOUND}[publish]\nfolder = "out"\n', encoding="utf-8")
    assert load(path)[0].on_failure == "keep"


def test_no_source_is_no_problem(tmp_path: Path) -> None:
    path = tmp_path / "sources.toml"
    path.write_bytes(b"")
    assert load(path) == ()


@pytest.mark.parametrize(
    ("line", "instead", "at", "rule"),
    [
        ('name = "office"', 'name = "../office"', 2, "wrong-value"),
        ('name = "office"', 'name = ""', 2, "wrong-value"),
        ('kind = "http"', 'kind = "ftp"', 3, "wrong-value"),
        ('kind = "http"', "kind = 7", 3, "wrong-value"),
        ('owner = "某某"', 'owner = ""', 6, "wrong-value"),
        ('owner = "某某"', 'ownr = "某某"', 6, "unknown-key"),
        ('schedule = "15m"', 'schedule = "soon"', 5, "schedule"),
        ('schedule = "15m"', 'schedule = "1s"', 5, "schedule"),
        ('schedule = "15m"', 'schedule = "0 6 * *"', 5, "schedule"),
        ('schedule = "15m"', 'schedule = "15m"\ntimezone = "Mars/North"', 6, "wrong-value"),
        ('schedule = "15m"', 'schedule = "15m"\ntable = "../x.csv"', 6, "wrong-value"),
        ('schedule = "15m"', 'schedule = "15m"\ntable = "volunteers"', 6, "wrong-value"),
        ('schedule = "15m"', 'schedule = "15m"\nmax_bytes = "20MB"', 6, "wrong-value"),
        ('schedule = "15m"', 'schedule = "15m"\nmax_bytes = true', 6, "wrong-value"),
        ('schedule = "15m"', 'schedule = "15m"\ntimeout_seconds = 0', 6, "wrong-value"),
        ('schedule = "15m"', 'schedule = "15m"\ntimeout_seconds = nan', 6, "wrong-value"),
        ('schedule = "15m"', 'schedule = "15m"\nallow_private = "yes"', 6, "wrong-value"),
        ('schedule = "15m"', 'schedule = "15m"\non_failure = "shrug"', 6, "wrong-value"),
        ('schedule = "15m"', 'schedule = "15m"\ndocuments = "a-2023"', 6, "wrong-value"),
        ("https://data.example.org", "file" + ":///etc", 4, "address"),
        ("https://data.example.org", "https://me:word@data.example.org", 4, "address"),
        ("https://data.example.org", "https://data.example.org:99999", 4, "address"),
        ("https://data.example.org", "http://2130706433", 4, "address"),
        ("https://data.example.org", "http://0177.0.0.1", 4, "address"),
        ("https://data.example.org", "http://169.254.169.254", 4, "address-refused"),
        ("https://data.example.org", "http://[::1]", 4, "address-refused"),
        ("[[source]]", "[source]", 0, "wrong-value"),
        ("[[source]]", "[[sources]]", 0, "unknown-key"),
        ('kind = "http"', "kind = http", 3, "sources-syntax"),
    ],
)
def test_each_flaw_is_named_with_its_line(
    line: str, instead: str, at: int, rule: str, tmp_path: Path
) -> None:
    assert line in SOUND
    where = f"sources.toml:{at}" if at else "sources.toml"
    assert (where, rule) in told(tmp_path, SOUND.replace(line, instead))


def test_everything_is_told_at_once(tmp_path: Path) -> None:
    text = f'{SOUND}\n# another\n[[source]]\nname = "office"\nkind = "inbox"\nschedule = "x"\n'
    assert told(tmp_path, text) == [
        ("sources.toml:9", "missing-key"),
        ("sources.toml:9", "missing-key"),
        ("sources.toml:12", "schedule"),
        ("sources.toml:10", "name-taken"),
    ]


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", None])
def test_a_file_that_cannot_be_read(content: bytes | None, tmp_path: Path) -> None:
    path = tmp_path / "sources.toml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(Unreadable) as caught:
        load(path)
    assert caught.value.problems[0].rule in {"encoding", "sources-missing"}
