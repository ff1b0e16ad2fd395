"""Names of base units in English, singular and plural; Chinese needs none."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from dashboard.wording.words import Locale

TIGHT = frozenset({"%", "‰", "℃"})
"""Units written against the number without a space."""

ENGLISH: Mapping[str, tuple[str, str]] = {
    **dict.fromkeys(("人", "名", "位"), ("person", "people")),
    "人次": ("attendance", "attendances"),
    "户": ("household", "households"),
    "户次": ("household visit", "household visits"),
    "家": ("establishment", "establishments"),
    "家次": ("visit to a firm", "visits to firms"),
    "处": ("place", "places"),
    "件": ("case", "cases"),
    "件次": ("case handling", "case handlings"),
    "例": ("case", "cases"),
    "批": ("group", "groups"),
    "批次": ("batch", "batches"),
    "条": ("item", "items"),
    "次": ("time", "times"),
    "项": ("item", "items"),
    "场": ("session", "sessions"),
    "期": ("session", "sessions"),
    "节": ("lesson", "lessons"),
    "门": ("course", "courses"),
    "册": ("copy", "copies"),
    "份": ("copy", "copies"),
    "张": ("sheet", "sheets"),
    "枚": ("badge", "badges"),
    "面": ("banner", "banners"),
    "对": ("couple", "couples"),
    "支": ("team", "teams"),
    "栋": ("building", "buildings"),
    "座": ("structure", "structures"),
    "间": ("room", "rooms"),
    "套": ("set", "sets"),
    "台": ("machine", "machines"),
    "辆": ("vehicle", "vehicles"),
    "盏": ("lamp", "lamps"),
    "盒": ("box", "boxes"),
    "棵": ("tree", "trees"),
    "块": ("piece", "pieces"),
    "只": ("piece", "pieces"),
    "床": ("bed", "beds"),
    "席": ("seat", "seats"),
    "餐": ("meal", "meals"),
    "班": ("class", "classes"),
    "组": ("group", "groups"),
    "队": ("team", "teams"),
    "团": ("group", "groups"),
    "种": ("kind", "kinds"),
    "类": ("kind", "kinds"),
    "篇": ("article", "articles"),
    "幅": ("picture", "pictures"),
    "元": ("yuan", "yuan"),
    "美元": ("US dollar", "US dollars"),
    "港元": ("Hong Kong dollar", "Hong Kong dollars"),
    "欧元": ("euro", "euros"),
    "平方米": ("m²", "m²"),
    "平方公里": ("km²", "km²"),
    "立方米": ("m³", "m³"),
    "米": ("m", "m"),
    "公里": ("km", "km"),
    "公顷": ("ha", "ha"),
    "亩": ("mu", "mu"),
    "吨": ("t", "t"),
    "公斤": ("kg", "kg"),
    "斤": ("jin", "jin"),
    "分钟": ("minute", "minutes"),
    "小时": ("hour", "hours"),
    "天": ("day", "days"),
    "日": ("day", "days"),
    "周": ("week", "weeks"),
    "月": ("month", "months"),
    "年": ("year", "years"),
    "岁": ("year of age", "years of age"),
    "倍": ("time as many", "times as many"),
    "百分点": ("percentage point", "percentage points"),
    "千分点": ("per-mille point", "per-mille points"),
}


def unit_name(unit: str, locale: Locale) -> str:
    """A unit standing alone, as in a caption: 件, cases; 个 is a bare count."""
    if locale == "zh":
        return unit
    if unit in ("个", ""):
        return "count"
    return ENGLISH.get(unit, (unit, unit))[1]


def unit_in_full(unit: str, locale: Locale) -> str:
    """A unit in a sentence: 件, or cases (件), so that 家 and 个 stay apart in English too."""
    if locale == "zh" or not unit:
        return unit_name(unit, locale)
    name = "items" if unit == "个" else unit_name(unit, locale)
    return name if name == unit else f"{name} ({unit})"


def with_unit(number: str, unit: str, locale: Locale, value: Decimal | None = None) -> str:
    """A number with its unit: 130件, 130 cases, 12%. `value` decides the English singular.

    个 has no English: `10个` is just 10. A unit without an English name keeps its Chinese one.
    """
    if locale == "zh" or unit in TIGHT:
        return f"{number}{unit}"
    if unit in ("个", ""):
        return number
    singular, plural = ENGLISH.get(unit, (unit, unit))
    return f"{number} {singular if value is not None and abs(value) == 1 else plural}"
