"""Count tries at what may be tried only so often, in the database, so that all processes count together."""

import datetime as dt
from dataclasses import dataclass
from ipaddress import ip_address

from django.utils.translation import gettext as _

from lingju.kernel import clock, crypto
from lingju.kernel.errors import TooOften
from lingju.people.models import Attempt
from lingju.trail import surroundings

COLUMN = "people.attempt.key"


@dataclass(frozen=True, slots=True)
class Limit:
    """So many tries at one kind of thing within so much time."""

    kind: str
    tries: int
    within: dt.timedelta


CODE_PAUSE = Limit("code_to_phone", 1, dt.timedelta(seconds=60))
CODES_AN_HOUR = Limit("code_to_phone", 5, dt.timedelta(hours=1))
CODES_A_DAY = Limit("code_to_phone", 10, dt.timedelta(days=1))
CODES_FROM_ADDRESS = Limit("code_from_address", 60, dt.timedelta(hours=1))
PASSWORDS_FROM_ADDRESS = Limit("password_from", 60, dt.timedelta(minutes=10))
SECOND_FACTORS = Limit("second_factor", 5, dt.timedelta(minutes=15))
LOOK_UPS = Limit("look_up", 60, dt.timedelta(minutes=10))


def spend(key: str, *limits: Limit, district_id: int) -> None:
    """Count one try at `key`; raise TooOften where one of the limits, all of one kind, is used up.

    Call it outside a transaction that may be rolled back: a refused try must stay counted.
    """
    mark, now = crypto.ring().blind(key, COLUMN), clock.now()
    for limit in limits:
        since = now - limit.within
        times = Attempt.objects.filter(district_id=district_id, kind=limit.kind, key=mark, at__gt=since)
        moments = list(times.order_by("-at").values_list("at", flat=True)[: limit.tries])
        if len(moments) == limit.tries:
            raise _too_often(moments[-1] - since)
    Attempt.objects.create(district_id=district_id, kind=limits[0].kind, key=mark, at=now)


def spend_from_here(limit: Limit, *, district_id: int) -> None:
    """Count one try from the network address of the running request, where it is somebody's own."""
    if address := own_address():
        spend(address, limit, district_id=district_id)


def own_address() -> str:
    """Return the network address of the running request; "" where it may stand for many.

    A private address is a proxy's or a counter's and stands for everybody behind it.
    """
    address = surroundings.current().address
    return address if address is not None and ip_address(address).is_global else ""


def forgive(key: str, limit: Limit, *, district_id: int) -> None:
    """Forget the tries at `key`, because one went right."""
    mark = crypto.ring().blind(key, COLUMN)
    Attempt.objects.filter(district_id=district_id, kind=limit.kind, key=mark).delete()


def _too_often(wait: dt.timedelta) -> TooOften:
    seconds = max(int(wait.total_seconds()), 1)
    if seconds <= 90:
        sentence = _("太频繁了，请过 %(count)d 秒再试。") % {"count": seconds}
    else:
        sentence = _("试的次数太多了，请过 %(count)d 分钟再试，或者打电话给我们。") % {
            "count": -(-seconds // 60)
        }
    return TooOften(sentence, wait_seconds=seconds)
