"""The CSV files as W3C's Metadata Vocabulary for Tabular Data describes them (CSVW).

Made from datapackage.json: the same columns, types and keys, for readers that know CSVW.
"""

import json
from collections.abc import Mapping
from typing import Any

__all__ = ["written"]

TYPES: Mapping[str, Any] = {
    "string": "string",
    "integer": "integer",
    "number": "decimal",
    "date": "date",
    "boolean": {"base": "boolean", "format": "true|false"},
}

Entry = dict[str, Any]


def written(package: Mapping[str, Any]) -> bytes:
    """csv-metadata.json: a table group of every table in the package."""
    files = {entry["name"]: entry["path"] for entry in package["resources"]}
    described = {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "en"}],
        "dc:title": package.get("title", ""),
        "dc:license": {"@id": "https://spdx.org/licenses/MIT"},
        "dialect": {"encoding": "utf-8", "header": True, "delimiter": ",", "doubleQuote": True},
        "tables": [_table(entry, files) for entry in package["resources"]],
    }
    text = json.dumps(described, ensure_ascii=False, indent=1)
    return f"{text}\n".encode()


def _table(entry: Mapping[str, Any], files: Mapping[str, Any]) -> Entry:
    schema = entry["schema"]
    described: Entry = {"columns": [_column(field) for field in schema["fields"]]}
    if key := schema.get("primaryKey"):
        described["primaryKey"] = key
    if keys := schema.get("foreignKeys"):
        described["foreignKeys"] = [_foreign(k, entry["path"], files) for k in keys]
    about = {"dc:title": entry.get("title", ""), "dc:description": entry.get("description", "")}
    return {"url": entry["path"], **about, "tableSchema": described}


def _column(field: Mapping[str, Any]) -> Entry:
    limits = field.get("constraints", {})
    kind = TYPES.get(field["type"], "string")
    if field["type"] == "boolean" and (true := field.get("trueValues")):
        kind = {"base": "boolean", "format": f"{true[0]}|{field['falseValues'][0]}"}
    titles = {"zh": field["livelihood:description_zh"]} if _has_zh(field) else {}
    return {
        "name": field["name"],
        "titles": field["name"],
        "dc:description": field.get("description", ""),
        **({"rdfs:label": {"@value": titles["zh"], "@language": "zh"}} if titles else {}),
        "datatype": kind,
        "required": bool(limits.get("required")),
    }


def _has_zh(field: Mapping[str, Any]) -> bool:
    return bool(field.get("livelihood:description_zh"))


def _foreign(key: Mapping[str, Any], own: str, files: Mapping[str, Any]) -> Entry:
    reference = key["reference"]
    resource = files[reference["resource"]] if reference.get("resource") else own
    return {
        "columnReference": key["fields"],
        "reference": {"resource": resource, "columnReference": reference["fields"]},
    }
