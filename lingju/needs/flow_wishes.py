"""How a micro-wish moves, and what becomes of a signal; who may take each step.

    wish    collected ─▶ verified ─▶ published ─▶ claimed ─▶ contacted ─▶ fulfilled ─▶ confirmed ─▶ archived
               │            │            │ ▲          │            │ ▲          │
               └────────────┴────────────┘ └──────────┴────────────┘ └──────────┘ "not yet", says the wisher
                      declined                 released, round + 1

    signal  waiting ─▶ turned (into a need) | dismissed

Two persons stand behind a wish before anybody sees it: who collected it does not verify it. Whoever
claimed it does not record that the wisher confirms.
"""

from typing import Any

from django.utils.translation import gettext_lazy as _

from lingju.kernel.rules import Actor, Rule, the_system
from lingju.needs.models import Signal, Wish
from lingju.needs.rules import its_desk, the_clockwork
from lingju.trail.flow import Flow, Step

W = Wish.State
S = Signal.State

AT_WORK = frozenset({W.CLAIMED, W.CONTACTED})
BEFORE_A_CLAIM = frozenset({W.COLLECTED, W.VERIFIED, W.PUBLISHED})
OVER = frozenset({W.CONFIRMED, W.ARCHIVED, W.DECLINED})


def _is_claimer(actor: Actor, wish: Any) -> bool:
    if not isinstance(wish, Wish) or actor.account_id is None:
        return False
    return wish.claims.filter(state="standing", account_id=actor.account_id).exists()


def _is_of_here(actor: Actor, wish: Any) -> bool:
    return actor.is_signed_in and (wish is None or wish.district_id == actor.district_id)


def _collected_it(actor: Actor, wish: Any) -> bool:
    return actor.account_id is not None and wish is not None and wish.collected_by_id == actor.account_id


its_claimer = Rule("its_claimer", _is_claimer)
signed_in_here = Rule("signed_in_here", _is_of_here)
collected_it = Rule("collected_it", _collected_it)

WISHES: Flow[Wish] = Flow(
    Wish,
    version_field="version",
    verify=Step({W.COLLECTED}, W.VERIFIED, its_desk & ~collected_it, _("核实了，是真的")),
    publish=Step({W.VERIFIED}, W.PUBLISHED, its_desk, _("公开，等人认领")),
    claim=Step({W.PUBLISHED}, W.CLAIMED, signed_in_here, _("认领")),
    contact=Step({W.CLAIMED}, W.CONTACTED, its_desk, _("对接上了")),
    fulfil=Step({W.CONTACTED}, W.FULFILLED, its_desk | its_claimer, _("办到了")),
    confirm=Step({W.FULFILLED}, W.CONFIRMED, its_desk & ~its_claimer, _("本人说收到了")),
    deny=Step({W.FULFILLED}, W.CONTACTED, its_desk & ~its_claimer, _("本人说还没有")),
    release=Step(AT_WORK, W.PUBLISHED, its_desk | its_claimer | the_clockwork, _("放手，再等人认领")),
    decline=Step(BEFORE_A_CLAIM, W.DECLINED, its_desk, _("不公开、不办了")),
    archive=Step({W.CONFIRMED}, W.ARCHIVED, its_desk, _("归档")),
)

SIGNALS: Flow[Signal] = Flow(
    Signal,
    turn=Step({S.WAITING}, S.TURNED, its_desk | the_system, _("转成需求")),
    dismiss=Step({S.WAITING}, S.DISMISSED, its_desk | the_system, _("不用办")),
)
