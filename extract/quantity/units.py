"""Measure words: how they are written, the base unit they count in, and what kind that is.

The tables are data. A new measure word is one word more in `_WORDS`; one that also begins another
word (家 in 家庭, 场 in 场所) gets the letters that betray it in `_NOT_BEFORE`.
"""

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

Kind = Literal["count", "money", "measure", "duration", "age", "share", "points", "ratio", "degree"]


@dataclass(frozen=True, slots=True)
class Unit:
    """A written measure word: `base` unit, `multiplier` to it, and the kind of thing measured."""

    word: str
    base: str
    multiplier: Fraction
    kind: Kind


_WORDS: dict[Kind, str] = {
    "count": (
        "人次 轮次 处次 组次 队次 笔次 趟次 户次 件次 家次 车次 场次 批次 班次 架次 辆次 台次 "
        "例次 人份 人天 人日 人 名 位 口 户 家 件 起 宗 桩 例 处 支 批 条 次 项 对 门 份 面 枚 "
        "张 栋 幢 座 间 套 台 辆 艘 架 部 本 册 篇 首 则 幅 副 顶 盏 盆 棵 株 根 块 片 只 头 "
        "匹 羽 尾 粒 颗 瓶 盒 箱 袋 桶 包 筐 卷 捆 把 床 席 桌 餐 客 顿 单 票 笔 款 种 类 组 "
        "队 团 班 期 轮 遍 趟 回 节 堂 课时 学时 课次 场 个 层 道 段 句 页 字 站 店 步 番 双 "
        "筒 听 杯 碗 艇 梯 枪 针 剂 针次 剂次 人口 工日 标段 楼栋 单元 网格 席位 床位 座位 铺 "
        "柜 罐 版 集 出 帧 眼 孔 丘 垛 车 列 杆 块次 宗次 起次 项次 篇次 条次 份次 桌次 卡 尊 "
        "幕 封 盘 所 個 隻 條 張 輛 間 戶 雙 對 項"
    ),
    "money": (
        "元人民币 人民币 块钱 塊錢 块人民币 元 圆 块 塊 毛钱 毛 角钱 角 分钱 美元 美圆 美金 美分 "
        "港元 港币 港圆 欧元 日元 日圆 日币 英镑 韩元 韩圆 韩币 澳元 澳大利亚元 澳门元 澳门币 葡币 "
        "加元 加拿大元 新西兰元 新加坡元 新币 新台币 台币 卢布 卢比 泰铢 法郎 瑞士法郎 瑞郎 马克 "
        "里拉 比索 克朗 瑞典克朗 丹麦克朗 挪威克朗 林吉特 令吉 兰特 第纳尔 里亚尔 雷亚尔 迪拉姆 "
        "越南盾 印尼盾 先令 便士 比特币"
    ),
    "measure": (
        "平方米 平方公里 平方千米 平方厘米 平方 平米 立方米 立方 公里 千米 厘米 毫米 分米 米 公分 "
        "海里 英里 英尺 平方英尺 公顷 亩 顷 方 吨 公斤 千克 斤 毫克 微克 克 两 毫升 升 千瓦时 "
        "平方毫米 平方分米 立方厘米 立方千米 立方分米 平方英里 英亩 英寸 纳米 微米 光年 码 磅 "
        "盎司 加仑 担 尺 寸 丈 千帕 兆帕 帕 千伏 伏 毫安 分贝 千字节 兆字节 字节 "
        "千瓦 兆瓦 瓦 度 标箱 马力 华里 里 ㎡ ㎢ m² m2 km² km kg ml cm mm m³ m3 ㎞ ㎏ ㎝ ㎜"
    ),
    "duration": (
        "个工作日 工作日 个自然日 自然日 小时 个小时 钟头 个钟头 分钟 刻钟 秒钟 秒 天 日 周 个星期 "
        "星期 个礼拜 个月 个季度 个学期 学期 年 夜 个昼夜 昼夜"
    ),
    "age": "周岁 岁",
    "share": "% ％ ‰ 成",
    "points": "个百分点 百分点 分",
    "ratio": "倍",
    "degree": "℃ 摄氏度",
}
_BASE: dict[str, tuple[str, int | Fraction]] = {
    **dict.fromkeys(("名", "位", "口", "人口"), ("人", 1)),
    "场次": ("场", 1),
    "起": ("件", 1),
    "起次": ("件次", 1),
    "席位": ("席", 1),
    "床位": ("床", 1),
    "楼栋": ("栋", 1),
    **dict.fromkeys(
        ("元人民币", "人民币", "块钱", "塊錢", "块人民币", "圆", "块", "塊"), ("元", 1)
    ),
    **dict.fromkeys(("毛钱", "毛", "角钱", "角"), ("元", Fraction(1, 10))),
    "分钱": ("元", Fraction(1, 100)),
    **dict.fromkeys(("美圆", "美金"), ("美元", 1)),
    **dict.fromkeys(("港币", "港圆"), ("港元", 1)),
    **dict.fromkeys(("日圆", "日币"), ("日元", 1)),
    **dict.fromkeys(("韩圆", "韩币"), ("韩元", 1)),
    "澳大利亚元": ("澳元", 1),
    **dict.fromkeys(("澳门币", "葡币"), ("澳门元", 1)),
    "加拿大元": ("加元", 1),
    "新币": ("新加坡元", 1),
    "台币": ("新台币", 1),
    "瑞郎": ("瑞士法郎", 1),
    "令吉": ("林吉特", 1),
    **{
        old: (new, 1)
        for old, new in zip("個隻條張輛間戶雙對項", "个只条张辆间户双对项", strict=True)
    },
    **dict.fromkeys(("平方", "平米", "㎡", "m²", "m2"), ("平方米", 1)),
    **dict.fromkeys(("平方千米", "㎢", "km²"), ("平方公里", 1)),
    **dict.fromkeys(("千米", "km", "㎞"), ("公里", 1)),
    **dict.fromkeys(("立方", "方", "m³", "m3"), ("立方米", 1)),
    **dict.fromkeys(("公分", "cm", "㎝"), ("厘米", 1)),
    **dict.fromkeys(("mm", "㎜"), ("毫米", 1)),
    **dict.fromkeys(("千克", "kg", "㎏"), ("公斤", 1)),
    "ml": ("毫升", 1),
    "华里": ("里", 1),
    **dict.fromkeys(("工作日", "个工作日"), ("工作日", 1)),
    **dict.fromkeys(("自然日", "个自然日"), ("日", 1)),
    **dict.fromkeys(("个小时", "钟头", "个钟头"), ("小时", 1)),
    "秒钟": ("秒", 1),
    "刻钟": ("分钟", 15),
    **dict.fromkeys(("个星期", "星期", "个礼拜"), ("周", 1)),
    "个月": ("月", 1),
    "个季度": ("季度", 1),
    "个学期": ("学期", 1),
    "个昼夜": ("昼夜", 1),
    "周岁": ("岁", 1),
    "％": ("%", 1),
    "‰": ("%", Fraction(1, 10)),
    "成": ("%", 10),
    "个百分点": ("百分点", 1),
    "摄氏度": ("℃", 1),
}
_NOT_BEFORE = {
    "人": ("大代表", "民调解", "社局", "社部"),
    "名": ("额",),
    "位": ("一体",),
    "口": ("罩", "径"),
    "户": ("籍", "均", "外活动", "外运动", "外劳动"),
    "例": ("外", "如"),
    "处": ("理", "置", "罚", "级"),
    "支": ("部",),
    "条": ("龙",),
    "次": ("性", "元", "产业", "生灾害"),
    "门": ("店", "诊", "票", "户", "牌"),
    "份": ("额",),
    "面": ("积", "向"),
    "座": ("谈", "机"),
    "座位": ("于",),
    "席位": ("于",),
    "床位": ("于",),
    "台": ("账",),
    "部": ("门", "队"),
    "分": tuple("之钟别类会区级批时头成公布发散期局工行享担管红队为离解流辨析兵拣"),
    "片": ("区",),
    "包": ("括", "含"),
    "单": ("位", "元", "独", "身", "亲", "品", "价"),
    "款": ("项",),
    "种": ("植",),
    "类": ("型",),
    "组": ("织",),
    "队": ("伍", "员"),
    "团": ("队", "员", "体"),
    "班": ("子",),
    "期": ("间",),
    "轮": ("流", "椅"),
    "回": ("复", "收", "访"),
    "节": ("约", "日", "能"),
    "场": ("所", "地", "馆", "景", "均"),
    "个": ("体户", "体工商", "税"),
    "层": ("面", "级", "次"),
    "道": ("路", "德"),
    "段": ("落",),
    "字": ("号", "样", "体"),
    "站": ("点", "台", "位", "长"),
    "店": ("铺", "面", "员", "长"),
    "步": ("入", "伐", "骤", "走"),
    "双": ("方", "拥", "向", "创", "联", "重", "减", "休", "语", "报", "碳", "控", "选"),
    "听": ("取", "证", "到"),
    "针": ("对",),
    "卡": ("片", "口", "车", "点"),
    "版": ("图", "本", "权", "面"),
    "集": ("体", "中", "团", "市", "镇", "聚", "合", "贸", "成", "资", "约"),
    "出": ("台", "动", "席", "现", "生", "租", "资", "口", "发", "去", "来", "版", "警", "入"),
    "眼": ("科", "镜", "前", "光"),
    "车": ("辆", "位", "站", "间", "队", "主", "库", "道", "流"),
    "列": ("入", "为", "出", "席", "车"),
    "封": ("闭", "控", "面", "条"),
    "盘": ("活", "点", "查"),
    "所": ("有", "需", "在", "属", "以", "谓", "辖", "得", "长", "示"),
    "铺": ("设", "就", "面", "开", "路", "装"),
    "卷": ("入",),
    "元": ("旦", "宵", "化"),
    "圆": ("满", "梦", "桌", "形"),
    "方": ("案", "面", "式", "法", "便", "向", "针", "位", "可", "言"),
    "里": ("程", "面", "店", "庄", "街", "村", "弄", "桥", "长", "河", "湖", "镇", "沟", "塘"),
    "克": ("服", "难"),
    "两": ("会", "委", "岸", "侧", "新", "癌", "禁", "违", "山"),
    "升": ("级", "华", "学", "降", "旗", "温", "至", "到", "值"),
    "度": ("假", "过"),
    "日": ("常", "报", "照", "均", "本", "期", "间"),
    "周": ("边", "围", "年", "期", "岁"),
    "年": ("级", "代", "纪", "轻", "龄", "货", "报", "度"),
    "夜": ("间", "市", "校", "晚"),
    "成": (
        *("立", "功", "为", "效", "果", "就", "本", "长", "熟", "交", "品", "都", "绩"),
        *("年人", "员单位", "套", "型", "片", "文"),
    ),
    "倍": ("增", "感"),
    "角": ("形", "债", "洲", "星", "度", "落", "钢", "架", "色", "逐"),
    "毛": ("主席", *"不病线巾笔利泽豆衣竹坯细重孔"),
    "马克": ("思", "杯"),
    "码": ("头", "洗", "放"),
    "伏": ("案", "击", "法", "天", "季"),
    "担": ("任", "当", "保", "负", "心", "架", "责"),
    "尺": ("度", "寸", "子"),
    "寸": ("步", "土", "心", "草"),
    "丈": ("夫", "量"),
    "光年": ("际",),
    "磅": ("礴",),
}
_ARABIC_ONLY = frozenset("方里度字步床单店站出眼团铺卡分角码伏担丈帕")
_ALPHABETIC = frozenset(("m²", "m2", "km²", "km", "kg", "ml", "cm", "mm", "m³", "m3"))


