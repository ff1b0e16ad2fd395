"""How the house is built: imports flow one way, doors are few, rooms are small.

Read from the source text, so a promise is kept by every file, also one that no test runs.
"""

import ast
import graphlib
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("extract", "dashboard")
FOLDERS = (*PACKAGES, "demo", "bench", "docs", "tests")
MODULE_LINES = 450
FUNCTION_LINES = 60
DEFINITIONS = frozenset(
    {
        *("Import", "ImportFrom", "Assign", "AnnAssign", "TypeAlias"),
        *("ClassDef", "FunctionDef", "AsyncFunctionDef"),
    }
)
BRANCHES = ("__name__ == '__main__'", "TYPE_CHECKING")
RUN = 41
"""So many characters of a report in a row are one too many."""

SCREEN = frozenset({"dash", "flask", "plotly", "gunicorn", "openpyxl", "jinja2"})
SHEET_READERS = frozenset(
    {
        *("extract.sources.grid", "extract.sources.workbook"),
        *("extract.returns.sheets", "extract.returns.annotated"),
    }
)
"""Rooms that read the spreadsheets offices send, and write beside them what is wrong."""
READS = frozenset({"open", "read_text", "read_bytes", "read_csv", "read_parquet", "iterdir"})
CHANGES = frozenset(
    {
        *(
            "write_text",
            "write_bytes",
            "write_if_changed",
            "write_pieces",
            "mkdir",
            "mkstemp",
            "touch",
            "chmod",
        ),
        *("unlink", "rmdir", "rmtree", "rename", "symlink_to", "hardlink_to", "copyfile"),
    }
)
OPENERS = {
    "dashboard.store": "the data set",
    "dashboard.api.downloads": "hands out files of the set that the store has opened",
    "dashboard.api.forms": "the published Parquet, passed on",
    "dashboard.api.wholesale": "the published observations.csv, passed on",
    "dashboard.exports.locks": "files that stand for a lock",
    "dashboard.exports.room": "what was asked, how far it has come",
    "dashboard.pages.data": "shows the descriptor of the set that the store has opened",
    "dashboard.revisions": "what a snapshot that the store has opened changed",
    "dashboard.shelf": "assets",
    "dashboard.sound": "published files, read through before anybody is shown them",
    "dashboard.phrases": "words of the interface",
}
WRITERS = {
    "extract.disk": "whole files, atomically",
    "extract.tables": "data/raw",
    "extract.entering": "several raw tables together",
    "extract.snapshot": "published sets",
    "extract.changes": "changes.csv of a large set, before it is published",
    "extract.pairs": "what is compared on disk, for as long as it is",
    "extract.assembly": "a large set's files, put together before it is published",
    "extract.buckets": "rows being sorted, beside those files",
    "extract.formats.sdmx": "the same of a large set",
    "extract.journal": "status and log",
    "extract.history": "when each set was shown",
    "extract.pin": "the set a person chose to show",
    "extract.decisions": "what people decided about rows that wait",
    "extract.clock": "makes the published folder",
    "extract.handout": "the copy for other systems",
    "extract.intake": "the staged tables, and what was published of each source",
    "extract.staging": "the staged tables of a refresh",
    "extract.remote.filling": "sets being fetched, before they get a name",
    "extract.remote.following": "history and pin, as the machine that publishes has them",
    "extract.remote.mark": "what a folder and the storage last agreed on",
    "extract.remote.watching": "how a follower stands",
    "extract.sources.folder": "takes files out of an inbox",
    "extract.sources.state": "what each source last brought",
    "extract.workroom": "a folder to work in, gone afterwards",
    "extract.partitions.spool": "tables laid down there",
    "extract.partitions.whole": "tidy parts there",
    "extract.partitions.files": "the files of a large set there",
    "extract.commands.large": "a folder to work in, gone afterwards",
    "extract.__main__": "data/tidy",
    "extract.commands.propose": "proposals, where the command says",
    "extract.commands.returns": "annotated copies beside the returns",
    "dashboard.cabinet": "what was packed for questions, away with it",
    "dashboard.sound": "which published files were found whole, among what is temporary",
    "dashboard.packing": "a set that is not published, packed for questions in a folder of its own",
    "dashboard.__main__": "the workbook",
    "dashboard.following": "makes the published folder of a machine that follows another",
    "dashboard.exports.locks": "files that stand for a lock",
    "dashboard.exports.room": "exports asked for on the web, in a folder of their own",
    "dashboard.exports.making": "the workbook of one of them",
}


