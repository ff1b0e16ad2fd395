"""Pure questions on intervals: verdict, order, change, ranks, statistics, coverage (method §5, §6).

Nothing here reads a file, draws, or formats; arithmetic is Decimal throughout.
"""

from dashboard.compare.baselines import Baseline, baseline
from dashboard.compare.cells import STATUS_OF, Cell, Place, State, coverage
from dashboard.compare.changes import (
    Change,
    Comparison,
    NoPercentage,
    Order,
    Relation,
    change,
    compare,
    order,
    percentage,
)
from dashboard.compare.groups import Group, Rank, by_lower_bound, groups, is_one_group, ranks
from dashboard.compare.intervals import Interval, Kind, Sign, difference, point, sign
from dashboard.compare.observation import Observation
from dashboard.compare.periods import months_apart
from dashboard.compare.rates import Rate, rates, with_residents
from dashboard.compare.registry import Area, Registry
from dashboard.compare.statements import Statement, Topic, statements
from dashboard.compare.summary import Refusal, Statistic, mean, median, rate, total
from dashboard.compare.verdicts import Code, Reason, Verdict, verdict

__all__ = [
    "STATUS_OF",
    "Area",
    "Baseline",
    "Cell",
    "Change",
    "Code",
    "Comparison",
    "Group",
    "Interval",
    "Kind",
    "NoPercentage",
    "Observation",
    "Order",
    "Place",
    "Rank",
    "Rate",
    "Reason",
    "Refusal",
    "Registry",
    "Relation",
    "Sign",
    "State",
    "Statement",
    "Statistic",
    "Topic",
    "Verdict",
    "baseline",
    "by_lower_bound",
    "change",
    "compare",
    "coverage",
    "difference",
    "groups",
    "is_one_group",
    "mean",
    "median",
    "months_apart",
    "order",
    "percentage",
    "point",
    "ranks",
    "rate",
    "rates",
    "sign",
    "statements",
    "total",
    "verdict",
    "with_residents",
]
