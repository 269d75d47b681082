"""Where I am: choose a compound, or let the phone say; kept in this browser alone."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _

from lingju.kernel.errors import BadInput
from lingju.kernel.initials import matches
from lingju.kernel.requests import Request
from lingju.kernel.rules import everyone, open_to
from lingju.places import here as kept
from lingju.places.models import Compound
from lingju.places.services import seeking
from lingju.site.forms import HereForm
from lingju.site.ways_back import way_back


@dataclass(frozen=True, slots=True)
class Group:
    """The compounds of one community."""

    name: str
    compounds: tuple[Compound, ...]


@open_to(everyone)
def here(request: Request) -> HttpResponse:
    """Ask where the person is; take a compound, a position, or 'forget it'."""
    if request.method == "POST":
        return _take(request)
    query = request.GET.get("q", "").strip()[:40]
    found = groups(request, query)
    if query and not found:
        seeking.no_place(request.district, query)
    return render(
        request,
        "site/here.html",
        {
            "groups": found,
            "query": query,
            "origin": request.origin,
            "next": request.GET.get("next", ""),
        },
    )


def groups(request: Request, query: str) -> list[Group]:
    """Return the compounds that match a query, by community."""
    found: dict[str, list[Compound]] = {}
    for compound in (
        Compound.objects.filter(district=request.district).select_related("area").order_by("area__stem")
    ):
        if matches(compound.name, query) or matches(compound.area.short_name, query):
            found.setdefault(compound.area.short_name, []).append(compound)
    return [Group(name, tuple(sorted(compounds, key=lambda c: c.name))) for name, compounds in found.items()]


def _take(request: Request) -> HttpResponse:
    """Keep what was said in the browser, and go back to where it was asked."""
    form = HereForm(request.POST)
    if not form.is_valid():
        raise BadInput(_("没有看懂您在哪儿，请从名单里选一个小区。"))
    said = form.cleaned_data
    response = HttpResponseRedirect(way_back(request, said["next"]))
    if said["forget"]:
        kept.forget(response)
        messages.success(request, _("已经忘掉您的位置。"))
    elif said["compound"]:
        kept.keep_compound(response, _compound(request, said["compound"]))
    else:
        kept.keep_point(response, said["lon"], said["lat"])
    return response


def _compound(request: Request, compound_id: int) -> Compound:
    """Return the chosen compound; one that is gone or elsewhere counts as not understood."""
    found: Compound | None = Compound.objects.filter(district=request.district, pk=compound_id).first()
    if found is None:
        raise BadInput(_("没有找到这个小区，请从名单里再选一次。"))
    return found
