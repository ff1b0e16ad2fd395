"""The scheduled refresh: once at the start, then at every interval, in a process of its own.

The promise: refreshes never overlap, missed turns count as one, SIGTERM and SIGINT let the
present refresh finish and then end the process with code 0, and status.json carries a
heartbeat by which others see that the clock is alive.
"""

import argparse
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from queue import SimpleQueue
from types import FrameType
from zoneinfo import ZoneInfo

from apscheduler.events import EVENT_SCHEDULER_STARTED
from apscheduler.schedulers.blocking import BlockingScheduler
from apscheduler.triggers.interval import IntervalTrigger

from extract import journal
from extract.outcome import Outcome
from extract.problem import Language
from extract.refresh import Job, refresh, told
from extract.sources.schedule import interval, zone

__all__ = ["Clock", "configure", "interval", "keep", "run", "zone"]

STOPPING = (signal.SIGTERM, signal.SIGINT)
HEARTBEAT_SECONDS = 30


@dataclass(frozen=True, slots=True)
class Clock:
    """What to do, how often (in seconds), in which time zone, and where the heartbeat goes."""

    turn: Callable[[], Outcome]
    published: Path
    every: int
    zone: ZoneInfo
    say: Callable[[str], None]
    language: Language = "both"


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options of `python -m extract clock`."""
    parser.add_argument("--every", type=interval, default="15m", help="30s, 15m, 2h (default 15m)")
    parser.add_argument(
        "--timezone", type=zone, default="Asia/Shanghai", help="default Asia/Shanghai"
    )


def run(args: argparse.Namespace) -> int:
    """Refresh now and at every interval until SIGTERM or SIGINT; exit code 0."""
    now = partial(datetime.now, args.timezone)
    job = Job(args.raw, args.published, args.sources, now=now)
    turn = partial(refresh, job)
    keep(Clock(turn, args.published, args.every, args.timezone, _say, args.lang))
    return 0


def keep(clock: Clock) -> None:
    """Keep `clock` until SIGTERM or SIGINT; call it in the main thread."""
    scheduler = BlockingScheduler(
        timezone=clock.zone,
        job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
    )
    _schedule(scheduler, clock)
    asked: SimpleQueue[int] = SimpleQueue()
    stopper = threading.Thread(target=_stop_when, args=[asked, scheduler], daemon=True)
    scheduler.add_listener(lambda _event: stopper.start(), EVENT_SCHEDULER_STARTED)
    with _handled(lambda number, _frame: asked.put(number)):
        clock.say(f"时钟已启动，每 {clock.every} 秒更新一次。Clock started: every {clock.every} s.")
        scheduler.start()
        stopper.join()
    _beat(clock, stopped=True)
    clock.say("时钟已停止。Clock stopped.")


def _schedule(scheduler: BlockingScheduler, clock: Clock) -> None:
    """Both jobs at once and then in step; the first heartbeat needs the published folder."""
    begin = datetime.now(clock.zone)
    jobs = ((_turn, clock.every), (_beat, min(clock.every, HEARTBEAT_SECONDS)))
    for job, seconds in jobs:
        trigger = IntervalTrigger(seconds=seconds, timezone=clock.zone)
        scheduler.add_job(job, trigger, args=[clock], id=job.__name__, next_run_time=begin)


def _turn(clock: Clock) -> None:
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


@contextmanager
def _handled(handler: Callable[[int, FrameType | None], None]) -> Iterator[None]:
    before = {number: signal.signal(number, handler) for number in STOPPING}
    try:
        yield
    finally:
        for number, previous in before.items():
            signal.signal(number, previous)


def _stop_when(asked: SimpleQueue[int], scheduler: BlockingScheduler) -> None:
    """Stop in a thread of its own: a signal handler could find the scheduler's locks taken.

    Shutting down holds these locks until the present refresh has finished, so no job may ask
    the scheduler anything.
    """
    asked.get()
    scheduler.shutdown(wait=True)


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
