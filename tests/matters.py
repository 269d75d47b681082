"""What lies on the desks of the small district: needs in several states, and what belongs to a loop."""

from dataclasses import dataclass

from lingju.needs.models import (
    Alarm,
    ApiKey,
    Asker,
    Asking,
    Category,
    Cluster,
    Evidence,
    Exclusion,
    Handover,
    Need,
    ReplyTemplate,
    RoutingRule,
    SavedFilter,
    Signal,
    Subscription,
    Wave,
    Wish,
)
from lingju.needs.services import answering, handling, leaving, linking, offering, saying
from lingju.needs.services.answering import Answer
from lingju.needs.services.handling import Mending
from lingju.needs.services.placing import Place
from lingju.needs.services.saying import Contact, Receipt, Saying
from lingju.needs.tests.photos import a_photo
from lingju.people.actors import Stranger
from lingju.people.models import Account
from lingju.people.tests import cast
from lingju.places.models import Area, Compound


@dataclass(frozen=True)
class Matters:
    """A listed need with a photo, one that is offered, one proposed to be left out, one to be judged."""

    need: Need
    asker: Asker
    code: str
    evidence: Evidence
    handover: Handover
    exclusion: Exclusion
    answered: Receipt
    asking: Asking
    cluster: Cluster
    category: Category
    signal: Signal
    wish: Wish


@dataclass(frozen=True)
class Loop:
    """What a district's loop is run with."""

    rule: RoutingRule
    template: ReplyTemplate
    alarm: Alarm
    wave: Wave
    key: ApiKey
    subscription: Subscription


def a_loop(district_id: int) -> Loop:
    """Furnish a district's loop with one of everything."""
    template = ReplyTemplate.objects.filter(district_id=district_id).first()
    assert template is not None
    return Loop(
        RoutingRule.objects.create(
            district_id=district_id,
            name="照明归街道",
            condition={"words": ["路灯"]},
            to_level="street",
            why="路灯归街道",
        ),
        template,
        Alarm.objects.create(
            district_id=district_id, kind="rule_failed", subject_id=1, words="一条规则出错了"
        ),
        Wave.objects.create(
            district_id=district_id,
            title="三感调查",
            since="2026-01-01",
            until="2099-12-31",
            questions=[{"code": "gain", "feeling": "gain", "text": "您觉得得到的服务够用吗？"}],
        ),
        ApiKey.objects.create(district_id=district_id, name="示例系统", digest="0" * 64, shown="lj_00000"),
        Subscription.objects.create(
            district_id=district_id,
            name="示例订阅",
            url="https://example.org/hook",
            secret="example-secret-0001",
            events="NeedClosed",
        ),
    )


def a_filter(account: Account) -> SavedFilter:
    """Keep a filter for somebody at the desk."""
    return SavedFilter.objects.create(
        district_id=account.district_id, account=account, name="快到期的", query="tray=waiting"
    )


def the_matters_of(area: Area, compound: Compound, word: str, colleague: Account, street: Area) -> Matters:
    """Fill one community's desk; every title in it begins with its word."""
    actor = cast.an_actor_of(colleague)
    first = said(compound, f"{word}路灯不亮了，我叫苗素珍，电话13700001111", photos=True)
    handling.triage(first.need, actor=actor, mending=Mending(public_text=f"{word}路灯不亮了", is_listed=True))
    twin = said(compound, f"{word}亭子里的灯也不亮")
    cluster = linking.cluster([first.need, twin.need], f"{word}一路电上的灯", actor=actor)
    offered = said(compound, f"{word}井盖松了", kind="broken_road")
    handover = offering.hand_over(offered.need, street, "主路归街道", actor=actor)
    left = said(compound, f"{word}网购不给退", kind="other")
    exclusion = leaving.propose(left.need, "not_ours", "归市场监管", next_door="12315", actor=actor)
    answered = said(compound, f"{word}想学下棋", kind="activity", by="call")
    handling.take(answered.need, actor=actor)
    answering.answer(answered.need, Answer("explained", "每周三下午有人教。"), actor=actor)
    return Matters(
        first.need,
        first.asker,
        first.code,
        first.need.evidence.get(),
        handover,
        exclusion,
        answered,
        answered.asker.askings.get(),
        cluster,
        Category.objects.get(district_id=area.district_id, code="broken_light"),
        Signal.objects.create(
            district_id=area.district_id,
            kind="search",
            area=area,
            key=f"{word}艾灸",
            words=f"{word}有人搜艾灸",
        ),
        Wish.objects.create(
            district_id=area.district_id,
            number=f"W-{word}",
            key=f"wish-{word}-0001",
            kind="thing",
            area=area,
            group="独居老人",
            public_text=f"{word}想要一副老花镜",
            wisher="许愿的苗大爷",
            contact="13700002222",
            state="published",
        ),
    )


def said(
    compound: Compound, text: str, *, kind: str = "broken_light", photos: bool = False, by: str = "sms"
) -> Receipt:
    """Say a need in a compound, as a stranger with a telephone."""
    saying_ = Saying(
        category=Category.objects.get(district_id=compound.district_id, code=kind),
        place=Place(compound=compound, note="三号楼门口的灯杆旁"),
        text=text,
        contact=Contact(called="苗素珍", phone="13700001111", by=by),
        photos=(a_photo(),) if photos else (),
    )
    key = f"world-{compound.pk}-{Need.objects.count()}"
    return saying.submit(compound.district, saying_, key=key, actor=Stranger(compound.district_id))


__all__ = ["Loop", "Matters", "a_filter", "a_loop", "the_matters_of"]
