"""Whoever does the work, and whatever becomes of a worker, the answers are the same."""

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from extract.partitions import Here, Processes, Unable, cores


def squared(number: int) -> int:
    return number * number


def killed_once(place: Path) -> str:
    """The first process to come by dies, as of too little memory."""
    try:
        (place / "died").touch(exist_ok=False)
    except FileExistsError:
        return place.name
    os.kill(os.getpid(), signal.SIGKILL)
    return ""


def deadly(number: int) -> int:
    if number == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    return number


def refusing(number: int) -> int:
    raise ValueError(f"no {number}")


def test_every_task_is_answered_once() -> None:
    for engine in (Here(), Processes(2)):
        assert sorted(engine.each(squared, range(20))) == [n * n for n in range(20)]


def test_tasks_are_taken_as_they_can_be_done() -> None:
    taken: list[int] = []

    def tasks() -> Iterator[int]:
        for number in range(50):
            taken.append(number)
            yield number

    answers = Processes(2).each(squared, tasks())
    next(answers)
    assert len(taken) <= 5
    assert len(list(answers)) == 49


def test_a_killed_worker_costs_time_only(tmp_path: Path) -> None:
    places = [tmp_path / f"{number}" for number in range(6)]
    for place in places:
        place.mkdir()
    assert sorted(Processes(2).each(killed_once, places[:1])) == ["0"]
    (places[1] / "died").touch()
    assert sorted(Processes(2).each(killed_once, places)) == [place.name for place in places]


def test_a_task_that_kills_every_worker_is_named() -> None:
    started = time.monotonic()
    with pytest.raises(Unable) as caught:
        list(Processes(2).each(deadly, range(6)))
    assert caught.value.en.startswith("3: the process at work on it died 4 times")
    assert "内存" in caught.value.zh
    assert time.monotonic() - started < 120


def test_what_the_work_raises_is_raised() -> None:
    for engine in (Here(), Processes(2)):
        with pytest.raises(ValueError, match="no 1"):
            list(engine.each(refusing, [1]))


def test_there_is_a_core() -> None:
    assert cores() >= 1
