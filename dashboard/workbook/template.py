"""The return form of one office and period: `template(dataset, area, period)` gives an .xlsx file.

Three sheets: how to fill it in, the form, invented examples. Only the cells an office fills in can
be changed; their drop-downs and limits say what is wrong while it is typed. No macro, no link. The
same data set, office and period give the same bytes.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Protection
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from dashboard.store import Dataset
from dashboard.workbook import prefilled
from dashboard.workbook.archive import finished
from dashboard.workbook.looks import (
    BODY,
    CORNER,
    HEAD,
    LABEL,
    MUTED,
    STRONG,
    TITLE,
    Look,
    Palette,
)
from extract.returns import Line, Period, form, lines

__all__ = ["office_of", "template"]

CREATOR = "Livelihood Compared"
UNDATED = date(2000, 1, 1)
A4 = 9
TOP = 8
"""Row of the heads."""
WIDTHS = {
    "indicator": 22,
    "variant": 14,
    "window": 6,
    "number": 13,
    "unit": 9,
    "start": 12,
    "end": 12,
    "state": 9,
    "note": 22,
    "before": 24,
    "definition": 46,
    "code": 26,
}
OPEN = frozenset({"number", "unit", "start", "end", "state", "note"})
FILLED = Look(pattern="solid", fill="FFFFF8E1")
FILLED_NUMBER = Look(pattern="solid", fill="FFFFF8E1", align="right", indent=1, is_wrapped=False)
HOW = (
    ("1", "只填“填报”表的浅黄色格；其余格已锁定。", "Fill in the pale yellow cells only."),
    (
        "2",
        "填报数照实际写：1234、1,234、2.3万、近20、20余 都可以，不必换算，也不要去掉“近”“余”。",
        "Write numbers as they are: 1234, 1,234, 2.3万, 近20, 20余. Keep the qualifying words.",
    ),
    (
        "3",
        "确实为零填 0。没有统计、不适用的，填报数留空，在“情况”中选；不适用的在“说明”写理由。",
        "Enter 0 for a real zero; else leave it empty and choose why under 情况. 不适用 (not"
        " applicable) needs its reason under 说明.",
    ),
    (
        "4",
        "单位从下拉中选。金额按万元统计的，选“万元”，数字不必乘一万。",
        "Choose the unit from the list; amounts counted in 万元 keep their number.",
    ),
    (
        "5",
        "起止日期已按期间填好；实际统计到别的日子，改成实际日期。期末数只看“止”。",
        "The dates are filled in; change them if the count ends on another day.",
    ),
    (
        "6",
        "说明写统计范围或与上期不同之处，最多60字。",
        "Notes: the scope, or what differs from before; 60 characters at most.",
    ),
    (
        "7",
        "不要增删列，不要改编号；用不着的行空着即可。存为 xlsx 或 CSV 发回，不要加密码、不要带宏。",
        "Keep the columns and codes. Send it back as xlsx or CSV, no password, no macro.",
    ),
)
EXAMPLES = (
    ("调解件数（举例）", "", "期内", "1,130", "件", "", "", "照台账填写，逗号可有可无"),
    ("志愿者人数（举例）", "值班", "期内", "近20", "人", "", "", "不是准数时保留“近”“余”“约”"),
    ("发放金额（举例）", "", "期内", "2.3", "万元", "", "", "按万元统计的选“万元”"),
    ("来访批次（举例）", "", "期内", "0", "批次", "", "", "确实没有发生，填 0"),
    ("食堂座位（举例）", "", "期末", "", "个", "未统计", "", "没有统计，填报数留空"),
    (
        "渔民补贴（举例）",
        "",
        "期内",
        "",
        "元",
        "不适用",
        "辖区内没有渔民",
        "不会有这种数的，写理由",
    ),
)


def template(dataset: Dataset, area: str, period: Period) -> bytes:
    """The form for `area` and `period`; KeyError when the set knows no such office."""
    office = dataset.offices[area]
    book, palette = Workbook(), Palette()
    book.remove(book.worksheets[0])
    name = f"{office.name.zh} {period.name} 填报表"
    book.properties.title = name
    book.properties.creator = book.properties.lastModifiedBy = CREATOR
    _how(book.create_sheet("填写说明"), palette, name, dataset.label.zh)
    sheet = _Form(dataset, area, period, book.create_sheet(form.SHEET), palette)
    sheet.draw(name)
    _examples(book.create_sheet("示例"), palette)
    for ws in book.worksheets:
        _page(ws)
    raw = io.BytesIO()
    book.save(raw)
    dated = dataset.facts.last_read or UNDATED
    return finished(raw.getvalue(), [{}] * len(book.worksheets), [], dated)


def office_of(dataset: Dataset, said: str) -> str | None:
    """The office that a code or a name means; None unless exactly one is called so."""
    if said in dataset.offices:
        return said
    called = [
        code for code, o in dataset.offices.items() if said in {o.name.zh, o.short.zh, o.name.en}
    ]
    return called[0] if len(called) == 1 else None


class _Form:
    """The sheet to fill in, being written."""

    def __init__(
        self, dataset: Dataset, area: str, period: Period, ws: Any, palette: Palette
    ) -> None:
        self._dataset, self._area, self._period = dataset, area, period
        self._ws, self._palette = ws, palette
        self._letters = {h.key: get_column_letter(n) for n, h in enumerate(form.HEADS, 1)}

    def draw(self, name: str) -> None:
        """Corner, heads, a line an indicator and variant, drop-downs, limits, protection."""
        for head in form.HEADS:
            self._ws.column_dimensions[self._letters[head.key]].width = WIDTHS[head.key]
        self._corner(name)
        for head in form.HEADS:
            self._put(f"{self._letters[head.key]}{TOP}", head.name, HEAD)
        before = prefilled.before(self._dataset, self._area, self._period)
        held = prefilled.held(self._dataset, self._area, self._period)
        made = [*lines(self._dataset.tables["indicators"], self._dataset.tables["variants"])]
        for row, line in enumerate(made, TOP + 1):
            key = line.indicator, line.variant
            self._line(row, line, {"before": before.get(key, ""), **held.get(key, {})})
        self._limits(made)
        self._protect(TOP + len(made))

    def _corner(self, name: str) -> None:
        office, period = self._dataset.offices[self._area], self._period
        self._put("A1", name, TITLE)
        self._ws.row_dimensions[1].height = 26
        if self._dataset.label.zh:
            self._put(
                "A2",
                self._dataset.label.zh,
                Look(size=22, is_bold=True, is_ruled=False, is_wrapped=False),
            )
            self._ws.row_dimensions[2].height = 34
        self._put("A3", "只填浅黄色格；确实为零填 0，没有统计的留空并选“情况”。", CORNER)
        facts = (
            (form.OFFICE, self._area),
            (form.OFFICE_NAME, office.name.zh),
            (form.PERIOD, period.name),
        )
        for row, (key, value) in enumerate(facts, 4):
            self._put(f"A{row}", key, CORNER)
            self._put(f"B{row}", value, Look(is_bold=True, is_ruled=False, is_wrapped=False))
        days = f"{period.start} 至 {period.end}"
        self._put("D6", days, CORNER)

    def _line(self, row: int, line: Line, known: Mapping[str, object]) -> None:
        period = self._period
        start = period.start if line.window == "flow" else None
        cells: dict[str, object] = {
            "indicator": line.name,
            "variant": line.variant_name,
            "window": form.WINDOWS[line.window],
            "number": None,
            "unit": form.units(line.unit)[0],
            "start": start,
            "end": period.end,
            "state": None,
            "note": None,
            "definition": line.definition,
            "code": line.code,
            **known,
        }
        for key, value in cells.items():
            look = STRONG if key == "indicator" else BODY if key == "variant" else MUTED
            if key in OPEN:
                look = FILLED_NUMBER if key == "number" else FILLED
            cell = self._put(f"{self._letters[key]}{row}", value, look)
            if key in {"start", "end"}:
                cell.number_format = "yyyy-mm-dd"
            if key in OPEN and not (key == "start" and start is None):
                cell.protection = Protection(locked=False)
        longest = max(-(-len(line.definition) * 2 // 44), -(-len(line.name) * 2 // 20), 1)
        self._ws.row_dimensions[row].height = min(15.0 * longest + 4, 400)

    def _limits(self, made: Sequence[Line]) -> None:
        first, last = TOP + 1, TOP + len(made)
        for unit in dict.fromkeys(line.unit for line in made):
            rows = [n for n, line in enumerate(made, first) if line.unit == unit]
            self._add(_number_limit(unit, f"{self._letters['number']}{rows[0]}"), "number", rows)
            self._add(_unit_list(unit), "unit", rows)
        every = range(first, last + 1)
        self._add(_date_limit(self._period), "end", every)
        flows = [n for n, line in enumerate(made, first) if line.window == "flow"]
        self._add(_date_limit(self._period), "start", flows)
        self._add(_state_list(), "state", every)
        self._add(_note_limit(), "note", every)

    def _add(self, limit: DataValidation, key: str, rows: Sequence[int]) -> None:
        for first, last in _runs(rows):
            limit.add(f"{self._letters[key]}{first}:{self._letters[key]}{last}")
        self._ws.add_data_validation(limit)

    def _protect(self, last: int) -> None:
        ws = self._ws
        ws.protection.sheet = True
        for allowed in ("formatCells", "formatColumns", "formatRows", "sort", "autoFilter"):
            setattr(ws.protection, allowed, False)
        ws.freeze_panes = f"C{TOP + 1}"
        ws.auto_filter.ref = f"A{TOP}:{get_column_letter(len(form.HEADS))}{last}"
        ws.print_title_rows = f"{TOP}:{TOP}"
        ws.print_area = f"A1:{self._letters['definition']}{last}"

    def _put(self, place: str, value: Any, look: Look) -> Any:
        cell = self._ws[place]
        self._palette.paint(cell, look)
        if value not in (None, ""):
            cell.value = value
            if isinstance(value, str):
                cell.data_type = "s"
        return cell


def _number_limit(unit: str, cell: str) -> DataValidation:
    """Words such as 近20 pass; a plain number is not negative, and whole where it counts."""
    is_counted = unit not in {"元", "%", "平方米", "平方公里"}
    tests = [f"{cell}>=0"]
    if is_counted:
        tests.append(f"{cell}=INT({cell})")
    if unit == "%":
        tests.append(f"{cell}<=100")
    plain = tests[0] if len(tests) == 1 else f"AND({','.join(tests)})"
    said = {"%": "0 至 100 的数", "元": "不小于 0 的数"}.get(
        unit, "不小于 0 的整数" if is_counted else "不小于 0 的数"
    )
    formula = f"AND(LEN({cell})<={form.NUMBER_LENGTH},IF(ISNUMBER({cell}),{plain},TRUE))"
    return DataValidation(
        type="custom",
        formula1=formula,
        allow_blank=True,
        showErrorMessage=True,
        showInputMessage=True,
        errorTitle="填报数",
        error=f"应为{said}，或 近20、20余、2.3万 这样的写法，最多{form.NUMBER_LENGTH}字。",
        promptTitle="填报数",
        prompt=f"单位：{unit}。可写 1234、近20、20余、2.3万。确实为零填 0。",
    )


def _unit_list(unit: str) -> DataValidation:
    choices = form.units(unit)
    return DataValidation(
        type="list",
        formula1=f'"{",".join(choices)}"',
        allow_blank=False,
        showErrorMessage=True,
        errorTitle="单位",
        error=f"从下拉中选：{'、'.join(choices)}。其他单位的数不能比较，写在说明里。",
    )


def _date_limit(period: Period) -> DataValidation:
    return DataValidation(
        type="date",
        operator="between",
        formula1=_day(period.start),
        formula2=_day(period.end),
        allow_blank=False,
        showErrorMessage=True,
        showInputMessage=True,
        errorTitle="日期",
        error=f"应为 {period.start} 至 {period.end} 之间的日期，写成 2024-03-31 的样子。",
        promptTitle="日期",
        prompt="实际统计到的日子；与期间相同的不必改。",
    )


def _day(day: date) -> str:
    return f"DATE({day.year},{day.month},{day.day})"


def _state_list() -> DataValidation:
    return DataValidation(
        type="list",
        formula1=f'"{",".join(form.STATES)}"',
        allow_blank=True,
        showErrorMessage=True,
        showInputMessage=True,
        errorTitle="情况",
        error=f"从下拉中选：{'、'.join(form.STATES)}；有数的留空。",
        promptTitle="情况",
        prompt="没有数时选原因；有数的留空。选“不适用”的，在“说明”写理由。",
    )


def _note_limit() -> DataValidation:
    return DataValidation(
        type="textLength",
        operator="lessThanOrEqual",
        formula1=str(form.NOTE_LENGTH),
        allow_blank=True,
        showErrorMessage=True,
        errorTitle="说明",
        error=f"最多{form.NOTE_LENGTH}字。",
    )


def _runs(rows: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Neighbouring rows as (first, last)."""
    start = end = None
    for row in rows:
        if end is not None and row == end + 1:
            end = row
            continue
        if start is not None and end is not None:
            yield start, end
        start = end = row
    if start is not None and end is not None:
        yield start, end


