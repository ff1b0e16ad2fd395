"""Zeros said in words: 零上访, 未发生, 未出现一例 (R15).

`read` finds 零 before a noun that a report may count; `is_zero` also knows the words that say no
without a numeral, which only a person who transcribes a row may take for a number.
"""

from .patterns import pattern_of

NOUNS_DENIED = (
    "上访 集访 越级访 进京访 非访 信访 事故 投诉 举报 感染 新增 案件 发案 命案 刑案 纠纷 "
    "犯罪 差错 伤亡 死亡 遗漏 复发 报告 确诊 病例 疫情 输入 火灾 火情 违纪 违法 失误 积压 "
    "逾期 发生 增长 吸毒 邪教 辍学 返贫 火点 着火点 警情 溺水 电诈 发案 退件 差评 炒作 舆情 "
    "缺陷 失学 拖欠 欠薪 违建 待业"
)
_NOT_COUNTED = (
    "距离 售 工 星 散 件 钱 食 碎 下 点 就业家庭 基础 门槛 障碍 接触 容忍 跑腿 排放 利润 "
    "关税 时差 首付 换 用 担 壹 头"
)
_NOUNS = pattern_of("|".join(sorted(NOUNS_DENIED.split(), key=len, reverse=True)))
_SAID = pattern_of(
    "(?:从未|未曾|尚未|未|没有|没|无)再?(?:出现|发生|产生|新增|发现|接到|收到|引发|造成|有)?"
    "过?(?:任何)?"
)


def read(text: str, at: int) -> int | None:
    """Where 零 with the noun it denies ends, None where 零 at `at` says something else."""
    if text[at] != "零":
        return None
    found = _NOUNS.match(text, at + 1)
    return found.end() if found else None


def is_zero(phrase: str) -> bool:
    """Whether the whole phrase is a zero in words: 零, 零上访, 未出现, 未发生, 没有."""
    if phrase.startswith("零"):
        noun = phrase[1:]
        is_short = len(noun) <= 6 and all("\u4e00" <= c <= "\u9fff" for c in noun)
        return (
            is_short and not noun.startswith(tuple(_NOT_COUNTED.split())) and not _counts_on(noun)
        )
    return phrase not in ("没", "未") and bool(_SAID.fullmatch(phrase))


def _counts_on(noun: str) -> bool:
    return noun[:1] in tuple("零一二三四五六七八九十百千万亿几数两〇")
