"""The desk's page of exchange: slips and orders in, results out; what is refused comes back row by row."""

from urllib.parse import quote

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from lingju.kernel import clock
from lingju.kernel.errors import BadInput, TooLarge
from lingju.kernel.requests import Request
from lingju.kernel.rules import open_to
from lingju.kernel.uploads import CSV, SHEET_TYPE, XLSX, check
from lingju.needs.forms.machines import SheetForm
from lingju.needs.imports import results, sheets
from lingju.needs.rules import edits_the_loop, works_at_a_desk
from lingju.places.imports import shelf
from lingju.places.imports.running import Result
from lingju.places.imports.shelf import Parcel

LINES_SHOWN = 200


@open_to(works_at_a_desk)
def desk_exchange(request: Request) -> HttpResponse:
    """Take a sheet and go on to what it would do; offer templates and results."""
    form = SheetForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file, sheet = form.cleaned_data["file"], form.cleaned_data["sheet"]
        try:
            name = check(file, file.name, (XLSX, CSV)).name
            sheets.glance(sheet, file, name)
        except (BadInput, TooLarge) as refusal:
            form.add_error("file", str(refusal))
        else:
            parcel = shelf.put(request.actor, sheet, name, file)
            return HttpResponseRedirect(reverse("desk_exchange_sheet", args=[parcel.ticket]))
    kinds = [(name, _(sheets.sheet(name).title)) for name in sheets.SHEETS]
    may_keep_keys = edits_the_loop.allows(request.actor)
    shown = {"form": form, "kinds": kinds, "may_keep_keys": may_keep_keys}
    return render(request, "needs/machine_exchange.html", shown, status=422 if form.errors else 200)


@open_to(works_at_a_desk)
def desk_exchange_sheet(request: Request, ticket: str) -> HttpResponse:
    """Show what a sheet would do; confirmed, do it and show what became of it."""
    parcel = shelf.get(request.actor, ticket)
    if request.method == "POST" and not parcel.is_done:
        return _confirmed(request, parcel)
    result = None if parcel.is_done else _looked(request, parcel)
    shown = {
        "parcel": parcel,
        "title": _(sheets.sheet(parcel.sheet).title),
        "result": result,
        "lines": result.lines[:LINES_SHOWN] if result else (),
        "counts": result.counts if result else parcel.counts,
        "back": reverse("desk_exchange"),
        "report": reverse("desk_exchange_report", args=[ticket]),
    }
    return render(request, "places/desk_import.html", shown)


@open_to(works_at_a_desk)
def desk_exchange_report(request: Request, ticket: str) -> HttpResponse:
    """Hand out the sheet as it was given, with 哪里不对 behind what was refused."""
    parcel = shelf.get(request.actor, ticket)
    content = shelf.report_of(request.actor, parcel) if parcel.is_done else _looked(request, parcel).report()
    return _download(content, _("%(name)s（哪里不对）") % {"name": parcel.name.rsplit(".", 1)[0]})


@open_to(works_at_a_desk)
def desk_exchange_template(request: Request, sheet: str) -> HttpResponse:
    """Hand out an empty sheet to fill in."""
    return _download(sheets.template(sheet), _("%(title)s（空表）") % {"title": sheets.sheet(sheet).title})


@open_to(works_at_a_desk)
def desk_exchange_results(request: Request) -> HttpResponse:
    """Hand out what came of the orders of one's own desks."""
    content = results.workbook(request.district, actor=request.actor)
    return _download(content, _("工单回单 %(day)s") % {"day": clock.today()})


def _download(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=SHEET_TYPE)
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(f'{name}.xlsx')}"
    return response


def _looked(request: Request, parcel: Parcel) -> Result:
    with shelf.file_of(request.actor, parcel) as file:
        return sheets.look(parcel.sheet, file, parcel.name, request.district, actor=request.actor)


def _confirmed(request: Request, parcel: Parcel) -> HttpResponse:
    partial = request.POST.get("partial") == "yes"
    with shelf.file_of(request.actor, parcel) as file:
        result = sheets.take_in(
            parcel.sheet, file, parcel.name, request.district, actor=request.actor, partial=partial
        )
    if result.was_written:
        new, changed, unchanged, refused = shelf.done(request.actor, parcel, result).counts
        words = {"new": new, "changed": changed, "unchanged": unchanged, "refused": refused}
        done = _("写进去了：新增 %(new)d，改动 %(changed)d，没变 %(unchanged)d，退回 %(refused)d。")
        messages.success(request, done % words)
    else:
        messages.error(request, _("有几行要退回，所以一行也没写。改好再传，或者选“只写没问题的”。"))
    return HttpResponseRedirect(reverse("desk_exchange_sheet", args=[parcel.ticket]))
