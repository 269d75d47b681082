"""What Open311 clients ask and say: dates, lists, and a new request, read and refused in words."""

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.http import QueryDict
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _

from lingju.circles.crs import WGS84
from lingju.kernel import clock
from lingju.kernel.errors import BadInput, NotThere
from lingju.kernel.media import read_photo
from lingju.needs.models import Asker, Category, Need
from lingju.needs.open311_statuses import CLOSED, OPEN
from lingju.needs.services.keys import KeyHolder
from lingju.needs.services.placing import Place
from lingju.needs.services.saying import Contact, Saying
from lingju.places.models import Compound, District, Station
from lingju.places.services.marks import tidy
from lingju.places.services.points import Point

SPAN: Final = dt.timedelta(days=90)
MOST_IDS: Final = 200


@dataclass(frozen=True, slots=True)
class Span:
    """From when to when somebody asks; ninety days at most."""

    since: dt.datetime
    until: dt.datetime

    @property
    def in_days(self) -> "Span":
        """Return the whole days it touches: asking ever closer must not find the minute of a need."""
        first, last = (at.astimezone(clock.ZONE) for at in (self.since, self.until))
        return Span(_midnight(first), _midnight(last) + dt.timedelta(days=1))


def _midnight(moment: dt.datetime) -> dt.datetime:
    return moment.replace(hour=0, minute=0, second=0, microsecond=0)


def span(asked: Mapping[str, Any]) -> Span:
    """Return the time somebody asks about: the last ninety days unless they say otherwise."""
    since, until = moment(asked, "start_date"), moment(asked, "end_date")
    if until is None:
        until = clock.now() if since is None else min(clock.now(), since + SPAN)
    if since is None:
        since = until - SPAN
    if since > until and moment(asked, "end_date") is not None:
        raise _wrong("start_date", _("开始时间要早于结束时间。"))
    if until - since > SPAN:
        raise _wrong("end_date", _("一次最多查 90 天，请分几次查。"))
    return Span(since, until)


def moment(asked: Mapping[str, Any], name: str) -> dt.datetime | None:
    """Return a moment somebody names, or None; a day alone begins at midnight, without a zone it is ours."""
    said = str(asked.get(name, "")).strip().replace(" ", "+")
    if not said:
        return None
    try:
        at = parse_datetime(said)
        day = parse_date(said) if at is None else None
    except ValueError:
        at, day = None, None
    if day is not None:
        at = dt.datetime.combine(day, dt.time())
    if at is None or not 1970 <= at.year <= 2999:
        raise _wrong(name, _("时间请写成 2026-11-26T08:00:00+08:00。"))
    return at if at.tzinfo is not None else at.replace(tzinfo=clock.ZONE)


def listed(asked: Mapping[str, Any], name: str) -> list[str]:
    """Return the entries of a list with commas."""
    entries = [tidy(entry) for entry in str(asked.get(name, "")).split(",")]
    found = [entry for entry in entries if entry]
    if len(found) > MOST_IDS:
        raise _wrong(name, _("一次最多 %(most)d 个。") % {"most": MOST_IDS})
    return found


def statuses(asked: Mapping[str, Any]) -> set[str]:
    """Return the statuses asked for; both where none is named."""
    found = set(listed(asked, "status")) or {OPEN, CLOSED}
    if not found <= {OPEN, CLOSED}:
        raise _wrong("status", _("status 只能是 open 或 closed。"))
    return found


def check_jurisdiction(asked: Mapping[str, Any], district: District) -> None:
    """Refuse a question that is meant for another place; this server serves one."""
    said = str(asked.get("jurisdiction_id", "")).strip()
    if said and said != district.code:
        raise NotThere(_("这里只服务 %(code)s，没有您要的 jurisdiction_id。") % {"code": district.code})