def _how(ws: Any, palette: Palette, name: str, label: str) -> None:
    rows = [(1, "", name, "", TITLE), (2, "", label, "", LABEL)]
    rows += [(n, *words, BODY) for n, words in enumerate(HOW, 4)]
    for row, number, zh, en, look in rows:
        for column, text in ((1, number), (2, zh), (3, en)):
            if text:
                cell = ws.cell(row=row, column=column)
                palette.paint(cell, look if column < 3 else MUTED)
                cell.value = text
    for letter, width in (("A", 4), ("B", 62), ("C", 62)):
        ws.column_dimensions[letter].width = width
    for row in range(4, 4 + len(HOW)):
        ws.row_dimensions[row].height = 34
    ws.protection.sheet = True


def _examples(ws: Any, palette: Palette) -> None:
    heads = [h.name for h in form.HEADS if h.key in {"indicator", "variant", "window", *OPEN}]
    heads = [name for name in heads if name not in {"起", "止"}]
    ws["A1"].value = "示例（数字均为虚构，不会导入）"
    palette.paint(ws["A1"], TITLE)
    ws.row_dimensions[1].height = 26
    for column, name in enumerate([*heads, "怎么填"], 1):
        palette.paint(ws.cell(row=3, column=column), HEAD)
        ws.cell(row=3, column=column).value = name
    for row, cells in enumerate(EXAMPLES, 4):
        for column, text in enumerate(cells, 1):
            cell = ws.cell(row=row, column=column)
            palette.paint(cell, FILLED if column in {4, 5, 6} else BODY)
            cell.value = text or None
    for column, width in enumerate((24, 10, 8, 12, 10, 10, 10, 40), 1):
        ws.column_dimensions[get_column_letter(column)].width = width
    ws.protection.sheet = True


def _page(ws: Any) -> None:
    ws.sheet_view.showGridLines = False
    ws.page_setup.orientation = "landscape"
    ws.page_setup.paperSize = A4
    ws.page_setup.fitToWidth, ws.page_setup.fitToHeight = 1, 0
    ws.sheet_properties.pageSetUpPr.fitToPage = True
    ws.page_margins.left = ws.page_margins.right = 0.4
    ws.page_margins.top, ws.page_margins.bottom = 0.5, 0.65
    ws.page_margins.header = ws.page_margins.footer = 0.3
    ws.oddFooter.left.text = ws.title
    ws.oddFooter.right.text = "&P / &N"
