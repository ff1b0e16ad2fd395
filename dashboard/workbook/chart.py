"""Native charts: a bar to the lower bound, an error bar from cells to the upper, a label a row."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Any

from openpyxl.chart import BarChart
from openpyxl.chart.data_source import (
    AxDataSource,
    NumData,
    NumDataSource,
    NumRef,
    NumVal,
    StrData,
    StrRef,
    StrVal,
)
from openpyxl.chart.error_bar import ErrorBars
from openpyxl.chart.layout import Layout, ManualLayout
from openpyxl.chart.marker import DataPoint
from openpyxl.chart.series import Series
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.chart.text import RichText, Text
from openpyxl.chart.title import Title
from openpyxl.drawing.line import LineProperties
from openpyxl.drawing.text import (
    CharacterProperties,
    Paragraph,
    ParagraphProperties,
    RegularTextRun,
)

from dashboard.workbook.sheet import Chart, Sheet, legal, width_of

DARK, LIGHT, LINE, GRID = "595959", "BFBFBF", "1F1F1F", "D9D9D9"
WIDTH_CM = 36.0
ROW_CM, TOP_CM, FOOT_CM = 0.74, 1.9, 2.0
"""Of a bar, of the titles above, of the axis with its unit below."""
WIDEST_LABEL = 0.5
"""Share of the chart's width that labels may take."""


def bar_chart(sheet: Sheet, chart: Chart) -> BarChart:
    """The chart of a sheet's first rows, with what it shows kept in it for viewers."""
    drawn = BarChart()
    drawn.type, drawn.grouping, drawn.gapWidth = "bar", "clustered", 45
    drawn.width, drawn.height = WIDTH_CM, TOP_CM + FOOT_CM + ROW_CM * chart.rows
    drawn.legend, drawn.style, drawn.roundedCorners = None, None, False
    drawn.title = _title((chart.title, 1300), (chart.subtitle, 1000))
    labels = _values(sheet, chart.label, chart.rows)
    drawn.series.append(_series(sheet, chart, labels))
    _axes(drawn, chart)
    _leave_room(drawn, labels)
    return drawn


def _series(sheet: Sheet, chart: Chart, labels: Sequence[Any]) -> Any:
    lower = _numbers(sheet, chart.lower, chart.rows)
    series = Series(idx=0, order=0, val=NumDataSource(numRef=lower))
    words = StrData(len(labels), [StrVal(n, v=str(text)) for n, text in enumerate(labels)])
    series.cat = AxDataSource(strRef=StrRef(sheet.area(chart.label, chart.rows), words))
    series.graphicalProperties = _filled(DARK)
    series.invertIfNegative = False
    series.dPt = [
        DataPoint(idx=place, invertIfNegative=False, spPr=_filled(LIGHT))
        for place in sorted(chart.pale)
    ]
    if any(value is not None for value in _values(sheet, chart.reach, chart.rows)):
        series.errBars = ErrorBars(
            errBarType="plus",
            errValType="cust",
            noEndCap=False,
            plus=NumDataSource(numRef=_numbers(sheet, chart.reach, chart.rows)),
            spPr=GraphicalProperties(ln=LineProperties(solidFill=LINE, w=15875)),
        )
    return series


def _numbers(sheet: Sheet, key: str, rows: int) -> NumRef:
    values = enumerate(_values(sheet, key, rows))
    points = [NumVal(n, v=_plain(v)) for n, v in values if isinstance(v, Decimal | int)]
    return NumRef(sheet.area(key, rows), NumData("General", rows, points))


def _plain(value: Decimal | int) -> str:
    return format(Decimal(value), "f")


def _values(sheet: Sheet, key: str, rows: int) -> list[Any]:
    place = sheet.place(key) - 1
    return [row[place].value for row in sheet.rows[:rows]]


def _axes(drawn: BarChart, chart: Chart) -> None:
    """First row on top, values along the foot; written out because programs differ in defaults."""
    names, values, ticks = drawn.x_axis, drawn.y_axis, chart.ticks
    names.delete = values.delete = False
    names.scaling.orientation = "maxMin"
    values.crosses = "max"
    values.scaling.min, values.scaling.max = ticks[0], ticks[-1]
    values.majorUnit = ticks[1] - ticks[0]
    values.number_format, values.numFmt.sourceLinked = _format(ticks), False
    values.title = _title((chart.unit, 1000))
    values.majorGridlines.spPr = GraphicalProperties(ln=LineProperties(solidFill=GRID, w=6350))
    names.majorTickMark = values.majorTickMark = "none"
    names.tickLblPos = values.tickLblPos = "low"
    names.tickLblSkip = 1
    for axis in (names, values):
        axis.txPr = _letters(1100)
        axis.spPr = GraphicalProperties(ln=LineProperties(solidFill=DARK, w=6350))
    values.tickLblPos = "nextTo"


def _leave_room(drawn: BarChart, labels: Sequence[Any]) -> None:
    """Give the labels what they need and the bars the rest."""
    widest = max((width_of(str(label)) for label in labels), default=10)
    share = min(0.02 + widest * 0.2 / WIDTH_CM, WIDEST_LABEL)
    top = TOP_CM / drawn.height
    drawn.plot_area.layout = Layout(
        ManualLayout(
            layoutTarget="inner",
            xMode="edge",
            yMode="edge",
            x=round(share, 3),
            y=round(top, 3),
            w=round(0.95 - share, 3),
            h=round(1 - top - FOOT_CM / drawn.height, 3),
        )
    )


def _filled(colour: str) -> GraphicalProperties:
    shape = GraphicalProperties(solidFill=colour)
    shape.line.noFill = True
    return shape


def _format(ticks: Sequence[float]) -> str:
    """As many decimals as the steps of the axis need."""
    needed = max(
        len(format(Decimal(str(tick)).normalize(), "f").partition(".")[2]) for tick in ticks
    )
    return "#,##0" + ("." + "0" * needed if needed else "")


def _title(*lines: tuple[str, int]) -> Title:
    """Lines of words, each with its size in hundredths of a point; the first is bold."""
    return Title(tx=Text(rich=RichText(p=[*_lines(lines)])), overlay=False)


def _lines(lines: Iterable[tuple[str, int]]) -> Iterator[Paragraph]:
    for place, (words, size) in enumerate(lines):
        letters = CharacterProperties(sz=size, b=place == 0, solidFill=LINE)
        run = RegularTextRun(rPr=letters, t=legal(words))
        yield Paragraph(pPr=ParagraphProperties(defRPr=letters), r=[run])


def _letters(size: int) -> RichText:
    letters = CharacterProperties(sz=size, solidFill=LINE)
    return RichText(p=[Paragraph(pPr=ParagraphProperties(defRPr=letters), endParaRPr=letters)])
