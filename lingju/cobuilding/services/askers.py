"""What whoever asked is told of a project: that it comes, that it comes at another time, that it is off.

Where their desk said that it comes, its reply is set right by another. Where a unit said the last yes, the
desk finds a note, and whoever asked hears it in the message of an evening alone, then as now.
"""

import datetime as dt
from collections.abc import Iterable
from typing import Final

from django.utils.translation import gettext as _

from lingju.cobuilding.models import NeedLine, Project
from lingju.cobuilding.services.delivering import UNANSWERED, needs_of
from lingju.kernel.clock import ZONE
from lingju.kernel.rules import Actor, SystemActor
from lingju.needs.models import Entry, Need
from lingju.needs.rules import its_desk
from lingju.needs.services import handling

L = NeedLine.State
# What was carried over or taken off is another project's, or nobody's.
NOT_ITS_OWN: Final = (L.CARRIED, L.REMOVED)
MOMENT: Final = dt.timedelta(seconds=30)


def tell_claimed(project: Project, line: NeedLine, *, actor: Actor) -> None:
    """Reply to those who asked with the day; where the last yes was a unit's, their desk finds a note."""
    words = _claimed_words(project)
    for need in needs_of(line):
        if need.stage not in UNANSWERED:
            continue
        if its_desk.allows(actor, need):
            handling.reply(need, words, actor=actor)
        else:
            handling.note(need, words, actor=SystemActor(need.district_id))


def tell_moved(project: Project, why: str, *, actor: Actor) -> None:
    """Set right for those who asked when a project comes."""
    _set_right(project, _moved_words(project, why), actor)


def tell_handed_over(project: Project, *, actor: Actor) -> None:
    """Say to those who heard that a unit comes, that another is being asked; tell them before it is."""
    words = _("原来答应来办“%(title)s”的单位来不了了，正在另请一家，定了再告诉您。")
    _set_right(project, words % {"title": project.title}, actor)


def tell_ended(project: Project, why: str, *, actor: Actor) -> None:
    """Say to those who asked that what was to come does not."""
    told = {"title": project.title, "why": why.rstrip("。")}
    words = _("原来说好来办的“%(title)s”办不成了：%(why)s。您的事还在清单上，我们接着想办法。") % told
    _set_right(project, words, actor)


def needs_behind(project: Project) -> list[Need]:
    """Return the needs that a project is for and that still wait for an answer."""
    # Asked for one of many projects that move together, each of which is written anyhow.
    lines = NeedLine.objects.filter(projects=project).exclude(state__in=NOT_ITS_OWN)
    lines = lines.select_related("need", "cluster")
    return [need for line in lines for need in needs_of(line) if need.stage in UNANSWERED]


def stood_at(project: Project) -> dt.datetime | None:
    """Return when the second of both sides said yes; nothing where one has not."""
    if project.unit_claimed_at is None or project.area_claimed_at is None:
        return None
    return max(project.unit_claimed_at, project.area_claimed_at)


def heard_from_desk(needs: Iterable[Need], at: dt.datetime | None) -> set[int]:
    """Return the needs whose desk replied at the moment when their project stood, by id."""
    if at is None:
        return set()
    replied = Entry.objects.filter(
        need_id__in=[need.pk for need in needs],
        axis=Entry.Axis.REPLY,
        step="reply",
        at__range=(at - MOMENT, at + MOMENT),
    )
    return set(replied.values_list("need_id", flat=True))


def _set_right(project: Project, words: str, actor: Actor) -> None:
    needs = needs_behind(project)
    heard = heard_from_desk(needs, stood_at(project))
    for need in needs:
        system = SystemActor(need.district_id)
        if need.pk in heard:
            handling.reply(need, words, actor=actor if its_desk.allows(actor, need) else system)
        else:
            handling.note(need, words, actor=system)


def _claimed_words(project: Project) -> str:
    told = {"who": _who(project), "title": project.title}
    if project.starts_at is None:
        return _("共建日已经配上了：%(who)s来办“%(title)s”。") % told
    told["when"] = when_words(project.starts_at)
    return _("共建日已经配上了：%(when)s，%(who)s来办“%(title)s”。") % told


def _moved_words(project: Project, why: str) -> str:
    told = {
        "who": _who(project),
        "title": project.title,
        "where": where_words(project),
        "why": _("（%(why)s）") % {"why": why.rstrip("。")} if why else "",
    }
    if project.starts_at is None:
        return _("“%(title)s”改期了%(why)s，新的日子定了再告诉您。") % told
    told["when"] = when_words(project.starts_at)
    return _("“%(title)s”改了%(why)s：%(when)s，在%(where)s，%(who)s来办。") % told


def _who(project: Project) -> str:
    return project.lead.organisation.name if project.lead is not None else _("热心居民")


def when_words(moment: dt.datetime) -> str:
    """Return 11月6日 14:00."""
    at = moment.astimezone(ZONE)
    told = {"month": at.month, "day": at.day, "time": f"{at:%H:%M}"}
    return _("%(month)d月%(day)d日 %(time)s") % told


def where_words(project: Project) -> str:
    """Return where a project meets, as whoever comes there finds it."""
    return str(project.station or project.place_words or project.area.short_name)
