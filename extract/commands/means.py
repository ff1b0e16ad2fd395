"""The options --workers and --scheduler, and progress while a large set is worked on."""

import argparse
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from tqdm import tqdm

from extract.partitions import Means

__all__ = ["configure", "means", "progress"]


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options of commands that work on all tables."""
    parser.add_argument(
        "--workers",
        type=_several,
        default=0,
        metavar="N",
        help="大数据集用几个进程（默认为核数） / processes for a large set (default: the cores)",
    )
    parser.add_argument(
        "--scheduler",
        default="",
        metavar="tcp://HOST:PORT",
        help="由 Dask 集群处理 / have a Dask cluster do the work",
    )


def means(args: argparse.Namespace) -> Means:
    """What was asked for."""
    return Means(args.workers, args.scheduler)


@contextmanager
def progress(zh: str, en: str, unit: str) -> Iterator[Callable[[int, int], None]]:
    """A bar on standard error, where that is a terminal, which hears how much of all is done."""
    with tqdm(desc=f"{zh} {en}", disable=None, leave=False, unit=unit, unit_scale=True) as bar:

        def tell(done: int, total: int) -> None:
            bar.total = total
            bar.update(done - bar.n)

        yield tell


def _several(text: str) -> int:
    if not text.isdecimal() or not int(text):
        raise argparse.ArgumentTypeError("请填正整数。write a whole number above 0")
    return int(text)
