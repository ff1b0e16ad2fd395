"""check and tidy of a set that is worked on in partitions; for `extract.__main__`."""

import argparse
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from extract import evidence, partitions
from extract.commands.means import means, progress
from extract.content import Content
from extract.partitions import Given, Spool
from extract.problem import Problem
from extract.returns import kept

__all__ = ["Tidied", "checked", "is_large", "tidied"]


@dataclass(frozen=True, slots=True)
class Tidied:
    """All problems, and the files of the set: none where there is an error."""

    problems: list[Problem]
    files: dict[str, Content]


def is_large(args: argparse.Namespace) -> bool:
    """Whether the set is worked on in partitions."""
    return means(args).divides(args.raw)


def checked(args: argparse.Namespace) -> list[Problem]:
    """All problems of the raw tables; raises Unreadable, and OSError as the disk does."""
    with _spool(args, None) as (spool, _), progress("核对", "check", " rows") as tell:
        return partitions.checked(spool, means(args).engine(), _given(args), tell).problems()


@contextmanager
def tidied(args: argparse.Namespace) -> Iterator[Tidied]:
    """The tidy files, on disk beside the folder they are for, as long as the context lasts.

    Raises Unreadable, OSError.
    """
    with _spool(args, args.tidy.parent) as (spool, place):
        parts = place / "parts"
        parts.mkdir()
        with progress("核对并整理", "check and tidy", " rows") as tell:
            engine = means(args).engine()
            found, good = partitions.tidied(spool, engine, _given(args), parts, tell)
        if found.errors:
            yield Tidied(found.problems(), {})
            return
        with progress("写入", "write", " rows") as tell:
            files = partitions.files(
                good, place / "files", lambda _file, rows: tell(rows, good.rows)
            )
        own = {name: file for name, file in files.items() if not name.endswith(".parquet")}
        yield Tidied(found.problems(), own)


def _given(args: argparse.Namespace) -> Given:
    return Given(evidence.Shelf(args.sources, kept.texts(args.raw)))


@contextmanager
def _spool(args: argparse.Namespace, beside: Path | None) -> Iterator[tuple[Spool, Path]]:
    """The tables, laid down in a folder that goes with the context."""
    if beside is not None:
        beside.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".livelihood-", dir=beside) as name:
        place = Path(name)
        how, tables = means(args), place / "tables"
        tables.mkdir()
        with progress("读取", "read", "B") as tell:
            spool = partitions.laid_down(args.raw, tables, how.engine(), size=how.size, tell=tell)
        yield spool, place
