"""Who hears of what the desk has just done, by which way: so that the desk is told the truth about it."""

from collections import Counter

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from lingju.needs.models import Asker, Need
from lingju.needs.services import by_call

MESSAGE, CALL, THEMSELVES = "message", "call", "themselves"


def who_is_told(need: Need) -> str:
    """Say how many are told by a message, how many somebody has to call, how many come and look."""
    ways = _ways(need.askers.exclude(left_out=Asker.LeftOut.WITHDREW))
    said = {
        MESSAGE: _("%(n)d 位会收到消息"),
        CALL: _("要打电话的 %(n)d 位在电话清单里"),
        THEMSELVES: _("%(n)d 位没留联系方式，要自己来看"),
    }
    return _in_words(ways, said)


def who_is_asked(need: Need) -> str:
    """Say how many are asked by a message, by a colleague's call, or where they come and look."""
    ways = _ways(need.askers.to_be_asked())
    said = {
        MESSAGE: _("%(n)d 位会收到消息"),
        CALL: _("留了电话的 %(n)d 位由没经手的同事打电话问"),
        THEMSELVES: _("%(n)d 位凭编号和查询码来评"),
    }
    return _in_words(ways, said)


def _ways(askers: QuerySet[Asker]) -> Counter[str]:
    return Counter(_way(asker) for asker in askers)


def _way(asker: Asker) -> str:
    if by_call.is_called(asker):
        return CALL
    is_texted = asker.by == Asker.By.SMS and bool(asker.phone)
    return MESSAGE if is_texted or asker.account_id is not None else THEMSELVES


def _in_words(ways: Counter[str], said: dict[str, str]) -> str:
    """Return one sentence; nothing where nobody stands behind a need."""
    parts = [words % {"n": ways[way]} for way, words in said.items() if ways[way]]
    return _("%(parts)s。") % {"parts": _("，").join(parts)} if parts else ""
