"""The set in the forms that software reads; pure, but for the large set's, written to disk.

`sdmx` writes observations as SDMX-CSV 2.0, `structure` what its columns and codes mean as
SDMX-ML 3.0, `csvw` the CSV files as W3C's metadata vocabulary describes them, `dcat` the set as a
catalogue lists it, `dictionary` every column in words; documents.parquet holds documents.csv.
"""

import json
from collections.abc import Mapping
from pathlib import Path

from extract import content, parquet
from extract.content import Content
from extract.formats import csvw, dcat, dictionary, sdmx, structure

__all__ = [
    "CSVW",
    "DCAT",
    "DICTIONARY",
    "DOCUMENTS",
    "SDMX",
    "STRUCTURE",
    "csvw",
    "dcat",
    "described",
    "dictionary",
    "sdmx",
    "structure",
]

STRUCTURE = "structure.xml"
CSVW = "csv-metadata.json"
DCAT = "dcat.json"
DICTIONARY = "data-dictionary.md"
SDMX = "observations.sdmx.csv"
DOCUMENTS = "documents.parquet"


def described(data: Mapping[str, Content], into: Path | None = None) -> dict[str, Content]:
    """What is published beside the files of a set (name → content): SDMX, metadata, words.

    The SDMX of an observations.csv on disk is written into the folder `into`, by default beside
    it. Raises OSError.
    """
    with content.opened(data["datapackage.json"]) as file:
        package = json.load(file)
    registries = {name: list(content.lines(data[f"{name}.csv"])) for name in structure.REGISTRIES}
    label = str(package.get("livelihood:label_zh", ""))
    documents = data["documents.csv"]
    return {
        STRUCTURE: structure.written(registries, package),
        CSVW: csvw.written(package),
        DCAT: dcat.written(package, registries["offices"], content.lines(documents)),
        DICTIONARY: dictionary.written(package),
        SDMX: _observed(data["observations.csv"], label, into),
        DOCUMENTS: parquet.documents(documents),
    }


def _observed(observations: Content, label: str, into: Path | None) -> Content:
    if not isinstance(observations, Path):
        return "".join(sdmx.csv(content.lines(observations), label)).encode("utf-8")
    place = (into or observations.parent) / SDMX
    sdmx.write(observations, place, label)
    return place
