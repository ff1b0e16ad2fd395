"""`python -m dashboard serve | export`: the only place that parses arguments, prints and exits."""

from __future__ import annotations

import argparse
import os
import socket
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from gunicorn.app.base import BaseApplication

from dashboard import chosen, following
from dashboard.address import PRESETS, Address, query_of, read
from dashboard.app import create_app, warm
from dashboard.edition import edition
from dashboard.exports.room import Room, place
from dashboard.memory import be_lean, give_back
from dashboard.settings import Settings, from_environment
from dashboard.store import Dataset, NoDataError, Store
from extract import configuration, evidence, snapshot
from extract.returns import period_of

WORKERS = 2
THREADS = 4


class Server(BaseApplication):
    """gunicorn with its settings given here; each worker makes its own app.

    With a `line` (see dashboard.following) the workers keep a follower running.
    """

    def __init__(
        self, settings: Settings, options: dict[str, Any], line: int | None = None
    ) -> None:
        self._settings = settings
        self._options = options
        self._line = line
        super().__init__()

    def load_config(self) -> None:
        """Hand our settings to gunicorn."""
        for key, value in self._options.items():
            self.cfg.set(key, value)

    def load(self) -> Any:
        """The WSGI callable of one worker."""
        app = _app(self._settings)
        if self._line is not None:
            following.keep(self._settings.published, self._line)
        return app.server


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; 0 fine, 1 failed, 2 the words of the call are off."""
    asked = _parser().parse_args(arguments)
    settings = from_environment(os.environ)
    try:
        return int(asked.run(asked, settings))
    except NoDataError as problem:
        print(problem, file=sys.stderr)
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m dashboard",
        description="民生对照：网页和工作簿 / the dashboard and the workbook",
    )
    commands = parser.add_subparsers(required=True, metavar="命令/command")
    serve = commands.add_parser("serve", help="启动网页 / serve the dashboard")
    serve.add_argument("--host", default="127.0.0.1", help="地址 / address (%(default)s)")
    serve.add_argument(
        "--port",
        type=int,
        default=os.environ.get("PORT") or 8050,
        help="端口 / port (%(default)s)",
    )
    serve.add_argument(
        "--workers", type=int, default=WORKERS, help="进程数 / processes (%(default)s)"
    )
    serve.set_defaults(run=_serve)
    export = commands.add_parser("export", help="导出工作簿 / write the workbook")
    export.add_argument("out", type=Path, help="文件名 / file name, .xlsx")
    export.add_argument(
        "--lang", choices=("zh", "en"), default="zh", help="语言 / language (%(default)s)"
    )
    export.add_argument(
        "--view",
        metavar="ADDRESS",
        help="只要一个视图，如 / one view only, such as 'compare?indicator=volunteers&year=2022'",
    )
    export.add_argument("--preset", help=f"读数规则 / reading rules: {', '.join(PRESETS)}")
    export.add_argument("--asof", metavar="YYYY-MM-DD", help="按哪天所知 / as known on that day")
    export.add_argument(
        "--template",
        nargs=2,
        metavar=("OFFICE", "PERIOD"),
        help="某单位某期间的填报表，如 341172001 2024-Q1 / the return form of an office and period",
    )
    export.set_defaults(run=_export)
    return parser


def _serve(asked: argparse.Namespace, settings: Settings) -> int:
    is_shared = _is_shared(settings)
    with ProcessPoolExecutor(1, get_context("fork")) as apart:  # none of its memory is workers'
        apart.submit(_look, settings, is_shared).result()
    if not _is_free(asked.host, asked.port):
        print(
            f"端口{asked.port}已被占用，或不能使用。换一个：make run PORT=8051 / "
            f"Port {asked.port} is taken or cannot be used; name another: make run PORT=8051",
            file=sys.stderr,
        )
        return 1
    shown = "127.0.0.1" if asked.host in {"0.0.0.0", "::"} else asked.host
    print(
        f"民生对照 / Livelihood Compared  http://{shown}:{asked.port}/  （Ctrl+C 结束 / to stop）",
        flush=True,
    )
    options = {
        "bind": f"{asked.host}:{asked.port}",
        "workers": asked.workers,
        "threads": THREADS,
        "worker_class": "gthread",
        "loglevel": "warning",
        "timeout": 60,
        "graceful_timeout": 10,
        "preload_app": False,
        "control_socket_disable": True,
    }
    Server(settings, options, following.lifeline() if is_shared else None).run()
    return 0


def _is_shared(settings: Settings) -> bool:
    """Whether this machine shows what another may publish."""
    config = configuration.place(settings.config, settings.raw)
    return configuration.shared(settings.remote, config) is not None


def _look(settings: Settings, is_shared: bool) -> None:
    """NoDataError where there is nothing to serve: said before starting; workers open their own."""
    if is_shared and snapshot.current_id(settings.published) is None:
        following.fetch_once(settings.published)
    Store(settings.published, settings.tidy).dataset()


def _is_free(host: str, port: int) -> bool:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        with socket.create_server((host, port), family=family):
            return True
    except (OSError, OverflowError):
        return False


def _export(asked: argparse.Namespace, settings: Settings) -> int:
    from dashboard.workbook import workbook  # noqa: PLC0415  openpyxl is not needed to serve pages
    from dashboard.workbook.long import write  # noqa: PLC0415

    store = Store(settings.published, settings.tidy)
    if asked.template:
        return _template(asked, store.dataset())
    try:
        dataset, view = _asked_for(store, asked)
    except ValueError as problem:
        print(problem, file=sys.stderr)
        return 2
    rows = dataset.facts.total if view is None else chosen.size(dataset, view)

    def make(partial: Path) -> None:
        if rows > chosen.MOST_WHOLE:
            write(dataset, asked.lang, partial, _tell, view)
        else:
            partial.write_bytes(workbook(dataset, asked.lang, view=view, store=store))

    return _write(asked.out, make, f"{rows} 条观测 / observations")


def _template(asked: argparse.Namespace, dataset: Dataset) -> int:
    from dashboard.workbook.template import office_of, template  # noqa: PLC0415  as above

    name, said = asked.template
    area, period = office_of(dataset, name), period_of(said)
    if area is None:
        print(
            f"没有单位“{name}”。写单位代码或全称，见 offices.csv。 / "
            f"No office '{name}'. Give its code or full name, as in offices.csv.",
            file=sys.stderr,
        )
        return 2
    if period is None:
        print(
            f"看不懂期间“{said}”。写成 2024、2024-Q1、2024-H1、2024-03、起/止。 / "
            f"'{said}' is no period. Write 2024, 2024-Q1, 2024-H1, 2024-03 or start/end.",
            file=sys.stderr,
        )
        return 2

    def make(partial: Path) -> None:
        partial.write_bytes(template(dataset, area, period))

    return _write(asked.out, make, f"{area} {period.name}")


def _write(out: Path, make: Callable[[Path], None], said: str) -> int:
    """Have a file made beside its place, put it there in one step, and say so."""
    partial = out.with_name(out.name + ".part")
    try:
        make(partial)
        partial.replace(out)
    except OSError as problem:
        print(
            f"没有写成 {out}：{problem}。关闭正在打开它的程序，或换一个文件夹。 / "
            f"Could not write {out}: {problem}. Close it elsewhere or choose another folder.",
            file=sys.stderr,
        )
        return 1
    except ValueError as problem:
        print(problem, file=sys.stderr)
        return 1
    print(f"已写好 / written: {out}（{out.stat().st_size // 1024} KB，{said}）")
    return 0


def _tell(written: int, total: int) -> None:
    """How far a long export has come."""
    print(f"{written}/{total}", file=sys.stderr, flush=True)


def _asked_for(store: Store, asked: argparse.Namespace) -> tuple[Dataset, Address | None]:
    """The set and the view of a call; ValueError says what of it could not be understood."""
    page, _, text = (asked.view or "").partition("?")
    page = page.strip("/").removeprefix(f"{asked.lang}/")
    if page and page not in chosen.PAGES:
        raise ValueError(
            f"没有这个视图：{page}。可用：{'、'.join(chosen.PAGES)}。 / "
            f"No such view: {page}; there are {', '.join(chosen.PAGES)}."
        )
    given = {name: [value] for name in ("preset", "asof") if (value := getattr(asked, name))}
    query = {**query_of(text), **given}
    shown = edition(store, query)
    view = read(asked.lang, page or "overview", query, shown.dataset)
    for u in view.unread:
        near = f" → {u.nearest}" if u.nearest else ""
        raise ValueError(f"没有读懂 / not understood: {u.parameter}={u.given}{near}")
    if shown.refusal:
        day = shown.refusal.day
        raise ValueError(f"没有{day}的数据版本。 / No version of the data of {day}.")
    return shown.dataset, view if page else None


def _app(settings: Settings) -> Any:
    be_lean()
    store = Store(settings.published, settings.tidy, prepare=Dataset.prepare)
    store.dataset()
    room = Room(place(settings.published, settings.exports), size=settings.export_bytes)
    room.tidy()
    app = create_app(store, sources=evidence.sources(settings.sources), exports=room)
    warm(app)
    give_back()
    store.watch()
    return app


if __name__ == "__main__":
    sys.exit(main())
