"""The one line of news about my own matter that the home page shows."""

from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from lingju.kernel import clock
from lingju.needs import phrases
from lingju.needs.models import Asker, Need
from lingju.needs.queries import sight
from lingju.needs.queries.sight import Sight

MOST = 8
ASKED = Asker.Confirmation.ASKED


@dataclass(frozen=True, slots=True)
class News:
    """Where the matter that matters most just now has got to."""

    number: str
    title: str
    words: str
    icon: str


def latest(askers: QuerySet[Asker]) -> News | None:
    """Return the news of my newest open matter, one that waits for my word first; one query."""
    open_or_asked = Q(need__is_over=False) | Q(confirmation=ASKED)
    found = list(askers.filter(open_or_asked, left_out="").order_by("-id")[:MOST])
    first = next((asker for asker in found if asker.confirmation == ASKED), found[0] if found else None)
    if first is None:
        return None
    is_asked = first.confirmation == ASKED
    icon = "message-circle-heart" if is_asked else first.need.category.icon
    seen = sight.sight(first)
    return News(first.need.number, seen.title, _words(seen, is_asked=is_asked), icon)


def _words(seen: Sight, *, is_asked: bool) -> str:
    """Say in one sentence where it has got to, or what it waits for."""
    need = seen.asker.need
    if is_asked:
        return _("有结果了，等您说一句行不行")
    if need.planned_on is not None:
        day = {"month": need.planned_on.month, "day": need.planned_on.day}
        return _("定在%(month)d月%(day)d日") % day
    if need.stage == Need.Stage.RECEIVED and seen.public is None:
        if need.respond_due_at is not None and need.respond_due_at > clock.now():
            when = phrases.when_in_words(need.respond_due_at, clock.now())
            return _("收到了，%(when)s 前回您的话") % {"when": when}
        return _("收到了，还没有人回话，我们在催")
    return _("%(stage)s，现在在%(who)s") % {"stage": need.get_stage_display(), "who": seen.owner}
