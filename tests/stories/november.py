"""The stage of the November story: a street, its units with their links, its residents; how it begins."""

import datetime as dt
import re
from dataclasses import dataclass, field
from typing import Any, Final

from django.core.cache import cache

from lingju.cobuilding.models import (
    Capability,
    Cycle,
    DaySeries,
    Duty,
    Enrolment,
    NeedLine,
    Project,
    Resource,
)
from lingju.kernel import clock
from lingju.needs.models import Asker
from lingju.needs.services.placing import Place
from lingju.needs.services.saying import Contact, Receipt
from lingju.needs.tests import builders as needs
from lingju.needs.tests.builders import Quarter
from lingju.people.models import Account
from lingju.people.tests import cast
from lingju.places.models import Compound, Station
from lingju.places.services import hours
from lingju.places.tests import builders as places
from lingju.volunteering.services import library
from tests.stories.walkers import Walker

DAYS: Final = "/desk/days/"
THE_DAY: Final = dt.date(2026, 11, 6)
NOVEMBER, DECEMBER = 29, 30  # counted from July 2024
# Each with what it can do; nobody here is a lawyer.
UNITS: Final = {
    "示例供电所": ("handy",),
    "示例消防救援站": ("safety", "handy"),
    "示例区医院": ("health",),
    "示例第三中学": ("culture", "health"),
    "示例农商行支行": ("handy",),
    "示例社区超市": ("handy",),
    "示例区图书馆": ("culture",),
    "示例民政局": ("hardship",),
}
AWAY: Final = "示例社区超市"
SCHOOL: Final = "示例第三中学"  # its nurse is not asked while the hospital comes
CHARGING: Final = "楼道里给电动车充电，线拉得乱"
NURSE: Final = "刚出院，想请护士上门换药"
DEEDS: Final = "老人的房子要过户，想问问公证"
SAID: Final = {CHARGING: "neighbours_order", NURSE: "activity_service", DEEDS: "activity_service"}


@dataclass
class Stage:
    """Where it happens, who works there, under which links units come, which slips residents took home."""

    quarter: Quarter
    district_officer: Account
    clerk_there: Account
    station_there: Station
    compound_there: Compound
    doors: dict[str, str] = field(default_factory=dict)
    slips: dict[str, Receipt] = field(default_factory=dict)

    def walker(self, account: Account) -> Walker:
        """Let somebody sign in; a day later the session of the day before has ended."""
        cache.clear()
        return Walker(cast.signed_in_client(account))

    @property
    def street(self) -> Walker:
        """Return the street's officer at the desk."""
        return self.walker(self.quarter.officer)

    @property
    def clerk(self) -> Walker:
        """Return the clerk of 府后街 at the desk."""
        return self.walker(self.quarter.clerk)

    def clerk_for(self, words: str) -> Walker:
        """Return the clerk of the community where somebody said this."""
        return self.walker(self.clerk_there if words == NURSE else self.quarter.clerk)

    def line(self, words: str, number: int = NOVEMBER) -> NeedLine:
        """Return the line of a cycle's list for what somebody said."""
        found: NeedLine = NeedLine.objects.get(cycle__number=number, need=self.slips[words].need)
        return found

    def project(self, words: str) -> Project:
        """Return the project that is for what somebody said."""
        related = ("area", "cycle__area", "lead__organisation")
        found: Project = Project.objects.select_related(*related).get(lines=self.line(words))
        return found


def the_stage() -> Stage:
    """Set the stage: 府后街 and 长安 with a station each, their clerks, the street, the district."""
    quarter = needs.a_quarter(is_demo=True)
    district, there = quarter.district, quarter.neighbour
    library.fill(district, actor=places.the_system(district))
    station = places.a_station(there, name="长安社区幸福驿站")
    for one in (quarter.station, station):
        hours.set_weekly(one, "8:30-21:00", actor=places.the_system(district))
    officer = cast.a_district_officer(district=district)
    compound = places.a_compound(there, at=places.at(1200, 900), gates=(), is_gated=False)
    return Stage(quarter, officer, cast.a_clerk(at=there, name="钱社工"), station, compound)


def residents_say(stage: Stage) -> None:
    """Let three residents say what they need, one of them in 长安; each takes a slip home."""
    contact = Contact(called="街坊", by=Asker.By.PAGE)
    for words, kind in SAID.items():
        compound = stage.compound_there if words == NURSE else stage.quarter.compound
        said = {"kind": kind, "contact": contact, "place": Place(compound=compound)}
        stage.slips[words] = needs.a_receipt(stage.quarter, words, **said)


def with_the_slip(receipt: Receipt) -> Walker:
    """Let somebody come in by the number and the code on their slip."""
    walker = Walker()
    walker.fills_in("/m/", number=receipt.need.number, code=receipt.code)
    return walker


def matter(receipt: Receipt) -> str:
    """Return the page of a matter."""
    return f"/m/{receipt.need.number}/"


def at(month: int, day: int, hour: int) -> dt.datetime:
    """Return an hour of this autumn."""
    return dt.datetime(2026, month, day, hour, tzinfo=clock.ZONE)


def board(number: int = NOVEMBER) -> str:
    """Return the board of a cycle."""
    return f"{DAYS}{number}/"


def the_cycle(number: int = NOVEMBER) -> Cycle:
    """Return a cycle as it stands now."""
    found: Cycle = Cycle.objects.select_related("series", "area").get(number=number)
    return found


