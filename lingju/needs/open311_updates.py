"""What happened to needs, as mySociety's extension tells it: one update for each step that residents see."""

import datetime as dt
from collections.abc import Sequence
from typing import Any, Final

from django.db.models import Q, QuerySet
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from lingju.needs.models import Entry, Need
from lingju.needs.open311_shapes import moment
from lingju.needs.open311_statuses import Standing, extended, standing_of
from lingju.needs.services.keys import KeyHolder
from lingju.needs.text.screening import screen

A = Entry.Axis
SEEN: Final = (
    Q(axis=A.STAGE) & ~Q(step="submit") | Q(axis=A.REPLY, step="reply") | Q(axis=A.OWNER, step="accept")
)


def updates(
    needs: QuerySet[Need],
    since: dt.datetime,
    until: dt.datetime,
    *,
    holder: KeyHolder | None,
    most: int,
) -> list[dict[str, Any]]:
    """Return what happened to needs between two moments, oldest first."""
    rows = Entry.objects.filter(SEEN, need__in=needs.values("pk"), at__gte=since, at__lte=until)
    entries = list(rows.select_related("need").order_by("at", "id")[:most])
    own = _own(entries, holder)
    outcomes = _outcomes(entries)
    return [_update(entry, outcomes, is_own=entry.need_id in own) for entry in entries]


def _own(entries: Sequence[Entry], holder: KeyHolder | None) -> set[int]:
    if holder is None:
        return set()
    needs = Need.objects.filter(pk__in={entry.need_id for entry in entries})
    return set(needs.filter(foreign_numbers__system=holder.system).values_list("pk", flat=True))


def _outcomes(entries: Sequence[Entry]) -> dict[tuple[int, int], str]:
    """Return what each round's answer said."""
    ids = {entry.need_id for entry in entries}
    rows = Entry.objects.filter(need_id__in=ids, axis=A.OUTCOME).exclude(after="").order_by("id")
    return {(need, turn): after for need, turn, after in rows.values_list("need_id", "round", "after")}


def _update(entry: Entry, outcomes: dict[tuple[int, int], str], *, is_own: bool) -> dict[str, Any]:
    """Return one update; the words told are the asker's: they go to the asker's own system alone."""
    status = _status(entry, outcomes)
    told = screen(str(entry.told or "")).text if is_own else ""
    return {
        "update_id": str(entry.pk) if is_own else _name(entry),
        "service_request_id": entry.need.number,
        "status": status,
        "updated_datetime": moment(entry.at, is_exact=is_own),
        "description": told or _words(entry),
        "media_url": None,
    }


def _name(entry: Entry) -> str:
    """Return what names an update to everybody: the number of its row would tell the moment it was made."""
    return salted_hmac("lingju.needs.open311_update", str(entry.pk)).hexdigest()[:20]


def _status(entry: Entry, outcomes: dict[tuple[int, int], str]) -> str:
    if entry.axis != A.STAGE:
        return "OPEN"
    if entry.step == "leave_out":
        return extended(standing_of(entry.need))
    outcome = outcomes.get((entry.need_id, entry.round), "")
    return extended(Standing(entry.after, outcome, entry.round))


def _words(entry: Entry) -> str:
    if entry.axis == A.STAGE:
        return str(Need.Stage(entry.after).label)
    return _("回了话") if entry.axis == A.REPLY else _("换了承办单位")
