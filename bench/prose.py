"""Invented texts to read: as thick with numbers as work reports are, thicker, thinner, digits only.

Names and sentences are invented; numbers are drawn anew each time, so that nothing is read twice.
"""

from __future__ import annotations

import random

_PLACES = ("云上街道", "东风里社区", "青石镇", "湖滨办事处", "松岭乡", "南塘村")
_SENTENCES = (
    "{place}党工委坚持把群众的事放在心上，全年组织志愿者{count}人走进楼栋，服务居民{people}人次，",
    "为行动不便的老人理发、量血压，陪他们聊天，受到大家好评；",
    "社区食堂每天供应午餐，可满足{small}人用餐，低保家庭享受补助，全年支出{money}万元，",
    "调解员走街串巷，耐心听取双方的意见，调处邻里纠纷{small}件，",
    "同时进一步完善工作机制，统一受理、统一登记，做到一事一议。",
    "截至{year}年{month}月底，共办理居民诉求{count}件，办结率达到{share}%。\n",
    "在今年的征集活动中，{place}收到来信{written}封，认领微心愿约{small}个，",
    "慰问困难群众{small}户{written}人，发放慰问金近{money}万元，",
    "老旧小区的路灯坏了多年，如今换成了节能灯，晚上出门再也不用摸黑；",
    "举办招聘会{few}场，提供岗位{people}个，帮助{count}余人就业。\n",
)
_QUIET = (
    "清晨的巷口飘着豆浆的香味，卖菜的摊主把青菜码得整整齐齐，来往的街坊互相打着招呼。",
    "网格员推着自行车从桥上走过，顺手扶正了被风吹倒的指示牌，又去看望独居的老人。",
    "新修的花坛边，孩子们围着老师写生，画里有屋檐、燕子，还有慢慢走过的猫。\n",
)
_DENSE = (
    "{place}组织活动{count}场，服务{people}人次，发放补贴{money}万元，",
    "调处纠纷近{small}件，慰问{written}户{count}余人，其中老人{few}名；",
)
_DIGITS = "一二三四五六七八九"


def report(length: int, seed: int = 1) -> str:
    """A work report: about one number in 40 characters, as in newspapers' reports."""
    return _text((*_SENTENCES, *_QUIET, *_QUIET), length, seed)


def dense(length: int, seed: int = 1) -> str:
    """Hardly anything but numbers: one in 8 characters, in one line."""
    return _text(_DENSE, length, seed)


def sparse(length: int, seed: int = 1) -> str:
    """Prose with next to no number."""
    return _text(_QUIET, length, seed)


def digits(length: int, seed: int = 1) -> str:
    """Digits in groups of six, nothing else."""
    draw = random.Random(seed)
    return " ".join(f"{draw.randrange(10**6):06}" for _ in range(length // 7 + 1))[:length]


def one_line(length: int, seed: int = 1) -> str:
    """A report without any line break."""
    return report(length + length // 10, seed).replace("\n", "")[:length]


def _text(sentences: tuple[str, ...], length: int, seed: int) -> str:
    draw = random.Random(seed)
    pieces: list[str] = []
    written = 0
    while written < length:
        piece = draw.choice(sentences).format(**_numbers(draw))
        pieces.append(piece)
        written += len(piece)
    return "".join(pieces)[:length]


def _numbers(draw: random.Random) -> dict[str, object]:
    tens = f"{draw.choice(_DIGITS)}十{draw.choice(_DIGITS)}"
    return {
        "place": draw.choice(_PLACES),
        "count": draw.randint(12, 990),
        "people": draw.choice((draw.randint(1000, 9999), f"{draw.randint(11, 99) / 10}万")),
        "small": draw.randint(2, 98),
        "few": draw.choice(_DIGITS[2:]),
        "written": draw.choice((tens, f"{draw.choice(_DIGITS)}百{tens}", draw.randint(3, 60))),
        "money": f"{draw.uniform(1, 400):.2f}",
        "share": f"{draw.uniform(60, 99.9):.1f}",
        "year": draw.randint(2019, 2024),
        "month": draw.randint(1, 12),
    }
