"""The scheduled refresh: once at the start, then at every interval and at each source's own time.

The promise: one process, refreshes never overlap, missed turns count as one, SIGTERM and SIGINT
let the present refresh finish and then end the process with code 0, and status.json carries a
heartbeat by which others see that the clock is alive. sources.toml is read again at each turn: a
change counts from the next turn on, without a restart.
"""

import argparse
import logging
import os
import random
import signal
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from queue import SimpleQueue
from types import FrameType
from zoneinfo import ZoneInfo

from apscheduler.events import EVENT_SCHEDULER_STARTED
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.blocking import BlockingScheduler
from apscheduler.triggers.base import BaseTrigger
from apscheduler.triggers.interval import IntervalTrigger

from extract import configuration, intake, journal, notify, remote
from extract.commands import means
from extract.outcome import Outcome
from extract.problem import Language
from extract.refresh import Job, refresh, told
from extract.sources import Source, next_turn
from extract.sources.schedule import interval, zone
from extract.unreadable import Unreadable

__all__ = ["Clock", "configure", "interval", "keep", "run", "upcoming", "zone"]

STOPPING = (signal.SIGTERM, signal.SIGINT)
HEARTBEAT_SECONDS = 30
DELIVERED_SECONDS = 10
"""How often what is owed to the storage that machines share is tried again."""


def _none() -> tuple[Source, ...]:
    return ()


def _quiet() -> None:
    return None


@dataclass(frozen=True, slots=True)
class Clock:
    """What to do, how often (in seconds), in which time zone, and where the heartbeat goes.

    `sources` gives the sources as configured now, whose turns come beside; each turn is put off
    by up to `jitter` seconds; `watch` is called with every heartbeat; `deliver`, if there is one,
    every DELIVERED_SECONDS, beside the turns.
    """

    turn: Callable[[], Outcome]
    published: Path
    every: int
    zone: ZoneInfo
    say: Callable[[str], None]
    language: Language = "both"
    jitter: int = 0
    sources: Callable[[], Iterable[Source]] = _none
    watch: Callable[[], None] = _quiet
    deliver: Callable[[], object] | None = None


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options of `python -m extract clock`."""
    parser.add_argument("--every", type=interval, default="15m", help="30s, 15m, 2h (default 15m)")
    parser.add_argument(
        "--timezone", type=zone, default="Asia/Shanghai", help="default Asia/Shanghai"
    )
    parser.add_argument(
        "--jitter", type=interval, default=0, help="put each turn off by up to so much, e.g. 30s"
    )
    means.configure(parser)


def run(args: argparse.Namespace) -> int:
    """Refresh now and at every interval until SIGTERM or SIGINT; exit code 0."""
    now = partial(datetime.now, args.timezone)
    job = Job(args.raw, args.published, args.sources, now=now, means=means.means(args))
    place = partial(configuration.place, args.config, args.raw)
    storage = partial(_storage, args, place)
    clock = Clock(
        lambda: remote.around(
            args.published, storage(), now, lambda: refresh(replace(job, config=place()))
        ),
        args.published,
        args.every,
        args.timezone,
        _say,
        args.lang,
        args.jitter,
        lambda: _configured(place()).sources,
        lambda: notify.watch(args.published, _configured(place()).notify, now()),
        lambda: remote.deliver(args.published, storage(), now()),
    )
    logging.getLogger("apscheduler.scheduler").setLevel(logging.ERROR)  # not each coalesced turn
    keep(clock)
    return 0


def _storage(args: argparse.Namespace, place: Callable[[], Path | None]) -> remote.Target | None:
    return configuration.shared(args.remote, place())


def upcoming(clock: Clock, before: datetime | None, now: datetime) -> datetime:
    """The next turn after the one at `before`: of the base interval, or of a source if earlier.

    A source that is due now counts as asked now: the turn that begins asks it.
    """
    base = (before or now) + timedelta(seconds=clock.every)
    asked = intake.turns(clock.published)
    times = [_own(source, asked.get(source.name), now) for source in clock.sources()]
    return min([base if base > now else now + timedelta(seconds=clock.every), *times])


def _own(source: Source, asked: datetime | None, now: datetime) -> datetime:
    when = next_turn(source.schedule, source.timezone, asked, now)
    return when if when > now else next_turn(source.schedule, source.timezone, now, now)


def _configured(path: Path | None) -> configuration.Configuration:
    """The configuration; none where it cannot be read, which the refresh tells."""
    try:
        return configuration.load(path)
    except Unreadable:
        return configuration.Configuration()


class _Turns(BaseTrigger):  # type: ignore[misc]  # APScheduler has no types
    """When the clock's turns come, asked after each."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def get_next_fire_time(self, previous: datetime | None, now: datetime) -> datetime:
        late = random.uniform(0, self._clock.jitter)
        return upcoming(self._clock, previous, now) + timedelta(seconds=late)


