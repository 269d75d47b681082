"""Invented names of compounds, minor streets and their like; generic on purpose, none is a real compound."""

import random
from typing import Final

from lingju.site.demo.plane import words

_DORMS: Final = words(
    "纺织厂 农机厂 面粉厂 印刷厂 化肥厂 机械厂 轴承厂 粮食局 供销社 百货公司 邮电局 水利局 "
    "煤运公司 物资局 汽车站 食品厂 糖酒公司 建筑公司 农业局 医药公司 酒厂 木器厂 五金厂 棉织厂 "
    "林业局 商业局"
)
_DORM_ENDS: Final = ("家属院", "宿舍", "小区")
_MIDDLE: Final = words(
    "明德 广厦 兴隆 怡和 长丰 嘉泰 永乐 昌盛 福临 鑫源 恒安 汇景 锦绣 康乐 和平 惠民 文苑 桂花 "
    "正阳 福安 育才 新华 兴盛 平安 向阳 安泰 东升 西苑 团结 春晖 永安 富民 槐荫 顺达 金穗 同安 "
    "吉庆 祥云 广源 瑞丰 百合 丁香 石榴 银杏 常青 永泰 文昌 崇德 明珠 翠竹 秋实 润泽 朗润 清泉 "
    "凤台 景泰 裕丰 德馨"
)
_MIDDLE_ENDS: Final = ("苑", "小区", "家园", "花园")
_NEW: Final = words(
    "尚品苑 锦程嘉园 映湖湾 天悦城 翰林苑 枫林苑 金色家园 香榭苑 世纪新城 静雅苑 康城 颐和苑 "
    "蓝湾小镇 鸿运嘉园 祥和苑 惠泽园 景秀苑 望河苑 荣华里 御水湾 滨河湾 丽景城 御景园 金桂苑 "
    "水岸新城 书香苑 翠屏苑 盛世华庭 朝阳城 和谐嘉园 紫薇苑 博雅苑 星河湾 铭城 公园里 上和院 "
    "龙泉府 瑞祥苑 绿洲苑 悦府 东方丽苑 泽景园 中央花园 学府名苑 凯旋苑 嘉禾苑"
)
_ROWS: Final = words(
    "东街排院 西街排院 南关排院 北关排院 桥头排院 河西新村 站南新村 东关新村 西南新村 城北新村 "
    "杏林排院 柳荫排院 槐树院 砖窑新村 场院排房 城东新村 南岭排院 后街大院 城西新村 桃园新村"
)
_LANES: Final = words(
    "古槐 榆树 桃李 葵花 牡丹 芙蓉 玉兰 迎春 紫藤 山楂 红枣 核桃 麦香 谷场 磨坊 染坊 醋坊 豆腐 "
    "剪子 灯笼 皮匠 木匠 药王 关帝 魁星 鼓楼 南门里 北门里 东门外 西门外 校场 衙前 县后 仓前 "
    "马号 驿前 渡口 桥西 桥东 河沿 堤南 堤北 新生 曙光 星火 东风 立新 团圆 如意 安宁 安顺 福源 "
    "福顺 永宁 永顺 长宁 长顺 人和 政通 善邻 睦邻 槐树 柳荫 杏花 石桥 铁匠 油坊 书院 粮店 水井 "
    "钟楼 文庙 仓后 前进 建设 友谊 胜利 青年 幸福 安康 吉祥 富康 民生 育英 健康 工农 红旗 新风 "
    "兴华 振兴 永丰 长青 泰和 明德 崇文 尚德 南苑 北苑 东苑 西苑 金穗 银杏 丁香 海棠 月季 梧桐 "
    "松柏 翠竹 芳草 清风 明月 彩虹 晨光 晚霞 双拥 爱民 和顺 同心 同德 裕民 便民 惠安 利民 乐业 "
    "安居 福寿 康宁 太平 通济 集贤 三元 五福 六合 九龙 百子 千禧 万福 光华 光荣"
)


class Names:
    """Hand out each name once, in an order shuffled by the dice."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self._pools = {
            "old": [
                name + end for name, end in zip(_DORMS, self._ends(_DORM_ENDS, len(_DORMS)), strict=True)
            ],
            "middle": [
                n + end for n, end in zip(_MIDDLE, self._ends(_MIDDLE_ENDS, len(_MIDDLE)), strict=True)
            ],
            "new": list(_NEW),
            "rows": list(_ROWS),
            "lane": list(_LANES),
        }
        for pool in self._pools.values():
            rng.shuffle(pool)

    def _ends(self, ends: tuple[str, ...], count: int) -> list[str]:
        return [self._rng.choice(ends) for _ in range(count)]

    def take(self, kind: str) -> str:
        """Return the next free name of a kind: old, middle, new, rows or lane."""
        pool = self._pools[kind]
        if not pool and kind != "lane":
            # Of names people also give each other's courts there are always some left.
            pool = max(self._pools["middle"], self._pools["new"], self._pools["old"], key=len)
        if not pool:
            raise LookupError(f"names of kind {kind} have run out; add some to the list")
        return pool.pop()
