"""How the records of a co-building day go on: one table each.

    cycle     generated ─▶ announced ─▶ planned ─▶ confirmed ─▶ published ─▶ held ─▶ recorded ─▶ reviewed
                  └────────────┴───────────┴──────────┴────────────┴──▶ cancelled     (with the reason)
    plan      draft ─▶ submitted ─▶ confirmed ─▶ held ─▶ recorded      submitted ─▶ draft (sent back)
    unit      registered ─▶ active ⇄ paused ─▶ ended
    project   proposed ─▶ claimed (by both) ─▶ underway ─▶ delivered ─▶ accepted ─▶ closed 销号
                  └─▶ declined       └─▶ ended             └─▶ underway (not accepted: once more)
              claimed, underway ─▶ proposed (handed over: another unit has to claim it)
    duty      open ─▶ published ─▶ accepted ─▶ done | not_done
                  published, accepted ⇄ swapping ─▶ done | not_done

The street confirms and publishes; the community plans, carries out and accepts; a unit accepts its own duty.
Nobody closes out what residents have not been asked about.
"""

from django.utils.translation import gettext_lazy as _

from lingju.cobuilding.models import (
    Agreement,
    CommunityPlan,
    Cycle,
    Duty,
    Enrolment,
    Meeting,
    Member,
    Project,
    Resource,
    Rota,
    Swap,
    Task,
)
from lingju.cobuilding.rules import asked_it, carries_it_out, does_it, its_clock, its_unit, leads_it
from lingju.trail.flow import Flow, Step

C = Cycle.State
P = CommunityPlan.State
E = Enrolment.State
M = Member.State
A = Agreement.State
J = Meeting.State
T = Task.State
R = Rota.State
D = Duty.State
W = Swap.State
O = Resource.State  # noqa: E741  what is offered
X = Project.State

