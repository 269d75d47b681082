"""Kept filters of the desk: everybody's own, under a name, to be asked again with one press."""

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from lingju.kernel.errors import BadInput, NotNow, NotThere
from lingju.kernel.rules import Actor
from lingju.needs.models import SavedFilter
from lingju.needs.rules import works_at_a_desk
from lingju.places.services import marks

MOST = 20
LONGEST_NAME, LONGEST_QUERY = 30, 300


@transaction.atomic
def keep(name: str, query: str, *, actor: Actor) -> SavedFilter:
    """Keep a filter of the desk under a name; the same name again keeps the newer one."""
    works_at_a_desk.check(actor, None)
    if actor.account_id is None:
        raise NotThere(_("常用筛选跟着账号走，请先登录。"))
    called, asked = _checked(name, query)
    mine = SavedFilter.objects.visible_to(actor)
    if mine.filter(name=called).update(query=asked):
        return mine.get(name=called)
    if mine.count() >= MOST:
        raise NotNow(_("常用筛选最多留 %(n)d 个，请先去掉一个。") % {"n": MOST})
    kept = SavedFilter(district_id=actor.district_id, account_id=actor.account_id, name=called, query=asked)
    try:
        with transaction.atomic():
            kept.save(force_insert=True)
    except IntegrityError:  # the same press twice
        mine.filter(name=called).update(query=asked)
        return mine.get(name=called)
    return kept


@transaction.atomic
def forget(kept: SavedFilter, *, actor: Actor) -> None:
    """Forget a filter of one's own; somebody else's is not there."""
    if not SavedFilter.objects.visible_to(actor).filter(pk=kept.pk).delete()[0]:
        raise NotThere(_("没有找到这个常用筛选。"))


def _checked(name: str, query: str) -> tuple[str, str]:
    called, asked = marks.tidy(name), query.strip().lstrip("?")
    if not 1 <= len(called) <= LONGEST_NAME:
        sentence = _("给它起个名字，1 到 %(n)d 个字。") % {"n": LONGEST_NAME}
        raise BadInput(sentence, {"name": sentence})
    if not asked or len(asked) > LONGEST_QUERY or not asked.isprintable():
        sentence = _("还没有筛选条件，先在列表里选好再留下。")
        raise BadInput(sentence, {"query": sentence})
    return called, asked