def kind_of(district: District, code: str) -> Category:
    """Return the kind that a service code names."""
    kinds = Category.objects.offered().filter(district=district, code=tidy(code)).select_related("parent")
    found = kinds.first()
    if found is None:
        raise NotThere(_("没有这个 service_code。"))
    return found


def saying_of(district: District, said: QueryDict, files: Mapping[str, Any], holder: KeyHolder) -> Saying:
    """Return a new request as a need is said."""
    if not said.get("service_code", "").strip():
        raise _wrong("service_code", _("缺少 service_code。"))
    external = tidy(said.get("attribute[external_id]", ""))[:60]
    return Saying(
        category=kind_of(district, said.get("service_code", "").strip()),
        place=_place(district, said),
        text=_words(said),
        contact=_contact(said),
        channel=Need.Channel.OPEN311,
        photos=tuple(read_photo(file) for file in (files.get("media"), files.get("photo")) if file),
        knows_whom_to_call=said.get("attribute[knows_whom_to_call]") == "yes",
        foreign_number=(holder.system, external or key_of(said, holder)[:60]),
    )


def key_of(said: QueryDict, holder: KeyHolder) -> str:
    """Return the key of a request: the same words on the same day are the same press, tried again."""
    fields = sorted((name, values) for name, values in said.lists() if name != "api_key")
    whole = json.dumps([fields, clock.today().isoformat()], ensure_ascii=True)
    return f"open311:{holder.key_id}:{hashlib.sha256(whole.encode()).hexdigest()[:32]}"


def _words(said: QueryDict) -> str:
    """Return the description; where a picture lies elsewhere its address is kept, never fetched."""
    words, url = said.get("description", ""), tidy(said.get("media_url", ""))[:300]
    return f"{words}\n{_('图片：')}{url}" if words and url.startswith(("https://", "http://")) else words


def _contact(said: QueryDict) -> Contact:
    called = tidy(f"{said.get('last_name', '')}{said.get('first_name', '')}")[:20]
    phone = said.get("phone", "").strip()
    return Contact(called=called, phone=phone, by=Asker.By.SMS if phone else Asker.By.PAGE)


def _place(district: District, said: QueryDict) -> Place:
    note = said.get("attribute[place_note]", "")
    if said.get("lat", "").strip() or said.get("long", "").strip():
        lon, lat = _number(said, "long"), _number(said, "lat")
        return Place(point=Point(lon, lat, said.get("crs", "").strip() or WGS84), note=note)
    if code := tidy(said.get("address_id", "")):
        return _by_code(district, code, note)
    if words := tidy(said.get("address_string", "")):
        return _by_words(district, words, note)
    raise _wrong("lat", _("请给出位置：lat 和 long，或 address_id，或 address_string。"))


def _number(said: QueryDict, name: str) -> float:
    try:
        return float(said.get(name, ""))
    except ValueError:
        raise _wrong(name, _("lat 和 long 要一起给，写成数字。")) from None


def _by_code(district: District, code: str, note: str) -> Place:
    compound = Compound.objects.filter(district=district, code=code).select_related("area").first()
    if compound is not None:
        return Place(compound=compound, note=note)
    station = Station.objects.filter(district=district, code=code).select_related("area").first()
    if station is None:
        raise _wrong("address_id", _("没有这个 address_id。"))
    return Place(station=station, note=note)


def _by_words(district: District, words: str, note: str) -> Place:
    """Return the compound whose name stands in an address; the longest name where there are several."""
    compounds = Compound.objects.filter(district=district).select_related("area")
    named = [one for one in compounds if len(one.name) >= 3 and one.name in words]
    if not named:
        raise _wrong("address_string", _("地址里没有找到本区的小区，请给出 lat 和 long。"))
    best = max(named, key=lambda one: len(one.name))
    return Place(compound=best, note=note or words.replace(best.name, "", 1))


def _wrong(name: str, sentence: str) -> BadInput:
    return BadInput(sentence, {name: sentence})
