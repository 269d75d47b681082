"""Joint meetings 联席会议: called, held, minuted or called off; the agenda is drawn from open needs."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext as _

from lingju.cobuilding.flow import MEETINGS
from lingju.cobuilding.models import Meeting
from lingju.cobuilding.rules import carries_it_out
from lingju.cobuilding.services.enrolling import why
from lingju.kernel import clock
from lingju.kernel.errors import BadInput, NotNow
from lingju.kernel.rules import Actor
from lingju.needs.models import Need
from lingju.needs.queries import lists as public
from lingju.people.models import Organisation
from lingju.places.models import Area
from lingju.places.services import marks
from lingju.places.services.marks import same_district, tidy
from lingju.trail.services import leave_footprint

J = Meeting.State
LONGEST: Final = 6000
FARTHEST: Final = dt.timedelta(days=400)


@dataclass(frozen=True, slots=True)
class MeetingDraft:
    """A meeting as somebody calls it."""

    title: str
    at: dt.datetime
    place_words: str = ""
    agenda: str = ""
    organisations: tuple[Organisation, ...] = ()
    needs: tuple[Need, ...] = ()


@transaction.atomic
def call(area: Area, draft: MeetingDraft, *, key: str, actor: Actor) -> Meeting:
    """Call a meeting; an empty agenda is drawn from the needs. The same press again returns the same."""
    carries_it_out.check(actor, area)
    key = marks.press_key(key)
    known: Meeting | None = Meeting.objects.filter(district_id=area.district_id, key=key, area=area).first()
    if known is not None:
        return known
    values = _columns(draft)
    if abs(draft.at - clock.now()) > FARTHEST:
        sentence = _("时间请写一年以内的。")
        raise BadInput(sentence, {"date": sentence})
    _check_related(area.district_id, draft)
    row = Meeting(district_id=area.district_id, area=area, key=key, **values)
    marks.insert(row, actor=actor)
    _relate(row, draft)
    return row


@transaction.atomic
def edit(meeting: Meeting, draft: MeetingDraft, *, actor: Actor, version: int | None = None) -> bool:
    """Call a meeting otherwise, before it is held; say whether its words changed."""
    carries_it_out.check(actor, meeting)
    if meeting.state != J.PREPARED:
        raise NotNow(_("会已经开过或者取消了，不能再改通知。"))
    _check_related(meeting.district_id, draft)
    changed = marks.amend(meeting, _columns(draft), actor=actor, version=version)
    _relate(meeting, draft)
    return changed


def agenda_from(needs: Iterable[Need]) -> str:
    """Return an agenda drawn from needs: each by its number and its words without persons."""
    rows = list(needs)
    words = public.words(rows)
    lines = [
        _("%(n)d. %(number)s %(title)s")
        % {"n": n, "number": need.number, "title": words[need.pk] or _kind_of(need)}
        for n, need in enumerate(rows, start=1)
    ]
    return "\n".join(lines)


def _kind_of(need: Need) -> str:
    return f"{need.category.name}（{need.area.short_name}）"


@transaction.atomic
def hold(meeting: Meeting, came: Iterable[Organisation], *, actor: Actor) -> Meeting:
    """Note that a meeting was held and which organisations came; said again, who came is put right."""
    carries_it_out.check(actor, meeting)
    there = list(came)
    same_district(meeting.district_id, *there)
    if meeting.state not in (J.PREPARED, J.HELD):
        raise NotNow(_("纪要已经出了或者会取消了，到会的单位不能再改。"))
    if meeting.state == J.PREPARED:
        if meeting.at > clock.now() + dt.timedelta(hours=12):
            raise NotNow(_("还没到开会的日子。日子提前了，先改时间。"))
        MEETINGS.take("hold", meeting, actor=actor)
    before = set(meeting.came.values_list("pk", flat=True))
    if before != {one.pk for one in there}:
        meeting.came.set(there)
        leave_footprint(actor=actor, action="attend", subject=meeting, after={"came": len(there)})
    return meeting


@transaction.atomic
def minute(meeting: Meeting, decisions: str, *, actor: Actor) -> Meeting:
    """Write what was decided; with it the minutes are out."""
    decisions = lines(decisions)
    if not 2 <= len(decisions) <= LONGEST:
        sentence = _("请写议定了什么，6000 个字以内。")
        raise BadInput(sentence, {"decisions": sentence})
    if meeting.state == J.MINUTED and meeting.decisions == decisions:
        return meeting
    return MEETINGS.take("minute", meeting, actor=actor, changes={"decisions": decisions})


@transaction.atomic
def cancel(meeting: Meeting, reason: str, *, actor: Actor) -> Meeting:
    """Call a meeting off; the reason is kept. A second press changes nothing."""
    if meeting.state == J.CANCELLED:
        return meeting
    reason = why(reason)
    return MEETINGS.take("cancel", meeting, actor=actor, note=reason, changes={"state_reason": reason})


def lines(text: str) -> str:
    """Return text of several lines as it should be kept."""
    return "\n".join(tidy(line) for line in text.splitlines()).strip()


def _columns(draft: MeetingDraft) -> dict[str, Any]:
    title = tidy(draft.title)
    agenda = lines(draft.agenda) or agenda_from(draft.needs)
    faults = {}
    if not 2 <= len(title) <= 80:
        faults["title"] = _("标题请写 2 到 80 个字。")
    if len(tidy(draft.place_words)) > 80:
        faults["place_words"] = _("地点请写在 80 个字以内。")
    if len(agenda) > LONGEST:
        faults["agenda"] = _("议题请写在 6000 个字以内。")
    if faults:
        raise BadInput("".join(faults.values()), faults)
    return {"title": title, "at": draft.at, "place_words": tidy(draft.place_words), "agenda": agenda}


def _check_related(district_id: int, draft: MeetingDraft) -> None:
    same_district(district_id, *draft.organisations, *draft.needs)


def _relate(meeting: Meeting, draft: MeetingDraft) -> None:
    meeting.organisations.set(draft.organisations)
    meeting.needs.set(draft.needs)
