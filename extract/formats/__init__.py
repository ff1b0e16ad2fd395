"""The set in the forms that statistical software reads; pure, no third-party import.

`sdmx` writes observations as SDMX-CSV 2.0, `structure` what its columns and codes mean as
SDMX-ML 3.0, `csvw` the CSV files as W3C's metadata vocabulary describes them, `dcat` the set as a
catalogue lists it, `dictionary` every column in words.
"""

import csv
import io
import json
from collections.abc import Iterable, Mapping

from extract.formats import csvw, dcat, dictionary, sdmx, structure

__all__ = [
    "CSVW",
    "DCAT",
    "DICTIONARY",
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


def described(data: Mapping[str, bytes]) -> dict[str, bytes]:
    """What is published beside the files of a set (name → content): SDMX, metadata, words."""
    package = json.loads(data["datapackage.json"])
    registries = {name: structure.rows(data[f"{name}.csv"]) for name in structure.REGISTRIES}
    documents = structure.rows(data["documents.csv"])
    label = str(package.get("livelihood:label_zh", ""))
    return {
        STRUCTURE: structure.written(registries, package),
        CSVW: csvw.written(package),
        DCAT: dcat.written(package, registries["offices"], documents),
        DICTIONARY: dictionary.written(package),
        SDMX: "".join(sdmx.csv(_lines(data["observations.csv"]), label)).encode("utf-8"),
    }


def _lines(content: bytes) -> Iterable[Mapping[str, str]]:
    """The lines of a table, one at a time: observations may be many."""
    file = io.TextIOWrapper(io.BytesIO(content), encoding="utf-8-sig", newline="")
    return csv.DictReader(file)
