"""Saying a need, three steps: which kind, where, in which words; each a real page and a real form.

    /say/        six kinds, as links
    /say/place/  where: known here, a station near by, a compound found by name, the phone's position
    /say/map/    the same, on a map (`say_map`)
    /say/words/  words, voice, photo, a phone for who wants an answer; pressing sends it
    /say/done/   the number, the code, what is promised

What earlier steps said travels in the address and in hidden fields (`said`); no account, no session.
"""

import secrets
from dataclasses import dataclass

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from lingju.kernel import clock
from lingju.kernel.errors import BadInput
from lingju.kernel.requests import Request
from lingju.kernel.rules import everyone, open_to
from lingju.needs.forms.say import WordsForm
from lingju.needs.models import Category, Need
from lingju.needs.pages import sending
from lingju.needs.pages.said import Said, Spot, kind_of, spot_of
from lingju.needs.text.tokens import pinyin_initials
from lingju.places import queries
from lingju.places.models import Compound, Station
from lingju.places.services import seeking

MOST_NEAR = 3
MOST_FOUND = 30


@dataclass(frozen=True, slots=True)
class Found:
    """A place that a search found, as one button."""

    at: str
    name: str
    small: str


@open_to(everyone)
def say(request: Request) -> HttpResponse:
    """Ask which kind of thing it is; who comes with a kind goes on to the next step."""
    said = Said.read(request.GET)
    if kind_of(request, said) is not None:
        return HttpResponseRedirect(said.to("say_words" if _is_placed(request, said) else "say_place"))
    return show_kinds(request, said)


def show_kinds(request: Request, said: Said) -> HttpResponse:
    """Show the six kinds; each leads on with what is known already."""
    spot = _spot_or_none(request, said)
    step = "say_words" if spot is not None else "say_place"
    kinds = Category.objects.filter(district=request.district).kinds()
    tiles = [(kind, said.but(kind=kind.code).to(step)) for kind in kinds]
    return render(request, "needs/say_kind.html", {"tiles": tiles, "spot": spot, "step": 1})


@open_to(everyone)
def feedback(request: Request) -> HttpResponse:
    """Take an opinion the way any need is taken: the link in every foot leads here."""
    return show_kinds(request, Said())


@open_to(everyone)
@never_cache
def say_place(request: Request) -> HttpResponse:
    """Ask where it is; a position comes by form only and is not put into an address."""
    said = Said.read(request.POST or request.GET)
    if request.method != "POST":
        return _ask_where(request, said)
    try:
        spot = spot_of(request, said)
    except BadInput as refusal:
        return _ask_where(request, said.but(at=""), str(refusal))
    if spot is None:
        return _ask_where(request, said, _("请选一下在哪儿。说不准，就选您住的小区。"))
    if said.at == "point":
        return ask_words(request, said, spot, fresh_form())
    return HttpResponseRedirect(said.to("say_words"))


def _ask_where(request: Request, said: Said, problem: str = "") -> HttpResponse:
    query = request.GET.get("q", "").strip()[:40]
    origin = request.origin
    found = find(request, query) if query or not origin else []
    around = found[0].at if query and found else "here" if origin else ""
    nears = queries.stations_near(request.district, origin, at=clock.now(), limit=MOST_NEAR) if origin else []
    shown = {
        "said": said,
        "kind": kind_of(request, said),
        "origin": origin,
        "stations": [near.station for near in nears],
        "query": query,
        "found": found,
        "map": said.public.but(at=around).to("say_map"),
        "problem": problem,
        "step": 2,
    }
    return render(request, "needs/say_place.html", shown, status=422 if problem else 200)


def find(request: Request, query: str) -> list[Found]:
    """Return compounds and stations that a piece of a name, or its first letters, names."""
    compounds = Compound.objects.filter(district=request.district).select_related("area").order_by("name")
    stations = Station.objects.filter(district=request.district).in_use().select_related("area")
    named = [
        Found(f"c-{one.pk}", one.name, one.area.short_name) for one in compounds if _is_named(one, query)
    ]
    if query:
        named += [Found(f"s-{one.slug}", one.name, one.address) for one in stations if _is_named(one, query)]
    if query and not named:
        seeking.no_place(request.district, query)
    return named[:MOST_FOUND]


def _is_named(thing: Compound | Station, query: str) -> bool:
    wanted = "".join(query.lower().split())
    if wanted in thing.name.lower() or wanted in thing.area.short_name:
        return True
    return wanted.isascii() and wanted in pinyin_initials(thing.name)


@open_to(everyone)
@never_cache
def say_words(request: Request) -> HttpResponse:
    """Ask what it is, in words or a voice or a photo; a form that is sent becomes a need."""
    said = Said.read(request.POST or request.GET)
    spot = _spot_or_none(request, said)
    if request.method == "POST":
        return _take_words(request, said, spot)
    if kind_of(request, said) is None:
        return HttpResponseRedirect(said.to("say"))
    if spot is None:
        return HttpResponseRedirect(said.but(at="").to("say_place"))
    return ask_words(request, said, spot, fresh_form(said))


def fresh_form(said: Said | None = None) -> WordsForm:
    """Return an empty form with a key of its own, so that pressing twice makes one need."""
    is_gap = said is not None and said.channel == Need.Channel.GAP
    text = _("我住的这一片，十分钟走不到一处驿站。") if is_gap else ""
    return WordsForm(initial={"key": secrets.token_urlsafe(16), "text": text})


def _take_words(request: Request, said: Said, spot: Spot | None) -> HttpResponse:
    form = WordsForm(request.POST, request.FILES)
    kind = kind_of(request, said)
    if kind is None or spot is None:
        form.add_error(None, _("前面两步的选择没有带过来，请点“改”再选一次；写的字还在。"))
    sent = sending.send_for_oneself(request, form, said, kind, spot)
    if sent.receipt is None:
        return ask_words(request, said, spot, form, sent)
    response = HttpResponseRedirect(f"{reverse('say_done')}?{urlencode({'n': sent.receipt.need.number})}")
    sending.remember(response, request, said, sent.receipt)
    return response


def ask_words(
    request: Request, said: Said, spot: Spot | None, form: WordsForm, sent: sending.Sent | None = None
) -> HttpResponse:
    """Show the last step with what is known so far."""
    sent = sent or sending.Sent()
    shown = {
        "form": form,
        "said": said,
        "kind": kind_of(request, said),
        "spot": spot,
        "follows": sending.follows(request, said),
        "is_shared": sending.is_shared(request, said),
        "flags": sent.flags,
        "lost_files": bool(request.FILES),
        "back": said.public.but(kind="").to("say") if said.via else said.public.but(at="").to("say_place"),
        "step": 3,
    }
    return render(request, "needs/say_words.html", shown, status=sent.status)


def _is_placed(request: Request, said: Said) -> bool:
    """Say whether the place is pointed at, so that the second step has nothing to ask."""
    return bool(said.at) and _spot_or_none(request, said) is not None


def _spot_or_none(request: Request, said: Said) -> Spot | None:
    """Return the place that was chosen; one that cannot be used counts as not chosen."""
    try:
        return spot_of(request, said)
    except BadInput:
        return None
