"""Adding evidence: numbered and chained within its call, and its digest left in a footprint of the trail.

    row 1 ──digest──▶ row 2 ──digest──▶ row 3            by call, in the order of their numbers
      └──────────┴─────────┴──▶ footprints ──▶ the trail's seals

Writers of one call wait for each other for the moment it takes; those of other calls never do.
"""

import datetime as dt
import json
from typing import Any, Final

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from lingju.kernel import clock, crypto
from lingju.kernel.errors import SomeoneWasFaster
from lingju.kernel.rules import Actor
from lingju.trail.audit import FIRST
from lingju.trail.services import leave_footprint
from lingju.volunteering.models import Call, Evidence, Volunteer

ACTION: Final = "evidence"
TRIES: Final = 8


def add(
    call: Call,
    volunteer: Volunteer | None,
    kind: str,
    *,
    nonce: str,
    actor: Actor,
    method: str = Evidence.Method.DESK.value,
    at: dt.datetime | None = None,
    **values: Any,
) -> tuple[Evidence, bool]:
    """Add one row; say whether it is new. The same nonce again returns the row that is there.

    Call it inside the verb's transaction.
    """
    # Two hands at one call: the second waits here, and then sees what the first wrote.
    list(Call.objects.select_for_update().filter(pk=call.pk).values_list("pk"))
    now = clock.now()
    for _try in range(TRIES):
        known = Evidence.objects.filter(call=call, nonce=nonce).first()
        if known is not None:
            return known, False
        row = _draft(call, kind, volunteer=volunteer, nonce=nonce, method=method, at=at or now, **values)
        row.received_at, row.recorded_by_id = now, actor.account_id
        row.digest = digest_of(row)
        try:
            with transaction.atomic():
                row.save()
        except IntegrityError:
            continue  # another hand took the number where rows cannot be locked
        leave_footprint(
            actor=actor, action=ACTION, subject=row, after={"digest": row.digest, "call": call.pk}
        )
        return row, True
    raise SomeoneWasFaster(_("这次招募同时有很多人在记，请再按一次。"))


def _draft(call: Call, kind: str, **values: Any) -> Evidence:
    """Return a row that stands after the last of its call; its digest is still to be made."""
    last = Evidence.objects.filter(call=call).order_by("-number").first()
    return Evidence(
        district_id=call.district_id,
        call=call,
        kind=kind,
        number=last.number + 1 if last else 1,
        algorithm=crypto.ring().hash_name,
        previous=last.digest if last else FIRST,
        **values,
    )


def digest_of(row: Evidence) -> str:
    """Return the digest that a row must carry, over everything in it and the digest before it."""
    return crypto.digest(canonical(row), row.algorithm).hex()


def canonical(row: Evidence) -> bytes:
    """Return a row as bytes: every field in one fixed notation."""
    values = [
        1,
        row.pk,
        row.district_id,
        row.call_id,
        row.volunteer_id,
        row.number,
        str(row.kind),
        str(row.method),
        _moment(row.at),
        _moment(row.received_at),
        row.minutes,
        row.reason,
        row.settles,
        row.station_id,
        row.nonce,
        row.device,
        row.was_offline,
        row.recorded_by_id,
        row.algorithm,
        row.previous,
    ]
    return json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode()


def _moment(moment: dt.datetime) -> str:
    return moment.astimezone(dt.UTC).isoformat(timespec="microseconds")
