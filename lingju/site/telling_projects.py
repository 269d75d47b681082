"""What is told where a project that stood moves or is off: to units at once, to residents in the evening.

    units         it is at another hour or place, or off: whoever leads, comes along, or lends something;
                  it was handed over: who is asked for it now, and who need not come
    communities   whom no message reaches and who has to be called; a call for volunteers to be written anew
    who asked     set right in the one message of an evening, where they heard of it there

Where a desk had replied that it comes, its own reply sets it right (`cobuilding.services.askers`).
"""

import datetime as dt
from collections.abc import Iterable

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lingju.cobuilding.events import CallOvertaken, ProjectEnded, ProjectHandedOver, ProjectMoved
from lingju.cobuilding.models import Enrolment, Project
from lingju.cobuilding.queries import lists
from lingju.cobuilding.services import askers
from lingju.kernel import clock
from lingju.notify.wordings import Wording
from lingju.site import reaching_units, telling, telling_desk
from lingju.site.evening import Reader
from lingju.site.telling_cobuilding import moment_words
from lingju.site.telling_turns import desk_of
from lingju.trail.models import Footprint
from lingju.volunteering.models import Call

WORDINGS = (
    Wording(
        "project_moved",
        gettext_lazy("项目改了时间地点"),
        gettext_lazy("%(what)s：现在是%(now)s。%(why)s请照新的来。%(link)s"),
    ),
    Wording(
        "project_off",
        gettext_lazy("项目终止了"),
        gettext_lazy("%(what)s（%(when)s）：%(why)s。%(after)s%(link)s"),
    ),
    Wording(
        "project_asked",
        gettext_lazy("请您单位来办一件事"),
        gettext_lazy("“%(what)s”，%(now)s，请您单位%(part)s。看一看、回个话：%(link)s"),
    ),
    Wording(
        "project_left",
        gettext_lazy("这件事不用您单位来了"),
        gettext_lazy("“%(what)s”（%(when)s）改由别家来办，谢谢。%(link)s"),
    ),
    Wording(
        "project_to_call",
        gettext_lazy("请打电话告诉"),
        gettext_lazy("“%(what)s”%(words)s。这几家收不到通知，请打电话：%(names)s。"),
    ),
    Wording(
        "call_to_renew",
        gettext_lazy("要重新招募志愿者"),
        gettext_lazy(
            "“%(what)s”改到%(now)s，原来的招募取消了，答应来的人都通知了。还要人，请重新发一份招募。"
        ),
    ),
)
MOVED = ("starts_at", "ends_at", "station", "space", "place_words")
STANDS = (Project.State.CLAIMED, Project.State.UNDERWAY)


# --- units and desks --------------------------------------------------------------------------------------


def tell_moved(fact: ProjectMoved) -> None:
    """Tell every unit of a project when and where it is now; of two moves at once the last is told, once."""
    project = _project(fact.project_id)
    if project is None or project.state not in STANDS:
        return
    now = now_words(project)
    why = _("原因：%(why)s。") % {"why": fact.why.rstrip("。")} if fact.why else ""
    said = {"what": project.title, "now": now, "why": why}
    key = f"{project.pk}:{project.version}"
    soonest = min(filter(None, (fact.was_at, project.starts_at)), default=None)
    for unit in units_of(project):
        reaching_units.tell(unit, "project_moved", key, soonest, **said)
    _have_called(project, key, _("改了，现在是%(now)s") % {"now": now})


def tell_ended(fact: ProjectEnded) -> None:
    """Tell every unit of a project that it is off, and why; not the lead that said no itself."""
    project = _project(fact.project_id)
    if project is None or project.state not in (Project.State.ENDED, Project.State.DECLINED):
        return
    why = project.state_reason.rstrip("。")
    is_to_come = project.starts_at is None or project.starts_at > clock.now()
    after = _("不用来了，谢谢。") if is_to_come else ""
    said = {"what": project.title, "when": moment_words(project.starts_at), "why": why, "after": after}
    for unit in units_of(project):
        if project.state == Project.State.ENDED or unit.pk != project.lead_id:
            reaching_units.tell(unit, "project_off", str(project.pk), project.starts_at, **said)
    _have_called(project, f"{project.pk}:off", _("终止了，%(why)s") % {"why": why})


