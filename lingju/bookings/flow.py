"""The life of a booking, from a place kept for a moment to the chair that was sat in.

                    ┌──ask──▶ pending ──approve──▶ confirmed ──check_in──▶ checked_in ──complete──▶ completed
    held ───────────┴──confirm──────────────────▶     │
      └─expire─▶ expired                              └─miss──▶ no_show ──excuse──▶ cancelled
    waitlisted ──offer──▶ offered ──accept──▶ confirmed
        ├──place──▶ confirmed       └─decline─▶ cancelled, └─expire─▶ expired
        └──keep──▶ held            whoever came this very moment has the place as they wanted it
    confirmed ──lapse──▶ expired           its time went by, and nobody kept a list of who came
    confirmed ──ask_again──▶ pending       an approval was for one time; the party has moved to another
    checked_in ──take_back──▶ confirmed    the wrong line was pressed; they have not come
    no_show ──came_after_all──▶ completed  a list that arrived later says that they were there

Whoever stands may cancel at any time, and it is never held against them. What takes places in the count
is named by `Claim.TAKING`; only `services` moves a claim and its places together.
"""

from django.utils.translation import gettext_lazy as _

from lingju.bookings.models import Claim, Ticket
from lingju.bookings.rules import its_clock, its_keeper, its_party
from lingju.trail.flow import Flow, Step

S = Claim.State
T = Ticket.State

FLOW: Flow[Claim] = Flow(
    Claim,
    version_field="version",
    confirm=Step({S.HELD}, S.CONFIRMED, its_party | its_keeper, _("确认")),
    ask=Step({S.HELD, S.OFFERED}, S.PENDING, its_party | its_keeper, _("提交审批")),
    ask_again=Step({S.CONFIRMED}, S.PENDING, its_party & ~its_keeper, _("换了时间，再审一次")),
    approve=Step({S.PENDING}, S.CONFIRMED, its_keeper, _("同意")),
    refuse=Step({S.PENDING}, S.CANCELLED, its_keeper, _("不同意")),
    accept=Step({S.OFFERED}, S.CONFIRMED, its_party | its_keeper, _("我要这个名额")),
    decline=Step({S.OFFERED}, S.CANCELLED, its_party | its_keeper, _("不要了")),
    cancel=Step(
        {S.HELD, S.PENDING, S.CONFIRMED, S.WAITLISTED}, S.CANCELLED, its_party | its_keeper, _("取消")
    ),
    check_in=Step({S.CONFIRMED}, S.CHECKED_IN, its_keeper | its_clock, _("到了")),
    take_back=Step({S.CHECKED_IN}, S.CONFIRMED, its_keeper | its_clock, _("按错了，还没到")),
    complete=Step({S.CHECKED_IN}, S.COMPLETED, its_keeper | its_clock, _("完成")),
    miss=Step({S.CONFIRMED}, S.NO_SHOW, its_keeper | its_clock, _("没来")),
    excuse=Step({S.NO_SHOW}, S.CANCELLED, its_keeper, _("有事没来")),
    came_after_all=Step({S.NO_SHOW}, S.COMPLETED, its_keeper | its_clock, _("查到来过")),
    lapse=Step({S.CONFIRMED}, S.EXPIRED, its_clock, _("时间过了")),
    expire=Step({S.HELD, S.OFFERED}, S.EXPIRED, its_clock, _("到时间")),
    offer=Step({S.WAITLISTED}, S.OFFERED, its_clock, _("有名额")),
    place=Step({S.WAITLISTED}, S.CONFIRMED, its_clock, _("排到了")),
    keep=Step({S.WAITLISTED}, S.HELD, its_clock, _("排到了，先留着")),
)
TICKET_FLOW: Flow[Ticket] = Flow(
    Ticket,
    version_field="version",
    call=Step({T.WAITING, T.CALLED, T.MISSED}, T.CALLED, its_keeper, _("叫号")),
    serve=Step({T.CALLED}, T.SERVING, its_keeper, _("开始")),
    finish=Step({T.SERVING}, T.DONE, its_keeper | its_clock, _("完成")),
    miss=Step({T.CALLED}, T.MISSED, its_keeper | its_clock, _("过号")),
    give_up=Step({T.WAITING, T.CALLED, T.MISSED}, T.GIVEN_UP, its_keeper | its_clock, _("不等了")),
)
