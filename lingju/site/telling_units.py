"""How a unit is asked for a project, reminded while it has not answered, and told that it is settled.

    asked       the community has claimed it: all of one sitting in one message, when the sitting is over
    reminded    seven and two days before; at two days the community hears whom to call
    settled     both have claimed it: whoever did not say the last yes, and who comes along or lends something

What a unit has answered the community hears in its morning's notice. Nothing is told twice.
"""

import datetime as dt
from collections.abc import Sequence
from typing import Final

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lingju.cobuilding.events import ProjectClaimed
from lingju.cobuilding.models import Cycle, Enrolment, Project
from lingju.cobuilding.queries import asked_units
from lingju.kernel import clock
from lingju.notify.wordings import Wording
from lingju.site import reaching_units, telling_desk, telling_projects
from lingju.site.telling_cobuilding import moment_words
from lingju.site.telling_turns import AHEAD, board_of, desk_of, when_words

WORDINGS = (
    Wording(
        "projects_asked",
        gettext_lazy("请您单位牵头办事"),
        gettext_lazy("社区认领了，等您单位点头：%(what)s。来不来，打开就能回：%(link)s"),
    ),
    Wording(
        "projects_waiting",
        gettext_lazy("还等您单位点头"),
        gettext_lazy("%(left)s。等您单位回话的：%(what)s。来不来，打开就能回：%(link)s"),
    ),
    Wording(
        "projects_unanswered",
        gettext_lazy("还有单位没点头"),
        gettext_lazy("%(when)s的共建日，请打电话问一问，或者换一家：%(units)s。"),
    ),
    Wording(
        "project_settled",
        gettext_lazy("说定了"),
        gettext_lazy("“%(what)s”，%(now)s，双方都认领了，请您单位准时来。%(link)s"),
    ),
)
EVERY: Final = dt.timedelta(minutes=10)
REMINDING_AT: Final = dt.time(9, 40)
SITTING: Final = dt.timedelta(
    minutes=20
)  # so long nobody claims anything more for a unit: the sitting is over
FRESH: Final = dt.timedelta(days=1)  # a unit that was asked so lately is not reminded yet
MOST_TOLD: Final = 3


def ask() -> int:
    """Ask units for what their communities have claimed; return how many units are told of anything.

    Run twice, it says nothing twice: a message is named by what was claimed last.
    """
    over = clock.now() - SITTING
    told = 0
    for unit, projects in asked_units.waiting(clock.today()).items():
        last = asked_units.last_claimed(unit)
        if (
            last is None
            or last not in projects
            or last.area_claimed_at is None
            or last.area_claimed_at > over
        ):
            continue
        told += 1
        page = reaching_units.page_of(unit, "unit_projects")
        said = {"what": _named(projects)}
        reaching_units.tell(unit, "projects_asked", str(last.pk), last.starts_at, link=page, **said)
        if not reaching_units.is_reachable(unit):
            words = _("等单位点头")
            telling_projects.name_to_community(last, f"{last.pk}:asked", words, [str(unit)])
    return told


def remind() -> int:
    """Remind units that have not answered, seven and two days before; return how many wait.

    At two days the community is told whom to call. Run twice, it says nothing twice.
    """
    today, fresh = clock.today(), clock.now() - FRESH
    told = 0
    for unit, projects in asked_units.waiting(today).items():
        asked = [one for one in projects if one.area_claimed_at is not None and one.area_claimed_at <= fresh]
        by_cycle: dict[int, list[Project]] = {}
        for project in asked:
            by_cycle.setdefault(project.cycle_id, []).append(project)
        told += sum(_remind_of(unit, some, today) for some in by_cycle.values())
    return told


def _remind_of(unit: Enrolment, projects: Sequence[Project], today: dt.date) -> bool:
    """Remind a unit of what it has not answered for one day; say whether the day is near enough."""
    cycle: Cycle = projects[0].cycle
    days = (cycle.date - today).days if cycle.date is not None else -1
    if not 0 <= days <= max(AHEAD):
        return False
    step = min(ahead for ahead in AHEAD if ahead >= days)
    left = _("共建日就在今天") if days == 0 else _("离共建日还有 %(n)d 天") % {"n": days}
    key = f"{cycle.pk}:{cycle.date}:{step}"
    page = reaching_units.page_of(unit, "unit_projects")
    said = {"left": left, "what": _named(projects)}
    reaching_units.tell(unit, "projects_waiting", key, projects[0].starts_at, link=page, **said)
    if days <= min(AHEAD):
        for area in dict.fromkeys(project.area for project in projects):
            readers = desk_of(area, cycle)
            named = {"when": when_words(cycle), "units": f"{unit}（{_named(projects)}）"}
            named_by = f"{key}:{unit.pk}:{area.pk}"
            telling_desk.tell(
                readers, cycle.district_id, "projects_unanswered", named_by, named, board_of(cycle)
            )
    return True


def tell_settled(fact: ProjectClaimed) -> None:
    """Tell the units of a project that both sides have claimed it; not the one that has just said so."""
    project = _standing().filter(pk=fact.project_id).first()
    if project is None:
        return
    now = telling_projects.now_words(project)
    units = [unit for unit in telling_projects.units_of(project) if not _said_so(project, unit)]
    key = f"{project.pk}:{project.unit_claimed_at}"
    for unit in units:
        said = {"what": project.title, "now": now}
        reaching_units.tell(unit, "project_settled", key, project.starts_at, **said)
    silent = [str(unit) for unit in units if not reaching_units.is_reachable(unit)]
    words = _("说定了，%(now)s") % {"now": now}
    telling_projects.name_to_community(project, f"{key}:settled", words, silent)


def _said_so(project: Project, unit: Enrolment) -> bool:
    """Say whether a unit leads a project and said the last yes itself."""
    if unit.pk != project.lead_id or project.unit_claimed_at is None or project.area_claimed_at is None:
        return False
    return project.unit_claimed_at >= project.area_claimed_at


def _standing() -> QuerySet[Project]:
    found = Project.objects.filter(state__in=telling_projects.STANDS)
    return found.select_related(*asked_units.RELATED)


def _named(projects: Sequence[Project]) -> str:
    """Return projects in words: “修门锁”（11月6日 星期五 14:00）, the first of them by name."""
    names = [f"“{one.title}”（{moment_words(one.starts_at)}）" for one in projects[:MOST_TOLD]]
    more = _("等 %(n)d 件") % {"n": len(projects)} if len(projects) > MOST_TOLD else ""
    return "、".join(names) + more
