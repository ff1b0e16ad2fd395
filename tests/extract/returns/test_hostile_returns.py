"""Files made to keep a machine busy: refused in words, in seconds, in little memory.

Run as a script, this file is a stand: it imports each file in a child of its own, under limits,
and says how it ended and what it took.
"""

import contextlib
import importlib.util
import io
import json
import os
import resource
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parents[2]
SHEET, STRINGS, STYLES = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/styles.xml"
SECONDS, MIB = 10, 400
"""What a file may take at most; starting the program alone takes about 1 s and 130 MiB."""
END = b"</sheetData>"


def _module():
    spec = importlib.util.spec_from_file_location("make", TESTS / "broken/returns/make.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


MAKE = _module()
PARTS = {n: zipfile.ZipFile(io.BytesIO(MAKE.package({}))).read(n) for n in (SHEET, STYLES)}
TEXT = MAKE.text().encode()


def below(xml: bytes) -> bytes:
    """The form's sheet with something after its cells."""
    return MAKE.package({SHEET: PARTS[SHEET].replace(END, END + xml)})


def styled(xml: bytes) -> bytes:
    return MAKE.package({STYLES: PARTS[STYLES].replace(b"</cellXfs>", xml + b"</cellXfs>")})


def streamed(name: str, piece: bytes, times: int) -> bytes:
    """The form with a part that is one piece again and again."""
    out = io.BytesIO(MAKE.package({}))
    with (
        zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED, compresslevel=1) as target,
        target.open(f"xl/{name}", "w") as part,
    ):
        for _ in range(times):
            part.write(piece)
    return out.getvalue()


def lying() -> bytes:
    """A part that is longer than the archive says."""
    part = b"<sst>" + b"a" * (40 * 2**20) + b"</sst>"
    true, said = (n.to_bytes(4, "little") for n in (len(part), 1000))
    return MAKE.package({STRINGS: part}).replace(true, said)


HOSTILE: dict[str, tuple[str, Callable[[], bytes]]] = {
    "strings-of-a-gigabyte.xlsx": ("bomb", lambda: streamed("s.xml", b"<si/>" * 200_000, 1000)),
    "no-element-at-all.xlsx": ("damaged-workbook", lambda: streamed("s.xml", b"a" * 2**20, 100)),
    "one-long-attribute.xlsx": ("bomb", lambda: below(b'<a b="' + b"1" * 10**8 + b'"/>')),
    "longer-than-it-says.xlsx": ("damaged-workbook", lying),
    "all-cells-merged.xlsx": (
        "sprawling",
        lambda: below(b'<mergeCells><mergeCell ref="J20:XFD1048576"/></mergeCells>'),
    ),
    "all-cells-linked.xlsx": (
        "sprawling",
        lambda: below(b'<hyperlinks><hyperlink ref="J:XFD" location="A1"/></hyperlinks>'),
    ),
    "merged-29000-times.xlsx": (
        "sprawling",
        lambda: below(b"<mergeCells>" + b'<mergeCell ref="J20:J21"/>' * 29_000 + b"</mergeCells>"),
    ),
    "100000-styles.xlsx": ("sprawling", lambda: styled(b"<xf/>" * 100_000)),
    "250000-limits.xlsx": (
        "sprawling",
        lambda: below(
            b"<dataValidations>" + b"<dataValidation/>" * 250_000 + b"</dataValidations>"
        ),
    ),
    "a-line-of-five-million-cells.csv": ("sprawling", lambda: b"a," * 4_000_000),
    "a-cell-of-five-million.csv": ("line-too-long", lambda: TEXT + b"x" * 5_000_000),
    "two-million-lines.csv": ("sprawling", lambda: TEXT + b"a,b\n" * 1_900_000),
    "nothing-but-nul.csv": ("nul", lambda: bytes(8 * 2**20)),
    "nine-megabytes.csv": ("too-large", lambda: TEXT + b"\n" * 9 * 2**20),
}
TAKEN: dict[str, Callable[[], bytes]] = {
    "50000-limits.xlsx": lambda: below(
        b"<dataValidations>"
        + b'<dataValidation sqref="A1"><formula1>1</formula1></dataValidation>' * 50_000
        + b"</dataValidations>"
    ),
    "29000-styles.xlsx": lambda: styled(
        b'<xf numFmtId="0" fontId="0" fillId="0" borderId="0"><alignment/></xf>' * 29_000
    ),
}
"""Just below the limits: as long as a file can take that is read after all."""


@pytest.fixture(scope="module")
def ended(tmp_path_factory) -> dict[str, tuple[int, str, float, int]]:
    """File → exit code, what was said, seconds of the processor, MiB at most."""
    place = tmp_path_factory.mktemp("hostile")
    shutil.copytree(TESTS / "fixtures" / "raw", place / "raw")
    made = {**{name: content for name, (_, content) in HOSTILE.items()}, **TAKEN}
    for name, content in made.items():
        (place / name).write_bytes(content())
    here = {**os.environ, "PYTHONPATH": str(TESTS.parent)}
    command = [sys.executable, __file__, str(place), *made]
    done = subprocess.run(command, env=here, capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


@pytest.mark.parametrize("name", [*HOSTILE, *TAKEN])
def test_it_takes_seconds_and_little_memory(name: str, ended) -> None:
    _, _, seconds, mib = ended[name]
    assert seconds < SECONDS
    assert mib < MIB


@pytest.mark.parametrize("name", HOSTILE)
def test_it_is_refused_in_words(name: str, ended) -> None:
    code, said, *_ = ended[name]
    assert code == 1
    assert f"[{HOSTILE[name][0]}]" in said


@pytest.mark.parametrize("name", TAKEN)
def test_what_is_just_small_enough_is_read(name: str, ended) -> None:
    assert ended[name][:2] == [0, "新增"]


def _stand(place: Path, names: list[str]) -> dict[str, tuple[int, str, float, int]]:
    import extract.commands.returns  # noqa: F401, PLC0415  once, for all children
    from extract.__main__ import main  # noqa: PLC0415

    found = {}
    for name in names:
        heard = place / f"{name}.out"
        child = os.fork()
        if not child:
            resource.setrlimit(resource.RLIMIT_CPU, (4 * SECONDS, 4 * SECONDS))
            resource.setrlimit(resource.RLIMIT_AS, (2**31, 2**31))
            command = ["import", "--preview", "--raw", str(place / "raw"), "--lang", "zh"]
            code = 99
            with heard.open("w") as out, contextlib.redirect_stdout(out):
                code = main([*command, "--received", "2026-11-22", str(place / name)])
            os._exit(code)
        _, status, took = os.wait4(child, 0)
        said = heard.read_text()
        rule = said[said.find("[") : said.find("]") + 1] if "[" in said else said[:2]
        mib = took.ru_maxrss // 1024
        found[name] = os.waitstatus_to_exitcode(status), rule, took.ru_utime + took.ru_stime, mib
    return found


if __name__ == "__main__":
    sys.stdout.write(json.dumps(_stand(Path(sys.argv[1]), sys.argv[2:])))
