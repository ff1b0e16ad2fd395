"""Write the demonstration set: an invented district, its reports and their transcription.

    python demo/build.py OUT [RAW]

OUT/sources gets one text a report, OUT/raw the tables of the contract, each labelled as
invented. RAW (default: data/raw of this checkout) lends the registries: datapackage.json,
families, indicators, variants, vocabulary, reasons and practice_families. The same registries
give the same bytes.
"""

import csv
import io
import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ledger
from asides import asides, closing
from customs import customs
from district import SILENT, YEARS, offices_of
from ledger import Row, Told
from oddities import BY_INDICATOR, conflicting, oddities
from prose import Fact, Sentence
from reports import Registry, Report
from sections import opening, sections

LABEL_ZH = "演示数据：虚构的澄川区，不是真实办事处"
LABEL_EN = "Demonstration data: the invented Chengchuan district, not real offices"
SYNTHETIC = "livelihood:synthetic"
REGISTRIES = (
    *("families", "indicators", "variants", "vocabulary", "reasons", "practice_families"),
)


@dataclass(frozen=True, slots=True)
class Lent:
    """What the real set lends: its contract, and its registries as they stand."""

    package: dict[str, Any]
    files: Mapping[str, bytes]

    def rows(self, name: str) -> list[Row]:
        """The lines of one registry."""
        return list(csv.DictReader(io.StringIO(self.files[name].decode("utf-8-sig"))))

    @property
    def registry(self) -> Registry:
        """The registries as the writer of reports asks them."""
        indicators = self.rows("indicators")
        return Registry(
            units={row["indicator"]: row["unit"] for row in indicators},
            windows={row["indicator"]: row["window"] for row in indicators},
            variants=frozenset((row["indicator"], row["variant"]) for row in self.rows("variants")),
            reasons=frozenset(row["reason"] for row in self.rows("reasons")),
            customs=frozenset(row["family"] for row in self.rows("practice_families")),
        )


def main(arguments: Sequence[str]) -> int:
    """Build into the folder given; 0 when done, 2 when it may not or cannot build."""
    if len(arguments) not in (1, 2):
        return _say(f"{__doc__}", 2)
    here = Path(__file__).resolve().parent.parent
    raw = Path(arguments[1]) if len(arguments) == 2 else here / "data" / "raw"
    missing = [name for name in _needed() if not (raw / name).is_file()]
    if missing:
        return _say(f"{raw} 缺少 {'、'.join(missing)}；needed to build the demonstration", 2)
    lent = _lent(raw)
    for indicator, variant in BY_INDICATOR:
        if not lent.registry.knows(indicator, variant):
            _say(f"跳过 {indicator} {variant}：登记表里没有 (skipped: not in the registry)", 0)
    return _write(Path(arguments[0]), build(lent))


def build(lent: Lent) -> dict[str, bytes]:
    """Every file of the demonstration set by its path below OUT."""
    reports = [_told(report) for report in _reports(lent.registry)]
    reports.sort(key=lambda one: one.report.document)
    texts = {f"sources/{one.report.document}.txt": one.text.encode() for one in reports}
    return texts | {f"raw/{name}": data for name, data in _raw(lent, reports).items()}


def _reports(registry: Registry) -> list[Report]:
    return [
        Report(office, year, registry)
        for year in YEARS
        for office in offices_of(year)
        if (office.ref_area, year) not in SILENT
    ]


def _told(report: Report) -> Told:
    body: list[Sentence] = [
        tuple(conflicting(report, piece) if isinstance(piece, Fact) else piece for piece in one)
        for one in sections(report)
    ]
    facts = [piece for sentence in body for piece in sentence if isinstance(piece, Fact)]
    odd = [sentence for sentence in oddities(report) if sentence]
    paragraphs = [*opening(report), *body, *odd, *asides(report)]
    paragraphs += [*customs(report), *closing(report, facts)]
    return ledger.told(report, paragraphs)


def _raw(lent: Lent, reports: Sequence[Told]) -> dict[str, bytes]:
    rows = [row for one in reports for row in one.rows]
    families = {row["indicator"]: row["family"] for row in lent.rows("indicators")}
    package = _labelled(lent.package, {families[row["indicator"]] for row in rows})
    columns = {entry["name"]: _columns(entry) for entry in package["resources"]}
    tables: dict[str, Iterable[Row]] = {
        "offices": ledger.offices(),
        "documents": ledger.documents(reports),
        "left_out": ledger.left_out(reports),
        "corrections": ledger.corrections(rows),
        "readings": ledger.readings(rows),
        "not_applicable": ledger.not_applicable(),
        "practices": ledger.practices(reports),
    }
    files = {f"{name}.csv": _csv(columns[name], table) for name, table in tables.items()}
    for path in _family_paths(package):
        own = [row for row in rows if f"{families[row['indicator']]}.csv" == path]
        files[path] = _csv(columns["rows"], own)
    files |= {f"{name}.csv": lent.files[name] for name in REGISTRIES}
    text = json.dumps(package, ensure_ascii=False, indent=2) + "\n"
    return files | {"datapackage.json": text.encode()}


def _labelled(package: dict[str, Any], families: Iterable[str]) -> dict[str, Any]:
    """The contract of the real set with the label, and with a file for every family used."""
    known = _family_paths(package)
    more = sorted({f"{family}.csv" for family in families} - set(known))
    resources = [
        entry | {"path": [*known, *more]} if entry["name"] == "rows" else entry
        for entry in package["resources"]
    ]
    return package | {
        "name": "livelihood-compared-demonstration",
        "title": LABEL_ZH,
        "description": LABEL_EN,
        "resources": resources,
        SYNTHETIC: True,
        "livelihood:label_zh": LABEL_ZH,
        "livelihood:label_en": LABEL_EN,
    }


def _family_paths(package: Mapping[str, Any]) -> list[str]:
    return [
        str(path)
        for entry in package["resources"]
        if entry["name"] == "rows"
        for path in entry["path"]
    ]


def _columns(resource: Mapping[str, Any]) -> list[str]:
    return [field["name"] for field in resource["schema"]["fields"]]


def _csv(columns: Sequence[str], rows: Iterable[Row]) -> bytes:
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, columns, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return buffer.getvalue().encode()


def _write(out: Path, files: Mapping[str, bytes]) -> int:
    """Make OUT hold these files, in place of an older demonstration, never of real tables."""
    contract = out / "raw" / "datapackage.json"
    if contract.is_file() and json.loads(contract.read_text("utf-8")).get(SYNTHETIC) is not True:
        return _say(f"{out / 'raw'} 里是真实数据，不能覆盖 (holds a real set: choose another)", 2)
    for old in [*out.glob("raw/*.csv"), *out.glob("sources/*.txt")]:
        if old.relative_to(out).as_posix() not in files:
            old.unlink()
    for name, data in files.items():
        (out / name).parent.mkdir(parents=True, exist_ok=True)
        (out / name).write_bytes(data)
    return 0


def _needed() -> list[str]:
    return ["datapackage.json", *(f"{name}.csv" for name in REGISTRIES)]


def _lent(raw: Path) -> Lent:
    package = json.loads((raw / "datapackage.json").read_text("utf-8"))
    files = {name: (raw / f"{name}.csv").read_bytes() for name in REGISTRIES}
    return Lent(package, files)


def _say(message: str, code: int) -> int:
    print(message, file=sys.stderr)  # noqa: T201 - this is a command
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
