"""The address under which somebody of the desk subscribes to a rota: bound to their sessions, kept nowhere.

    123-7-8f3c…   account, series, and a mark made with the keys of this installation from both and from what
                  every session of the account is bound to

Whatever ends all sessions (a new password, signing out everywhere, a closed account) takes the address back,
and it opens no more than the offices that its owner holds on the day it is read.
"""

import datetime as dt
import hmac
import re
from typing import Final

from django.utils.translation import gettext as _

from lingju.cobuilding.models import DaySeries
from lingju.cobuilding.rules import carries_it_out
from lingju.kernel import crypto
from lingju.kernel.errors import NotThere
from lingju.kernel.rules import Actor
from lingju.people.actors import actor_of
from lingju.people.models import Account
from lingju.people.services import limits
from lingju.people.services.limits import Limit
from lingju.places.models import District
from lingju.places.rules import CLERKS, on_one_branch

MADE_FOR: Final = "cobuilding.rota"
SECRET: Final = re.compile(r"([0-9]{1,19})-([0-9]{1,19})-([0-9a-f]{64})")
READS: Final = Limit("rota_feed", 60, dt.timedelta(hours=1))
TRIES_FROM_HERE: Final = Limit("rota_feed_from", 30, dt.timedelta(hours=1))


def secret_of(account: Account, series: DaySeries) -> str:
    """Return the secret under which an account reads the rota of a series."""
    return f"{account.pk}-{series.pk}-{_mark(account, series.pk)}"


def opened(district: District, secret: str) -> tuple[DaySeries, Actor]:
    """Return the series that a secret opens, and who reads; readings and vain tries are counted.

    Raises NotThere where it is wrong or taken back, or its owner has no office there any more; TooOften.
    """
    found = _found(district, secret)
    if found is None:
        limits.spend_from_here(TRIES_FROM_HERE, district_id=district.pk)
        raise NotThere(_("这个日历地址不对，或者已经作废了。请登录工作台，到轮值表里重新复制一个。"))
    limits.spend(secret, READS, district_id=district.pk)
    return found


def _found(district: District, secret: str) -> tuple[DaySeries, Actor] | None:
    parts = SECRET.fullmatch(secret)
    if parts is None:
        return None
    account = Account.objects.filter(pk=int(parts[1]), district=district, is_active=True).first()
    series = DaySeries.objects.filter(pk=int(parts[2]), district=district).select_related("area").first()
    if account is None or series is None or not hmac.compare_digest(parts[3], _mark(account, series.pk)):
        return None
    # Whoever made the address had shown their second factor; it only ever reads.
    actor = actor_of(account, second_factor=True)
    is_near = on_one_branch(series.area.stem, actor.stems(CLERKS))
    return (series, actor) if carries_it_out.allows(actor) and is_near else None


def _mark(account: Account, series_id: int) -> str:
    said = f"{account.pk} {series_id} {account.get_session_auth_hash()}"
    return crypto.ring().mark(said.encode(), MADE_FOR)
