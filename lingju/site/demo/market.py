"""The civic markets of the demo: one that was held, with its counts and what was left over, one to come.

Every visit is a press at a stall, told through its card; nobody types a total.
"""

import datetime as dt
from dataclasses import dataclass

from lingju.activities.services import attendance
from lingju.activities.services.planning import Plan
from lingju.kernel import clock
from lingju.kernel.clock import ZONE
from lingju.kernel.rules import Actor
from lingju.market.models import Market, Stall
from lingju.market.rules import StallHelper
from lingju.market.services import layouts, leaving, markets, stalls, tallying
from lingju.market.services.leaving import Leaving
from lingju.market.services.markets import MarketPlan
from lingju.market.services.stalls import StallDraft
from lingju.market.services.tallying import Press
from lingju.needs.models import Category
from lingju.people.models import Organisation
from lingju.places.models import District, Station
from lingju.site.demo.training import a_team, at

AGO, AHEAD = 19, 8
ROWS, COLUMNS = 3, 5
POWERED = ("A1", "A2", "A5", "C1", "C5")
SAFETY = (
    "负责人：社区工作者，电话在摊位布置图背面\n"
    "主通道两米以上，轮椅能过；消防通道不摆摊\n"
    "电线架空走边，插线板不落地；下雨先断电\n"
    "急救箱和除颤仪在 A1，示例卫生院两人值守\n"
    "人多时在入口分流，听喊话从南门走"
)


@dataclass(frozen=True)
class Told:
    """A stall of the demo: where, in which zone, whose, what it does for nothing, what it counted."""

    spot: str
    kind: str
    team: str
    name: str
    service: str
    visits: int
    care: str = "none"
    paper: str = ""
    supplies: str = "桌子 1 张、椅子 2 把"
    needs_power: bool = False
    helpers: int = 2
    left: str = ""


STALLS = (
    Told(
        "A1",
        "medical",
        "示例卫生院",
        "量血压测血糖",
        "量血压、测血糖，教看化验单",
        64,
        "medical",
        "医疗机构执业许可证 示例 001 号",
        "桌子 2 张、椅子 4 把、插线板",
        True,
        3,
        "老人腿脚不便，想请医生上门换药，问能不能约。",
    ),
    Told(
        "A2",
        "convenience",
        "示例志愿服务队",
        "小家电维修",
        "修电风扇、电水壶，教安全用电",
        21,
        "none",
        "",
        "插线板、工具箱",
        True,
    ),
    Told("A3", "convenience", "示例志愿服务队", "磨剪刀", "磨剪刀、菜刀，一家两把", 37),
    Told(
        "A5",
        "daily_life",
        "示例理发社",
        "理发",
        "给老人孩子剪头发",
        28,
        "hair",
        "美发师技能证 示例 002 号",
        "椅子 3 把、插线板",
        True,
        3,
    ),
    Told(
        "B1",
        "policy",
        "示例人社所",
        "社保问答",
        "问医保、养老、就业补贴怎么办",
        33,
        left="灵活就业的医保断了两个月，不知道怎么补，窗口说法不一样。",
    ),
    Told("B2", "telling", "示例公安派出所", "防诈骗", "讲最近的骗局，当场帮看手机", 46),
    Told(
        "B3",
        "on_request",
        "示例居委会",
        "点单服务",
        "想要什么服务写下来，社区去请",
        17,
        left="三号楼没有扶手，老人上下楼不方便，想装一个。",
    ),
    Told("B4", "telling", "示例律师事务所", "法律咨询", "问合同、继承、邻里纠纷", 12),
    Told(
        "C1",
        "try_out",
        "示例蓝天救援队",
        "心肺复苏",
        "人人上手按一轮，会了再走",
        30,
        "none",
        "",
        "垫子 2 张、插线板",
        True,
    ),
    Told("C2", "heritage", "示例非遗传习所", "剪纸堆锦", "跟着老师剪一张带回家", 41),
    Told("C3", "sport", "示例体育协会", "体质小测", "握力、坐位体前屈，教一套椅子操", 25),
    Told("C4", "culture", "示例图书馆", "图书漂流", "带一本换一本，办借阅证", 19),
)


