"""Nothing is sold at a civic market: tell a text that offers something for money. Pure; no database.

An amount of money is refused always; a word of trade unless the text says the opposite of it: 不收费,
禁止销售, 识别打折陷阱 are what a market is for.
"""

import re
import unicodedata
from typing import Final

DIGITS: Final = "0-9一二两三四五六七八九十百千万几"
# 三元桥 and 元旦 are no amounts.
AMOUNT: Final = re.compile(
    rf"[¥$€]\s*[0-9]|[0-9]+\.?[0-9]*\s*(?:rmb|cny|元(?!旦|宵)|块)|[{DIGITS}]+\s*(?:元钱?(?![旦宵桥宫素])|块钱|毛钱)"
)
TRADE: Final = re.compile(
    "优惠价|特惠|特价|会员价|团购价|现价|原价|售价|单价|价格|打折|[0-9一二三四五六七八九]折|折扣|满减|促销|甩卖|"
    "销售|售卖|出售|现卖|代售|热卖|义卖|推销|购买|选购|团购|订购|下单|带货|包邮|收费|付费|付款|付钱|收款|缴费|"
    "扫码支付|扫码付|支付宝支付|微信支付|充值|代金券|优惠券|消费券|办卡|买一送|买一赠"
)
# What turns a word of trade round; looked for in the few characters before it.
NOT: Final = re.compile(
    "不|无需|无须|免|勿|莫|别|禁止|严禁|谢绝|拒绝|杜绝|防|识别|识破|辨别|警惕|揭秘|政府|怎么|如何"
)
BEFORE: Final = 5


def offers_for_money(text: str) -> str:
    """Return the words by which a text offers something for money; nothing where it does not."""
    plain = "".join(
        one for one in unicodedata.normalize("NFKC", text).lower() if one.isprintable() and not one.isspace()
    )
    amount = AMOUNT.search(plain)
    if amount is not None:
        return amount[0]
    for word in TRADE.finditer(plain):
        if NOT.search(plain[max(word.start() - BEFORE, 0) : word.start()]) is None:
            return word[0]
    return ""
