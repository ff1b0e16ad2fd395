"""Named ways of working that the invented reports tell of: one sentence a name."""

from collections.abc import Iterator
from dataclasses import dataclass

from prose import Named, Sentence
from reports import Report, chance

MENTIONED = 0.14


@dataclass(frozen=True, slots=True)
class Custom:
    """One invented practice; `share` of the offices have it, from `since` on."""

    name: str
    family: str
    kind: str
    before: str
    after: str
    share: float = 0.2
    since: int = 2019


CUSTOMS = (
    Custom("灯塔议事亭", "deliberation", "mechanism", "居民在“", "”商量停车和晾衣。", 0.5),
    Custom("听雨信箱", "deliberation", "platform", "“", "”收来的话，当周就有回音。"),
    Custom("慢灯调解室", "deliberation", "station", "吵架的邻居到“", "”坐下来谈。", 0.3),
    Custom("格子铺", "grid", "platform", "网格员在“", "”上报修、销号。", 0.4, 2020),
    Custom("楼道茶话", "grid", "mechanism", "每到月末有“", "”，谁家难处谁先说。", 0.3),
    Custom("巷口联户", "grid", "model", "街巷推行“", "”，大门一开就是邻居。", 0.2, 2021),
    Custom("星灯先锋岗", "party", "team", "党员轮值“", "”，夜里也亮着灯。", 0.4),
    Custom("院落微课", "party", "activity", "老党员开讲“", "”。", 0.3, 2020),
    Custom("同渠共治", "party", "model", "沿河单位结成“", "”。"),
    Custom("萤火虫接单", "volunteering", "model", "志愿者用“", "”认领居民的请求。", 0.5),
    Custom("邻里借还角", "volunteering", "station", "梯子和打气筒都在“", "”。", 0.3),
    Custom("蒲公英心愿", "volunteering", "mechanism", "孩子们写下的“", "”有人照办。", 0.4),
    Custom("找活儿集市", "services", "activity", "开春办“", "”，工厂到门口招人。", 0.3),
    Custom("归巢驿站", "services", "station", "送货的人在“", "”歇脚、充电。", 0.4, 2021),
    Custom("槐荫小厨", "elderly", "station", "老人在“", "”吃热饭。", 0.4),
    Custom("慢餐步行圈", "elderly", "model", "助餐点连成“", "”。", 0.2, 2022),
    Custom("安心钥匙", "elderly", "mechanism", "独居老人把“", "”托给邻居。"),
    Custom("屋檐红", "estates", "brand", "物业打出“", "”的牌子。", 0.3),
    Custom("物业对表会", "estates", "mechanism", "“", "”上，账目当面说清。", 0.2, 2020),
    Custom("书声小站", "civility", "station", "放学后去“", "”看书。", 0.4),
    Custom("绿丝带劝导", "civility", "activity", "路口有“", "”，行人慢慢走。"),
    Custom("晒账日", "discipline", "mechanism", "社区守住“", "”，花销贴在墙上。", 0.3),
    Custom("护河夜巡队", "safety", "team", "汛期由“", "”守堤。", 0.3),
    Custom("雨鞋行动", "safety", "activity", "下雨就有“", "”，先看地下车库。", 0.2, 2021),
)


def customs(report: Report) -> Iterator[Sentence]:
    """The names this report mentions, as one paragraph; nothing where it mentions none."""
    told = [_sentence(custom) for custom in CUSTOMS if _names(report, custom)]
    if told:
        yield tuple(piece for sentence in told for piece in sentence)


def _names(report: Report, custom: Custom) -> bool:
    has_it = chance(custom.name, report.office.ref_area) < custom.share
    is_there = report.year >= custom.since and custom.family in report.registry.customs
    return has_it and is_there and report.chance("custom", custom.name) < MENTIONED


def _sentence(custom: Custom) -> Sentence:
    return (custom.before, Named(custom.name, custom.family, custom.kind), custom.after)
