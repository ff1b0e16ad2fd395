"""Where rows come from: sources.toml, fetching, and reading what offices really send.

``load`` reads the configuration, ``gather`` asks the sources that are due and keeps what they
bring, ``read_table`` reads one file. Whatever is wrong is a Problem with its place.
"""

from extract.sources.delivery import Delivery
from extract.sources.gathering import Gathering, gather
from extract.sources.rules import ROW_RULES, RULES
from extract.sources.schedule import next_turn, trigger
from extract.sources.settings import load
from extract.sources.source import Source
from extract.sources.table import Reading, read_table
from extract.sources.web import Answer, Fetch, Validators, fetch

__all__ = [
    "ROW_RULES",
    "RULES",
    "Answer",
    "Delivery",
    "Fetch",
    "Gathering",
    "Reading",
    "Source",
    "Validators",
    "fetch",
    "gather",
    "load",
    "next_turn",
    "read_table",
    "trigger",
]