ONE = Fraction(1)


def _table() -> dict[str, Unit]:
    table = {}
    for kind, words in _WORDS.items():
        for word in words.split():
            base, multiplier = _BASE.get(word, (word, 1))
            factor = ONE if multiplier == 1 else Fraction(multiplier)
            table[word] = Unit(word, base, factor, kind)
    return table


UNITS: dict[str, Unit] = _table()


def _by_first() -> dict[str, tuple[tuple[str, Unit, tuple[str, ...]], ...]]:
    """First letter → words that begin with it, longest first, and what they stand not before."""
    table: dict[str, list[tuple[str, Unit, tuple[str, ...]]]] = {}
    for word in sorted(UNITS.keys() - _ALPHABETIC, key=len, reverse=True):
        table.setdefault(word[0], []).append((word, UNITS[word], _NOT_BEFORE.get(word, ())))
    return {letter: tuple(words) for letter, words in table.items()}


_BY_FIRST = _by_first()
_ALPHABET = frozenset(letter for word in _ALPHABETIC for letter in word[0] + word[0].upper())
_LONGEST_ALPHABETIC = max(map(len, _ALPHABETIC))
FIRST_LETTERS = frozenset(_BY_FIRST) | _ALPHABET


def read(text: str, at: int, *, is_chinese: bool = False) -> Unit | None:
    """The longest measure word at `at`, None where the letters there form another word.

    `is_chinese` says that the number before it is written in Chinese: some words (里, 方, 口)
    measure only after digits.
    """
    letter = text[at : at + 1]
    for word, unit, other in _BY_FIRST.get(letter, ()):
        is_here = text.startswith(word, at) and not text.startswith(other, at + len(word))
        if is_here and not (is_chinese and word in _ARABIC_ONLY):
            return unit
    return _alphabetic(text, at) if letter in _ALPHABET else None


def _alphabetic(text: str, at: int) -> Unit | None:
    for length in range(_LONGEST_ALPHABETIC, 0, -1):
        word = text[at : at + length].lower()
        follows = text[at + length : at + length + 1]
        if word in _ALPHABETIC and not (follows.isascii() and follows.isalnum()):
            return UNITS[word]
    return None
