"""The documents say what the code does: commands, variables, rules, codes, links."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

from dashboard.compare import Code, State, verdict
from dashboard.dataset import Dataset, read
from dashboard.filters import Filters
from docs.dictionary import PAGE, dictionary
from extract.quantity import PRESETS, RULES, parse

ROOT = Path(__file__).resolve().parent.parent
README, TWIN = ROOT / "README.md", ROOT / "README.zh-CN.md"
METHOD = ROOT / "docs" / "method.md"
DECISIONS = sorted((ROOT / "docs" / "decisions").glob("*.md"))
PAGES = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))]
COMMANDS = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").glob("*.md"))]


@cache
def words(page: Path) -> str:
    return page.read_text(encoding="utf-8")


@cache
def prose(page: Path) -> str:
    """The page without its fenced blocks, where a # is no heading and a bracket no link."""
    return re.sub(r"^```.*?^```$", "", words(page), flags=re.MULTILINE | re.DOTALL)


def headings(page: Path) -> list[tuple[int, str]]:
    found = re.findall(r"^(#+) (.+)$", prose(page), flags=re.MULTILINE)
    return [(len(marks), title) for marks, title in found]


def blocks(page: Path) -> list[str]:
    return re.findall(r"^```.*?^```$", words(page), flags=re.MULTILINE | re.DOTALL)


def variables() -> list[str]:
    """Environment variables that the code reads."""
    paths = [ROOT / "Makefile", ROOT / "Procfile"]
    paths += [path for name in ("extract", "dashboard") for path in (ROOT / name).rglob("*.py")]
    named = re.compile(r"\bLIVELIHOOD_[A-Z]+\b|environ\.get\(\"([A-Z_]+)\"|environ\[\"([A-Z_]+)\"")
    return sorted(
        {
            next(filter(None, match.groups()), match[0])
            for p in paths
            for match in named.finditer(p.read_text(encoding="utf-8"))
        }
    )


def targets() -> list[str]:
    return re.findall(r"^([a-z]+):.*##", words(ROOT / "Makefile"), flags=re.MULTILINE)


def subcommands() -> Iterator[str]:
    for package in ("extract", "dashboard"):
        command = [sys.executable, "-m", package, "--help"]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
        listed = done.stdout.partition("positional arguments:")[2].partition("options:")[0]
        yield from (
            f"python -m {package} {name}"
            for name in re.findall(r"^    (\w+)", listed, flags=re.MULTILINE)
        )


@pytest.mark.parametrize("page", [README, TWIN], ids=lambda page: page.name)
@pytest.mark.parametrize("target", targets())
def test_every_make_target_stands_in_the_readme(target: str, page: Path) -> None:
    assert f"`make {target}`" in words(page)


def test_every_subcommand_stands_in_the_documents() -> None:
    found = list(subcommands())
    assert len(found) >= 7
    said = "\n".join(map(words, COMMANDS))
    assert not [command for command in found if command not in said]


@pytest.mark.parametrize("page", [README, TWIN], ids=lambda page: page.name)
@pytest.mark.parametrize("variable", variables())
def test_every_environment_variable_stands_in_the_readme(variable: str, page: Path) -> None:
    assert f"`{variable}`" in words(page)


def test_the_variables_looked_for_are_found() -> None:
    assert {"PORT", "LIVELIHOOD_RAW", "LIVELIHOOD_SOURCES"} <= set(variables())


def test_the_readme_and_its_twin_have_one_structure() -> None:
    assert [level for level, _ in headings(README)] == [level for level, _ in headings(TWIN)]
    assert blocks(README) == blocks(TWIN)
    assert _rows(README) == _rows(TWIN)
    assert _targets_of_links(README) - {TWIN.name} == _targets_of_links(TWIN) - {README.name}


def _rows(page: Path) -> int:
    return len(re.findall(r"^\|", words(page), flags=re.MULTILINE))


def _targets_of_links(page: Path) -> set[str]:
    return set(re.findall(r"\]\(([^)\s]+)\)", prose(page)))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_resolve(page: Path) -> None:
    for target in _targets_of_links(page):
        file, _, anchor = target.partition("#")
        place = page.parent / file if file else page
        assert "://" in target or place.exists(), target
        assert not anchor or anchor in map(_anchor, headings(place)), target


def _anchor(heading: tuple[int, str]) -> str:
    kept = re.sub(r"[^\w\- ]", "", heading[1].lower())
    return kept.replace(" ", "-")