def tell_handed_over(fact: ProjectHandedOver) -> None:
    """Ask the units that are to carry a project now; tell those that are not any more."""
    project = _project(fact.project_id)
    if project is None or project.state not in (Project.State.PROPOSED, *STANDS):
        return
    there = {unit.pk for unit in units_of(project)}
    asked = _units(set(fact.asked_ids) & there)
    for unit in asked:
        part = _("牵头") if unit.pk == project.lead_id else _("出人")
        said = {"what": project.title, "now": now_words(project), "part": part}
        key = f"{project.pk}:{project.version}"
        reaching_units.tell(unit, "project_asked", key, project.starts_at, **said)
    for unit in _units(set(fact.left_ids) - there):
        said = {"what": project.title, "when": moment_words(project.starts_at)}
        key = f"{project.pk}:{project.version}"
        reaching_units.tell(unit, "project_left", key, project.starts_at, **said)
    silent = [str(unit) for unit in asked if not reaching_units.is_reachable(unit)]
    name_to_community(project, f"{project.pk}:{project.version}:asked", _("请了新的单位"), silent)


def tell_overtaken(fact: CallOvertaken) -> None:
    """Ask a community to write the call for volunteers of a project anew."""
    project = _project(fact.project_id)
    call = Call.objects.filter(pk=fact.call_id).first()
    if project is None or call is None or project.state not in (Project.State.PROPOSED, *STANDS):
        return
    said = {"what": project.title, "now": now_words(project)}
    link = reverse("cobuild_call", args=[project.cycle.number, project.pk])
    readers = desk_of(project.area, project.cycle)
    link = f"{link}?of={project.cycle.series_id}"
    telling_desk.tell(readers, project.district_id, "call_to_renew", str(call.pk), said, link)


def units_of(project: Project) -> list[Enrolment]:
    """Return the units of a project, each once: whoever leads it, comes along, or lends what it uses."""
    wanted = {int(member["unit"]) for member in project.team} | {project.lead_id}
    wanted |= set(project.uses.values_list("resource__enrolment_id", flat=True))
    return _units(wanted)


def _units(wanted: Iterable[int | None]) -> list[Enrolment]:
    rows = Enrolment.objects.select_related("organisation", "area").filter(pk__in=set(wanted) - {None})
    return list(rows.order_by("id"))


def _have_called(project: Project, key: str, words: str) -> None:
    """Name to the community the units and residents that no message reaches."""
    names = [str(unit) for unit in units_of(project) if not reaching_units.is_reachable(unit)]
    lent = project.uses.filter(resource__enrolment__isnull=True).order_by("id")
    names += lent.values_list("resource__owner_words", flat=True)
    name_to_community(project, key, words, names)


def name_to_community(project: Project, key: str, words: str, names: list[str]) -> None:
    """Name to the community of a project whom it has to call, once by the key; nobody, nothing."""
    if not names:
        return
    said = {"what": project.title, "words": words, "names": "、".join(dict.fromkeys(names))}
    readers = desk_of(project.area, project.cycle)
    link = reverse("desk_project", args=[project.pk])
    telling_desk.tell(readers, project.district_id, "project_to_call", key, said, link)


# --- whoever asked ----------------------------------------------------------------------------------------


def changed(since: dt.datetime, until: dt.datetime) -> list[Reader]:
    """Return who is told that what they heard of in an earlier evening moved or is off.

    A source of the evening's message. What stood only today is told as it is now by
    `telling_cobuilding.claimed`, or not at all where it is off again.
    """
    words: dict[int, str] = {}
    for project in _changed_projects(since, until):
        at = askers.stood_at(project)
        if at is None or at > since:
            continue
        needs = askers.needs_behind(project)
        untold = {need.pk for need in needs} - askers.heard_from_desk(needs, at)
        words |= dict.fromkeys(untold, _changed_words(project))
    return telling.readers_of(words)


def _changed_projects(since: dt.datetime, until: dt.datetime) -> Iterable[Project]:
    is_news = Q(action="end") | Q(after__has_any_keys=MOVED)
    trod = Footprint.objects.filter(
        is_news, subject_type=Project._meta.label_lower, at__gt=since, at__lte=until
    )
    states = (*STANDS, Project.State.ENDED)
    found = Project.objects.filter(pk__in=trod.values("subject_id"), state__in=states)
    projects: Iterable[Project] = found.select_related("space__station", "station", "area").order_by("pk")
    return projects


def _changed_words(project: Project) -> str:
    if project.state == Project.State.ENDED:
        return _("原来说好来办的，办不成了：%(why)s。我们接着想办法。") % {
            "why": project.state_reason.rstrip("。")
        }
    return _("来办的时间地点改了：%(now)s。") % {"now": now_words(project)}


# --- words and rows ---------------------------------------------------------------------------------------


def now_words(project: Project) -> str:
    """Return when and where a project is."""
    told = {"when": moment_words(project.starts_at), "where": lists.place_words(project)}
    return _("%(when)s，%(where)s") % told


def _project(project_id: int) -> Project | None:
    related = ("area", "space__station", "station", "cycle__series", "cycle__area")
    found: Project | None = Project.objects.select_related(*related).filter(pk=project_id).first()
    return found
