"""How the desk's one screen is put together: the list at the left, one need in the middle, what lies near it.

htmx asks for the middle and the right alone; everybody else, and a browser without scripts, gets all three.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers

from lingju.kernel import clock
from lingju.kernel.requests import Request
from lingju.needs import rules
from lingju.needs.forms import desk as forms
from lingju.needs.forms.desk import Act
from lingju.needs.forms.say import Asking
from lingju.needs.models import Asker, Category, Need
from lingju.needs.queries import desk as queries
from lingju.needs.queries import document as documents
from lingju.needs.queries import doors, search
from lingju.needs.queries.desk import Wanted
from lingju.needs.queries.document import Document, Doing
from lingju.needs.queries.trace import Line, kind_words
from lingju.needs.services import routing
from lingju.needs.services.routing import Suggestion
from lingju.places import maps, walking

PAGE = "needs/desk_needs.html"
KEYS_COOKIE = "lingju_keys"
OFF = "off"
# Forms that begin with nothing filled in but what was read.
PLAIN: Mapping[Doing, type[Act]] = {
    Doing.TAKE: Act,
    Doing.TAKE_BACK: Act,
    Doing.RESUME: Act,
    Doing.UNCLUSTER: Act,
    Doing.SEE_SAID: Act,
    Doing.SEE_PHONE: forms.PersonForm,
    Doing.HAND_OVER: forms.HandOverForm,
    Doing.REPLY: forms.ReplyForm,
    Doing.ANSWER: forms.AnswerForm,
    Doing.NOTE: forms.NoteForm,
    Doing.PAUSE: forms.PauseForm,
    Doing.ACCEPT: forms.WordForm,
    Doing.REFUSE: forms.RefuseForm,
    Doing.TO_THE_DAY: forms.DayForm,
    Doing.PROPOSE: forms.ProposeForm,
    Doing.DECIDE: forms.DecideForm,
}


@dataclass(slots=True)
class Shown:
    """What a page about a need shows beyond the need itself: a form that was refused, something unveiled."""

    wrong: Mapping[Doing, Asking] = field(default_factory=dict)
    status: int = 200
    meanwhile: Sequence[Line] = ()
    said: str = ""
    phone: str = ""
    phone_of: int = 0


NOTHING = Shown()


def keys_are_on(request: Request) -> bool:
    """Say whether single keys do something: everybody may switch them off (WCAG 2.1.4)."""
    return request.COOKIES.get(KEYS_COOKIE) != OFF


def wants_piece(request: Request) -> bool:
    """Say whether htmx asks for a piece of the page; going back in history it wants the whole."""
    return bool(request.htmx) and not request.htmx.history_restore_request


def page(request: Request, wanted: Wanted, need: Need | None, shown: Shown = NOTHING) -> HttpResponse:
    """Answer with the desk's screen, or with the piece of it that htmx asks for."""
    is_piece = wants_piece(request)
    values: dict[str, Any] = {
        "wanted": wanted,
        "now": clock.now(),
        "is_piece": is_piece,
        "is_doc": need is not None,
        "keys_on": keys_are_on(request),
        "works_at_a_desk": rules.works_at_a_desk.allows(request.actor),
        "kinds": queries.kinds_of(request.district),
    }
    if not is_piece:
        values |= listed(request, wanted)
        need = need or _first(request, values["listing"].first)
    values |= opened(request, need, values["kinds"], shown) if need is not None else {"doc": None}
    response = render(request, PAGE, values, status=shown.status)
    patch_vary_headers(response, ["HX-Request"])
    if shown.said or shown.phone:
        response["Cache-Control"] = "no-store"
    return response


def listed(request: Request, wanted: Wanted) -> dict[str, Any]:
    """Return what the list needs."""
    actor, district = request.actor, request.district
    found = search.find(district, wanted.q, actor) if wanted.q else None
    return {
        "tabs": queries.tabs(actor, wanted),
        "extra_tabs": queries.extra_tabs(actor, wanted),
        "listing": queries.listing(wanted, actor, clock.now(), found),
        "filters": list(queries.filters_of(actor)),
        "communities": queries.communities_of(actor, district),
        "channels": Need.Channel.choices,
        "bulk": forms.BulkForm(auto_id="bulk-%s"),
    }