def tell(district: District, station: Station, clerk: Actor, keeper: Actor) -> None:
    """Tell the market that was held and the one that comes."""
    held = _moment(-AGO)
    with at(held - dt.timedelta(days=9)):
        market = _laid_out(station, held, "十一月文明集市", clerk)
    with at(held + dt.timedelta(minutes=10)):
        markets.hold_market(market, actor=keeper)
    for minutes, told in enumerate(STALLS, 20):
        with at(held + dt.timedelta(minutes=4 * minutes)):
            _counted(market.stalls.get(name=told.name), told)
    with at(held + dt.timedelta(hours=3)):
        attendance.count(market.session, "elder", 92, key="demo-market-elders", actor=keeper)
        attendance.count(market.session, "adult", 61, key="demo-market-adults", actor=keeper)
        markets.finish_counting(market, actor=keeper)
    with at(held + dt.timedelta(days=3)):
        words = "来得最多的是量血压和防诈骗；没办完的三件都成了诉求，回访过了。下次再请一位理发师傅。"
        markets.review_market(market, words, actor=clerk)
    _laid_out(station, _moment(AHEAD), "腊月文明集市", clerk)


def _moment(days: int) -> dt.datetime:
    return dt.datetime.combine(clock.today() + dt.timedelta(days=days), dt.time(9), tzinfo=ZONE)


def _laid_out(station: Station, starts_at: dt.datetime, title: str, clerk: Actor) -> Market:
    """Plan a market, invite its stalls, lay it out, tell it to everybody."""
    session = Plan(
        title=title,
        area=station.area,
        starts_at=starts_at,
        ends_at=starts_at + dt.timedelta(hours=3),
        summary="党员摆摊，群众赶集：看病问药、修修补补、问政策、学手艺，都不花钱。",
        station=station,
    )
    plan = MarketPlan(
        session,
        permit="社区居委会同意，街道备案",
        safety_plan=SAFETY,
        weather_fallback="下雨或大风，挪到驿站活动室，只留看病、理发、问政策",
        rows=ROWS,
        columns=COLUMNS,
    )
    market = markets.plan_market(plan, key=f"demo-market-{starts_at:%Y%m%d}", actor=clerk)
    layouts.set_layout(market, ROWS, COLUMNS, POWERED, actor=clerk)
    market.refresh_from_db()
    markets.invite_stalls(market, actor=clerk)
    made = [
        (told, stalls.invite_stall(market, _draft(market, told), key=_key(told), actor=clerk))
        for told in STALLS
    ]
    markets.lay_out(market, actor=clerk)
    spots = {spot.label: spot for spot in market.spots.all()}
    for told, stall in made:
        layouts.place_stall(stall, spots[told.spot], actor=clerk)
    return markets.announce_market(market, actor=clerk)


def _key(told: Told) -> str:
    return f"demo-stall-{told.spot}"


def _draft(market: Market, told: Told) -> StallDraft:
    government = ("示例公安派出所", "示例人社所")
    kind = Organisation.Kind.GOVERNMENT if told.team in government else Organisation.Kind.SOCIAL
    return StallDraft(
        zone=market.zones.get(kind=told.kind),
        organisation=a_team(told.team, market.area, kind),
        name=told.name,
        service=told.service,
        care=told.care,
        qualification=told.paper,
        qualified_until=clock.today() + dt.timedelta(days=400) if told.paper else None,
        supplies=told.supplies,
        needs_power=told.needs_power,
        helpers=told.helpers,
    )


def _counted(stall: Stall, told: Told) -> None:
    """Press once for each visit, as the helper's telephone sends it; leave over what could not be done."""
    helper = StallHelper(stall.pk, stall.district_id)
    presses = [Press(f"demo-{told.spot}-{n:04d}") for n in range(told.visits)]
    tallying.take_in(stall, presses, device="demo", actor=helper)
    if told.left:
        kind = Category.objects.filter(district_id=stall.district_id).offered()[0]
        leaving.leave_over(stall, Leaving(kind, told.left), key=_key(told), actor=helper)