@cache
def modules() -> Mapping[str, Path]:
    """Module name → file, of both packages."""
    paths = (path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py")))
    return {_name(path): path for path in paths}


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def _name(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def imported(module: str, *, at_import: bool = False) -> Iterator[tuple[str, str]]:
    """(module, name) of every import statement; of those run at import only, if asked."""
    path = modules()[module]
    nodes = _run_at_import(tree(path)) if at_import else ast.walk(tree(path))
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from ((alias.name, "") for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            source = _source(node, module, is_package=path.name == "__init__.py")
            yield from ((source, alias.name) for alias in node.names)


def _run_at_import(found: ast.Module) -> Iterator[ast.AST]:
    waiting: list[ast.AST] = [found]
    while waiting:
        node = waiting.pop()
        yield node
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            waiting.extend(ast.iter_child_nodes(node))


def _source(node: ast.ImportFrom, module: str, *, is_package: bool) -> str:
    if not node.level:
        return node.module or ""
    steps = node.level - 1 if is_package else node.level
    parts = module.split(".")
    return ".".join([*parts[: len(parts) - steps], *(node.module or "").split(".")]).rstrip(".")


def tops(module: str) -> set[str]:
    return {source.partition(".")[0] for source, _ in imported(module)}


def below(package: str) -> list[str]:
    return [name for name in modules() if name == package or name.startswith(f"{package}.")]


def test_there_is_something_to_look_at() -> None:
    assert len(below("extract")) > 20
    assert len(below("dashboard")) > 20
    assert set(OPENERS) | set(WRITERS) <= set(modules())


@pytest.mark.parametrize("module", below("extract"))
def test_extract_knows_nothing_of_the_dashboard(module: str) -> None:
    allowed = {"openpyxl"} if module in SHEET_READERS else set()
    assert not tops(module) & ({"dashboard", *SCREEN} - allowed)


@pytest.mark.parametrize("module", below("extract.quantity"))
def test_quantity_needs_the_standard_library_only(module: str) -> None:
    own = {source for source, _ in imported(module) if source.startswith("extract.quantity")}
    foreign = {source for source, _ in imported(module)} - own
    assert not {source.partition(".")[0] for source in foreign} - sys.stdlib_module_names


@pytest.mark.parametrize("module", [*below("dashboard.compare"), *below("dashboard.wording")])
def test_comparison_and_wording_know_no_screen(module: str) -> None:
    assert not tops(module) & SCREEN
    assert not any(source.startswith("dashboard.pages") for source, _ in imported(module))


@pytest.mark.parametrize("module", below("dashboard"))
def test_the_dashboard_uses_public_names_of_extract(module: str) -> None:
    for source, name in imported(module):
        if source.partition(".")[0] == "extract" and name:
            is_module = f"{source}.{name}" in modules()
            assert not name.startswith("_")
            assert is_module or name in _public(source), f"{source}.{name} is not in __all__"


def _public(module: str) -> set[str]:
    for node in tree(modules()[module]).body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
            return set(ast.literal_eval(node.value))
    return set()


def test_no_module_imports_itself_by_a_detour() -> None:
    order = graphlib.TopologicalSorter({name: set(_edges(name)) for name in modules()})
    order.prepare()  # raises CycleError naming the cycle


def _edges(module: str) -> Iterator[str]:
    for source, name in imported(module, at_import=True):
        target = f"{source}.{name}" if f"{source}.{name}" in modules() else source
        if target in modules():
            yield target


def called(module: str) -> set[str]:
    """Names of everything called: `open` of `path.open()` and of `open()`.

    A call with keywords alone is none of a path's: `frame.rename(columns=…)`.
    """
    nodes = ast.walk(tree(modules()[module]))
    calls = (node for node in nodes if isinstance(node, ast.Call))
    return {_last(call.func) for call in calls if call.args or not call.keywords}


def _last(function: ast.expr) -> str:
    return function.attr if isinstance(function, ast.Attribute) else ast.unparse(function)


def _opens_to_write(module: str) -> bool:
    for node in ast.walk(tree(modules()[module])):
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("open"):
            modes = [a.value for a in node.args if isinstance(a, ast.Constant)]
            if any(isinstance(mode, str) and set(mode) & set("wax+") for mode in modes):
                return True
    return False


@pytest.mark.parametrize("module", sorted(set(below("dashboard")) - set(OPENERS)))
def test_only_the_doors_of_the_dashboard_open_files(module: str) -> None:
    assert not called(module) & READS


@pytest.mark.parametrize("module", sorted(set(modules()) - set(WRITERS)))
def test_only_the_doors_change_files(module: str) -> None:
    assert not called(module) & CHANGES
    assert not _opens_to_write(module)


@pytest.mark.parametrize("module", sorted(modules()))
def test_a_module_holds_definitions_only(module: str) -> None:
    """Nothing is done at import: no loop, no branch but two, no call standing alone."""
    for node in tree(modules()[module]).body:
        is_text = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        is_branch = isinstance(node, ast.If) and ast.unparse(node.test) in BRANCHES
        assert is_text or is_branch or type(node).__name__ in DEFINITIONS, f"line {node.lineno}"


IMPORT_ALL = """
import importlib, logging, os, sys, threading
root, names = sys.argv[1], sys.argv[2:]
opened = []
def watch(event, arguments):
    if event == "open" and isinstance(arguments[0], str):
        path = os.path.abspath(arguments[0])
        if path.startswith(root + os.sep) and not path.startswith(sys.prefix):
            if not path.endswith((".py", ".pyc")):
                opened.append(path)
sys.addaudithook(watch)
for name in names:
    importlib.import_module(name)
assert not opened, opened
assert not logging.getLogger().handlers
assert threading.active_count() == 1
"""


def test_importing_every_module_does_nothing(tmp_path: Path) -> None:
    """No output, no file, no thread, no log handler, and none of our files read."""
    command = [sys.executable, "-B", "-c", IMPORT_ALL, str(ROOT), *sorted(modules())]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert not list(tmp_path.iterdir())


def sources() -> list[Path]:
    paths = (path for folder in FOLDERS for path in (ROOT / folder).rglob("*.py"))
    return sorted(path for path in paths if "__pycache__" not in path.parts)


@pytest.mark.parametrize("path", sources(), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_rooms_are_small(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= MODULE_LINES
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            assert lines <= FUNCTION_LINES, f"{node.name}: {lines} lines"


@cache
def committed() -> Mapping[str, str]:
    """Every text file under version control, by path."""
    done = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if done.returncode:
        pytest.skip("not a git checkout: which files are committed is not known here")
    texts = {}
    for name in filter(None, done.stdout.split("\0")):
        try:
            texts[name] = (ROOT / name).read_text(encoding="utf-8")
        except (UnicodeDecodeError, FileNotFoundError, IsADirectoryError):
            continue
    return texts


FOREIGN = {
    "a path of one machine": r"(?<![\w.])/(?:work|root|home/\w+|Users/\w+|tmp/build)(?:/|\b(?!\w))",
    "a file address": r"file:" + "//",
    "a package index": r"pypi\.(?:org|\w+\.\w+)|pythonhosted" + r"\.org|registry\.npm|npmmirror",
}


@pytest.mark.parametrize("what", FOREIGN)
def test_no_committed_text_names_a_machine_or_an_index(what: str) -> None:
    here = Path(__file__).relative_to(ROOT).as_posix()
    found = {
        name: match[0]
        for name, text in committed().items()
        if name != here and (match := re.search(FOREIGN[what], text))
    }
    assert not found


def test_no_committed_text_repeats_a_report() -> None:
    """At most 40 characters in a row of any report; blanks do not count."""
    folder = os.environ.get("LIVELIHOOD_SOURCES")
    if not folder:
        pytest.skip("LIVELIHOOD_SOURCES is not set: the reports are not at hand, not checked here")
    reports = [_squeezed(path.read_text("utf-8")) for path in Path(folder).rglob("*.txt")]
    assert reports
    runs = {text[i : i + RUN] for text in reports for i in range(len(text) - RUN + 1)}
    repeated = {
        name: text[i : i + RUN]
        for name, text in ((name, _squeezed(text)) for name, text in committed().items())
        for i in range(len(text) - RUN + 1)
        if text[i : i + RUN] in runs
    }
    assert not repeated


def _squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text.removeprefix("\ufeff"))