def keep(clock: Clock) -> None:
    """Keep `clock` until SIGTERM or SIGINT; call it in the main thread."""
    scheduler = BlockingScheduler(
        timezone=clock.zone,
        executors={"default": ThreadPoolExecutor(3), "turns": ThreadPoolExecutor(1)},
        job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
    )
    ending = threading.Event()
    _schedule(scheduler, clock, ending)
    asked: SimpleQueue[int] = SimpleQueue()
    stopper = threading.Thread(target=_stop_when, args=[asked, scheduler, ending], daemon=True)
    scheduler.add_listener(lambda _event: stopper.start(), EVENT_SCHEDULER_STARTED)
    with _handled(lambda number, _frame: asked.put(number)):
        clock.say(f"时钟已启动，每 {clock.every} 秒更新一次。Clock started: every {clock.every} s.")
        scheduler.start()
        stopper.join()
    _beat(clock, stopped=True)
    clock.say("时钟已停止。Clock stopped.")


def _schedule(scheduler: BlockingScheduler, clock: Clock, ending: threading.Event) -> None:
    """Both jobs at once and then in step; the first heartbeat needs the published folder.

    Turns have a thread of their own: one that comes while another runs waits for it, and any
    further ones count as that one.
    """
    begin = datetime.now(clock.zone)
    beat = IntervalTrigger(seconds=min(clock.every, HEARTBEAT_SECONDS), timezone=clock.zone)
    scheduler.add_job(_beat, beat, args=[clock], id="beat", next_run_time=begin)
    if clock.deliver:
        often = IntervalTrigger(seconds=DELIVERED_SECONDS, timezone=clock.zone)
        scheduler.add_job(clock.deliver, often, id="deliver")
    scheduler.add_job(
        _turn,
        _Turns(clock),
        args=[clock, ending],
        id="turn",
        executor="turns",
        max_instances=2,
        next_run_time=begin,
    )


def _turn(clock: Clock, ending: threading.Event) -> None:
    if ending.is_set():
        return
    done = clock.turn()
    clock.say(f"{journal.stamp(datetime.now(clock.zone))} {told(done, clock.language)}")


def _beat(clock: Clock, *, stopped: bool = False) -> None:
    """Write the heartbeat; a folder that cannot be written is said and does not end the clock."""
    now = journal.stamp(datetime.now(clock.zone))
    state = {
        "heartbeat": now,
        "every_seconds": clock.every,
        "timezone": clock.zone.key,
        "pid": os.getpid(),
        "stopped": now if stopped else None,
    }
    try:
        clock.published.mkdir(parents=True, exist_ok=True)
        journal.update(clock.published, {"clock": state})
    except OSError as reason:
        clock.say(f"未能写入 {journal.STATUS}。No heartbeat: {reason}")
    if not stopped:
        clock.watch()


@contextmanager
def _handled(handler: Callable[[int, FrameType | None], None]) -> Iterator[None]:
    before = {number: signal.signal(number, handler) for number in STOPPING}
    try:
        yield
    finally:
        for number, previous in before.items():
            signal.signal(number, previous)


def _stop_when(
    asked: SimpleQueue[int], scheduler: BlockingScheduler, ending: threading.Event
) -> None:
    """Stop in a thread of its own: a signal handler could find the scheduler's locks taken.

    Shutting down holds these locks until the present refresh has finished, so no job may ask
    the scheduler anything.
    """
    asked.get()
    ending.set()
    scheduler.shutdown(wait=True)


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
