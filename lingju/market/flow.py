"""How a market goes on: one table, from the idea to the calls afterwards.

    planned ─▶ inviting ◀─▶ placing ─▶ announced ─▶ held ─▶ counted ─▶ reviewed
       │           │           │           │
       └───────────┴───────────┴───────────┴──▶ cancelled   (with the reason; it stays to be seen)

What everybody sees of it goes on in its session: the verbs take both steps in one transaction.
"""

from django.utils.translation import gettext_lazy as _

from lingju.market.models import Market
from lingju.market.rules import runs_it, works_at_it
from lingju.trail.flow import Flow, Step

S = Market.State

MARKETS: Flow[Market] = Flow(
    Market,
    version_field="version",
    invite=Step({S.PLANNED}, S.INVITING, runs_it, _("开始招摊")),
    lay_out=Step({S.INVITING}, S.PLACING, runs_it, _("开始排位")),
    invite_again=Step({S.PLACING}, S.INVITING, runs_it, _("接着招摊")),
    announce=Step({S.PLACING}, S.ANNOUNCED, runs_it, _("公告")),
    hold=Step({S.ANNOUNCED}, S.HELD, works_at_it, _("开始举办")),
    count=Step({S.HELD}, S.COUNTED, works_at_it, _("清点完毕")),
    review=Step({S.COUNTED}, S.REVIEWED, runs_it, _("写好回访")),
    cancel=Step(set(Market.OPEN), S.CANCELLED, runs_it, _("取消")),
)
