"""The draft of a month's summary 月度小结: sentences put together from rows, every figure with its whole."""

from collections.abc import Iterable, Sequence
from typing import Final

from django.utils.translation import gettext as _

from lingju.cobuilding.models import CommunityPlan, Cycle
from lingju.cobuilding.queries import past, results
from lingju.cobuilding.queries.past import Month
from lingju.cobuilding.queries.results import LeftOver
from lingju.kernel.rules import Actor
from lingju.needs.queries.rates import Share

MOST_NAMED: Final = 12


def draft(cycle: Cycle, actor: Actor) -> str:
    """Return the draft of a cycle's summary as its rows stand now; the same rows give the same words."""
    (month,) = past.months([cycle], actor)
    rows = results.rows_of(cycle, actor)
    left = results.left_over(cycle, actor, rows)
    parts = (_head(month), _held(month), _lists(month), _done(month), _said(month), _left(left))
    records = [
        _("%(area)s：%(words)s") % {"area": plan.area.short_name, "words": plan.record}
        for plan in CommunityPlan.objects.visible_to(actor).filter(cycle=cycle).select_related("area")
        if plan.record
    ]
    return "\n".join(filter(None, (*parts, *records)))


def share_words(share: Share) -> str:
    """Return a share in words: 9/12（75%）."""
    if share.percent is None:
        return _("0/0")
    return f"{share.part}/{share.whole}（{share.percent}%）"


def _head(month: Month) -> str:
    cycle = month.cycle
    theme = _("，主题是“%(theme)s”") % {"theme": cycle.theme} if cycle.theme else ""
    date = cycle.date
    day = (
        _("%(year)d年%(month)d月%(day)d日") % {"year": date.year, "month": date.month, "day": date.day}
        if date
        else ""
    )
    words = _("%(name)s第 %(n)d 期，%(day)s，%(area)s%(theme)s。") % {
        "name": cycle.series.name,
        "n": cycle.number,
        "day": day,
        "area": cycle.area.short_name,
        "theme": theme,
    }
    return words + (_("%(why)s。") % {"why": cycle.moved_for} if cycle.moved_for else "")


def _held(month: Month) -> str:
    came = month.came
    words = _("一、活动：确认的方案 %(plans)d 个，已经办了 %(held)d 个。") % {
        "plans": month.plans,
        "held": month.held,
    }
    return words + _("来了 %(visits)d 人次；认得出的 %(people)d 人，两个数不相加。") % {
        "visits": came.visits,
        "people": came.people,
    }


def _lists(month: Month) -> str:
    return _(
        "二、清单：居民的需求 %(lines)d 件，涉及 %(people)d 人；配成项目 %(projects)d 个，"
        "来了 %(units)d 家单位、%(teams)d 支队伍 %(came)d 人。"
    ) % {
        "lines": month.lines,
        "people": month.concerned,
        "projects": month.projects,
        "units": month.units,
        "teams": month.teams,
        "came": month.team_people,
    }


def _done(month: Month) -> str:
    return _("三、办结：项目 %(done)s，其中销号 %(closed)d 个；需求有回音 %(answered)s。") % {
        "done": share_words(Share(month.delivered, month.projects)),
        "closed": month.closed,
        "answered": share_words(Share(month.answered, month.lines)),
    }


def _said(month: Month) -> str:
    said = month.said
    if not said.asked:
        return _("四、评价：还没有问到居民。")
    return _(
        "四、评价：问了 %(asked)d 人次，答了 %(reach)s；说解决了 %(solved)s，满意 %(satisfied)s。"
        "没回话的留在分母里，不算满意。"
    ) % {
        "asked": said.asked,
        "reach": share_words(said.reach),
        "solved": share_words(said.solution),
        "satisfied": share_words(said.satisfaction),
    }


def _left(left: Sequence[LeftOver]) -> str:
    if not left:
        return _("五、没办完的：没有。")
    named = "；".join(_named(left[:MOST_NAMED]))
    more = _("；还有 %(n)d 件") % {"n": len(left) - MOST_NAMED} if len(left) > MOST_NAMED else ""
    return _("五、没办完的 %(n)d 件：%(named)s%(more)s。") % {"n": len(left), "named": named, "more": more}


def _named(left: Iterable[LeftOver]) -> list[str]:
    words = []
    for one in left:
        to = _("，转到第 %(n)d 期") % {"n": one.carried_to} if one.carried_to is not None else ""
        words.append(_("%(title)s（%(why)s%(to)s）") % {"title": one.line.title, "why": one.why, "to": to})
    return words
