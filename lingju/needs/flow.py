"""How a need moves, and the rules that send it on: small lives, none of which mixes with another.

    stage    received ─▶ triaged ─▶ accepted ─▶ working ─▶ answered ─▶ closed
                                        ▲                      │           │
                                        └── working, round + 1 ◀───────────┘  "not solved"

    clock    running ⇄ paused (waiting_for_resident, waiting_for_date) ─▶ stopped ─▶ running (reopened)
    offer    offered ─▶ accepted | refused (why, next door) | taken back
    rule     draft | off ─▶ active ─▶ off, once this very version was tried out
    leaving  proposed ─▶ agreed | declined, by another person

Only the clockwork closes, and only when everybody asked has answered or the window has passed
(`services.judging.settle`); a withdrawal is the asker's own word, and waits for parts that are worked on.
"""

from django.utils.translation import gettext_lazy as _

from lingju.kernel.rules import the_system
from lingju.needs.models import Exclusion, Handover, Need, RoutingRule
from lingju.needs.rules import (
    asked_for_it,
    calls_back,
    decides_on_it,
    edits_what_is_the_districts,
    gave_it,
    its_desk,
    sees_it,
    the_clockwork,
    took_it_over,
)
from lingju.trail.flow import Flow, Step

S = Need.Stage
C = Need.Clock
H = Handover.State
X = Exclusion.State
R = RoutingRule.State

ON_THE_WAY = frozenset({S.RECEIVED, S.TRIAGED, S.ACCEPTED, S.WORKING})

STAGES: Flow[Need] = Flow(
    Need,
    state_field="stage",
    version_field="version",
    triage=Step({S.RECEIVED}, S.TRIAGED, its_desk, _("看过了")),
    accept=Step({S.TRIAGED}, S.ACCEPTED, its_desk | took_it_over, _("我们接")),
    begin=Step({S.TRIAGED, S.ACCEPTED}, S.WORKING, its_desk, _("开始办")),
    answer=Step({S.TRIAGED, S.ACCEPTED, S.WORKING}, S.ANSWERED, its_desk, _("答复")),
    reopen=Step({S.ANSWERED, S.CLOSED}, S.WORKING, asked_for_it | calls_back | the_system, _("重办")),
    close=Step({S.ANSWERED}, S.CLOSED, the_clockwork, _("办完")),
    withdraw=Step(ON_THE_WAY | {S.ANSWERED}, S.CLOSED, asked_for_it | the_clockwork, _("本人撤回")),
    leave_out=Step(ON_THE_WAY | {S.ANSWERED}, S.CLOSED, sees_it, _("不计入")),
)

CLOCKS: Flow[Need] = Flow(
    Need,
    state_field="clock_state",
    version_field="version",
    pause=Step({C.RUNNING}, C.PAUSED, its_desk, _("暂停计时")),
    resume=Step({C.PAUSED}, C.RUNNING, its_desk | asked_for_it | the_system, _("继续计时")),
)

OFFERS: Flow[Handover] = Flow(
    Handover,
    accept=Step({H.OFFERED}, H.ACCEPTED, decides_on_it, _("接下")),
    refuse=Step({H.OFFERED}, H.REFUSED, decides_on_it, _("不归我们")),
    take_back=Step({H.OFFERED}, H.TAKEN_BACK, gave_it, _("收回")),
)

LEAVINGS: Flow[Exclusion] = Flow(
    Exclusion,
    agree=Step({X.PROPOSED}, X.AGREED, its_desk, _("同意不计入")),
    decline=Step({X.PROPOSED}, X.DECLINED, its_desk, _("照常办")),
)

RULES: Flow[RoutingRule] = Flow(
    RoutingRule,
    activate=Step({R.DRAFT, R.OFF}, R.ACTIVE, edits_what_is_the_districts, _("启用")),
    switch_off=Step({R.ACTIVE}, R.OFF, edits_what_is_the_districts, _("停用")),
)
