"""The desk's page of the working calendar: days that are not ordinary, years that are known, a new notice."""

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from lingju.kernel import clock
from lingju.kernel.errors import BadInput, TooLarge
from lingju.kernel.requests import Request
from lingju.kernel.rules import open_to
from lingju.kernel.uploads import CSV, XLSX, check
from lingju.places import calendars
from lingju.places.forms.daily import NoticeForm
from lingju.places.imports import sheets, shelf
from lingju.places.models import Area, CalendarDay, CalendarYear, WorkCalendar
from lingju.places.rules import its_clerk, its_district_officer

SHEET = "calendar"


@open_to(its_clerk)
def desk_calendar(request: Request) -> HttpResponse:
    """Show one year's days with their source; an officer of the district sends the next notice."""
    district, today = request.district, clock.today()
    root = Area(district=district, stem=Area.stem_of(district.code))
    may_edit = its_district_officer.allows(request.actor, root)
    form = NoticeForm(request.POST or None, request.FILES or None)
    if request.method == "POST":
        its_district_officer.check(request.actor, root)
        ticket = _laid_down(request, form) if form.is_valid() else ""
        if ticket:
            return HttpResponseRedirect(reverse("desk_import", args=[ticket]))
    years = {row.year: row for row in CalendarYear.objects.filter(district=district)}
    missing = calendars.unannounced(years, today)
    year = _year(request, {*years, *missing}, today.year)
    shown = {
        "year": year,
        "known": years.get(year),
        "years": sorted({*years, *missing}, reverse=True),
        "missing": missing,
        "days": CalendarDay.objects.filter(district=district, date__year=year),
        "week": WorkCalendar.objects.filter(district=district),
        "form": form,
        "may_edit": may_edit,
    }
    return render(request, "places/desk_calendar.html", shown, status=422 if form.errors else 200)


def _year(request: Request, years: set[int], this_year: int) -> int:
    """Return the year that is asked for if there is something to say about it, else this one."""
    asked = request.GET.get("year", "")
    year = int(asked) if asked.isdecimal() and len(asked) == 4 else this_year
    return year if year in years else this_year


def _laid_down(request: Request, form: NoticeForm) -> str:
    """Lay a notice down for a look and return its ticket; nothing where the form now says what is wrong."""
    file = form.cleaned_data["file"]
    try:
        name = check(file, file.name, (XLSX, CSV)).name
        sheets.glance(SHEET, file, name)
    except (BadInput, TooLarge) as refusal:
        form.add_error("file", str(refusal))
        return ""
    return shelf.put(request.actor, SHEET, name, file).ticket
