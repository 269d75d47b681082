"""The desk's first pages: today, and the area tree."""

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from lingju.kernel import clock
from lingju.kernel.asking import saved, workbook
from lingju.kernel.errors import NotThere
from lingju.kernel.requests import Request
from lingju.kernel.rules import open_to
from lingju.places import queries
from lingju.places.forms.daily import RenameForm
from lingju.places.imports import sheets
from lingju.places.models import Area
from lingju.places.rules import its_clerk, its_district_officer, its_keeper
from lingju.places.services import areas


@open_to(its_keeper)
def desk(request: Request) -> HttpResponse:
    """Show today: the stations I keep, what is broken, what nobody looked at, what expires."""
    now = clock.now()
    return render(
        request, "places/desk_today.html", {"today": queries.today_of(request.actor, now), "now": now}
    )


@open_to(its_clerk)
def desk_areas(request: Request) -> HttpResponse:
    """Show the area tree with what lies in each node."""
    rows = queries.area_rows(request.district)
    may_edit = its_district_officer.allows(request.actor)
    return render(request, "places/desk_areas.html", {"rows": rows, "may_edit": may_edit, "now": clock.now()})


@open_to(its_district_officer)
def desk_area(request: Request, area_id: int) -> HttpResponse:
    """Give an area another name."""
    area = Area.objects.visible_to(request.actor).filter(pk=area_id).first()
    if area is None:
        raise NotThere(_("没找到这个区域。"))
    form = RenameForm(request.POST or None, initial={"name": area.name})
    if request.method == "POST" and saved(
        form, lambda: areas.rename(area, name=form.cleaned_data["name"], actor=request.actor)
    ):
        messages.success(request, _("改好了。"))
        return HttpResponseRedirect(reverse("desk_areas"))
    status = 422 if form.errors else 200
    return render(request, "places/desk_area.html", {"area": area, "form": form}, status=status)


@open_to(its_clerk)
def desk_export(request: Request, sheet: str) -> HttpResponse:
    """Hand out a list as a workbook that can be changed and taken in again."""
    content = sheets.hand_out(sheet, request.district, actor=request.actor)
    return workbook(content, f"{request.district.name}{sheets.sheet(sheet).title}")