def opened(request: Request, need: Need, kinds: Sequence[Category], shown: Shown) -> dict[str, Any]:
    """Return what the document and what lies near it need."""
    doc = documents.document(need, request.actor, clock.now())
    known = doors.doors(request.district)
    suggestion = routing.suggest(need) if Doing.HAND_OVER in doc.may else None
    made = _forms(doc, kinds)
    return {
        "doc": doc,
        "forms": {**made, **shown.wrong},
        "wrong": set(shown.wrong),
        "doors": doors.in_reach(known, request.actor, suggestion.to if suggestion else None),
        "kind_words": kind_words(need.category),
        "templates": list(documents.templates_for(need)) if Doing.REPLY in doc.may else [],
        "suggestion": suggestion,
        "suggested": _suggested(doc, suggestion, known),
        "spot": _map(request, doc),
        "shown": shown,
    }


def _first(request: Request, row: Need | None) -> Need | None:
    """Return the need on top of the list with what its document needs."""
    return documents.need_for(request.actor, row.pk) if row is not None else None


def read_at(doc: Document) -> dict[str, Any]:
    """Return what every form says about what its writer saw."""
    return {"version": doc.need.version, "seen": doc.seen}


def form_of(
    doing: Doing, doc: Document, kinds: Sequence[Any], data: Any = None, files: Any = None, **more: Any
) -> Act:
    """Make the form of something to do with a need: empty as a page shows it, or filled as it came back."""
    options: dict[str, Any] = {
        "data": data,
        "files": files,
        "auto_id": f"{doing.value}-%s",
        "initial": {**read_at(doc), **more},
    }
    if doing is Doing.MEND:
        return forms.MendForm(**options, kinds=list(kinds))
    if doing is Doing.SPLIT:
        return forms.SplitForm(**options, kinds=list(kinds))
    if doing is Doing.CLUSTER:
        return forms.ClusterForm(**options, others=_others(doc))
    return PLAIN[doing](**options)


def _others(doc: Document) -> list[tuple[str, str]]:
    """Return the needs that may be put together with this one: those alike, not yet with it."""
    group = doc.need.cluster_id
    return [
        (str(one.need.pk), f"{one.need.number} {one.need.title}")
        for one in doc.alike
        if one.need.link != Need.Link.PART and (group is None or one.need.cluster_id != group)
    ]


def _forms(doc: Document, kinds: Sequence[Any]) -> dict[Doing, Act]:
    need = doc.need
    author = doc.author.asker.by if doc.author else Asker.By.PAGE
    begun: dict[Doing, dict[str, Any]] = {
        Doing.MEND: {
            "category": need.category_id,
            "title": need.title,
            "is_urgent": need.is_urgent,
            "is_listed": need.is_listed,
            "public_text": need.public_text or need.title,
        },
        Doing.SPLIT: {"category": need.category_id},
        Doing.CLUSTER: {"title": need.title, "others": [pk for pk, _words in _others(doc)]},
        Doing.REPLY: {"by": author if author in forms.CHANNELS else Asker.By.PAGE},
    }
    return {doing: form_of(doing, doc, kinds, **begun.get(doing, {})) for doing in doc.may}


def _suggested(
    doc: Document, suggestion: Suggestion | None, known: Sequence[doors.Door]
) -> dict[str, Any] | None:
    """Return what the one-key form of the suggestion says: nothing where the need lies there already."""
    if suggestion is None or suggestion.is_here:
        return None
    label = next((door.label for door in known if door.to == suggestion.to), None)
    rule = suggestion.rule.pk if suggestion.rule is not None else ""
    return {**read_at(doc), "door": label, "why": suggestion.why, "rule": rule} if label else None


def _map(request: Request, doc: Document) -> Any:
    """Draw the streets around a need with those that are alike, where it has a point."""
    need = doc.need
    if need.lon is None or need.lat is None:
        return None
    near = [(one.need.lon, one.need.lat) for one in doc.alike if one.need.lon is not None]
    others = [(lon, lat) for lon, lat in near if lon is not None and lat is not None]
    return maps.spot_map(walking.town(request.district), need.lon, need.lat, others)
