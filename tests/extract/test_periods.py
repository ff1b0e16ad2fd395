"""SDMX names of periods, and whether one is a whole year."""

import pytest

from extract.periods import day, is_full_period, time_period


@pytest.mark.parametrize(
    ("window", "precision", "start", "end", "freq", "name", "is_full"),
    [
        ("flow", "stated", "2022-01-01", "2022-12-31", "A", "2022", True),
        ("flow", "nominal", "2022-01-01", "2022-12-31", "A", "2022", True),
        ("flow", "inferred", "2022-01-01", "2022-12-31", "A", "2022", False),
        ("flow", "nominal", "2022-01-01", "2022-08-31", "A", "2022", False),
        ("flow", "stated", "2023-01-01", "2023-03-31", "Q", "2023-Q1", False),
        ("flow", "inferred", "2023-10-01", "2023-12-31", "Q", "2023-Q4", False),
        ("flow", "stated", "2023-02-01", "2023-04-30", "_O", "2023-02-01/P3M", False),
        ("flow", "stated", "2023-01-01", "2023-01-31", "_O", "2023-01-01/P1M", False),
        ("flow", "stated", "2020-01-01", "2020-12-08", "_O", "2020-01-01/P343D", False),
        ("flow", "stated", "2020-01-01", "2020-02-29", "_O", "2020-01-01/P2M", False),
        ("flow", "stated", "2021-01-01", "2022-12-31", "_O", "2021-01-01/P2Y", True),
        ("flow", "stated", "2021-07-01", "2022-06-30", "_O", "2021-07-01/P1Y", False),
        ("flow", "stated", "2022-06-26", "2022-06-26", "D", "2022-06-26", False),
        ("stock", "stated", "2022-06-26", "2022-06-26", "D", "2022-06-26", True),
        ("stock", "inferred", "2022-06-26", "2022-06-26", "D", "2022-06-26", True),
        ("stock", "nominal", "2022-12-31", "2022-12-31", "A", "2022", True),
        ("cumulative", "stated", "", "2022-08-31", "A", "2022", False),
        ("flow", "stated", "", "2022-08-31", "", "", False),
        ("flow", "stated", "2022-09-01", "2022-08-31", "", "", False),
        ("flow", "stated", "2022-01-01", "soon", "", "", False),
    ],
)
def test_names_of_periods(
    window: str, precision: str, start: str, end: str, freq: str, name: str, is_full: bool
) -> None:
    assert time_period(window, precision, start, end) == (freq, name)
    assert is_full_period(window, precision, start, end) is is_full


@pytest.mark.parametrize("text", ["", "2022", "20220626", "2022-6-26", "2022-02-30", "2022-W10-1"])
def test_what_is_not_a_day(text: str) -> None:
    assert day(text) is None
