"""The answers of Open311, made of our rows: public words only, strings for ids, WGS-84, times with zone."""

import datetime as dt
from collections.abc import Sequence
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lingju.kernel import clock
from lingju.needs import phrases
from lingju.needs.clock import Due
from lingju.needs.models import Category, Need
from lingju.needs.open311_statuses import extended, standing_of, status
from lingju.needs.queries import lists
from lingju.needs.queries.lists import PublicNeed
from lingju.needs.services.keys import KeyHolder
from lingju.needs.services.saying import Receipt
from lingju.places.models import District

# What a client may add to a request, beyond what the standard has.
ATTRIBUTES: Final = (
    ("place_note", "string", gettext_lazy("具体位置，比如三号楼门口"), ()),
    ("external_id", "string", gettext_lazy("您系统里的编号，同一个编号只记一件"), ()),
    (
        "knows_whom_to_call",
        "singlevaluelist",
        gettext_lazy("遇到火灾、燃气等，已经给居民看过该打的电话"),
        (("no", gettext_lazy("没有")), ("yes", gettext_lazy("看过了，还要继续提交"))),
    ),
)


def moment(value: dt.datetime | None, *, is_exact: bool = True) -> str | None:
    """Return a moment as W3C writes it, with its zone; where nobody shall be found by it, the day alone."""
    if value is None:
        return None
    local = value.astimezone(clock.ZONE)
    return (local if is_exact else local.replace(hour=0, minute=0, second=0)).isoformat(timespec="seconds")


def service(kind: Category) -> dict[str, Any]:
    """Return one service."""
    return {
        "service_code": kind.code,
        "service_name": kind.name,
        "description": kind.hint,
        "metadata": True,
        "type": "realtime",
        "keywords": kind.keywords,
        "group": kind.parent.name if kind.parent is not None else kind.name,
    }


def definition(kind: Category) -> dict[str, Any]:
    """Return what may be said about one service."""
    attributes = []
    for order, (code, datatype, words, values) in enumerate(ATTRIBUTES, 1):
        named = [{"key": key, "name": str(name)} for key, name in values]
        attribute: dict[str, Any] = {
            "variable": True,
            "code": code,
            "datatype": datatype,
            "required": False,
            "datatype_description": "",
            "order": order,
            "description": str(words),
        }
        attributes.append({**attribute, "values": named} if named else attribute)
    return {"service_code": kind.code, "attributes": attributes}


def requests(needs: Sequence[Need], holder: KeyHolder | None) -> list[dict[str, Any]]:
    """Return needs as everybody may know them; the system that said one knows its own point and minute."""
    own: set[int] = set()
    if holder is not None:
        said = Need.objects.filter(foreign_numbers__system=holder.system, pk__in=[one.pk for one in needs])
        own = set(said.values_list("pk", flat=True))
    seen = zip(needs, lists.public(needs), strict=True)
    return [_request(need, public, is_own=need.pk in own) for need, public in seen]


def _request(need: Need, public: PublicNeed, *, is_own: bool) -> dict[str, Any]:
    theirs = extended(standing_of(need))
    return {
        "service_request_id": need.number,
        "status": status(need),
        "status_notes": f"{public.stage} ({theirs})",
        "service_name": public.kind,
        "service_code": public.kind_code,
        "description": public.title if need.is_listed else public.kind,
        "agency_responsible": _agency(need, public, is_own=is_own),
        "service_notice": _notice(need) if is_own else "",
        "requested_datetime": moment(need.submitted_at, is_exact=is_own),
        "updated_datetime": moment(need.closed_at or need.updated_at, is_exact=is_own),
        "expected_datetime": moment(need.due_at, is_exact=is_own),
        "address": "，".join(dict.fromkeys((public.place, public.community))),
        "address_id": None,
        "zipcode": None,
        "lat": need.lat if is_own else public.lat,
        "long": need.lon if is_own else public.lon,
        "media_url": None,
        "extended_attributes": {
            "status": theirs,
            "stage": need.stage,
            "outcome": need.outcome,
            "round": need.round,
            "crs": "WGS-84",
        },
    }


def _agency(need: Need, public: PublicNeed, *, is_own: bool) -> str:
    """Return who has it; of a need without public words the desk alone: a clinic's name would say enough."""
    return need.owner_name if is_own or not public.hides_words else need.owner_area.short_name


def _notice(need: Need) -> str:
    if need.stage in (Need.Stage.ANSWERED, Need.Stage.CLOSED):
        return ""
    return phrases.answer_in_words(Due(need.due_at, need.due_unknown_year), clock.now())


def accepted(receipt: Receipt) -> dict[str, Any]:
    """Return what a client gets for a request it has made: number, promise, and the asker's code."""
    words = _("编号 %(number)s，查询码 %(code)s。凭这两样在“我说的事”里看进展、评价。") % {
        "number": receipt.need.number,
        "code": receipt.code,
    }
    notice = " ".join(filter(None, (words, _notice(receipt.need))))
    return {"service_request_id": receipt.need.number, "service_notice": notice, "account_id": None}


def discovery(district: District, base: str) -> dict[str, Any]:
    """Return what this server is, and where."""
    return {
        "changeset": "2026-11-26T00:00:00+08:00",
        "contact": " ".join(filter(None, (district.brand_name or district.name, district.hotline))),
        "key_service": str(_("接口密钥向区里申请，在“权限”旁边的“接口”页里建立。")),
        "endpoints": [
            {
                "specification": "http://wiki.open311.org/GeoReport_v2",
                "url": base,
                "changeset": "2026-11-26T00:00:00+08:00",
                "type": "test" if district.is_demo else "production",
                "formats": ["application/json", "text/xml"],
            }
        ],
    }
