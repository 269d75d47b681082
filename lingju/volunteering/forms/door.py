"""What a device at the door sends at once: {"device": "…", "entries": [{"nonce": …}, …]}."""

import datetime as dt
from collections.abc import Mapping
from typing import Any, Final

import orjson
from django.utils.translation import gettext as _

from lingju.kernel import clock
from lingju.kernel.asking import whole_number
from lingju.kernel.errors import BadInput, TooLarge
from lingju.volunteering.services.attending import MOST_AT_ONCE, Entry

MOST_BYTES: Final = 256 * 1024


def batch(body: bytes) -> tuple[list[Entry], str]:
    """Read what a device sends; an entry of the wrong shape is refused by itself when it is taken in.

    Raises BadInput where it is no such thing, TooLarge where it is too much.
    """
    if len(body) > MOST_BYTES:
        raise TooLarge(_("一次送的太多了，请分几次送。"))
    try:
        told = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise BadInput(_("送来的内容看不懂，没有收。")) from None
    entries = told.get("entries") if isinstance(told, dict) else None
    if not isinstance(entries, list) or not all(isinstance(one, dict) for one in entries):
        raise BadInput(_("送来的内容看不懂，没有收。"))
    if len(entries) > MOST_AT_ONCE:
        raise TooLarge(_("一次送的太多了，请分几次送。"))
    return [_entry(one) for one in entries], _words(told, "device")


def _entry(told: Mapping[str, Any]) -> Entry:
    # The script of the door calls whoever stands in a row a sign-up.
    row = _words(told, "signup_id")
    return Entry(
        nonce=_words(told, "nonce"),
        kind=_words(told, "kind") or "in",
        method=_words(told, "method") or "qr",
        code=_words(told, "code"),
        invitation_id=whole_number(row),
        device_at=_moment(told.get("device_at")),
        was_offline=told.get("was_offline") is True,
    )


def _words(told: Mapping[str, Any], name: str) -> str:
    value = told.get(name)
    return value[:80].replace("\0", "") if isinstance(value, str) else ""


def _moment(value: object) -> dt.datetime | None:
    if not isinstance(value, str):
        return None
    try:
        moment = dt.datetime.fromisoformat(value)
        return (moment if moment.tzinfo else moment.replace(tzinfo=clock.ZONE)).astimezone(clock.ZONE)
    except (ValueError, OverflowError):
        return None
