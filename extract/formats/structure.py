"""What the columns and codes of the SDMX-CSV mean, as an SDMX-ML 3.0 structure message.

Code lists are the set's registries. The message carries no time of its making: equal registries,
equal bytes.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any
from xml.etree import ElementTree as Xml

from extract.formats.sdmx import AGENCY, ATTRIBUTES, DIMENSIONS, FLOW, NONE, VERSION

__all__ = ["LISTED", "REGISTRIES", "written"]

REGISTRIES = ("offices", "indicators", "variants")
"""Tables that code lists are made from."""
PREPARED = "2026-01-01T00:00:00"
"""The header must hold a time; it says nothing here."""
BASE = "http://www.sdmx.org/resources/sdmxml/schemas/v3_0"
SPACES = {"mes": f"{BASE}/message", "str": f"{BASE}/structure", "com": f"{BASE}/common"}
CONCEPTS = "CS_LIVELIHOOD"

Row = Mapping[str, str]
Code = tuple[str, str, str]
"""Identifier, name in Chinese, name in English."""

_LISTS: Mapping[str, tuple[Code, ...]] = {
    "FREQ": (
        ("A", "年", "Annual"),
        ("Q", "季", "Quarterly"),
        ("D", "日", "Daily"),
        ("_O", "其他期间", "Another window"),
    ),
    "WINDOW": (
        ("stock", "时点", "At a date"),
        ("flow", "时段", "In a period"),
        ("cumulative", "累计，起点不明", "Cumulative, beginning unknown"),
    ),
    "OBS_STATUS": (
        ("A", "已核对", "Verified: read twice, and re-read the same by machine"),
        ("V", "未核对", "Transcribed, not verified"),
        ("O", "未提及", "Not mentioned"),
        ("M", "不适用", "Not applicable"),
        ("L", "没有文件", "No document held"),
        ("Q", "不公开", "Suppressed"),
        ("D", "口径不同", "Definition differs"),
        ("B", "中断", "Break"),
        ("E", "计算值", "Computed here"),
    ),
    "STATUS": (
        ("result", "结果", "Result"),
        ("plan", "计划", "Plan"),
        ("target", "目标", "Target"),
        ("planned_capacity", "计划能力", "Planned capacity"),
        ("listed", "总数之下列出的一项", "Listed under a total"),
    ),
    "SCOPE": (
        ("whole", "整个单位", "The whole unit"),
        ("programme", "一个项目", "A named programme or group"),
        ("site", "一处", "One place"),
        ("event", "一次活动", "One event"),
        ("key_dates", "只限某些日子", "Certain days only"),
    ),
    "KIND": (("hard", "词义", "The word's meaning"), ("soft", "约定", "By convention")),
    "PRECISION": (
        ("stated", "写明", "Stated"),
        ("nominal", "报道年份", "The report's year"),
        ("inferred", "推断", "Inferred"),
    ),
}
LISTED: Mapping[str, str] = {
    **{name: name for name in ("FREQ", "REF_AREA", "INDICATOR", "VARIANT", "WINDOW")},
    **{name: name for name in ("OBS_STATUS", "STATUS", "SCOPE")},
    **dict.fromkeys(("LOWER_KIND", "UPPER_KIND"), "KIND"),
    "PERIOD_PRECISION": "PRECISION",
}
"""Component → the code list its values are taken from."""
_TYPES: Mapping[str, str] = {
    "TIME_PERIOD": "ObservationalTimePeriod",
    **dict.fromkeys(("OBS_VALUE", "LOWER", "UPPER"), "Decimal"),
    **dict.fromkeys(("UNIT_MULT", "DECIMALS"), "Integer"),
    **dict.fromkeys(("LOWER_OPEN", "UPPER_OPEN"), "Boolean"),
}
"""Component → its type where it has no code list; any other is text."""


def written(registries: Mapping[str, Iterable[Row]], package: Mapping[str, Any]) -> bytes:
    """The structure message of a set's registries (offices, indicators, variants)."""
    for prefix, space in SPACES.items():
        Xml.register_namespace(prefix, space)
    message = Xml.Element(_name("mes:Structure"))
    _head(message, is_test=bool(package.get("livelihood:synthetic")))
    body = _under(message, "mes:Structures")
    lists = _under(body, "str:Codelists")
    for name, codes in {**_registered(registries), **_LISTS}.items():
        _codelist(lists, name, codes)
    _concepts(_under(body, "str:ConceptSchemes"), package)
    _flow(_under(body, "str:Dataflows"), package)
    _structure(_under(body, "str:DataStructures"))
    Xml.indent(message)
    text: bytes = Xml.tostring(message, encoding="utf-8", xml_declaration=True)
    return text + b"\n"