def descriptor(name: str) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(words(ROOT / "data" / name / "datapackage.json"))
    return read


def test_the_dictionary_is_what_the_descriptors_say() -> None:
    """When this fails: make docs."""
    assert words(PAGE) == dictionary(descriptor("raw"), descriptor("tidy"))


def test_the_dictionary_names_every_column() -> None:
    for entry in (*descriptor("raw")["resources"], *descriptor("tidy")["resources"]):
        for field in entry["schema"]["fields"]:
            assert f"| `{field['name']}` |" in words(PAGE)


EXAMPLE = re.compile(r"`([^`]+)` ([\[(])([\d.]+), ([\d.]+|∞)([\])])")
EXAMPLES = EXAMPLE.findall(METHOD.read_text(encoding="utf-8"))


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example[0])
def test_the_examples_of_the_method_read_so(example: tuple[str, ...]) -> None:
    phrase, *shown = example
    read = parse(phrase)
    assert read is not None
    ends = (_bound(read.lower), _bound(read.upper))
    assert ["(["[not read.lower_open], *ends, ")]"[not read.upper_open]] == shown


def _bound(bound: Decimal | None) -> str:
    return "∞" if bound is None else format(bound, "f")


def test_every_rule_with_bounds_has_an_example() -> None:
    rules = {read.rule for phrase, *_ in EXAMPLES if (read := parse(phrase))}
    assert rules == {rule.id for rule in RULES} - {"R6", "R14"}


@pytest.mark.parametrize("code", [*PRESETS, *Code, *State])
def test_the_method_names_every_code(code: str) -> None:
    assert f"`{code}`" in words(METHOD)


def test_the_method_has_the_verdicts_in_order() -> None:
    rows = re.findall(r"^\| `([A-Z_]+)` \|", words(METHOD), flags=re.MULTILINE)
    assert rows == [str(code) for code in Code]


def test_the_method_explains_every_flag() -> None:
    fields = descriptor("raw")["resources"][0]["schema"]["fields"]
    pattern = next(field for field in fields if field["name"] == "flags")["constraints"]["pattern"]
    flags = set(re.findall(r"[a-z_]{4,}", pattern))
    explained = re.findall(r"^\| `([a-z_]+)` \|", words(METHOD).partition("## 7")[2], re.MULTILINE)
    assert flags == set(explained)


def test_decisions_are_numbered_without_a_gap() -> None:
    numbers = [int(path.name[:4]) for path in DECISIONS]
    assert numbers == list(range(1, len(numbers) + 1))


@pytest.mark.parametrize("page", DECISIONS, ids=lambda page: page.stem)
def test_a_decision_is_one_line_and_its_reasons(page: Path) -> None:
    lines = words(page).splitlines()
    assert lines[0].startswith(f"# {int(page.name[:4])}. ")
    assert any(line.startswith("**Decision.** ") for line in lines)
    assert any(line.startswith("**Why.** ") for line in lines)
    assert len(lines) <= 30


@pytest.fixture(scope="module")
def dataset() -> Dataset:
    return read(ROOT / "data" / "tidy")


def test_the_readme_counts_what_is_there(dataset: Dataset) -> None:
    rows = list(dataset.stream(Filters()))
    units, indicators = {o.ref_area for o in rows}, {o.indicator for o in rows}
    years = f"{min(o.year for o in rows)} to {max(o.year for o in rows)}"
    assert f"{len(rows)} observations, about {len(units)} offices" in words(README)
    assert f"{len(indicators)} indicators, {years}" in words(README)
    assert f"有{len(rows)}条观测，涉及{len(units)}个" in words(TWIN)
    assert f"{len(indicators)}个指标" in words(TWIN)


def test_the_readme_says_how_few_pairs_compare(dataset: Dataset) -> None:
    """When this fails, Limits in the README and its twin have to be counted again."""
    results = list(dataset.stream(Filters(is_result=True)))
    open_pairs = [
        pair
        for pair in combinations(results, 2)
        if pair[0].indicator == pair[1].indicator
        and (pair[0].ref_area, pair[0].year) != (pair[1].ref_area, pair[1].year)
        and not verdict(*pair, dataset.registry).blocks
    ]
    assert ("refuses all but one" in words(README)) == (len(open_pairs) == 1)
    assert ("只有一对没有被拒绝" in words(TWIN)) == (len(open_pairs) == 1)
