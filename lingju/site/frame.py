"""What frames every page: the tabs of residents, the rail of the desk, the foot.

Both menus are tables of addresses. An entry shows only if its address exists, and at the desk only if
the rule that guards the address lets this actor in, so there is never a dead link or a locked door.
A frame can be made of any request, even one refused before it got a district or an actor.
"""

import functools
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, get_script_prefix, resolve, reverse
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from lingju.kernel.rules import Actor, Rule
from lingju.notify import queries
from lingju.places.models import District
from lingju.site.display import Display

LANGUAGE_TAGS = {"zh-hans": "zh-Hans", "en": "en"}


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of a menu: what it says, its icon, its address by name, and the addresses it stands for."""

    label: Promise
    icon: str
    name: str
    also: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Link:
    """An entry as one request sees it."""

    label: Promise
    icon: str
    href: str
    is_current: bool


TABS = (
    Entry(_("首页"), "house", "home", frozenset({"station", "here"})),
    Entry(_("十分钟圈"), "circle-dot", "circle", frozenset({"circle_whole"})),
    Entry(_("说一声"), "message-circle-heart", "say"),
    Entry(_("共建日"), "hand-helping", "coday", frozenset({"coday_one", "coday_past"})),
    Entry(_("我的"), "user-round", "me", frozenset({"sign_in", "my_notices"})),
)
RAIL = (
    Entry(_("今天"), "sun", "desk"),
    Entry(_("诉求"), "inbox", "desk_needs", frozenset({"desk_need", "desk_needs_bulk", "desk_counter"})),
    Entry(_("回访"), "phone-call", "desk_callback", frozenset({"desk_callback_one", "desk_tell_one"})),
    Entry(
        _("驿站"),
        "store",
        "desk_stations",
        frozenset({"desk_station", "desk_station_new", "desk_facilities", "desk_facility"}),
    ),
    Entry(
        _("预约"),
        "ticket",
        "desk_bookings",
        frozenset(
            {
                *("desk_day", "desk_claim", "desk_booking_new", "desk_booking_find", "desk_queue"),
                *("desk_loans", "desk_booking_repeat", "desk_booking_series", "desk_outside"),
                *("desk_calls", "desk_booking_setup", "desk_bookable", "desk_bookable_new", "desk_pool"),
                *("desk_booking_sheets", "desk_booking_sheet"),
            }
        ),
    ),
    Entry(
        _("活动"),
        "calendar-check",
        "desk_activities",
        frozenset(
            {
                *("desk_activity", "desk_activity_new", "desk_activity_edit", "desk_activity_repeat"),
                *("desk_activity_people", "desk_activity_join", "desk_series"),
                *("desk_programmes", "desk_programme", "desk_speakers", "desk_speaker"),
                *("desk_checkin", "desk_quiz", "desk_certificates", "desk_questions", "desk_question"),
                *("desk_register", "desk_activity_sheets", "desk_activity_sheet"),
            }
        ),
    ),
    Entry(
        _("志愿"),
        "hand-heart",
        "desk_volunteer_calls",
        frozenset(
            {
                *("desk_volunteer_call", "desk_volunteer_call_new", "desk_volunteer_call_edit"),
                *("desk_volunteer_door", "desk_volunteer_hours", "desk_volunteers", "desk_volunteer_new"),
                *("desk_volunteer", "desk_teams", "desk_team", "desk_service_certificates"),
                *("desk_service_certificate", "desk_volunteer_export"),
            }
        ),
    ),
    Entry(
        _("共建日"),
        "hand-helping",
        "desk_days",
        frozenset(
            {
                *("desk_days_cycle", "desk_days_list", "desk_days_line", "desk_days_offer"),
                *("desk_days_resource", "desk_units", "desk_unit", "desk_unit_new", "desk_unit_edit"),
                *("desk_members", "desk_pairings", "desk_reviews", "desk_agreements", "desk_agreement"),
                *("desk_meetings", "desk_meeting", "desk_unit_sheets", "desk_doubles"),
                *("desk_turns", "desk_turns_draft", "desk_turn"),
                *("desk_days_rule", "desk_days_roles", "desk_cycles", "desk_cycle", "desk_plans"),
                *("desk_plan", "desk_project", "desk_project_new", "desk_project_hand"),
                *("cobuild_orders", "cobuild_call"),
                *("cobuild_day", "cobuild_results", "cobuild_deliver", "cobuild_past", "cobuild_summary"),
            }
        ),
    ),
    Entry(
        _("集市"),
        "umbrella",
        "desk_markets",
        frozenset(
            {
                *("desk_market", "desk_market_new", "desk_market_edit", "desk_market_register"),
                *("desk_layout", "desk_stall", "desk_stall_new", "desk_cards"),
            }
        ),
    ),
    Entry(
        _("小区"),
        "building-2",
        "desk_compounds",
        frozenset(
            {
                "desk_compound",
                "desk_compound_new",
                "desk_buildings",
                "desk_building",
                "desk_building_new",
                "desk_areas",
                "desk_area",
            }
        ),
    ),
    Entry(
        _("先办"),
        "gift",
        "desk_signals",
        frozenset(
            {
                *("desk_wishes", "desk_wish", "desk_wish_new", "desk_wish_register", "desk_wisher"),
                *("desk_waves", "desk_wave", "desk_wave_new"),
            }
        ),
    ),
    Entry(_("覆盖"), "map", "cover"),
    Entry(_("日历"), "calendar-days", "desk_calendar"),
    Entry(
        _("规则"),
        "list-checks",
        "desk_rules",
        frozenset(
            {
                *("desk_rule", "desk_rule_new", "desk_replies", "desk_reply", "desk_reply_new"),
                *("desk_kinds", "desk_kind", "desk_kind_new", "desk_policy"),
            }
        ),
    ),
    Entry(_("导入"), "upload", "desk_imports", frozenset({"desk_import"})),
    Entry(
        _("对接"),
        "arrow-right-left",
        "desk_exchange",
        frozenset({"desk_exchange_sheet", "desk_keys", "desk_subscriptions"}),
    ),
    Entry(_("单位"), "handshake", "desk_organisations", frozenset({"desk_organisation"})),
    Entry(_("没发出的"), "mail", "desk_messages"),
    Entry(_("权限"), "key-round", "roles"),
)


@dataclass(frozen=True, slots=True)
class Frame:
    """What a base template needs to know."""

    lang: str
    display: Display
    district: District | None
    actor: Actor | None
    tabs: tuple[Link, ...]
    rail: tuple[Link, ...]
    brand: str
    hotline: str
    filing: str
    is_demo: bool
    demo_door: str


def frame_of(request: HttpRequest) -> Frame:
    """Make the frame of a request."""
    district: District | None = getattr(request, "district", None)
    actor: Actor | None = getattr(request, "actor", None)
    at = request.resolver_match.url_name if request.resolver_match else None
    return Frame(
        lang=LANGUAGE_TAGS.get(get_language() or "", "zh-Hans"),
        display=getattr(request, "display", None) or Display(),
        district=district,
        actor=actor,
        tabs=tuple(link for entry in TABS if (link := _link(entry, at))),
        rail=tuple(link for entry in RAIL if (link := _link(entry, at)) and _may_enter(actor, link.href)),
        brand=(district.brand_name if district else "") or str(_("零距离")),
        hotline=district.hotline if district else "",
        filing=settings.LINGJU.filing,
        is_demo=bool(district and district.is_demo),
        demo_door=_address("demo_door") if district and district.is_demo else "",
    )


def unread_of(request: HttpRequest) -> int:
    """Return how many of their own messages whoever asks has not read; a page asks for it, no frame does."""
    actor: Actor | None = getattr(request, "actor", None)
    return queries.unread(actor) if actor is not None else 0


def _address(name: str) -> str:
    """Return the address of a name, or nothing while no module has it."""
    return _found(name, settings.ROOT_URLCONF, get_script_prefix())


@functools.cache
def _found(name: str, urls: str, prefix: str) -> str:
    """Find an address once in a process: every page asks for all of both menus."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


def _link(entry: Entry, at: str | None) -> Link | None:
    """Return the entry as a link, or None while its module has not landed."""
    href = _address(entry.name)
    is_current = at is not None and (at == entry.name or at in entry.also)
    return Link(entry.label, entry.icon, href, is_current) if href else None


def _may_enter(actor: Actor | None, href: str) -> bool:
    """Ask the rule that hangs before an address whether it lets the actor in."""
    rule = _rule_before(href, settings.ROOT_URLCONF) if actor is not None else None
    return actor is not None and rule is not None and rule.allows(actor)


@functools.cache
def _rule_before(href: str, urls: str) -> Rule | None:
    """Return the rule that hangs before an address of the menu."""
    rule = getattr(resolve(href).func, "rule", None)
    return rule if isinstance(rule, Rule) else None