def _registered(registries: Mapping[str, Iterable[Row]]) -> Mapping[str, Sequence[Code]]:
    """Code lists of areas, indicators and variants; a variant of several indicators is one code."""
    named = {
        name: [(r[key], r["name_zh"], r["name_en"]) for r in registries[table]]
        for name, table, key in (
            ("REF_AREA", "offices", "ref_area"),
            ("INDICATOR", "indicators", "indicator"),
        )
    }
    variants: dict[str, Code] = {NONE: (NONE, "不分口径", "Not applicable")}
    for row in registries["variants"]:
        variants.setdefault(row["variant"], (row["variant"], row["name_zh"], row["name_en"]))
    return {**named, "VARIANT": list(variants.values())}


def _head(message: Xml.Element, *, is_test: bool) -> None:
    head = _under(message, "mes:Header")
    _under(head, "mes:ID").text = f"{FLOW}_STRUCTURE"
    _under(head, "mes:Test").text = "true" if is_test else "false"
    _under(head, "mes:Prepared").text = PREPARED
    _under(head, "mes:Sender", id=AGENCY)


def _codelist(lists: Xml.Element, name: str, codes: Iterable[Code]) -> None:
    own = _artefact(lists, "str:Codelist", f"CL_{name}", name, name)
    for code, chinese, english in codes:
        entry = _under(own, "str:Code", id=code)
        _named(entry, chinese, english)


def _concepts(schemes: Xml.Element, package: Mapping[str, Any]) -> None:
    scheme = _artefact(schemes, "str:ConceptScheme", CONCEPTS, "概念", "Concepts")
    fields = {
        f["name"]: f
        for entry in package["resources"]
        if entry["name"] == "observations"
        for f in entry["schema"]["fields"]
    }
    for name, column in _components():
        field = fields.get(column, {})
        chinese = field.get("livelihood:description_zh") or name
        _named(_under(scheme, "str:Concept", id=name), chinese, field.get("description") or name)


def _components() -> Iterator[tuple[str, str]]:
    yield from DIMENSIONS.items()
    yield "OBS_VALUE", "value"
    yield from ATTRIBUTES.items()
    yield "LABEL", "label"


def _flow(flows: Xml.Element, package: Mapping[str, Any]) -> None:
    label_zh, label_en = (package.get(f"livelihood:label_{x}") or "" for x in ("zh", "en"))
    names = f"民生对照 {label_zh}".strip(), f"Livelihood Compared {label_en}".strip()
    flow = _artefact(flows, "str:Dataflow", FLOW, *names)
    _under(flow, "str:Structure").text = _urn("datastructure.DataStructure", FLOW)


def _structure(structures: Xml.Element) -> None:
    own = _artefact(structures, "str:DataStructure", FLOW, "观测", "Observations")
    parts = _under(own, "str:DataStructureComponents")
    dimensions = _under(parts, "str:DimensionList", id="DimensionDescriptor")
    for place, name in enumerate(DIMENSIONS, 1):
        is_time = name == "TIME_PERIOD"
        position = {} if is_time else {"position": str(place)}
        kind = "str:TimeDimension" if is_time else "str:Dimension"
        _represented(_under(dimensions, kind, id=name, **position), name)
    attributes = _under(parts, "str:AttributeList", id="AttributeDescriptor")
    for name in (*ATTRIBUTES, "LABEL"):
        entry = _under(attributes, "str:Attribute", id=name, usage="optional")
        _represented(entry, name)
        _under(_under(entry, "str:AttributeRelationship"), "str:Observation")
    measures = _under(parts, "str:MeasureList", id="MeasureDescriptor")
    _represented(_under(measures, "str:Measure", id="OBS_VALUE", usage="optional"), "OBS_VALUE")


def _represented(entry: Xml.Element, name: str) -> None:
    concept = _urn("conceptscheme.Concept", CONCEPTS, name)
    _under(entry, "str:ConceptIdentity").text = concept
    local = _under(entry, "str:LocalRepresentation")
    if name in LISTED:
        urn = _urn("codelist.Codelist", f"CL_{LISTED[name]}")
        _under(local, "str:Enumeration").text = urn
    else:
        _under(local, "str:TextFormat", textType=_TYPES.get(name, "String"))


def _artefact(parent: Xml.Element, tag: str, name: str, zh: str, en: str) -> Xml.Element:
    own = _under(parent, tag, id=name, agencyID=AGENCY, version=VERSION)
    _named(own, zh, en)
    return own


def _named(entry: Xml.Element, chinese: str, english: str) -> None:
    for language, words in (("zh", chinese), ("en", english)):
        if words:
            name = _under(entry, "com:Name")
            name.set("{http://www.w3.org/XML/1998/namespace}lang", language)
            name.text = words


def _urn(kind: str, name: str, item: str = "") -> str:
    tail = f".{item}" if item else ""
    return f"urn:sdmx:org.sdmx.infomodel.{kind}={AGENCY}:{name}({VERSION}){tail}"


def _under(parent: Xml.Element, tag: str, **attributes: str) -> Xml.Element:
    return Xml.SubElement(parent, _name(tag), attributes)


def _name(tag: str) -> str:
    prefix, _, local = tag.partition(":")
    return f"{{{SPACES[prefix]}}}{local}"
