"""A catalogue entry of the set (DCAT 3 as JSON-LD): what there is, in which forms, on what terms.

Addresses are relative to where the entry lies: beside a set's files, or where the service gives it.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

__all__ = ["SERVED", "Form", "written"]

Entry = dict[str, Any]
Row = Mapping[str, str]
Form = tuple[str, str, str, str]
"""Address, media type, what the form follows (an IRI or ''), and its title in both languages."""

CONTEXT: Entry = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
MEDIA = "https://www.iana.org/assignments/media-types/"
LICENCE = "https://spdx.org/licenses/MIT"
CSVW = "http://www.w3.org/ns/csvw"
SDMX_CSV = "https://github.com/sdmx-twg/sdmx-csv"
CSV, PARQUET, XML = "text/csv", "application/vnd.apache.parquet", "application/xml"
TERMS = {
    "zh": "程序和整理出来的数据按 MIT 许可使用，保留出处和许可说明；"
    "报道原文属于发表者，不在数据里。",
    "en": "Program and prepared data under the MIT licence, attribution and notice kept; the "
    "reports' own text belongs to its publishers and is not part of the data.",
}
SAID = {
    "zh": "街道办事处、镇、园区在报道里写到的民生数字，含上下界、原文写法和依据。",
    "en": "Numbers that sub-district offices, towns and zones state in their reports, with the "
    "bounds of their wording and their evidence.",
}
BESIDE: Sequence[Form] = (
    ("observations.csv", CSV, CSVW, "观测，CSV / Observations, CSV"),
    ("by_indicator.parquet", PARQUET, "", "观测，Parquet，按指标 / Parquet by indicator"),
    ("by_office.parquet", PARQUET, "", "观测，Parquet，按单位 / Parquet by office"),
    (
        "observations.sdmx.csv",
        CSV,
        SDMX_CSV,
        "观测，SDMX-CSV 2.0 / Observations, SDMX-CSV 2.0",
    ),
)
"""Forms of the observations in a published folder."""
SERVED: Sequence[Form] = (
    ("/api/v1/observations.csv", CSV, "", "观测，CSV（带 BOM） / Observations, CSV with BOM"),
    ("/api/v1/observations.parquet", PARQUET, "", "观测，Parquet / Observations, Parquet"),
    (
        "/api/v1/observations.sdmx.csv",
        CSV,
        SDMX_CSV,
        "观测，SDMX-CSV 2.0 / Observations, SDMX-CSV 2.0",
    ),
    (
        "/api/v1/observations",
        "application/json",
        "",
        "观测，JSON 分页 / Observations, JSON in pages",
    ),
)
"""Forms that the service gives."""


def written(
    package: Mapping[str, Any],
    offices: Iterable[Row],
    documents: Iterable[Row],
    forms: Sequence[Form] = BESIDE,
    at: str = "",
) -> bytes:
    """dcat.json of a set; `at` is put before the names of the files that describe it."""
    label = {x: package.get(f"livelihood:label_{x}") or "" for x in ("zh", "en")}
    entry: Entry = {
        "@context": CONTEXT,
        "@id": "#dataset",
        "@type": "dcat:Dataset",
        "dct:title": _said("民生对照：观测", "Livelihood Compared: observations", label),
        "dct:description": _said(SAID["zh"], SAID["en"], label),
        "dct:language": [_iri(f"http://id.loc.gov/vocabulary/iso639-1/{x}") for x in ("zh", "en")],
        "dct:license": _iri(LICENCE),
        "dct:rights": {
            "@type": "dct:RightsStatement",
            "dct:description": _said(TERMS["zh"], TERMS["en"]),
        },
        "dcat:keyword": [_word("民生", "zh"), _word("livelihood", "en")],
        "dct:spatial": list(_places(offices)),
        "dct:temporal": _span(documents),
        "dct:conformsTo": _iri(f"{at}structure.xml"),
        "dcat:distribution": [_distribution(form) for form in forms],
        "foaf:page": [
            _iri(f"{at}{name}")
            for name in (
                "datapackage.json",
                "csv-metadata.json",
                "structure.xml",
                "data-dictionary.md",
            )
        ],
    }
    text = json.dumps({k: v for k, v in entry.items() if v}, ensure_ascii=False, indent=1)
    return f"{text}\n".encode()


def _distribution(form: Form) -> Entry:
    address, media, follows, title = form
    chinese, _, english = title.partition(" / ")
    found: Entry = {
        "@type": "dcat:Distribution",
        "dct:title": _said(chinese, english),
        "dcat:accessURL": _iri(address),
        "dcat:downloadURL": _iri(address),
        "dcat:mediaType": _iri(f"{MEDIA}{media}"),
        "dct:license": _iri(LICENCE),
    }
    return {**found, "dct:conformsTo": _iri(follows)} if follows else found


def _places(offices: Iterable[Row]) -> Iterable[Entry]:
    """The cities of the offices."""
    cities = dict.fromkeys((row["city_zh"], row["city_en"]) for row in offices)
    for chinese, english in cities:
        if chinese or english:
            yield {"@type": "dct:Location", "skos:prefLabel": _said(chinese, english)}


def _span(documents: Iterable[Row]) -> Entry:
    """From the first day that a report tells of to the last."""
    first, last = "", ""
    for row in documents:
        days = [row[name] for name in ("period_start", "period_end") if row[name]]
        first = min([first, *days] if first else days, default="")
        last = max([last, *days])
    if not last:
        return {}
    ends = {"dcat:startDate": first, "dcat:endDate": last}
    typed = {name: {"@value": day, "@type": "xsd:date"} for name, day in ends.items()}
    return {"@type": "dct:PeriodOfTime", **typed}


def _said(chinese: str, english: str, label: Mapping[str, str] | None = None) -> list[Entry]:
    """Words in both languages; the label of an invented set stands before them."""
    marks = label or {"zh": "", "en": ""}
    pairs = (("zh", chinese), ("en", english))
    return [
        _word(f"{marks[language]} {text}".strip(), language) for language, text in pairs if text
    ]


def _word(text: str, language: str) -> Entry:
    return {"@value": text, "@language": language}


def _iri(address: str) -> Entry:
    return {"@id": address}