CYCLES: Flow[Cycle] = Flow(
    Cycle,
    version_field="version",
    announce=Step({C.GENERATED}, C.ANNOUNCED, leads_it | its_clock, _("发预告")),
    plan=Step({C.ANNOUNCED}, C.PLANNED, leads_it | its_clock, _("方案齐了")),
    confirm=Step({C.PLANNED}, C.CONFIRMED, leads_it, _("确认方案")),
    publish=Step({C.CONFIRMED}, C.PUBLISHED, leads_it, _("公告")),
    hold=Step({C.PUBLISHED, C.CONFIRMED}, C.HELD, leads_it | its_clock, _("开始举行")),
    record=Step({C.HELD}, C.RECORDED, leads_it, _("记录齐了")),
    review=Step({C.RECORDED}, C.REVIEWED, leads_it, _("评价完了")),
    archive=Step({C.REVIEWED}, C.ARCHIVED, leads_it | its_clock, _("归档")),
    cancel=Step(Cycle.COMING, C.CANCELLED, leads_it, _("取消")),
)
PLANS: Flow[CommunityPlan] = Flow(
    CommunityPlan,
    version_field="version",
    submit=Step({P.DRAFT}, P.SUBMITTED, carries_it_out, _("提交方案")),
    send_back=Step({P.SUBMITTED}, P.DRAFT, leads_it, _("退回改一改")),
    confirm=Step({P.SUBMITTED}, P.CONFIRMED, leads_it, _("确认方案")),
    hold=Step({P.CONFIRMED, P.SUBMITTED}, P.HELD, carries_it_out, _("开始举行")),
    record=Step({P.HELD}, P.RECORDED, carries_it_out, _("写好记录")),
    miss=Step({P.DRAFT, P.SUBMITTED, P.CONFIRMED}, P.NOT_HELD, carries_it_out, _("没有举行")),
)
ENROLMENTS: Flow[Enrolment] = Flow(
    Enrolment,
    version_field="version",
    receive=Step({E.REGISTERED}, E.ACTIVE, carries_it_out, _("接收报到")),
    pause=Step({E.ACTIVE}, E.PAUSED, carries_it_out, _("暂停轮值")),
    resume=Step({E.PAUSED}, E.ACTIVE, carries_it_out, _("恢复轮值")),
    end=Step({E.REGISTERED, E.ACTIVE, E.PAUSED}, E.ENDED, carries_it_out, _("注销报到")),
)
MEMBERS: Flow[Member] = Flow(
    Member,
    version_field="version",
    receive=Step({M.REGISTERED}, M.ACTIVE, carries_it_out, _("接收报到")),
    end=Step({M.REGISTERED, M.ACTIVE}, M.ENDED, carries_it_out, _("注销报到")),
)
AGREEMENTS: Flow[Agreement] = Flow(
    Agreement,
    version_field="version",
    sign=Step({A.DRAFT}, A.SIGNED, carries_it_out | its_unit, _("签字")),
    enter=Step({A.SIGNED}, A.IN_FORCE, carries_it_out | its_clock, _("生效")),
    end=Step({A.DRAFT, A.SIGNED, A.IN_FORCE}, A.ENDED, carries_it_out | its_clock, _("终止")),
)
MEETINGS: Flow[Meeting] = Flow(
    Meeting,
    version_field="version",
    hold=Step({J.PREPARED}, J.HELD, carries_it_out, _("开会了")),
    minute=Step({J.HELD}, J.MINUTED, carries_it_out, _("出纪要")),
    cancel=Step({J.PREPARED}, J.CANCELLED, carries_it_out, _("取消")),
)
TASKS: Flow[Task] = Flow(
    Task,
    version_field="version",
    start=Step({T.OPEN}, T.DOING, carries_it_out | does_it, _("开始办")),
    finish=Step({T.OPEN, T.DOING}, T.DONE, carries_it_out | does_it, _("办完了")),
    reopen=Step({T.DONE}, T.DOING, carries_it_out, _("再办")),
    close=Step({T.DONE}, T.CLOSED, carries_it_out, _("销号")),
)
ROTAS: Flow[Rota] = Flow(
    Rota,
    version_field="version",
    consult=Step({R.DRAFT}, R.CONSULTED, leads_it, _("征求意见")),
    publish=Step({R.DRAFT, R.CONSULTED}, R.PUBLISHED, leads_it, _("发布")),
    drop=Step({R.DRAFT, R.CONSULTED}, R.DROPPED, leads_it, _("作废")),
)
DUTIES: Flow[Duty] = Flow(
    Duty,
    version_field="version",
    publish=Step({D.OPEN, D.PUBLISHED, D.ACCEPTED, D.SWAPPING}, D.PUBLISHED, leads_it, _("排上")),
    accept=Step({D.PUBLISHED}, D.ACCEPTED, its_unit | leads_it, _("接下来")),
    ask_swap=Step({D.PUBLISHED, D.ACCEPTED}, D.SWAPPING, its_unit | leads_it, _("申请调换")),
    settle=Step({D.SWAPPING}, D.PUBLISHED, its_unit | leads_it | its_clock, _("不调换了")),
    keep=Step({D.SWAPPING}, D.ACCEPTED, its_unit | leads_it | its_clock, _("不调换了，还是来")),
    empty=Step({D.PUBLISHED, D.ACCEPTED, D.SWAPPING}, D.OPEN, its_unit | leads_it, _("来不了")),
    finish=Step({D.PUBLISHED, D.ACCEPTED, D.SWAPPING}, D.DONE, carries_it_out, _("已履行")),
    miss=Step({D.PUBLISHED, D.ACCEPTED, D.SWAPPING}, D.NOT_DONE, carries_it_out, _("未履行")),
)
SWAPS: Flow[Swap] = Flow(
    Swap,
    version_field="version",
    agree=Step({W.ASKED}, W.AGREED, its_unit | leads_it, _("同意调换")),
    make=Step({W.ASKED, W.AGREED}, W.MADE, leads_it, _("批准调换")),
    refuse=Step({W.ASKED, W.AGREED}, W.REFUSED, its_unit | leads_it, _("不同意")),
    withdraw=Step({W.ASKED, W.AGREED}, W.WITHDRAWN, asked_it | carries_it_out, _("撤回")),
)
RESOURCES: Flow[Resource] = Flow(
    Resource,
    version_field="version",
    receive=Step({O.REGISTERED}, O.AVAILABLE, carries_it_out, _("收进清单")),
    ask_again=Step({O.AVAILABLE}, O.REGISTERED, its_unit, _("改了，重新核对")),
    end=Step({O.REGISTERED, O.AVAILABLE}, O.ENDED, carries_it_out | its_unit, _("不再提供")),
)
PROJECTS: Flow[Project] = Flow(
    Project,
    version_field="version",
    claim=Step({X.PROPOSED}, X.CLAIMED, carries_it_out | its_unit, _("配上")),
    decline=Step({X.PROPOSED}, X.DECLINED, carries_it_out | its_unit, _("不配")),
    hand_over=Step({X.PROPOSED, X.CLAIMED, X.UNDERWAY}, X.PROPOSED, carries_it_out, _("换一家牵头")),
    start=Step({X.CLAIMED}, X.UNDERWAY, carries_it_out, _("开始办")),
    deliver=Step({X.CLAIMED, X.UNDERWAY}, X.DELIVERED, carries_it_out, _("办了")),
    accept=Step({X.DELIVERED}, X.ACCEPTED, carries_it_out, _("验收")),
    redo=Step({X.DELIVERED, X.ACCEPTED}, X.UNDERWAY, carries_it_out, _("没办成，再办")),
    close=Step({X.ACCEPTED}, X.CLOSED, carries_it_out | its_clock, _("销号")),
    end=Step({X.CLAIMED, X.UNDERWAY}, X.ENDED, carries_it_out, _("终止")),
)
