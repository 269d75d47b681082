"""Nothing is sold: no field for money anywhere in the module, no offer for money in a text."""

import re

import pytest
from django.apps import apps

from lingju.kernel.asking import Asking
from lingju.kernel.errors import BadInput
from lingju.market.forms import desk as desk_forms
from lingju.market.forms import stall as stall_forms
from lingju.market.selling import offers_for_money
from lingju.market.services import markets, stalls
from lingju.market.tests.builders import a_draft, a_key, a_market, a_market_plan, a_stall, a_town
from lingju.market.urls import urlpatterns
from lingju.places.tests.builders import the_system

MONEY = re.compile(
    r"price|pay|paid|cost|fee|money|amount|currency|order|cart|basket|invoice|refund|sale|sell|buy|purchase"
    r"|discount|coupon|yuan|rmb|wallet|deposit|charge"
)
WORDS = re.compile("价|费|付|钱|款|订单|购|卖|优惠")


def _fields_of_forms() -> set[str]:
    made = [
        one
        for module in (desk_forms, stall_forms)
        for one in vars(module).values()
        if isinstance(one, type) and issubclass(one, Asking) and one.__module__ == module.__name__
    ]
    assert made
    return {name for form in made for name in form.base_fields}


def test_no_table_has_a_field_for_money() -> None:
    fields = [
        field for model in apps.get_app_config("market").get_models() for field in model._meta.get_fields()
    ]
    assert len(fields) > 60
    assert [field.name for field in fields if MONEY.search(field.name)] == []
    words = [str(getattr(field, "verbose_name", "")) for field in fields]
    assert [word for word in words if WORDS.search(word)] == []


def test_no_form_and_no_address_asks_for_money() -> None:
    assert [name for name in _fields_of_forms() if MONEY.search(name)] == []
    assert [one.name for one in urlpatterns if MONEY.search(f"{one.name} {one.pattern}")] == []


@pytest.mark.parametrize(
    "text",
    [
        "草莓 10元一斤",
        "十元三双",
        "1 0 元",
        "１０元",
        "¥9.9",
        "￥9",
        "9.9块",
        "优惠价供应",
        "全场打折",
        "八折",
        "销售土特产",
        "现场扫码支付",
        "扫 码 支 付",
        "买一送一",
        "收费理发",
        "团购报名",
        "只要 98 元，不要 198 元",
        "卖\u200b得好，出\u200b售",
    ],
)
def test_an_offer_for_money_is_noticed(text: str) -> None:
    assert offers_for_money(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "免费量血压、测血糖",
        "剪头发，不收费",
        "禁止销售，只服务",
        "教您识别打折陷阱",
        "防推销：保健品骗局讲解",
        "元宵节猜灯谜",
        "三元桥小区的邻居都来",
        "多元服务进单元",
        "政府购买服务的养老项目咨询",
        "元旦写春联",
        "二维码怎么用，教老人",
    ],
)
def test_what_is_free_is_not_taken_for_an_offer(text: str) -> None:
    assert offers_for_money(text) == ""


def test_a_stall_that_offers_for_money_is_refused_at_its_field(db: None) -> None:
    market = a_market(a_town())
    with pytest.raises(BadInput, match=r"只服务、不买卖.*10元") as refused:
        a_stall(market, service="剪头发10元一位")
    assert set(refused.value.fields) == {"service"}
    assert not market.stalls.exists()


def test_an_edit_cannot_bring_an_offer_in(db: None) -> None:
    stall = a_stall(a_market(a_town()))
    actor = the_system(stall.market.district)
    with pytest.raises(BadInput, match="销售"):
        stalls.edit_stall(stall, a_draft(stall.market, supplies="销售台一张"), actor=actor)
    stall.refresh_from_db()
    assert stall.supplies == ""


@pytest.mark.parametrize(
    "changes", [{"title": "特价大集"}, {"summary": "样样优惠价"}, {"permit": "缴费 50 元"}]
)
def test_a_market_says_nothing_of_money_either(db: None, changes: dict[str, str]) -> None:
    town = a_town()
    with pytest.raises(BadInput, match="不买卖"):
        markets.plan_market(a_market_plan(town, **changes), key=a_key(), actor=the_system(town.district))
