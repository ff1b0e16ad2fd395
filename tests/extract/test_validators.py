"""The real and the invented set as they are published, before readers that are not ours.

`pytest -s` shows what each of them says.
"""

from __future__ import annotations

import csv
import subprocess
import sys
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
import sdmx as sdmx1
from csvw import TableGroup
from pysdmx.io import get_datasets
from rdflib import Graph, URIRef
from rdflib.namespace import DCAT, DCTERMS, RDF

from extract.formats import CSVW, STRUCTURE, described, sdmx
from extract.formats import DCAT as ENTRY

pytestmark = pytest.mark.filterwarnings("ignore")
DATA = "observations.sdmx.csv"
BASE = "https://data.example/set/"
Published = Callable[[str], Path]


@pytest.fixture(scope="module")
def published(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A set by its name: its files, what is published beside them, and its SDMX-CSV."""
    made: dict[str, Path] = {}

    def make(name: str) -> Path:
        if name not in made:
            place = made[name] = tmp_path_factory.mktemp(name)
            tidy = request.getfixturevalue(f"{name}_set").tidy
            data = {path.name: path.read_bytes() for path in tidy.iterdir()}
            for file, content in {**data, **described(data)}.items():
                (place / file).write_bytes(content)
            text = "".join(sdmx.csv(rows(place)))
            (place / DATA).write_text(text, encoding="utf-8", newline="")
        return made[name]

    return make


def rows(folder: Path) -> list[dict[str, str]]:
    with (folder / "observations.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def chosen(folder: Path) -> list[dict[str, str]]:
    return [row for row in rows(folder) if row["chosen"] == "true"]


def said(reader: str, name: str, words: str) -> None:
    """What goes into the record."""
    sys.stdout.write(f"\n{reader} {version(reader)}, {name}: {words}\n")


@pytest.mark.parametrize("name", ["real", "demo"])
def test_frictionless_reads_the_data_package(name: str, published: Published) -> None:
    command = [Path(sys.executable).with_name("frictionless"), "validate", "datapackage.json"]
    done = subprocess.run(
        command, cwd=published(name), capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stdout
    assert "INVALID" not in done.stdout
    said("frictionless", name, f"{done.stdout.count('VALID')} tables VALID")


@pytest.mark.parametrize("name", ["real", "demo"])
def test_pysdmx_reads_the_data_with_their_structure(name: str, published: Published) -> None:
    folder = published(name)
    (found,) = get_datasets(folder / DATA, folder / STRUCTURE)
    assert len(found.data) == len(chosen(folder))
    schema: Any = found.structure
    assert [d.id for d in schema.components.dimensions] == list(sdmx.DIMENSIONS)
    assert wrong_codes(found) == {}
    listed = sum(1 for c in schema.components if c.enumeration)
    said(
        "pysdmx", name, f"{found.data.shape[0]} × {found.data.shape[1]}, {listed} columns of codes"
    )


def wrong_codes(found: Any) -> dict[str, set[str]]:
    """Values that are not in the code list of their component."""
    listed = {
        c.id: {x.id for x in c.enumeration} for c in found.structure.components if c.enumeration
    }
    used = {name: set(found.data[name].dropna().astype(str)) - {""} for name in listed}
    return {name: used[name] - codes for name, codes in listed.items() if used[name] - codes}


def test_pysdmx_sees_a_code_that_is_not_listed(published: Published, tmp_path: Path) -> None:
    text = (published("real") / DATA).read_text(encoding="utf-8")
    (tmp_path / DATA).write_text(text.replace(",flow,", ",tide,", 1), encoding="utf-8")
    (found,) = get_datasets(tmp_path / DATA, published("real") / STRUCTURE)
    assert wrong_codes(found) == {"WINDOW": {"tide"}}


@pytest.mark.parametrize("name", ["real", "demo"])
def test_sdmx1_reads_every_key_and_finds_every_code(name: str, published: Published) -> None:
    folder = published(name)
    message: Any = sdmx1.read_sdmx(folder / STRUCTURE)
    flow = message.structure["OBSERVATIONS"]
    told: Any = sdmx1.read_sdmx(folder / DATA, structure=flow)
    found = told.data[0].obs
    assert len(found) == len(chosen(folder))
    listed = {
        d.id: {code.id for code in d.local_representation.enumerated}
        for d in flow.dimensions
        if d.local_representation and d.local_representation.enumerated is not None
    }
    assert {"FREQ", "REF_AREA", "INDICATOR", "VARIANT", "WINDOW"} == set(listed)
    for read in found:
        for dimension, codes in listed.items():
            assert read.dimension[dimension].value in codes
    said("sdmx1", name, f"{len(found)} observations, {len(message.codelist)} code lists")


@pytest.mark.parametrize("name", ["real", "demo"])
def test_csvw_reads_every_table_and_its_references(name: str, published: Published) -> None:
    group = TableGroup.from_file(published(name) / CSVW)
    lengths = {str(table.url): len(list(table.iterdicts())) for table in group.tables}
    assert lengths["observations.csv"] == len(rows(published(name)))
    assert group.check_referential_integrity()
    said("csvw", name, f"{len(lengths)} tables, {sum(lengths.values())} rows, references hold")


@pytest.mark.parametrize("name", ["real", "demo"])
def test_rdflib_reads_the_catalogue_entry(name: str, published: Published) -> None:
    folder = published(name)
    graph = Graph().parse(folder / ENTRY, format="json-ld", publicID=f"{BASE}{ENTRY}")
    (subject,) = graph.subjects(RDF.type, DCAT.Dataset)
    assert {t.language for t in graph.objects(subject, DCTERMS.title)} == {"zh", "en"}
    for wanted in (DCTERMS.license, DCTERMS.rights, DCTERMS.spatial, DCTERMS.temporal):
        assert list(graph.objects(subject, wanted)), wanted
    forms = list(graph.objects(subject, DCAT.distribution))
    addresses = {str(graph.value(form, DCAT.downloadURL)) for form in forms}
    assert {a.removeprefix(BASE) for a in addresses} == {
        *("observations.csv", "by_indicator.parquet", "by_office.parquet"),
        "observations.sdmx.csv",
    }
    assert all(isinstance(graph.value(form, DCAT.mediaType), URIRef) for form in forms)
    (span,) = graph.objects(subject, DCTERMS.temporal)
    first, last = (graph.value(span, end).toPython() for end in (DCAT.startDate, DCAT.endDate))
    assert first < last
    said("rdflib", name, f"{len(graph)} triples, {len(forms)} distributions, {first} to {last}")


def test_an_invented_set_says_so_in_the_catalogue(published: Published) -> None:
    graph = Graph().parse(published("demo") / ENTRY, format="json-ld", publicID=BASE)
    (subject,) = graph.subjects(RDF.type, DCAT.Dataset)
    assert all(
        "虚构" in text or "nvented" in text for text in graph.objects(subject, DCTERMS.title)
    )
