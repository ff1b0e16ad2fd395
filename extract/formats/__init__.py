"""The set in the forms that statistical software reads; pure, no third-party import.

`sdmx` writes observations as SDMX-CSV 2.0, `structure` what its columns and codes mean as
SDMX-ML 3.0, `csvw` the CSV files as W3C's metadata vocabulary describes them, `dcat` the set as a
catalogue lists it.
"""

import json
from collections.abc import Mapping

from extract.formats import csvw, dcat, sdmx, structure

__all__ = ["CSVW", "DCAT", "STRUCTURE", "csvw", "dcat", "described", "sdmx", "structure"]

STRUCTURE = "structure.xml"
CSVW = "csv-metadata.json"
DCAT = "dcat.json"


def described(data: Mapping[str, bytes]) -> dict[str, bytes]:
    """What is published beside the files of a set (name → content): structure, metadata, entry."""
    package = json.loads(data["datapackage.json"])
    registries = {name: structure.rows(data[f"{name}.csv"]) for name in structure.REGISTRIES}
    documents = structure.rows(data["documents.csv"])
    return {
        STRUCTURE: structure.written(registries, package),
        CSVW: csvw.written(package),
        DCAT: dcat.written(package, registries["offices"], documents),
    }
