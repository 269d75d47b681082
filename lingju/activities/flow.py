"""How a session goes on: one table, from the plan to the shelf.

    planned ─▶ announced ─▶ signup ─▶ held ─▶ reviewed ─▶ archived
                  │  └────────────────▲ (nobody has to sign up)
                  │            │
                  ├────────────┴──▶ postponed ─▶ announced | signup   (with a new date)
                  └───────────────▶ cancelled                         (with the reason; it stays to be seen)

Seats are no state of a session: whether any is free, bookings says.
"""

from django.utils.translation import gettext_lazy as _

from lingju.activities.models import Session
from lingju.activities.rules import plans_it, works_at_it
from lingju.trail.flow import Flow, Step

S = Session.State

BEFORE = frozenset({S.PLANNED, S.ANNOUNCED, S.SIGNUP, S.POSTPONED})
TOLD = frozenset({S.ANNOUNCED, S.SIGNUP})

SESSIONS: Flow[Session] = Flow(
    Session,
    version_field="version",
    announce=Step({S.PLANNED}, S.ANNOUNCED, plans_it, _("发预告")),
    open_signup=Step({S.ANNOUNCED}, S.SIGNUP, plans_it, _("开始报名")),
    hold=Step(TOLD, S.HELD, works_at_it, _("开始举行")),
    review=Step({S.HELD}, S.REVIEWED, works_at_it, _("写好回顾")),
    archive=Step({S.REVIEWED}, S.ARCHIVED, plans_it, _("归档")),
    postpone=Step(TOLD, S.POSTPONED, plans_it, _("延期")),
    tell_again=Step({S.POSTPONED}, S.ANNOUNCED, plans_it, _("定了新日子")),
    take_again=Step({S.POSTPONED}, S.SIGNUP, plans_it, _("定了新日子，接着报名")),
    cancel=Step(BEFORE, S.CANCELLED, plans_it, _("取消")),
)
