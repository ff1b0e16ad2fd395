"""A set of raw tables of any size, checked and made tidy in partitions.

The rules, the quarantine and the tidy step are those of `extract.check`, `extract.quarantine` and
`extract.tidy`: here their rows are shared out so that none is looked at without those it is
looked at together with, on one core, on all of a machine, or on several machines.
"""

from extract.partitions.engines import Engine, Here, Lost, Processes, cores
from extract.partitions.spool import Spool, laid_down
from extract.partitions.whole import Given, Good, checked, parted, tidied

__all__ = [
    "Engine",
    "Given",
    "Good",
    "Here",
    "Lost",
    "Processes",
    "Spool",
    "checked",
    "cores",
    "laid_down",
    "parted",
    "tidied",
]
