"""What the invented reports speak of: indicators with their sizes, trends and wording.

Every sentence is written for this folder. `{fact}` becomes the number as written; the words of
the period are put before the clause. A clause holds one number and names what it counts.
"""

from dataclasses import dataclass

MIXED = ("exact", "exact", "exact", "exact", "over", "over", "nearly", "about", "beyond")
LOOSE = ("exact", "over", "over", "nearly", "about", "at_least", "between")
PLAIN = ("exact", "exact", "exact", "exact", "exact", "over")
EXACT = ("exact",)
EVERY = tuple(f"local-demo-{n:02}" for n in range(1, 14))
BIG, SMALL = EVERY[:7], EVERY[7:]


@dataclass(frozen=True, slots=True)
class Topic:
    """One indicator (and variant) as a sentence; sizes are per 10,000 residents in 2019.

    `yearly` is the factor from year to year, `noise` the share by which a year may miss it,
    `share` the part of the offices' reports that mention it, `offices` those that ever do.
    `window` is given where a variant has another window than its indicator.
    """

    indicator: str
    variant: str
    per_10k: float
    yearly: float
    clauses: tuple[str, ...]
    styles: tuple[str, ...] = MIXED
    share: float = 0.9
    offices: tuple[str, ...] = EVERY
    noise: float = 0.06
    window: str = ""


SAFETY = (
    Topic(
        *("mediations", "disputes", 92, 0.97),
        ("调解矛盾纠纷{fact}", "成功调解各类矛盾纠纷{fact}"),
        PLAIN,
        share=1.0,
    ),
    Topic(
        *("mediations", "petition_disputes", 4.5, 0.93),
        ("化解信访矛盾{fact}",),
        EXACT,
        offices=EVERY[1:9:2],
    ),
    Topic(
        *("petitions_received", "visits", 21, 0.92),
        ("接待来访群众{fact}", "窗口接待来访居民{fact}"),
        PLAIN,
        share=0.8,
        noise=0.2,
    ),
    Topic(
        *("safety_inspections", "", 130, 1.08),
        ("开展安全生产检查{fact}", "组织安全生产检查{fact}"),
        LOOSE,
    ),
    Topic(
        *("safety_trainings", "work_safety", 2.6, 1.06),
        ("举办安全生产培训{fact}",),
        LOOSE,
        share=0.8,
        offices=("local-demo-01", "local-demo-04", "local-demo-11"),
    ),
    Topic(
        *("grids", "", 9.5, 1.01),
        ("划分基层治理网格{fact}", "辖区设有综合网格{fact}"),
        EXACT,
        noise=0.0,
    ),
    Topic(
        *("grid_workers", "", 13, 1.03),
        ("配备网格员{fact}", "专兼职网格员共{fact}"),
        PLAIN,
        noise=0.02,
    ),
)
VOLUNTEERING = (
    Topic(
        *("volunteers", "registered", 610, 1.11),
        ("注册志愿者{fact}", "实名注册志愿者达{fact}"),
        offices=BIG,
        noise=0.02,
        window="stock",
    ),
    Topic(
        *("volunteers", "recruited", 85, 1.07),
        ("招募志愿者{fact}", "面向居民招募志愿者{fact}"),
        share=0.8,
    ),
    Topic(
        *("volunteer_activities", "", 17, 1.09),
        ("开展志愿服务活动{fact}", "组织各类志愿服务活动{fact}"),
        LOOSE,
    ),
    Topic(
        *("volunteer_participations", "", 720, 1.08),
        ("参加志愿服务{fact}", "志愿者上门服务{fact}"),
        share=0.85,
    ),
    Topic(
        *("micro_wishes", "by_volunteers", 14, 1.05),
        ("志愿者认领微心愿{fact}", "志愿者认领居民微心愿{fact}"),
        share=0.85,
        offices=EVERY[1:12:2],
    ),
    Topic(
        *("resident_beneficiaries", "", 2100, 1.06),
        ("各类惠民活动受益居民{fact}", "惠民活动惠及居民{fact}"),
        LOOSE,
        share=0.8,
    ),
)
LIVELIHOOD = (
    Topic(
        *("subsidies_paid", "lowincome_and_subsidies", 283_000, 1.05),
        ("发放低保及各类补贴{fact}", "为困难群众发放低保及补贴{fact}"),
        share=0.95,
    ),
    Topic(
        *("subsidies_paid", "support_funds", 61_000, 1.02),
        ("发放各类扶持资金{fact}",),
        offices=EVERY[2:10:2],
        noise=0.15,
    ),
    Topic(
        *("recruits", "", 2.6, 1.03),
        ("输送优质兵员{fact}", "为部队输送新兵{fact}"),
        EXACT,
        offices=tuple(office for office in EVERY if office != "local-demo-08"),
        noise=0.15,
    ),
    Topic(
        *("recruit_registrations", "", 24, 1.02),
        ("征兵登记适龄青年{fact}", "完成适龄青年征兵登记{fact}"),
        share=0.7,
        offices=BIG,
    ),
    Topic(
        *("canteens", "canteen", 0.55, 1.16),
        ("建成老年食堂{fact}", "辖区开办老年食堂{fact}"),
        EXACT,
        share=0.85,
        noise=0.0,
    ),
    Topic(
        *("canteen_seats", "canteen", 27, 1.15),
        ("老年食堂可同时供{fact}用餐", "老年食堂可满足{fact}同时就餐"),
        PLAIN,
        share=0.8,
        noise=0.03,
    ),
    Topic(
        *("population", "", 9600, 1.012),
        ("辖区常住人口{fact}", "现有常住人口{fact}"),
        ("exact", "over", "about"),
        share=0.75,
        offices=BIG,
        noise=0.01,
    ),
    Topic(
        *("elderly_population", "", 1900, 1.035),
        ("辖区有老年人{fact}", "常住老年人口{fact}"),
        ("exact", "exact", "over", "about"),
        noise=0.01,
    ),
)
SECTIONS = (
    ("邻里有事，大家搭手。", VOLUNTEERING),
    ("平安要靠日常的功夫。", SAFETY),
    ("民生账本越记越细。", LIVELIHOOD),
)
