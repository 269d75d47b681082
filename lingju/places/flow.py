"""The life of a station, from a plan to the day its door is closed for good.

    planned ──build──▶ building ──try_out──▶ trial ──open──▶ open
                                               │              │ ▲
                                             pause        pause resume
                                               ▼              ▼ │
                                             (paused) ◀──────────
    any of them ──close──▶ closed

The street builds and closes, since it pays; the keeper pauses and resumes, since the keeper stands at
the door. A pause says why: the loudest complaint about stations is a locked door without a word.
"""

from django.utils.translation import gettext_lazy as _

from lingju.places.models import Station
from lingju.places.rules import its_keeper, its_officer
from lingju.trail.flow import Flow, Step

S = Station.State

FLOW: Flow[Station] = Flow(
    Station,
    version_field="version",
    build=Step({S.PLANNED}, S.BUILDING, its_officer, _("开始建设")),
    try_out=Step({S.BUILDING}, S.TRIAL, its_officer, _("开始试运行")),
    open=Step({S.TRIAL}, S.OPEN, its_officer, _("正式开放")),
    pause=Step({S.TRIAL, S.OPEN}, S.PAUSED, its_keeper, _("暂停开放")),
    resume=Step({S.PAUSED}, S.OPEN, its_keeper, _("恢复开放")),
    close=Step({S.PLANNED, S.BUILDING, S.TRIAL, S.OPEN, S.PAUSED}, S.CLOSED, its_officer, _("关闭驿站")),
)
STEPS_WITH_REASON = frozenset({"pause", "close"})