def the_unit(name: str) -> Enrolment:
    """Return a unit by its name."""
    found: Enrolment = Enrolment.objects.select_related("organisation").get(organisation__name=name)
    return found


def the_turns(number: int = NOVEMBER) -> dict[int, int | None]:
    """Return who has which duty of a cycle."""
    return dict(Duty.objects.filter(cycle__number=number).values_list("pk", "enrolment_id"))


# --- chapters that set it going -------------------------------------------------------------------------


def the_district_sets_the_rule(stage: Stage) -> None:
    """Set the first Friday since July 2024; October moved for the holiday, 2027 is not known."""
    district = stage.walker(stage.district_officer)
    rule = {
        "name": "城市共建日",
        "rule": "nth_weekday",
        "nth": 1,
        "weekday": 4,
        "since": "2024-07-01",
        "moves": "next_working_same_weekday",
        "starts": "14:30",
        "ends": "17:30",
        "days_before": 2,
        "days_after": 6,
        "notice_days": 14,
    }
    path = f"{DAYS}rule/?at={stage.quarter.street.pk}"
    assert "11月6日" in district.fills_in(path, do="look", **rule)
    assert not DaySeries.objects.exists(), "it was only looked at"
    district.fills_in(path, **rule)
    assert (the_cycle().date, the_cycle().is_moved) == (THE_DAY, False)
    october = the_cycle(NOVEMBER - 1)
    assert (october.date, october.ruled_on) == (dt.date(2026, 10, 9), dt.date(2026, 10, 2))
    assert "放假，顺延到10月9日" in october.moved_for
    assert the_cycle(DECEMBER + 1).date is None, "nobody knows yet which days of 2027 are free"
    stage.street.fills_in(f"{DAYS}cycles/{NOVEMBER}/", do="announce", theme="消防进楼道")
    assert the_cycle().state == Cycle.State.ANNOUNCED


def eight_units_report_in(stage: Stage) -> None:
    """Let each report in at the street, be received, and get its link, which is shown once."""
    street, ids = stage.street, dict(Capability.objects.values_list("code", "pk"))
    for number, (name, can) in enumerate(UNITS.items()):
        said = {"kind": "institution", "area": stage.quarter.street.pk, "people": 3, "phone": "13900001111"}
        street.fills_in(f"{DAYS}units/new/", name=name, capabilities=[ids[code] for code in can], **said)
        path = f"{DAYS}units/{the_unit(name).pk}/"
        street.fills_in(path, do="receive")
        page = street.fills_in(f"{path}link/", key=f"november-link-{number}")
        found = re.search(r"/u/\w{64}/", page)
        assert found is not None
        stage.doors[name] = found[0]


def one_unit_cannot_come(stage: Stage) -> None:
    """Let a unit say under its link that it is away that week; days the wrong way round are refused."""
    unit, door = Walker(), stage.doors[AWAY]
    unit.is_refused(door, 422, do="away", starts_on="2026-11-07", ends_on="2026-11-05")
    page = unit.fills_in(door, do="away", starts_on="2026-11-05", ends_on="2026-11-07", reason="年底盘点")
    assert "年底盘点" in page
    assert the_unit(AWAY).blackouts.get().said_by_itself


def the_needs_are_gathered(stage: Stage) -> None:
    """Gather what residents said, and say what each takes."""
    street = stage.street
    street.fills_in(board(), do="gather")
    street.fills_in(board(), do="gather")
    assert NeedLine.objects.count() == 3, "nobody typed them, and once is enough"
    takes: dict[str, dict[str, Any]] = {
        CHARGING: {"people_safety": 2},
        NURSE: {"people_health": 2, "things": "血糖仪 1", "is_vulnerable": "on"},
        DEEDS: {"people_law": 1},
    }
    for words, said in takes.items():
        path = f"{board()}needs/{stage.line(words).pk}/"
        stage.clerk_for(words).fills_in(path, windows=["pm"], **said)
    assert (stage.line(NURSE).things, stage.line(NURSE).is_vulnerable) == ({"血糖仪": 1}, True)


def offers_are_listed(stage: Stage) -> None:
    """List what is offered: a fire station's men, nurses, a neighbour's meter; nothing for money."""
    street, path = stage.street, f"{DAYS}resources/new/"
    offers: dict[str, dict[str, Any]] = {
        "示例消防救援站": {"kind": "people", "title": "讲解员", "quantity": 2, "can": ["safety"]},
        "示例区医院": {"kind": "people", "title": "护士", "quantity": 2, "can": ["health"]},
        "居民老周": {"kind": "material", "title": "血糖仪", "quantity": 1},
    }
    plain = {"area": stage.quarter.street.pk, "windows": ["pm"]}
    for name, said in offers.items():
        whose = {"unit_of": the_unit(name).pk} if name in UNITS else {"owner_words": name}
        street.fills_in(path, key=f"offer-{said['title']}-1", **plain, **whose, **said)
        row = Resource.objects.get(title=said["title"])
        assert row.state == Resource.State.REGISTERED
        street.fills_in(f"{DAYS}resources/{row.pk}/", do="receive")
    seller = {"owner_words": "商家", "kind": "material", "title": "理疗仪 99 元一台", "quantity": 1}
    assert "免费" in street.is_refused(path, 422, key="a-seller-1", **plain, **seller)
    page = street.reads(board())
    assert "居民老周" in page
    assert all(line.title in page for line in NeedLine.objects.all())
