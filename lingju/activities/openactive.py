"""Sessions as OpenActive opportunities: pages of changes (RPDE 1.0) and the description of the data set.

A weekly session is a ScheduledSession under its SessionSeries, any other an Event. How many seats are still
free is not in the feed: a seat that is taken is no change of the session; the session's page says it.
Topics are told as words (`category`): the activity list of OpenActive knows sports alone.
Sources: OpenActive Realtime Paged Data Exchange 1.0, Modelling Opportunity Data 2.0, Dataset API Discovery.
"""

import datetime as dt
from collections.abc import Sequence
from typing import Any, Final
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from lingju.activities import jsonld
from lingju.activities.jsonld import Address
from lingju.activities.models import Session
from lingju.activities.queries.changes import After, Change
from lingju.places.models import District

LICENSE: Final = "https://creativecommons.org/licenses/by/4.0/"
CONTEXT: Final = "https://openactive.io/"
MEDIA_TYPE: Final = "application/vnd.openactive.rpde+json; version=1"
Data = dict[str, Any]


def page(
    changes: Sequence[Change], after: After | None, feed: str, address: Address, limit: int | None = None
) -> Data:
    """Return a page of the feed at an address; the last one leads to itself, and `limit` is kept."""
    last = After(changes[-1].modified, changes[-1].session.uid) if changes else after
    return {
        "next": _place(feed, last, limit),
        "items": [_item(one, feed, address) for one in changes],
        "license": LICENSE,
    }


def _place(feed: str, after: After | None, limit: int | None) -> str:
    asked: dict[str, str | int] = {}
    if after is not None:
        asked = {"afterTimestamp": after.modified, "afterId": after.uid}
    if limit is not None:
        asked["limit"] = limit
    return f"{feed}?{urlencode(asked)}" if asked else feed


def _item(one: Change, feed: str, address: Address) -> Data:
    kind = _kind(one.session)
    told: Data = {"id": one.session.uid, "modified": one.modified, "kind": kind}
    if one.is_gone:
        return {"state": "deleted", **told}
    return {"state": "updated", **told, "data": _data(one.session, feed, address)}


def _kind(session: Session) -> str:
    return "ScheduledSession" if session.series_id is not None else "Event"


def _data(session: Session, feed: str, address: Address) -> Data:
    found = {"@context": CONTEXT, **jsonld.core(session, address), "@type": _kind(session)}
    found["duration"] = _duration(session.ends_at - session.starts_at)
    found["category"] = found.pop("keywords", [])
    found["organizer"] = found["organizer"][0]
    if session.min_age is not None or session.max_age is not None:
        found["ageRange"] = _range(session)
    if session.series_id is not None:
        found["superEvent"] = _series(session, feed)
    elif session.parent is not None and session.parent.is_public:
        found["superEvent"] = address(session.parent)
    return found


def _series(session: Session, feed: str) -> Data:
    """Return the weekly string that a session belongs to, as it was planned."""
    return {
        "@type": "SessionSeries",
        "@id": f"{feed}#series-{session.series_id}",
        "name": session.programme.name if session.programme is not None else session.title,
        "organizer": jsonld.organizers(session)[0],
        "location": jsonld.place(session),
        "category": [topic.name for topic in session.topics.all()],
        "isAccessibleForFree": True,
    }


def _range(session: Session) -> Data:
    values = (("minValue", session.min_age), ("maxValue", session.max_age))
    return {
        "@type": "QuantitativeValue",
        **{name: value for name, value in values if value is not None},
    }


def _duration(length: dt.timedelta) -> str:
    hours, minutes = divmod(int(length.total_seconds()) // 60, 60)
    return f"PT{hours}H{minutes}M" if hours and minutes else f"PT{hours}H" if hours else f"PT{minutes}M"


def dataset(district: District, site: str, home: str, feed: str) -> Data:
    """Return the description of the data set: whose it is, under which licence, where the feed begins."""
    publisher = {"@type": "Organization", "name": district.name, "url": home}
    if district.hotline:
        publisher["telephone"] = district.hotline
    return {
        "@context": ["https://schema.org/", CONTEXT],
        "@type": "Dataset",
        "@id": site,
        "url": site,
        "name": _("%(district)s社区和驿站的活动") % {"district": district.name},
        "description": _("社区和驿站的培训、节日、讲堂：什么时候、在哪里、谁来办。没有个人信息。"),
        "inLanguage": ["zh-CN"],
        "license": LICENSE,
        "publisher": publisher,
        "isAccessibleForFree": True,
        "schemaVersion": "https://www.openactive.io/modelling-opportunity-data/2.0/",
        "distribution": [
            {
                "@type": "DataDownload",
                "name": "ScheduledSession",
                "additionalType": "https://openactive.io/ScheduledSession",
                "encodingFormat": MEDIA_TYPE,
                "contentUrl": feed,
            }
        ],
    }
