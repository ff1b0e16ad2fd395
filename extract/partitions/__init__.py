"""A set of raw tables of any size, checked and made tidy in partitions.

The rules, the quarantine and the tidy step are those of `extract.check`, `extract.quarantine` and
`extract.tidy`: here their rows are shared out so that none is looked at without those it is
looked at together with, on one core, on all of a machine, or on several machines.
"""

from extract.partitions.cluster import Cluster
from extract.partitions.engines import Engine, Here, Processes, Unable, cores
from extract.partitions.files import files
from extract.partitions.means import LARGE, Means
from extract.partitions.spool import Spool, laid_down
from extract.partitions.whole import Given, Good, checked, parted, tidied

__all__ = [
    "LARGE",
    "Cluster",
    "Engine",
    "Given",
    "Good",
    "Here",
    "Means",
    "Processes",
    "Spool",
    "Unable",
    "checked",
    "cores",
    "files",
    "laid_down",
    "parted",
    "tidied",
]
